// What the command line says, word for word: each file of `transcripts` is played against a
// server of its own. `ASHLINK_TEST_TRANSCRIPTS=update` writes down what it says now.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { finish } from "../lib/command.js";
import { scenario } from "../lib/scenario.js";
import { commandLine, temporaryFolder } from "../lib/tools.js";

const FOLDER = fileURLToPath(new URL("../transcripts/", import.meta.url));

/** What differs from run to run, by its kind. */
const VARIES = [
  [/\/s#[1-9A-Za-z]{52}/g, "/s#SHARE"],
  [/\/m#[1-9A-Za-z]{74}/g, "/m#OWNER"],
  [/"id":"[\w-]{22}"/g, '"id":"ID"'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME"],
  [/\(in [^()]*\)/g, "(in SPAN)"],
  [/\([^()]* ago\)/g, "(SPAN ago)"],
  [/Try again in [^.]*\./g, "Try again in SPAN."],
  [/\b(\w{4}-){3}\w{4}\b/g, "PASSPHRASE"],
];

/** Plays the commands of a transcript, and writes it anew. */
async function play(site, transcript) {
  const home = temporaryFolder();
  const server = site.url("").replace(/\/$/, "");
  const env = { HOME: home, PATH: `${dirname(commandLine())}:${process.env.PATH}`, ASHLINK_SERVER: server };
  const common = (text) =>
    VARIES.reduce((text, [pattern, name]) => text.replace(pattern, name), text.replaceAll(server, "https://a.example"));
  const lines = [];
  for (const line of transcript.split("\n")) {
    if (line.startsWith("# ")) lines.push(line);
    if (!line.startsWith("$ ")) continue;
    if (lines.length > 0 && !lines.at(-1).startsWith("# ")) lines.push("");
    const { code, text, errors } = await finish("/bin/sh", ["-c", line.slice(2)], { env, cwd: home });
    // Later commands may name what earlier ones printed.
    env.LINK = `${text}${errors}`.match(/https?:[^"\s]+\/s#\w+/)?.[0] ?? env.LINK;
    env.OWNER = `${text}${errors}`.match(/https?:[^"\s]+\/m#\w+/)?.[0] ?? env.OWNER;
    lines.push(line);
    if (text) lines.push(...common(text).replace(/\n$/, "").split("\n"));
    if (errors) lines.push(...common(errors).trimEnd().split("\n").map((line) => `! ${line}`.trimEnd()));
    if (code !== 0) lines.push(`? ${code}`);
  }
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

for (const name of readdirSync(FOLDER).filter((name) => name.endsWith(".txt"))) {
  scenario(`the command line says what ${name} has written down`, { on: ["own"] }, async (stage) => {
    const path = join(FOLDER, name);
    const transcript = readFileSync(path, "utf8");
    const played = await play(await stage.start(), transcript);
    if (process.env.ASHLINK_TEST_TRANSCRIPTS === "update") writeFileSync(path, played);
    else assert.equal(played, transcript);
  });
}
