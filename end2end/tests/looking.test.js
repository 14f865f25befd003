// Looking never destroys: what robots do, reloads, and what stays in the address.

import assert from "node:assert/strict";
import { look, reach, reveal, says, send, visit, words } from "../lib/pages.js";
import { BOTH, scenario } from "../lib/scenario.js";
import { scale } from "../lib/tools.js";

/** As many as a link may meet on its way through mail scanners, previews and proxies. */
const ROBOTS = 4;
const VISITS = 5 * scale;

/** Loads the whole page, and does all that a program does without meaning to open anything. */
async function robot(stage, link) {
  const visitor = await stage.visitor();
  const { page } = visitor;
  for (let visits = 0; visits < VISITS; visits++) {
    await page.goto("about:blank");
    await page.goto(link);
    await page.waitForSelector("html[data-hydrated][data-worker=ready]");
    await reach(page, "waiting");
    await page.mouse.move(200, 200);
    await page.mouse.wheel(0, 2000);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  }
  // Everything that it has seen and could guess, with every method that must change nothing.
  const seen = new Map(visitor.requests.map((request) => [request.url().split("#")[0], request.headers()]));
  for (const [url, headers] of seen) {
    const guesses = url.includes("/open/") ? [url, `${url}/claim`, `${url}/ack`] : [url];
    for (const address of guesses) {
      for (const method of ["GET", "HEAD", "OPTIONS"]) await fetch(address, { method, headers });
    }
  }
  await visitor.leave();
}

/** Milliseconds: a robot that loads a page takes its time, and waits for the others. */
const PATIENCE = 90_000 * scale;

scenario("twenty robots load everything, and the secret is still there", { on: BOTH, patience: PATIENCE }, async (stage) => {
  const text = "not for robots";
  const { link } = await send(stage, { text, passphrase: "nor this either" });
  await Promise.all(Array.from({ length: ROBOTS }, () => robot(stage, link)));
  const claims = stage.apiCalls().filter(({ method }) => !["GET", "HEAD", "OPTIONS"].includes(method));
  assert.deepEqual(
    claims.map(({ path }) => path.replace(/.*\/api/, "/api")),
    ["/api/v1/secrets"],
  );
  assert.ok(stage.apiCalls().filter(({ path }) => path.includes("/open/")).length >= ROBOTS * (VISITS + 9));

  const page = await look(stage, link);
  assert.equal(await reveal(page, "nor this either"), text);
});

scenario("no timer opens it either", {}, async (stage) => {
  const { link } = await send(stage, { text: "patience is no click" });
  const page = await stage.page();
  await page.clock.install();
  await visit(page, link, "waiting");
  // Every timer of some minutes, and whatever would come hours later.
  await page.clock.runFor("00:10:00");
  await page.clock.fastForward("06:00:00");
  await reach(page, "waiting");
  assert.deepEqual(
    stage.apiCalls().filter(({ path }) => path.endsWith("/claim")),
    [],
  );
  assert.equal(await reveal(page), "patience is no click");
});

scenario("the key stays in the address until the click, and not after it", { on: BOTH }, async (stage) => {
  const { link } = await send(stage, { text: "reload as you like" });
  const page = await look(stage, link);
  for (let times = 0; times < 2; times++) {
    assert.equal(page.url(), link);
    await page.reload();
    await reach(page, "waiting");
  }
  assert.equal(await reveal(page), "reload as you like");
  assert.equal(page.url(), stage.site.url("/s"));
  assert.equal(await page.evaluate(() => history.length), 2);

  page.on("dialog", (dialog) => dialog.accept());
  for (let times = 0; times < 2; times++) {
    await page.reload();
    await reach(page, "read");
    await says(page, /You have read this secret/, /gone, as intended/);
  }
  // What the tab keeps for that is a word, and no tab but this one has it.
  assert.equal(await page.evaluate(() => JSON.stringify(history.state)), '"read"');
  const other = await page.context().newPage();
  await visit(other, stage.site.url("/s"), "missing");
  // A link that is opened in the same tab is looked at as in any other.
  const { link: next } = await send(stage, { text: "the next one" });
  await visit(page, next, "waiting");
  assert.equal(await reveal(page), "the next one");
});

scenario("after a view of several, a reload does not call the secret gone", {}, async (stage) => {
  const { link } = await send(stage, { text: "two views of it", views: 2 });
  const page = await look(stage, link);
  await reveal(page);
  page.on("dialog", (dialog) => dialog.accept());
  await page.reload();
  await reach(page, "read");
  await says(page, /has views left/);
  assert.doesNotMatch(await words(page), /gone/);
});

scenario("a dead link leaves the address too", {}, async (stage) => {
  const { link } = await send(stage, { text: "dead on the second visit" });
  await reveal(await look(stage, link));
  const page = await stage.page();
  await visit(page, link, "opened");
  assert.equal(page.url(), stage.site.url("/s"));
  await page.reload();
  await reach(page, "ended");
  await says(page, /nothing left to open/);
});

scenario("nothing is kept in the browser", {}, async (stage) => {
  const { link, receipt } = await send(stage, { text: "remembered nowhere" });
  const page = await look(stage, link);
  await reveal(page);
  const other = await stage.page();
  await visit(other, receipt, "opened");
  for (const place of [page, other]) {
    const kept = await place.evaluate(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      cookies: document.cookie,
      databases: (await indexedDB.databases()).length,
      caches: (await globalThis.caches?.keys())?.length ?? 0,
      workers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
    }));
    assert.deepEqual(kept, { local: 0, session: 0, cookies: "", databases: 0, caches: 0, workers: 0 });
  }
});

scenario("how it works can be read without losing what was typed", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  await page.fill("#secret", stage.keep("half a secret"));
  const [about] = await Promise.all([page.context().waitForEvent("page"), page.click("footer a")]);
  await about.waitForLoadState();
  await says(about, /How Ashlink works/, /What it cannot do/, /30 days at most/);
  assert.equal(await page.inputValue("#secret"), "half a secret");
});
