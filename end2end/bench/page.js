// How long the pages take in Chromium, on this machine and over loopback.
//
//   node bench/page.js [RUNS]
//
// prints one JSON object: each figure with its median, 90th percentile, least and most, in
// milliseconds unless its name says otherwise. All times are taken inside the page and its worker,
// so that the driver's own delays are in none of them.

/** @import { Browser, BrowserContext, Page } from "playwright-core" */

import { launch } from "../lib/browser.js";
import { attached, fillIn, reach, visit } from "../lib/pages.js";
import { Site } from "../lib/site.js";

const TEXT = "0123456789abcdef".repeat(64);
const PASSPHRASE = "correct horse battery staple";

/** Runs in a page before everything else: notes when what happened there for the first time. */
function watch() {
  /** @type {Record<string, number>} */
  const noted = {};
  globalThis.moments = noted;
  const note = (/** @type {string} */ what) => {
    noted[what] ??= performance.now();
  };
  // What changes in one turn of the page is noted after all of it: a button is enabled by then.
  new MutationObserver((changes) => {
    for (const { target, attributeName } of changes) {
      const name = attributeName ?? "";
      note(/** @type {Element} */ (target).getAttribute(name) || name);
    }
  }).observe(document, { subtree: true, attributeFilter: ["data-state", "data-hydrated", "data-worker"] });
  // The last one counts.
  const click = (/** @type {Event} */ event) => {
    noted.click = event.timeStamp;
  };
  addEventListener("click", click, { capture: true });
  // In the order of core/src/message.rs: the first byte of a message says which it is.
  const requests = ["self_test", "generate", "create", "look", "reveal", "repeat", "ack", "destroy", "check", "destroy"];
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (/** @type {any} */ message, /** @type {any[]} */ ...rest) {
    note(`asked to ${requests[message[1][0]]}`);
    return post.call(this, message, ...rest);
  };
  // It ends when its work is done, and would take its times along.
  Worker.prototype.terminate = () => {};
}

/**
 * What was noted in a page, and when its worker's last call of this kind left and was answered, by the page's clock.
 *
 * @param {Page} page
 * @param {string} [path]
 */
async function times(page, path) {
  const { origin, noted } = await page.evaluate(() => ({ origin: performance.timeOrigin, noted: globalThis.moments }));
  if (!path) return noted;
  const call = await page.workers()[0].evaluate((path) => {
    const calls = performance.getEntriesByType("resource");
    const last = /** @type {PerformanceResourceTiming} */ (calls.findLast(({ name }) => name.endsWith(path)));
    const { startTime, responseEnd } = last;
    return { left: performance.timeOrigin + startTime, answered: performance.timeOrigin + responseEnd };
  }, path);
  return { ...noted, left: call.left - origin, answered: call.answered - origin };
}

/** Every measured value by the name of its figure. */
/** @type {Map<string, number[]>} */
const figures = new Map();

/**
 * @param {string} name
 * @param {number} value
 */
function record(name, value) {
  figures.set(name, [...(figures.get(name) ?? []), value]);
}

/** The share of the values that are no greater, by nearest rank. */
const percentile = (/** @type {number[]} */ sorted, /** @type {number} */ share) =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];

/** @param {number[]} values */
function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;
  const [median, p90] = [0.5, 0.9].map((share) => round(percentile(sorted, share)));
  return { median, p90, min: round(sorted[0]), max: round(sorted[sorted.length - 1]) };
}

/**
 * Somebody whose cache is empty.
 *
 * @param {Browser} browser
 */
async function newcomer(browser) {
  const context = await browser.newContext();
  await context.addInitScript(watch);
  return context;
}

/**
 * Opens an address in a new page, and says how far it was when.
 *
 * @param {BrowserContext} context
 * @param {string} url
 * @param {string} state
 */
async function opened(context, url, state) {
  const page = await context.newPage();
  await visit(page, url, state);
  return { page, at: await times(page) };
}

/**
 * Records how long a page took until it could be used, and to which step.
 *
 * @param {string} name
 * @param {Record<string, number>} at
 * @param {string} state
 */
function recordOpening(name, at, state) {
  record(`${name}: islands run`, at["data-hydrated"]);
  record(`${name}: worker ready`, at.ready);
  record(`${name}: usable`, at[state]);
}

