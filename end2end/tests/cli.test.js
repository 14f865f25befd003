// Secrets that go from the page to the command line, and the reverse. What needs no browser is in
// `cli/tests`.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ashlink, finish, receiptLink } from "../lib/command.js";
import { attached, drop, look, made, reach, reveal, says, send, shownText, visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";
import { commandLine, temporaryFolder } from "../lib/tools.js";

const TEXT = 'ünïcode ✓, a tab\t, "quotes", $HOME, and no line break at the end';

/** What was sent, so that nothing of it may be seen on the way. */
async function sent(stage, args, options) {
  const result = await ashlink(stage.site, ["send", ...args], options);
  assert.equal(result.code, 0, result.errors);
  const link = stage.keepLink(result.text.trim());
  return { link, receipt: receiptLink(result.errors), ...result };
}

const open = (stage, args, options) => ashlink(stage.site, ["open", ...args], options);

for (const passphrase of [undefined, "correct horse é"]) {
  const kind = passphrase ? "with a passphrase" : "with the link alone";
  const args = [];
  if (passphrase) {
    const file = join(temporaryFolder(), "passphrase");
    writeFileSync(file, `${passphrase}\nnot this line\n`);
    args.push("--passphrase-file", file);
  }

  scenario(`the page opens what the command line sealed, ${kind}`, { on: ["memory", "prefix"] }, async (stage) => {
    stage.keep(TEXT);
    const { link, receipt } = await sent(stage, ["--ttl", "1h", "--views", "2", ...args], { input: TEXT });
    const page = await look(stage, link);
    assert.equal(await reveal(page, passphrase), TEXT);
    await says(page, /can still be opened once/);
    const status = JSON.parse((await ashlink(stage.site, ["status", receipt, "--json"])).text);
    assert.deepEqual([status.state, status.views_left, status.opened_at.length], ["waiting", 1, 1]);
  });

  scenario(`the command line opens what the page sealed, ${kind}`, { on: ["memory", "prefix"] }, async (stage) => {
    const { link } = await send(stage, { text: TEXT, passphrase });
    if (passphrase) {
      const missing = await open(stage, [link]);
      assert.deepEqual([missing.code, missing.text], [4, ""], missing.errors);
      const wrong = await open(stage, [link], { env: { ASHLINK_PASSPHRASE: "wrong" } });
      assert.deepEqual([wrong.code, wrong.text], [4, ""], wrong.errors);
      assert.match(wrong.errors, /wrong\.\n4 attempts left, then you have to wait\. The secret is unspent/);
    }
    const cut = await open(stage, [link.slice(0, -3)]);
    assert.deepEqual([cut.code, cut.text], [5, ""], cut.errors);
    // In another normal form, and from standard input, with what a chat put around it.
    const env = passphrase ? { ASHLINK_PASSPHRASE: ` ${passphrase.normalize("NFD")} ` } : {};
    const opened = await open(stage, [], { env, input: `Look: <${link}>.\n` });
    assert.deepEqual([opened.code, opened.text], [0, TEXT], opened.errors);
    const again = await open(stage, [link], { env });
    assert.deepEqual([again.code, again.text], [3, ""], again.errors);
    assert.match(again.errors, /opened already: \d{4}-\d\d-\d\dT.*seconds? ago/);
  });
}

scenario("the page saves files of the command line, and the reverse", {}, async (stage) => {
  const folder = temporaryFolder();
  const data = { "key.pem": "-----BEGIN\n", "b.bin": Buffer.from([0, 255, 10]) };
  const paths = Object.entries(data).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  });
  const there = await sent(stage, paths);
  const page = await look(stage, there.link);
  await page.click("#reveal");
  await reach(page, "shown");
  await says(page, /key\.pem/, /b\.bin/);

  const maker = await stage.page();
  await visit(maker, stage.site.url("/"), "editing");
  await drop(maker, [
    { name: "../../.bashrc", data: Buffer.from("first") },
    { name: ".bashrc", data: Buffer.from("second") },
  ]);
  await attached(maker, 2);
  await maker.fill("#secret", "and a text");
  await maker.click("#create");
  const { link } = await made(stage, maker);
  const target = temporaryFolder();
  const opened = await open(stage, [link, "--output", target]);
  assert.equal(opened.code, 0, opened.errors);
  assert.deepEqual(readdirSync(target).sort(), [".bashrc", ".bashrc (2)", "secret.txt"]);
  assert.equal(readFileSync(join(target, ".bashrc"), "utf8"), "first");
  assert.equal(readFileSync(join(target, ".bashrc (2)"), "utf8"), "second");
  for (const name of readdirSync(target)) assert.equal(statSync(join(target, name)).mode & 0o777, 0o600);
});

