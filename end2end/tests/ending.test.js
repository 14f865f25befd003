// How a secret ends besides being opened: its time runs out, or somebody destroys it.

import assert from "node:assert/strict";
import { Clock } from "../lib/clock.js";
import { known } from "../lib/ids.js";
import { copy, facts, look, reach, reveal, says, send, visit } from "../lib/pages.js";
import { until } from "../lib/process.js";
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

    const late = await stage.page({ permissions: ["clipboard-write"] });
    await visit(late, link, "expired");
    await says(late, /has expired/, /I could not read the secret that you sent me: it expired \(/);
    assert.match(await late.title(), /^This secret has expired – /);
    await copy(late, "copy-reply");
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

scenario("a page that stays open notices that its secret has expired", {}, async (stage) => {
  const { link } = await send(stage, { text: "not for ever", custom: { number: 5, unit: "minutes" } });
  const page = await stage.page();
  await page.clock.install();
  await visit(page, link, "waiting");
  const lookups = () => stage.apiCalls().filter(({ path }) => /\/open\/[^/]+$/.test(path)).length;
  const before = lookups();
  await page.clock.runFor(4 * MINUTE);
  assert.equal(lookups(), before, "nobody is asked before");
  // By the server's clock its time is not over: what it says then holds.
  await page.clock.runFor(2 * MINUTE);
  await until(() => lookups() > before, "the page asks");
  await reach(page, "waiting");
  const expired = {
    state: "expired",
    expires_at: new Date(Date.now() - 1000).toISOString().replace(/\.\d+/, ""),
    views_left: 0,
    opened_at: [],
  };
  await page.context().route(/\/open\/[^/]+$/, (route) => route.fulfill({ json: expired }));
  await page.clock.runFor(MINUTE);
  await reach(page, "expired");
  assert.ok(!(await page.isVisible("#reveal")));
});

scenario("Escape takes back the question about destroying", {}, async (stage) => {
  const { link, receipt } = await send(stage, { text: "not by mistake", views: 2 });
  const page = await look(stage, link);
  for (const [id, question] of /** @type {const} */ ([
    ["destroy", "sealed"],
    ["destroy-left", "shown"],
  ])) {
    if (question === "shown") await reveal(page);
    await page.click(`#${known(id)} > summary`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    assert.equal(await page.getAttribute(`#${id}`, "open"), null);
    assert.equal(await page.evaluate(() => document.activeElement?.localName), "summary");
  }
  const sender = await stage.page();
  await visit(sender, receipt, "waiting");
  await sender.click("#receipt-destroy");
  await sender.waitForSelector("#confirm", { state: "visible" });
  await sender.keyboard.press("Escape");
  await sender.waitForSelector("#confirm", { state: "hidden" });
  await sender.waitForFunction(() => document.activeElement?.id === "receipt-destroy");
  assert.deepEqual(
    stage.apiCalls().filter(({ method }) => method === "DELETE"),
    [],
  );
});

scenario("a receipt that was sent by mistake says at once whose it is", {}, async (stage) => {
  const { receipt } = await send(stage, { text: "the wrong link was sent" });
  const page = await stage.page();
  await page.goto(receipt);
  // Before any script has run, and whatever comes then.
  await says(page, /This is the sender's page. Were you sent this\? Ask for the other link\./);
  await reach(page, "waiting");
  await says(page, /This is the sender's page/);
});

scenario("whoever wants it is notified when a secret is opened, also while the tab is hidden", {}, async (stage) => {
  const { link, receipt } = await send(stage, { text: "tell me when it is opened", views: 2 });
  const { page, context } = await stage.visitor();
  await context.addInitScript(() => {
    globalThis.notified = [];
    globalThis.Notification = /** @type {typeof Notification} */ (
      /** @type {unknown} */ (
        class {
          static permission = "default";
          static requestPermission = async () => (globalThis.allowed ? "granted" : "denied");
          constructor(title, { body }) {
            globalThis.notified.push([title, body]);
          }
        }
      )
    );
  });
  await visit(page, receipt, "waiting");
  const notified = () => page.evaluate(() => globalThis.notified.map(([title]) => title));
  await page.click("#notify");
  await page.waitForFunction(() => document.querySelector("#notify-note").textContent.includes("no notifications"));
  assert.deepEqual(await notified(), []);
  await page.evaluate(() => (globalThis.allowed = true));
  await page.click("#notify");
  await page.waitForFunction(() => document.querySelector("#notify-note").textContent.includes("as long as this page is open"));
  assert.deepEqual(await notified(), ["Notifications are on"]);

  await page.evaluate(() => Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true }));
  await reveal(await look(stage, link));
  await page.waitForFunction(() => globalThis.notified.length === 2);
  assert.equal((await notified())[1], "Opened, and still waiting");
  assert.match(await page.title(), /^Opened, and still waiting – /);
  await reveal(await look(stage, link));
  await page.waitForFunction(() => globalThis.notified.length === 3);
  assert.equal((await notified())[2], "It was opened");
  const said = await page.evaluate(() => JSON.stringify(globalThis.notified));
  assert.ok(!said.includes("tell me when it is opened"));
});

scenario("the labels of a receipt do not run into what they label", {}, async (stage) => {
  const { receipt } = await send(stage, { text: "long words" });
  for (const width of [1280, 390]) {
    const page = await stage.page({ viewport: { width, height: 800 } });
    await visit(page, receipt, "waiting");
    const [label, value] = await page.evaluate(() => {
      const label = document.querySelector("#fact-created dt");
      label.textContent = "Erstellungszeitpunkt der Nachricht";
      const words = document.createRange();
      words.selectNodeContents(label);
      return [words, document.querySelector("#created")].map((place) => place.getBoundingClientRect().toJSON());
    });
    assert.ok(label.right <= value.left || label.bottom <= value.top, `at ${width} px: ${JSON.stringify([label, value])}`);
  }
});

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
