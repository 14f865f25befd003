// Leaving a page, and coming back to it: a revealed secret is never there again.

import assert from "node:assert/strict";
import { acceptDialogs, attached, copy, drop, look, made, problem, reach, reveal, send, shownText, submit, visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";

const TEXT = "seen once, never again";

/** A visitor of whom it is known whether a page came back from the back/forward cache. */
async function returning(stage) {
  const { page, context } = await stage.visitor();
  const restored = [];
  await context.exposeFunction("reportRestored", (persisted) => restored.push(persisted));
  await context.addInitScript(() => addEventListener("pageshow", (event) => globalThis.reportRestored(event.persisted)));
  return { page, restored };
}

/** Nothing of the secret is on the page, in a field, or in anything that was kept of it. */
async function assertNothingLeft(page) {
  assert.notEqual(await page.getAttribute("[data-state]", "data-state"), "shown");
  const everything = await page.evaluate(() => {
    const fields = [...document.querySelectorAll("input, textarea")].map((field) => field.value);
    return [document.documentElement.outerHTML, document.body.innerText, JSON.stringify(history.state), ...fields].join("\n");
  });
  assert.ok(!everything.includes(TEXT));
}

scenario("back to a revealed secret shows nothing of it", {}, async (stage) => {
  const { link } = await send(stage, { text: TEXT });
  const { page, restored } = await returning(stage);
  acceptDialogs(page);
  await visit(page, link, "waiting");
  await reveal(page);
  await visit(page, stage.site.url("/"), "editing");
  await page.evaluate(() => history.back());
  await reach(page, "read");
  await assertNothingLeft(page);
  await page.goto("about:blank");
  await page.goBack();
  await reach(page, "read");
  await assertNothingLeft(page);
  assert.ok(restored.length >= 3, "the pages tell how they came back");
});

scenario("the back/forward cache keeps nothing of a revealed secret", {}, async (stage) => {
  const { link } = await send(stage, { text: TEXT });
  const { page, restored } = await returning(stage);
  acceptDialogs(page);
  await visit(page, link, "waiting");
  await reveal(page);
  await visit(page, stage.site.url("/"), "editing");
  await page.evaluate(() => history.back());
  await reach(page, "read");
  await assertNothingLeft(page);
  // Otherwise this has tested nothing: the cache is on in every person's browser.
  assert.ok(restored.includes(true), `no page came from the back/forward cache: ${restored}`);
});

scenario("back to a made link or a draft shows nothing of it", {}, async (stage) => {
  const { page } = await returning(stage);
  acceptDialogs(page);
  const { link } = await send(stage, { text: TEXT, passphrase: "not this either" }, { page });
  await visit(page, stage.site.url("/s"), "missing");
  await page.evaluate(() => history.back());
  await reach(page, "editing");
  await assertNothingLeft(page);
  assert.ok(!(await page.content()).includes(link.split("#")[1]));

  await page.fill("#secret", TEXT);
  await visit(page, stage.site.url("/s"), "missing");
  await page.evaluate(() => history.back());
  await reach(page, "editing");
  await assertNothingLeft(page);
});

scenario("leaving an uncopied secret is asked about, and staying keeps it", {}, async (stage) => {
  const { link } = await send(stage, { text: TEXT });
  const page = await look(stage, link);
  await reveal(page);
  const seen = [];
  page.once("dialog", (dialog) => seen.push(dialog.type()) && dialog.dismiss());
  await page.goto("about:blank").catch(() => {});
  assert.deepEqual(seen, ["beforeunload"]);
  await reach(page, "shown");
  assert.equal(await shownText(page), TEXT);

  page.once("dialog", (dialog) => seen.push(dialog.type()) && dialog.accept());
  await page.goto("about:blank");
  assert.deepEqual(seen, ["beforeunload", "beforeunload"]);
});

scenario(
  "leaving while a secret is on its way is asked about, and staying gets it",
  { on: ["own"], network: ["ERR_EMPTY_RESPONSE"] },
  async (stage) => {
    const site = await stage.start();
    const { link } = await send(stage, { text: TEXT });
    const page = await look(stage, link);
    site.tap.cut(/^POST \S+\/claim /, "none", 3);
    await page.click("#reveal");
    await problem(page);
    const seen = [];
    page.once("dialog", (dialog) => seen.push(dialog.type()) && dialog.dismiss());
    await page.goto("about:blank").catch(() => {});
    assert.deepEqual(seen, ["beforeunload"]);
    await reach(page, "shown");
    assert.equal(await shownText(page), TEXT);
  },
);

scenario("leaving what was typed or attached is asked about, and nothing once it is taken away again", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  const seen = [];
  const leave = async () => {
    page.once("dialog", (dialog) => seen.push(dialog.type()) && dialog.dismiss());
    await page.reload({ timeout: 2_000 }).catch(() => {});
    page.removeAllListeners("dialog");
    return seen.splice(0);
  };
  // Browsers ask nobody who has not touched the page.
  await page.click("#secret");
  await page.keyboard.type(stage.keep(TEXT));
  assert.deepEqual(await leave(), ["beforeunload"]);
  await reach(page, "editing");
  assert.equal(await page.inputValue("#secret"), TEXT);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await drop(page, [{ name: "draft.txt", data: "not sent yet" }]);
  await attached(page, 1);
  assert.deepEqual(await leave(), ["beforeunload"]);
  await page.click("#files button");
  await attached(page, 0);
  assert.deepEqual(await leave(), []);
});

