// What the tests need from outside: programs, free ports, temporary folders.

import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Runs many more cases when asked for, as `cargo xtask soak` does. */
export const scale = process.env.ASHLINK_TEST_SCALE === "large" ? 10 : 1;

/**
 * The path of a program that must be there, or an error that says how to get it.
 *
 * @param {string} variable
 * @param {string[]} fallbacks
 */
export function program(variable, fallbacks) {
  const wanted = process.env[variable];
  const found = (wanted ? [wanted] : fallbacks).map(onPath).find(Boolean);
  if (found) return found;
  const what = wanted ? `${variable}=${wanted} is no program` : `${variable} is not set`;
  throw new Error(`the browser tests cannot start: ${what}. \`cargo xtask test\` installs and builds what they need`);
}

/** The server under test: the release build, with its page inside. */
export const serverProgram = () => program("ASHLINK_TEST_SERVER", [join(repository, "target", "release", "ashlink-server")]);

/** The command line, in its release build. */
export const commandLine = () => program("ASHLINK_TEST_COMMAND_LINE", [join(repository, "target", "release", "ashlink")]);

/** The folder with the format's vectors as a module for browsers. */
export const vectorsFolder = () => process.env.ASHLINK_TEST_VECTORS ?? join(repository, "target", "vectors");

/** @param {string} name */
function onPath(name) {
  const folders = isAbsolute(name) ? [""] : (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A port that nobody listens on just now.
 *
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @type {string[]} */
const folders = [];

/** A folder that goes away with this process. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "ashlink-e2e-"));
  folders.push(folder);
  return folder;
}

process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** @type {string | undefined} */
let preload;

/** The library that gives a process the clock in the file `$TEST_CLOCK`; the Redis tests of the server have it too. */
export function clockLibrary() {
  if (!preload) {
    const source = join(repository, "store", "src", "testing", "clock.c");
    const library = join(temporaryFolder(), "clock.so");
    try {
      execFileSync("cc", ["-O2", "-shared", "-fPIC", "-o", library, source], { stdio: "pipe" });
    } catch (error) {
      throw new Error(`the clock library was not built with cc (\`cargo xtask test\` installs it): ${error}`);
    }
    preload = library;
  }
  return preload;
}
