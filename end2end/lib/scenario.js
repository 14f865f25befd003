// One scenario: visitors at a site, and at its end the checks that hold for every one.

/** @import { BrowserContextOptions } from "playwright-core" */
/** @import { Site as AnySite } from "./site.js" */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { launch, Visitor } from "./browser.js";
import { checkIds, scriptsIn } from "./ids.js";
import { LeakDetector } from "./leaks.js";
import { fragmentOf, readShareKey } from "./links.js";

// A misspelt id would be waited for until the time is up; here it is named at once.
checkIds([...scriptsIn("lib"), process.argv[1]]);

/** Whether a stack runs already, in the place of everything that scenarios would start (lib/stack.js). */
const stack = Boolean(process.env.ASHLINK_TEST_URL);
/** @type {typeof import("./site.js")} */
const { Redis, Site } = await import(stack ? "./stack.js" : "./site.js");

/** What a scenario may take: a lost answer must not hang the whole run. */
const TIMEOUT = 90_000;

export const BOTH = ["memory", "redis"];
export const EVERYWHERE = ["memory", "redis", "prefix"];

/** @type {Map<string, Promise<any>>} */
const shared = new Map();

/**
 * Shared by all scenarios of a file, and started when the first one asks.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} start
 * @returns {Promise<T>}
 */
export function share(name, start) {
  const started = shared.get(name) ?? start();
  shared.set(name, started);
  return started;
}

/** @type {Record<string, () => Promise<AnySite>>} */
const SITES = {
  memory: () => Site.start(),
  redis: async () => Site.start({ env: { ASHLINK_STORE: (await sharedRedis()).url } }),
  prefix: () => Site.start({ prefix: "/tools/ash" }),
  stack: () => Site.start(),
};

/**
 * Ends something that is shared, so that whoever asks next starts it anew.
 *
 * @param {string} name
 */
export async function endShared(name) {
  const thing = await shared.get(name);
  shared.delete(name);
  await (thing.stop ?? thing.close).call(thing);
}

export const sharedBrowser = () => share("browser", launch);
const sharedRedis = () => share("the Redis", () => Redis.start());

after(async () => {
  const things = await Promise.allSettled([...shared.values()]);
  const started = things.flatMap((thing) => (thing.status === "fulfilled" ? [thing.value] : []));
  await Promise.all(started.map((thing) => (thing.stop ?? thing.close)?.call(thing)));
});

/**
 * What the browser may print in a scenario.
 *
 * @typedef {object} Expected
 * @property {number[]} [statuses] those of error answers for which it may print its line
 * @property {string[]} [network] `net::` errors for which it may
 * @property {boolean} [unusedPreload] where scripts cannot run, it may say that it fetched the WASM in vain
 * @property {boolean} [unstyled] where the style is missing, it may say that it got something else
 * @property {boolean} [plainHttp] where the page is no secure context, it may say that it ignores the header for
 *   which one is needed
 */

/**
 * @typedef {object} Circumstances
 * @property {string[]} [on] kinds of shared sites, or `"own"` where the scenario starts its sites itself
 * @property {number} [patience] how many milliseconds it may take
 * @property {string} [needs] what a stack that runs already cannot give it
 */

/** @typedef {(stage: Stage) => unknown} Play */

/**
 * Registers a scenario, once for each kind of site that it is to be played at.
 *
 * @param {string} name
 * @param {Expected & Circumstances} options
 * @param {Play} play
 */
export function scenario(name, options, play) {
  const { on = ["memory"], patience = TIMEOUT, needs, ...expected } = options;
  if (stack && needs) return void test(name, { skip: `not against the stack: needs ${needs}` });
  const kinds = stack ? [on.includes("own") ? "own" : "stack"] : on;
  for (const kind of kinds) {
    const title = kinds.length > 1 ? `${name} (${kind})` : name;
    test(title, { timeout: patience }, () => run(kind, expected, play));
  }
}

