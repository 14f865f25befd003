// Every state that a page can be in, and how to get it there, for tests that look at all of them.

/** @import { BrowserContext, BrowserContextOptions, Page } from "playwright-core" */
/** @import { Stage } from "./scenario.js" */
/** @import { Draft } from "./pages.js" */

import { readFileSync } from "node:fs";
import { PLAIN_HOST } from "./browser.js";
import { ashlink } from "./command.js";
import { acceptDialogs, attached, choose, copy, drop, fillIn, made, openSettings, paste, problem, reach, reveal, visit } from "./pages.js";

const ISLANDS = /\/pkg\/(create|open)\.[^/]*\.wasm$/;
const WORKER = /\/pkg\/worker\.[^/]*\.wasm$/;
const EXTRAS = /\/pkg\/extras\.[^/]*\.wasm$/;
const STORE = /\/api\/v1\/secrets$/;
const LOOKUP = /\/api\/v1\/open\/[^/]+$/;
const CLAIM = /\/claim$/;
const RECEIPT = /\/api\/v1\/receipts\//;

/** @typedef {{ input: string, kind?: string, error?: string }} Vector */

const VECTORS = JSON.parse(readFileSync(new URL("../../core/testdata/links.json", import.meta.url), "utf8")).cases;
const vector = (/** @type {(vector: Vector) => boolean} */ test) => VECTORS.find(test).input;

const PASSPHRASE = "correct horse battery";
/** Lines, and one that has no place to be broken at. */
const SECRET = `host: db.example.com\npassword: vK3-tilde-harbour-90\n${"unbroken".repeat(40)}\n`;

const FILES = [
  { name: "notes.txt", type: "text/plain", data: "a few lines" },
  { name: `${"a-name-that-goes-on-and-on".repeat(6)}.bin`, data: "x".repeat(70_000) },
];

/**
 * How to get a page into a state.
 *
 * @typedef {(tour: Tour) => unknown} State
 * @typedef {Record<string, State>} States
 */

/** One visitor who gets a page into one state after another. */
export class Tour {
  /** @type {Stage} */
  stage;
  /** @type {Page} */
  page;
  /** @type {BrowserContext} */
  context;
  /** @type {Awaited<ReturnType<typeof made>> | undefined} */
  kept;
  /** @type {Awaited<ReturnType<typeof made>> | undefined} */
  keptGuarded;

  /**
   * @param {Stage} stage
   * @param {BrowserContextOptions} [options]
   */
  static async begin(stage, options) {
    const tour = new Tour();
    const visitor = await stage.visitor({ permissions: ["clipboard-write"], ...options });
    acceptDialogs(visitor.page);
    return Object.assign(tour, { stage, page: visitor.page, context: visitor.context });
  }

  /** @param {string} path */
  url(path) {
    return this.stage.site.url(path);
  }

  /**
   * Goes to a state from wherever the tour is, and out of the way of the state before.
   *
   * @param {State} state
   */
  async to(state) {
    await this.page.goto("about:blank");
    await this.context.unrouteAll({ behavior: "ignoreErrors" });
    await state(this);
  }

  /**
   * @param {string} url
   * @param {string[]} names
   */
  async visit(url, ...names) {
    await this.page.goto("about:blank");
    return visit(this.page, url, ...names);
  }

  /**
   * Requests that match are never answered.
   *
   * @param {RegExp} pattern
   */
  hold(pattern) {
    return this.context.route(pattern, () => {});
  }

  /** @param {RegExp} pattern */
  lose(pattern) {
    return this.context.route(pattern, (route) => route.abort());
  }

  /**
   * @param {RegExp} pattern
   * @param {number} status
   * @param {unknown} body
   */
  answer(pattern, status, body) {
    return this.context.route(pattern, (route) => route.fulfill({ status, json: body }));
  }

