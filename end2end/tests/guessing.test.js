// Wrong passphrases, and too many requests: who guesses waits, who sends knows, and a recipient
// is told what is going on.

import assert from "node:assert/strict";
import { request } from "node:http";
import { Sealed } from "../lib/api.js";
import { fragmentOf, readShareKey } from "../lib/links.js";
import { facts, fillIn, look, made, problem, reach, reveal, says, send, visit } from "../lib/pages.js";
import { until } from "../lib/process.js";
import { scenario } from "../lib/scenario.js";

async function guess(page, passphrase) {
  await page.fill("#passphrase", passphrase);
  await page.click("#reveal");
  await page.waitForFunction(() => document.querySelector("#state").dataset.state !== "revealing");
}

scenario("who guesses waits, and the sender sees it and destroys it", { on: ["memory", "redis"], statuses: [403, 429] }, async (stage) => {
  const { link, receipt } = await send(stage, { text: "not by guessing", passphrase: "correct horse" });
  const page = await look(stage, link);
  /** @type {[string, RegExp][]} */
  const GUESSES = [
    ["one", /4 attempts left, then you have to wait/],
    ["two", /3 attempts left/],
    ["three", /2 attempts left/],
    ["four", /one attempt left, then you have to wait/],
    ["five", /your next attempt is possible in 10 minutes/],
  ];
  for (const [wrong, left] of GUESSES) {
    await guess(page, wrong);
    await says(page, /does not open it/, /Nothing was lost/, left);
  }
  // Nobody has to try whether the wait is over: the button says how long it is, and counts.
  const label = () => page.innerText("#reveal");
  assert.match(await label(), /^Wait (10:00|9:\d\d)$/);
  assert.ok(await page.isDisabled("#reveal"));
  const claims = () => stage.apiCalls().filter(({ path }) => path.endsWith("/claim")).length;
  const before = claims();
  await page.press("#passphrase", "Enter");
  const first = await label();
  await page.waitForFunction((first) => document.querySelector("#reveal").textContent !== first, first);
  assert.equal(claims(), before);
  const sender = await stage.page();
  await visit(sender, receipt, "waiting");
  await says(sender, /guessing the passphrase/);
  assert.match((await facts(sender)).attempts[0], /^5, the last one/);
  // Not even the right one is looked at.
  const again = await look(stage, link);
  await again.fill("#passphrase", "correct horse");
  await again.click("#reveal");
  await problem(again);
  await says(again, /Too many wrong passphrases/, /10 minutes/, /Nothing was lost/);
  assert.ok(await again.isDisabled("#reveal"));
  assert.equal(await again.locator("#secret-text").count(), 0);
  await sender.click("#receipt-destroy");
  await sender.click("#destroy-confirm");
  await reach(sender, "destroyed");
});

/** A wrong proof from an address of this machine's own; the error that answers it. */
function guessFrom(localAddress, site, { link, id }) {
  const headers = { "content-type": "application/json", "ashlink-link": link.toString("base64url") };
  const options = { host: "127.0.0.1", port: site.port, localAddress, method: "POST", headers, agent: false };
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, path: `/api/v1/open/${id.toString("base64url")}/claim` }, async (response) => {
      resolve(JSON.parse(Buffer.concat(await response.toArray()).toString()).error);
    });
    sent.on("error", reject);
    sent.end(JSON.stringify({ access: Buffer.alloc(32).toString("base64url"), nonce: Buffer.alloc(16).toString("base64url") }));
  });
}

scenario(
  "many addresses that guess make everybody wait, and the sender sees until when",
  { on: ["memory", "redis"], statuses: [429] },
  async (stage) => {
    const { link, receipt } = await send(stage, { text: "not from everywhere", passphrase: "correct horse" });
    const page = await look(stage, link);
    const key = readShareKey(fragmentOf(link));
    for (let n = 1; n <= 10; n++) {
      const { code, attempts_left: left } = await guessFrom(`127.0.1.${n}`, stage.site, key);
      assert.deepEqual([code, left], ["wrong_proof", Math.min(4, 11 - n)]);
    }
    const { attempts_left: left, retry_after: wait } = await guessFrom("127.0.1.11", stage.site, key);
    assert.deepEqual([left, wait], [0, 60]);
    await guess(page, "correct horse");
    await problem(page);
    await says(page, /Too many wrong passphrases/, /1 minute/, /Nothing was lost/);
    const sender = await stage.page();
    await visit(sender, receipt, "waiting");
    await says(sender, /guessing the passphrase: 11 failed attempts, so nobody can open it until /);
  },
);

