// What people do on the pages. Waiting is always for a state that the page itself names.

/** @import { BrowserContextOptions, Page } from "playwright-core" */
/** @import { Page as AnyPage } from "./engines.js" */
/** @import { Stage } from "./scenario.js" */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { known } from "./ids.js";

/**
 * What a sender fills in. Its time is one of the choices (`lifetime`) or a number of units (`custom`).
 *
 * @typedef {object} Draft
 * @property {string} text
 * @property {boolean} [pasted]
 * @property {string} [passphrase]
 * @property {string} [lifetime]
 * @property {{ number: number, unit: string }} [custom]
 * @property {number} [views]
 */

/**
 * The part of a stage that is told what must stay in the browser.
 *
 * @typedef {Pick<Stage, "keep" | "keepLink">} Keeper
 */

const state = (/** @type {string[]} */ ...names) => names.map((name) => `[data-state="${name}"]`).join(",");

/**
 * Waits until the page is in one of these states, and says in which.
 *
 * @param {AnyPage} page
 * @param {string[]} names
 */
export async function reach(page, ...names) {
  try {
    await page.waitForSelector(state(...names));
  } catch (error) {
    const at = await page.evaluate(() => document.querySelector("[data-state]")?.dataset.state ?? location.pathname);
    throw new Error(`the page is not ${names.join(" or ")} but ${at}`, { cause: error });
  }
  return page.getAttribute("[data-state]", "data-state");
}

/**
 * Goes to an address and waits for the state that it leads to. A new hash alone loads nothing.
 *
 * @param {AnyPage} page
 * @param {string} url
 * @param {string[]} names
 */
export async function visit(page, url, ...names) {
  await page.goto(url);
  return reach(page, ...names);
}

/** All that is said, with white space as one blank. */
export const words = async (/** @type {AnyPage} */ page) => (await page.innerText("main")).replace(/\s+/g, " ");

/**
 * @param {AnyPage} page
 * @param {RegExp[]} patterns
 */
export async function says(page, ...patterns) {
  const text = await words(page);
  for (const pattern of patterns) assert.match(text, pattern);
}

/**
 * Puts a text into the field at once, as pasting does; typing a long one takes a browser seconds.
 *
 * @param {AnyPage} page
 * @param {string} text
 */
export const paste = (page, text) =>
  page.evaluate((value) => {
    document.querySelector("#secret").value = value;
  }, text);

/**
 * Opens what "Change" opens: expiry, views, passphrase and attempts. In the older build of the upgrade test, the passphrase
 * alone is folded away.
 *
 * @param {AnyPage} page
 */
export async function openSettings(page) {
  const isClosed = await page.evaluate(() => document.querySelector("#fields details:not(#generator, [open])") !== null);
  if (isClosed) await page.click("#fields details:not(#generator, [open]) > summary");
}

/**
 * Asks the form for files, or for a text again.
 *
 * @param {Page} page
 * @param {"text" | "files"} content
 */
export const choose = (page, content) => page.check(`input[name=content][value=${content}]`, { force: true });

/**
 * Fills in the form at `/`.
 *
 * @param {AnyPage} page
 * @param {Draft} draft
 */
export async function fillIn(page, { text, pasted = false, passphrase, lifetime, custom, views }) {
  await (pasted ? paste(page, text) : page.fill("#secret", text));
  if (passphrase || lifetime || custom || views) await openSettings(page);
  // Only Chromium's own tests choose a time.
  const chromium = /** @type {Page} */ (page);
  if (lifetime) await chromium.check(`input[name=lifetime][value="${lifetime}"]`, { force: true });
  if (custom) {
    await chromium.check('input[name=lifetime][value="custom"]', { force: true });
    await chromium.fill("#custom-number", String(custom.number));
    await chromium.selectOption("#custom-unit", custom.unit);
  }
  if (views) await page.fill("#views", String(views));
  if (passphrase) await page.fill("#passphrase", passphrase);
}

/**
 * Makes a link as a sender would, who then goes: a page that stays open asks what became of the secret. One that was
 * given stays.
 *
 * @param {Stage} stage
 * @param {Draft} draft
 * @param {{ site?: import("./api.js").Place, page?: Page }} options
 */
export async function send(stage, draft, { site = stage.site, page } = {}) {
  const sender = page ?? (await stage.page());
  await visit(sender, site.url("/"), "editing");
  const sent = await submit(stage, sender, draft);
  if (!page) await sender.close();
  return sent;
}

/**
 * Fills in the form and sends it off; what must stay in the browser is registered.
 *
 * @template {AnyPage} P
 * @param {Keeper} stage
 * @param {P} page
 * @param {Draft} draft
 */
export async function submit(stage, page, draft) {
  stage.keep(draft.text);
  if (draft.passphrase) stage.keep(draft.passphrase, "the passphrase");
  await fillIn(page, draft);
  await page.click("#create");
  return made(stage, page);
}