scenario("where one part cannot be handed over, it and all others are saved, each once", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  await page.fill("#secret", stage.keep("the text of a bundle"));
  await page.setInputFiles("#attach-field", [{ name: "key.pem", mimeType: "text/plain", buffer: Buffer.from("k".repeat(300)) }]);
  await attached(page, 1);
  await page.click("#create");
  const { link } = await made(stage, page);
  const [cwd, home] = [temporaryFolder(), temporaryFolder()];
  const run = await finish("/bin/sh", ["-c", 'exec "$0" open "$1" > /dev/full', commandLine(), link], { cwd, env: { HOME: home } });
  assert.equal(run.code, 12, run.errors);
  assert.match(run.errors, /saved as \.\/secret\.txt, \.\/key\.pem/);
  assert.equal(readFileSync(join(cwd, "secret.txt"), "utf8"), "the text of a bundle");
  assert.equal(readFileSync(join(cwd, "key.pem"), "utf8"), "k".repeat(300));
  assert.deepEqual(readdirSync(home), [], "no copy that nobody is told of");
});

scenario("the page takes a passphrase that the command line generated", {}, async (stage) => {
  const result = await ashlink(stage.site, ["send", "--generate-passphrase", "--attempt-limit", "5", "--json"], { input: TEXT });
  const made = JSON.parse(result.text);
  assert.match(made.passphrase, /^([a-z]+-){5,}[a-z]+$/);
  const page = await look(stage, stage.keepLink(made.link));
  assert.equal(await reveal(page, made.passphrase), TEXT);
  assert.equal(await shownText(page), TEXT);
});

scenario("the page opens what was sent to one of many", {}, async (stage) => {
  const folder = temporaryFolder();
  const [recipients, results] = ["recipients.csv", "results.csv"].map((name) => join(folder, name));
  writeFileSync(recipients, `recipient,secret,passphrase\na,another one,\nb@example.org,"with ""quotes"", and\na line",horse`);
  const run = await ashlink(stage.site, ["send", "--each", recipients, "--results", results]);
  assert.equal(run.code, 0, run.errors);
  const row = readFileSync(results, "utf8")
    .split("\n")
    .find((line) => line.startsWith("b@example.org,"));
  assert.ok(row);
  const page = await look(stage, stage.keepLink(row.split(",")[3]));
  assert.equal(await reveal(page, "horse"), 'with "quotes", and\na line');
});

scenario("the command line finds the page of the release, and nothing else", { on: ["memory", "redis", "prefix"] }, async ({ site }) => {
  const own = await ashlink(site, ["verify", "--json"]);
  assert.equal(own.code, 0, own.text + own.errors);
  const { same, compared, different } = JSON.parse(own.text);
  assert.deepEqual([same, different], [true, []]);
  // Two rounds, four browsers, six pages, and the page's files.
  assert.ok(compared > 2 * 4 * (6 + 11), compared);
  const manifest = await (await fetch(site.url("/.well-known/ashlink/manifest.json"))).json();
  /** @typedef {{ files: Record<string, string>, pages: Record<string, string>, headers: Record<string, string> }} Manifest */
  /** @type {((copy: Manifest) => unknown)[]} */
  const changes = [
    (copy) => (copy.files[Object.keys(copy.files).find((name) => name.endsWith(".wasm")) ?? ""] = "0".repeat(64)),
    (copy) => (copy.pages.s = String(copy.pages.s).replace("<main>", "<main >")),
    (copy) => (copy.headers["content-security-policy"] += "; sandbox"),
    (copy) => (copy.files["pkg/more.js"] = "0".repeat(64)),
  ];
  for (const change of changes) {
    const copy = structuredClone(manifest);
    change(copy);
    const file = join(temporaryFolder(), "manifest.json");
    writeFileSync(file, JSON.stringify(copy));
    const found = await ashlink(site, ["verify", "--manifest", file]);
    assert.equal(found.code, 13, found.text + found.errors);
    assert.match(found.text, /^DIFFERENT /m);
  }
});
