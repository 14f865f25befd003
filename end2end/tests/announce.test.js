// What a screen reader says by itself when something changes: live regions, and what gets the focus.

import assert from "node:assert/strict";
import { known } from "../lib/ids.js";
import { drop, look, made, reach, send, visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";

// In the page, from its first moment. A region that comes into view together with its words is
// not counted, except for alerts: screen readers say nothing then.
function listen() {
  const said = [];
  globalThis.said = said;
  const LIVE = "[role=alert], [role=status], [aria-live]:not([aria-live=off])";
  const say = (text) => text?.trim() && said.push(text.trim().replace(/\s+/g, " "));
  const isAlert = (element) => element.matches("[role=alert]");
  const observer = new MutationObserver((records) => {
    const changed = records.filter(({ type }) => type === "attributes").map(({ target }) => /** @type {HTMLElement} */ (target));
    const cameIntoView = changed.filter((element) => !element.hidden);
    for (const element of cameIntoView.filter(isAlert)) say(element.innerText);
    for (const { type, target } of records.filter(({ type }) => type !== "attributes")) {
      const element = /** @type {Element} */ (type === "characterData" ? target.parentElement : target);
      const region = element.closest(LIVE);
      if (!region?.checkVisibility()) continue;
      const isNew = cameIntoView.some((element) => element.contains(region));
      if (!isNew || isAlert(region)) say(target.textContent);
    }
  });
  const changes = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["hidden"] };
  addEventListener("DOMContentLoaded", () => observer.observe(document.body, changes));
  addEventListener("focusin", (event) => {
    const target = /** @type {HTMLInputElement} */ (event.target);
    const labels = [...(target.labels ?? [])].map((label) => label.textContent);
    const ids = target.getAttribute("aria-labelledby")?.split(" ") ?? [];
    say([...labels, ...ids.map((id) => document.getElementById(id)?.textContent), target.value ?? target.textContent].join(" "));
  });
}

/** A visitor whose screen reader is listened to. */
async function listener(stage, options) {
  const { page, context } = await stage.visitor(options);
  await context.addInitScript(listen);
  return page;
}

/** Waits until it has been said, and forgets what was said so far. */
async function hears(page, pattern) {
  await page
    .waitForFunction((wanted) => said.some((text) => wanted.test(text)), pattern)
    .catch(async () => assert.fail(`nobody said ${pattern}, only: ${(await page.evaluate(() => said)).join(" | ")}`));
  await page.evaluate(() => said.splice(0));
}

const focused = (page, id) => page.waitForFunction((wanted) => document.activeElement?.id === wanted, known(id));

scenario("making a link is heard", {}, async (stage) => {
  const page = await listener(stage, { permissions: ["clipboard-write"] });
  await visit(page, stage.site.url("/"), "editing");
  await page.click("#create");
  await hears(page, /nothing to send yet/);
  await focused(page, "secret");
  await page.fill("#secret", stage.keep("heard, not seen"));
  await page.click("#create");
  await made(stage, page);
  await hears(page, /^Your link is ready$/);
  await focused(page, "done-title");
  await page.click("#copy-link");
  await hears(page, /^Copied$/);
});

scenario("attached files are heard, the first one too", {}, async (stage) => {
  const page = await listener(stage);
  await visit(page, stage.site.url("/"), "editing");
  await drop(page, [{ name: "first.txt", data: "one" }]);
  await hears(page, /first\.txt/);
  await drop(page, [{ name: "second.txt", data: "two" }]);
  await hears(page, /second\.txt/);
});

scenario("a copy that failed is heard", {}, async (stage) => {
  const page = await listener(stage);
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    document.execCommand = () => false;
  });
  const { link } = await send(stage, { text: "selected instead" }, { page });
  assert.ok(link);
  await page.click("#copy-link");
  await hears(page, /did not allow it.*Ctrl\+C/);
});

scenario("looking at a link and opening it is heard", {}, async (stage) => {
  const { link } = await send(stage, { text: "read out loud", passphrase: "open sesame, please" });
  const page = await listener(stage);
  await visit(page, link, "waiting");
  await hears(page, /^Someone sent you a secret$/);
  await page.fill("#passphrase", "");
  await page.click("#reveal");
  await hears(page, /Type the passphrase first/);
  await focused(page, "passphrase");
  for (let times = 0; times < 2; times++) {
    await page.fill("#passphrase", "open barley, please");
    await page.click("#reveal");
    await hears(page, /does not open it/);
    await focused(page, "passphrase");
  }
  await page.fill("#passphrase", "open sesame, please");
  await page.click("#reveal");
  await reach(page, "shown");
  await hears(page, /Here is your secret read out loud/);
  await focused(page, "secret-text");
});

scenario("links that cannot be opened are heard", {}, async (stage) => {
  const { link, receipt } = await send(stage, { text: "opened by then" });
  const page = await listener(stage);
  const goes = async (url, state) => {
    await page.goto("about:blank");
    await visit(page, url, state);
  };
  await goes(stage.site.url("/s"), "missing");
  await hears(page, /^This link has no key$/);
  await goes(stage.site.url("/s#hello"), "damaged");
  await hears(page, /^This link is damaged$/);
  await goes(receipt.replace("/m#", "/s#"), "receipt-link");
  await hears(page, /sender's receipt link/);

  const reader = await look(stage, link);
  await goes(link, "waiting");
  await reader.click("#reveal");
  await reach(reader, "shown");
  await goes(link, "opened");
  await hears(page, /^This secret has been opened$/);
  await focused(page, "title");
});

scenario("the sender's page is heard", {}, async (stage) => {
  const { link, receipt } = await send(stage, { text: "watched from afar", views: 2 });
  const page = await listener(stage);
  await visit(page, receipt, "waiting");
  await hears(page, /^Not opened yet$/);
  // What others do is said without taking the focus away.
  const before = await page.evaluate(() => document.activeElement?.id);
  const reader = await look(stage, link);
  await reader.click("#reveal");
  await reach(reader, "shown");
  await hears(page, /still waiting/);
  assert.equal(await page.evaluate(() => document.activeElement?.id), before);

  await page.click("#receipt-destroy");
  await focused(page, "destroy-keep");
  await page.click("#destroy-keep");
  await focused(page, "receipt-destroy");
  await page.click("#receipt-destroy");
  await page.click("#destroy-confirm");
  await reach(page, "destroyed");
  await focused(page, "known-title");
});
