// What every answer carries, as the release server really sends it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readAssets } from "../lib/assets.js";
import { scenario } from "../lib/scenario.js";

/** One answer of every kind. */
const KINDS = {
  "/": 200,
  "/s": 200,
  "/m": 200,
  "/about": 200,
  "/docs/api": 200,
  "/nowhere": 404,
  "/api/v1/config": 200,
  "/api/v1/nothing": 404,
  "/api/openapi.json": 200,
  "/healthz": 200,
  "/readyz": 200,
  "/favicon.svg": 200,
  "/robots.txt": 200,
  "/pkg/nothing.js": 404,
};

const FIXED = {
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; " +
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'; trusted-types default",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
};

/** What a browser may keep, and asks for each time whether it is still the same. */
const PAGES = ["/", "/s", "/m", "/about", "/docs/api"];

function assertHeaders(response, path) {
  const header = (name) => response.headers.get(name);
  for (const [name, value] of Object.entries(FIXED)) assert.equal(header(name), value, `${path}: ${name}`);
  assert.match(header("permissions-policy"), /clipboard-write=\(self\)/);
  // Sharing is allowed by being left out: Chromium on Linux complains of the name.
  assert.doesNotMatch(header("permissions-policy"), /web-share=\(\)/);
  assert.match(header("permissions-policy"), /camera=\(\)/);
  assert.equal(header("x-robots-tag"), path === "/" ? null : "noindex", path);
  assert.equal(header("strict-transport-security"), null);
  for (const talkative of ["server", "x-powered-by", "set-cookie", "access-control-allow-origin"]) {
    assert.equal(header(talkative), null, `${path}: ${talkative}`);
  }
}

scenario("every kind of answer carries every header", { on: ["memory", "prefix"] }, async ({ site }) => {
  for (const [path, status] of Object.entries(KINDS)) {
    for (const method of ["GET", "HEAD"]) {
      const response = await fetch(site.url(path), { method });
      assert.equal(response.status, status, `${method} ${path}`);
      assertHeaders(response, path);
      const lasting = ["/favicon.svg", "/robots.txt"].includes(path);
      const kept = PAGES.includes(path) ? "no-cache, no-transform" : "no-store, no-transform";
      if (!lasting) assert.equal(response.headers.get("cache-control"), kept, path);
      await response.arrayBuffer();
    }
  }
  const posted = await fetch(site.url("/api/v1/secrets"), { method: "POST", body: "{}" });
  assert.equal(posted.status, 415);
  assertHeaders(posted, "/api/v1/secrets");
});

scenario("a page starts its own scripts alone, by their bytes", { on: ["memory", "prefix"] }, async ({ site }) => {
  const policies = new Set();
  for (const path of [...PAGES, "/nowhere"]) {
    const response = await fetch(site.url(path));
    const policy = response.headers.get("content-security-policy") ?? "";
    policies.add(policy);
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
    const html = await response.text();
    // Nothing runs within a page, nor from an attribute.
    assert.doesNotMatch(html, /<script(?![^>]* src=)|\son\w+\s*=|javascript:|<style|\sstyle=/i);
    const named = [...html.matchAll(/<(?:script|link rel="modulepreload")[^>]*>/g)].map(([tag]) => tag);
    assert.equal(named.length, ["/", "/s", "/m"].includes(path) ? 2 : 0, path);
    for (const tag of named) {
      const file = await fetch(new URL(tag.match(/ (?:src|href)="([^"]+)"/)?.[1] ?? "", site.url("/")));
      const hash = createHash("sha256")
        .update(Buffer.from(await file.arrayBuffer()))
        .digest("base64");
      assert.ok(tag.includes(` integrity="sha256-${hash}"`), tag);
    }
  }
  assert.equal(policies.size, 1);
});

scenario("who has a page is not sent it again", { on: ["memory", "prefix"] }, async ({ site }) => {
  for (const path of PAGES) {
    const tag = (await fetch(site.url(path))).headers.get("etag") ?? "";
    assert.match(tag, /^"[\w-]+"$/, path);
    const again = await fetch(site.url(path), { headers: { "if-none-match": tag } });
    assert.equal(again.status, 304, path);
    assertHeaders(again, path);
    assert.equal(await again.text(), "");
  }
});

scenario("pages are the same for every link, and for everyone", {}, async ({ site }) => {
  const page = async (path, headers) => {
    const response = await fetch(site.url(path), { headers });
    return response.text();
  };
  for (const path of ["/", "/s", "/m"]) {
    const usual = await page(path);
    assert.equal(await page(`${path}?id=${"x".repeat(22)}&a=<b>`), usual);
    const headers = { host: "evil.example", "x-forwarded-host": "evil.example", "accept-language": "de", "user-agent": "Slackbot" };
    assert.equal(await page(path, headers), usual);
    assert.ok(!usual.includes("evil.example"));
  }
  // Previews say the same neutral words for all of them, and the title of a tab no more than the address does.
  const all = (pattern) => Promise.all(["/", "/s", "/m"].map(async (path) => (await page(path)).match(pattern)?.[1]));
  assert.deepEqual(new Set(await all(/"og:title" content="(.*?)"/)), new Set(["Ashlink"]));
  assert.deepEqual(await all(/<title>(.*?)<\/title>/), ["Create a secret – Ashlink", "Open a secret – Ashlink", "Receipt – Ashlink"]);
});

scenario("files are kept for good, compressed, and typed", { on: ["memory", "prefix"] }, async ({ site }) => {
  const assets = await readAssets(site);
  const types = { js: "text/javascript; charset=utf-8", wasm: "application/wasm", css: "text/css; charset=utf-8" };
  const names = assets.map(({ name }) => name);
  for (const wanted of ["boot.js", "create.js", "create.wasm", "style.css", "worker.js", "worker_glue.js", "worker.wasm"]) {
    assert.ok(names.includes(wanted), `${wanted} in ${names}`);
  }
  for (const { path, name, plain } of assets) {
    for (const [accept, encoding] of [
      ["br", "br"],
      ["gzip, deflate, br", "br"],
      ["gzip", "gzip"],
      ["identity", null],
    ]) {
      const response = await fetch(site.url(path), { headers: { "accept-encoding": String(accept) } });
      assert.equal(response.status, 200);
      assertHeaders(response, path);
      assert.equal(response.headers.get("content-encoding"), encoding, `${path}, ${accept}`);
      assert.equal(response.headers.get("content-type"), types[name.split(".").at(-1)], path);
      assert.equal(response.headers.get("cache-control"), "public, max-age=31536000, immutable, no-transform", path);
      assert.match(response.headers.get("vary") ?? "", /accept-encoding/i, path);
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), plain, `${path}, ${accept}`);
    }
  }
});

