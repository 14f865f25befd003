// What xtask puts in the place of these names.
declare module "WORKER_GLUE" {
  /** Methods, paths, headers by turns their name and their value; answers with status and body. */
  type Send = (method: string, path: string, body: string | undefined, ...proofs: string[]) => Promise<[number, string]>;
  export default function init(options: { module_or_path: Response }): Promise<unknown>;
  export function start(send: Send): void;
  /** A message's fields to those of its reply. */
  export function handle(fields: unknown[]): Promise<unknown[]>;
}
