// Files: attached by button, drop and paste, and never anything but downloaded.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  acceptDialogs,
  attached,
  choose,
  drop,
  fillIn,
  look,
  made,
  problem,
  reach,
  reveal,
  saveAll,
  says,
  shownText,
  visit,
} from "../lib/pages.js";
import { until } from "../lib/process.js";
import { BOTH, scenario } from "../lib/scenario.js";

const editing = async (stage, options) => {
  const page = await stage.page(options);
  await visit(page, stage.site.url("/"), "editing");
  return page;
};

/** A file of which nothing may be found on the way. */
function secretFile(stage, name, length) {
  const data = randomBytes(length);
  stage.keep(name, "a file's name");
  stage.keep(data.subarray(0, 64), "a file's content");
  return { name, data, type: "application/x-secret-type" };
}

scenario("a text and files arrive with names, sizes and every byte", { on: BOTH }, async (stage) => {
  const page = await editing(stage);
  const [one, two] = [secretFile(stage, "key-of-the-cellar.pem", 2_000), secretFile(stage, "Übersicht 2026 \u{1f525}.xlsx", 300_000)];
  stage.keep("application/x-secret-type", "a file's type");
  await fillIn(page, { text: stage.keep("both files belong to it"), passphrase: stage.keep("correct horse", "the passphrase") });
  await choose(page, "files");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#attach")]);
  assert.ok(chooser.isMultiple());
  await chooser.setFiles([one, two].map(({ name, type, data }) => ({ name, mimeType: type, buffer: data })));
  assert.deepEqual(await attached(page, 2), [one.name, two.name]);
  await page.click("#create");
  const { link } = await made(stage, page);
  assert.equal(await page.locator("#files .file").count(), 0, "the form is empty again");

  const reader = await look(stage, link);
  assert.equal(await reveal(reader, "correct horse"), "both files belong to it");
  await says(reader, /key-of-the-cellar\.pem 2000 bytes/, /Übersicht 2026 \u{1f525}\.xlsx 300 KB/u);
  const saved = await saveAll(reader);
  assert.deepEqual(
    saved.map(({ name }) => name),
    [one.name, two.name],
  );
  for (const [index, { data }] of [one, two].entries()) assert.ok(saved[index].data.equals(data));
});

scenario("on a phone: a file and a passphrase, made and opened by touch", {}, async (stage) => {
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const fits = async (page) => {
    const { width, small } = await page.evaluate(() => ({
      width: document.scrollingElement?.scrollWidth,
      small: [...document.querySelectorAll("button, summary, .button, input:not([type=radio], [type=checkbox]), textarea")]
        .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 40)
        .map((element) => element.id || element.textContent),
    }));
    assert.equal(width, 390, "nothing is wider than the screen");
    assert.deepEqual(small, [], "everything can be hit with a thumb");
  };
  const page = await editing(stage, phone);
  const file = secretFile(stage, "vpn.conf", 900);
  await page.tap("#secret");
  await page.keyboard.type(stage.keep("for the new colleague"));
  await page.tap(".segments label:last-child");
  await says(page, /Up to about \d+ KB in all/);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.tap("#attach")]);
  await chooser.setFiles([{ name: file.name, mimeType: file.type, buffer: file.data }]);
  await attached(page, 1);
  await page.tap("#settings > summary");
  await page.tap("#passphrase");
  await page.keyboard.type(stage.keep("tulip orbit 77", "the passphrase"));
  await fits(page);
  await page.tap("#create");
  const { link } = await made(stage, page);
  await fits(page);

  const reader = await look(stage, link, phone);
  await reader.tap("#passphrase");
  await reader.keyboard.type("tulip orbit 77");
  await fits(reader);
  await reader.tap("#reveal");
  await reach(reader, "shown");
  await fits(reader);
  assert.equal(await shownText(reader), "for the new colleague");
  const [saved] = await saveAll(reader);
  assert.equal(saved.name, file.name);
  assert.ok(saved.data.equals(file.data));
});

