// Chromium, and a visitor in it of whom everything is recorded.

/** @import { Browser, BrowserContext, BrowserContextOptions, Page, Request } from "playwright-core" */

import { chromium } from "playwright-core";
import { program } from "./tools.js";

/** A host name that is no localhost, so that pages from there are in no secure context. */
export const PLAIN_HOST = "ash.test";

/** How long anything may take that a visitor waits for. */
export const PATIENCE = 10_000;

/** Chromium does as it is told, and nothing else. */
export const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // No name leads anywhere else, so nothing can be sent elsewhere.
  `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1, MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
];

export const chromiumProgram = () => program("CHROMIUM", ["chromium", "chromium-browser"]);

export function launch() {
  return chromium.launch({
    executablePath: chromiumProgram(),
    // Playwright turns the back/forward cache off, which these tests are about.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
    args: ARGUMENTS,
  });
}

// Chromium prints blocked things itself, but not all of them in every frame and worker.
export const REPORT_VIOLATIONS = `addEventListener("securitypolicyviolation", (event) => {
  console.error("CSP violation:", event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber);
});`;

export class Visitor {
  /** @type {string[]} */
  console = [];
  /** @type {string[]} */
  errors = [];
  /** @type {Request[]} */
  requests = [];
  /** @type {BrowserContext} */
  context;
  /** @type {Page} */
  page;

  /**
   * @param {Browser} browser
   * @param {BrowserContextOptions} options
   */
  static async arrive(browser, options = {}) {
    const visitor = new Visitor();
    visitor.context = await browser.newContext({ locale: "en-GB", ...options });
    visitor.context.setDefaultTimeout(PATIENCE);
    await visitor.context.addInitScript(REPORT_VIOLATIONS);
    // Of the context, so that workers and pages that open each other are covered.
    visitor.context.on("console", (message) => visitor.console.push(message.text()));
    visitor.context.on("weberror", (error) => visitor.errors.push(String(error.error())));
    visitor.context.on("request", (request) => visitor.requests.push(request));
    visitor.page = await visitor.context.newPage();
    return visitor;
  }

  /** What it asked for, as text, for the leak detector. */
  sent() {
    return this.requests.map((request) => {
      const headers = JSON.stringify(request.headers());
      const body = request.postDataBuffer() ?? Buffer.alloc(0);
      return Buffer.concat([Buffer.from(`${request.url().split("#")[0]} ${headers} `), body]).toString("latin1");
    });
  }

  leave() {
    return this.context.close();
  }
}
