// Before the page is live, and when it cannot become so: nothing is lost, and words say what to do.

import assert from "node:assert/strict";
import { look, made, reach, reveal, says, send, visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";

const ISLANDS = /\/pkg\/frontend\.[^/]*\.wasm$/;
const WORKER = /\/pkg\/worker\.[^/]*\.js$/;
const WORKER_WASM = /\/pkg\/worker\.[^/]*\.wasm$/;

/** Holds a file back until told to let it through. */
async function holdBack(context, file) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await context.route(file, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

for (const [name, file] of Object.entries({ "the islands": ISLANDS, "the worker": WORKER_WASM })) {
  scenario(`until ${name} arrived nothing can be clicked, and nothing typed is lost`, {}, async (stage) => {
    const { page, context } = await stage.visitor();
    const release = await holdBack(context, file);
    await page.goto(stage.site.url("/"), { waitUntil: "domcontentloaded" });
    await page.fill("#secret", stage.keep("typed too early"));
    await page.fill("#views", "2");
    assert.ok(await page.isDisabled("#create"));
    await page.click("#create", { force: true });
    await page.locator("#create").dispatchEvent("click");
    await page.focus("#secret");
    await page.keyboard.press("Control+Enter");
    await page.focus("#views");
    await page.keyboard.press("Enter");
    assert.equal(await page.getAttribute("[data-state]", "data-state"), "starting");
    assert.deepEqual(stage.apiCalls(), []);
    assert.equal(new URL(page.url()).search, "");

    release();
    await reach(page, "editing");
    assert.equal(await page.inputValue("#secret"), "typed too early");
    assert.equal(await page.inputValue("#views"), "2");
    await page.click("#create");
    const { link } = await made(stage, page);
    assert.equal(await reveal(await look(stage, link)), "typed too early");
  });
}

scenario("a link is not even looked at before the worker passed its test", {}, async (stage) => {
  const { link } = await send(stage, { text: "first things first" });
  const before = stage.apiCalls().length;
  const { page, context } = await stage.visitor();
  const release = await holdBack(context, WORKER_WASM);
  await page.goto(link);
  await page.waitForSelector("html[data-hydrated]");
  assert.ok(!(await page.isVisible("#reveal")) && (await page.isDisabled("#reveal")));
  assert.equal(stage.apiCalls().length, before);
  release();
  await reach(page, "waiting");
  assert.equal(await reveal(page), "first things first");
});

// As after an upgrade, when an old page asks for files that the new server has no more.
for (const [name, file] of Object.entries({ "the islands": ISLANDS, "the worker": WORKER, "the worker's WASM": WORKER_WASM })) {
  scenario(`without ${name} the pages say "reload", and lose nothing`, { statuses: [404] }, async (stage) => {
    const { link, owner } = await send(stage, { text: "still there" });
    const before = stage.apiCalls().length;
    const { page, context } = await stage.visitor();
    await context.route(file, (route) => route.fulfill({ status: 404, body: "" }));
    for (const url of [stage.site.url("/"), link, owner]) {
      await page.goto("about:blank");
      await page.goto(url);
      await page.waitForSelector('html[data-failed], [data-state="broken"]');
      await says(page, /could not load|failed in this browser|did not start/i, /reload/i);
      if (url.endsWith("/")) {
        await page.fill("#secret", stage.keep("typed in vain"));
        assert.ok(await page.isDisabled("#create"));
      }
      if (url === link) assert.ok(!(await page.isVisible("#reveal")) && (await page.isDisabled("#reveal")));
    }
    assert.equal(stage.apiCalls().length, before);

    await context.unroute(file);
    await page.goto("about:blank");
    await visit(page, link, "waiting");
    assert.equal(await reveal(page), "still there");
  });
}

scenario("without a connection to the files the pages say so too", { network: ["ERR_FAILED"] }, async (stage) => {
  const { link } = await send(stage, { text: "offline for a moment" });
  const { page, context } = await stage.visitor();
  await context.route(ISLANDS, (route) => route.abort());
  await page.goto(link);
  await page.waitForSelector("html[data-failed]");
  await says(page, /reload the page. Nothing has been opened/);
  assert.ok(!(await page.isVisible("#slow")));
  await context.unroute(ISLANDS);
  await page.reload();
  await reach(page, "waiting");
});

scenario("without JavaScript the pages say what is missing", { unusedPreload: true }, async (stage) => {
  const { link, owner } = await send(stage, { text: "scripts are off" });
  const before = stage.apiCalls().length;
  const page = await stage.page({ javaScriptEnabled: false });
  for (const url of [stage.site.url("/"), link, owner]) {
    await page.goto("about:blank");
    await page.goto(url);
    const text = await page.innerText("body");
    assert.match(text, /needs JavaScript/);
    assert.match(text, /Nothing has been opened/);
    assert.equal(await page.locator("button:enabled").filter({ visible: true }).count(), 0);
  }
  assert.equal(stage.apiCalls().length, before);
  assert.equal(await reveal(await look(stage, link)), "scripts are off");
});

scenario("without WebAssembly the pages say what is missing", { unusedPreload: true }, async (stage) => {
  const { link } = await send(stage, { text: "no assembly here" });
  const before = stage.apiCalls().length;
  const { page, context } = await stage.visitor();
  await context.addInitScript(() => delete globalThis.WebAssembly);
  for (const url of [stage.site.url("/"), link]) {
    await page.goto(url);
    await page.waitForSelector("html[data-failed=wasm]");
    assert.ok(await page.isVisible("#no-wasm"));
    await says(page, /WebAssembly/, /Nothing has been opened/);
  }
  assert.equal(stage.apiCalls().length, before);
});
