// The stack behind Caddy (docs/examples/caddy), with the certificate that Caddy makes by
// itself for `localhost`.

import assert from "node:assert/strict";
import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { before, test } from "node:test";
import { Sealed } from "../lib/api.js";
import { until } from "../lib/process.js";
import { container, docker, inspect, network } from "../lib/stack.js";

const port = async (name) => Number((await inspect("caddy")).NetworkSettings.Ports[name][0].HostPort);

let authority;
let https;

before(async () => {
  const id = await container("caddy");
  const read = () => docker("exec", id, "cat", "/data/caddy/pki/authorities/local/root.crt").catch(() => undefined);
  authority = await until(read, "Caddy has made its certificate", 30_000);
  https = await port("443/tcp");
  await until(
    () =>
      ask("/readyz").then(
        ({ status }) => status === 200,
        () => false,
      ),
    "Caddy serves",
    30_000,
  );
});

/** A request with a certificate that is checked. */
/**
 * @param {string} path
 * @param {{ method?: string, headers?: Record<string, string>, body?: string }} options
 */
function ask(path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", servername: "localhost", port: https, path, method, ca: authority };
    const sent = request({ ...options, headers: { host: "localhost", ...headers } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() }));
    });
    sent.on("error", reject).end(body);
  });
}

test("the page comes over TLS, with the server's own headers", async () => {
  const { status, headers, text } = await ask("/");
  assert.equal(status, 200);
  assert.match(headers["strict-transport-security"], /^max-age=\d{8}/);
  assert.match(headers["content-security-policy"], /^default-src 'none'/);
  assert.equal(headers["cache-control"], "no-cache, no-transform");
  assert.match(text, /https:\/\/localhost/);
});

test("plain http leads to TLS", async () => {
  const http = await port("80/tcp");
  const response = await new Promise((resolve, reject) => {
    plainRequest({ host: "127.0.0.1", port: http, path: "/s", headers: { host: "localhost" } }, resolve)
      .on("error", reject)
      .end();
  });
  assert.equal(response.statusCode, 308);
  assert.equal(response.headers.location, "https://localhost/s");
});

test("a secret is stored and handed out through it", async () => {
  const sealed = new Sealed();
  const headers = { "content-type": "application/json" };
  const stored = await ask("/api/v1/secrets", { method: "POST", headers, body: JSON.stringify(sealed.request()) });
  assert.equal(stored.status, 201);
  const found = await ask(`/api/v1/open/${sealed.id}`, { headers: sealed.proof });
  assert.equal(JSON.parse(found.text).state, "waiting");
});

test("Caddy is not in the store's network, and has one capability", async () => {
  const { HostConfig, NetworkSettings } = await inspect("caddy");
  assert.deepEqual(Object.keys(NetworkSettings.Networks), [(await network("web")).Name]);
  assert.equal(HostConfig.ReadonlyRootfs, true);
  assert.deepEqual(HostConfig.CapDrop, ["ALL"]);
  assert.deepEqual(
    HostConfig.CapAdd.map((name) => name.replace(/^CAP_/, "")),
    ["NET_BIND_SERVICE"],
  );
});
