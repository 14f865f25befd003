// The stack with docker-compose.durable.yml: what the store took survives its crash, and what
// was opened stays opened.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Sealed, tally } from "../lib/api.js";
import { becomes, compose, container, direct, docker, inspect, redisCli, restore, start } from "../lib/stack.js";

const setting = async (name) => (await redisCli("CONFIG", "GET", name)).split("\n")[1] ?? "";

after(restore);

/** Secrets of which the first two are opened. */
async function some() {
  const sealed = await Promise.all(Array.from({ length: 20 }, () => Sealed.store(direct)));
  assert.deepEqual(await tally(sealed.slice(0, 2).map((one) => one.claim(direct))), { 200: 2 });
  return sealed;
}

async function survived(sealed) {
  await becomes("redis", "healthy");
  await restore();
  assert.deepEqual(await tally(sealed.map((one) => one.claim(direct))), { 200: sealed.length - 2, 410: 2 });
}

test("every write is on the disk before it is answered, and snapshots are off", async () => {
  assert.equal(await setting("appendonly"), "yes");
  assert.equal(await setting("appendfsync"), "always");
  assert.equal(await setting("save"), "");
  assert.equal(await setting("maxmemory-policy"), "noeviction");
  const { Mounts, HostConfig } = await inspect("redis");
  const volumes = Mounts.filter(({ Type }) => Type !== "bind");
  assert.deepEqual(
    volumes.map(({ Type, Destination }) => [Type, Destination]),
    [["volume", "/data"]],
  );
  assert.equal(HostConfig.ReadonlyRootfs, true);
  assert.ok(Number(await setting("maxmemory")) * 2 < HostConfig.Memory);
});

test("a store that is killed comes back with what it had", async () => {
  const sealed = await some();
  await docker("kill", "--signal", "KILL", await container("redis"));
  assert.equal((await inspect("redis")).State.ExitCode, 137);
  await start("redis");
  await survived(sealed);
});

test("so does one whose container is made anew", async () => {
  const sealed = await some();
  const before = await container("redis");
  await compose("up", "--detach", "--force-recreate", "--no-build");
  assert.notEqual(await container("redis"), before);
  await survived(sealed);
});
