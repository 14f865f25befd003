// Links and what follows from them (docs/FORMAT.md), written again without the product's
// own code, so that the tests know every value that must stay in the browser.

import { createHash, createHmac } from "node:crypto";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** @param {string} text */
export function base58Decode(text) {
  let number = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) throw new Error("not Base58");
    number = number * 58n + BigInt(digit);
  }
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
  const zeros = text.length - text.replace(/^1+/, "").length;
  return Buffer.concat([Buffer.alloc(zeros), bytes]);
}

export const sha256 = (/** @type {Uint8Array} */ bytes) => createHash("sha256").update(bytes).digest();
const extract = (/** @type {string} */ salt, /** @type {Uint8Array} */ bytes) => createHmac("sha256", salt).update(bytes).digest();
// One block is enough: nothing here is longer than a hash.
const expand = (/** @type {Uint8Array} */ key, /** @type {string} */ label, /** @type {number} */ length) =>
  createHmac("sha256", key).update(`ashlink/v1 ${label}`).update(Buffer.of(1)).digest().subarray(0, length);

/** The text after the `#` of a link. */
export const fragmentOf = (/** @type {string} */ link) => link.slice(link.indexOf("#") + 1);

/**
 * What a share key is made of and leads to; without passphrase also how the secret is opened.
 *
 * @param {string} text
 */
export function readShareKey(text) {
  const bytes = base58Decode(text);
  const [profile, key] = [bytes[1], bytes.subarray(2, -4)];
  if (
    key.length !== 32 ||
    !sha256(sha256(bytes.subarray(0, -4)))
      .subarray(0, 4)
      .equals(bytes.subarray(-4))
  ) {
    throw new Error(`not a share key: ${text}`);
  }
  const prk = extract("ashlink/v1", key);
  const link = expand(prk, "link", 32);
  /** @type {Record<string, Buffer>} */
  const secrets = { key, prk, salt: expand(prk, "salt", 16) };
  /** @type {{ access?: Buffer }} */
  const open = {};
  if (profile === 0) {
    secrets.root = extract("ashlink/v1 root", Buffer.concat([prk, Buffer.of(profile)]));
    secrets.enc = expand(secrets.root, "enc", 32);
    open.access = expand(secrets.root, "access", 32);
  }
  return { profile, link, id: sha256(link).subarray(0, 16), ...open, secrets };
}
