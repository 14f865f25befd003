// Ashlink servers and the stores behind them.

/** @import { Clock } from "./clock.js" */

import { Program } from "./process.js";
import { Tap } from "./tap.js";
import { freePort, program, serverProgram, temporaryFolder } from "./tools.js";

/** An Ashlink server behind a tap: the address stays while the server is stopped and started. */
export class Site {
  /** @type {Record<string, string>} */
  #env;
  /**
   * The one that runs is the last.
   *
   * @type {Program[]}
   */
  #programs = [];
  #logFrom = 0;
  /**
   * Where visitors come in.
   *
   * @type {Tap}
   */
  tap;
  /**
   * Scheme, host and port.
   *
   * @type {string}
   */
  origin;
  /**
   * The origin, and the path that the public URL has.
   *
   * @type {string}
   */
  base;
  /**
   * The server's own, behind the tap.
   *
   * @type {number}
   */
  port;

  /**
   * `env`: settings of the server; `prefix`: a path that the public URL has
   *
   * @param {{ env?: Record<string, string>, prefix?: string }} settings
   */
  static async start({ env = {}, prefix = "" } = {}) {
    const site = new Site();
    site.tap = await Tap.open();
    site.origin = `http://127.0.0.1:${site.tap.port}`;
    site.base = site.origin + prefix;
    site.#env = { ASHLINK_STORE: "memory:", ASHLINK_LISTEN: "127.0.0.1:0", ASHLINK_RATE_LIMIT: "off", ...env };
    if (prefix) site.#env.ASHLINK_PUBLIC_URL = site.base;
    await site.#launch();
    return site;
  }

  async #launch() {
    this.#programs.push(new Program(serverProgram(), [], this.#env));
    const [, port] = await this.#program.says(/^Ashlink is at http:\/\/127\.0\.0\.1:(\d+)\S*\/$/m);
    this.port = Number(port);
    this.tap.target = this.port;
  }

  get #program() {
    const last = this.#programs.at(-1);
    if (!last) throw new Error("the server was never started");
    return last;
  }

  url(path = "/") {
    return this.base + path;
  }

  /** The server goes away, and nothing listens at its address. */
  async down() {
    await this.tap.close();
    await this.#program.stop();
  }

  /**
   * It comes back at the same address, with these settings besides.
   *
   * @param {Record<string, string>} env
   */
  async up(env = {}) {
    Object.assign(this.#env, env);
    await this.#launch();
    await this.tap.listen();
  }

  /** @param {NodeJS.Signals} name */
  signal(name) {
    this.#program.signal(name);
  }

  get ended() {
    return this.#program.ended;
  }

  get pid() {
    return this.#program.pid;
  }

  /** From here on, `log` and the tap are about the next scenario. */
  turnPage() {
    this.#logFrom = this.#fullLog().length;
    this.tap.reset();
  }

  #fullLog() {
    return this.#programs.map((program) => program.stderr).join("");
  }

  /** What the server logged since `turnPage`, without colours. */
  log() {
    return this.#fullLog()
      .slice(this.#logFrom)
      .replace(/\u001b\[[0-9;]*m/g, "");
  }

  async stop() {
    await Promise.all([this.tap.close(), this.#program.stop()]);
  }
}

/** How many ports are tried for a Redis. */
const ATTEMPTS = 5;

/** A Redis that keeps nothing in files, unless its arguments say so. */
export class Redis {
  /** @type {string[]} */
  #args;
  /** @type {Clock | undefined} */
  #clock;
  /** @type {number} */
  port;
  /** @type {string} */
  url;
  /** @type {Program} */
  program;

  /**
   * `clock`: a clock of its own; `args`: more arguments
   *
   * @param {{ clock?: Clock, args?: (string | number)[] }} settings
   */
  static async start({ clock, args = [] } = {}) {
    // Between finding a free port and listening at it, another of the tests may take it.
    for (let attempts = 1; ; attempts++) {
      const redis = new Redis();
      redis.port = await freePort();
      redis.url = `redis://127.0.0.1:${redis.port}`;
      const fixed = ["--port", redis.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
      const folder = ["--dir", temporaryFolder()];
      redis.#args = [...fixed, ...folder, ...args].map(String);
      redis.#clock = clock;
      try {
        await redis.up();
        return redis;
      } catch (error) {
        if (attempts === ATTEMPTS || !/Address already in use/.test(redis.program.stdout)) throw error;
      }
    }
  }

  /** Starts it, at first or again, at its own address. It is this one that is ready, whoever answers there. */
  async up() {
    this.program = new Program(program("REDIS_SERVER", ["redis-server"]), this.#args, this.#clock?.env);
    await this.program.says(/Ready to accept connections/);
  }

  /** It goes away at once. */
  down() {
    return this.program.stop();
  }

  stop() {
    return this.down();
  }
}
