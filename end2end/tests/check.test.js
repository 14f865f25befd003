// `ashlink-server check`, as an operator runs it: real stores, real files, real servers. It says
// what is wrong and how to mend it, changes nothing, and never shows a password.

import assert from "node:assert/strict";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { finish } from "../lib/command.js";
import { Redis, Site } from "../lib/site.js";
import { freePort, serverProgram, temporaryFolder } from "../lib/tools.js";

const PASSWORD = "hunter2-and-more";

/** Somebody who is not root; root may do everything, whatever a file's mode says. */
const NOBODY = process.getuid?.() === 0 ? 65534 : undefined;

/**
 * Runs it at an address where nobody is, unless the settings name one.
 *
 * @param {Record<string, string>} env
 * @param {{ args?: string[], uid?: number, path?: string }} options
 */
async function check(env = {}, { args = [], uid, path = serverProgram() } = {}) {
  const { code, text, errors } = await finish(path, ["check", ...args], {
    env: { ASHLINK_LISTEN: `127.0.0.1:${await freePort()}`, ...env },
    uid,
  });
  for (const output of [text, errors]) assert.ok(!output.includes(PASSWORD), "a password was shown");
  return { code, text, errors };
}

/** Holds that exactly this is wrong. */
async function finds(pattern, env, options) {
  const { code, text, errors } = await check(env, options);
  assert.equal(code, 1, text + errors);
  const problems = text.split("\n").filter((line) => line.startsWith("problem"));
  assert.equal(problems.length, 1, text);
  assert.match(problems[0], pattern);
}

async function isGood(env, options) {
  const { code, text, errors } = await check(env, options);
  assert.equal(code, 0, text + errors);
  assert.doesNotMatch(text, /problem/);
  return text;
}

/** Starts something, plays with it, stops it. */
async function using(starting, play) {
  const thing = await starting;
  try {
    return await play(thing);
  } finally {
    await thing.stop();
  }
}

const withRedis = (args, play) => using(Redis.start({ args }), play);

