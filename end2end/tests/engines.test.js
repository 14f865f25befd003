// What must work in every engine: one list of flows, played in three browsers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Silent } from "../lib/engines/webkit.js";
import { ENGINES } from "../lib/engines.js";
import { problem, reach, reveal, says, shownText, submit, visit as visitAs } from "../lib/pages.js";
import { pause } from "../lib/process.js";
import { endShared, perform, run, share } from "../lib/scenario.js";

const TIMEOUT = 150_000;

/** Loads an address anew. The page must be live, and its worker have passed its test. */
async function visit(page, url, ...states) {
  await page.goto("about:blank");
  await visitAs(page, url, ...states);
  await assertLive(page);
}

async function assertLive(page) {
  const { hydrated, worker } = await page.evaluate(() => ({ ...document.documentElement.dataset }));
  assert.equal(hydrated, "");
  assert.equal(worker, "ready");
}

/**
 * Makes a link as a sender would.
 *
 * @param {import("../lib/scenario.js").Stage} stage
 * @param {import("../lib/engines.js").DrivenPage} page
 * @param {import("../lib/pages.js").Draft} draft
 */
async function make(stage, page, draft) {
  await visit(page, stage.site.url("/"), "editing");
  return submit(stage, page, draft);
}

const FLOWS = {
  "a secret is made, looked at and opened, and opens nothing any more": async (stage, page) => {
    const text = "caf\u00e9 \u{1f525} <b>not bold</b>";
    // No keyboard has all of these.
    const { link } = await make(stage, page, { text, pasted: true });
    await visit(page, link, "waiting");
    assert.equal(await page.url(), link);
    // A reload, as after a discarded tab, finds the key where it was.
    await page.reload();
    await reach(page, "waiting");
    await assertLive(page);
    assert.equal(await page.url(), link);
    assert.equal(await reveal(page), text);
    assert.equal(await page.url(), stage.site.url("/s"));

    await visit(page, link, "opened");
    await says(page, /has been opened/);
    assert.equal(await shownText(page), "");
  },

  "what the generator takes the place of comes back by undoing": async (stage, page) => {
    const typed = stage.keep("typed by hand, and not to be lost");
    await visit(page, stage.site.url("/"), "editing");
    await page.fill("#secret", typed);
    await page.click("#generator > summary");
    await page.evaluate(() => document.querySelector("#secret").select());
    await page.click("#insert");
    await page.waitForFunction((before) => document.querySelector("#secret").value !== before, typed);
    assert.match(await page.inputValue("#secret"), /^[!-~]{20}$/);
    // What Ctrl+Z does; not every driver has keys.
    await page.evaluate(() => document.execCommand("undo"));
    assert.equal(await page.inputValue("#secret"), typed);
  },

  "looking spends nothing": async (stage, page) => {
    const { link } = await make(stage, page, { text: "not for robots" });
    for (let times = 0; times < 3; times++) {
      await visit(page, link, "waiting");
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    }
    const sent = stage.apiCalls().map(({ method }) => method);
    assert.deepEqual([...new Set(sent)].sort(), ["GET", "POST"]);
    assert.equal(sent.filter((method) => method === "POST").length, 1, "only the making");
    assert.equal(await reveal(page), "not for robots");
  },

  "a wrong passphrase costs nothing, and the right one opens": async (stage, page) => {
    const { link } = await make(stage, page, { text: "locked as well", passphrase: "open sesame, please" });
    await visit(page, link, "waiting");
    await page.fill("#passphrase", stage.keep("open barley, please", "a wrong passphrase"));
    await page.click("#reveal");
    await problem(page);
    await says(page, /does not open it/);
    await reach(page, "waiting");
    await page.fill("#passphrase", "open sesame, please");
    assert.equal(await reveal(page), "locked as well");
  },

  "three views are three views": async (stage, page) => {
    const { link } = await make(stage, page, { text: "for three people", views: 3 });
    for (let times = 0; times < 3; times++) {
      await visit(page, link, "waiting");
      assert.equal(await reveal(page), "for three people");
    }
    await visit(page, link, "opened");
  },

  "the sender destroys it": async (stage, page) => {
    const { link, receipt } = await make(stage, page, { text: "better not" });
    await visit(page, receipt, "waiting");
    await page.click("#receipt-destroy");
    await page.click("#destroy-confirm");
    await reach(page, "destroyed");
    await visit(page, link, "destroyed");
    await says(page, /was destroyed/);
  },

  "a damaged link is known without asking, and destroys nothing": async (stage, page) => {
    const { link } = await make(stage, page, { text: "the link gets cut" });
    // The page that made it has asked what became of it.
    await page.goto("about:blank");
    const before = stage.apiCalls().length;
    await visit(page, link.slice(0, -3), "damaged");
    await says(page, /damaged/);
    assert.equal(stage.apiCalls().length, before);
    await visit(page, link, "waiting");
    assert.equal(await reveal(page), "the link gets cut");
  },

  "back to what was shown shows nothing of it": async (stage, page) => {
    const { link } = await make(stage, page, { text: "seen once, never again" });
    await visit(page, link, "waiting");
    await reveal(page);
    await page.goto(stage.site.url("/"));
    await reach(page, "editing");
    await page.back();
    await reach(page, "read");
    await says(page, /gone, as intended/);
    assert.doesNotMatch(await page.evaluate(() => document.documentElement.outerHTML), /seen once/);
  },

  "a page that is not there says so": async (stage, page) => {
    await page.goto(stage.site.url("/nowhere"));
    await says(page, /nothing here/i);
    await page.click("main a.primary");
    await reach(page, "missing");
    await assertLive(page);
  },
};

/** Error answers for which Chromium prints its line. */
const STATUSES = { "a page that is not there says so": [404] };

/** Does something in an engine; once more in a new browser where the driver, not the page, gave no answer. */
async function steadily(name, attempt) {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof Silent)) throw error;
    console.log(`${error.message}; once more in a new browser`);
    await endShared(name);
    return attempt();
  }
}

for (const [name, launch] of Object.entries(ENGINES)) {
  const arrive = async (stage) => (await stage.welcome((await share(name, launch)).arrive(stage.site))).page;

  for (const [flow, play] of Object.entries(FLOWS)) {
    test(`${flow} (${name})`, { timeout: TIMEOUT }, () =>
      steadily(name, () => run("memory", { statuses: STATUSES[flow] ?? [] }, async (stage) => play(stage, await arrive(stage)))),
    );
  }

  // Otherwise a page could go wrong here unseen.
  test(`what goes wrong on a page is seen (${name})`, { timeout: TIMEOUT }, async () => {
    const { failure, wrong } = await steadily(name, async () => {
      const played = await perform("memory", {}, plant);
      if (played.failure instanceof Silent) throw played.failure;
      return played;
    });
    assert.equal(failure, undefined);
    const complaints = wrong.join("\n");
    for (const sign of [/planted in the console/, /planted as an error/, /img-src|planted\.png/]) assert.match(complaints, sign);
  });

  async function plant(stage) {
    const page = await arrive(stage);
    await visit(page, stage.site.url("/"), "editing");
    await page.evaluate(() => {
      console.error("planted in the console");
      setTimeout(() => {
        throw new Error("planted as an error");
      });
      document.body.append(Object.assign(new Image(), { src: "http://127.0.0.1:1/planted.png" }));
    });
    await pause(500);
  }
}
