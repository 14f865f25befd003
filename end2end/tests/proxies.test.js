// Behind nginx and Caddy, as docs/examples sets them up: under a name of its own, and under a path.

import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { post, Sealed, tally } from "../lib/api.js";
import { ashlink } from "../lib/command.js";
import { facts, look, made, paste, reach, reveal, send, visit } from "../lib/pages.js";
import { until } from "../lib/process.js";
import { Caddy, Nginx } from "../lib/proxies.js";
import { scenario } from "../lib/scenario.js";
import { temporaryFolder } from "../lib/tools.js";

const MIB = 1024 * 1024;
const OWN = { on: ["own"] };

/** Caddy is in no older distribution: `cargo xtask test` says so where it has none. */
const PROXIES = { nginx: Nginx, ...(process.env.CADDY ? { Caddy } : {}) };

/**
 * A server with a proxy between it and the tap that visitors come through.
 *
 * @param {import("../lib/scenario.js").Stage} stage
 * @template {Nginx | Caddy} T
 * @param {{ start(server: number, settings: { path?: boolean, staff?: string }): Promise<T> }} ReverseProxy
 * @param {{ env?: Record<string, string>, prefix?: string, staff?: string }} options
 */
async function behind(stage, ReverseProxy, { env = {}, prefix = "", ...settings } = {}) {
  const site = await stage.start({ prefix, env: { ASHLINK_TRUSTED_PROXIES: "127.0.0.1", ...env } });
  const proxy = await stage.own(ReverseProxy.start(site.port, { path: prefix !== "", ...settings }));
  site.tap.target = proxy.port;
  return { site, proxy };
}

/** A request from an address of this machine's own; the answer's status. */
function from(localAddress, port, path, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, localAddress, method: "POST", path, headers, agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    });
    sent.on("error", reject).end(body);
  });
}

for (const [name, ReverseProxy] of Object.entries(PROXIES)) {
  for (const prefix of ["", "/ashlink"]) {
    const place = prefix ? "under a path" : "under a name of its own";

    scenario(`${name}, ${place}: links are made, opened, watched and destroyed`, OWN, async (stage) => {
      const { site } = await behind(stage, ReverseProxy, { prefix });
      const { link, receipt } = await send(stage, { text: "through a proxy", passphrase: "correct horse" });
      assert.ok(link.startsWith(`${site.base}/s#`), link);
      assert.equal(await reveal(await look(stage, link), "correct horse"), "through a proxy");
      const sender = await stage.page();
      await visit(sender, receipt, "opened");
      assert.equal((await facts(sender)).opened.length, 1);
      const second = await send(stage, { text: "to be destroyed" });
      await visit(sender, second.receipt, "waiting");
      await sender.click("#receipt-destroy");
      await sender.click("#destroy-confirm");
      await reach(sender, "destroyed");
      const response = await fetch(site.url("/"));
      assert.match(response.headers.get("content-security-policy") ?? "", /^default-src 'none'/);
      assert.equal(response.headers.get("cache-control"), "no-cache, no-transform");
      assert.equal((await fetch(site.url("/s"))).status, 200);
      if (prefix) assert.equal((await fetch(site.origin + prefix)).status, 200);
      const compared = await ashlink(site, ["verify"]);
      assert.equal(compared.code, 0, compared.text + compared.errors);
    });

    scenario(`${name}, ${place}: what the server takes comes through, and no more`, OWN, async (stage) => {
      const { site } = await behind(stage, ReverseProxy, { prefix });
      const largest = await Sealed.store(site, { size: MIB });
      const claimed = await largest.claim(site);
      assert.equal(claimed.status, 200);
      assert.equal(Buffer.from((await claimed.json()).envelope, "base64url").length, MIB);
      const refused = await post(site, "secrets", new Sealed().request({ size: MIB + 1 }));
      assert.equal(refused.status, 413);
      assert.equal((await refused.json()).error.code, "too_large", "the server's own words");

      const page = await stage.page();
      await visit(page, site.url("/"), "editing");
      const text = stage.keep("nearly all there is room for\n".repeat(33_000));
      // Chromium takes a second each time it lays out so many lines, and does so several times for a click.
      await page.locator("#secret").evaluate((field) => {
        field.style.display = "none";
      });
      await paste(page, text);
      await page.click("#create");
      const { link } = await made(stage, page);
      assert.ok((await reveal(await look(stage, link))) === text);
    });

    scenario(`${name}, ${place}: each client has its own limit, whatever it says of itself`, OWN, async (stage) => {
      const { proxy } = await behind(stage, ReverseProxy, { prefix, env: { ASHLINK_RATE_LIMIT: "on" } });
      const make = (address, claimed) => {
        const headers = { "content-type": "application/json", ...(claimed && { "x-forwarded-for": claimed, forwarded: `for=${claimed}` }) };
        return from(address, proxy.port, `${prefix}/api/v1/secrets`, headers, JSON.stringify(new Sealed().request()));
      };
      // Counts are by the minute, and all of this belongs into one.
      await until(() => new Date().getSeconds() < 50, "there is time left in this minute", 15_000);
      const statuses = [];
      for (let n = 0; n < 70; n += 1) statuses.push(await make("127.0.0.2", `203.0.113.${n}`));
      assert.ok(
        statuses.slice(0, 60).every((status) => status === 201),
        statuses.join(),
      );
      assert.ok(statuses.slice(65).includes(429), statuses.join());
      assert.equal(await make("127.0.0.3"), 201);
    });
  }
}

scenario("nginx: plain http leads to https, with the path", OWN, async (stage) => {
  const { proxy } = await behind(stage, Nginx);
  const { status, headers } = await fetch(`http://127.0.0.1:${proxy.plain}/s`, { redirect: "manual" });
  assert.deepEqual([status, headers.get("location")], [308, "https://secrets.example.com/s"]);
});

scenario("nginx: only staff make links, and anyone opens them", { ...OWN, statuses: [401] }, async (stage) => {
  const staff = join(temporaryFolder(), "htpasswd");
  writeFileSync(staff, "ada:{PLAIN}lovelace\n");
  chmodSync(staff, 0o644);
  const { site } = await behind(stage, Nginx, { staff });
  for (const path of ["/", "/?x=1", "/api/v1/secrets"]) {
    assert.equal((await fetch(site.url(path), { method: path.includes("api") ? "POST" : "GET" })).status, 401, path);
  }
  assert.deepEqual(await tally([post(site, "secrets", new Sealed().request())]), { 401: 1 });
  for (const path of ["/s", "/m", "/about", "/docs/api", "/favicon.svg", "/api/v1/config", "/readyz"]) {
    assert.equal((await fetch(site.url(path))).status, 200, path);
  }
  const page = await stage.page({ httpCredentials: { username: "ada", password: "lovelace" } });
  const { link, receipt } = await send(stage, { text: "made by staff" }, { page });
  assert.equal(await reveal(await look(stage, link)), "made by staff");
  const anyone = await stage.page();
  await visit(anyone, receipt, "opened");
});
