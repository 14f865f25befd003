// WebKitGTK through its own WebDriver, on a screen that nobody sees.
//
// Over this protocol WebKit tells nothing of its console. So the tap has it report violations
// of the policy from the first byte on, and errors are noted by the page from when it has
// loaded; whatever goes wrong before that leaves the page without its islands or worker, which
// every flow looks for.

/** @import { Server } from "node:http" */
/** @import { AddressInfo } from "node:net" */
/** @import { Site } from "../site.js" */

import { createServer } from "node:http";
import { PATIENCE } from "../browser.js";
import { Program, until } from "../process.js";
import { freePort, program, temporaryFolder } from "../tools.js";
import { EnginePage } from "./page.js";

export async function launch() {
  const screen = new Program(program("XVFB", ["Xvfb"]), ["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
  const [, display] = await screen.says(/^(\d+)\n/m);
  const home = temporaryFolder();
  const port = await freePort();
  const driver = new Program(program("WEBKIT_DRIVER", ["WebKitWebDriver"]), [`--port=${port}`, "--host=127.0.0.1"], {
    DISPLAY: `:${display}`,
    LANG: "C.UTF-8",
    HOME: home,
    XDG_RUNTIME_DIR: home,
    // There is no bus for it to look for.
    NO_AT_BRIDGE: "1",
    GIO_USE_VFS: "local",
    GSETTINGS_BACKEND: "memory",
  });
  const call = caller(`http://127.0.0.1:${port}`);
  await until(() => call("GET", "/status").catch(() => false), "WebKitWebDriver answers");
  const reports = await Reports.listen();
  return {
    arrive: (/** @type {Site} */ site) => WebKitVisitor.arrive(call, reports, site),
    close: async () => {
      await reports.close();
      await driver.stop();
      await screen.stop();
    },
  };
}

/** Longer than anything that the driver waits for, in milliseconds. */
const SILENCE = 2 * PATIENCE;

/** What the driver answers where its browser is too slow or stuck, which it is now and then on a busy machine. */
const STUCK = ["timeout", "session not created"];

/** The driver did not answer, or its browser is stuck. */
export class Silent extends Error {}

/**
 * Asks the driver, and gives the value that it answers.
 *
 * @typedef {(method: string, path: string, body?: object) => Promise<any>} Call
 */

/**
 * @param {string} base
 * @returns {Call}
 */
function caller(base) {
  return async (method, path, body) => {
    const signal = AbortSignal.timeout(SILENCE);
    // Since version 2.54 the driver refuses what `fetch` calls a text.
    const headers = { "content-type": "application/json" };
    const response = await fetch(base + path, { method, headers, body: body && JSON.stringify(body), signal }).catch((error) => {
      throw signal.aborted ? new Silent(`WebKit's driver gave no answer to ${method} ${path.split("/").at(-1)}`) : error;
    });
    const { value } = await response.json();
    if (!response.ok) throw new (STUCK.includes(value.error) ? Silent : Error)(`WebKit: ${value.error}: ${value.message}`);
    return value;
  };
}

/** Where the browser sends what violated a policy. */
class Reports {
  /** @type {Server} */
  #server;
  /** @type {string} */
  url;
  /**
   * Takes what comes now.
   *
   * @type {(text: string) => void}
   */
  heard = () => {};

  static async listen() {
    const reports = new Reports();
    reports.#server = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      reports.heard(text);
      response.writeHead(204).end();
    });
    await new Promise((/** @type {(value?: undefined) => void} */ resolve) => reports.#server.listen(0, "127.0.0.1", resolve));
    reports.url = `http://127.0.0.1:${/** @type {AddressInfo} */ (reports.#server.address()).port}/`;
    return reports;
  }

  close() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

class WebKitVisitor {
  /** @type {string[]} */
  console = [];
  /** @type {string[]} */
  errors = [];
  /**
   * Not told; the policy leaves the page nowhere else to ask.
   *
   * @type {{ url(): string }[]}
   */
  requests = [];
  /** @type {Call} */
  #call;
  /** @type {string} */
  #session;
  /** @type {Page} */
  page;

  /**
   * @param {Call} call
   * @param {Reports} reports
   * @param {Site} site
   */
  static async arrive(call, reports, site) {
    const visitor = new WebKitVisitor();
    reports.heard = (text) => visitor.console.push(`CSP violation: ${text}`);
    site.tap.reportTo = reports.url;
    const { sessionId } = await call("POST", "/session", {
      capabilities: { alwaysMatch: { unhandledPromptBehavior: "accept" } },
    });
    visitor.#session = `/session/${sessionId}`;
    visitor.#call = call;
    await call("POST", `${visitor.#session}/timeouts`, { script: PATIENCE, pageLoad: PATIENCE });
    visitor.page = new Page((method, path, body) => call(method, visitor.#session + path, body), visitor.errors);
    return visitor;
  }

  /** The tap in front of the site sees everything. */
  sent() {
    return [];
  }

  async leave() {
    try {
      await this.page.collect();
    } finally {
      // There is room for one session.
      await this.#call("DELETE", this.#session);
    }
  }
}

// In the page, from when it has loaded: everything that Chromium would print or report.
function note() {
  if (globalThis.noted) return;
  /** @type {string[]} */
  const noted = [];
  globalThis.noted = noted;
  for (const kind of /** @type {const} */ (["error", "warn", "log", "info", "debug"])) {
    console[kind] = (...args) => noted.push(`console: ${args.join(" ")}`);
  }
  addEventListener("error", (event) => noted.push(`error: ${event.message}`));
  addEventListener("unhandledrejection", (event) => noted.push(`rejection: ${event.reason}`));
}

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

class Page extends EnginePage {
  #call;
  #errors;

  /**
   * @param {Call} call
   * @param {string[]} errors
   */
  constructor(call, errors) {
    super();
    this.#call = call;
    this.#errors = errors;
  }

  /** @param {string} url */
  async goto(url) {
    await this.collect();
    await this.#call("POST", "/url", { url });
    await this.run(note);
  }

  async reload() {
    await this.collect();
    await this.#call("POST", "/refresh", {});
    await this.run(note);
  }

  async back() {
    await this.collect();
    await this.#call("POST", "/back", {});
    await this.run(note);
  }

  /** @type {import("../engines.js").Run} */
  run(script, ...args) {
    return this.#call("POST", "/execute/sync", { script: `return (${script})(...arguments)`, args });
  }

  /** @param {string} selector */
  async click(selector) {
    await this.#call("POST", `${await this.#element(selector)}/click`, {});
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  async type(selector, text) {
    const element = await this.#element(selector);
    await this.#call("POST", `${element}/clear`, {});
    await this.#call("POST", `${element}/value`, { text });
  }

  /** Takes down what the page has noted, before it is left. */
  async collect() {
    this.#errors.push(...(await this.run(() => globalThis.noted?.splice(0) ?? [])));
  }

  /** @param {string} selector */
  async #element(selector) {
    const found = await this.#call("POST", "/element", { using: "css selector", value: selector });
    return `/element/${found[ELEMENT]}`;
  }
}
