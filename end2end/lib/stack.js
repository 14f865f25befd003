// The stack of docker-compose.yml, in the place of the servers and stores that scenarios start.
//
// `cargo xtask compose-test` runs it, and says where: ASHLINK_TEST_URL is its published
// address, ASHLINK_TEST_COMPOSE the words that compose is called with, as JSON.

import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pause, until } from "./process.js";
import { Tap } from "./tap.js";

/** A container may take its grace, and an engine its time. */
const PATIENCE = 60_000;

const published = new URL(setting("ASHLINK_TEST_URL"));
const words = JSON.parse(setting("ASHLINK_TEST_COMPOSE"));

/** @param {string} name */
function setting(name) {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: the tests of the stack are run by \`cargo xtask compose-test\``);
}

const execute = promisify(execFile);

/** Where Compose's files are named from. */
const repository = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @param {string} program
 * @param {string[]} args
 */
async function run(program, ...args) {
  const { stdout } = await execute(program, args, { cwd: repository, maxBuffer: 2 ** 26 });
  return stdout.trim();
}

export const docker = (/** @type {string[]} */ ...args) => run("docker", ...args);
export const compose = (/** @type {string[]} */ ...args) => run(words[0], ...words.slice(1), ...args);

/** The published address, without a tap. */
export const direct = { url: (path = "/") => new URL(path, published).href };

/**
 * The container of a service, running or not.
 *
 * @param {string} service
 */
export async function container(service) {
  const all = await docker("ps", "--all", "--quiet", "--no-trunc", ...labels(service));
  if (!/^[0-9a-f]{64}$/.test(all)) throw new Error(`there is not one container of ${service} but: ${all || "none"}`);
  return all;
}

const project = words[words.indexOf("--project-name") + 1];
const labels = (/** @type {string} */ service) => [
  "--filter",
  `label=com.docker.compose.project=${project}`,
  "--filter",
  `label=com.docker.compose.service=${service}`,
];

/** @param {string} service */
export async function inspect(service) {
  return JSON.parse(await docker("inspect", await container(service)))[0];
}

/**
 * What redis-cli says in the store's container, with its password, as the health check has it.
 *
 * @param {string[]} words
 */
export async function redisCli(...words) {
  const script = "REDISCLI_AUTH=$(sed -n 's/^requirepass //p' /run/secrets/redis.conf) redis-cli \"$@\"";
  return docker("exec", await container("redis"), "sh", "-c", script, "redis-cli", ...words);
}

/** The networks that compose made, by their short names. */
export const network = async (/** @type {string} */ name) => JSON.parse(await docker("network", "inspect", `${project}_${name}`))[0];

export const stop = async (/** @type {string} */ service) => docker("stop", await container(service));
export const start = async (/** @type {string} */ service) => docker("start", await container(service));

const health = async (/** @type {string} */ service) => (await inspect(service)).State.Health.Status;

/**
 * Waits until Docker calls a service so: `healthy` or `unhealthy`.
 *
 * @param {string} service
 * @param {string} state
 */
export const becomes = (service, state, patience = PATIENCE) =>
  until(async () => (await health(service)) === state, `${service} is ${state}`, patience);

const answers = () =>
  fetch(direct.url("/readyz")).then(
    (response) => response.ok,
    () => false,
  );

/** Whatever was stopped runs again, and can serve. */
export async function restore() {
  if (await answers()) return;
  await start("redis");
  await start("server");
  await until(answers, "the stack serves again", PATIENCE);
}

/** The stack's server behind a tap: what `Site` is to servers that scenarios start. */
export class Site {
  #logFrom = 0;
  /** @type {Tap} */
  tap;
  /** @type {number} */
  port;
  /** @type {string} */
  origin;
  /** @type {string} */
  base;
  /** @type {string} */
  container;

  /** @param {{ env?: Record<string, string>, prefix?: string }} settings */
  static async start({ env = {}, prefix = "" } = {}) {
    const { ASHLINK_STORE = Redis.url, ...others } = env;
    if (prefix || Object.keys(others).length > 0 || ASHLINK_STORE !== Redis.url) {
      throw new Error("the stack has settings of its own: say what this scenario `needs` that it has not");
    }
    const site = new Site();
    site.tap = await Tap.open();
    site.port = Number(published.port);
    site.tap.target = site.port;
    site.origin = site.base = `http://127.0.0.1:${site.tap.port}`;
    site.container = await container("server");
    return site;
  }

  url(path = "/") {
    return this.base + path;
  }

  async down() {
    await this.tap.close();
    await stop("server");
  }

  async up() {
    await restore();
    await this.tap.listen();
  }

  /** @param {NodeJS.Signals} name */
  signal(name) {
    spawnSync("docker", ["kill", "--signal", name, this.container]);
  }

  get ended() {
    return docker("wait", this.container).then(Number);
  }

  turnPage() {
    this.#logFrom = this.#fullLog().length;
    this.tap.reset();
  }

  #fullLog() {
    const { stderr, error } = spawnSync("docker", ["logs", this.container], { encoding: "utf8", maxBuffer: 2 ** 26 });
    if (error) throw error;
    return stderr;
  }

  log() {
    return this.#fullLog()
      .slice(this.#logFrom)
      .replace(/\u001b\[[0-9;]*m/g, "");
  }

  async stop() {
    await this.tap.close();
    await restore();
  }
}

/** The stack's store. */
export class Redis {
  static url = "the stack's";
  url = Redis.url;

  /** @param {{ clock?: unknown, args?: unknown[] }} settings */
  static async start({ clock, args = [] } = {}) {
    if (clock || args.length > 0) throw new Error("the stack's store has settings of its own");
    return new Redis();
  }

  async stop() {
    await stop("redis");
    // While a container goes away, connecting to it hangs, and afterwards its name is gone. What
    // the server began to do meanwhile is waited for, so that a scenario meets the latter.
    for (let refusals = 0; refusals < 3; refusals += 1) {
      await until(async () => !(await answers()), "the server misses its store");
      await pause(300);
    }
  }

  /** When the scenario is over. */
  release() {
    return restore();
  }
}
