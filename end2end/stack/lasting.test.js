// A stack whose parts stop, start and hang.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Sealed, tally } from "../lib/api.js";
import { until } from "../lib/process.js";
import { becomes, container, direct, docker, inspect, restore, start, stop } from "../lib/stack.js";

/** Three checks that fail, one in ten seconds or more. */
const FAILING = 90_000;

after(restore);

test("a restart of the server loses nothing", async () => {
  const sealed = await Promise.all(Array.from({ length: 20 }, () => Sealed.store(direct)));
  assert.equal((await sealed[0].claim(direct)).status, 200);
  await docker("restart", await container("server"));
  await until(
    () =>
      fetch(direct.url("/readyz")).then(
        ({ ok }) => ok,
        () => false,
      ),
    "it serves again",
    FAILING,
  );
  assert.deepEqual(await tally(sealed.map((one) => one.claim(direct))), { 200: 19, 410: 1 });
});

test("a server that is told to stop finishes what it began, within its grace", async () => {
  const sealed = await Promise.all(Array.from({ length: 200 }, () => Sealed.store(direct, { size: 20_000 })));
  const claims = sealed.map((one) => one.claim(direct));
  await Promise.race(claims);
  await stop("server");
  const counts = await tally(claims);
  const { State } = await inspect("server");
  // 137 would be Docker's patience at its end.
  assert.equal(State.ExitCode, 0);
  assert.ok(counts[200] > 0, JSON.stringify(counts));
  await restore();

  const states = await Promise.all(sealed.map(async (one) => (await one.lookup(direct)).state));
  assert.equal(states.filter((state) => state === "opened").length, counts[200], JSON.stringify(counts));
});

test("without its store the server is unhealthy and says why, and recovers with it", async () => {
  await stop("redis");
  await becomes("server", "unhealthy", FAILING);
  const { State } = await inspect("server");
  assert.match(State.Health.Log.at(-1).Output, /not ready at http:\/\/127\.0\.0\.1:3000\/readyz: .*503.*store_unavailable/s);
  assert.equal(State.Running, true);
  assert.equal((await fetch(direct.url("/healthz"))).status, 200);
  await start("redis");
  await becomes("redis", "healthy");
  await becomes("server", "healthy");
});

test("a store that hangs is unhealthy, and its server recovers with it", async () => {
  const id = await container("redis");
  await docker("kill", "--signal", "STOP", id);
  try {
    await becomes("redis", "unhealthy", FAILING);
  } finally {
    await docker("kill", "--signal", "CONT", id);
  }
  await becomes("redis", "healthy");
  await becomes("server", "healthy");
});
