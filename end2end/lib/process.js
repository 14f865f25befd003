// A child process whose output is kept, and which never outlives the tests.

import { spawn } from "node:child_process";
import { once } from "node:events";

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

export class Program {
  stdout = "";
  stderr = "";
  #name;
  #child;

  constructor(path, args, env) {
    this.#name = path;
    // Nothing of this machine's settings reaches it.
    this.#child = spawn(path, args, { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    running.add(this.#child);
    this.#child.stdout.setEncoding("utf8").on("data", (text) => (this.stdout += text));
    this.#child.stderr.setEncoding("utf8").on("data", (text) => (this.stderr += text));
    // All of the output has been read by then.
    this.ended = once(this.#child, "close").then(([code]) => {
      running.delete(this.#child);
      return code;
    });
  }

  /** The first match of a pattern on standard output. */
  says(pattern, patience) {
    return this.#prints("stdout", pattern, patience);
  }

  /** The first match of a pattern on standard error. */
  complains(pattern, patience) {
    return this.#prints("stderr", pattern, patience);
  }

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

  signal(name) {
    this.#child.kill(name);
  }

  async stop(signal = "SIGKILL") {
    this.#child.kill(signal);
    return this.ended;
  }
}

/** For waiting on something outside that cannot be listened to. */
export const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Asks until the answer is true. */
export async function until(question, what, patience = 10_000) {
  const give = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > give) throw new Error(`it never happened: ${what}`);
    await pause(25);
  }
}
