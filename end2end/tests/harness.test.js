// The checks that end every scenario, with everything planted that they are there to find.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { checkIds, scriptsIn, unknownIds } from "../lib/ids.js";
import { visit } from "../lib/pages.js";
import { Program, until } from "../lib/process.js";
import { perform, wrongInLog } from "../lib/scenario.js";
import { program } from "../lib/tools.js";

const SECRET = "planted: a secret";

/** What the checks complain of after something was done on a page that is live. */
async function complaints(act, expected = {}) {
  const { failure, wrong } = await perform("memory", expected, async (stage) => {
    const visitor = await stage.visitor();
    stage.keep(SECRET);
    await visit(visitor.page, stage.site.url("/"), "editing");
    await act(visitor.page, stage, visitor);
  });
  assert.equal(failure, undefined);
  return wrong;
}

test("a clean visit is clean", async () => {
  assert.deepEqual(await complaints(async () => {}), []);
});

const LEAKS = {
  "a URL": (page) => page.evaluate((secret) => fetch(`/api/v1/config?x=${encodeURIComponent(secret)}`), SECRET),
  "a header": (page) => page.evaluate((secret) => fetch("/api/v1/config", { headers: { "x-note": btoa(`..${secret}`) } }), SECRET),
  "a body": (page) => page.evaluate((secret) => fetch("/healthz", { method: "POST", body: JSON.stringify({ secret }) }), SECRET),
  "a beacon": (page) => page.evaluate((secret) => navigator.sendBeacon("/healthz", secret) && undefined, SECRET),
  "the worker's request": (page) =>
    page.workers()[0].evaluate((secret) => fetch("/api/v1/config", { headers: { "x-note": secret } }).then(() => {}), SECRET),
};
for (const [place, leak] of Object.entries(LEAKS)) {
  test(`a secret in ${place} is found`, async () => {
    const wrong = await complaints(
      async (page, stage) => {
        const before = stage.site.tap.requests().length;
        await leak(page);
        await until(() => stage.site.tap.requests().length > before, "the request");
      },
      { statuses: [405] },
    );
    assert.ok(
      wrong.some((text) => text.startsWith("sent to the server: the secret as ")),
      wrong.join("\n"),
    );
  });
}

test("requests of the worker are seen in the browser too", async () => {
  await perform("memory", {}, async (stage) => {
    const visitor = await stage.visitor();
    await visit(visitor.page, stage.site.url("/"), "editing");
    await visitor.page.workers()[0].evaluate(() => fetch("/api/v1/config?from=worker").then(() => {}));
    assert.ok(visitor.requests.some((request) => request.url().endsWith("?from=worker")));
  }).then(({ failure }) => assert.equal(failure, undefined));
});

const MISHAPS = {
  "console: a message": (page) => page.evaluate(() => console.debug("a message")),
  "console: from the worker": (page) => page.workers()[0].evaluate(() => console.log("from the worker")),
  "page error": (page) =>
    page.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error("planted");
        }),
    ),
  "page error: Error: unheard": (page) => page.evaluate(() => void Promise.reject(new Error("unheard"))),
  "console: CSP violation: img-src": (page) =>
    page.evaluate(() => {
      document.body.append(Object.assign(new Image(), { src: "http://127.0.0.1:9/x" }));
    }),
  "console: Failed to load resource: the server responded with a status of 404": (page) =>
    page.evaluate(() => fetch("/nothing").then(() => {})),
  "request to another origin: http://127.0.0.1:9": (page) => page.goto("http://127.0.0.1:9/").catch(() => {}),
};
for (const [words, act] of Object.entries(MISHAPS)) {
  test(`it complains of: ${words}`, async () => {
    const wrong = await complaints(async (page, _stage, { console, errors, requests }) => {
      const records = () => console.length + errors.length + requests.length;
      const before = records();
      await act(page);
      await until(() => records() > before, words);
    });
    assert.ok(
      wrong.some((text) => text.startsWith(words)),
      wrong.join("\n"),
    );
  });
}

test("a status that was named may be printed, and no other", async () => {
  const ask = (page) => page.evaluate(() => fetch("/nothing").then(() => {}));
  assert.deepEqual(await complaints(ask, { statuses: [404] }), []);
  assert.equal((await complaints(ask, { statuses: [410] })).length, 1);
});

test("ids, proofs, addresses and queries in a log are found", () => {
  const id = "AAAAAAAAAAAAAAAAAAAAAA";
  const sent = [
    `GET /s?utm=tracker HTTP/1.1\r\n\r\n`,
    `GET /api/v1/open/${id} HTTP/1.1\r\nAshlink-Link: proof-of-link\r\nAuthorization: Bearer ashlink_token\r\n\r\n`,
  ];
  const check = (log) => wrongInLog({ log: () => log, tap: { sent: () => sent } });
  assert.deepEqual(check('INFO serving address=127.0.0.1:3000\nINFO request route="/api/v1/open/{id}" status=200'), []);
  assert.deepEqual(check(`INFO request path=/api/v1/open/${id}`), ["the server logged ids"]);
  assert.deepEqual(check("INFO proof-of-link"), ["the server logged proofs"]);
  assert.deepEqual(check("INFO ashlink_token"), ["the server logged proofs"]);
  assert.deepEqual(check("INFO from 10.1.2.3"), ["the server logged an address"]);
  assert.deepEqual(check("INFO utm=tracker"), ["the server logged queries"]);
});

test("an id that no page has is found in a script", () => {
  // Not written out: this script is looked at as well.
  const hash = "#";
  const unknown = (source) => unknownIds(source).map(({ id, line }) => `${id} in ${line}`);
  assert.deepEqual(unknown(`await page.click("#create");\nawait page.click("${hash}craete");`), ["craete in 2"]);
  assert.deepEqual(unknown(`page.locator('#settings > summary, ${hash}notes > #link.code')`), ["notes in 1"]);
  assert.deepEqual(unknown(`page.run(() => document.querySelector("main ${hash}secrte"))`), ["secrte in 1"]);
  assert.deepEqual(unknown(`document.getElementById(${JSON.stringify("boots")})`), ["boots in 1"]);
  assert.deepEqual(unknown('visit(page, "/s#hello"); accent("#ffcc00"); this.#page = `${url}#${key}`;'), []);
});

test("no script names an id that no page has", () => {
  checkIds(["bench", "lib", "stack", "tests"].flatMap(scriptsIn));
});

test("what is missing is named, with the way to get it", () => {
  process.env.ASHLINK_TEST_PROGRAM = "/nowhere/chromium";
  assert.throws(() => program("ASHLINK_TEST_PROGRAM", []), /\/nowhere\/chromium.*`cargo xtask test`/);
  delete process.env.ASHLINK_TEST_PROGRAM;
  assert.throws(() => program("ASHLINK_TEST_PROGRAM", ["no-such-program"]), /ASHLINK_TEST_PROGRAM is not set.*`cargo xtask test`/);
});

test("a program ends with what it started, although that holds its output", async () => {
  const left = new Program("/bin/sh", ["-c", "sleep 600 & echo $!"], {});
  const [, pid] = await left.says(/^(\d+)\n/);
  await left.stop();
  // Whether it was waited for is up to whoever has inherited it.
  const isRunning = () => existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  await until(() => !isRunning(), "what the program started has ended");
});