/**
 * Plays, and fails for whatever must not have happened.
 *
 * @param {string} kind
 * @param {Expected} expected
 * @param {Play} play
 */
export async function run(kind, expected, play) {
  const { failure, wrong } = await perform(kind, expected, play);
  // What went wrong besides often says why.
  if (failure && wrong.length > 0) failure.message += `\n\nand besides:\n${wrong.join("\n")}`;
  if (failure) throw failure;
  assert.deepEqual(wrong, [], wrong.join("\n"));
}

/**
 * Plays, and says how it failed and what must not have happened.
 *
 * @param {string} kind
 * @param {Expected} expected
 * @param {Play} play
 */
export async function perform(kind, expected, play) {
  const stage = new Stage({ statuses: [], network: [], unusedPreload: false, unstyled: false, plainHttp: false, ...expected });
  /** @type {any} */
  let failure;
  try {
    if (kind !== "own") await stage.enter(await share(kind, SITES[kind]));
    await play(stage);
  } catch (error) {
    failure = error;
  }
  return { failure, wrong: await stage.close() };
}

/**
 * What is stopped at the end, or released where it has that as well.
 *
 * @typedef {{ stop?(): unknown, release?(): unknown }} Ending
 */

/**
 * What visitors come to: a server, or several that answer at one address.
 *
 * @typedef {Pick<AnySite, "tap" | "url" | "log" | "turnPage">} Enterable
 */

/** What a scenario is played on. */
export class Stage {
  #expected;
  /** @type {Visitor[]} */
  #visitors = [];
  /** @type {Enterable[]} */
  #sites = [];
  /** @type {Ending[]} */
  #own = [];
  #leaks = new LeakDetector();
  /**
   * The first of its sites.
   *
   * @type {AnySite}
   */
  site;

  /** @param {Required<Expected>} expected */
  constructor(expected) {
    this.#expected = expected;
  }

  /** @param {Enterable} site */
  async enter(site) {
    site.turnPage();
    this.#sites.push(site);
    this.site ??= /** @type {AnySite} */ (site);
  }

  /**
   * A site of its own for this scenario.
   *
   * @param {Parameters<typeof AnySite.start>[0]} [settings]
   */
  async start(settings) {
    const site = await this.own(Site.start(settings));
    this.#sites.push(site);
    this.site ??= site;
    return site;
  }

  /** @param {Parameters<typeof Redis.start>[0]} [settings] */
  async redis(settings) {
    return this.own(Redis.start(settings));
  }

  /**
   * Something that is stopped when the scenario ends.
   *
   * @template {Ending} T
   * @param {T | Promise<T>} starting
   */
  async own(starting) {
    const thing = await starting;
    this.#own.push(thing);
    return thing;
  }

  /** @param {BrowserContextOptions} [options] */
  async visitor(options) {
    return this.welcome(Visitor.arrive(await sharedBrowser(), options));
  }

  /**
   * Somebody whom the checks at the end are about.
   *
   * @template {Visitor} T
   * @param {T | Promise<T>} arriving
   */
  async welcome(arriving) {
    const visitor = await arriving;
    this.#visitors.push(visitor);
    return visitor;
  }

  /**
   * A new visitor's page.
   *
   * @param {BrowserContextOptions} [options]
   */
  async page(options) {
    return (await this.visitor(options)).page;
  }

  /**
   * A text or bytes that must stay in the browser.
   *
   * @template {string | Uint8Array} T
   * @param {T} secret
   */
  keep(secret, name = "the secret") {
    this.#leaks.add(name, secret);
    return secret;
  }

  /**
   * A share link, which must stay in the browser with all that follows from it.
   *
   * @param {string} link
   */
  keepLink(link) {
    const text = fragmentOf(link);
    this.keep(text, "the share key");
    for (const [name, bytes] of Object.entries(readShareKey(text).secrets)) this.keep(bytes, name);
    return link;
  }

  /** The requests to the API that any visitor really sent. */
  apiCalls() {
    return this.#sites.flatMap((site) => site.tap.requests()).filter(({ path }) => path.includes("/api/"));
  }

