// Handing a link on: message, QR code, the device's own way; and passwords made in the page.

import assert from "node:assert/strict";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { known } from "../lib/ids.js";
import { copy, fillIn, look, made, problem, reach, reveal, says, send, submit, visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";

const EXTRAS = /\/pkg\/extras\.[^/]*\.wasm$/;

/** What a phone reads off the screen. */
async function scan(page) {
  await page.waitForSelector("#qr:not([hidden])");
  const png = PNG.sync.read(await page.locator("#qr").screenshot());
  // Its types name the default of the module, which is the module here.
  const read = /** @type {typeof jsQR.default} */ (/** @type {unknown} */ (jsQR));
  return read(new Uint8ClampedArray(png.data), png.width, png.height)?.data;
}

const loaded = (visitor) => visitor.requests.filter((request) => EXTRAS.test(request.url())).length;

scenario("a message has all that a recipient needs, and not the passphrase", {}, async (stage) => {
  const passphrase = "another channel";
  const { page, link } = await send(
    stage,
    { text: "to be announced", passphrase },
    { page: await stage.page({ permissions: ["clipboard-write"] }) },
  );
  const message = await page.inputValue("#message");
  assert.ok(message.split("\n").includes(link), "the link stands alone on its line");
  assert.match(message, /click "Reveal"/);
  assert.match(message, /once/);
  assert.match(message, /until \d+ \w+ \d{4}.*\b(UTC|GMT|[A-Z]{2,4})\b/);
  assert.match(message, /passphrase, which I will send you another way/);
  assert.ok(!message.includes(passphrase));
  await copy(page, "copy-message");
  // The words that the message quotes are those on the button.
  const reader = await look(stage, link);
  assert.equal(await reader.innerText("#reveal"), "Reveal the secret");
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  scenario(`the QR code leads to the link, in ${colorScheme} colours`, {}, async (stage) => {
    const visitor = await stage.visitor({ colorScheme });
    const { page, link } = await send(stage, { text: "scan me, please" }, { page: visitor.page });
    assert.equal(loaded(visitor), 0, "what draws it is loaded when it is wanted");
    await page.click("#qr-box > summary");
    assert.equal(await scan(page), link);
    assert.equal(loaded(visitor), 1);
    assert.equal(await page.getByRole("img", { name: "QR code of the link" }).count(), 1);

    await page.click("#another");
    await reach(page, "editing");
    assert.equal(await page.getAttribute("#qr-path", "d"), "", "it goes with its link");
    assert.equal(await page.inputValue("#message"), "");
  });
}

scenario("without the QR code's part the link is still there, and words say so", { statuses: [404] }, async (stage) => {
  const { page, context } = await stage.visitor();
  await context.route(EXTRAS, (route) => route.fulfill({ status: 404, body: "" }));
  const { link } = await send(stage, { text: "not to be scanned" }, { page });
  await page.click("#qr-box > summary");
  await page.waitForFunction(() => document.querySelector("#qr-note").textContent.includes("could not be drawn"));
  assert.equal(await page.inputValue("#link"), link);
  assert.equal(await reveal(await look(stage, link)), "not to be scanned");

  // The generator says its own, and keeps what was typed.
  await page.click("#another");
  await reach(page, "editing");
  await page.fill("#secret", stage.keep("typed by hand"));
  await page.click("#generator > summary");
  await page.click("#insert");
  await problem(page);
  await says(page, /No password was made/, /reload the page/);
  assert.equal(await page.inputValue("#secret"), "typed by hand");
});

scenario("a device that can hand things on is offered the message", {}, async (stage) => {
  const plain = await send(stage, { text: "no way to share" }, { page: await stage.page() });
  assert.ok(!(await plain.page.isVisible("#share")));
  const { page, context } = await stage.visitor();
  await context.addInitScript(() => {
    navigator.share = (data) => {
      globalThis.shared = data;
      return Promise.reject(new DOMException("", "AbortError"));
    };
  });
  await send(stage, { text: "a way to share" }, { page });
  await page.click("#share");
  assert.deepEqual(await page.evaluate(() => globalThis.shared), { text: await page.inputValue("#message") });
});

scenario("the result is a receipt: it says when the secret was opened, and destroys what was not", {}, async (stage) => {
  const { page } = await stage.visitor();
  const { link } = await send(stage, { text: "watched where it was sent" }, { page });
  await says(page, /Not opened yet/);
  assert.equal(await page.title(), "Not opened yet – Ashlink");
  assert.equal(await reveal(await look(stage, link)), "watched where it was sent");
  await page.waitForFunction(() => document.querySelector("#known-title").textContent === "It was opened", undefined, { timeout: 30_000 });
  await says(page, /Your link has ended/);
  assert.equal(await page.title(), "It was opened – Ashlink");
  for (const id of ["copy-link", "receipt-destroy"]) assert.ok(!(await page.isVisible(`#${known(id)}`)), id);
  assert.ok(await page.isVisible("#receipt-link"));

  await page.click("#another");
  await reach(page, "editing");
  assert.equal(await page.title(), "Create a secret – Ashlink");
  const second = await submit(stage, page, { text: "sent by mistake", passphrase: "a passphrase that goes with it" });
  await page.click("#receipt-destroy");
  await page.waitForFunction(() => document.activeElement?.id === "destroy-keep");
  await page.click("#destroy-keep");
  await page.waitForFunction(() => document.activeElement?.id === "receipt-destroy");
  await page.click("#receipt-destroy");
  await page.click("#destroy-confirm");
  await page.waitForSelector("#hand-on", { state: "hidden" });
  await page.waitForFunction(() => document.activeElement?.id === "known-title");
  await says(page, /It was destroyed/);
  await visit(await stage.page(), second.link, "destroyed");
});

scenario("without a connection the result says that what it shows may be old", { network: ["ERR_FAILED"] }, async (stage) => {
  const { page, context } = await stage.visitor();
  await visit(page, stage.site.url("/"), "editing");
  const RECEIPT = /\/api\/v1\/receipts\//;
  await context.route(RECEIPT, (route) => route.abort());
  const { link } = await submit(stage, page, { text: "stored, and then silence" });
  await page.waitForFunction(() => document.querySelector("#trouble").textContent.includes("out of date"));
  assert.equal(await page.inputValue("#link"), link);
  await context.unroute(RECEIPT);
  await page.waitForSelector("#receipt-destroy", { state: "visible", timeout: 30_000 });
  assert.equal(await page.innerText("#trouble"), "");
});

scenario("what is on its way can be cancelled, and is not lost", {}, async (stage) => {
  const { page, context } = await stage.visitor();
  await visit(page, stage.site.url("/"), "editing");
  await context.route(/\/api\/v1\/secrets$/, () => {});
  await page.fill("#secret", stage.keep("on second thoughts"));
  await page.click("#create");
  await reach(page, "storing");
  await page.click("#cancel");
  await problem(page);
  await says(page, /no link was created/);
  assert.ok(!(await page.isVisible("#cancel")) && !(await page.isVisible("#progress")));
  assert.equal(await page.evaluate(() => document.activeElement?.id), "secret");
  assert.equal(await page.inputValue("#secret"), "on second thoughts");
  await context.unroute(/\/api\/v1\/secrets$/);
  await reach(page, "editing");
  await page.click("#create");
  const { link } = await made(stage, page);
  assert.equal(await reveal(await look(stage, link)), "on second thoughts");
});

scenario("one line says what is set, and a passphrase that can be guessed is called weak", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  const line = () => page.innerText("#settings-line");
  assert.equal(await line(), "Expires in 7 days · 1 view · no passphrase");
  await fillIn(page, { text: stage.keep("set in every way"), custom: { number: 36, unit: "hours" }, views: 3, passphrase: "1234" });
  assert.equal(await line(), "Expires in 36 hours · 3 views · with passphrase");
  const weak = (wanted) =>
    page.waitForFunction((wanted) => (document.querySelector("#passphrase-weak").textContent !== "") === wanted, wanted);
  await weak(true);
  await page.fill("#passphrase", stage.keep("tilde-harbour-90-quartz-viaduct", "the passphrase"));
  await weak(false);
  assert.ok(await page.isDisabled("#attempt-limit"), "its number is no one's while it is off");
  await page.check("#fragile", { force: true });
  assert.ok(await page.isEnabled("#attempt-limit"));
  assert.equal(await line(), "Expires in 36 hours · 3 views · with passphrase, 10 failed attempts");
  await page.fill("#views", "0");
  assert.match(await line(), /· \? views ·/);
  await page.click("#settings > summary");
  await page.click("#create");
  await problem(page);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "views", "what is wrong is opened and pointed at");
  await page.fill("#views", "1");
  await page.click("#create");
  await made(stage, page);
  await page.click("#another");
  await reach(page, "editing");
  assert.equal(await line(), "Expires in 7 days · 1 view · no passphrase");
});