scenario("a name that cannot stay as it was is said, and its ending stays", {}, async (stage) => {
  const names = [".env.production", `${"x".repeat(246)}.pem`, "plain name.txt"];
  const page = await editing(stage);
  await drop(
    page,
    names.map((name) => secretFile(stage, name, 100)),
  );
  assert.deepEqual(await attached(page, 3), names);
  await page.click("#create");
  const { link } = await made(stage, page);
  const reader = await look(stage, link);
  await reader.click("#reveal");
  await reach(reader, "shown");
  const saved = ["env.production", `${"x".repeat(236)}.pem`, "plain name.txt"];
  assert.deepEqual(await reader.locator("#attached .name").allTextContents(), [
    `${saved[0]} (sent as ${names[0]})`,
    `${saved[1]} (sent as ${names[1]})`,
    saved[2],
  ]);
  assert.deepEqual(
    (await saveAll(reader)).map(({ name }) => name),
    saved,
  );
});

scenario("a file alone is a secret, an empty one too", {}, async (stage) => {
  for (const data of [Buffer.alloc(0), randomBytes(70_000)]) {
    const page = await editing(stage);
    await drop(page, [{ name: "alone.bin", data }]);
    await attached(page, 1);
    await page.click("#create");
    const { link } = await made(stage, page);
    const reader = await look(stage, link);
    await reader.click("#reveal");
    await reach(reader, "shown");
    assert.ok(!(await reader.isVisible("#copy-secret")), "there is no text to copy");
    const [saved] = await saveAll(reader);
    assert.ok(saved.data.equals(data));
  }
});

scenario("a file that is dropped beside the form is attached, and the page with its text stays", {}, async (stage) => {
  const page = await editing(stage);
  await page.fill("#secret", stage.keep("typed before the drop"));
  await drop(page, [{ name: "missed.txt", data: "content of the dropped file" }], "footer");
  assert.deepEqual(await attached(page, 1), ["missed.txt"]);
  assert.equal(await page.inputValue("#secret"), "typed before the drop");
  assert.equal(await page.getAttribute("#state", "data-drag"), null);
});

scenario("a picture is pasted as a file, and a text with a picture beside it as a text", {}, async (stage) => {
  const page = await editing(stage);
  const paste = (withText) =>
    page.evaluate((withText) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["picture"], "image.png", { type: "image/png" }));
      if (withText) clipboardData.setData("text/plain", "cells");
      const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      return document.querySelector("#secret").dispatchEvent(event);
    }, withText);
  assert.equal(await paste(false), false, "the browser's own pasting was stopped");
  assert.deepEqual(await attached(page, 1), ["image.png"]);
  assert.equal(await paste(true), true, "the browser pastes the text");
  await attached(page, 1);
});

scenario("what was removed is not sent", {}, async (stage) => {
  const page = await editing(stage);
  await drop(page, [
    { name: "wrong.txt", data: stage.keep("this one was a mistake") },
    { name: "right.txt", data: "this one was meant" },
  ]);
  await attached(page, 2);
  await page.getByRole("button", { name: "Remove wrong.txt" }).click();
  assert.deepEqual(await attached(page, 1), ["right.txt"]);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "attach", "the focus is not lost");
  await page.click("#create");
  const { link } = await made(stage, page);
  const reader = await look(stage, link);
  await reader.click("#reveal");
  await reach(reader, "shown");
  assert.deepEqual(
    (await saveAll(reader)).map(({ name, data }) => [name, String(data)]),
    [["right.txt", "this one was meant"]],
  );
});

scenario("hostile names are text, and harmless on saving", {}, async (stage) => {
  const names = {
    "<img src=x onerror=alert(1)>.txt": "img src=x onerror=alert(1).txt",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "..\\..\\autorun.inf": "autorun.inf",
    "nul.txt": "_nul.txt",
  };
  const page = await editing(stage);
  const dialogs = [];
  page.on("dialog", (dialog) => dialogs.push(dialog.message()) && dialog.dismiss());
  await drop(
    page,
    Object.keys(names).map((name) => ({ name, data: "x" })),
  );
  assert.deepEqual(await attached(page, 4), Object.keys(names), "the sender sees the names as they are");
  assert.equal(await page.locator("#files img").count(), 0);
  await page.click("#create");
  const { link } = await made(stage, page);
  const reader = await look(stage, link);
  await reader.click("#reveal");
  await reach(reader, "shown");
  const shown = { ...names, "nul.txt": "_nul.txt (sent as nul.txt)" };
  assert.deepEqual(await reader.locator("#attached .name").allTextContents(), Object.values(shown));
  assert.equal(await reader.locator("#attached img").count(), 0);
  assert.deepEqual(
    (await saveAll(reader)).map(({ name }) => name),
    Object.values(names),
  );
  assert.deepEqual(dialogs, []);
});

