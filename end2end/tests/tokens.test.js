// Tokens: whoever makes a link must have one, and whoever opens it needs none.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { post, Sealed } from "../lib/api.js";
import { attached, look, made, reach, reveal, says, visit } from "../lib/pages.js";
import { until } from "../lib/process.js";
import { scenario } from "../lib/scenario.js";
import { serverProgram, temporaryFolder } from "../lib/tools.js";

const OWN = { on: ["own"], needs: "a list of tokens of its own", statuses: [401] };

/** A list of tokens as an operator keeps it. */
class Tokens {
  file = join(temporaryFolder(), "tokens");

  /** As the command makes it; what it says besides is for people. */
  add(name) {
    /** @type {import("node:child_process").StdioOptions} */
    const stdio = ["ignore", "pipe", "ignore"];
    return execFileSync(serverProgram(), ["token", name, "--file", this.file], { encoding: "utf8", stdio }).trim();
  }

  revoke(name) {
    const lines = readFileSync(this.file, "utf8").split("\n");
    writeFileSync(this.file, lines.filter((line) => !line.startsWith(`${name} `)).join("\n"));
  }
}

async function statusWith(site, token) {
  /** @type {Record<string, string>} */
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return (await post(site, "secrets", new Sealed().request(), headers)).status;
}

const field = (page) =>
  page.evaluate(() => ({
    asks: document.querySelector("#token").checkVisibility(),
    focused: document.activeElement?.id,
    secret: document.querySelector("#secret").value,
  }));

async function refused(page, words, secret) {
  await page.waitForFunction((words) => document.querySelector("#problem").textContent.includes(words), words);
  assert.deepEqual(await field(page), { asks: true, focused: "token", secret });
}

const posts = (stage) => stage.apiCalls().filter(({ method, path }) => method === "POST" && path.endsWith("/secrets")).length;

scenario("a token is asked for once, and kept by nobody but the browser", OWN, async (stage) => {
  const tokens = new Tokens();
  const [alice, bob, stranger] = [tokens.add("alice"), tokens.add("bob"), new Tokens().add("stranger")];
  const site = await stage.start({ env: { ASHLINK_TOKENS: tokens.file } });
  const page = await stage.page();
  await visit(page, site.url("/"), "editing");
  await says(page, /Your token/, /only lets people with a token create links/);
  const look1 = await page
    .locator("#token")
    .evaluate((/** @type {HTMLInputElement} */ field) => [
      field.type,
      field.autocomplete,
      field.compareDocumentPosition(document.querySelector("#secret")) & Node.DOCUMENT_POSITION_FOLLOWING,
    ]);
  assert.deepEqual(look1, ["password", "current-password", 4], "a browser can keep it, and it comes first");

  const first = stage.keep("only for staff to send");
  await page.fill("#secret", first);
  await page.click("#create");
  await refused(page, "wants a token", first);
  assert.equal(posts(stage), 0, "nothing is sent without one");
  for (const wrong of [stranger, alice.slice(0, -1), "“quoted”"]) {
    await page.fill("#token", wrong);
    await page.click("#create");
    await refused(page, "does not take this token", first);
  }
  // As it is pasted, and sent off with the key.
  await page.fill("#token", ` ${alice} `);
  await page.press("#token", "Enter");
  const { link, receipt } = await made(stage, page);
  assert.match(site.log(), /a secret was stored.*alice/);

  // Opening it takes none, nor does the sender's page.
  assert.equal(await reveal(await look(stage, link)), first);
  await visit(await stage.page(), receipt, "opened");

  await page.click("#another");
  await reach(page, "editing");
  assert.equal((await field(page)).asks, false);
  await page.fill("#secret", stage.keep("without being asked again"));
  await page.click("#create");
  await made(stage, page);

  // Revoked while the server runs.
  tokens.revoke("alice");
  await until(async () => (await statusWith(site, alice)) === 401, "the server knows");
  await page.click("#another");
  await reach(page, "editing");
  const third = stage.keep("of someone who has left");
  await page.fill("#secret", third);
  await page.click("#create");
  await refused(page, "does not take this token", third);
  await page.fill("#token", bob);
  await page.click("#create");
  await made(stage, page);

  // It is nowhere but in the page's memory.
  const kept = await page.evaluate(async () => ({
    storage: [...Object.entries(localStorage), ...Object.entries(sessionStorage)],
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    cookies: document.cookie,
    name: window.name,
    state: history.state,
  }));
  assert.deepEqual(kept, { storage: [], databases: 0, caches: 0, cookies: "", name: "", state: null });
  assert.equal(page.url(), site.url("/"));
  await page.reload();
  await reach(page, "editing");
  assert.deepEqual([(await field(page)).asks, await page.inputValue("#token")], [true, ""]);
});

scenario("a server that wants tokens all of a sudden costs nobody what was typed", OWN, async (stage) => {
  const tokens = new Tokens();
  const alice = tokens.add("alice");
  const site = await stage.start();
  const page = await stage.page();
  await visit(page, site.url("/"), "editing");
  assert.equal((await field(page)).asks, false);
  const text = stage.keep("typed before the restart");
  await page.fill("#secret", text);
  await site.down();
  await site.up({ ASHLINK_TOKENS: tokens.file });
  await page.click("#create");
  await refused(page, "wants a token", text);
  await page.fill("#token", alice);
  await page.click("#create");
  const { link } = await made(stage, page);
  assert.equal(await reveal(await look(stage, link)), text);
});

scenario("a token is refused in words however much is sent, and taken with the progress shown", OWN, async (stage) => {
  const tokens = new Tokens();
  const [alice, stranger] = [tokens.add("alice"), new Tokens().add("stranger")];
  const site = await stage.start({ env: { ASHLINK_MAX_SIZE: "16MiB", ASHLINK_TOKENS: tokens.file } });
  const page = await stage.page();
  page.setDefaultTimeout(40_000);
  await visit(page, site.url("/"), "editing");
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(8 * 1024 * 1024)], "large.bin"));
    document.querySelector("#secret").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    globalThis.shares = [];
    const bar = document.querySelector("#progress");
    new MutationObserver(() => bar.hidden || shares.push(bar.value)).observe(bar, { attributes: true });
  });
  await attached(page, 1);
  site.tap.slow(8_000_000);
  await page.fill("#token", stranger);
  await page.click("#create");
  await refused(page, "does not take this token", "");
  await attached(page, 1);
  await page.evaluate(() => (shares.length = 0));
  await page.fill("#token", alice);
  await page.click("#create");
  await made(stage, page);
  const shares = await page.evaluate(() => shares.filter((share) => share > 0 && share < 1));
  // How many there are is a matter of the machine; that they grow is not.
  assert.ok(shares.length > 0 && shares.every((share, i) => i === 0 || share >= shares[i - 1]), String(shares));
});

scenario("a program creates with a token, and not without", OWN, async (stage) => {
  const tokens = new Tokens();
  const alice = tokens.add("alice");
  const site = await stage.start({ env: { ASHLINK_TOKENS: tokens.file } });
  assert.deepEqual([await statusWith(site), await statusWith(site, alice)], [401, 201]);
  const { token_required: required } = await (await fetch(site.url("/api/v1/config"))).json();
  assert.equal(required, true);
  // A file that breaks locks nobody out, and says so in the log.
  writeFileSync(tokens.file, "alice\n");
  await until(() => /token file cannot be used.*line 1/.test(site.log()), "the log says so");
  assert.equal(await statusWith(site, alice), 201);
});