  /** Ends it, and says what must not have happened. */
  async close() {
    // Leaving first: whatever a page still does on its way out is recorded too.
    await Promise.all(this.#visitors.map((visitor) => visitor.leave().catch(() => {})));
    const wrong = [
      ...this.#visitors.flatMap((visitor) => this.#wrongWith(visitor)),
      ...this.#sites.flatMap((site) => [...this.#leaked(site.tap.sent()), ...wrongInLog(site)]),
    ];
    await Promise.allSettled(this.#own.map((thing) => (thing.release ?? thing.stop)?.call(thing)));
    return [...new Set(wrong)];
  }

  /** @param {Visitor} visitor */
  #wrongWith(visitor) {
    const printed = visitor.console.filter((text) => !this.#isExpected(text)).map((text) => `console: ${text}`);
    const errors = visitor.errors.map((text) => `page error: ${text}`);
    const ports = new Set(this.#sites.map((site) => String(site.tap.port)));
    const elsewhere = visitor.requests
      .map((request) => new URL(request.url()))
      .filter((url) => /^(https?|wss?):$/.test(url.protocol) && !ports.has(url.port))
      .map((url) => `request to another origin: ${url.origin}`);
    return [...printed, ...errors, ...elsewhere, ...this.#leaked(visitor.sent())];
  }

  /**
   * Only the browser's own line for an answer that the scenario named.
   *
   * @param {string} text
   */
  #isExpected(text) {
    const failed = text.match(/^Failed to load resource: (?:the server responded with a status of (\d+) .*|net::(\w+))$/);
    if (!failed) return this.#remarks().some((remark) => remark.test(text));
    const [, status, error] = failed;
    return status ? this.#expected.statuses.includes(Number(status)) : this.#expected.network.includes(error);
  }

  /** What the browser may remark in a scenario that takes something away from it. */
  #remarks() {
    const { unusedPreload, unstyled, plainHttp } = this.#expected;
    return [
      ...(unusedPreload ? [/^The resource \S+\.wasm was preloaded .* but not used/] : []),
      ...(unstyled ? [/^Refused to apply style from \S+ because its MIME type/] : []),
      ...(plainHttp ? [/^The Cross-Origin-Opener-Policy header has been ignored, because the URL's origin was untrustworthy/] : []),
    ];
  }

  /** @param {string[]} texts */
  #leaked(texts) {
    return texts.flatMap((text) => this.#leaks.find(text)).map((leak) => `sent to the server: ${leak}`);
  }
}

/**
 * Ids, keys, addresses and query strings have no place in a log.
 *
 * @param {{ log(): string, tap: { sent(): string[] } }} site
 */
export function wrongInLog(site) {
  // Two lines may name an address: where the server is, and where its store should be.
  const log = site.log().replace(/^.* (?:serving|redis cannot be reached) .*$/gm, "");
  const sent = site.tap.sent().join("\n");
  const pick = (/** @type {RegExp} */ pattern) => [...sent.matchAll(pattern)].map(([, text]) => text);
  const ids = [...pick(/\/(?:open|receipts)\/([\w-]{22})/g), ...pick(/"id":"([\w-]{22})"/g)];
  const proofs = [...pick(/^(?:ashlink-\w+: |authorization: bearer )(\S+)/gim), ...pick(/"(?:access|nonce|\w+_verifier)":"([\w-]+)"/g)];
  const queries = pick(/^[A-Z]+ [^\s?]*\?(\S+) HTTP/gm);
  const wrong = [];
  for (const [name, texts] of Object.entries({ ids, proofs, queries })) {
    if (texts.some((text) => log.includes(text))) wrong.push(`the server logged ${name}`);
  }
  if (/\b\d{1,3}(\.\d{1,3}){3}\b/.test(log)) wrong.push("the server logged an address");
  if (log.includes("?")) wrong.push("the server logged a query string");
  return wrong;
}
