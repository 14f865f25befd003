// Formats Lua as StyLua does, which is one of few formatters whose npm package needs no download
// of its own: `stylua.js --check FILE…` fails where a file differs, `--write` writes it.

import { readFileSync, writeFileSync } from "node:fs";
import { CallParenType, Config, formatCode, IndentType, LuaVersion, OutputVerification, QuoteStyle } from "@johnnymorganz/stylua";

const [mode, ...files] = process.argv.slice(2);
if (!["--check", "--write"].includes(mode) || files.length === 0) {
  console.error("usage: stylua.js --check|--write FILE…");
  process.exit(2);
}

for (const file of files) {
  const text = readFileSync(file, "utf8");
  const formatted = formatCode(text, style(), undefined, OutputVerification.Full);
  if (formatted === text) continue;
  if (mode === "--write") {
    writeFileSync(file, formatted);
    continue;
  }
  console.error(`${file}: line ${firstDifference(text, formatted)} is not formatted`);
  process.exitCode = 1;
}

/** The tree's style of Lua; a call takes it away, so there is a new one for each. */
function style() {
  return Object.assign(Config.new(), {
    call_parentheses: CallParenType.Always,
    column_width: 120,
    indent_type: IndentType.Spaces,
    indent_width: 2,
    quote_style: QuoteStyle.AutoPreferSingle,
    // What Redis runs.
    syntax: LuaVersion.Lua51,
  });
}

/**
 * @param {string} text
 * @param {string} formatted
 * @returns the number of the first line that differs, from 1
 */
function firstDifference(text, formatted) {
  const lines = formatted.split("\n");
  return text.split("\n").findIndex((line, index) => line !== lines[index]) + 1;
}
