// The command line at a terminal: prompts, and that nothing typed or shown stays behind.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { ashlink } from "../lib/command.js";
import { until } from "../lib/process.js";
import { scenario } from "../lib/scenario.js";
import { commandLine, program, temporaryFolder } from "../lib/tools.js";

/** `ashlink` at a terminal of its own (util-linux's `script`), and somebody who types. */
class Terminal {
  shown = "";
  #read = 0;
  home = temporaryFolder();
  #child;

  constructor(site, command) {
    const env = { PATH: process.env.PATH, HOME: this.home, TERM: "xterm", ASHLINK_SERVER: site.url("").replace(/\/$/, ""), SHELL: "/bin/sh" };
    const args = ["--quiet", "--return", "--command", `${commandLine()} ${command}`, "/dev/null"];
    this.#child = spawn(program("SCRIPT", ["script"]), args, { env, cwd: this.home });
    this.#child.stdout.setEncoding("utf8").on("data", (text) => (this.shown += text));
    this.ended = new Promise((resolve) => this.#child.on("close", resolve));
  }

  /** Waits for a prompt, and answers it. */
  async answer(prompt, text) {
    await until(() => prompt.test(this.shown.slice(this.#read)), `${prompt} in ${JSON.stringify(this.shown)}`);
    this.#read = this.shown.length;
    // The prompt comes before the echo is off.
    await new Promise((resolve) => setTimeout(resolve, 100));
    this.#child.stdin.write(`${text}\n`);
  }
}

scenario("what is typed at a prompt is not shown, and a wrong passphrase is asked for again", {}, async (stage) => {
  const sender = new Terminal(stage.site, "send --passphrase");
  await sender.answer(/Secret \(not shown\): /, "hunter2");
  await sender.answer(/Passphrase \(not shown\): /, "correct horse");
  await sender.answer(/Once more: /, "correct horse");
  assert.equal(await sender.ended, 0, sender.shown);
  assert.doesNotMatch(sender.shown, /hunter2|horse/);
  const link = sender.shown.match(/http\S+\/s#\w+/)[0];
  // What took its time left nothing on the screen.
  assert.match(sender.shown, /Encrypting and sending…\r\x1b\[K/);

  const reader = new Terminal(stage.site, `open "${link}"`);
  await reader.answer(/Passphrase \(not shown\): /, "wrong battery");
  await reader.answer(/That passphrase is wrong\. 4 attempts left, then you have to wait\. The secret is unspent\.\s+Passphrase \(not shown\): /, "correct horse");
  assert.equal(await reader.ended, 0, reader.shown);
  assert.doesNotMatch(reader.shown, /horse|battery/);
  assert.match(reader.shown, /hunter2\r?\n/);
  assert.match(reader.shown, /ash now/);
});

scenario("two passphrases that differ send nothing", { on: ["own"] }, async (stage) => {
  const site = await stage.start();
  const sender = new Terminal(site, "send --passphrase");
  await sender.answer(/Secret \(not shown\): /, "hunter2");
  await sender.answer(/Passphrase \(not shown\): /, "one");
  await sender.answer(/Once more: /, "two");
  assert.equal(await sender.ended, 4, sender.shown);
  assert.match(sender.shown, /differ/);
  assert.ok(!site.tap.requests().some(({ method }) => method === "POST"));
});

scenario("errors have colours at a terminal, and nowhere else", {}, async (stage) => {
  const terminal = new Terminal(stage.site, "open x");
  assert.equal(await terminal.ended, 5);
  assert.match(terminal.shown, /\x1b\[1m\x1b\[31merror:\x1b\[0m/);
  const piped = await ashlink(stage.site, ["open", "x"]);
  assert.match(piped.errors, /^error: /);
});

scenario("a stranger's text cannot write to the terminal as it likes", {}, async (stage) => {
  const hostile = "harmless\x1b]52;c;ZXZpbA==\x07 text";
  const { text } = await ashlink(stage.site, ["send"], { input: hostile });
  const reader = new Terminal(stage.site, `open "${text.trim()}"`);
  assert.equal(await reader.ended, 0, reader.shown);
  assert.match(reader.shown, /Saved as \.\/secret\.txt/);
  assert.doesNotMatch(reader.shown, /harmless/);
  assert.equal(readFileSync(`${reader.home}/secret.txt`, "utf8"), hostile);
});
