// A child process whose output is kept, and which never outlives the tests.

import { spawn } from "node:child_process";
import { once } from "node:events";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.on("exit", () => {
  for (const child of running) kill(child, "SIGKILL");
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.once(signal, () => process.exit(1));

/**
 * Each has a process group of its own: a driver that ends leaves its browser behind, which goes on holding its output.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function kill(child, signal) {
  try {
    process.kill(-(/** @type {number} */ (child.pid)), signal);
  } catch {
    // All of the group have ended.
  }
}

export class Program {
  stdout = "";
  stderr = "";
  #name;
  #child;

  /**
   * @param {string} path
   * @param {string[]} args
   * @param {Record<string, string>} [env] all that it finds in its environment, besides PATH
   */
  constructor(path, args, env) {
    this.#name = path;
    // Nothing of this machine's settings reaches it.
    this.#child = spawn(path, args, { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true });
    running.add(this.#child);
    this.#child.stdout.setEncoding("utf8").on("data", (text) => (this.stdout += text));
    this.#child.stderr.setEncoding("utf8").on("data", (text) => (this.stderr += text));
    // All of the output has been read by then.
    this.ended = once(this.#child, "close").then(([code]) => {
      running.delete(this.#child);
      return code;
    });
  }

  /**
   * The first match of a pattern on standard output.
   *
   * @param {RegExp} pattern
   * @param {number} [patience] in milliseconds
   */
  says(pattern, patience) {
    return this.#prints("stdout", pattern, patience);
  }

  /**
   * The first match of a pattern on standard error.
   *
   * @param {RegExp} pattern
   * @param {number} [patience] in milliseconds
   */
  complains(pattern, patience) {
    return this.#prints("stderr", pattern, patience);
  }

  /**
   * @param {"stdout" | "stderr"} stream
   * @param {RegExp} pattern
   */
  async #prints(stream, pattern, patience = 20_000) {
    const give = Date.now() + patience;
    for (;;) {
      const found = this[stream].match(pattern);
      if (found) return found;
      const over = this.#child.exitCode !== null || this.#child.signalCode !== null || Date.now() > give;
      if (over) throw new Error(`${this.#name} did not say ${pattern}: ${this.stdout}${this.stderr}`);
      await Promise.race([once(this.#child[stream], "data"), this.ended, pause(100)]);
    }
  }

  get pid() {
    return this.#child.pid;
  }

  /** @param {NodeJS.Signals} name */
  signal(name) {
    this.#child.kill(name);
  }

  /** @param {NodeJS.Signals} signal */
  async stop(signal = "SIGKILL") {
    kill(this.#child, signal);
    return this.ended;
  }
}

/** For waiting on something outside that cannot be listened to. */
export const pause = (/** @type {number} */ millis) => new Promise((resolve) => setTimeout(resolve, millis));

/**
 * Asks until the answer is true.
 *
 * @template T
 * @param {() => T} question
 * @param {string} what
 * @param {number} patience in milliseconds
 * @returns {Promise<Awaited<T>>}
 */
export async function until(question, what, patience = 10_000) {
  const give = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > give) throw new Error(`it never happened: ${what}`);
    await pause(25);
  }
}
