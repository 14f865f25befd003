// What `lib/pages.js` asks of a page, made of the little that every driver has.

import { until } from "../process.js";

/**
 * Whose page it is has `goto(url)`, `reload()`, `back()`, `click(selector)`, `type(selector, text)`,
 * which replaces what was there, and `run(function, ...arguments)` in the page, whose answer comes
 * back as JSON.
 */
export class EnginePage {
  // Of the page itself: a driver may not have been told of `history.replaceState`.
  url = () => this.run(() => location.href);
  evaluate = (script, argument) => this.run(script, argument);
  waitForFunction = (script, argument) => until(() => this.run(script, argument), `the page fulfils ${script}`);
  waitForSelector = (selector) => until(() => this.run((css) => document.querySelector(css) !== null, selector), `the page has ${selector}`);
  getAttribute = (selector, name) => this.run((css, name) => document.querySelector(css).getAttribute(name), selector, name);
  innerText = (selector) => this.run((css) => document.querySelector(css).innerText, selector);
  inputValue = (selector) => this.run((css) => document.querySelector(css).value, selector);
  fill = (selector, text) => this.type(selector, text);
}
