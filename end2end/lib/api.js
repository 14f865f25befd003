// The API without a browser, for what takes many requests at once.

/**
 * A server, by the address of each of its paths.
 *
 * @typedef {{ url(path?: string): string }} Place
 */

import { randomBytes } from "node:crypto";
import { sha256 } from "./links.js";

const text = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString("base64url");

/** A secret that nobody can decrypt: the server cannot tell the difference. */
export class Sealed {
  #link = randomBytes(32);
  #access = randomBytes(32);
  owner = text(randomBytes(32));
  id = text(sha256(this.#link).subarray(0, 16));

  /**
   * @param {Place} site
   * @param {Parameters<Sealed["request"]>[0]} [settings]
   */
  static async store(site, settings) {
    const sealed = new Sealed();
    const response = await post(site, "secrets", sealed.request(settings));
    if (response.status !== 201) throw new Error(`not stored: ${response.status}`);
    return sealed;
  }

  request({ views = 1, expiresIn = 3600, size = 300 } = {}) {
    return {
      id: this.id,
      access_verifier: text(sha256(this.#access)),
      owner_verifier: text(sha256(Buffer.from(this.owner, "base64url"))),
      envelope: text(randomBytes(size)),
      expires_in: expiresIn,
      max_views: views,
    };
  }

  /** @param {Place} site */
  claim(site, nonce = text(randomBytes(16))) {
    return post(site, `open/${this.id}/claim`, { access: text(this.#access), nonce }, this.proof);
  }

  /**
   * @param {Place} site
   * @param {string} nonce
   */
  ack(site, nonce) {
    return post(site, `open/${this.id}/ack`, { access: text(this.#access), nonce }, this.proof);
  }

  get proof() {
    return { "ashlink-link": text(this.#link) };
  }

  /** @param {Place} site */
  async lookup(site) {
    const response = await fetch(site.url(`/api/v1/open/${this.id}`), { headers: this.proof });
    return response.json();
  }
}

/**
 * @param {Place} site
 * @param {string} path
 * @param {unknown} body
 * @param {Record<string, string>} headers
 */
export function post(site, path, body, headers = {}) {
  return fetch(site.url(`/api/v1/${path}`), {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/**
 * How many of which status; `0` for requests that got no answer.
 *
 * @param {Promise<Response>[]} requests
 */
export async function tally(requests) {
  /** @type {Record<number, number>} */
  const counts = {};
  for (const request of await Promise.allSettled(requests)) {
    const code = request.status === "fulfilled" ? request.value.status : 0;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}