/** Has a Redis do something, as its own protocol's inline commands. */
function tell(redis, line) {
  return new Promise((resolve, reject) => {
    const socket = connect(redis.port, "127.0.0.1", () => socket.write(`${line}\r\n`));
    socket.on("data", (data) => {
      resolve(String(data));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

test("the defaults can be used, nobody listens yet, and a restart would lose all", async () => {
  const text = await isGood();
  assert.match(text, /^ok {7}settings: all/m);
  assert.match(text, /^ok {7}address: 127\.0\.0\.1:\d+ is free/m);
  assert.match(text, /^warning {2}store: .*in this process's memory alone: a restart loses all/m);
});

test("a setting that cannot be read ends it with words, and shows no password", async () => {
  const store = await check({ ASHLINK_STORE: `redis://:${PASSWORD}@host/name` });
  assert.equal(store.code, 1);
  assert.match(store.errors, /--store/);
  const size = await check({ ASHLINK_MAX_SIZE: "lots" });
  assert.equal(size.code, 1);
  assert.match(size.errors, /'lots' for '--max-size/);
});

test("the server that runs is asked, and the short form asks nothing else", async () => {
  const store = `file:${temporaryFolder()}/store`;
  await using(Site.start({ env: { ASHLINK_STORE: store } }), async (site) => {
    const env = { ASHLINK_LISTEN: `127.0.0.1:${site.port}`, ASHLINK_STORE: store };
    const text = await isGood(env);
    assert.match(text, /is ready/);
    assert.match(text, /in use, by the server that runs/);
    const { code, text: short } = await check(env, { args: ["--ready"] });
    assert.deepEqual([code, short], [0, "ready\n"]);
    // Elsewhere the same file is in the way.
    await finds(/another process has it open/, { ASHLINK_STORE: store });
  });
  const gone = await check({}, { args: ["--ready"] });
  assert.equal(gone.code, 1);
  assert.match(gone.errors, /nobody listens/);
});

test("a Redis that would break a promise is named with what mends it, and keeps no key", async () => {
  for (const [args, pattern] of [
    [["--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"], /allkeys-lru.*Set `maxmemory-policy noeviction`/],
    [["--save", "3600 1"], /snapshots.*ASHLINK_ALLOW_SNAPSHOTS/],
    [["--requirepass", PASSWORD], /refuses the user or the password/],
    [["--cluster-enabled", "yes"], /redis\+cluster:/],
  ]) {
    await withRedis(args, (redis) => finds(pattern, { ASHLINK_STORE: redis.url }));
  }
  await withRedis([], async (redis) => {
    assert.match(await isGood({ ASHLINK_STORE: redis.url }), /^ok {7}store: redis:.* answers/m);
    await finds(/ASHLINK_REDIS_CA.*rediss/, { ASHLINK_STORE: redis.url, ASHLINK_REDIS_CA: "/ca.pem" });
    await tell(redis, `ACL SETUSER half on >${PASSWORD} ~* +@all -pttl`);
    const half = `redis://half:${PASSWORD}@127.0.0.1:${redis.port}`;
    await finds(/lacks a right/, { ASHLINK_STORE: half });
    assert.match(await tell(redis, "DBSIZE"), /^:0/);
  });
  await finds(/cannot be reached/, { ASHLINK_STORE: `redis://:${PASSWORD}@127.0.0.1:${await freePort()}` });
});

test("what is only risky in a Redis is a warning", async () => {
  await withRedis(["--appendonly", "yes"], async (redis) => {
    assert.match(await isGood({ ASHLINK_STORE: redis.url }), /^warning {2}store: .*appendfsync always/m);
  });
  await withRedis(["--maxmemory", "500kb"], async (redis) => {
    assert.match(await isGood({ ASHLINK_STORE: redis.url }), /^warning {2}store: .*no memory left/m);
  });
});

test("a file or folder with wrong rights is said, and stays as it is", async () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const path = `${folder}/ashlink-server`;
  copyFileSync(serverProgram(), path);
  chmodSync(path, 0o755);
  const place = (name, mode) => {
    mkdirSync(`${folder}/${name}`);
    if (NOBODY) chownSync(`${folder}/${name}`, NOBODY, NOBODY);
    chmodSync(`${folder}/${name}`, mode);
    return `${folder}/${name}`;
  };
  const as = { uid: NOBODY, path };

  const closed = place("closed", 0o500);
  await finds(/may not create files in its folder; give it/, { ASHLINK_STORE: `file:${closed}/store` }, as);
  const open = place("open", 0o700);
  assert.match(await isGood({ ASHLINK_STORE: `file:${open}/store` }, as), /the server makes it/);
  assert.deepEqual(readdirSync(open), []);
  await finds(/the folder .* does not exist/, { ASHLINK_STORE: `file:${folder}/none/store` }, as);

  const file = `${open}/store`;
  await using(Site.start({ env: { ASHLINK_STORE: `file:${file}` } }), async () => {});
  const whole = readFileSync(file);
  if (NOBODY) {
    await finds(/may not read and write it; give it/, { ASHLINK_STORE: `file:${file}` }, as);
    // Another's file, that everyone may write to.
    chmodSync(file, 0o666);
    await finds(/make its mode 600/, { ASHLINK_STORE: `file:${file}` }, as);
    chownSync(file, NOBODY, NOBODY);
  }
  chmodSync(file, 0o400);
  await finds(/may not read and write it; give it/, { ASHLINK_STORE: `file:${file}` }, as);
  chmodSync(file, 0o644);
  assert.match(await isGood({ ASHLINK_STORE: `file:${file}` }, as), /is whole and holds 0 B/);
  assert.equal(statSync(file).mode & 0o777, 0o644);
  assert.ok(readFileSync(file).equals(whole));
});

test("what is no store, or a damaged one, is refused and not touched", async () => {
  const folder = temporaryFolder();
  const letter = `${folder}/letter`;
  writeFileSync(letter, "Dear all, this is no store");
  await finds(/not a store of Ashlink's/, { ASHLINK_STORE: `file:${letter}` });
  assert.equal(readFileSync(letter, "utf8"), "Dear all, this is no store");

  const file = `${folder}/store`;
  await using(Site.start({ env: { ASHLINK_STORE: `file:${file}` } }), async () => {});
  const cut = readFileSync(file).subarray(0, 5000);
  writeFileSync(file, cut);
  await finds(/cannot use ASHLINK_STORE=file:/, { ASHLINK_STORE: `file:${file}` });
  assert.ok(readFileSync(file).equals(cut));
});

test("each of several mistakes has its line", async () => {
  const { code, text } = await check({
    ASHLINK_TOKENS: "/nowhere/tokens",
    ASHLINK_LOGO: "/nowhere/logo.svg",
    ASHLINK_STORE: "file:/nowhere/store",
    ASHLINK_MIN_TTL: "2h",
    ASHLINK_MAX_TTL: "1h",
  });
  assert.equal(code, 1);
  const problems = text.split("\n").filter((line) => line.startsWith("problem"));
  const named = problems.flatMap((line) => line.match(/ASHLINK_\w+/) ?? []).sort();
  assert.deepEqual(named, ["ASHLINK_LOGO", "ASHLINK_MIN_TTL", "ASHLINK_STORE", "ASHLINK_TOKENS"], text);
  assert.ok(!existsSync("/nowhere"));
});
