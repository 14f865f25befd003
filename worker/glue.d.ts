// What xtask puts in the place of these names.
declare module "WORKER_GLUE" {
  /** Methods, paths, headers by turns their name and their value; answers with status and body. */
  type Send = (method: string, path: string, body: string | undefined, ...proofs: string[]) => Promise<[number, string]>;
  export default function init(options: { module_or_path: Response }): Promise<unknown>;
  export function start(send: Send): void;
  /** A message to its reply (core/src/message.rs). */
  export function handle(message: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
}
