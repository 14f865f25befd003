// What stands before offline.js in the file: the glue of the crypto worker (worker/glue.d.ts), and its module in base64.
declare function initSync(options: { module: Uint8Array }): unknown;
declare function start(send: (method: string) => Promise<[number, string]>): void;
declare function handle(message: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
declare const MODULE: string;

interface Document {
  getElementById(id: `offline-${string}`): HTMLElement;
}
