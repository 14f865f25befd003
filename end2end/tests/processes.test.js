// Several server processes on one store, and a server that is told to stop.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { post, Sealed, tally } from "../lib/api.js";
import { Clock } from "../lib/clock.js";
import { facts, look, reach, reveal, says, send, visit } from "../lib/pages.js";
import { until } from "../lib/process.js";
import { scenario } from "../lib/scenario.js";
import { scale } from "../lib/tools.js";

const DAY = 86_400_000;
const CLAIMS = 50;
const CLAIM = /\/claim$/;

/** Two servers on one Redis; the second has a clock of its own. */
async function pair(stage, ahead) {
  const redis = await stage.redis();
  const env = { ASHLINK_STORE: redis.url };
  const clock = new Clock(ahead);
  return Promise.all([stage.start({ env }), stage.start({ env: { ...env, ...clock.env } })]);
}

const at = (site, link) => link.replace(/^http:\/\/[^/]+/, site.origin);

for (const [name, ahead] of Object.entries({ ahead: DAY, behind: -DAY })) {
  scenario(
    `a server whose clock is a day ${name} does no harm`,
    { on: ["own"], needs: "a second server, with a clock of its own" },
    async (stage) => {
      const [right, wrong] = await pair(stage, ahead);
      // The lifetimes are shorter than the clocks differ.
      const custom = { number: 1, unit: "hours" };
      const first = await send(stage, { text: "made by the right one", custom }, { site: right });
      assert.equal(await reveal(await look(stage, at(wrong, first.link))), "made by the right one");
      const second = await send(stage, { text: "made by the wrong one", custom }, { site: wrong });
      assert.equal(await reveal(await look(stage, at(right, second.link))), "made by the wrong one");

      // Both tell the same story of both.
      for (const { receipt } of [first, second]) {
        const stories = [];
        for (const site of [right, wrong]) {
          const page = await stage.page();
          await visit(page, at(site, receipt), "opened");
          stories.push(await facts(page));
        }
        assert.deepEqual(stories[0], stories[1]);
      }
      const late = await stage.page();
      await visit(late, at(wrong, first.link), "opened");
      await says(late, /It was opened .*(now|seconds? ago)/);
    },
  );
}

scenario(
  "of fifty claims at once, over two servers, one wins",
  { on: ["own"], needs: "a second server", statuses: [410] },
  async (stage) => {
    const sites = await pair(stage, DAY);
    const { link } = await send(stage, { text: "fifty hands, one secret" }, { site: sites[0] });
    const { page, context } = await stage.visitor();
    // The browser's own claim, caught on its way.
    let claim;
    await context.route(CLAIM, async (route) => {
      const request = route.request();
      claim = { path: new URL(request.url()).pathname, body: request.postData(), headers: await request.allHeaders() };
      await route.fulfill({ status: 200, contentType: "application/json", body: "{}" });
    });
    await visit(page, link, "waiting");
    await page.click("#reveal");
    await until(() => claim, "the browser claims");
    // Each in the name of another reader: the same one would get the same answer.
    const replay = (site) =>
      fetch(site.origin + claim.path, {
        method: "POST",
        headers: { "content-type": "application/json", "ashlink-link": claim.headers["ashlink-link"] },
        body: JSON.stringify({ ...JSON.parse(claim.body), nonce: randomBytes(16).toString("base64url") }),
      });
    const counts = await tally(Array.from({ length: CLAIMS * scale }, (_, n) => replay(sites[n % 2])));
    assert.deepEqual(counts, { 200: 1, 410: CLAIMS * scale - 1 });

    // The page tries again by itself, and comes too late.
    await context.unroute(CLAIM);
    await reach(page, "opened");
  },
);

scenario("no more views are handed out than there are", { on: ["own"], needs: "a second server" }, async (stage) => {
  const sites = await pair(stage, DAY);
  for (const views of [1, 2, 7, 49]) {
    const sealed = await Sealed.store(sites[0], { views });
    const counts = await tally(Array.from({ length: CLAIMS }, (_, n) => sealed.claim(sites[n % 2])));
    assert.deepEqual(counts, { 200: views, 410: CLAIMS - views });
    assert.equal((await sealed.lookup(sites[1])).opened_at.length, views);
  }
});

scenario("a server that is told to stop finishes what it began", { on: ["own"], needs: "a second server" }, async (stage) => {
  const redis = await stage.redis();
  const env = { ASHLINK_STORE: redis.url };
  const [stopping, staying] = await Promise.all([stage.start({ env }), stage.start({ env })]);
  const sealed = await Promise.all(Array.from({ length: 200 }, () => Sealed.store(staying, { size: 20_000 })));

  const claims = sealed.map((one) => one.claim(stopping));
  await Promise.race(claims);
  stopping.signal("SIGTERM");
  const counts = await tally(claims);
  assert.equal(await stopping.ended, 0);
  assert.ok(counts[200] > 0, JSON.stringify(counts));
  assert.deepEqual(
    Object.keys(counts).filter((status) => !["200", "0"].includes(status)),
    [],
    JSON.stringify(counts),
  );

  // Whatever was taken from the store was handed out.
  const states = await Promise.all(sealed.map(async (one) => (await one.lookup(staying)).state));
  assert.equal(states.filter((state) => state === "opened").length, counts[200]);
  assert.equal(states.filter((state) => state === "waiting").length, counts[0] ?? 0);
});

scenario("a server that stops takes no new requests, and ends", { on: ["own"] }, async (stage) => {
  const site = await stage.start();
  await Sealed.store(site);
  site.signal("SIGTERM");
  assert.equal(await site.ended, 0);
  await until(
    () =>
      post(site, "secrets", new Sealed().request()).then(
        () => false,
        () => true,
      ),
    "nobody answers",
  );
});

scenario("pages of other sites can change nothing", {}, async ({ site }) => {
  const sealed = new Sealed();
  for (const from of ["cross-site", "same-site"]) {
    const response = await post(site, "secrets", sealed.request(), { "sec-fetch-site": from });
    assert.equal(response.status, 403);
  }
  assert.equal((await sealed.lookup(site)).error.code, "unknown");
});