scenario("on a phone the button is on the first screen, and what is wrong is on the screen", {}, async (stage) => {
  const page = await stage.page({ viewport: { width: 390, height: 664 }, isMobile: true, hasTouch: true });
  await visit(page, stage.site.url("/"), "editing");
  const onScreen = (id) =>
    page.evaluate((id) => {
      const { top, bottom } = document.querySelector(`#${id}`).getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    }, known(id));
  assert.ok(await onScreen("create"));
  await page.tap("#create");
  await problem(page);
  assert.ok(await onScreen("problem"));
  // Also where the form is longer than the screen, and pointed at from its other end.
  await page.tap("#settings > summary");
  await page.tap("#create");
  await page.waitForFunction(() => document.activeElement?.id === "secret");
  assert.ok((await onScreen("problem")) && (await onScreen("secret")));
  await page.fill("#secret", stage.keep("typed with a thumb"));
  await page.fill("#views", "0");
  await page.tap("#create");
  await page.waitForFunction(() => document.activeElement?.id === "views");
  assert.ok((await onScreen("problem")) && (await onScreen("views")));
});

scenario("a button that has copied is green below the pointer, and does not shrink", {}, async (stage) => {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    const page = await stage.page({ colorScheme, reducedMotion: "reduce", permissions: ["clipboard-write"] });
    await send(stage, { text: "copied under a pointer" }, { page });
    for (const id of ["copy-link", "copy-message", "copy-receipt-link"]) {
      const box = () => page.locator(`#${known(id)}`).boundingBox();
      const before = await box();
      await page.hover(`#${id}`);
      await copy(page, id);
      assert.deepEqual(await box(), before, id);
      const colour = await page.locator(`#${id}`).evaluate((button) => getComputedStyle(button).borderTopColor);
      assert.equal(colour, { light: "rgb(47, 107, 58)", dark: "rgb(143, 207, 155)" }[colorScheme], `${id}, ${colorScheme}`);
    }
  }
});

