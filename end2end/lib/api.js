// The API without a browser, for what takes many requests at once.

import { randomBytes } from "node:crypto";
import { sha256 } from "./links.js";

const text = (bytes) => Buffer.from(bytes).toString("base64url");

/** A secret that nobody can decrypt: the server cannot tell the difference. */
export class Sealed {
  #link = randomBytes(32);
  #access = randomBytes(32);
  owner = text(randomBytes(32));
  id = text(sha256(this.#link).subarray(0, 16));

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

  claim(site, nonce = text(randomBytes(16))) {
    return post(site, `open/${this.id}/claim`, { access: text(this.#access), nonce }, this.proof);
  }

  ack(site, nonce) {
    return post(site, `open/${this.id}/ack`, { access: text(this.#access), nonce }, this.proof);
  }

  get proof() {
    return { "ashlink-link": text(this.#link) };
  }

  async peek(site) {
    const response = await fetch(site.url(`/api/v1/open/${this.id}`), { headers: this.proof });
    return response.json();
  }
}

export function post(site, path, body, headers = {}) {
  return fetch(site.url(`/api/v1/${path}`), {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** How many of which status; `0` for requests that got no answer. */
export async function tally(requests) {
  const counts = {};
  for (const { status, value } of await Promise.allSettled(requests)) {
    const code = status === "fulfilled" ? value.status : 0;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}