  /** The page as a server without a lease sends it. */
  strict() {
    return this.context.route(/\/s$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('data-lease="60"', 'data-lease="0"') });
    });
  }

  /** @param {Partial<Draft>} draft */
  async make(draft = {}) {
    await this.visit(this.url("/"), "editing");
    await fillIn(this.page, { text: SECRET, ...draft });
    await this.page.click("#create");
    return made(this.stage, this.page);
  }

  /** A link that nobody has opened: the same one for all states that spend nothing. */
  async waiting() {
    this.kept ??= await this.make({ views: 2 });
    return this.kept;
  }

  async guarded() {
    this.keptGuarded ??= await this.make({ passphrase: PASSPHRASE });
    return this.keptGuarded;
  }
}

const time = (/** @type {number} */ fromNow) => new Date(Date.now() + fromNow * 1000).toISOString().replace(/\.\d+/, "");
const gone = (/** @type {string} */ state) => ({ state, expires_at: time(-60), views_left: 0, opened_at: [], ended_at: time(-60) });

/**
 * @param {Tour} tour
 * @param {string} url
 * @param {string} name
 */
async function showsNotice(tour, url, name) {
  await tour.visit(url, name);
}

/** @type {States} */
const create = {
  starting: async (tour) => {
    await tour.hold(WORKER);
    await tour.visit(tour.url("/"), "starting");
    await tour.page.waitForSelector("html[data-hydrated]");
  },
  editing: (tour) => tour.visit(tour.url("/"), "editing"),
  "editing, everything open": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await fillIn(tour.page, { text: SECRET, custom: { number: 36, unit: "hours" }, views: 2, passphrase: "1234" });
    await tour.page.check("#fragile", { force: true });
    await tour.page.waitForFunction(() => document.querySelector("#passphrase-weak").textContent !== "");
  },
  "a generated passphrase": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await openSettings(tour.page);
    await tour.page.click("#generate");
    await tour.page.waitForFunction(() => document.querySelector("#passphrase").value !== "");
  },
  "asked for files": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await choose(tour.page, "files");
    await tour.page.click("#create");
    await problem(tour.page);
  },
  "files attached": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await drop(tour.page, FILES);
    await attached(tour.page, FILES.length);
  },
  "making a password": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await tour.page.click("#generator > summary");
    await tour.page.uncheck("#symbols", { force: true });
    await tour.page.click("#insert");
    await tour.page.waitForFunction(() => document.querySelector("#secret").value !== "");
  },
  "making words": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await tour.page.click("#generator > summary");
    await tour.page.check("input[name=kind][value=words]", { force: true });
  },
  "nothing to send": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await tour.page.click("#create");
    await problem(tour.page);
  },
  storing: async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await tour.hold(STORE);
    await tour.page.fill("#secret", SECRET);
    await tour.page.click("#create");
    await reach(tour.page, "storing");
    await tour.page.waitForSelector("#cancel", { state: "visible" });
  },
  "server gone": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await tour.lose(STORE);
    await tour.page.fill("#secret", SECRET);
    await tour.page.click("#create");
    await problem(tour.page);
  },
  "token wanted": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await tour.answer(STORE, 401, { error: { code: "token_required", message: "" } });
    await tour.page.fill("#secret", SECRET);
    await tour.page.click("#create");
    await problem(tour.page);
  },
  "token refused": async (tour) => {
    await create["token wanted"](tour);
    await tour.context.unroute(STORE);
    await tour.answer(STORE, 401, { error: { code: "token_invalid", message: "" } });
    await tour.page.fill("#token", "ashlink_3");
    await tour.page.click("#create");
    await tour.page.waitForFunction(() => document.querySelector("#problem").textContent.includes("does not take"));
  },
  "too long": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await paste(tour.page, "x".repeat(2_000_000));
    await tour.page.click("#create");
    await problem(tour.page);
  },
  done: (tour) => tour.make(),
  "done, with passphrase": async (tour) => {
    await tour.make({ passphrase: PASSPHRASE, views: 3 });
    await copy(tour.page, "copy-link");
  },
  "done, asked before destroying": async (tour) => {
    await tour.make();
    await tour.page.click("#receipt-destroy");
    await tour.page.waitForSelector("#confirm", { state: "visible" });
  },
  "done, destroyed": async (tour) => {
    await create["done, asked before destroying"](tour);
    await tour.page.click("#destroy-confirm");
    await tour.page.waitForSelector("#hand-on", { state: "hidden" });
  },
  "done, everything open": async (tour) => {
    await tour.make();
    await tour.page.click("#message-box > summary");
    await tour.page.click("#qr-box > summary");
    await tour.page.waitForSelector("#qr:not([hidden])");
  },
  "done, without a code": async (tour) => {
    await tour.lose(EXTRAS);
    await tour.make();
    await tour.page.click("#qr-box > summary");
    await tour.page.waitForFunction(() => document.querySelector("#qr-note").textContent !== "");
  },
  broken: async (tour) => {
    await tour.lose(WORKER);
    await tour.visit(tour.url("/"), "broken");
  },
  "failed to load": async (tour) => {
    await tour.lose(ISLANDS);
    await tour.page.goto(tour.url("/"));
    await tour.page.waitForSelector("html[data-failed]");
  },
};