/**
 * Clicks on create, and returns the link.
 *
 * @param {Page} page
 * @param {string} name
 * @param {number} [bytes]
 */
async function create(page, name, bytes) {
  await page.click("#create");
  await reach(page, "done");
  const at = await times(page, "/secrets");
  record(`${name}: click to link`, at.done - at.click);
  recordParts(name, { ...at, asked: at["asked to create"], over: at.done }, bytes ? { before: bytes } : {});
  return page.inputValue("#link");
}

/**
 * Clicks on reveal.
 *
 * @param {Page} page
 * @param {string} name
 * @param {number} [bytes]
 */
async function reveal(page, name, bytes) {
  await page.click("#reveal");
  await reach(page, "shown");
  const at = await times(page, "/claim");
  record(`${name}: click to secret`, at.shown - at.click);
  recordParts(name, { ...at, asked: at["asked to reveal"], over: at.shown }, bytes ? { after: bytes } : {});
}

/**
 * Records of what a click's time consists: the page until it asks its worker; the worker until the
 * call leaves; the call; and what comes after its answer. `sealed`: how many bytes go through the
 * part that encrypts (`before` the call: the message to the worker, padding, encryption, base64
 * and JSON) or decrypts (`after` it: the reverse, and offering the file).
 *
 * @param {string} name
 * @param {Record<string, number>} times
 * @param {{ before?: number, after?: number }} sealed
 */
function recordParts(name, { click, asked, left, answered, over }, { before, after } = {}) {
  record(`${name}: page`, asked - click);
  record(`${name}: worker before the call`, left - asked);
  record(`${name}: call`, answered - left);
  record(`${name}: after the call`, over - answered);
  if (before) record(`${name}: seal, MB/s`, before / 1e3 / (left - asked));
  if (after) record(`${name}: open, MB/s`, after / 1e3 / (over - answered));
}

/**
 * A sender and a recipient, each with an empty cache.
 *
 * @param {Browser} browser
 * @param {string} url
 * @param {number} largest
 */
async function run(browser, url, largest) {
  for (const [name, passphrase] of /** @type {const} */ ([
    ["1 KiB", undefined],
    ["1 KiB, passphrase", PASSPHRASE],
  ])) {
    const sender = await newcomer(browser);
    const cold = await opened(sender, url, "editing");
    const warm = await opened(sender, url, "editing");
    recordOpening("create page, cold", cold.at, "editing");
    recordOpening("create page, warm", warm.at, "editing");
    await fillIn(warm.page, { text: TEXT, passphrase });
    const link = await create(warm.page, `create ${name}`);
    await sender.close();

    const recipient = await newcomer(browser);
    const { page, at } = await opened(recipient, link, "waiting");
    recordOpening("reveal page, cold", at, "waiting");
    if (passphrase) await page.fill("#passphrase", passphrase);
    await reveal(page, `reveal ${name}`);
    await recipient.close();
  }
  const both = await newcomer(browser);
  const { page } = await opened(both, url, "editing");
  // A file, since a long text takes the browser a while to show.
  await page.setInputFiles("#attach-field", { name: "x", mimeType: "", buffer: Buffer.alloc(largest, "x") });
  await attached(page, 1);
  const link = await create(page, "create largest", largest);
  await reveal((await opened(both, link, "waiting")).page, "reveal largest", largest);
  await both.close();
}

const runs = Number(process.argv[2] ?? 20);
if (!Number.isInteger(runs) || runs < 1) throw new Error("RUNS must be a whole number from 1");
const site = await Site.start();
// Past the tap, which takes its time.
const url = `http://127.0.0.1:${site.port}/`;
const { max_envelope } = await (await fetch(`${url}api/v1/config`)).json();
// Padding rounds up by 3 % at most (docs/FORMAT.md), and the header is in the rest.
const largest = Math.floor(max_envelope * 0.96);
const browser = await launch();
try {
  // Once for nothing: the browser's processes and the system's caches.
  await run(browser, url, largest);
  figures.clear();
  for (let round = 0; round < runs; round += 1) await run(browser, url, largest);
  const measured = Object.fromEntries([...figures].map(([name, values]) => [name, summary(values)]));
  console.log(JSON.stringify({ chromium: browser.version(), runs, largest_bytes: largest, measured }, null, 2));
} finally {
  await browser.close();
  await site.stop();
}
