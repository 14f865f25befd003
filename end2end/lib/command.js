// Programs that are run to their end: the command line, and the example in another language.

import { spawn } from "node:child_process";
import { commandLine, temporaryFolder } from "./tools.js";

/**
 * @typedef {object} Options
 * @property {string | Uint8Array} [input]
 * @property {Record<string, string>} [env]
 * @property {string} [cwd]
 */

/**
 * Runs a program: its exit code, its output as bytes, and its errors as text.
 *
 * @param {string} path
 * @param {string[]} args
 * @param {Options} options
 * @returns {Promise<{ code: number | null, out: Buffer, text: string, errors: string }>}
 */
export function finish(path, args, { input = "", env = {}, cwd } = {}) {
  // Nothing of this machine's settings reaches it, nor the terminal at which the tests may run: a
  // program that finds one asks there, and waits for somebody who is not asked anything.
  const child = spawn(path, args, { cwd, detached: true, env: { PATH: process.env.PATH, ...env } });
  /** @type {Buffer[]} */
  const out = [];
  let errors = "";
  child.stdout.on("data", (chunk) => out.push(chunk));
  child.stderr.setEncoding("utf8").on("data", (text) => (errors += text));
  // Who ends early reads nothing.
  child.stdin.on("error", () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out: Buffer.concat(out), text: Buffer.concat(out).toString(), errors }));
  });
}

/**
 * Runs `ashlink`, with a server and a home of its own.
 *
 * @param {import("./api.js").Place} site
 * @param {string[]} args
 * @param {Options} options
 */
export function ashlink(site, args, { env = {}, ...options } = {}) {
  const home = temporaryFolder();
  const settings = { HOME: home, ASHLINK_SERVER: site.url("").replace(/\/$/, ""), ...env };
  return finish(commandLine(), args, { cwd: home, ...options, env: settings });
}

/** The receipt link among what `send` says. */
export function receiptLink(/** @type {string} */ errors) {
  const [link] = errors.match(/\S+\/m#\w+/) ?? [];
  if (!link) throw new Error(`there is no receipt link in: ${errors}`);
  return link;
}