scenario("a page as a file is downloaded as bytes, never shown", {}, async (stage) => {
  const page = await editing(stage);
  await drop(page, [{ name: "evil.html", type: "text/html", data: "<script>document.title = 'taken over'</script>" }]);
  await attached(page, 1);
  await page.click("#create");
  const { link } = await made(stage, page);
  const reader = await look(stage, link);
  await reader.evaluate(() => {
    const make = URL.createObjectURL;
    globalThis.types = [];
    URL.createObjectURL = (/** @type {Blob} */ blob) => {
      globalThis.types.push(blob.type);
      return make(blob);
    };
  });
  await reader.click("#reveal");
  await reach(reader, "shown");
  await saveAll(reader);
  assert.deepEqual(await reader.evaluate(() => globalThis.types), ["application/octet-stream"]);
  assert.equal(await reader.title(), "Here is your secret – Ashlink");
  assert.equal(reader.frames().length, 1);
});

scenario("leaving is warned of until everything is kept", {}, async (stage) => {
  const page = await editing(stage);
  await page.fill("#secret", stage.keep("a text to be copied"));
  await drop(page, [{ name: "one.txt", data: "1" }]);
  await attached(page, 1);
  await page.click("#create");
  const { link } = await made(stage, page);
  const reader = await look(stage, link, { permissions: ["clipboard-write"] });
  await reveal(reader);
  await reader.click("#copy-secret");
  await reader.waitForSelector("#copy-secret[data-done]");
  await says(reader, /Copy or save what you need/);
  await saveAll(reader);
  await reader.waitForFunction(() => !document.querySelector("#fate").textContent.includes("what you need"));
  const dialogs = acceptDialogs(reader);
  await reader.close({ runBeforeUnload: true });
  assert.deepEqual(dialogs, []);
});

scenario("several files are saved with one click, and each row shows that it was", {}, async (stage) => {
  const page = await editing(stage);
  const names = ["one.txt", "two.txt", "three.txt"];
  await drop(
    page,
    names.map((name) => ({ name, data: `in ${name}` })),
  );
  await attached(page, 3);
  await page.click("#create");
  const { link } = await made(stage, page);
  const reader = await look(stage, link);
  const dialogs = acceptDialogs(reader);
  await reader.click("#reveal");
  await reach(reader, "shown");
  assert.ok(!(await reader.isVisible("#copy-row")), "there is no text");
  const labels = () => reader.locator(".save").allTextContents();
  assert.deepEqual(await labels(), ["Save", "Save", "Save"]);
  await reader.click("#attached .file:nth-child(2) .save");
  await reader.waitForSelector("#attached .file:nth-child(2) .save[data-done]");
  assert.deepEqual(await labels(), ["Save", "Saved", "Save"]);
  assert.equal(await reader.getAttribute("#attached .file:nth-child(2) .save", "aria-label"), "Saved two.txt");

  const downloads = [];
  reader.on("download", (download) => downloads.push(download));
  await reader.click("#save-all");
  await reader.waitForFunction(() => document.querySelectorAll(".save[data-done]").length === 3);
  await until(() => downloads.length === 3, "three downloads have begun");
  assert.deepEqual(
    await Promise.all(downloads.map(async (download) => [download.suggestedFilename(), readFileSync(await download.path(), "utf8")])),
    names.map((name) => [name, `in ${name}`]),
  );
  await reader.close({ runBeforeUnload: true });
  assert.deepEqual(dialogs, []);
});

