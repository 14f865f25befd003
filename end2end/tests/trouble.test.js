// Servers that are down, full, or gone in the middle of an answer.

import assert from "node:assert/strict";
import { fillIn, look, made, paste, problem, reach, reveal, says, send, shownText, visit } from "../lib/pages.js";
import { pause } from "../lib/process.js";
import { scenario } from "../lib/scenario.js";

const DOWN = ["ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED"];
/** What the network lost is lost. */
const STRICT = { ASHLINK_LEASE: "0" };
const BROKEN_OFF = [...DOWN, "ERR_CONTENT_LENGTH_MISMATCH", "ERR_CONNECTION_CLOSED"];

/** A server whose secrets survive its own end. */
async function lasting(stage) {
  const redis = await stage.redis();
  return stage.start({ env: { ASHLINK_STORE: redis.url } });
}

scenario("a server that is down loses nothing that was typed", { on: ["own"], network: DOWN }, async (stage) => {
  const site = await stage.start();
  const page = await stage.page();
  await visit(page, site.url("/"), "editing");
  const draft = { text: stage.keep("typed with care"), passphrase: stage.keep("and protected", "the passphrase"), views: 4 };
  await fillIn(page, { ...draft, custom: { number: 5, unit: "days" } });
  await site.down();
  await page.click("#create");
  await problem(page);
  await says(page, /could not be reached/, /still here/);
  assert.equal(await page.inputValue("#secret"), draft.text);
  assert.equal(await page.inputValue("#passphrase"), draft.passphrase);
  assert.equal(await page.inputValue("#views"), "4");
  assert.equal(await page.inputValue("#custom-number"), "5");
  assert.equal(await page.inputValue("#custom-unit"), "days");
  assert.match(await page.innerText("#create"), /Try again/);

  await site.up();
  await page.click("#create");
  const { link } = await made(stage, page);
  assert.match(await page.innerText("#fate"), /4 times/);
  assert.equal(await reveal(await look(stage, link), draft.passphrase), draft.text);
});

scenario("a server that cannot be asked, and then can", { on: ["own"], network: DOWN }, async (stage) => {
  const site = await lasting(stage);
  const { link, receipt } = await send(stage, { text: "after the outage" });
  const pages = await Promise.all([stage.page(), stage.page()]);
  // Loaded, and opened again in the same tab when the server is away.
  await visit(pages[0], site.url("/s"), "missing");
  await visit(pages[1], site.url("/m"), "missing");
  await site.down();
  for (const [page, url] of /** @type {const} */ ([
    [pages[0], link],
    [pages[1], receipt],
  ])) {
    await page.fill("#paste", url);
    await page.click("#paste-button");
    await reach(page, "unasked");
    await says(page, /no connection to the server/);
  }
  await site.up();
  for (const page of pages) {
    await page.click("#notice-button");
    await reach(page, "waiting");
  }
  assert.equal(await reveal(pages[0]), "after the outage");
});

scenario("a server that goes away before the click spends nothing", { on: ["own"], network: DOWN }, async (stage) => {
  const site = await lasting(stage);
  const { link } = await send(stage, { text: "clicked at the wrong time" });
  const page = await look(stage, link);
  await site.down();
  await page.click("#reveal");
  await problem(page);
  await says(page, /connection broke/);
  assert.equal(await page.locator("#secret-text").count(), 0);
  // The key is still needed.
  assert.equal(page.url(), link);
  await site.up();
  // It tries again by itself.
  await reach(page, "shown");
  assert.equal(await shownText(page), "clicked at the wrong time");
});

for (const [reply, when] of /** @type {const} */ ([
  ["none", "before any answer"],
  ["headers", "in the middle of the answer"],
])) {
  scenario(
    `without a lease, a connection that breaks ${when} leaves nobody in the dark`,
    { on: ["own"], needs: "a server without a lease", network: BROKEN_OFF, statuses: [410] },
    async (stage) => {
      const site = await stage.start({ env: STRICT });
      const { link } = await send(stage, { text: "lost on the way" });
      const page = await look(stage, link);
      await says(page, /once and never again/, /it comes only once/);
      site.tap.cut(/^POST \S+\/claim /, reply);
      await page.click("#reveal");
      await reach(page, "doubtful");
      assert.ok(site.tap.cuts >= 1);
      await says(page, /Nobody here can say/);
      assert.equal(page.url(), link);

      site.tap.heal();
      await page.click("#notice-button");
      await reach(page, "opened");
      await says(page, /has been opened/, /when you clicked/);
    },
  );
}

