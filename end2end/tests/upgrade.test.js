// Servers of two builds on one Redis while pages are open in browsers: an upgrade, and going back.
// Nothing is lost, each secret is delivered once, and a page that cannot go on says what to do.
//
// `cargo xtask upgrade-test` runs this with a real older build.

import assert from "node:assert/strict";
import { post, Sealed, tally } from "../lib/api.js";
import { readAssets } from "../lib/assets.js";
import { attached, drop, facts, fillIn, look, made, paste, reach, reveal, saveAll, says, send, visit } from "../lib/pages.js";
import { pause, until } from "../lib/process.js";
import { scenario } from "../lib/scenario.js";
import { scale } from "../lib/tools.js";
import { other, Pair } from "../lib/upgrade.js";

/** Upgrade, and rollback: which build was there, and which one comes. */
/** @type {["old" | "new", "old" | "new"][]} */
const WAYS = [
  ["old", "new"],
  ["new", "old"],
];
const BROKEN_OFF = ["ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED", "ERR_CONNECTION_CLOSED"];
const CLAIM = /^POST \S+\/claim/;
const CREATE = /^POST \S+\/secrets/;

/** A scenario with a pair of servers, of which the one that was there answers at first. */
function between(name, expected, play) {
  for (const [from, to] of WAYS) {
    const title = `from ${from} to ${to} (old: ${other}): ${name}`;
    scenario(title, { on: ["own"], ...expected }, async (stage) => {
      const redis = await stage.redis();
      const pair = await stage.own(Pair.start(redis.url));
      await stage.enter(pair);
      pair.to(from);
      await play(stage, pair, { from, to });
    });
  }
}

/**
 * Asks again when there was no answer at all, as the page does, and with the same words: a server that
 * stops closes connections on which nothing had arrived yet.
 */
async function insist(ask) {
  for (let left = 5; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0) throw error;
      await pause(20);
    }
  }
}

const nonce = (n) => Buffer.alloc(16, n).toString("base64url");

between("the two are different, and both are there", {}, async (_stage, pair, { from, to }) => {
  const names = async (side) => {
    pair.to(side);
    return (await readAssets(pair)).map(({ path }) => path);
  };
  const [before, after] = [await names(from), await names(to)];
  assert.ok(before.length > 5 && after.length > 5);
  // What did not change between two builds keeps its name; what makes the page work has changed.
  for (const kind of [/(create|frontend)\..*wasm$/, /worker\..*js$/]) {
    const [one, two] = [before, after].map((paths) => paths.find((path) => kind.test(path)));
    assert.ok(one && two && one !== two, `${one} ${two}`);
  }
});

for (const passphrase of [undefined, "correct horse é"]) {
  const kind = passphrase ? "with a passphrase" : "with the link alone";
  // What judges passphrases is loaded when one is typed, and may be gone by then.
  const options = passphrase ? { statuses: [404] } : {};
  between(`an open page makes a link at the other, ${kind}, which both open`, options, async (stage, pair, { from, to }) => {
    const page = await stage.page();
    await visit(page, pair.url("/"), "editing");
    const text = stage.keep(`made in between, ${kind}`);
    await fillIn(page, { text, passphrase, views: 2 });
    pair.to(to);
    await page.click("#create");
    const { link, receipt } = await made(stage, page);
    assert.equal(pair.by(CREATE), to);

    // By a page of the one that comes, and by one of the one that goes.
    assert.equal(await reveal(await look(stage, link), passphrase), text);
    assert.equal(pair.by(CLAIM), to);
    pair.to(from);
    const reader = await look(stage, link);
    pair.to(to);
    assert.equal(await reveal(reader, passphrase), text);
    const third = await stage.page();
    await visit(third, link, "opened");

    const stories = [];
    for (const side of [from, to]) {
      pair.to(side);
      const sender = await stage.page();
      await visit(sender, receipt, "opened");
      stories.push(await facts(sender));
    }
    assert.deepEqual(stories[0], stories[1]);
    assert.equal(stories[0].opened.length, 2);
  });
}

