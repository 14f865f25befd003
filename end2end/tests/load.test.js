// Connections that do nothing, and bodies that never end: memory is bounded, and others are served.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { Sealed, tally } from "../lib/api.js";
import { pause, until } from "../lib/process.js";
import { scenario } from "../lib/scenario.js";

/** What a process has in memory, in MiB. */
function resident(pid) {
  const [, kilobytes] = readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+) kB$/m) ?? [];
  return Number(kilobytes) / 1024;
}

/** How many connections and files a process has open, as it sees it itself. */
function descriptors(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** So many connections, of which each has sent this. */
async function open(stage, site, count, sent) {
  const sockets = [];
  // Whatever happens, they do not keep this process alive.
  const stop = () => {
    for (const socket of sockets) socket.destroy();
  };
  await stage.own({ stop });
  const one = () =>
    new Promise((resolve, reject) => {
      const socket = connect(site.port, "127.0.0.1", () => resolve(socket));
      // What is not read hides that the other side has closed.
      socket.on("error", reject).resume();
      if (sent) socket.write(sent);
    });
  // The system's queue of connections to be accepted is not endless.
  for (let n = 0; n < count; n += 200) {
    sockets.push(...(await Promise.all(Array.from({ length: Math.min(200, count - n) }, one))));
  }
  for (const socket of sockets) socket.removeAllListeners("error").on("error", () => {});
  return sockets;
}

async function serves(site) {
  const sealed = await Sealed.store(site);
  assert.deepEqual(await tally([sealed.claim(site)]), { 200: 1 });
}

scenario(
  "ten thousand idle connections take little, and hinder nobody",
  { on: ["own"], needs: "a server of its own", patience: 120_000 },
  async (stage) => {
    const site = await stage.start();
    await serves(site);
    const before = resident(site.pid);
    const few = descriptors(site.pid);
    await open(stage, site, 5_000);
    await open(stage, site, 5_000, "POST /api/v1/secrets HTTP/1.1\r\nhost: x\r\ncontent-le");
    await pause(500);
    // Counted at the server: where the system answers a rush with SYN cookies, a few connections
    // exist for the side alone that opened them. On a slow machine the first are closed before
    // the last are open.
    const held = descriptors(site.pid) - few;
    assert.ok(held > 3_000, `only ${held} of 10,000 connections at once`);
    const with10k = resident(site.pid);
    await serves(site);
    console.log(`${before.toFixed(0)} MiB before, ${with10k.toFixed(0)} MiB with ${held} connections`);
    assert.ok(with10k - before < 200, `${with10k - before} MiB more`);
    // Whoever sends nothing is not waited for.
    await until(() => descriptors(site.pid) < few + 10, "they are closed", 60_000);
    await serves(site);
  },
);

scenario(
  "bodies that never end take no more memory than there is for bodies",
  { on: ["own"], needs: "a server of its own", patience: 120_000 },
  async (stage) => {
    const site = await stage.start();
    await serves(site);
    const before = resident(site.pid);
    const head = "POST /api/v1/secrets HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1300000\r\n\r\n";
    const slow = await open(stage, site, 400, `${head}{"envelope":"${"A".repeat(1_000_000)}`);
    await pause(3_000);
    const full = resident(site.pid);
    console.log(`${before.toFixed(0)} MiB before, ${full.toFixed(0)} MiB with 400 bodies of a megabyte under way`);
    assert.ok(full - before < 150, `${full - before} MiB more`);
    // Nothing is lost for who comes now: it is told to come again.
    const refused = await Sealed.store(site, { size: 100_000 }).then(
      () => "",
      (error) => error.message,
    );
    assert.match(refused, /^(not stored: 503)?$/);
    for (const socket of slow) socket.destroy();
    await until(
      () =>
        Sealed.store(site).then(
          () => true,
          () => false,
        ),
      "it stores again",
    );
  },
);
