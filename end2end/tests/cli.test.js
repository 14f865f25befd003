// The command line against a real server, and against the page in both directions.

import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ashlink, finish, ownerLink } from "../lib/command.js";
import { attached, drop, look, made, reach, reveal, says, send, shownText, visit } from "../lib/pages.js";
import { pause, until } from "../lib/process.js";
import { scenario } from "../lib/scenario.js";
import { commandLine, serverProgram, temporaryFolder } from "../lib/tools.js";

const TEXT = "ünïcode ✓, a tab\t, \"quotes\", $HOME, and no line break at the end";
const LOOKUP = /^GET \S+\/open\/\S+ /;
const CLAIM = /^POST \S+\/claim /;
const ACK = /^POST \S+\/ack /;

/** What was sent, so that nothing of it may be seen on the way. */
async function sent(stage, args, options) {
  const result = await ashlink(stage.site, ["send", ...args], options);
  assert.equal(result.code, 0, result.errors);
  const link = stage.keepLink(result.text.trim());
  return { link, owner: ownerLink(result.errors), ...result };
}

const open = (stage, args, options) => ashlink(stage.site, ["open", ...args], options);

const state = async (stage, link) => JSON.parse((await ashlink(stage.site, ["peek", link, "--json"])).text).state;

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
    const { link, owner } = await sent(stage, ["--ttl", "1h", "--views", "2", ...args], { input: TEXT });
    const page = await look(stage, link);
    assert.equal(await reveal(page, passphrase), TEXT);
    await says(page, /can still be opened once/);
    const status = JSON.parse((await ashlink(stage.site, ["status", owner, "--json"])).text);
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

scenario("the largest secret goes both ways, byte for byte", {}, async (stage) => {
  const { max_envelope: most } = await (await fetch(stage.site.url("/api/v1/config"))).json();
  const data = Buffer.from(Array.from({ length: Math.floor(most * 0.95) }, (_, n) => (n * 31 + (n >> 8)) % 256));
  const { link } = await sent(stage, [], { input: data });
  const opened = await open(stage, [link]);
  assert.equal(opened.code, 0, opened.errors);
  assert.ok(opened.out.equals(data));
  const large = await ashlink(stage.site, ["send"], { input: Buffer.alloc(most + 1, 1) });
  assert.deepEqual([large.code, large.text], [10, ""], large.errors);
});

scenario("an empty standard input sends nothing, an empty file goes through", {}, async (stage) => {
  const nothing = await ashlink(stage.site, ["send"]);
  assert.deepEqual([nothing.code, nothing.text], [12, ""], nothing.errors);
  assert.match(nothing.errors, /empty, and nothing was sent/);
  const file = join(temporaryFolder(), "empty.txt");
  writeFileSync(file, "");
  const { link } = await sent(stage, [file]);
  const opened = await open(stage, [link]);
  assert.deepEqual([opened.code, opened.out.length], [0, 0], opened.errors);
});

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
    { name: "bashrc", data: Buffer.from("second") },
  ]);
  await attached(maker, 2);
  await maker.fill("#secret", "and a text");
  await maker.click("#create");
  const { link } = await made(stage, maker);
  const target = temporaryFolder();
  const opened = await open(stage, [link, "--output", target]);
  assert.equal(opened.code, 0, opened.errors);
  assert.deepEqual(readdirSync(target).sort(), ["bashrc", "bashrc (2)", "secret.txt"]);
  assert.equal(readFileSync(join(target, "bashrc"), "utf8"), "first");
  assert.equal(readFileSync(join(target, "bashrc (2)"), "utf8"), "second");
  for (const name of readdirSync(target)) assert.equal(statSync(join(target, name)).mode & 0o777, 0o600);
});

scenario("what cannot be written is known before it is opened", {}, async (stage) => {
  const { link } = await sent(stage, [], { input: TEXT });
  const folder = temporaryFolder();
  const there = join(folder, "there");
  writeFileSync(there, "precious");
  for (const path of [there, join(folder, "no", "such", "folder")]) {
    const refused = await open(stage, [link, "--output", path]);
    assert.deepEqual([refused.code, refused.text], [12, ""], refused.errors);
    assert.match(refused.errors, /unspent/);
  }
  assert.equal(readFileSync(there, "utf8"), "precious");
  assert.equal(await state(stage, link), "waiting");
  // Nothing is left of a file for which nothing came.
  const empty = join(folder, "new");
  const cut = await open(stage, [`${stage.site.url("/s")}#${"S".repeat(52)}`, "--output", empty]);
  assert.equal(cut.code, 5);
  assert.ok(!existsSync(empty));
  const opened = await open(stage, [link, "--output", empty]);
  assert.deepEqual([opened.code, readFileSync(empty, "utf8")], [0, TEXT], opened.errors);
});

