// The API's reference: a page without a script, found from the page that explains, used by keyboard alone.

import assert from "node:assert/strict";
import { inspect } from "../lib/inspect.js";
import { scenario } from "../lib/scenario.js";

const ON = ["memory", "prefix"];

scenario("the reference is found, and everybody can read it", { on: ON, patience: 300_000 }, async (stage) => {
  const page = await stage.page();
  await page.goto(stage.site.url("/about"));
  await page.click("a[href$='/docs/api']");
  await page.waitForURL(stage.site.url("/docs/api"));
  assert.equal(await page.locator("script").count(), 0);
  assert.equal(await page.locator("[style], style").count(), 0);
  assert.deepEqual(await inspect(page), []);
  // Each heading is at most one deeper than the one before.
  const levels = await page.$$eval("h1, h2, h3, h4, h5, h6", (headings) => headings.map(({ localName }) => Number(localName[1])));
  assert.equal(levels[0], 1);
  for (const [before, level] of levels.slice(1).map((level, at) => [levels[at], level])) {
    assert.ok(level <= before + 1 && level > 1, levels.join(" "));
  }
});

scenario("its links lead somewhere, and its examples to this server", { on: ON }, async (stage) => {
  const { site } = stage;
  const page = await stage.page();
  await page.goto(site.url("/docs/api"));
  const links = await page.$$eval("a", (anchors) => anchors.map(({ href }) => href));
  for (const link of new Set(links)) {
    const { hash } = new URL(link);
    if (hash) assert.equal(await page.locator(`[id="${hash.slice(1)}"]`).count(), 1, hash);
    else assert.equal((await fetch(link)).status, 200, link);
    assert.ok(link.startsWith(site.base), link);
  }
  const document = await (await fetch(site.url("/api/openapi.json"))).json();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => [method, path]));
  const examples = await page.$$eval("pre", (examples) => examples.map((example) => example.textContent));
  assert.equal(examples.length, operations.length);
  // Where nobody has said where the server is, a name stands for it.
  const { public_url: address } = await (await fetch(site.url("/api/v1/config"))).json();
  assert.equal(document.servers?.[0].url, address);
  for (const example of examples) assert.ok(example.includes(`${address ?? "https://ashlink.example"}/api/v1/`), example);
});

scenario("its contents lead to every operation by keyboard", {}, async (stage) => {
  const page = await stage.page();
  await page.goto(stage.site.url("/docs/api"));
  const wanted = await page.$$eval("nav a", (links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).hash));
  const reached = [];
  for (let presses = 0; presses < 30 && reached.length < wanted.length; presses++) {
    await page.keyboard.press("Tab");
    const { hash, outline } = await page.evaluate(() => {
      const link = /** @type {HTMLAnchorElement} */ (document.activeElement);
      return { hash: link.closest("nav") ? link.hash : undefined, outline: getComputedStyle(link).outlineStyle };
    });
    assert.notEqual(outline, "none");
    if (hash) reached.push(hash);
  }
  assert.deepEqual(reached, wanted);
  // The focus is on the last one.
  await page.keyboard.press("Enter");
  await page.waitForFunction((hash) => location.hash === hash, wanted.at(-1));
  const top = await page.$eval(wanted.at(-1) ?? "", (target) => target.getBoundingClientRect().top);
  assert.ok(top > -1 && top < 800, `the target is at ${top}`);
});