scenario(
  "a browser that repeats a request by itself accuses nobody",
  { on: ["own"], needs: "a server without a lease", network: BROKEN_OFF, statuses: [410] },
  async (stage) => {
    const site = await stage.start({ env: STRICT });
    const { link } = await send(stage, { text: "lost on the way" });
    const page = await look(stage, link);
    // Chromium sends again, whatever the method, when a connection that it has kept is closed
    // without an answer. The repetition finds the secret opened: by this very click.
    site.tap.cut(/^POST \S+\/claim /, "none", 1);
    await page.click("#reveal");
    if ((await reach(page, "doubtful", "opened")) === "doubtful") {
      await page.click("#notice-button");
      await reach(page, "opened");
    }
    assert.equal(site.tap.cuts, 1);
    await says(page, /when you clicked/);
  },
);

scenario(
  "without a lease, a claim that was lost once may be repeated when views are left",
  { on: ["own"], needs: "a server without a lease", network: BROKEN_OFF },
  async (stage) => {
    const site = await stage.start({ env: STRICT });
    const { link } = await send(stage, { text: "two chances", views: 2 });
    const page = await look(stage, link);
    site.tap.cut(/^POST \S+\/claim /, "headers");
    await page.click("#reveal");
    await reach(page, "doubtful");
    site.tap.heal();
    await page.click("#notice-button");
    await reach(page, "waiting");
    await says(page, /opened once/);
    assert.equal(await reveal(page), "two chances");
  },
);

/** Whoever sends us elsewhere is not the server that the link is for. */
const elsewhere = (site) =>
  `HTTP/1.1 307 Temporary Redirect\r\nlocation: ${site.url("/api/v1/config")}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;

scenario(
  "a redirect is no answer: nothing is taken for stored or opened",
  { on: ["own"], network: ["ERR_FAILED"], statuses: [405] },
  async (stage) => {
    const site = await stage.start();
    const { link } = await send(stage, { text: "only from there" });
    const page = await stage.page();
    await visit(page, site.url("/"), "editing");
    await page.fill("#secret", stage.keep("goes astray"));
    site.tap.instead(/^POST \S+\/secrets /, elsewhere(site));
    await page.click("#create");
    await problem(page);
    await says(page, /could not be reached/, /still here/);
    site.tap.heal();

    const reader = await look(stage, link);
    site.tap.instead(/^POST \S+\/claim /, elsewhere(site));
    await reader.click("#reveal");
    await problem(reader);
    await says(reader, /connection broke/);
    site.tap.heal();
    await reach(reader, "shown");
    assert.equal(await shownText(reader), "only from there");
  },
);

/** A page whose worker waits for this many milliseconds of silence, and no longer. */
async function impatient(stage, patience) {
  const page = await stage.page();
  let set = 0;
  await page.route(/\/worker\.[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/30_?000|3e4/g, () => {
      set += 1;
      return patience;
    });
    await route.fulfill({ response, body });
  });
  return { page, wasSet: () => assert.ok(set > 0, "the worker's patience was not found") };
}

scenario("a slow line may take its time, and silence is not waited for", { on: ["own"], network: ["ERR_ABORTED"] }, async (stage) => {
  const site = await stage.start();
  const text = "slowly ".repeat(60_000);
  const { link } = await send(stage, { text: "never arrives" });
  const { page, wasSet } = await impatient(stage, 1_500);
  await visit(page, site.url("/"), "editing");
  wasSet();
  await paste(page, stage.keep(text));
  await page.click("#create");
  const { link: long } = await made(stage, page);
  await visit(page, long, "waiting");
  // It takes longer than the worker would wait in silence.
  site.tap.slow(150_000);
  assert.ok((await reveal(page)) === text);
  site.tap.heal();

  await visit(page, link, "waiting");
  site.tap.slow(0);
  await page.click("#reveal");
  await problem(page);
  await says(page, /connection broke/);
});

scenario(
  "a line that is too slow is told as that, and keeps what was typed",
  { on: ["own"], statuses: [408], network: DOWN },
  async (stage) => {
    const site = await stage.start();
    const text = stage.keep("slowly ".repeat(60_000));
    const { page, wasSet } = await impatient(stage, 1_500);
    const POST = /^POST \S+\/secrets /;
    const answer = (type, body) =>
      `HTTP/1.1 408 Request Timeout\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
    const sends = async () => {
      await page.goto("about:blank");
      await visit(page, site.url("/"), "editing");
      wasSet();
      await paste(page, text);
      await page.click("#create");
    };
    const isTold = async () => {
      await problem(page);
      await says(page, /too slow for so much at once/, /still here/, /send less/);
      assert.ok((await page.inputValue("#secret")) === text);
    };
    // The server's own word for it, and a proxy's.
    for (const words of [
      answer("application/json", '{"error":{"code":"request_timeout","message":""}}'),
      answer("text/html", "<h1>Request Timeout</h1>"),
    ]) {
      site.tap.instead(POST, words);
      await sends();
      await isTold();
      site.tap.heal();
    }
    // No word at all: after more time than the server waits for a body, the connection ends.
    site.tap.instead(POST);
    await sends();
    await reach(page, "storing");
    await pause(2_000);
    await site.down();
    await isTold();
    await site.up();
    site.tap.heal();

    // What ends at once was no matter of the line.
    await page.goto("about:blank");
    await visit(page, site.url("/"), "editing");
    await paste(page, text);
    await site.down();
    await page.click("#create");
    await problem(page);
    await says(page, /could not be reached/);
    await site.up();
    await page.click("#create");
    await made(stage, page);
  },
);

