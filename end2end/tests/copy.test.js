// The clipboard, with and without the browser's help, and plain http.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PLAIN_HOST } from "../lib/browser.js";
import { copy, fillIn, look, made, pasted, reach, reveal, says, send, shownText, visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";

const TEXT = "copy me:\n  exactly \u{1f525} as I am,\twith\u00a0blanks  \n\nand lines\n";
const ALLOWED = { permissions: ["clipboard-write"] };

scenario("copy buttons put exactly what is meant into the clipboard", {}, async (stage) => {
  const sender = await stage.page(ALLOWED);
  await visit(sender, stage.site.url("/"), "editing");
  await fillIn(sender, { text: stage.keep(TEXT), passphrase: stage.keep("to be copied", "the passphrase") });
  await sender.click("#create");
  const { link, receipt } = await made(stage, sender);
  await copy(sender, "copy-link");
  assert.equal(await pasted(stage, sender), link);
  await copy(sender, "copy-message");
  assert.equal(await pasted(stage, sender), await sender.inputValue("#message"));
  await copy(sender, "copy-receipt-link");
  assert.equal(await pasted(stage, sender), receipt);
  await copy(sender, "copy-sent-passphrase");
  assert.equal(await pasted(stage, sender), "to be copied");

  const page = await look(stage, link, ALLOWED);
  await reveal(page, "to be copied");
  await copy(page, "copy-secret");
  assert.equal(await pasted(stage, page), TEXT);
});

/** As browsers translate by themselves: each text is taken out of the page, and another one is put there. */
const translate = (page) =>
  page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const all = [];
    while (texts.nextNode()) all.push(/** @type {Text} */ (texts.currentNode));
    for (const text of all) {
      if (!text.data.trim() || text.parentElement?.closest("template, script, style")) continue;
      const font = document.createElement("font");
      font.textContent = `Pferd ${text.data.length}`;
      text.replaceWith(font);
    }
  });

/** Whether a browser would take it for something to be translated. */
const isTranslated = (page, selector) =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => element.translate);

scenario("what is copied is what was decrypted, whatever a translator makes of the page", {}, async (stage) => {
  const text = "horse battery staple";
  const { link } = await send(stage, { text });
  for (const absent of [false, true]) {
    const { page, context } = await stage.visitor(ALLOWED);
    if (absent) await context.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    const { link: own } = await send(stage, { text });
    await visit(page, own, "waiting");
    await reveal(page);
    assert.equal(await isTranslated(page, "#secret-text"), false);
    assert.equal(await isTranslated(page, "#shown-title"), true, "the page's own words may be");
    await translate(page);
    assert.match(await shownText(page), /^Pferd/, "the translator did its work");
    await page.click("#copy-secret");
    await page.waitForSelector("#copy-secret[data-done]");
    assert.equal(await pasted(stage, page), text);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-text")]);
    assert.equal(download.suggestedFilename(), "secret.txt");
    assert.equal(readFileSync(await download.path(), "utf8"), text);
  }

  // The same holds for what is said to the sender.
  await reveal(await look(stage, link));
  const late = await stage.page(ALLOWED);
  await visit(late, link, "opened");
  const reply = await late.innerText("#reply");
  assert.equal(await isTranslated(late, "#reply"), false);
  await translate(late);
  await late.click("#copy-reply");
  await late.waitForSelector("#copy-reply[data-done]");
  assert.equal(await pasted(stage, late), reply);
});

scenario("a text that was hidden is copied and saved all the same", {}, async (stage) => {
  const { link } = await send(stage, { text: TEXT });
  const page = await look(stage, link, ALLOWED);
  await reveal(page);
  await page.click("#hide");
  assert.equal(await page.innerText("#hide"), "Show");
  assert.doesNotMatch(await page.content(), /copy me/);
  await copy(page, "copy-secret");
  assert.equal(await pasted(stage, page), TEXT);
  await page.click("#hide");
  assert.equal(await shownText(page), TEXT);
});

scenario("copying works in a browser without a clipboard for pages", {}, async (stage) => {
  const { link } = await send(stage, { text: TEXT });
  const { page, context } = await stage.visitor();
  await context.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await visit(page, link, "waiting");
  await reveal(page);
  await copy(page, "copy-secret");
  assert.equal(await pasted(stage, page), TEXT);
});

scenario("where nothing may be copied it is selected, and nobody is told otherwise", {}, async (stage) => {
  const { link } = await send(stage, { text: TEXT });
  const { page, context } = await stage.visitor();
  await context.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    document.execCommand = () => false;
  });
  await visit(page, link, "waiting");
  await reveal(page);
  await page.click("#copy-secret");
  await page.waitForSelector("#copy-secret-note[data-failed]");
  await says(page, /press Ctrl\+C/);
  assert.doesNotMatch(await page.innerText("main"), /Copied/);
  assert.equal(await page.evaluate(() => getSelection()?.toString().trim()), TEXT.trim());
});

scenario("over plain http it warns, and goes on", { plainHttp: true }, async (stage) => {
  const plain = (url) => url.replace("127.0.0.1", PLAIN_HOST);
  const sender = await stage.page();
  await visit(sender, plain(stage.site.url("/")), "editing");
  assert.equal(await sender.evaluate(() => isSecureContext), false);
  assert.ok(await sender.isVisible("#insecure"));
  await says(sender, /plain http/);
  await sender.fill("#secret", stage.keep(TEXT));
  await sender.click("#create");
  const { link } = await made(stage, sender);
  assert.ok(link.startsWith(plain(stage.site.url("/s#"))), link);
  await copy(sender, "copy-link");

  const page = await look(stage, link);
  assert.ok(await page.isVisible("#insecure"));
  assert.equal(await reveal(page), TEXT);
  await copy(page, "copy-secret");
  assert.equal(await pasted(stage, page), TEXT);

  // Where the network cannot change the page there is nothing to warn of.
  const local = await stage.page();
  await visit(local, stage.site.url("/"), "editing");
  assert.ok(!(await local.isVisible("#insecure")));
});

scenario("Ctrl+A in the secret selects the secret alone", {}, async (stage) => {
  const { link } = await send(stage, { text: TEXT });
  const page = await look(stage, link);
  await reveal(page);
  await page.focus("#secret-text");
  await page.keyboard.press("Control+a");
  assert.equal(await page.evaluate(() => getSelection()?.toString().trim()), TEXT.trim());
  await page.keyboard.press("Control+c");
  assert.equal((await pasted(stage, page)).trim(), TEXT.trim());
  await reach(page, "shown");
});
