// The ids of the pages' elements, and whether a script names one that no page has.
//
// `ids.json` is written from the list that the pages themselves are made with (`app/src/ids.rs`).
// Selectors stay plain text: many of them stand in functions that run in the page, where nothing
// of a test can be imported. So the texts are checked, before a browser starts.

import { readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const read = (/** @type {string} */ name) => readFileSync(new URL(name, import.meta.url), "utf8");

/** @type {Set<string>} */
export const IDS = new Set(JSON.parse(read("./ids.json")));

/**
 * An id that a script puts together itself, or hands to somebody who looks for it.
 *
 * @param {string} id
 */
export function known(id) {
  if (!IDS.has(id)) throw new Error(`no page has the id "${id}" (app/src/ids.rs)`);
  return id;
}

/** A text in any quotes, on one line. */
const TEXT = /(["'`])((?:\\.|(?!\1)[^\\\n])*)\1/g;
/** Where a selector begins, or goes on after another: there a hash is no address's and no number's. */
const ID = /(?:^|[\s>+~,(])#([a-z][\w-]*)/gi;
const BY_ID = /(?:getElementById\(|activeElement\??\.id(?: === |\), ))(["'`])([\w-]+)\1/g;
/** `#aaa` and `#ffcc00` are no ids. */
const isColour = (/** @type {string} */ name) => /^([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i.test(name);

/**
 * What a script calls elements that no page has, each with its line.
 *
 * @param {string} source
 */
export function unknownIds(source) {
  return source.split("\n").flatMap((line, index) => {
    const selectors = [...line.matchAll(TEXT)].flatMap(([, , text]) => [...text.matchAll(ID)].map(([, id]) => id));
    const named = [...line.matchAll(BY_ID)].map(([, , id]) => id);
    const unknown = [...selectors.filter((id) => !isColour(id)), ...named].filter((id) => !IDS.has(id));
    return unknown.map((id) => ({ id, line: index + 1 }));
  });
}

/**
 * The scripts of a folder of `end2end`.
 *
 * @param {string} folder
 */
export function scriptsIn(folder) {
  const url = new URL(`../${folder}/`, import.meta.url);
  const names = readdirSync(url, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".js")).map((name) => fileURLToPath(new URL(name, url)));
}

/**
 * Throws for the first script that names an element which no page has.
 *
 * @param {string[]} files
 */
export function checkIds(files) {
  for (const file of files) {
    const [wrong] = unknownIds(readFileSync(file, "utf8"));
    if (wrong) throw new Error(`${relative(process.cwd(), file)}:${wrong.line}: no page has the id "${wrong.id}" (app/src/ids.rs)`);
  }
}