scenario(
  "a full server says so, and keeps what was typed",
  { on: ["own"], needs: "a store with a small budget", statuses: [507] },
  async (stage) => {
    const site = await stage.start({ env: { ASHLINK_STORE_BUDGET: "16KiB" } });
    const page = await stage.page();
    await visit(page, site.url("/"), "editing");
    const text = stage.keep("x7".repeat(15_000));
    await paste(page, text);
    await page.click("#create");
    await problem(page);
    await says(page, /no room left/, /still here/);
    assert.ok((await page.inputValue("#secret")) === text);
    // Something smaller still fits.
    await page.fill("#secret", stage.keep("much shorter"));
    await page.click("#create");
    const { link } = await made(stage, page);
    assert.equal(await reveal(await look(stage, link)), "much shorter");
  },
);

scenario(
  "a store that is away is said in words, spends nothing, and may come back",
  { on: ["own"], needs: "a store that keeps what it held", statuses: [503] },
  async (stage) => {
    // Kept in a file, so that it comes back with what it held.
    const redis = await stage.redis({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
    const site = await stage.start({ env: { ASHLINK_STORE: redis.url } });
    const { link } = await send(stage, { text: "the store went away" });
    const other = await send(stage, { text: "to be destroyed later" });
    const page = await look(stage, link);
    const late = await stage.page();
    await visit(late, site.url("/s"), "missing");
    const receipt = await stage.page();
    await visit(receipt, other.receipt, "waiting");
    const sender = await stage.page();
    await visit(sender, site.url("/"), "editing");
    await sender.fill("#secret", stage.keep("not yet stored"));
    await redis.down();

    await page.click("#reveal");
    await problem(page);
    await says(page, /busy or being repaired/, /Nothing was spent/);
    assert.equal(page.url(), link);
    await sender.click("#create");
    await problem(sender);
    await says(sender, /busy or being repaired/, /still here/);
    assert.equal(await sender.inputValue("#secret"), "not yet stored");
    await late.fill("#paste", link);
    await late.click("#paste-button");
    await reach(late, "unasked");
    await says(late, /busy or being repaired/, /Nothing has been opened/);
    await receipt.click("#receipt-destroy");
    await receipt.click("#destroy-confirm");
    await problem(receipt);
    await says(receipt, /could not be destroyed just now/, /still there/);

    await redis.up();
    const tryAgain = async (place, button, ...states) => {
      await place.click(button);
      await reach(place, ...states);
    };
    await tryAgain(late, "#notice-button", "waiting");
    assert.equal(await reveal(page), "the store went away");
    await sender.click("#create");
    const { link: second } = await made(stage, sender);
    assert.equal(await reveal(await look(stage, second)), "not yet stored");
    await receipt.click("#receipt-destroy");
    await tryAgain(receipt, "#destroy-confirm", "destroyed");
  },
);
