// The page on another host than the API: a folder of `ashlink-server static`, served by nginx and Caddy as the
// command says.

import assert from "node:assert/strict";
import { post, Sealed, tally } from "../lib/api.js";
import { ashlink, finish } from "../lib/command.js";
import { facts, look, reach, reveal, send, visit } from "../lib/pages.js";
import { Caddy, Nginx } from "../lib/proxies.js";
import { scenario } from "../lib/scenario.js";
import { Tap } from "../lib/tap.js";
import { serverProgram, temporaryFolder } from "../lib/tools.js";

const OWN = { on: ["own"] };

/** Caddy is in no older distribution: `cargo xtask test` says so where it has none. */
const SERVERS = { nginx: Nginx, ...(process.env.CADDY ? { Caddy } : {}) };

/** The page's host, as far as a stage knows of one: a tap before a web server. */
class Client {
  /** @param {Tap} tap */
  constructor(tap) {
    this.tap = tap;
    // By another name than the API, so that the two are different sites for a browser.
    this.origin = `http://localhost:${tap.port}`;
  }

  url(path = "/") {
    return this.origin + path;
  }

  log() {
    return "";
  }

  turnPage() {
    this.tap.reset();
  }

  stop() {
    return this.tap.close();
  }
}

/**
 * An API, and a page on another host that calls it.
 *
 * @param {import("../lib/scenario.js").Stage} stage
 * @param {{ serve(page: string): Promise<Nginx | Caddy> }} WebServer
 * @param {{ env?: Record<string, string> }} options
 */
async function apart(stage, WebServer, { env = {} } = {}) {
  const client = await stage.own(new Client(await Tap.open()));
  const settings = { ...env, ASHLINK_CLIENT_ORIGIN: client.origin };
  const api = await stage.start({ env: settings });
  const folder = temporaryFolder();
  const written = await finish(serverProgram(), ["static", folder], { env: { ...settings, ASHLINK_PUBLIC_URL: api.base } });
  assert.deepEqual([written.code, written.errors], [0, ""]);
  const server = await stage.own(WebServer.serve(folder));
  client.tap.target = server.port;
  await stage.enter(client);
  return { api, client };
}

for (const [name, WebServer] of Object.entries(SERVERS)) {
  scenario(`${name}: a page elsewhere makes links to itself, opens, watches and destroys`, OWN, async (stage) => {
    const { api, client } = await apart(stage, WebServer);
    const { link, receipt } = await send(stage, { text: "from another host", passphrase: "correct horse" }, { site: client });
    for (const one of [link, receipt]) assert.ok(one.startsWith(`${client.origin}/`), one);
    assert.equal(await reveal(await look(stage, link), "correct horse"), "from another host");
    const sender = await stage.page();
    await visit(sender, receipt, "opened");
    assert.equal((await facts(sender)).opened.length, 1);
    const second = await send(stage, { text: "to be destroyed" }, { site: client });
    await visit(sender, second.receipt, "waiting");
    await sender.click("#receipt-destroy");
    await sender.click("#destroy-confirm");
    await reach(sender, "destroyed");
    const asked = (/** @type {Tap} */ tap) => tap.requests().map(({ path }) => path);
    assert.ok(asked(api.tap).length > 0 && asked(api.tap).every((path) => path.startsWith("/api/v1/")), asked(api.tap).join());
    assert.ok(!asked(client.tap).some((path) => path.startsWith("/api/")), asked(client.tap).join());
  });

  scenario(`${name}: every page and file has the headers that the server sends`, OWN, async (stage) => {
    const { api, client } = await apart(stage, WebServer);
    const { files, pages } = await (await fetch(api.url("/.well-known/ashlink/manifest.json"))).json();
    const paths = [...Object.keys(files), ...Object.keys(pages).filter((path) => path !== "404")];
    // Links that mail filters have changed lead to their pages, too.
    paths.push("nowhere/at/all", "s/", "s%23key", "m%2523key", "setup");
    for (const path of paths) {
      for (const encoding of ["gzip", "identity"]) {
        const get = (/** @type {{ url(path: string): string }} */ site) =>
          fetch(site.url(`/${path}`), { headers: { "accept-encoding": encoding }, redirect: "manual" });
        const [own, other] = [await get(api), await get(client)];
        const policy = own.headers.get("content-security-policy")?.replace("connect-src 'self'", `connect-src 'self' ${api.origin}`);
        const rows = (/** @type {Response} */ answer) =>
          Object.fromEntries(
            [...answer.headers].filter(([name]) => /^(content-(type|encoding|security-policy)|x-|referrer|cross-|perm|cache)/.test(name)),
          );
        assert.equal(other.status, own.status, path);
        assert.deepEqual(rows(other), { ...rows(own), "content-security-policy": policy }, path);
      }
    }
  });
}

scenario("only the page of that origin may call the API", OWN, async (stage) => {
  const { api, client } = await apart(stage, Nginx);
  for (const origin of [client.origin, "http://localhost", `${client.origin}.example.com`, "null"]) {
    const allowed = origin === client.origin;
    const headers = { origin, "access-control-request-method": "DELETE", "access-control-request-headers": "ashlink-owner" };
    const asked = await fetch(api.url("/api/v1/receipts/x"), { method: "OPTIONS", headers });
    assert.equal(asked.headers.get("access-control-allow-origin"), allowed ? client.origin : null, origin);
    assert.match(asked.headers.get("vary") ?? "", /\borigin\b/i);
    const made = post(api, "secrets", new Sealed().request(), { origin, "sec-fetch-site": "cross-site" });
    assert.deepEqual(await tally([made]), { [allowed ? 201 : 403]: 1 });
  }
});

scenario("a page elsewhere is that of its release, and calls the API that it should", OWN, async (stage) => {
  const { api, client } = await apart(stage, Nginx);
  const found = await ashlink(client, ["verify", "--api", api.base]);
  assert.equal(found.code, 0, found.text + found.errors);
  const other = await ashlink(client, ["verify", "--api", "https://api.example.com"]);
  assert.equal(other.code, 13);
  assert.ok(other.text.includes("the header content-security-policy is "));
});

scenario("the command line and the page elsewhere open each other's links", OWN, async (stage) => {
  const { api, client } = await apart(stage, Nginx);
  const { text: link } = await ashlink(api, ["send"], { input: stage.keep("from the command line") });
  assert.ok(link.startsWith(`${client.origin}/s#`), link);
  assert.equal(await reveal(await look(stage, stage.keepLink(link.trim()))), "from the command line");
  const made = await send(stage, { text: "from the page" }, { site: client });
  const opened = await ashlink(api, ["open"], { input: made.link });
  assert.deepEqual([opened.code, opened.text], [0, "from the page"]);
  const status = await ashlink(api, ["status", "--json"], { input: made.receipt });
  assert.equal(JSON.parse(status.text).state, "opened");
});
