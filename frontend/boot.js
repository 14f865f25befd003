// The page's first script: brings the islands to life, or says why it cannot.
const root = document.documentElement;
const { js, wasm, worker, extrasJs, extrasWasm, api } = document.getElementById("boot").dataset;
/** @param {string} id */
const show = (id) => document.getElementById(id)?.removeAttribute("hidden");

// The one address that may become a script by its name.
globalThis.trustedTypes?.createPolicy("default", { createScriptURL: (url) => (url === worker ? url : null) });

// What is wanted now and then, once it is wanted. A page has no other way to import by itself.
globalThis.loadExtras = async () => {
  const extras = await import(extrasJs);
  await extras.default({ module_or_path: extrasWasm });
  return extras;
};

// The first worker loads beside the islands, which take it over. Where it failed, and for whoever
// wants another, there is a new one.
/** @type {Worker | undefined} */
let early;
const launch = () => new Worker(worker, { type: "module", name: api });
globalThis.startWorker = () => {
  const started = early ?? launch();
  early = undefined;
  return started;
};

function launchEarly() {
  try {
    early = launch();
    early.onerror = () => (early = undefined);
  } catch {
    // The islands will try again, and say so.
  }
}

if (!isSecureContext) show("insecure");
if (typeof WebAssembly !== "object" || typeof Worker !== "function") {
  root.dataset.failed = "wasm";
  show("no-wasm");
} else {
  launchEarly();
  try {
    const islands = await import(js);
    await islands.default({ module_or_path: wasm });
    islands.hydrate();
    for (const island of document.querySelectorAll("leptos-island")) islands[island.dataset.component](island);
    root.dataset.hydrated = "";
  } catch {
    root.dataset.failed = "load";
    show("load-failed");
  }
}