/** @type {States} */
const open = {
  starting: async (tour) => {
    const { link } = await tour.waiting();
    await tour.hold(WORKER);
    await tour.visit(link, "starting");
  },
  looking: async (tour) => {
    const { link } = await tour.waiting();
    await tour.hold(LOOKUP);
    await tour.visit(link, "looking");
  },
  missing: (tour) => showsNotice(tour, tour.url("/s"), "missing"),
  damaged: (tour) => showsNotice(tour, tour.url("/s#hello"), "damaged"),
  "too new": (tour) => showsNotice(tour, tour.url(`/s#${vector(({ error }) => error === "too_new")}`), "too-new"),
  "receipt link": async (tour) => showsNotice(tour, (await tour.waiting()).receipt.replace("/m#", "/s#"), "receipt-link"),
  unknown: (tour) => showsNotice(tour, tour.url(`/s#${vector(({ kind }) => kind === "share")}`), "unknown"),
  unasked: async (tour) => {
    const { link } = await tour.waiting();
    await tour.lose(LOOKUP);
    await tour.visit(link, "unasked");
  },
  waiting: async (tour) => tour.visit((await tour.waiting()).link, "waiting"),
  "waiting, with passphrase": async (tour) => tour.visit((await tour.guarded()).link, "waiting"),
  "wrong passphrase": async (tour) => {
    await tour.visit((await tour.guarded()).link, "waiting");
    await tour.page.fill("#passphrase", "incorrect horse");
    await tour.page.click("#reveal");
    await problem(tour.page);
  },
  revealing: async (tour) => {
    await tour.visit((await tour.waiting()).link, "waiting");
    await tour.hold(CLAIM);
    await tour.page.click("#reveal");
    await reach(tour.page, "revealing");
  },
  "server busy": async (tour) => {
    await tour.visit((await tour.waiting()).link, "waiting");
    await tour.answer(CLAIM, 503, { error: { code: "store_unavailable", message: "" } });
    await tour.page.click("#reveal");
    await problem(tour.page);
  },
  "trying again": async (tour) => {
    await tour.visit((await tour.waiting()).link, "waiting");
    await tour.lose(CLAIM);
    await tour.page.click("#reveal");
    await problem(tour.page);
  },
  "too many failed attempts": async (tour) => {
    await tour.visit((await tour.waiting()).link, "waiting");
    await tour.answer(CLAIM, 429, { error: { code: "too_many_attempts", message: "", retry_after: 600 } });
    await tour.page.click("#reveal");
    await problem(tour.page);
  },
  fragile: async (tour) => {
    const { link } = await tour.guarded();
    await tour.answer(LOOKUP, 200, { state: "waiting", expires_at: time(60), views_left: 1, opened_at: [], attempts_left: 5 });
    await tour.visit(link, "waiting");
  },
  "asked before destroying": async (tour) => {
    await tour.visit((await tour.guarded()).link, "waiting");
    await tour.page.click("#destroy > summary");
  },
  doubtful: async (tour) => {
    const { link } = await tour.waiting();
    await tour.strict();
    await tour.visit(link, "waiting");
    await tour.lose(CLAIM);
    await tour.page.click("#reveal");
    await reach(tour.page, "doubtful");
  },
  undecryptable: async (tour) => {
    await tour.visit((await tour.waiting()).link, "waiting");
    await tour.answer(CLAIM, 200, { envelope: "A".repeat(400), views_left: 0 });
    await tour.page.click("#reveal");
    await reach(tour.page, "undecryptable");
  },
  shown: async (tour) => {
    await tour.visit((await tour.make()).link, "waiting");
    await reveal(tour.page);
    await copy(tour.page, "copy-secret");
  },
  "shown, with views left": async (tour) => {
    await tour.visit((await tour.make({ views: 3 })).link, "waiting");
    await reveal(tour.page);
    await tour.page.click("#destroy-left > summary");
  },
  "shown, a login": async (tour) => {
    const fields = ["--url", "https://console.example.com/a/rather/long/path?and=query", "--field", "password:Laptop=-"];
    const sent = await ashlink(tour.stage.site, ["send", "--user", "alice", ...fields], { input: SECRET });
    await tour.visit(tour.stage.keepLink(sent.text.trim()), "waiting");
    await reveal(tour.page);
    await tour.page.click("#login .show:not([hidden])");
    await tour.page.click("#login .copy");
    await tour.page.waitForSelector("#login .copy[data-copied]");
  },
  "shown, hidden, and nothing broken": async (tour) => {
    await tour.visit((await tour.make()).link, "waiting");
    await reveal(tour.page);
    await tour.page.uncheck("#wrap");
    await tour.page.click("#hide");
  },
  "shown, with files": async (tour) => {
    await tour.visit(tour.url("/"), "editing");
    await tour.page.fill("#secret", SECRET);
    await drop(tour.page, FILES);
    await attached(tour.page, FILES.length);
    await tour.page.click("#create");
    const { link } = await made(tour.stage, tour.page);
    await tour.visit(link, "waiting");
    await reveal(tour.page);
    await tour.page.click(".save");
    await tour.page.waitForSelector(".save[data-done]");
  },
  cleared: async (tour) => {
    await tour.visit((await tour.make()).link, "waiting");
    await reveal(tour.page);
    // As when the page is kept while it is left.
    await tour.page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
    await reach(tour.page, "cleared");
  },
  read: async (tour) => {
    await tour.visit((await tour.make()).link, "waiting");
    await reveal(tour.page);
    await tour.page.reload();
    await reach(tour.page, "read");
  },
  opened: async (tour) => {
    const { link } = await tour.make();
    await tour.visit(link, "waiting");
    await reveal(tour.page);
    await tour.visit(link, "opened");
  },
  ended: async (tour) => {
    const { link } = await tour.waiting();
    await tour.answer(LOOKUP, 200, gone("opened"));
    await tour.visit(link, "opened");
    await tour.page.reload();
    await reach(tour.page, "ended");
  },
  "destroyed by oneself": async (tour) => {
    await tour.visit((await tour.make()).link, "waiting");
    await tour.page.click("#destroy > summary");
    await tour.page.click("#destroy-now");
    await reach(tour.page, "destroyed");
  },
  ...Object.fromEntries(
    ["destroyed", "expired", "lost"].map((name) => [
      name,
      async (tour) => {
        const { link } = await tour.waiting();
        await tour.answer(LOOKUP, 200, gone(name));
        await tour.visit(link, name);
      },
    ]),
  ),
  broken: async (tour) => {
    const { link } = await tour.waiting();
    await tour.lose(WORKER);
    await tour.visit(link, "broken");
  },
  "failed to load": async (tour) => {
    const { link } = await tour.waiting();
    await tour.lose(ISLANDS);
    await tour.page.goto(link);
    await tour.page.waitForSelector("html[data-failed]");
  },
};

