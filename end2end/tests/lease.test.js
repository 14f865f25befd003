// What breaks between a click and the secret costs nothing: the claim is repeated, and answered
// as at first, until its reader says that it arrived.

import assert from "node:assert/strict";
import { Sealed, tally } from "../lib/api.js";
import { facts, look, problem, reach, reveal, says, send, shownText } from "../lib/pages.js";
import { until } from "../lib/process.js";
import { scenario } from "../lib/scenario.js";
import { temporaryFolder } from "../lib/tools.js";

const BROKEN_OFF = [
  "ERR_CONNECTION_REFUSED",
  "ERR_CONNECTION_RESET",
  "ERR_EMPTY_RESPONSE",
  "ERR_SOCKET_NOT_CONNECTED",
  "ERR_CONTENT_LENGTH_MISMATCH",
  "ERR_CONNECTION_CLOSED",
];

const CLAIM = /^POST \S+\/claim /;
const posts = (site, what) => site.tap.requests().filter(({ method, path }) => method === "POST" && path.endsWith(what));
const acknowledged = (site) => until(() => posts(site, "/ack").length === 1, "the page acknowledges");

/** @type {Record<import("../lib/tap.js").Reply, string>} */
const CUTS = {
  unsent: "before the request is through",
  none: "before any answer",
  headers: "after the head of the answer",
  half: "in the middle of the answer",
};

for (const [reply, when] of /** @type {[import("../lib/tap.js").Reply, string][]} */ (Object.entries(CUTS))) {
  scenario(`a connection that breaks ${when}, twice, costs nothing`, { on: ["own"], network: BROKEN_OFF }, async (stage) => {
    const site = await stage.start();
    const text = `lost on the way ${"x".repeat(2000)}`;
    const { link, receipt } = await send(stage, { text, passphrase: "correct horse", views: 2 });
    const page = await look(stage, link);
    await page.fill("#passphrase", "correct horse");
    site.tap.cut(CLAIM, reply, 2);
    await page.click("#reveal");
    await reach(page, "shown");
    assert.equal(site.tap.cuts, 2);
    assert.equal(await shownText(page), text);
    await says(page, /can still be opened once/);
    const sender = await stage.page();
    await sender.goto(receipt);
    await reach(sender, "waiting");
    assert.deepEqual((await facts(sender)).views, ["1 of 2"]);
    await acknowledged(site);
  });
}

for (const store of ["file", "redis"]) {
  scenario(
    `a server that is killed between claim and answer costs nothing (${store})`,
    { on: ["own"], network: BROKEN_OFF, needs: "a server to kill" },
    async (stage) => {
      const at = store === "file" ? `file:${temporaryFolder()}/ashlink.redb` : (await stage.redis()).url;
      const site = await stage.start({ env: { ASHLINK_STORE: at } });
      const { link, receipt } = await send(stage, { text: "survives a kill" });
      const page = await look(stage, link);
      // The answer is kept back, and the server ends before anybody hears of it.
      site.tap.cut(CLAIM, "none");
      await page.click("#reveal");
      await until(() => site.tap.cuts > 0, "the claim is answered, and nobody hears it");
      // Without any notice.
      await site.down();
      await problem(page);
      await says(page, /connection broke/);
      site.tap.heal();
      await site.up();
      await reach(page, "shown");
      assert.equal(await shownText(page), "survives a kill");
      const sender = await stage.page();
      await sender.goto(receipt);
      await reach(sender, "opened");
      assert.equal((await facts(sender)).opened.length, 1);
      assert.ok(posts(site, "/claim").length >= 2);
    },
  );
}

scenario("what arrived is acknowledged, and then nobody gets it again", {}, async (stage) => {
  const { link } = await send(stage, { text: "read and done" });
  const page = await look(stage, link);
  await reveal(page);
  await acknowledged(stage.site);
  await page.waitForSelector('html[data-worker="ended"]', { state: "attached" });
});

scenario("a page that is left at once has acknowledged all the same", {}, async (stage) => {
  const { link } = await send(stage, { text: "read and left" });
  const page = await look(stage, link);
  page.on("dialog", (dialog) => dialog.accept().catch(() => {}));
  await reveal(page);
  await page.close();
  await acknowledged(stage.site);
});

scenario("fifty readers at once, each repeating: one gets it, time and again", { on: ["memory", "redis"] }, async (stage) => {
  const sealed = await Sealed.store(stage.site);
  const nonces = Array.from({ length: 50 }, (_, n) => Buffer.alloc(16, n).toString("base64url"));
  const first = await Promise.all(nonces.map((nonce) => sealed.claim(stage.site, nonce)));
  const winner = first.findIndex(({ status }) => status === 200);
  const again = await Promise.all(nonces.map((nonce) => sealed.claim(stage.site, nonce)));
  for (const [n, { status }] of [...first, ...again].entries()) {
    assert.equal(status, n % 50 === winner ? 200 : 410);
  }
  assert.equal(await (await first[winner]).text(), await again[winner].text());
  assert.deepEqual(await tally([sealed.ack(stage.site, nonces[winner])]), { 204: 1 });
  assert.deepEqual(await tally([sealed.claim(stage.site, nonces[winner])]), { 410: 1 });
});
