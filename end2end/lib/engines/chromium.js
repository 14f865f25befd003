// Chromium, with the same recording as in all other tests.

import { Visitor, launch as launchChromium } from "../browser.js";
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

  constructor(page) {
    super();
    this.#page = page;
  }

  goto = (url) => this.#page.goto(url);
  reload = () => this.#page.reload();
  back = () => this.#page.goBack();
  run = (script, ...args) => this.#page.evaluate(`(${script})(...${JSON.stringify(args)})`);
  click = (selector) => this.#page.click(selector);

  async type(selector, text) {
    await this.#page.click(selector);
    await this.#page.locator(selector).selectText();
    await this.#page.keyboard.type(text);
  }
}
