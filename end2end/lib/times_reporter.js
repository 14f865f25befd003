// A reporter for Node's test runner: milliseconds, a tab and the name of every test, with its file
// where Node knows it: it names the one that calls `test`, which for scenarios is a library.

import { basename } from "node:path";

/** @param {AsyncIterable<import("node:test/reporters").TestEvent>} source */
export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    // Some releases of Node report each file as a test around its tests.
    if (data.details?.type === "suite" || /\.test\.m?js$/.test(data.name)) continue;
    const file = basename(data.file ?? "");
    const place = file.includes(".test.") ? `${file}: ` : "";
    yield `${Math.round(data.details.duration_ms)}\t${place}${data.name.replace(/\s+/g, " ")}\n`;
  }
}
