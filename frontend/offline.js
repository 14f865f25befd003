// What ashlink-offline.html does: the crypto worker's own module opens an envelope, and no server is asked. The
// module's glue stands before this in the file, and names the functions that are used here.

/** @param {string} id */
const element = (id) => document.getElementById(id);
/** @param {"link" | "envelope" | "passphrase"} id */
const field = (id) => /** @type {HTMLInputElement} */ (element(`offline-${id}`));

// Places in the lists of core/src/message.rs, where a test holds these numbers.
const LOOKUP = 2;
const REVEAL = 3;
const REVEALED = 4;
/** @type {Record<number, string>} */
const FAULTS = {
  0: "The link is damaged. Paste all of it, as it was sent.",
  1: "This is a receipt link. The share link opens the secret.",
  9: "The envelope cannot be read. Paste all of the file.",
  10: "This device has too little free memory for the passphrase.",
  11: "The passphrase is too long.",
  12: "This link needs its passphrase.",
  14: "It does not open. The passphrase is wrong, or the envelope belongs to another link.",
};

/**
 * A request: its number, and a text after its length.
 *
 * @param {number} number
 * @param {string} text
 */
function request(number, text) {
  const bytes = new TextEncoder().encode(text);
  const message = new Uint8Array(5 + bytes.length);
  message[0] = number;
  new DataView(message.buffer).setUint32(1, bytes.length, true);
  message.set(bytes, 5);
  return handle(message);
}

// The names of the types of fields, in the order of core/src/message.rs; a type after them brings its own.
const HIDDEN = [2, 4, 6];
const TYPES = ["Text", "User name", "Password", "Address", "One-time code (otpauth)", "Note", "SSH private key"];

/**
 * The items of a reply with a secret: texts, with a label where they are fields, and files with a name.
 *
 * @param {Uint8Array<ArrayBuffer>} reply
 */
function* items(reply) {
  let at = 1;
  const number = () => {
    at += 4;
    return new DataView(reply.buffer, reply.byteOffset).getUint32(at - 4, true);
  };
  const bytes = () => {
    const length = number();
    at += length;
    return reply.subarray(at - length, at);
  };
  const text = () => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes());
  for (let left = number(); left > 0; left--) {
    const kind = reply[at++];
    if (kind === 0) yield { text: text() };
    else if (kind === 2) {
      for (let fields = number(); fields > 0; fields--) {
        const place = reply[at++];
        const type = TYPES[place] ?? text();
        const value = text();
        yield { label: plain(text()).trim() || plain(type), text: value, isHidden: HIDDEN.includes(place) };
      }
    } else {
      const name = text();
      bytes(); // its type, which saving does without
      yield { name, data: bytes() };
    }
  }
}

/** @param {string} link @param {string} envelope @param {string} passphrase */
async function open(link, envelope, passphrase) {
  const waiting = { state: "waiting", expires_at: "2100-01-01T00:00:00Z", views_left: 1, opened_at: [] };
  start(async (method) => [200, JSON.stringify(method === "GET" ? waiting : { envelope, views_left: 0 })]);
  const found = await request(LOOKUP, link);
  return found[0] === LOOKUP ? request(REVEAL, passphrase) : found;
}

/**
 * A word from a stranger, without characters that hide or turn others.
 *
 * @param {string} word
 */
const plain = (word) => word.replace(/\p{C}/gu, "");

/** @param {{ text: string, label?: string, isHidden?: boolean } | { name: string, data: Uint8Array<ArrayBuffer> }} item */
function shown(item) {
  if ("text" in item) {
    const text = Object.assign(document.createElement("pre"), { className: "code secret", tabIndex: 0, textContent: item.text });
    if (item.label === undefined) {
      text.setAttribute("aria-labelledby", "offline-title");
      return text;
    }
    // A field: its label is beside it, and its value is no word of a language.
    text.setAttribute("aria-label", item.label);
    text.translate = false;
    const box = document.createElement(item.isHidden ? "details" : "div");
    const heading = document.createElement(item.isHidden ? "summary" : "p");
    box.append(Object.assign(heading, { textContent: item.label, dir: "auto" }), text);
    return box;
  }
  // Only saved, as bytes: a browser may open what it recognises. No path and no characters that hide others.
  const name = plain(item.name.replace(/^.*[/\\]/s, "")) || "file";
  const href = URL.createObjectURL(new Blob([item.data], { type: "application/octet-stream" }));
  return Object.assign(document.createElement("a"), { className: "button", href, download: name, textContent: `Save ${name}` });
}

initSync({ module: Uint8Array.from(atob(MODULE), (byte) => byte.charCodeAt(0)) });

element("offline-file").onchange = async ({ target }) => {
  const [file] = /** @type {HTMLInputElement} */ (target).files ?? [];
  if (file) field("envelope").value = await file.text();
};

element("offline-form").onsubmit = async (event) => {
  event.preventDefault();
  element("offline-problem").textContent = "Opening…";
  // Painted before the passphrase is stretched, which takes all of this thread.
  await new Promise((painted) => setTimeout(painted, 50));
  const reply = await open(field("link").value, field("envelope").value.trim(), field("passphrase").value);
  if (reply[0] !== REVEALED) {
    element("offline-problem").textContent = FAULTS[reply[1]] ?? "It does not open.";
    return;
  }
  element("offline-items").replaceChildren(...[...items(reply)].map(shown));
  element("offline-form").remove();
  element("offline-shown").hidden = false;
  element("offline-title").focus();
};
