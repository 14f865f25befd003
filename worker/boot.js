// The crypto worker's first script. xtask puts the hashed names in.
// The page gives its worker the address of the API as a name.
const api = new URL(name, import.meta.url);
// How many milliseconds an answer may be silent: a slow line may take its time, but nobody
// stares at a dead page.
const PATIENCE = 30_000;

// The slowest line on which something is stored, in bytes a millisecond. An upload cannot be
// watched: the system takes all of it at once, and sends on in silence.
const SLOWEST = 6;

// The status of a request whose body did not arrive in time.
const TOO_SLOW = 408;

// What is smaller is through before anybody could read how far it is.
const WORTH_TELLING = 65_536;

// Tells the page how far a transfer is; number 0, since it answers no question.
/**
 * @param {number} done
 * @param {number} total
 */
function tell(done, total) {
  if (total > WORTH_TELLING) postMessage([0, done / total]);
}

// One call of the API; fails when there is no whole answer. Here and not in Rust because the
// bindings for it are twice its size.
/** @type {import("WORKER_GLUE").Send} */
async function send(method, path, body, ...proofs) {
  const url = new URL(path, api).href;
  /** @type {Record<string, string>} */
  const headers = {};
  // @ts-expect-error: they are names and values by turns, so none of either is missing
  while (proofs.length) headers[proofs.shift()] = proofs.shift();
  if (body) headers["content-type"] = "application/json";
  // @ts-expect-error: what is stored has a body
  if (path === "secrets") return store(url, headers, body);
  const control = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => control.abort(), PATIENCE);
  };
  heard();
  try {
    const answer = await fetch(url, {
      method,
      headers,
      body,
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      // A server that sends us elsewhere is not the one that the link is for.
      redirect: "error",
      // It goes out even when the page is left at once.
      keepalive: path.endsWith("/ack"),
      signal: control.signal,
    });
    return [answer.status, await read(answer, heard)];
  } finally {
    clearTimeout(timer);
  }
}

// The whole text of an answer, telling how much of it is there.
/**
 * @param {Response} answer
 * @param {() => void} heard
 */
async function read(answer, heard) {
  const total = Number(answer.headers.get("content-length"));
  if (!answer.body) return "";
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let length = 0; ; ) {
    const { done, value } = await reader.read();
    heard();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    length += value.length;
    tell(length, total);
  }
}

// By the older interface: with fetch nobody learns how far an upload is.
/**
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {string} body
 * @returns {Promise<[number, string]>}
 */
function store(url, headers, body) {
  const request = new XMLHttpRequest();
  request.open("POST", url);
  for (const name in headers) request.setRequestHeader(name, headers[name]);
  request.timeout = PATIENCE + body.length / SLOWEST;
  const begun = Date.now();
  request.upload.onprogress = ({ loaded, total }) => tell(loaded, total);
  return new Promise((resolve, reject) => {
    request.onload = () => {
      // It follows redirects unasked; what came from elsewhere is no answer.
      if (request.responseURL === url) resolve([request.status, request.responseText]);
      else reject(new Error("redirected"));
    };
    request.onerror = request.ontimeout = (event) => {
      // What is large and takes that long is given up by one end or the other, and the server's word for it is
      // often lost with the connection.
      if (body.length > WORTH_TELLING && Date.now() - begun >= PATIENCE) resolve([TOO_SLOW, ""]);
      else reject(event);
    };
    request.send(body);
  });
}

// Both are asked for at once: one after the other they would take a round trip more.
/** @type {[Promise<typeof import("WORKER_GLUE")>, Promise<Response>]} */
const loading = [import("WORKER_GLUE"), fetch(new URL("WORKER_WASM", import.meta.url))];
const started = Promise.all(loading).then(async ([glue, wasm]) => {
  await glue.default({ module_or_path: wasm });
  glue.start(send);
  return glue.handle;
});

// One after the other: a claim never overtakes the look that it belongs to. Set before
// anything is awaited, so that no message is lost.
let last = started.catch(() => {});
// biome-ignore lint/suspicious/noGlobalAssign: a worker's own name for its listener, and the shortest
onmessage = ({ data: [seq, message] }) => {
  last = last.then(async () => {
    /** @type {Uint8Array<ArrayBuffer>} */
    let reply;
    try {
      const handle = await started;
      reply = await handle(message);
    } catch {
      // No message at all: the page takes that for a worker that is broken.
      reply = new Uint8Array();
    }
    postMessage([seq, reply], [reply.buffer]);
  });
};
