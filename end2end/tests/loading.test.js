// Before the page is live, and when it cannot become so: nothing is lost, and words say what to do.

import assert from "node:assert/strict";
import { look, made, openSettings, reach, reveal, says, send, visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";

const BOOT = /\/pkg\/boot\.[^/]*\.js$/;
const ISLANDS_JS = /\/pkg\/(create|open)\.[^/]*\.js$/;
const ISLANDS = /\/pkg\/(create|open)\.[^/]*\.wasm$/;
const WORKER = /\/pkg\/worker\.[^/]*\.js$/;
const WORKER_GLUE = /\/pkg\/worker_glue\.[^/]*\.js$/;
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

const display = (page, selector) => page.locator(selector).evaluate((element) => getComputedStyle(element).display);

for (const [name, file] of Object.entries({ "the islands": ISLANDS, "the worker": WORKER_WASM })) {
  scenario(`until ${name} arrived nothing can be clicked, and nothing typed is lost`, {}, async (stage) => {
    const { page, context } = await stage.visitor();
    const release = await holdBack(context, file);
    await page.goto(stage.site.url("/"), { waitUntil: "domcontentloaded" });
    await page.fill("#secret", stage.keep("typed too early"));
    await openSettings(page);
    await page.fill("#views", "2");
    assert.ok(await page.isDisabled("#create"));
    await page.click("#create", { force: true });
    await page.locator("#create").dispatchEvent("click");
    await page.focus("#secret");
    await page.keyboard.press("Control+Enter");
    await page.focus("#views");
    await page.keyboard.press("Enter");
    assert.equal(await page.getAttribute("[data-state]", "data-state"), "starting");
    // After ten seconds it says so.
    assert.equal(await display(page, "#slow"), "block");
    assert.deepEqual(stage.apiCalls(), []);
    assert.equal(new URL(page.url()).search, "");

    release();
    await reach(page, "editing");
    assert.equal(await display(page, "#slow"), "none");
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

const GONE = {
  "the islands' script": ISLANDS_JS,
  "the islands": ISLANDS,
  "the worker": WORKER,
  "the worker's script": WORKER_GLUE,
  "the worker's WASM": WORKER_WASM,
};
const notFound = (route) => route.fulfill({ status: 404, body: "" });

// As after an upgrade, when an old page asks for files that the new server has no more.
for (const [name, file] of Object.entries(GONE)) {
  scenario(`without ${name} the pages say "reload", and lose nothing`, { statuses: [404], unusedPreload: true }, async (stage) => {
    const { link, receipt } = await send(stage, { text: "still there" });
    const before = stage.apiCalls().length;
    const { page, context } = await stage.visitor();
    await context.route(file, notFound);
    for (const url of [stage.site.url("/"), link, receipt]) {
      await page.goto("about:blank");
      await page.goto(url);
      await page.waitForSelector('html[data-failed], [data-state="broken"]');
      await says(page, /could not load|did not start/i, /typed something, copy it; then reload/i, /nothing has been opened/i);
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

for (const [name, file] of Object.entries({ "the islands": ISLANDS, "the worker": WORKER_WASM })) {
  scenario(`what was typed while ${name} loaded stays when that fails`, { statuses: [404], unusedPreload: true }, async (stage) => {
    const { page, context } = await stage.visitor();
    let fail;
    const failing = new Promise((resolve) => (fail = resolve));
    await context.route(file, (route) => failing.then(() => notFound(route)));
    await page.goto(stage.site.url("/"), { waitUntil: "domcontentloaded" });
    await page.fill("#secret", stage.keep("typed in good time"));
    await openSettings(page);
    await page.fill("#passphrase", stage.keep("this as well", "the passphrase"));
    fail();
    await page.waitForSelector('html[data-failed], [data-state="broken"]');
    await says(page, /copy it; then reload the page/);
    assert.equal(await page.inputValue("#secret"), "typed in good time");
    assert.equal(await page.inputValue("#passphrase"), "this as well");
  });
}

scenario("the next secret says so too when the worker is gone by then", { statuses: [404] }, async (stage) => {
  const { page } = await send(stage, { text: "the first of two" }, { page: await stage.page() });
  await page.context().route(WORKER, notFound);
  await page.click("#another");
  await reach(page, "broken");
  await says(page, /did not start/, /reload the page/);
  assert.ok(await page.isDisabled("#create"));
});

scenario("nothing jumps when a page comes to life", {}, async (stage) => {
  const { link } = await send(stage, { text: "stand still" });
  const { page, context } = await stage.visitor({ viewport: { width: 390, height: 844 } });
  await context.addInitScript(() => {
    const jumps = [];
    globalThis.jumps = jumps;
    const note = (list) => jumps.push(...list.getEntries().map(({ value }) => value));
    new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
  });
  const release = await holdBack(context, ISLANDS);
  for (const [url, state] of [
    [stage.site.url("/"), "editing"],
    [link, "waiting"],
  ]) {
    await page.goto(url, { waitUntil: "domcontentloaded" });
    // Painted once before the islands arrive.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    release();
    await reach(page, state);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    assert.deepEqual(await page.evaluate(() => jumps), [], url.split("#")[0]);
  }
});

scenario("without the first script the pages say what to do after a while", { statuses: [404], unusedPreload: true }, async (stage) => {
  const { link } = await send(stage, { text: "slow to begin" });
  const { page, context } = await stage.visitor();
  await context.route(BOOT, notFound);
  for (const [url, ...advice] of /** @type {[string, ...RegExp[]][]} */ ([
    [stage.site.url("/"), /copy what you have typed/, /reload the page/],
    [link, /a reload would start again/, /Nothing has been opened/],
  ])) {
    await page.goto("about:blank");
    await page.goto(url);
    assert.ok(!(await page.isVisible("#slow")), "not at once");
    const place = () => page.locator("main h1").first().boundingBox();
    const before = await place();
    await page.evaluate(() => {
      for (const animation of document.getAnimations()) animation.finish();
    });
    assert.ok(await page.isVisible("#slow"));
    assert.deepEqual(await place(), before, "nothing moves below the person's hands");
    await says(page, /the connection is slow/, ...advice);
  }
  await context.unroute(BOOT);
  await page.goto("about:blank");
  await visit(page, link, "waiting");
  assert.ok(!(await page.isVisible("#slow")));
  assert.equal(await reveal(page), "slow to begin");
});

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
  const { link, receipt } = await send(stage, { text: "scripts are off" });
  const before = stage.apiCalls().length;
  const page = await stage.page({ javaScriptEnabled: false });
  for (const url of [stage.site.url("/"), link, receipt]) {
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

for (const [name, missing] of Object.entries({ WebAssembly: "WebAssembly", "web workers": "Worker" })) {
  scenario(`without ${name} the pages say what is missing`, { unusedPreload: true }, async (stage) => {
    const { link, receipt } = await send(stage, { text: "something is missing here" });
    const before = stage.apiCalls().length;
    const { page, context } = await stage.visitor();
    await context.addInitScript((global) => delete globalThis[global], missing);
    for (const url of [stage.site.url("/"), link, receipt]) {
      await page.goto("about:blank");
      await page.goto(url);
      await page.waitForSelector("html[data-failed=wasm]");
      assert.ok(await page.isVisible("#no-wasm"));
      await says(page, new RegExp(name), /Try another browser/, /Nothing has been opened/);
      assert.equal(await page.locator("button:enabled").filter({ visible: true }).count(), 0);
    }
    assert.equal(stage.apiCalls().length, before);
    assert.equal(await reveal(await look(stage, link)), "something is missing here");
  });
}

scenario("a browser that refuses the worker says so, and loses nothing", {}, async (stage) => {
  const { link } = await send(stage, { text: "no worker today" });
  const before = stage.apiCalls().length;
  const { page, context } = await stage.visitor();
  await context.addInitScript(() => {
    const Refused = class {
      constructor() {
        throw new DOMException("refused", "SecurityError");
      }
    };
    globalThis.Worker = /** @type {typeof Worker} */ (/** @type {unknown} */ (Refused));
  });
  for (const url of [stage.site.url("/"), link]) {
    await page.goto("about:blank");
    await visit(page, url, "broken");
    await says(page, /did not start/, /reload the page/, /nothing has been opened/);
  }
  assert.equal(stage.apiCalls().length, before);
  assert.equal(await reveal(await look(stage, link)), "no worker today");
});
