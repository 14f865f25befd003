// Finds secrets in what a browser sent, in every form in which they could travel.

/** Shorter ones are in any text by chance. */
const SHORTEST = 8;
/** Long texts are looked for in pieces, so that a part of one is found too. */
const PIECE = 24;
const PIECES = 40;

/**
 * Forms of a secret: the name of each, and the secret in it, one byte a character.
 *
 * @typedef {[string, string][]} Forms
 */

/**
 * A text or bytes that must stay in the browser.
 *
 * @param {string | Uint8Array} secret
 */
export function secretForms(secret) {
  const bytes = Buffer.from(secret);
  if (bytes.length < SHORTEST) throw new Error(`a secret of ${bytes.length} bytes would be found everywhere`);
  if (typeof secret !== "string") return bytesForms(bytes);
  const characters = [...secret];
  if (characters.length <= 2 * PIECE) return textForms(secret);
  const step = Math.max(PIECE, Math.floor(characters.length / PIECES));
  /** @type {Forms} */
  const forms = [];
  for (let at = 0; at + PIECE <= characters.length; at += step) {
    forms.push(...textForms(characters.slice(at, at + PIECE).join("")));
  }
  return forms;
}

/** @param {string} text */
function textForms(text) {
  const forms = bytesForms(Buffer.from(text));
  const encoded = encodeURIComponent(text);
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = (/** @type {(hex: string) => string} */ digits) => json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${digits(hex16(unit))}`);
  const utf16 = Buffer.from(text, "utf16le");
  forms.push(
    ["percent", encoded],
    ["percent, lower case", lowerPercent(encoded)],
    ["path", encodeURI(text)],
    ["form", encoded.replaceAll("%20", "+")],
    ["JSON", latin1(json)],
    ["JSON, ASCII", ascii((digits) => digits)],
    ["JSON, ASCII, upper case", ascii((digits) => digits.toUpperCase())],
    ["UTF-16", utf16.toString("latin1")],
    ["UTF-16, big end first", Buffer.from(utf16).swap16().toString("latin1")],
  );
  return forms;
}

/** @param {Buffer} bytes */
function bytesForms(bytes) {
  const hex = bytes.toString("hex");
  const percent = hex.replace(/../g, "%$&");
  /** @type {Forms} */
  const forms = [
    ["raw", bytes.toString("latin1")],
    ["hex", hex],
    ["hex, upper case", hex.toUpperCase()],
    ["percent, every byte", percent],
    ["percent, every byte, upper case", percent.toUpperCase()],
    ["numbers", [...bytes].join(",")],
    ["numbers, spaced", [...bytes].join(", ")],
  ];
  for (const alignment of [0, 1, 2]) {
    const text = base64At(bytes, alignment);
    forms.push([`base64 at ${alignment}`, text]);
    forms.push([`base64url at ${alignment}`, text.replaceAll("+", "-").replaceAll("/", "_")]);
  }
  return forms;
}

/**
 * The characters that depend on nothing but these bytes when so many others stand before them.
 *
 * @param {Buffer} bytes
 * @param {number} alignment
 */
function base64At(bytes, alignment) {
  const text = Buffer.concat([Buffer.alloc(alignment), bytes]).toString("base64");
  return text.slice(Math.ceil((alignment * 8) / 6), Math.floor(((alignment + bytes.length) * 8) / 6));
}

const hex16 = (/** @type {string} */ unit) => unit.charCodeAt(0).toString(16).padStart(4, "0");
const lowerPercent = (/** @type {string} */ text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
const latin1 = (/** @type {string} */ text) => Buffer.from(text).toString("latin1");

/** Remembers secrets by name, and says which of them stand in a text, and how. */
export class LeakDetector {
  /** @type {Map<string, string>} */
  #forms = new Map();

  /**
   * @param {string} name
   * @param {string | Uint8Array} secret
   */
  add(name, secret) {
    for (const [form, needle] of secretForms(secret)) {
      if (!this.#forms.has(needle)) this.#forms.set(needle, `${name} as ${form}`);
    }
  }

  /** @param {string} haystack one byte a character */
  find(haystack) {
    const found = [...this.#forms].filter(([needle]) => haystack.includes(needle));
    return [...new Set(found.map(([, name]) => name))];
  }
}
