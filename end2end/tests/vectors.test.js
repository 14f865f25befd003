// The format's vectors, run by the product's own code in a real browser.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { sharedBrowser } from "../lib/scenario.js";
import { vectorsFolder } from "../lib/tools.js";

/** @type {Record<string, [string, () => string | Promise<Buffer>]>} */
const FILES = {
  "/": ["text/html", () => "<!doctype html><title>vectors</title>"],
  "/vectors.js": ["text/javascript", () => file("vectors.js")],
  "/vectors.wasm": ["application/wasm", () => file("vectors.wasm")],
};

async function file(name) {
  try {
    return await readFile(join(vectorsFolder(), name));
  } catch (error) {
    throw new Error(`no ${name}: ${error}. \`cargo xtask test\` builds it and sets ASHLINK_TEST_VECTORS`);
  }
}

const server = createServer(async (request, response) => {
  const [type, read] = FILES[request.url ?? ""] ?? [];
  if (!read) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": type }).end(await read());
});
after(() => server.close());

test("all vectors hold in a browser", { timeout: 120_000 }, async () => {
  await Promise.all(["vectors.js", "vectors.wasm"].map(file));
  await new Promise((/** @type {(value?: undefined) => void} */ resolve) => server.listen(0, "127.0.0.1", resolve));
  const page = await (await sharedBrowser()).newPage();
  await page.goto(`http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`);
  const report = await page.evaluate(async () => {
    const address = "/vectors.js";
    const vectors = await import(address);
    await vectors.default({ module_or_path: "/vectors.wasm" });
    return JSON.parse(vectors.run());
  });
  await page.context().close();
  assert.deepEqual(report.failures, []);
  assert.ok(report.cases > 400, `only ${report.cases} cases`);
});
