// How a secret ends besides being opened: its time runs out, or somebody destroys it.

import assert from "node:assert/strict";
import { Clock } from "../lib/clock.js";
import { facts, look, reach, reveal, says, send, visit } from "../lib/pages.js";
import { BOTH, scenario } from "../lib/scenario.js";

const MINUTE = 60_000;

/** A site whose store has a clock that the test sets. */
const STORES = {
  "in memory": async (stage, clock) => stage.start({ env: clock.env }),
  "on Redis": async (stage, clock) => {
    const redis = await stage.redis({ clock });
    return stage.start({ env: { ASHLINK_STORE: redis.url } });
  },
};

for (const [store, start] of Object.entries(STORES)) {
  scenario(`a secret expires ${store}`, { on: ["own"], needs: "a clock that the test sets", statuses: [410] }, async (stage) => {
    const clock = new Clock();
    await start(stage, clock);
    const { link, receipt } = await send(stage, { text: "gone in a minute", custom: { number: 1, unit: "minutes" } });
    clock.pass(MINUTE - 20_000);
    const early = await look(stage, link);
    clock.pass(20_000);

    const late = await stage.page();
    await visit(late, link, "expired");
    await says(late, /has expired/);
    assert.equal(late.url(), stage.site.url("/s"));
    // Found waiting, clicked too late.
    await early.click("#reveal");
    await reach(early, "expired");
    assert.equal(await early.locator("#secret-text").count(), 0);

    const sender = await stage.page();
    await visit(sender, receipt, "expired");
    await says(sender, /expired/i);
    assert.ok(!(await sender.isVisible("#receipt-destroy")));
  });
}

scenario("the sender destroys it after a second thought", { on: BOTH, statuses: [410] }, async (stage) => {
  const { link, receipt } = await send(stage, { text: "better not" });
  const early = await look(stage, link);
  const sender = await stage.page();
  await visit(sender, receipt, "waiting");

  const before = stage.apiCalls().filter(({ method }) => method === "DELETE").length;
  await sender.click("#receipt-destroy");
  await says(sender, /cannot be undone/);
  // The safe answer has the focus.
  await sender.waitForFunction(() => document.activeElement?.id === "destroy-keep");
  await sender.click("#destroy-keep");
  await sender.waitForSelector("#receipt-destroy", { state: "visible" });
  assert.equal(stage.apiCalls().filter(({ method }) => method === "DELETE").length, before);
  await reach(await look(stage, link), "waiting");

  await sender.click("#receipt-destroy");
  await sender.click("#destroy-confirm");
  await reach(sender, "destroyed");
  await says(sender, /was destroyed/);

  const late = await stage.page();
  await visit(late, link, "destroyed");
  await says(late, /was destroyed/, /Its sender destroyed it/);
  await early.click("#reveal");
  await reach(early, "destroyed");
  await sender.reload();
  await reach(sender, "destroyed");
});

scenario("the sender's page follows by itself", { on: BOTH }, async (stage) => {
  const { link, receipt } = await send(stage, { text: "watched from afar", views: 2 });
  const sender = await stage.page();
  await visit(sender, receipt, "waiting");
  await says(sender, /Not opened yet/);
  assert.deepEqual((await facts(sender)).opened, ["not yet"]);

  await reveal(await look(stage, link));
  await sender.waitForFunction(() => /1 of 2/.test(document.querySelector("#views").textContent));
  await says(sender, /still waiting/);
  await reveal(await look(stage, link));
  await reach(sender, "opened");
  assert.equal((await facts(sender)).opened.length, 2);
  await says(sender, /It was opened/);
});

scenario("a hidden page asks for nothing", {}, async (stage) => {
  const { receipt } = await send(stage, { text: "nobody looks" });
  const sender = await stage.page();
  await sender.clock.install();
  await visit(sender, receipt, "waiting");
  const asked = () => stage.apiCalls().filter(({ path }) => path.includes("/receipts/")).length;
  const hide = (hidden) =>
    sender.evaluate((state) => Object.defineProperty(document, "visibilityState", { value: state, configurable: true }), hidden);
  await hide("hidden");
  const before = asked();
  await sender.clock.runFor(60_000);
  assert.equal(asked(), before);
  await hide("visible");
  const next = sender.waitForResponse(/\/receipts\//);
  await sender.clock.runFor(10_000);
  await next;
});
