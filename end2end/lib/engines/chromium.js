// Chromium, with the same recording as in all other tests.

import { launch as launchChromium, Visitor } from "../browser.js";
import { EnginePage } from "./page.js";

export async function launch() {
  const browser = await launchChromium();
  return {
    async arrive() {
      const visitor = await Visitor.arrive(browser);
      visitor.page.on("dialog", (dialog) => dialog.accept().catch(() => {}));
      return Object.assign(visitor, { page: new Page(visitor.page) });
    },
    close: () => browser.close(),
  };
}

class Page extends EnginePage {
  #page;

  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    super();
    this.#page = page;
  }

  goto = (/** @type {string} */ url) => this.#page.goto(url);
  reload = () => this.#page.reload();
  back = () => this.#page.goBack();
  /** @type {import("../engines.js").Run} */
  run = (script, ...args) => this.#page.evaluate(`(${script})(...${JSON.stringify(args)})`);
  click = (/** @type {string} */ selector) => this.#page.click(selector);

  /**
   * @param {string} selector
   * @param {string} text
   */
  async type(selector, text) {
    await this.#page.click(selector);
    await this.#page.locator(selector).selectText();
    await this.#page.keyboard.type(text);
  }
}
