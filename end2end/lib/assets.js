// The page's own files, found as a browser finds them.

import { get } from "node:http";

/**
 * Every hashed file that the create page or that of a link leads to: name, path, length as sent with brotli, plain bytes.
 *
 * @param {{ origin: string, base: string, url(path?: string): string }} site
 */
export async function readAssets(site) {
  const pages = await Promise.all(["/", "/s"].map(async (path) => (await fetch(site.url(path))).text()));
  const found = new Map();
  const prefix = site.base.slice(site.origin.length);
  const queue = [...pages.join("").matchAll(/"([^"]*\/pkg\/[^"]+)"/g)].map(([, path]) => path.slice(prefix.length));
  for (let path = queue.pop(); path; path = queue.pop()) {
    if (found.has(path)) continue;
    const plain = Buffer.from(await (await fetch(site.url(path))).arrayBuffer());
    const name = path.slice("/pkg/".length).replace(/\.[0-9a-z_-]{6,}(?=\.)/i, "");
    found.set(path, { name, path, plain, sent: await lengthSent(site.url(path)) });
    // The worker names its own files.
    if (name === "worker.js") {
      queue.push(...[...plain.toString().matchAll(/["']\.\/([\w.-]+)["']/g)].map(([, file]) => `/pkg/${file}`));
    }
  }
  return [...found.values()];
}

/**
 * The length of the body on the wire; `fetch` would decompress it.
 *
 * @param {string} url
 * @returns {Promise<number>}
 */
function lengthSent(url) {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { "accept-encoding": "br" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => (bytes += chunk.length));
      response.on("end", () => resolve(bytes));
    });
    request.on("error", reject);
  });
}
