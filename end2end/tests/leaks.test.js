// The leak detector itself: one that cannot find anything would let every other test pass.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { LeakDetector } from "../lib/leaks.js";
import { readShareKey, sha256 } from "../lib/links.js";

const TEXT = 'correct h\u00f6rse/battery+staple \u{1f525} "quoted"';
const KEY = Buffer.from("fb8ffe00c3a9102030405060708090a0b0c0d0e0f0ff7f3e3f2a2b2c2d2e2f5a", "hex");

const latin1 = (text) => Buffer.from(text).toString("latin1");
const json = (text) => JSON.stringify(text).slice(1, -1);

/** What a careless program would make of a text, and not the detector's own code. */
const TEXT_LEAKS = {
  "as it is": latin1(TEXT),
  "as a path": encodeURI(TEXT),
  "as a parameter": String(new URLSearchParams({ q: TEXT })),
  "as a component": encodeURIComponent(TEXT),
  "as a component in lower case": encodeURIComponent(TEXT).replace(/%../g, (code) => code.toLowerCase()),
  "as JSON": latin1(JSON.stringify({ text: TEXT })),
  "as JSON in ASCII": json(TEXT).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  "as JSON in ASCII in upper case": json(TEXT).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  ),
  "as UTF-16": Buffer.from(TEXT, "utf16le").toString("latin1"),
};

const BYTE_LEAKS = (bytes) => ({
  raw: bytes.toString("latin1"),
  "in hex": bytes.toString("hex"),
  "in upper-case hex": bytes.toString("hex").toUpperCase(),
  "percent-encoded": bytes.toString("hex").replace(/../g, "%$&"),
  "percent-encoded in upper case": bytes.toString("hex").toUpperCase().replace(/../g, "%$&"),
  "as numbers": JSON.stringify([...bytes]),
  ...Object.fromEntries(
    /** @type {const} */ (["base64", "base64url"]).flatMap((encoding) =>
      [0, 1, 2, 3, 4].map((before) => [
        `in ${encoding} after ${before} other bytes`,
        Buffer.concat([randomBytes(before), bytes, randomBytes(3)]).toString(encoding),
      ]),
    ),
  ),
});

const around = (leak) => `POST /api/v1/secrets HTTP/1.1\r\nhost: x\r\n\r\n{"a":"${leak}"}`;

for (const [form, leak] of Object.entries({ ...TEXT_LEAKS, ...BYTE_LEAKS(Buffer.from(TEXT)) })) {
  test(`finds a text ${form}`, () => {
    const detector = new LeakDetector();
    detector.add("it", TEXT);
    assert.notDeepEqual(detector.find(around(leak)), [], leak);
  });
}

for (const [form, leak] of Object.entries(BYTE_LEAKS(KEY))) {
  test(`finds a key ${form}`, () => {
    const detector = new LeakDetector();
    detector.add("it", KEY);
    assert.notDeepEqual(detector.find(around(leak)), [], leak);
  });
}

test("finds a part of a long text", () => {
  const long = Array.from({ length: 20_000 }, (_, line) => `line ${line} of many`).join("\n");
  const detector = new LeakDetector();
  detector.add("it", long);
  for (const part of [long.slice(0, 500), long.slice(-30_000), long.slice(90_000, 120_000)]) {
    assert.notDeepEqual(detector.find(around(json(part))), []);
    assert.notDeepEqual(detector.find(around(Buffer.from(part).toString("base64"))), []);
  }
});

test("finds nothing where nothing is", () => {
  const detector = new LeakDetector();
  detector.add("text", TEXT);
  detector.add("key", KEY);
  for (let round = 0; round < 100; round++) {
    assert.deepEqual(detector.find(around(randomBytes(2000).toString("base64url"))), []);
    assert.deepEqual(detector.find(randomBytes(2000).toString("latin1")), []);
  }
});

test("names what it found, and refuses what it would find everywhere", () => {
  const detector = new LeakDetector();
  detector.add("the passphrase", "hunter2 and more");
  assert.deepEqual(detector.find("x=hunter2%20and%20more"), ["the passphrase as percent"]);
  assert.throws(() => detector.add("the PIN", "1234"), /4 bytes/);
});

test("reads share keys as the format says", () => {
  const file = new URL("../../core/testdata/seal.json", import.meta.url);
  const cases = JSON.parse(readFileSync(file, "utf8")).cases.filter((vector) => vector.share);
  assert.ok(cases.length > 0);
  for (const vector of cases) {
    const read = readShareKey(vector.share);
    assert.equal(read.secrets.key.toString("hex"), vector.k);
    assert.equal(read.id.toString("hex"), vector.id);
    if (vector.profile === 0) assert.equal(sha256(read.access ?? Buffer.of()).toString("hex"), vector.access_verifier);
  }
  const [{ share }] = cases;
  const last = share.endsWith("1") ? "2" : "1";
  assert.throws(() => readShareKey(share.slice(0, -1) + last), /not a share key/);
});
