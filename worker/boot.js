// The crypto worker's first script. xtask puts the hashed names in.
import init, { start, handle } from "WORKER_GLUE";

const api = new URL("../api/v1/", import.meta.url);
// How long an answer is waited for: long enough for a megabyte over a bad line, short enough
// that nobody stares at a dead page.
const PATIENCE = 60_000;

// One call of the API; fails when there is no whole answer. Here and not in Rust because the
// bindings for it are twice its size.
async function send(method, path, proof, value, body) {
  const headers = {};
  if (proof) headers[proof] = value;
  if (body) headers["content-type"] = "application/json";
  const answer = await fetch(new URL(path, api), {
    method,
    headers,
    body,
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    // A server that sends us elsewhere is not the one that the link is for.
    redirect: "error",
    signal: AbortSignal.timeout?.(PATIENCE),
  });
  return [answer.status, await answer.text()];
}

const started = init({ module_or_path: new URL("WORKER_WASM", import.meta.url) }).then(() => start(send));

// One after the other: a claim never overtakes the look that it belongs to. Set before
// anything is awaited, so that no message is lost.
let last = started.catch(() => {});
onmessage = ({ data: [seq, ...fields] }) => {
  last = last.then(async () => {
    let reply;
    try {
      await started;
      reply = await handle(fields);
    } catch {
      reply = ["failed", "broken"];
    }
    const buffers = reply.filter((field) => field instanceof Uint8Array).map((field) => field.buffer);
    postMessage([seq, ...reply], buffers);
  });
};
