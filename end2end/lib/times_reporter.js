// A reporter for Node's test runner: milliseconds, a tab, file and name of every test.

import { basename } from "node:path";

export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    // Some releases of Node report each file as a test around its tests.
    if (data.details?.type === "suite" || /\.test\.m?js$/.test(data.name)) continue;
    const name = data.name.replace(/\s+/g, " ");
    yield `${Math.round(data.details.duration_ms)}\t${data.file ? `${basename(data.file)}: ` : ""}${name}\n`;
  }
}