scenario("pages are compressed, and nothing else that is made for one visitor", { on: ["memory", "prefix"] }, async ({ site }) => {
  const ask = async (path, accept, method = "GET") => {
    const response = await fetch(site.url(path), { method, headers: { "accept-encoding": accept } });
    return { headers: response.headers, html: await response.text() };
  };
  for (const path of ["/", "/s", "/m", "/docs/api", "/nowhere"]) {
    const plain = await ask(path, "identity");
    for (const [accept, encoding] of [
      ["br", "br"],
      ["gzip, deflate, br, zstd", "br"],
      ["gzip", "gzip"],
      ["br;q=0, gzip", "gzip"],
      ["zstd", null],
    ]) {
      const { headers, html } = await ask(path, accept);
      assert.equal(headers.get("content-encoding"), encoding, `${path}, ${accept}`);
      assert.match(headers.get("vary") ?? "", /accept-encoding/i, path);
      assert.equal(html, plain.html, `${path}, ${accept}`);
      const asked = await ask(path, accept, "HEAD");
      for (const name of ["content-encoding", "content-type", "vary"])
        assert.equal(asked.headers.get(name), headers.get(name), `HEAD ${path}: ${name}`);
      const [head, got] = [asked, { headers }].map(({ headers }) => Number(headers.get("content-length")));
      assert.ok(head === got && got > 0, `HEAD ${path}, ${accept}: ${head}, not ${got}`);
      assert.ok(encoding === null || got < plain.html.length * 0.6, `${path}, ${accept}: ${got}`);
    }
  }
  for (const path of ["/api/v1/config", "/api/v1/nothing", "/healthz", "/readyz"]) {
    assert.equal((await ask(path, "gzip, br")).headers.get("content-encoding"), null, path);
  }
});

scenario(
  "under a path it works behind proxies that strip the path, and those that do not",
  { on: ["prefix"], needs: "a public URL with a path" },
  async ({ site }) => {
    for (const path of ["/", "/s", "/m", "/api/v1/config", "/healthz"]) {
      const [whole, stripped] = await Promise.all([site.base, site.origin].map((base) => fetch(base + path)));
      assert.equal(whole.status, 200, path);
      assert.equal(stripped.status, 200, path);
      assert.equal(whole.headers.get("x-robots-tag"), stripped.headers.get("x-robots-tag"), path);
      assert.equal(await stripped.text(), await whole.text(), path);
    }
    // Everything that a page asks for is under the path, or a proxy would not pass it on.
    const html = await (await fetch(site.url("/s"))).text();
    const prefix = site.base.slice(site.origin.length);
    for (const [, address] of html.matchAll(/(?:href|src|data-(?:js|wasm|worker|base))="?(\/[^"\s>]*)/g)) {
      assert.ok(address.startsWith(prefix), address);
    }
    assert.equal((await fetch(`${site.base}es/s`)).status, 404);
  },
);

scenario("an https address asks browsers to stay with https", { on: ["own"], needs: "an https public URL" }, async (stage) => {
  const site = await stage.start({ env: { ASHLINK_PUBLIC_URL: "https://secrets.example.com" } });
  for (const path of ["/", "/s", "/api/v1/config", "/nowhere"]) {
    const response = await fetch(site.url(path));
    assert.match(response.headers.get("strict-transport-security") ?? "", /^max-age=\d{8}/);
  }
  assert.match(await (await fetch(site.url("/"))).text(), /https:\/\/secrets\.example\.com/);
});