between(
  "what was stored before is opened afterwards, and a wrong passphrase costs nothing",
  { statuses: [403] },
  async (stage, pair, { to }) => {
    const plain = await send(stage, { text: "stored before" }, { site: pair });
    const secured = await send(stage, { text: "stored before, with care", passphrase: "long and good" }, { site: pair });
    const early = await look(stage, plain.link);
    pair.to(to);
    assert.equal(await reveal(early), "stored before");
    const page = await look(stage, secured.link);
    await page.fill("#passphrase", "short and bad");
    await page.click("#reveal");
    await page.waitForFunction(() => document.querySelector("#problem").textContent !== "");
    await says(page, /does not open it/);
    assert.equal(await reveal(page, "long and good"), "stored before, with care");
  },
);

between("files go through, whole", {}, async (stage, pair, { to }) => {
  const page = await stage.page();
  await visit(page, pair.url("/"), "editing");
  const data = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7919) % 251));
  await drop(page, [{ name: "key.bin", data }]);
  await attached(page, 1);
  pair.to(to);
  await page.click("#create");
  const { link } = await made(stage, page);
  const reader = await look(stage, link);
  await reader.click("#reveal");
  await reach(reader, "shown");
  const [saved] = await saveAll(reader);
  assert.equal(saved.name, "key.bin");
  assert.ok(saved.data.equals(data));
});

between("the sender's page goes on, and destroys", { statuses: [410] }, async (stage, pair, { from, to }) => {
  const { link, receipt } = await send(stage, { text: "destroyed in between" }, { site: pair });
  const sender = await stage.page();
  await visit(sender, receipt, "waiting");
  const reader = await look(stage, link);
  pair.to(to);
  await sender.click("#receipt-destroy");
  await sender.click("#destroy-confirm");
  await reach(sender, "destroyed");
  await reader.click("#reveal");
  await reach(reader, "destroyed");
  pair.to(from);
  const late = await stage.page();
  await visit(late, link, "destroyed");
});

between("a claim whose answer was lost at the one is answered by the other", { network: BROKEN_OFF }, async (stage, pair, { from, to }) => {
  const { link, receipt } = await send(stage, { text: "asked here, answered there" }, { site: pair });
  const page = await look(stage, link);
  pair.tap.cut(CLAIM, "none");
  await page.click("#reveal");
  await until(() => pair.tap.cuts > 0, "the claim is answered, and nobody hears it");
  assert.equal(pair.by(CLAIM), from);
  pair.to(to);
  pair.tap.heal();
  await reach(page, "shown");
  assert.equal(
    await page.locator("#secret-text").evaluate((/** @type {HTMLTextAreaElement} */ element) => element.value ?? element.textContent),
    "asked here, answered there",
  );
  assert.equal(pair.by(CLAIM), to);
  const sender = await stage.page();
  await visit(sender, receipt, "opened");
  assert.equal((await facts(sender)).opened.length, 1);
});

between("a lease is the same reader's at both, and ends for both", {}, async (_stage, pair, { from, to }) => {
  const [here, there] = [pair.at(from), pair.at(to)];
  for (let n = 0; n < 10 * scale; n += 1) {
    const sealed = await Sealed.store(n % 2 ? there : here);
    const first = await sealed.claim(here, nonce(1));
    const again = await sealed.claim(there, nonce(1));
    assert.deepEqual([first.status, again.status], [200, 200]);
    assert.equal(await first.text(), await again.text());
    assert.deepEqual(await tally([sealed.claim(here, nonce(2)), sealed.claim(there, nonce(3))]), { 410: 2 });
    assert.deepEqual(await tally([sealed.ack(there, nonce(1))]), { 204: 1 });
    assert.deepEqual(await tally([sealed.claim(here, nonce(1)), sealed.claim(there, nonce(1))]), { 410: 2 });
  }
});

between("whoever asks whom, each view is handed out once", {}, async (_stage, pair, { from, to }) => {
  const sites = [pair.at(from), pair.at(to)];
  for (const views of [1, 1, 1, 2, 5]) {
    const sealed = await Sealed.store(sites[views % 2], { views });
    const counts = await tally(Array.from({ length: 40 * scale }, (_, n) => sealed.claim(sites[n % 2])));
    assert.deepEqual(counts, { 200: views, 410: 40 * scale - views });
    const [one, two] = await Promise.all(sites.map((site) => sealed.lookup(site)));
    assert.deepEqual(one, two);
    assert.equal(one.opened_at.length, views);
  }
});