scenario("a program gets the secret in one variable, and nowhere else", {}, async (stage) => {
  const { link } = await sent(stage, ["--passphrase-file", passphraseFile("horse")], { input: TEXT });
  const folder = temporaryFolder();
  const script = join(folder, "show");
  writeFileSync(script, '#!/bin/sh\nprintf "%s|" "$DB_PASSWORD" "${ASHLINK_PASSPHRASE-gone}" "${ASHLINK_TOKEN-gone}" "$@"\nexit 42\n');
  const env = { ASHLINK_PASSPHRASE: "horse", ASHLINK_TOKEN: "t" };
  const missing = await open(stage, [link, "--exec", "DB_PASSWORD", "--", "no-such-program"], { env });
  assert.deepEqual([missing.code, missing.text], [127, ""], missing.errors);
  const notYet = await open(stage, [link, "--exec", "DB_PASSWORD", "--", script], { env });
  assert.deepEqual([notYet.code, notYet.text], [126, ""], notYet.errors);
  assert.equal(await state(stage, link), "waiting");
  chmodSync(script, 0o700);
  const run = await open(stage, [link, "--exec", "DB_PASSWORD", "--", script, "a b", "-c"], { env });
  assert.deepEqual([run.code, run.text], [42, `${TEXT}|gone|gone|a b|-c|`], run.errors);
  // It has arrived, and the server was told so.
  await until(() => stage.site.tap.requests().some(({ path }) => path.endsWith("/ack")), "it is acknowledged");
});