scenario("passwords are made as they are asked for", {}, async (stage) => {
  const { page } = await stage.visitor();
  await visit(page, stage.site.url("/"), "editing");
  await page.click("#generator > summary");
  const make = async () => {
    const before = await page.inputValue("#secret");
    await page.click("#insert");
    await page.waitForFunction((before) => document.querySelector("#secret").value !== before, before);
    return page.inputValue("#secret");
  };
  await page.fill("#secret", "password: ");
  await page.press("#secret", "Control+End");
  const first = await make();
  assert.match(first, /^password: [!-~]{20}$/);
  const second = await make();
  assert.match(second, /^password: [!-~]{20}$/, "the next one takes the place of the last");
  assert.notEqual(second, first);

  await page.fill("#secret", "");
  for (const id of ["lower", "upper", "symbols"]) await page.uncheck(`#${known(id)}`, { force: true });
  await page.fill("#count", "64");
  assert.match(await make(), /^[2-9]{64}$/);
  await page.uncheck("#digits", { force: true });
  await page.click("#insert");
  await problem(page);
  await says(page, /at least one kind of characters/);

  await page.fill("#secret", "");
  await page.check("input[name=kind][value=words]", { force: true });
  assert.ok(!(await page.isVisible("#lower")), "words have no alphabets");
  assert.equal(await page.inputValue("#count"), "6");
  const words = await make();
  assert.match(words, /^[a-z]+(-[a-z]+){5,}$/);
  await page.fill("#count", "3");
  await page.click("#insert");
  await problem(page);
  await says(page, /from 4 to 20/);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "count");
  assert.equal(await page.inputValue("#secret"), words);

  await page.click("#create");
  const { link } = await made(stage, page);
  assert.equal(await reveal(await look(stage, link)), words);
});