between(
  'a page whose files are gone says "reload", and nothing is lost',
  { statuses: [404], unusedPreload: true, unstyled: true },
  async (stage, pair, { from, to }) => {
    const { link, receipt } = await send(stage, { text: "still there" }, { site: pair });
    // The page came from the one, and its files are asked of the other.
    pair.to(({ url }) => (url.startsWith("/pkg/") ? to : from));
    const before = stage.apiCalls().length;
    const { page } = await stage.visitor();
    for (const url of [pair.url("/"), link, receipt]) {
      await page.goto("about:blank");
      await page.goto(url);
      // Without its first script a page waits a while before it says so.
      await page.evaluate(() => {
        for (const animation of document.getAnimations()) animation.finish();
      });
      await page.waitForFunction(() => /reload the page/.test(document.body.innerText));
      // Words for a sender, who has typed something, or for whoever has a link.
      await says(page, url.endsWith("/") ? /copy/i : /nothing has been opened/i);
      if (url.endsWith("/")) {
        await page.fill("#secret", stage.keep("typed in vain"));
        assert.ok(await page.isDisabled("#create"));
        assert.equal(await page.inputValue("#secret"), "typed in vain");
      }
      if (url === link) assert.ok(await page.isDisabled("#reveal"));
    }
    assert.equal(stage.apiCalls().length, before);

    pair.to(to);
    await page.goto("about:blank");
    await visit(page, link, "waiting");
    assert.equal(await reveal(page), "still there");
  },
);

between(
  "one that is told to stop finishes uploads and claims, and the other goes on",
  { patience: 120_000 },
  async (_stage, pair, { from, to }) => {
    const COUNT = 60 * scale;
    const waiting = await Promise.all(Array.from({ length: COUNT }, () => Sealed.store(pair.at(from), { size: 20_000 })));
    const coming = Array.from({ length: COUNT }, () => new Sealed());
    const delivered = new Map();
    const work = [];
    // Two readers for each secret, a sender for each of the others, all the way through the change.
    for (let n = 0; n < COUNT; n += 1) {
      if (n === Math.floor(COUNT / 2)) {
        pair.signal(from, "SIGTERM");
        pair.to(to);
      }
      for (const reader of [1, 2]) {
        work.push(
          insist(() => waiting[n].claim(pair, nonce(reader))).then(({ status }) => {
            assert.ok([200, 410].includes(status), `a claim was answered with ${status}`);
            if (status === 200) delivered.set(n, (delivered.get(n) ?? 0) + 1);
          }),
        );
      }
      const request = coming[n].request({ size: 20_000 });
      work.push(insist(() => post(pair, "secrets", request)).then(({ status }) => assert.equal(status, 201)));
      await pause(2);
    }
    await Promise.all(work);
    assert.equal(await pair.ended(from), 0);
    assert.deepEqual(new Set(pair.answers.map(({ by }) => by)), new Set(["old", "new"]));
    assert.equal(delivered.size, COUNT, "each was delivered");
    assert.deepEqual([...new Set(delivered.values())], [1], "and none twice");
    for (const one of coming) assert.deepEqual(await tally([one.claim(pair), one.claim(pair)]), { 200: 1, 410: 1 });
  },
);

between("an upload from a page is finished by the one that is told to stop", { patience: 120_000 }, async (stage, pair, { from, to }) => {
  const page = await stage.page();
  await visit(page, pair.url("/"), "editing");
  const text = stage.keep("slowly ".repeat(60_000));
  await paste(page, text);
  pair.tap.slow(200_000);
  await page.click("#create");
  await until(() => stage.apiCalls().some(({ method }) => method === "POST"), "the upload has begun");
  await pause(500);
  pair.signal(from, "SIGTERM");
  pair.to(to);
  const { link, receipt } = await made(stage, page);
  pair.tap.heal();
  assert.equal(pair.by(CREATE), from);
  assert.equal(await pair.ended(from), 0);
  assert.ok((await reveal(await look(stage, link))) === text);
  const sender = await stage.page();
  await visit(sender, receipt, "opened");
});