scenario("one wrong passphrase alarms nobody", { statuses: [403] }, async (stage) => {
  const { link, receipt } = await send(stage, { text: "mistyped once", passphrase: "correct horse" });
  const page = await look(stage, link);
  await guess(page, "correct hose");
  await says(page, /Nothing was lost/);
  const sender = await stage.page();
  await visit(sender, receipt, "waiting");
  assert.match((await facts(sender)).attempts[0], /^One, /);
  assert.ok(!(await sender.isVisible("#guessing")));
  assert.equal(await reveal(page, "correct horse"), "mistyped once");
});

scenario(
  "a secret that its sender made fragile is destroyed by its last failed attempt",
  { on: ["memory", "redis"], statuses: [403, 410] },
  async (stage) => {
    const page = await stage.page();
    await visit(page, stage.site.url("/"), "editing");
    await fillIn(page, { text: stage.keep("rather gone than guessed"), passphrase: stage.keep("correct horse", "the passphrase") });
    await says(page, /destroy the secret by guessing/);
    await page.check("#fragile", { force: true });
    await page.fill("#attempt-limit", "4");
    await page.click("#create");
    await problem(page);
    await says(page, /5 to 100/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "attempt-limit");
    await page.fill("#attempt-limit", "5");
    await page.click("#create");
    const { link, receipt } = await made(stage, page);

    const reader = await look(stage, link);
    await says(reader, /After 5 more failed attempts/);
    for (const left of [4, 3, 2]) {
      await guess(reader, "wrong");
      await reader.waitForFunction((left) => document.querySelector("#sealed-lines").textContent.includes(`${left} more`), left);
      await says(reader, new RegExp(`${left} attempts left, then the secret is destroyed`));
    }
    await guess(reader, "wrong");
    await reader.waitForFunction(() => document.querySelector("#sealed-lines").textContent.includes("one more failed attempt"));
    await says(reader, /One attempt left, then the secret is destroyed/);
    await guess(reader, "wrong");
    await reach(reader, "destroyed");
    await says(reader, /too many failed attempts/);
    const sender = await stage.page();
    await visit(sender, receipt, "destroyed");
    await says(sender, /destroyed, as you had decided/);
  },
);

/** Somebody else with the same link, after its end. */
async function lookAgain(stage, link) {
  const page = await stage.page();
  await visit(page, link, "destroyed");
  return page;
}

scenario("a recipient destroys a secret unopened", { on: ["memory", "redis"], statuses: [403] }, async (stage) => {
  const { link, receipt } = await send(stage, { text: "not wanted", passphrase: "correct horse" });
  const page = await look(stage, link);
  await page.click("#destroy > summary");
  await says(page, /Nobody will be able to open it/);
  await page.click("#destroy-now");
  await problem(page);
  await says(page, /Type the passphrase first/);
  await page.fill("#passphrase", "wrong");
  await page.click("#destroy-now");
  await page.waitForSelector("#reveal:enabled");
  await says(page, /does not open it/);
  await page.fill("#passphrase", "correct horse");
  await page.click("#destroy-now");
  await reach(page, "destroyed");
  await says(page, /You destroyed this secret/);
  await says(await lookAgain(stage, link), /Someone with this link destroyed it/);
  const sender = await stage.page();
  await visit(sender, receipt, "destroyed");
  await says(sender, /Someone with the link destroyed it/);
});

scenario("a recipient destroys the views that are left", { on: ["memory", "redis"] }, async (stage) => {
  const { link, receipt } = await send(stage, { text: "once is enough", passphrase: "correct horse", views: 3 });
  const page = await look(stage, link);
  await reveal(page, "correct horse");
  await page.click("#destroy-left > summary");
  await page.click("#destroy-left-now");
  await page.waitForFunction(() => document.querySelector("#fate").textContent.includes("last view"));
  assert.ok(!(await page.isVisible("#destroy-left")));
  assert.equal(await page.locator("#secret-text").innerText(), "once is enough");
  const sender = await stage.page();
  await visit(sender, receipt, "destroyed");
});

scenario(
  "whoever asks too often is told to wait, and loses nothing",
  { on: ["own"], needs: "a server that limits", statuses: [429] },
  async (stage) => {
    const site = await stage.start({ env: { ASHLINK_RATE_LIMIT: "on" } });
    const page = await stage.page();
    await visit(page, site.url("/"), "editing");
    const text = stage.keep("typed before the flood");
    await page.fill("#secret", text);
    // Counts are by the minute, and all of this belongs into one.
    await until(() => new Date().getSeconds() < 50, "there is time left in this minute", 15_000);
    for (let refused = false; !refused; ) {
      refused = await Sealed.store(site).then(
        () => false,
        (error) => /429/.test(error.message),
      );
    }
    await page.click("#create");
    await problem(page);
    await says(page, /asked too often/, /1 minute/);
    assert.equal(await page.inputValue("#secret"), text);
  },
);
