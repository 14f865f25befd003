// Everything with the keyboard alone, and always with a visible focus.

import assert from "node:assert/strict";
import { known } from "../lib/ids.js";
import { made, reach, says, shownText, visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";

/** Presses Tab until an element has the focus; each one on the way must show that it has it. */
async function tabTo(page, id, key = "Tab") {
  known(id);
  for (let presses = 0; presses < 30; presses++) {
    const at = await page.evaluate(() => {
      const element = /** @type {HTMLElement} */ (document.activeElement);
      // A segment is drawn by what stands beside its hidden button.
      const shown = element.matches(".segments input") ? /** @type {HTMLElement} */ (element.nextElementSibling) : element;
      const style = getComputedStyle(shown);
      // Titles take the focus to be read out; the body has it when nothing does.
      const silent = element === document.body || element.tabIndex < 0;
      const seen = silent || style.outlineStyle !== "none" || style.boxShadow !== "none";
      return { id: element.id, name: element.id || element.outerHTML.slice(0, 80), seen };
    });
    assert.ok(at.seen, `no visible focus on ${at.name}`);
    if (at.id === id) return;
    await page.keyboard.press(key);
  }
  assert.fail(`#${id} cannot be reached by ${key}`);
}

/** Opens the settings as a person does who has no pointer. */
async function openSettings(page) {
  for (let presses = 0; presses < 10; presses++) {
    if (await page.evaluate(() => document.activeElement?.matches("#settings > summary"))) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.waitForSelector("#settings[open]");
}

scenario("create and reveal without a pointer", {}, async (stage) => {
  const sender = await stage.page({ permissions: ["clipboard-write"] });
  await visit(sender, stage.site.url("/"), "editing");
  await tabTo(sender, "secret");
  await sender.keyboard.type(stage.keep("typed by hand"));
  await openSettings(sender);
  await tabTo(sender, "views");
  await sender.keyboard.press("ArrowUp");
  await tabTo(sender, "passphrase");
  await sender.keyboard.type(stage.keep("by hand as well", "the passphrase"));
  await tabTo(sender, "create");
  await sender.keyboard.press("Enter");
  const { link } = await made(stage, sender);
  // Read out first, and the copy button is near.
  await sender.waitForFunction(() => document.activeElement?.id === "done-title");
  await tabTo(sender, "copy-link");
  await sender.keyboard.press("Enter");
  await sender.waitForSelector("#copy-link[data-done]");

  const page = await stage.page({ permissions: ["clipboard-write"] });
  await visit(page, link, "waiting");
  await tabTo(page, "passphrase");
  await page.keyboard.type("by hand as well");
  await tabTo(page, "reveal");
  await page.keyboard.press("Space");
  await reach(page, "shown");
  assert.equal(await shownText(page), "typed by hand");
  await says(page, /opened once/);
  await page.waitForFunction(() => document.activeElement?.id === "secret-text");
  await tabTo(page, "copy-secret");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#copy-secret[data-done]");
});

scenario("a lifetime of one's own by keyboard, and Enter in a field sends", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  await page.focus("#secret");
  await page.keyboard.type(stage.keep("for an hour or so"));
  await openSettings(page);
  const chosen = () => page.evaluate(() => document.activeElement?.getAttribute("name") === "lifetime");
  for (let presses = 0; presses < 10 && !(await chosen()); presses++) await page.keyboard.press("Tab");
  for (let presses = 0; presses < 10 && !(await page.isVisible("#custom")); presses++) {
    await page.keyboard.press("ArrowRight");
  }
  await tabTo(page, "custom-number");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("2");
  await page.keyboard.press("Enter");
  await made(stage, page);
});

scenario("the sender destroys it without a pointer", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  await page.focus("#secret");
  await page.keyboard.type(stage.keep("destroyed by key"));
  await page.keyboard.press("Control+Enter");
  const { receipt } = await made(stage, page);
  await page.goto("about:blank");
  await visit(page, receipt, "waiting");
  await tabTo(page, "receipt-destroy");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "destroy-keep");
  await tabTo(page, "destroy-confirm", "Shift+Tab");
  await page.keyboard.press("Enter");
  await reach(page, "destroyed");
  await page.waitForFunction(() => document.activeElement?.id === "known-title");
});

scenario("a generated passphrase, and a wrong one, without a pointer", {}, async (stage) => {
  const sender = await stage.page({ permissions: ["clipboard-write"] });
  await visit(sender, stage.site.url("/"), "editing");
  await sender.focus("#secret");
  await sender.keyboard.type(stage.keep("generated by hand"));
  await openSettings(sender);
  await tabTo(sender, "generate");
  await sender.keyboard.press("Enter");
  await sender.waitForFunction(() => document.querySelector("#passphrase").value !== "");
  const passphrase = stage.keep(await sender.inputValue("#passphrase"), "the passphrase");
  await tabTo(sender, "create");
  await sender.keyboard.press("Enter");
  const { link } = await made(stage, sender);
  await tabTo(sender, "copy-sent-passphrase");
  await sender.keyboard.press("Enter");
  await sender.waitForSelector("#copy-sent-passphrase[data-done]");
  await tabTo(sender, "another");

  const page = await stage.page();
  await visit(page, link, "waiting");
  await tabTo(page, "passphrase");
  await page.keyboard.type("surely not this one");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /does not open it/.test(document.querySelector("#problem").textContent));
  // What was typed is selected, so typing takes its place.
  await page.waitForFunction(() => document.activeElement?.id === "passphrase" && getSelection()?.type === "Range");
  await page.keyboard.type(passphrase);
  await page.keyboard.press("Enter");
  await reach(page, "shown");
  assert.equal(await shownText(page), "generated by hand");
});
