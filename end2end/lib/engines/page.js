// What `lib/pages.js` asks of a page, made of the little that every driver has.

import { until } from "../process.js";

/**
 * What runs in the page: it becomes text on the way there, and its answer JSON on the way back.
 *
 * @typedef {(argument: any) => any} Script
 */

/** Each driver puts its own in the place of what throws here, and has `goto`, `reload`, `back` and `click` (engines.js). */
export class EnginePage {
  /**
   * As a person would: it replaces what was there.
   *
   * @param {string} _selector
   * @param {string} _text
   * @returns {Promise<unknown>}
   */
  type(_selector, _text) {
    throw new Error("this driver types nothing");
  }

  /**
   * @param {(...args: any[]) => any} _script
   * @param {any[]} _args
   * @returns {Promise<any>}
   */
  run(_script, ..._args) {
    throw new Error("this driver runs nothing in its page");
  }

  /**
   * Of the page itself: a driver may not have been told of `history.replaceState`.
   *
   * @returns {Promise<string>}
   */
  url = () => this.run(() => location.href);
  evaluate = (/** @type {Script} */ script, /** @type {any} */ argument) => this.run(script, argument);
  waitForFunction = (/** @type {Script} */ script, /** @type {any} */ argument) =>
    until(() => this.run(script, argument), `the page fulfils ${script}`);
  waitForSelector = (/** @type {string} */ selector) =>
    until(() => this.run((css) => document.querySelector(css) !== null, selector), `the page has ${selector}`);
  getAttribute = (/** @type {string} */ selector, /** @type {string} */ name) =>
    this.run((css, name) => document.querySelector(css).getAttribute(name), selector, name);
  innerText = (/** @type {string} */ selector) => this.run((css) => document.querySelector(css).innerText, selector);
  inputValue = (/** @type {string} */ selector) => this.run((css) => document.querySelector(css).value, selector);
  fill = (/** @type {string} */ selector, /** @type {string} */ text) => this.type(selector, text);
}
