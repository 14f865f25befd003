// A link for each row of a file: whatever interrupts it, nobody is sent two, and nobody none.

import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Sealed } from "../lib/api.js";
import { ashlink } from "../lib/command.js";
import { look, reveal } from "../lib/pages.js";
import { pause, until } from "../lib/process.js";
import { scenario } from "../lib/scenario.js";
import { scale, temporaryFolder } from "../lib/tools.js";

const CREATE = /^POST \S+\/secrets /;

/** A file of recipients, and how it is sent. */
class Mailing {
  #folder = temporaryFolder();
  results = join(this.#folder, "results.csv");

  constructor(stage, rows, header = "recipient,secret,passphrase") {
    this.stage = stage;
    this.csv = join(this.#folder, "recipients.csv");
    writeFileSync(this.csv, [header, ...rows].join("\n"));
  }

  run(...args) {
    return ashlink(this.stage.site, ["send", "--each", this.csv, "--results", this.results, ...args]);
  }

  /** By recipient: id, state, link, owner link, expiry. */
  read() {
    const [head, ...rows] = readFileSync(this.results, "utf8").trim().split("\n");
    assert.equal(head, "recipient,id,state,link,owner_link,expires_at");
    return new Map(rows.map((row) => row.split(",")).map(([recipient, ...rest]) => [recipient, rest]));
  }
}

/** Ids that were stored: the server answered, or nobody heard it. */
const asked = (site) => new Set(site.tap.sent().join("\n").match(/"id":"[\w-]{22}"/g));

scenario("everybody gets a link and a secret of their own", {}, async (stage) => {
  const mailing = new Mailing(stage, ["a@example.org,first,", 'b@example.org,"with ""quotes"", and\na line",horse', "c,dritt ü,"]);
  const sent = await mailing.run("--ttl", "1h", "--json");
  assert.deepEqual([sent.code, JSON.parse(sent.text)], [0, { sent: 3, sent_earlier: 0 }], sent.errors);
  assert.equal(statSync(mailing.results).mode & 0o777, 0o600);
  const rows = mailing.read();
  assert.deepEqual([...rows.keys()], ["a@example.org", "b@example.org", "c"]);
  const { text } = await ashlink(stage.site, ["open", rows.get("a@example.org")[2]]);
  assert.equal(text, "first");
  const page = await look(stage, stage.keepLink(rows.get("b@example.org")[2]));
  assert.equal(await reveal(page, "horse"), 'with "quotes", and\na line');
  const [, state, , owner] = rows.get("c");
  assert.equal(state, "sent");
  const status = JSON.parse((await ashlink(stage.site, ["status", owner, "--json"])).text);
  assert.equal(status.state, "waiting");

  // Not once more by mistake, and not once more on purpose.
  const again = await mailing.run();
  assert.deepEqual([again.code, again.text], [12, ""], again.errors);
  const resumed = await mailing.run("--resume");
  assert.deepEqual([resumed.code, resumed.text], [0, "0 sent, 3 sent earlier\n"], resumed.errors);
  assert.deepEqual(mailing.read(), rows);
});

scenario("a mistake in the last row is found before the first is sent", { on: ["own"] }, async (stage) => {
  await stage.start();
  for (const rows of [["a,s,", "a,t,"], ["a,s,", ",t,"], ["a,s,", "b,,"], [`a,s,`, `b,${"x".repeat(2_000_000)},`]]) {
    const mailing = new Mailing(stage, rows);
    const refused = await mailing.run();
    assert.ok([10, 12].includes(refused.code), refused.errors);
    assert.match(refused.errors, /Nothing was sent/);
  }
  assert.equal(asked(stage.site).size, 0);
});

scenario("whenever it is killed, it goes on, and nobody gets two", { on: ["own"] }, async (stage) => {
  const site = await stage.start();
  const rows = Array.from({ length: 12 }, (_, n) => `user${n},secret ${n},`);
  const mailing = new Mailing(stage, rows);
  let kills = 0;
  for (let runs = 0; ; runs++) {
    assert.ok(runs < 60 * scale, "it comes to an end");
    // The answer to one of the next requests is not heard, and then the program is gone.
    if (runs < 6 * scale) site.tap.cut(CREATE, runs % 2 ? "none" : "unsent", 1);
    else site.tap.heal();
    const cuts = site.tap.cuts;
    const running = mailing.run("--resume");
    if (runs < 6 * scale) {
      await Promise.race([running, until(() => site.tap.cuts > cuts || runs % 3 === 2, "a request").catch(() => {})]);
      if (runs % 3 === 2) await pause(20 + 15 * (runs % 5));
      if (running.child.exitCode === null) kills += Number(running.child.kill("SIGKILL"));
    }
    if ((await running).code === 0) break;
  }
  assert.ok(kills >= 3, `${kills} kills`);
  const results = mailing.read();
  assert.equal(results.size, 12);
  for (const [recipient, [, state, link]] of results) {
    assert.equal(state, "sent");
    const opened = await ashlink(site, ["open", link]);
    assert.equal(opened.text, `secret ${recipient.slice(4)}`, opened.errors);
  }
  // Whatever else was stored on the way, no link to it was ever kept.
  console.log(`${kills} kills, ${asked(site).size} secrets asked for, 12 delivered`);
});

scenario("a server that wants it slower is waited for", { on: ["own"], patience: 120_000, needs: "a server that limits" }, async (stage) => {
  const site = await stage.start({ env: { ASHLINK_RATE_LIMIT: "on" } });
  const mailing = new Mailing(stage, ["a,s,", "b,t,"]);
  // Counts are by the minute, and what uses them up belongs into one.
  await until(() => new Date().getSeconds() < 50, "there is time left in this minute", 15_000);
  await Promise.all(Array.from({ length: 60 }, () => Sealed.store(site)));
  const sent = await mailing.run();
  assert.deepEqual([sent.code, sent.text], [0, "2 sent, 0 sent earlier\n"], sent.errors);
  const refused = site.tap.answers().filter(({ head }) => head.startsWith("HTTP/1.1 429"));
  assert.ok(refused.length > 0, "the server did ask to wait");
});

scenario("two runs do not send the same file", { on: ["own"] }, async (stage) => {
  const site = await stage.start();
  const mailing = new Mailing(stage, ["a,s,"]);
  site.tap.slow(0);
  const first = mailing.run();
  await until(() => site.tap.requests().length > 0, "the first run asks");
  const second = await mailing.run("--resume");
  assert.deepEqual([second.code, second.text], [12, ""]);
  assert.match(second.errors, /another run/);
  first.child.kill("SIGKILL");
  await first;
  site.tap.heal();
  assert.equal((await mailing.run("--resume")).code, 0);
});
