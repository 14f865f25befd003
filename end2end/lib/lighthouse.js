// Lighthouse, in a Chromium of its own.

/** @import { Flags, Result } from "lighthouse" */

import lighthouse from "lighthouse";
import { pageFunctions } from "lighthouse/core/lib/page-functions.js";
import { ARGUMENTS, chromiumProgram } from "./browser.js";
import { Program } from "./process.js";
import { temporaryFolder } from "./tools.js";

/**
 * What the device that Lighthouse imitates, a phone of the middle class, reaches in its own
 * benchmark. How many times slower than this machine it is follows from that, so that neither
 * the machine nor what else it is doing decides over the figures.
 */
const PHONE = 400;

const ATTEMPTS = 3;

export class Lighthouse {
  /** @type {Program} */
  #chromium;
  /** @type {number} */
  #port;

  static async start() {
    const started = new Lighthouse();
    const home = temporaryFolder();
    const args = ["--headless", "--remote-debugging-port=0", `--user-data-dir=${home}`, "about:blank"];
    started.#chromium = new Program(chromiumProgram(), [...ARGUMENTS, ...args], { HOME: home });
    const [, port] = await started.#chromium.complains(/^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//m);
    started.#port = Number(port);
    return started;
  }

  /**
   * One run's result.
   *
   * @param {string} url
   * @param {Flags} flags Lighthouse's own
   */
  async run(url, flags) {
    // On a busy machine a recording may come to nothing; it is then made again.
    for (let attempts = 1; ; attempts++) {
      const cpuSlowdownMultiplier = Math.max(1, pageFunctions.computeBenchmarkIndex() / PHONE);
      /** @type {Flags} */
      const settings = { port: this.#port, logLevel: "silent", throttling: /** @type {any} */ ({ cpuSlowdownMultiplier }), ...flags };
      const { lhr } = (await lighthouse(url, settings)) ?? {};
      if (!lhr) throw new Error("Lighthouse gave no result");
      if (!lhr.runtimeError) return lhr;
      if (attempts === ATTEMPTS) throw new Error(`Lighthouse: ${lhr.runtimeError.message}`);
    }
  }

  stop() {
    return this.#chromium.stop();
  }
}

/** A category's score, as Lighthouse shows it. */
export const score = (/** @type {Result} */ result, /** @type {string} */ category) =>
  Math.round(Number(result.categories[category].score) * 100);

/**
 * What cost points in a category.
 *
 * @param {Result} result
 * @param {string} category
 */
export function complaints(result, category) {
  const audits = result.categories[category].auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => result.audits[id]);
  return audits.filter(({ score }) => score !== null && score < 0.9).map(({ id, displayValue = "" }) => `${id} ${displayValue}`);
}
