// Everything with the keyboard alone, and always with a visible focus.

import assert from "node:assert/strict";
import { made, reach, says, shownText, visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";

/** Presses Tab until an element has the focus; each one on the way must show that it has it. */
async function tabTo(page, id, key = "Tab") {
  for (let presses = 0; presses < 30; presses++) {
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      // A choice is drawn by what stands beside its hidden button.
      const shown = element.type === "radio" ? element.nextElementSibling : element;
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

scenario("create and reveal without a pointer", {}, async (stage) => {
  const sender = await stage.page({ permissions: ["clipboard-write"] });
  await visit(sender, stage.site.url("/"), "editing");
  await tabTo(sender, "secret");
  await sender.keyboard.type(stage.keep("typed by hand"));
  await tabTo(sender, "views");
  await sender.keyboard.press("ArrowUp");
  await sender.keyboard.press("Tab");
  assert.equal(await sender.evaluate(() => document.activeElement.tagName), "SUMMARY");
  await sender.keyboard.press("Enter");
  await tabTo(sender, "passphrase");
  await sender.keyboard.type(stage.keep("by hand as well", "the passphrase"));
  await tabTo(sender, "create");
  await sender.keyboard.press("Enter");
  const { link } = await made(stage, sender);
  // Read out first, and the copy button is near.
  await sender.waitForFunction(() => document.activeElement.id === "done-title");
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
  await page.waitForFunction(() => document.activeElement.id === "secret-text");
  await tabTo(page, "copy-secret");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#copy-secret[data-done]");
});

scenario("a lifetime of one's own by keyboard, and Enter in a field sends", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  await page.focus("#secret");
  await page.keyboard.type(stage.keep("for an hour or so"));
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.type), "radio");
  for (let presses = 0; presses < 10 && !(await page.isVisible("#custom")); presses++) {
    await page.keyboard.press("ArrowRight");
  }
  await tabTo(page, "custom-number");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("2");
  await page.keyboard.press("Enter");
  await made(stage, page);
});

scenario("the sender burns without a pointer", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  await page.focus("#secret");
  await page.keyboard.type(stage.keep("burned by key"));
  await page.keyboard.press("Control+Enter");
  const { owner } = await made(stage, page);
  await page.goto("about:blank");
  await visit(page, owner, "waiting");
  await tabTo(page, "burn");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "burn-keep");
  await tabTo(page, "burn-confirm", "Shift+Tab");
  await page.keyboard.press("Enter");
  await reach(page, "burned");
  await page.waitForFunction(() => document.activeElement.id === "known-title");
});