scenario("leaving a link that nobody has yet is asked about", {}, async (stage) => {
  const page = await stage.page({ permissions: ["clipboard-write"] });
  const { link } = await send(stage, { text: TEXT }, { page });
  const seen = [];
  page.once("dialog", (dialog) => seen.push(dialog.type()) && dialog.dismiss());
  await page.goto("about:blank").catch(() => {});
  assert.deepEqual(seen, ["beforeunload"]);
  assert.equal(await page.inputValue("#link"), link);

  await copy(page, "copy-link");
  page.on("dialog", (dialog) => seen.push(dialog.type()) && dialog.accept());
  await page.goto("about:blank");
  assert.deepEqual(seen, ["beforeunload"]);
});

scenario("what is on its way is not changed any more", {}, async (stage) => {
  const { page, context } = await stage.visitor();
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await context.route(/\/api\/v1\/secrets$/, async (route) => {
    await held;
    await route.continue();
  });
  await visit(page, stage.site.url("/"), "editing");
  await page.fill("#secret", stage.keep(TEXT));
  await page.click("#create");
  await reach(page, "storing");
  await page.evaluate(() => document.querySelector("#secret").focus());
  await page.keyboard.type("too late");
  assert.equal(await page.inputValue("#secret"), TEXT);
  release();
  const { link } = await made(stage, page);
  assert.equal(await reveal(await look(stage, link)), TEXT);
});

scenario("nothing is asked when the secret was copied, or not opened yet", {}, async (stage) => {
  const { link } = await send(stage, { text: TEXT });
  const page = await look(stage, link, { permissions: ["clipboard-write"] });
  const seen = acceptDialogs(page);
  await page.mouse.click(5, 5);
  await page.goto("about:blank");
  await visit(page, link, "waiting");
  await reveal(page);
  await copy(page, "copy-secret");
  await page.goto("about:blank");
  assert.deepEqual(seen, []);
});

scenario("switching tabs clears nothing", {}, async (stage) => {
  const { link } = await send(stage, { text: TEXT });
  const page = await look(stage, link);
  await reveal(page);
  const other = await page.context().newPage();
  await other.bringToFront();
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await other.close();
  await reach(page, "shown");
  assert.equal(await shownText(page), TEXT);
});

scenario("the keys are gone with the worker once the secret is shown or stored", {}, async (stage) => {
  const sender = await stage.page();
  await visit(sender, stage.site.url("/"), "editing");
  const [sealing] = sender.workers();
  const ended = new Promise((resolve) => sealing.once("close", resolve));
  const { link } = await submit(stage, sender, { text: TEXT });
  await ended;
  // Another one, with the receipt's key alone, asks what becomes of the secret.
  await sender.waitForSelector("#receipt-destroy", { state: "visible" });
  assert.equal(sender.workers().length, 1);
  assert.notEqual(sender.workers()[0], sealing);

  const page = await look(stage, link);
  assert.equal(page.workers().length, 1);
  await reveal(page);
  await page.waitForSelector("html[data-worker=ended]");
  assert.equal(page.workers().length, 0);
});
