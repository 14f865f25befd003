// Logins: the command line and Python send one, and the page shows each value by itself.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ashlink, finish } from "../lib/command.js";
import { look, pasted, reach, visit } from "../lib/pages.js";
import { BOTH, scenario } from "../lib/scenario.js";
import { program, temporaryFolder } from "../lib/tools.js";

const EXAMPLE = fileURLToPath(new URL("../../docs/examples/python/ashlink.py", import.meta.url));
const PASSWORD = "hunter2 <b>& more</b> ✓";
const KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\n-----END OPENSSH PRIVATE KEY-----\n";

/** Sends fields by the example in Python, which sends what our own programs would not. */
async function send(stage, fields) {
  const input = JSON.stringify(fields);
  for (const { value } of fields) if (value.length >= 8) stage.keep(value, "a value");
  const sent = await finish(program("PYTHON", ["python3"]), [EXAMPLE, "send", "--fields", stage.site.url("")], { input });
  assert.equal(sent.code, 0, sent.errors);
  return stage.keepLink(sent.out.toString().trim());
}

/** Opens the page of a link, and reveals. */
async function revealed(stage, link, options) {
  const page = await look(stage, link, options);
  await page.click("#reveal");
  await reach(page, "shown");
  return page;
}

/** What the rows show. */
const rows = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("#login > li")].map((row) => ({
      label: row.querySelector(".label").textContent,
      value: row.querySelector(".value").textContent,
      href: row.querySelector(".value").getAttribute("href"),
      hides: !row.querySelector(".show").hidden,
    })),
  );

const HIDDEN = "••••••••";

scenario("a login is shown field by field, and what is hidden is shown to who asks", { on: BOTH }, async (stage) => {
  stage.keep(PASSWORD, "the password");
  const folder = temporaryFolder();
  writeFileSync(join(folder, "key"), KEY);
  const fields = ["--field", "password=-", "--field", `ssh_key:Deploy=@${join(folder, "key")}`];
  const args = ["send", "--user", "alice", "--url", "https://console.example/", ...fields];
  const sent = await ashlink(stage.site, args, { input: PASSWORD });
  assert.equal(sent.code, 0, sent.errors);
  const page = await revealed(stage, stage.keepLink(sent.text.trim()));
  assert.deepEqual(await rows(page), [
    { label: "User name", value: "alice", href: null, hides: false },
    { label: "Password", value: HIDDEN, href: null, hides: true },
    { label: "Address", value: "https://console.example/", href: "https://console.example/", hides: false },
    { label: "SSH private key “Deploy”", value: HIDDEN, href: null, hides: true },
  ]);
  assert.ok(!(await page.content()).includes("hunter2"), "a hidden value is not in the page");
  assert.ok(!(await page.isVisible("#copy-secret")), "there is no text to copy");

  const show = page.locator("#login > li:nth-child(2) .show");
  assert.equal(await show.getAttribute("aria-label"), "Show: Password");
  await show.click();
  assert.deepEqual([(await rows(page))[1].value, await show.getAttribute("data-shown")], [PASSWORD, ""]);
  await show.click();
  assert.deepEqual([(await rows(page))[1].value, await show.getAttribute("data-shown")], [HIDDEN, null]);
});

scenario("each value is copied by itself, shown or not", {}, async (stage) => {
  const link = await send(stage, [
    { type: "user", value: "alice", label: "" },
    { type: "password", value: PASSWORD, label: "" },
    { type: "ssh_key", value: KEY, label: "" },
  ]);
  const page = await revealed(stage, link, { permissions: ["clipboard-write"] });
  for (const [place, value] of [
    [1, "alice"],
    [2, PASSWORD],
    [3, KEY],
  ]) {
    await page.click(`#login > li:nth-child(${place}) .copy`);
    await page.waitForSelector(`#login > li:nth-child(${place}) .copy[data-copied]`);
    assert.equal(await pasted(stage, page), value);
  }
  assert.equal((await rows(page))[1].value, HIDDEN);
});

scenario("a hidden value is copied, and stays hidden, in a browser without a clipboard for pages", {}, async (stage) => {
  const link = await send(stage, [{ type: "password", value: PASSWORD, label: "" }]);
  const { page, context } = await stage.visitor();
  await context.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await visit(page, link, "waiting");
  await page.click("#reveal");
  await reach(page, "shown");
  await page.click("#login .copy");
  await page.waitForSelector("#login .copy[data-copied]");
  assert.equal(await pasted(stage, page), PASSWORD);
  assert.deepEqual((await rows(page))[0].value, HIDDEN);
});

scenario("a hostile field is a text with a harmless name", {}, async (stage) => {
  const link = await send(stage, [
    { type: "url", value: "javascript:document.title='owned'", label: "" },
    { type: "url", value: "HTTPS://console.example/?<b>", label: "Ashlink says:\u202e\n" },
    { type: "card_number", value: "4111 1111 1111 1111", label: "\u200b" },
    { type: "text", value: "<img src=x onerror=alert(1)>", label: "L".repeat(64) },
    ...Array.from({ length: 60 }, (_, n) => ({ type: "note", value: `note ${n}\n`, label: `${n}` })),
  ]);
  const page = await revealed(stage, link);
  const shown = await rows(page);
  assert.equal(shown.length, 64);
  assert.deepEqual(
    shown.slice(0, 4).map(({ label, href }) => [label, href]),
    [
      ["Address", null],
      ["Address “Ashlink says:”", "HTTPS://console.example/?<b>"],
      ["“card_number”", null],
      [`Text “${"L".repeat(64)}”`, null],
    ],
  );
  assert.equal(shown[3].value, "<img src=x onerror=alert(1)>");
  assert.equal(shown[63].value, "note 59\n");
  const [rel, target] = await page.evaluate(() => {
    const link = document.querySelector("#login > li:nth-child(2) a");
    return [link.getAttribute("rel"), link.getAttribute("target")];
  });
  assert.deepEqual([rel, target], ["noreferrer noopener", "_blank"]);
});
