// Links as they arrive: cut off, decorated, without a key, at the wrong page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fragmentOf } from "../lib/links.js";
import { look, reach, reveal, says, send, visit } from "../lib/pages.js";
import { EVERYWHERE, scenario } from "../lib/scenario.js";

/** Loads an address anew even where only its fragment differs. */
async function load(page, url, ...names) {
  await page.goto("about:blank");
  return visit(page, url, ...names);
}

scenario("a damaged link is known without asking the server", {}, async (stage) => {
  const { link } = await send(stage, { text: "the link gets cut" });
  const before = stage.apiCalls().length;
  const page = await stage.page();
  const key = fragmentOf(link);
  const other = key[20] === "x" ? "y" : "x";
  const swapped = key.slice(0, 20) + other + key.slice(21);
  for (const damaged of [key.slice(0, -1), key.slice(1), key.slice(0, 10), swapped, key.toLowerCase(), "hello"]) {
    await load(page, `${stage.site.url("/s")}#${damaged}`, "damaged");
    await says(page, /damaged/, /Nothing has been opened/);
    assert.ok(!(await page.isVisible("#reveal")));
  }
  assert.equal(stage.apiCalls().length, before);

  // The whole link still works, typed into the same tab's address bar.
  await visit(page, link, "waiting");
  assert.equal(await reveal(page), "the link gets cut");
});

scenario("what chats and mail programs put around a link does no harm", {}, async (stage) => {
  const { link } = await send(stage, { text: "a decorated link" });
  const [address, key] = link.split("#");
  const page = await stage.page();
  const fragments = [
    ...["=", "==", ".", ")", ">", "_", "*", ",", "&utm_source=x", "?utm_source=x&a=b", "%3D", "%22", "%20", "/"].map((end) => key + end),
    ...['"', "\u201d", "%E2%80%9D", `#${key}`, " and some words"].map((end) => key + end),
  ];
  for (const fragment of fragments) {
    await load(page, `${address}#${fragment}`, "waiting", "damaged").then((found) => assert.equal(found, "waiting", fragment));
  }
  assert.equal(await reveal(page), "a decorated link");
});

scenario("what stands before the key does no harm either", {}, async (stage) => {
  const { link } = await send(stage, { text: "quoted in full" });
  const [address, key] = link.split("#");
  const page = await stage.page();
  const wrong = [];
  // The browser itself writes some of these as percent codes, whose digits could be part of a key.
  for (const fragment of [`(${key}).`, `_${key}_`, `/${key}`, `"${key}"`, `<${key}>`, `%22${key}%22`, ` ${key}`]) {
    const found = await load(page, `${address}#${fragment}`, "waiting", "damaged");
    if (found !== "waiting") wrong.push(fragment.replace(key, "KEY"));
  }
  assert.deepEqual(wrong, []);
});

scenario("a query in front of the key does no harm, and is not logged", {}, async (stage) => {
  const { link } = await send(stage, { text: "tracked on its way" });
  const page = await look(stage, link.replace("#", "?utm_source=newsletter&fbclid=tracker#"));
  assert.equal(await reveal(page), "tracked on its way");
  assert.equal(page.url(), stage.site.url("/s"));
});

scenario("without a key, the whole link can be pasted", { on: EVERYWHERE }, async (stage) => {
  const { link, receipt } = await send(stage, { text: "pasted in the end" });
  const before = stage.apiCalls().length;
  const page = await stage.page();
  await visit(page, stage.site.url("/s"), "missing");
  await says(page, /no key/);
  assert.equal(stage.apiCalls().length, before);

  await page.fill("#paste", link.slice(0, -2));
  await page.click("#paste-button");
  await reach(page, "damaged");
  assert.equal(stage.apiCalls().length, before);

  await page.fill("#paste", `Here it is: ${link}. Bye!`);
  await page.click("#paste-button");
  await reach(page, "waiting");
  // The address has the key now, so that nothing is lost by a reload.
  await page.reload();
  await reach(page, "waiting");
  assert.equal(await reveal(page), "pasted in the end");

  await load(page, stage.site.url("/m"), "missing");
  await page.fill("#paste", receipt);
  await page.keyboard.press("Enter");
  await reach(page, "opened");
});

scenario("the sender's link at the recipient's page, and the other way round", {}, async (stage) => {
  const { link, receipt } = await send(stage, { text: "links get mixed up" });
  const before = stage.apiCalls().length;
  const page = await stage.page();
  await load(page, link.replace("/s#", "/m#"), "share-link");
  await says(page, /link to send/);
  await load(page, receipt.replace("/m#", "/s#"), "receipt-link");
  await says(page, /sender's receipt link/);
  assert.equal(stage.apiCalls().length, before);

  await page.click("#notice-button");
  await reach(page, "waiting");
  assert.equal(page.url(), receipt);
  await says(page, /Not opened yet/);

  await load(page, link.replace("/s#", "/m#"), "share-link");
  await page.click("#notice-button");
  await page.waitForURL(link);
  await reach(page, "waiting");
  assert.equal(await reveal(page), "links get mixed up");
});

scenario("a link that this server knows nothing of", { statuses: [404] }, async (stage) => {
  const { cases } = JSON.parse(readFileSync(new URL("../../core/testdata/links.json", import.meta.url), "utf8"));
  const page = await stage.page();
  const one = (kind) => cases.find((vector) => vector.kind === kind).input;
  await visit(page, stage.site.url(`/s#${one("share")}`), "unknown");
  await says(page, /no secret for this link/);
  await load(page, stage.site.url(`/m#${one("owner")}`), "unknown");
  await says(page, /no secret for this link/);

  const before = stage.apiCalls().length;
  const newer = cases.find((vector) => vector.error === "too_new").input;
  for (const path of ["/s", "/m"]) {
    await load(page, stage.site.url(`${path}#${newer}`), "too-new");
    await says(page, /newer than this page/, /Nothing has been opened/);
  }
  assert.equal(stage.apiCalls().length, before);
});

scenario("pages that lead nowhere say so", { statuses: [404] }, async (stage) => {
  const page = await stage.page();
  const response = await page.goto(stage.site.url("/nowhere"));
  assert.equal(response?.status(), 404);
  await says(page, /nothing here/i);
  await page.click("main a");
  await reach(page, "editing");
});