scenario("what was opened is handed over before the server hears of it", { on: ["own"] }, async (stage) => {
  await stage.start();
  const { link } = await sent(stage, [], { input: TEXT });
  stage.site.tap.instead(ACK);
  const opening = open(stage, [link]);
  const shown = once(opening.child.stdout, "data").then(([chunk]) => chunk.toString());
  assert.equal(await Promise.race([shown, pause(10_000)]), TEXT);
  opening.child.kill();
  await opening;
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

scenario("what no variable can hold is saved, since it is spent", {}, async (stage) => {
  const { link } = await sent(stage, [], { input: Buffer.from([1, 0, 255]) });
  const cwd = temporaryFolder();
  const run = await open(stage, [link, "--exec", "X", "--", "true"], { cwd });
  assert.equal(run.code, 12);
  assert.match(run.errors, /saved as \.\/secret\.bin/);
  assert.deepEqual([...readFileSync(join(cwd, "secret.bin"))], [1, 0, 255]);
});

for (const [reply, times] of [["unsent", 2], ["none", 2], ["headers", 1], ["half", 1]]) {
  scenario(`a claim whose answer is lost is repeated with its nonce (${reply})`, { on: ["own"] }, async (stage) => {
    await stage.start();
    const { link, owner } = await sent(stage, ["--views", "3"], { input: TEXT });
    stage.site.tap.cut(CLAIM, reply, times);
    const opened = await open(stage, [link]);
    assert.deepEqual([opened.code, opened.text], [0, TEXT], opened.errors);
    assert.equal(stage.site.tap.cuts, times);
    const nonces = stage.site.tap.sent().join("\n").match(/"nonce":"[\w-]+"/g);
    assert.equal(new Set(nonces).size, 1);
    const status = JSON.parse((await ashlink(stage.site, ["status", owner, "--json"])).text);
    assert.equal(status.views_left, 2, "the repetitions spent nothing");
  });
}

scenario("without a lease a lost answer is told, and not repeated", { on: ["own"] }, async (stage) => {
  await stage.start({ env: { ASHLINK_LEASE: "0" } });
  const { link } = await sent(stage, [], { input: TEXT });
  stage.site.tap.cut(CLAIM, "none", 1);
  const lost = await open(stage, [link]);
  assert.deepEqual([lost.code, lost.text], [7, ""], lost.errors);
  assert.equal(stage.site.tap.requests().filter(({ path }) => path.endsWith("/claim")).length, 1);
  const peeked = await ashlink(stage.site, ["peek", link]);
  assert.deepEqual([peeked.code, peeked.text.split("\n")[0]], [3, "opened"]);
});

scenario("a secret whose storing gets no answer is stored once", { on: ["own"] }, async (stage) => {
  await stage.start();
  stage.site.tap.cut(/^POST \S+\/secrets /, "none", 2);
  const { link } = await sent(stage, [], { input: TEXT });
  const bodies = stage.site.tap.sent().filter((text) => text.startsWith("POST")).map((text) => text.split("\r\n\r\n")[1]);
  assert.equal(bodies.length, 3);
  assert.equal(new Set(bodies).size, 1);
  assert.equal((await open(stage, [link])).text, TEXT);
});

scenario("a server that is not there is told apart, and nothing is lost", { on: ["own"], needs: "a server to stop" }, async (stage) => {
  const site = await stage.start();
  const { link } = await sent(stage, [], { input: TEXT });
  await site.tap.close();
  const file = join(temporaryFolder(), "out");
  const away = await open(stage, [link, "--output", file]);
  assert.deepEqual([away.code, away.text, existsSync(file)], [6, "", false], away.errors);
  await site.tap.listen();
  assert.equal((await open(stage, [link])).text, TEXT);
});

scenario("a server that sends elsewhere is not followed", { on: ["own"] }, async (stage) => {
  // It may have been spent, for all one knows, and so is asked again for as long as the lease.
  const site = await stage.start({ env: { ASHLINK_LEASE: "2s" } });
  const { link } = await sent(stage, [], { input: TEXT });
  site.tap.instead(CLAIM, "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  const sentElsewhere = await open(stage, [link]);
  assert.deepEqual([sentElsewhere.code, sentElsewhere.text], [7, ""], sentElsewhere.errors);
  site.tap.heal();
  assert.equal((await open(stage, [link])).text, TEXT);
});

scenario("sender and recipient can burn", {}, async (stage) => {
  const first = await sent(stage, [], { input: TEXT });
  const burned = await ashlink(stage.site, ["burn", first.owner]);
  assert.deepEqual([burned.code, burned.text.split("\n")[0]], [0, "burned by the sender"], burned.errors);
  assert.equal((await open(stage, [first.link])).code, 3);

  const second = await sent(stage, ["--passphrase-file", passphraseFile("horse")], { input: TEXT });
  const wrong = await ashlink(stage.site, ["burn", second.link], { env: { ASHLINK_PASSPHRASE: "w" } });
  assert.equal(wrong.code, 4, wrong.errors);
  assert.equal(await state(stage, second.link), "waiting");
  const gone = await ashlink(stage.site, ["burn", second.link], { env: { ASHLINK_PASSPHRASE: "horse" } });
  assert.deepEqual([gone.code, gone.text.split("\n")[0]], [0, "burned by the recipient"], gone.errors);
  // What was opened meanwhile cannot be burned, and says so.
  const third = await sent(stage, [], { input: TEXT });
  await open(stage, [third.link]);
  const late = await ashlink(stage.site, ["burn", third.owner]);
  assert.deepEqual([late.code, late.text.split("\n")[0]], [3, "opened"], late.errors);
});

scenario("the page takes a passphrase that the command line made up", {}, async (stage) => {
  const result = await ashlink(stage.site, ["send", "--generate-passphrase", "--burn-after", "5", "--json"], { input: TEXT });
  const made = JSON.parse(result.text);
  assert.match(made.passphrase, /^(\w{4}-){3}\w{4}$/);
  const page = await look(stage, stage.keepLink(made.link));
  assert.equal(await reveal(page, made.passphrase), TEXT);
  assert.equal(await shownText(page), TEXT);
});

scenario("nothing of a secret shows in the list of processes, or on disk", {}, async (stage) => {
  stage.keep(TEXT);
  const home = temporaryFolder();
  const running = ashlink(stage.site, ["send"], { input: TEXT, env: { HOME: home, TMPDIR: home }, cwd: home });
  const seen = new Set();
  const pid = running.child.pid;
  while (running.child.exitCode === null) {
    for (const name of ["cmdline", "environ"]) {
      try {
        seen.add(readFileSync(`/proc/${pid}/${name}`, "latin1"));
      } catch {
        // It has ended, or forbids it, as it should.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.equal((await running).code, 0);
  assert.ok(seen.size > 0);
  for (const text of seen) assert.ok(!text.includes(Buffer.from(TEXT).toString("latin1")));
  assert.deepEqual(readdirSync(home), []);
});

scenario("settings come from flags, then the environment, then the file in its place", {}, async (stage) => {
  const home = temporaryFolder();
  const folder = join(home, ".config", "ashlink");
  mkdirSync(folder, { recursive: true });
  const server = stage.site.url("").replace(/\/$/, "");
  const run = (args, env) => finish(commandLine(), args, { input: TEXT, env: { HOME: home, ...env } });
  const views = async (args, env) => JSON.parse((await run(["send", "--json", ...args], env)).text).views;
  const nowhere = await run(["send"]);
  assert.deepEqual([nowhere.code, nowhere.text], [12, ""]);
  assert.match(nowhere.errors, /not known which server/);

  writeFileSync(join(folder, "config.toml"), `server = "${server}"\nttl = "2h"\nviews = 3\n`);
  assert.equal(await views([]), 3);
  assert.equal(await views([], { ASHLINK_VIEWS: "4" }), 4);
  assert.equal(await views(["--views", "5"], { ASHLINK_VIEWS: "4" }), 5);
  const other = join(home, "other.toml");
  writeFileSync(other, `server = "${server}"\nviews = 6\n`);
  assert.deepEqual([await views([], { ASHLINK_CONFIG: other }), await views(["--config", other])], [6, 6]);
  writeFileSync(join(folder, "config.toml"), "sever = 1\n");
  const wrong = await run(["send"]);
  assert.equal(wrong.code, 12);
  assert.match(wrong.errors, /config\.toml: unknown field `sever`/);
});

/** Opens a link whose reader goes when such a request is on its way: then, not a moment sooner or later. */
function openUntil(stage, link, request, cwd) {
  const run = open(stage, [link], { cwd });
  // That closes it before this returns.
  stage.site.tap.before(request, () => run.child.stdout.destroy());
  return run;
}

scenario("without a reader nothing is claimed", {}, async (stage) => {
  const { link } = await sent(stage, [], { input: TEXT });
  const cwd = temporaryFolder();
  // A pipe that has no reader from the beginning: the shell had the only other end.
  const script = 'mkfifo "$0" && exec 3<>"$0" 4>"$0" 3<&- && exec "$@" >&4';
  const env = { HOME: cwd };
  const never = await finish("/bin/sh", ["-c", script, join(temporaryFolder(), "pipe"), commandLine(), "open", link], { cwd, env });
  // And one whose reader goes when all but the claim has been asked.
  const gone = await openUntil(stage, link, LOOKUP, cwd);
  for (const { code, errors } of [never, gone]) {
    assert.equal(code, 12, errors);
    assert.match(errors, /nobody reads what this would print.*unspent/s);
  }
  assert.ok(!stage.site.tap.requests().some(({ path }) => path.endsWith("/claim")));
  assert.deepEqual(readdirSync(cwd), []);
  assert.equal(await state(stage, link), "waiting");
});

scenario("what a reader that went during the claim did not get is saved", {}, async (stage) => {
  const { link } = await sent(stage, [], { input: TEXT });
  const cwd = temporaryFolder();
  const { code, errors } = await openUntil(stage, link, CLAIM, cwd);
  assert.equal(code, 12, errors);
  assert.match(errors, /could not be handed over.*saved as \S*secret\.\w+\./s);
  const [name, ...others] = readdirSync(cwd);
  assert.deepEqual(others, []);
  assert.equal(readFileSync(join(cwd, name), "utf8"), TEXT);
  assert.equal(await state(stage, link), "opened");
});

scenario("a reader that took some and has enough is no error", {}, async (stage) => {
  // More than a pipe or socket holds, so that the rest cannot be written.
  const { link } = await sent(stage, [], { input: Buffer.alloc(600_000, "x") });
  const cwd = temporaryFolder();
  const opened = open(stage, [link], { cwd });
  opened.child.stdout.once("data", () => opened.child.stdout.destroy());
  const { code, errors } = await opened;
  assert.equal(code, 0, errors);
  assert.deepEqual(readdirSync(cwd), []);
});

scenario("the same program under a link is the same program", {}, async (stage) => {
  // A shell's `PATH` often holds links to programs.
  const { link } = await sent(stage, [], { input: TEXT });
  const folder = temporaryFolder();
  symlinkSync("/bin/sh", join(folder, "shell"));
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const run = await open(stage, [link, "--exec", "S", "--", "shell", "-c", 'printf %s "$S"'], { env });
  assert.deepEqual([run.code, run.text], [0, TEXT], run.errors);
});

function passphraseFile(passphrase) {
  const file = join(temporaryFolder(), "passphrase");
  writeFileSync(file, passphrase);
  return file;
}

scenario("a pipeline gets a secret by the example's script", {}, async (stage) => {
  const { link } = await sent(stage, ["--passphrase-file", passphraseFile("horse")], { input: TEXT });
  const env = {
    PATH: `${dirname(commandLine())}:${process.env.PATH}`,
    ASHLINK_LINK: link,
    ASHLINK_PASSPHRASE: "horse",
    ASHLINK_VARIABLE: "DEPLOY_TOKEN",
    ASHLINK_RUN: 'printf "%s|%s|%s" "$DEPLOY_TOKEN" "${ASHLINK_LINK-}" "${ASHLINK_PASSPHRASE-}"; exit 7',
  };
  const script = fileURLToPath(new URL("../../docs/examples/pipeline/handover.sh", import.meta.url));
  const run = await finish("/bin/sh", [script], { env });
  assert.deepEqual([run.code, run.text], [7, `${TEXT}||`], run.errors);
  const again = await finish("/bin/sh", [script], { env });
  assert.deepEqual([again.code, again.text], [3, ""], again.errors);
  // Both examples hand it exactly what it asks for.
  const asked = new Set(readFileSync(script, "utf8").match(/^#   ASHLINK_\w+/gm).map((line) => line.slice(4)));
  for (const name of ["action.yml", "gitlab.yml"]) {
    const example = readFileSync(join(dirname(script), name), "utf8");
    assert.match(example, /handover\.sh/);
    for (const variable of asked) assert.ok(example.includes(variable), `${name} has ${variable}`);
    for (const variable of example.match(/ASHLINK_\w+/g)) assert.ok(asked.has(variable), `${name}: ${variable}`);
  }
});

scenario("the command line obeys what the operator decides", { on: ["own"], needs: "a server of its own" }, async (stage) => {
  const tokens = join(temporaryFolder(), "tokens");
  const made = await finish(serverProgram(), ["token", "alice", "--file", tokens]);
  assert.equal(made.code, 0, made.errors);
  const token = made.text.trim();
  await stage.start({
    env: { ASHLINK_TOKENS: tokens, ASHLINK_REQUIRE_PASSPHRASE: "true", ASHLINK_MIN_TTL: "1h", ASHLINK_MAX_TTL: "2h", ASHLINK_DEFAULT_TTL: "1h", ASHLINK_MAX_VIEWS: "2" },
  });
  const env = { ASHLINK_TOKEN: token };
  const send = (args, more = env) => ashlink(stage.site, ["send", ...args], { input: TEXT, env: more });
  const refused = async (code, words, ...asked) => {
    const result = await send(...asked);
    assert.deepEqual([result.code, result.text], [code, ""], result.errors);
    assert.match(result.errors, words);
  };
  await refused(9, /have a token.*\n.*--token-file/, ["--generate-passphrase"], {});
  await refused(9, /does not know this token/, ["--generate-passphrase"], { ASHLINK_TOKEN: `${token.slice(0, -1)}x` });
  await refused(10, /wants a passphrase/, []);
  await refused(10, /from 1 hour to 2 hours/, ["--ttl", "3h", "--generate-passphrase"]);
  await refused(10, /2 times at most/, ["--views", "3", "--generate-passphrase"]);
  const file = join(temporaryFolder(), "token");
  writeFileSync(file, `${token}\n`);
  const sent = await send(["--passphrase-file", passphraseFile("horse"), "--token-file", file], {});
  assert.equal(sent.code, 0, sent.errors);
  // Opening takes no token.
  const opened = await open(stage, [stage.keepLink(sent.text.trim())], { env: { ASHLINK_PASSPHRASE: "horse" } });
  assert.deepEqual([opened.code, opened.text], [0, TEXT], opened.errors);
  stage.keep(TEXT);
  assert.ok(!stage.site.log().includes(token));
});