/**
 * The links on the page that shows the result.
 *
 * @template {AnyPage} P
 * @param {Keeper} stage
 * @param {P} page
 */
export async function made(stage, page) {
  await reach(page, "done");
  const link = await page.inputValue("#link");
  const receipt = await page.inputValue("#receipt-link");
  stage.keepLink(link);
  stage.keep(receipt.slice(receipt.indexOf("#") + 1), "the owner key");
  return { link, receipt, page };
}

/**
 * Opens a link up to the point where one click is missing.
 *
 * @param {Stage} stage
 * @param {string} link
 * @param {BrowserContextOptions} [options]
 */
export async function look(stage, link, options) {
  const page = await stage.page(options);
  await visit(page, link, "waiting");
  return page;
}

/**
 * Clicks, and returns what is shown.
 *
 * @param {AnyPage} page
 * @param {string} [passphrase]
 */
export async function reveal(page, passphrase) {
  if (passphrase !== undefined) await page.fill("#passphrase", passphrase);
  await page.click("#reveal");
  await reach(page, "shown");
  return shownText(page);
}

/**
 * The text that is shown; empty for none.
 *
 * @param {AnyPage} page
 * @returns {Promise<string>}
 */
export const shownText = (page) => page.evaluate(() => document.querySelector("#secret-text")?.textContent ?? "");

/**
 * What the sender's page says, as lists of lines by the term's id.
 *
 * @param {Page} page
 */
export function facts(page) {
  return page.evaluate(() => {
    const shown = [...document.querySelectorAll(".facts dd")].filter((fact) => fact.offsetParent);
    return Object.fromEntries(shown.map((fact) => [fact.id, fact.innerText.split("\n").filter(Boolean)]));
  });
}

/**
 * Presses a copy button, and waits until it says that this worked.
 *
 * @param {Page} page
 * @param {string} id
 */
export async function copy(page, id) {
  await page.click(`#${known(id)}`);
  await page.waitForSelector(`#${id}[data-done]`);
  assert.match(await page.innerText(`#${id}`), /Copied/);
}

/** Waits for words about what is wrong. */
export const problem = (/** @type {AnyPage} */ page) => page.waitForFunction(() => document.querySelector("#problem").textContent !== "");

/**
 * Takes the warning on leaving as it comes, and counts.
 *
 * @param {Page} page
 */
export function acceptDialogs(page) {
  /** @type {string[]} */
  const seen = [];
  page.on("dialog", (dialog) => {
    seen.push(dialog.type());
    dialog.accept().catch(() => {});
  });
  return seen;
}

/**
 * Drops files on an element, as from the desktop. Their bytes go to the page as one text: an array takes a driver seconds.
 *
 * @param {Page} page
 * @param {{ name: string, type?: string, data: string | Uint8Array }[]} files
 */
export async function drop(page, files, on = "#secret") {
  const transfer = await page.evaluateHandle(
    (files) => {
      const data = new DataTransfer();
      const decoded = (/** @type {string} */ base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      for (const { name, type, base64 } of files) data.items.add(new File([decoded(base64)], name, { type }));
      return data;
    },
    files.map(({ name, type = "", data }) => ({ name, type, base64: Buffer.from(data).toString("base64") })),
  );
  await page.dispatchEvent(on, "dragover", { dataTransfer: transfer });
  await page.dispatchEvent(on, "drop", { dataTransfer: transfer });
}

/**
 * The names that are listed, once there are so many.
 *
 * @param {Page} page
 * @param {number} count
 */
export async function attached(page, count) {
  await page.waitForFunction((count) => document.querySelectorAll("#files .file").length === count, count);
  return page.locator("#files .name").allTextContents();
}

/**
 * Saves every file that is shown: names and contents as the recipient gets them.
 *
 * @param {Page} page
 */
export async function saveAll(page) {
  const saved = [];
  for (const button of await page.locator(".save").all()) {
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    saved.push({ name: download.suggestedFilename(), data: readFileSync(await download.path()) });
  }
  return saved;
}

/**
 * What a person would paste. No page of ours may read the clipboard, so it is pasted for real, and
 * taken from the paste itself: what a field makes of it (Chromium 148: blanks of no-break spaces)
 * is not what was copied.
 *
 * @param {Stage} stage
 * @param {Page} page
 * @returns {Promise<string>}
 */
export async function pasted(stage, page) {
  const place = await page.context().newPage();
  await visit(place, stage.site.url("/"), "editing");
  await place.focus("#secret");
  await place.evaluate(() => {
    /** @param {ClipboardEvent} event */
    const note = (event) => {
      globalThis.taken = event.clipboardData?.getData("text/plain") ?? "";
    };
    addEventListener("paste", note, { capture: true, once: true });
  });
  await place.keyboard.press("Control+v");
  const text = await place.evaluate(() => globalThis.taken);
  await place.close();
  return text;
}
