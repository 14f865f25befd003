// Firefox over WebDriver BiDi, which it speaks itself.

/** @import { Browser, BrowserContext } from "puppeteer-core" */

import puppeteer from "puppeteer-core";
import { PATIENCE, REPORT_VIOLATIONS } from "../browser.js";
import { program, temporaryFolder } from "../tools.js";
import { EnginePage } from "./page.js";

export async function launch() {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: program("FIREFOX", ["firefox-esr", "firefox"]),
    headless: true,
    // Root's Firefox refuses a home that is another's, as GitHub gives its containers.
    env: { ...process.env, HOME: temporaryFolder() },
    extraPrefsFirefox: { "intl.accept_languages": "en-GB" },
  });
  return { arrive: () => FirefoxVisitor.arrive(browser), close: () => browser.close() };
}

class FirefoxVisitor {
  /** @type {string[]} */
  console = [];
  /** @type {string[]} */
  errors = [];
  /** @type {{ url(): string }[]} */
  requests = [];
  /** @type {BrowserContext} */
  #context;
  /** @type {Page} */
  page;

  /** @param {Browser} browser */
  static async arrive(browser) {
    const visitor = new FirefoxVisitor();
    visitor.#context = await browser.createBrowserContext();
    const page = await visitor.#context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on("console", (message) => visitor.console.push(message.text()));
    page.on("pageerror", (error) => visitor.errors.push(String(error)));
    page.on("request", (request) => visitor.requests.push({ url: () => request.url() }));
    page.on("dialog", (dialog) => dialog.accept().catch(() => {}));
    await page.evaluateOnNewDocument(REPORT_VIOLATIONS);
    visitor.page = new Page(page);
    return visitor;
  }

  /** The tap in front of the site sees the same, and more truly. */
  sent() {
    return [];
  }

  leave() {
    return this.#context.close();
  }
}

class Page extends EnginePage {
  #page;

  /** @param {import("puppeteer-core").Page} page */
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
    await this.#page.$eval(selector, (field) => /** @type {HTMLInputElement} */ (field).select());
    await this.#page.keyboard.type(text);
  }
}
