// The main job: a secret goes in, a link comes out, and the secret is read once.

import assert from "node:assert/strict";
import { fragmentOf } from "../lib/links.js";
import { facts, look, openSettings, reach, reveal, says, send, shownText, visit, words } from "../lib/pages.js";
import { BOTH, EVERYWHERE, scenario } from "../lib/scenario.js";
import { localMoment, moments } from "../lib/times.js";

scenario("a secret is revealed once, and then the link opens nothing any more", { on: EVERYWHERE }, async (stage) => {
  const text = "launch code: 0000, ünïcödé and \u{1f525}";
  const { link, receipt } = await send(stage, { text });
  assert.equal(link.replace(/[1-9A-HJ-NP-Za-km-z]{52}$/, ""), stage.site.url("/s#"));
  assert.equal(receipt.replace(/[1-9A-HJ-NP-Za-km-z]{74}$/, ""), stage.site.url("/m#"));

  const page = await look(stage, link);
  await says(page, /can be opened once/);
  assert.equal(await reveal(page), text);
  assert.equal(page.url(), stage.site.url("/s"));
  await says(page, /last view/);

  const late = await stage.page();
  await visit(late, link, "opened");
  assert.ok(!(await late.isVisible("#reveal")));
});

scenario("a passphrase opens it, and a wrong one costs nothing", { on: EVERYWHERE, statuses: [403] }, async (stage) => {
  const text = "behind a passphrase";
  const { link } = await send(stage, { text, passphrase: "Crème brûlée, thrice" });
  const page = await look(stage, link);
  await says(page, /needs the passphrase/);

  for (const wrong of ["creme brulee, thrice", "Crème brûlée, twice", "  something else  "]) {
    stage.keep(wrong, "a wrong passphrase");
    await page.fill("#passphrase", wrong);
    await page.click("#reveal");
    await page.waitForFunction(() => /does not open it/.test(document.querySelector("#problem").textContent));
    await reach(page, "waiting");
    await says(page, /Nothing was lost/);
    // Ready to be typed over.
    await page.waitForFunction((length) => {
      const { id, selectionStart, selectionEnd } = /** @type {HTMLTextAreaElement} */ (document.activeElement);
      return id === "passphrase" && selectionStart === 0 && selectionEnd === length;
    }, wrong.length);
  }
  assert.equal(await reveal(page, "Crème brûlée, thrice"), text);
});

scenario("what nobody sees in a passphrase does not count", {}, async (stage) => {
  const { link } = await send(stage, { text: "typed as it was told", passphrase: "\ufeffFüß 12\u200b" });
  const page = await look(stage, link);
  // One view, and no failed attempt: as copied from a page, with a hard space.
  await page.fill("#passphrase", "\u200eFüß\u00a012\u00ad");
  await page.click("#reveal");
  await reach(page, "shown");
  assert.equal(await shownText(page), "typed as it was told");
});

scenario("without the passphrase nothing is asked of the server", {}, async (stage) => {
  const { link } = await send(stage, { text: "behind a passphrase", passphrase: "open sesame" });
  const page = await look(stage, link);
  const before = stage.apiCalls().length;
  for (const nothing of ["", "   "]) {
    await page.fill("#passphrase", nothing);
    await page.click("#reveal");
    await page.waitForFunction(() => /Type the passphrase/.test(document.querySelector("#problem").textContent));
  }
  assert.equal(stage.apiCalls().length, before);
});

scenario("whoever types a passphrase can look at it", {}, async (stage) => {
  const { link } = await send(stage, { text: "looked at", passphrase: "tulip orbit 77" });
  const page = await look(stage, link);
  const isMasked = () => page.locator("#passphrase").evaluate((field) => field.classList.contains("masked"));
  await page.fill("#passphrase", "tulip orbit 77");
  assert.equal(await page.getAttribute("#passphrase", "autocorrect"), "off");
  assert.ok(await isMasked());
  await page.click("#show-passphrase");
  assert.ok(!(await isMasked()));
  await page.click("#show-passphrase");
  assert.ok(await isMasked());
  assert.equal(await reveal(page), "looked at");
});

scenario("a passphrase may be typed in another way", {}, async (stage) => {
  // Composed on one keyboard, decomposed and with a blank at the end on another.
  const { link } = await send(stage, { text: "the same letters", passphrase: "caf\u00e9 fra\u00eeche" });
  const page = await look(stage, link);
  assert.equal(await reveal(page, " cafe\u0301 frai\u0302che "), "the same letters");
});

