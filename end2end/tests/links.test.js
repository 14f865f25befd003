// Links as they arrive: cut off, decorated, without a key, at the wrong page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ashlink, receiptLink } from "../lib/command.js";
import { fragmentOf } from "../lib/links.js";
import { copy, look, reach, reveal, says, send, visit } from "../lib/pages.js";
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

scenario("a key that is joined to other characters or broken into pieces is found", {}, async (stage) => {
  const { link } = await send(stage, { text: "glued and broken" });
  const [, key] = link.split("#");
  const [start, end] = [key.slice(0, 20), key.slice(20)];
  const page = await stage.page();
  const wrapped = encodeURIComponent(link);
  const wrong = [];
  for (const text of [
    `https://safelinks.example/?url=${wrapped}&data=05%7C02%7C&reserved=0`,
    `https://safelinks.example/?url=${wrapped.replace("%23", "%2523")}&data=05%7C02%7C&reserved=0`,
    `https://urldefense.example/v3/__${link.replace("#", "*")}__;Iw!!Abc`,
    `https://urldefense.example/v2/url?u=https-3A__host.example_s-23${key}&d=DwMF`,
    `${start}\u200b${end}`,
    `${start}  ${end}`,
    `see${key}Thanks`,
  ]) {
    await load(page, stage.site.url("/s"), "missing");
    await page.fill("#paste", text);
    await page.click("#paste-button");
    if ((await reach(page, "waiting", "damaged")) !== "waiting") wrong.push(text.replaceAll(key, "KEY"));
  }
  // The browser itself encodes the second.
  for (const fragment of [`${start}%0D%0A${end}`, `${start}\u200b${end}`, `/${key}`]) {
    if ((await load(page, `${stage.site.url("/s")}#${fragment}`, "waiting", "damaged")) !== "waiting") wrong.push(fragment);
  }
  assert.deepEqual(wrong, []);
  assert.equal(await reveal(page), "glued and broken");
});

scenario("an address with too many slashes leads to the page, and the key stays in the browser", { on: EVERYWHERE }, async (stage) => {
  const { link, receipt } = await send(stage, { text: "one slash too many" });
  const page = await stage.page();
  for (const [whole, name] of [
    [link, "/s"],
    [receipt, "/m"],
  ]) {
    for (const form of [`${name}/`, `/${name}`, `/${name}//`]) {
      await load(page, `${stage.site.url(form)}#${fragmentOf(whole)}`, "waiting");
      assert.equal(page.url(), whole, form);
      assert.ok(!(await page.isVisible("#rewritten")), form);
    }
  }
  await load(page, `${stage.site.url("/s/")}#${fragmentOf(link)}`, "waiting");
  assert.equal(await reveal(page), "one slash too many");
  assert.equal(page.url(), stage.site.url("/s"));
});

scenario("a link whose # became a part of the path is read, and the sender can be warned", { on: EVERYWHERE }, async (stage) => {
  // By the command line, so that the key may be sent: it is what somebody else does to it.
  const sent = await ashlink(stage.site, ["send"], { input: stage.keep("read all the same") });
  const key = fragmentOf(sent.text.trim());
  const { page } = await stage.visitor({ permissions: ["clipboard-write"] });
  for (const form of [`/s%23${key}`, `/s%2523${key}`, `/s/%23${key}`, `//s%23${key}`, `/s*${key}__`]) {
    stage.site.turnPage();
    await load(page, stage.site.url(form), "waiting");
    await says(page, /went through this server/);
    const address = new URL(page.url());
    assert.equal(`${address.origin}${address.pathname}`, stage.site.url("/s"), form);
    assert.ok(address.hash.includes(key));
    // Nothing that the page asks for says where it is.
    const told = stage.site.tap
      .sent()
      .flatMap((text) => text.split(/(?=^(?:GET|POST) )/m))
      .filter((text) => text.includes(key));
    assert.equal(told.length, 1, told.join());
    assert.ok(!stage.site.log().includes(key), "the log has no key");
  }
  await copy(page, "copy-warning");
  await page.reload();
  await reach(page, "waiting");
  assert.equal(await reveal(page), "read all the same");
  assert.equal(page.url(), stage.site.url("/s"));

  const receipt = fragmentOf(receiptLink(sent.errors));
  for (const form of [`/m%23${receipt}`, `/m%2523${receipt}`]) {
    await load(page, stage.site.url(form), "opened");
    await says(page, /went through this server/);
    assert.equal(new URL(page.url()).pathname, new URL(stage.site.url("/m")).pathname);
  }
  assert.ok(!stage.site.log().includes(receipt), "the log has no key");
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
  await page.click("main a.primary");
  await reach(page, "missing");
  await page.goBack();
  await page.click("main a:not(.primary)");
  await reach(page, "editing");
});