scenario("what cannot be attached is said, and nothing is lost", {}, async (stage) => {
  const page = await editing(stage);
  await page.fill("#secret", stage.keep("text that stays here"));
  await drop(page, [{ name: "fits.bin", data: Buffer.alloc(600_000) }]);
  await attached(page, 1);
  await drop(page, [
    { name: "too-much.bin", data: Buffer.alloc(600_000) },
    { name: "small.txt", data: "costs nobody its place" },
  ]);
  await problem(page);
  assert.match(await page.innerText("#problem"), /^Not attached: \u2068too-much\.bin\u2069\. This server takes about \d{3,4} KB in all\.$/);
  assert.deepEqual(await attached(page, 2), ["fits.bin", "small.txt"]);
  assert.equal(await page.innerText("#create"), "Create link", "there is nothing to try again");
  for (const left of [1, 0]) {
    await page.click("#files button");
    await attached(page, left);
  }
  await page.waitForFunction(() => document.querySelector("#problem").textContent === "");

  await drop(
    page,
    Array.from({ length: 64 }, (_, n) => ({ name: `${n}.txt`, data: "x" })),
  );
  await problem(page);
  await says(page, /63 files/);
  await attached(page, 0);

  await page.evaluate(() => (Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException("", "NotReadableError"))));
  await drop(page, [{ name: "holiday photos", data: "" }]);
  await page.waitForFunction(() => document.querySelector("#problem").textContent.includes("holiday photos\u2069 could not be read"));
  await attached(page, 0);
  assert.equal(await page.inputValue("#secret"), "text that stays here");
  await page.click("#create");
  await made(stage, page);
});

scenario("nothing is sent off while a file is still being read", {}, async (stage) => {
  const page = await editing(stage);
  await page.evaluate(() => {
    const read = Blob.prototype.arrayBuffer;
    Blob.prototype.arrayBuffer = async function () {
      await new Promise((resolve) => (globalThis.goOn = resolve));
      return read.call(this);
    };
  });
  await page.fill("#secret", stage.keep("with a slow file"));
  await drop(page, [{ name: "slow.txt", data: "slow" }]);
  await page.waitForFunction(() => document.querySelector("#create").disabled);
  await page.focus("#secret");
  await page.keyboard.press("Control+Enter");
  assert.deepEqual(stage.apiCalls(), []);
  await page.evaluate(() => globalThis.goOn());
  await attached(page, 1);
  await page.click("#create:enabled");
  const { link } = await made(stage, page);
  const reader = await look(stage, link);
  await reveal(reader);
  assert.equal(await reader.locator(".save").count(), 1);
});

scenario("what takes its time shows how far it is, both ways", { on: ["own"], needs: "a larger ASHLINK_MAX_SIZE" }, async (stage) => {
  const site = await stage.start({ env: { ASHLINK_MAX_SIZE: "32MiB" } });
  // It takes its time.
  const patient = async (page) => page.context().setDefaultTimeout(40_000);
  const page = await editing(stage);
  await patient(page);
  const watch = (page) =>
    page.evaluate(() => {
      globalThis.seen = [];
      const bar = document.querySelector("#progress");
      new MutationObserver(() => bar.hidden || globalThis.seen.push(bar.getAttribute("value"))).observe(bar, { attributes: true });
    });
  // What was seen: at first nothing is known, then shares that only grow.
  const check = async (page) => {
    const shares = (await page.evaluate(() => globalThis.seen)).filter((value) => value !== null).map(Number);
    assert.ok(shares.length > 3, `${shares.length} shares`);
    assert.ok(
      shares.every((share, index) => share > 0 && share <= 1 && share >= (shares[index - 1] ?? 0)),
      String(shares),
    );
    assert.ok(
      shares.some((share) => share < 0.9),
      String(shares),
    );
  };
  const size = 16 * 1024 * 1024;
  await page.evaluate((size) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(size)], "large.bin"));
    document.querySelector("#secret").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, size);
  await attached(page, 1);
  await watch(page);
  site.tap.slow(8_000_000);
  await page.click("#create");
  const { link } = await made(stage, page);
  await check(page);
  assert.ok(!(await page.isVisible("#progress")));

  const reader = await look(stage, link);
  await patient(reader);
  await watch(reader);
  await reader.click("#reveal");
  await reach(reader, "shown");
  await check(reader);
  const [saved] = await saveAll(reader);
  assert.equal(saved.data.length, size);

  // And what is quick shows nothing of the kind.
  site.tap.heal();
  await visit(page, site.url("/s"), "missing");
  await visit(page, site.url("/"), "editing");
  await watch(page);
  await page.fill("#secret", "quick");
  await page.click("#create");
  await made(stage, page);
  assert.deepEqual(await page.evaluate(() => globalThis.seen.filter((value) => value !== null)), []);
});
