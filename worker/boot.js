// The crypto worker's first script. xtask puts the hashed names in.
import init, { start, handle } from "WORKER_GLUE";

const started = init({ module_or_path: new URL("WORKER_WASM", import.meta.url) }).then(() =>
  start(new URL("../api/v1/", import.meta.url).href),
);

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