/** @type {States} */
const receipt = {
  looking: async (tour) => {
    const { receipt } = await tour.waiting();
    await tour.hold(RECEIPT);
    await tour.visit(receipt, "looking");
  },
  missing: (tour) => showsNotice(tour, tour.url("/m"), "missing"),
  damaged: (tour) => showsNotice(tour, tour.url("/m#hello"), "damaged"),
  "too new": (tour) => showsNotice(tour, tour.url(`/m#${vector(({ error }) => error === "too_new")}`), "too-new"),
  "share link": async (tour) => showsNotice(tour, (await tour.waiting()).link.replace("/s#", "/m#"), "share-link"),
  unknown: (tour) => showsNotice(tour, tour.url(`/m#${vector(({ kind }) => kind === "owner")}`), "unknown"),
  unasked: async (tour) => {
    const { receipt } = await tour.waiting();
    await tour.lose(RECEIPT);
    await tour.visit(receipt, "unasked");
  },
  waiting: async (tour) => tour.visit((await tour.waiting()).receipt, "waiting"),
  "not notified": async (tour) => {
    await tour.page.addInitScript(() => {
      Object.defineProperty(Notification, "permission", { get: () => "default" });
      Notification.requestPermission = async () => "denied";
    });
    await tour.visit((await tour.waiting()).receipt, "waiting");
    await tour.page.click("#notify");
    await tour.page.waitForFunction(() => document.querySelector("#notify-note").textContent !== "");
  },
  guessed: async (tour) => {
    const { receipt } = await tour.waiting();
    const waiting = { state: "waiting", created_at: time(-60), expires_at: time(60), max_views: 1, views_left: 1, opened_at: [] };
    await tour.answer(RECEIPT, 200, { ...waiting, failed_attempts: 7, last_failed_at: time(-5) });
    await tour.visit(receipt, "waiting");
    await tour.page.waitForSelector("#guessing", { state: "visible" });
  },
  "attempts paused": async (tour) => {
    const { receipt } = await tour.waiting();
    const waiting = { state: "waiting", created_at: time(-60), expires_at: time(60), max_views: 1, views_left: 1, opened_at: [] };
    await tour.answer(RECEIPT, 200, { ...waiting, failed_attempts: 17, last_failed_at: time(-5), attempts_paused_until: time(55) });
    await tour.visit(receipt, "waiting");
    await tour.page.waitForSelector("#guessing", { state: "visible" });
  },
  "asked before destroying": async (tour) => {
    await tour.visit((await tour.waiting()).receipt, "waiting");
    await tour.page.click("#receipt-destroy");
    await tour.page.waitForSelector("#confirm", { state: "visible" });
  },
  "not destroyed": async (tour) => {
    await tour.visit((await tour.waiting()).receipt, "waiting");
    await tour.page.click("#receipt-destroy");
    await tour.lose(RECEIPT);
    await tour.page.click("#destroy-confirm");
    await problem(tour.page);
  },
  destroyed: async (tour) => {
    await tour.visit((await tour.make()).receipt, "waiting");
    await tour.page.click("#receipt-destroy");
    await tour.page.click("#destroy-confirm");
    await reach(tour.page, "destroyed");
  },
  ...Object.fromEntries(
    ["opened", "expired", "lost"].map((name) => [
      name,
      async (tour) => {
        const { receipt } = await tour.waiting();
        const opened = name === "opened" ? [time(-3600), time(-60)] : [];
        await tour.answer(RECEIPT, 200, { ...gone(name), created_at: time(-7200), max_views: 2, opened_at: opened });
        await tour.visit(receipt, name);
      },
    ]),
  ),
  broken: async (tour) => {
    const { receipt } = await tour.waiting();
    await tour.lose(WORKER);
    await tour.visit(receipt, "broken");
  },
};

/** @type {States} */
const elsewhere = {
  "nothing here": (tour) => tour.page.goto(tour.url("/nowhere")),
  "how it works": (tour) => tour.page.goto(tour.url("/about")),
  "the API": (tour) => tour.page.goto(tour.url("/docs/api")),
};

/** By page, and on it by name: functions that take a tour there. */
export const STATES = { create, open, receipt, elsewhere };

/** The pages as a browser shows them that runs no scripts; for a tour without JavaScript. */
export const SCRIPTLESS = Object.fromEntries(
  ["/", "/s", "/m", "/about", "/docs/api", "/nowhere"].map((path) => [path, (/** @type {Tour} */ tour) => tour.page.goto(tour.url(path))]),
);

/** The create page where it is in no secure context. */
export const plainHttp = (/** @type {Tour} */ tour) => tour.visit(tour.url("/").replace("127.0.0.1", PLAIN_HOST), "editing");