scenario("a generated passphrase is shown and opens it", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  await page.fill("#secret", stage.keep("generated protection"));
  await openSettings(page);
  await page.click("#generate");
  await page.waitForFunction(() => document.querySelector("#passphrase").value !== "");
  const passphrase = stage.keep(await page.inputValue("#passphrase"), "the passphrase");
  // Words, since it is told by phone.
  assert.match(passphrase, /^[a-z]+(-[a-z]+){5,}$/);
  assert.equal(await page.innerText("#passphrase-weak"), "");
  assert.equal(await page.getAttribute("#passphrase", "type"), "text");
  await page.click("#generate");
  await page.waitForFunction((before) => document.querySelector("#passphrase").value !== before, passphrase);
  const second = await page.inputValue("#passphrase");

  const { link } = await send(stage, { text: "generated protection", passphrase: second });
  assert.equal(await reveal(await look(stage, link), second), "generated protection");
});

scenario("three views for three visitors, and times for the fourth", { on: BOTH }, async (stage) => {
  const timezoneId = "Asia/Kolkata";
  const before = Date.now();
  const draft = { text: "for three people", views: 3, custom: { number: 90, unit: "minutes" } };
  const { link, receipt, page: sender } = await send(stage, draft, { page: await stage.page() });
  const fate = await sender.innerText("#fate");
  assert.match(fate, /3 times/);
  const lifetime = 90 * 60_000;
  assert.ok(
    moments(before + lifetime, Date.now() + lifetime).some((moment) => fate.includes(moment)),
    fate,
  );

  for (const left of [/opened 2 times/, /opened once/, /last view/]) {
    const page = await look(stage, link);
    assert.equal(await reveal(page), draft.text);
    assert.match(await page.innerText("#fate"), left);
  }
  const opened = Date.now();
  const fourth = await stage.page({ timezoneId });
  await visit(fourth, link, "opened");
  const text = await words(fourth);
  assert.ok(
    moments(before, opened, timezoneId).some((moment) => text.includes(`opened ${moment}, `)),
    text,
  );
  assert.match(text, /, (now|\d+ seconds? ago)\./);

  const page = await stage.page();
  await visit(page, receipt, "opened");
  const { opened: times, views: used } = await facts(page);
  assert.equal(times.length, 3, times.join());
  assert.deepEqual(used, ["3 of 3"]);
});

scenario("a later visitor learns that it was opened before", {}, async (stage) => {
  const { link } = await send(stage, { text: "two may read this", views: 2 });
  await reveal(await look(stage, link));
  await says(await look(stage, link), /opened once/, new RegExp(`last opened ${localMoment(Date.now()).slice(0, 6)}`));
});

scenario("two tabs click at once: one wins, and the other is told", { on: BOTH, statuses: [410] }, async (stage) => {
  const text = "for whoever is faster";
  const { link } = await send(stage, { text });
  const { context, page: first } = await stage.visitor();
  const second = await context.newPage();
  await Promise.all([visit(first, link, "waiting"), visit(second, link, "waiting")]);
  await Promise.all([first.click("#reveal"), second.click("#reveal")]);
  const states = await Promise.all([reach(first, "shown", "opened"), reach(second, "shown", "opened")]);
  assert.deepEqual([...states].sort(), ["opened", "shown"]);

  const [winner, loser] = states[0] === "shown" ? [first, second] : [second, first];
  assert.equal(await shownText(winner), text);
  await says(loser, /has been opened/, /It was opened .*(now|second)/);
  assert.equal(await loser.locator("#secret-text").count(), 0);
  assert.ok(!(await loser.content()).includes(text));
});

scenario("another secret is another link, and the page is empty again", {}, async (stage) => {
  const { link, page } = await send(stage, { text: "the first of two", passphrase: "with words" }, { page: await stage.page() });
  await page.click("#another");
  await reach(page, "editing");
  assert.equal(await page.inputValue("#secret"), "");
  assert.equal(await page.inputValue("#passphrase"), "");
  assert.ok(!(await page.content()).includes(fragmentOf(link)));
  await page.fill("#secret", stage.keep("the second of two"));
  await page.keyboard.press("Control+Enter");
  await reach(page, "done");
  const second = stage.keepLink(await page.inputValue("#link"));
  assert.notEqual(second, link);
  assert.equal(await reveal(await look(stage, second)), "the second of two");
});
