// What can be in a secret, and what is refused before anything is sent.

import assert from "node:assert/strict";
import { fillIn, look, made, paste, problem, reach, reveal, says, send, visit } from "../lib/pages.js";
import { BOTH, scenario } from "../lib/scenario.js";

/** 100 KB of everything that goes wrong elsewhere. */
function mixedText() {
  const line = [
    "plain ASCII \t with a tab, quotes \" ' ` and \\ backslashes / slashes",
    "dzień dobry, grüß Gott, καλημέρα, доброе утро, 早上好, おはよう, 좋은 아침",
    "\u05e9\u05dc\u05d5\u05dd \u200fand\u200e \u0645\u0631\u062d\u0628\u0627 \u202emixed\u202c directions",
    "combining e\u0301 a\u030a \u1100\u1161\u11a8 n\u0303\u0323 Z\u0351\u036b\u0343\u036a\u0302",
    "emoji \u{1f525}\u{1f469}\u200d\u{1f4bb}\u{1f1eb}\u{1f1f7}\u{1f44d}\u{1f3fd} \u2764\ufe0f, beyond \u{1d54a}\u{20bb7}",
    "blanks\u00a0\u2003\u3000\u200b\ufeffbetween, \u2028separators\u2029, controls \u0001\u0007\u0008\u000b\u000c\u001b[31m\u007f\u0085",
    '{"json": [1, null]} <b>&amp;</b> %41 %00 ${x} {{y}} -- \' OR 1=1',
    "  indented, and blanks at the end   ",
  ];
  const ends = ["\n", "\r\n", "\n\n"];
  let text = "\n";
  for (let n = 0; Buffer.byteLength(text) < 100_000; n++) text += `${n}: ${line[n % line.length]}${ends[n % ends.length]}`;
  return text;
}

scenario("100 KB of mixed Unicode arrive as they were typed", { on: BOTH }, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  await paste(page, mixedText());
  // What a text area makes of line ends is what the sender sees.
  const text = stage.keep(await page.inputValue("#secret"));
  assert.ok(Buffer.byteLength(text) > 98_000);
  await page.click("#create");
  const { link } = await made(stage, page);
  const shown = await reveal(await look(stage, link));
  assert.equal(shown.length, text.length);
  assert.ok(shown === text);
});

scenario("markup in a secret is text", {}, async (stage) => {
  const text = '<script>alert(1)</script><img src=x onerror="alert(2)"><a href="javascript:alert(3)">x</a></pre>&lt;b&gt;';
  const { link } = await send(stage, { text });
  const page = await look(stage, link);
  const dialogs = [];
  page.on("dialog", (dialog) => dialogs.push(dialog.message()) && dialog.dismiss());
  const scripts = await page.evaluate(() => document.scripts.length);
  assert.equal(await reveal(page), text);
  assert.equal(await page.locator("#secret-text *").count(), 0);
  assert.equal(await page.evaluate(() => document.scripts.length), scripts);
  assert.equal(await page.locator("img").count(), 0);
  assert.deepEqual(dialogs, []);
});

scenario("the lines of a key are not broken where there is room, and anywhere when that is wanted", {}, async (stage) => {
  const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
  const key = `-----BEGIN PRIVATE KEY-----\n${`${line}\n`.repeat(5)}-----END PRIVATE KEY-----\n`;
  const { link } = await send(stage, { text: key, views: 3 });
  // How many lines are drawn, by the height of the text.
  const lines = (page) =>
    page.locator("#secret-text").evaluate((element) => {
      const { lineHeight, paddingBlockStart } = getComputedStyle(element);
      return Math.round((element.clientHeight - 2 * parseFloat(paddingBlockStart)) / parseFloat(lineHeight));
    });
  const wide = await look(stage, link, { viewport: { width: 1280, height: 800 } });
  await reveal(wide);
  assert.equal(await lines(wide), 7);

  const narrow = await look(stage, link, { viewport: { width: 390, height: 664 } });
  await reveal(narrow);
  assert.ok((await lines(narrow)) > 7);
  await narrow.uncheck("#wrap");
  assert.equal(await lines(narrow), 7);
  assert.equal(await narrow.evaluate(() => document.documentElement.scrollWidth), 390, "the text scrolls, and not the page");
  await narrow.check("#wrap");
  assert.ok((await lines(narrow)) > 7);

  // A password needs neither.
  const { link: short } = await send(stage, { text: "vK3-tilde-harbour-90" });
  const page = await look(stage, short, { viewport: { width: 1280, height: 800 } });
  await reveal(page);
  assert.ok(!(await page.isVisible("#wrap")));
  assert.ok((await page.locator("#state").evaluate((card) => card.clientWidth)) < 700);
});

scenario("a text in another direction than the page's is shown in its own", {}, async (stage) => {
  // A mark at the beginning would stand at the end of a line from right to left.
  const { link } = await send(stage, { text: "!%tilde-harbour-90" });
  const page = await look(stage, link);
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  await reveal(page);
  const direction = (selector) => page.locator(selector).evaluate((element) => getComputedStyle(element).direction);
  assert.equal(await direction("#secret-text"), "ltr");
  assert.equal(await direction("#shown-title"), "rtl");
  assert.equal(await direction("#paste"), "ltr");
});

scenario("what a form cannot send is said before anything is sent", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  const before = stage.apiCalls().length;
  const refused = async (draft, pattern, focus) => {
    await page.reload();
    await reach(page, "editing");
    await fillIn(page, draft);
    await page.click("#create");
    await problem(page);
    assert.match(await page.innerText("#problem"), pattern);
    await page.waitForFunction((id) => document.activeElement?.id === id, focus);
    await reach(page, "editing");
  };
  for (const text of ["", "  \n \t "]) await refused({ text }, /nothing to send yet/, "secret");
  const text = stage.keep("a fine secret");
  for (const number of ["0", "-3", "1.5", "", "721"]) {
    await refused({ text, custom: { number, unit: "hours" } }, /1 minute to 30 days/, "custom-number");
    assert.equal(await page.inputValue("#secret"), text);
  }
  for (const views of ["0", "101", "2.5", "1e1"]) await refused({ text, views }, /1 to 100 times/, "views");
  await page.fill("#views", "");
  await page.click("#create");
  assert.match(await page.innerText("#problem"), /1 to 100 times/);
  assert.equal(stage.apiCalls().length, before);
});

scenario(
  "too long a text is refused with the true limit, and the limit itself is not",
  { on: ["own"], needs: "a small ASHLINK_MAX_SIZE" },
  async (stage) => {
    await stage.start({ env: { ASHLINK_MAX_SIZE: "8KiB" } });
    const page = await stage.page();
    await visit(page, stage.site.url("/"), "editing");
    const filled = (bytes) => "0123456789abcdef".repeat(Math.ceil(bytes / 16)).slice(0, bytes);
    const before = stage.apiCalls().length;
    // Far too long, and too long only in bytes.
    for (const text of [filled(9000), "\u{1f525}".repeat(2100), filled(8190)]) {
      await paste(page, text);
      await page.click("#create");
      await problem(page);
      await says(page, /too large/, /Nothing was sent/);
      assert.ok((await page.inputValue("#secret")) === text);
    }
    assert.equal(stage.apiCalls().length, before);

    const [, limit] = (await page.innerText("#problem")).match(/about ([\d,]+) bytes/) ?? [];
    const text = stage.keep(filled(Number(limit.replace(",", ""))));
    await page.fill("#secret", text);
    await page.click("#create");
    const { link } = await made(stage, page);
    assert.ok((await reveal(await look(stage, link))) === text);
  },
);
