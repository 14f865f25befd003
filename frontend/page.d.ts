// What boot.js may take for granted on a page that the server has rendered.

/** The element whose attributes name the page's files (app/src/page/document.rs). */
interface Boot extends HTMLElement {
  readonly dataset: { js: string; wasm: string; worker: string; extrasJs: string; extrasWasm: string; api: string };
}

interface Document {
  getElementById(id: "boot"): Boot;
}

interface ParentNode {
  querySelectorAll(selectors: "leptos-island"): NodeListOf<HTMLElement & { readonly dataset: { component: string } }>;
}

/** Where a browser has it: `createScriptURL` decides which addresses may become scripts. */
declare var trustedTypes: { createPolicy(name: "default", rules: { createScriptURL(url: string): string | null }): void } | undefined;

// What the islands call (frontend/src).
declare var loadExtras: () => Promise<unknown>;
declare var startWorker: () => Worker;
