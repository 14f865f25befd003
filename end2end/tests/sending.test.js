// Handing a link on: message, QR code, the device's own way; and passwords made in the page.

import assert from "node:assert/strict";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { known } from "../lib/ids.js";
import { copy, look, made, problem, reach, reveal, says, send, visit } from "../lib/pages.js";
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
  await page.click("#message-box > summary");
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
  const plain = await send(stage, { text: "no way to share" });
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
