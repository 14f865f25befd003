// Two builds of the server on one store behind one address, as while servers are replaced one by
// one: a proxy decides for each request which of them answers.

/** @import { IncomingMessage, ServerResponse } from "node:http" */
/** @import { AddressInfo, Socket } from "node:net" */

import { createServer, request as send } from "node:http";
import { connect } from "node:net";
import { Program } from "./process.js";
import { Tap } from "./tap.js";
import { program, serverProgram } from "./tools.js";

/** A build from before, where `cargo xtask upgrade-test` has made one. */
const oldProgram = process.env.OLD_SERVER_BIN ? () => program("OLD_SERVER_BIN", []) : undefined;

/**
 * What the other side is. A second build takes minutes, so most runs have the same one twice, whose
 * files have other names there: a page of the one then misses its files at the other, as in truth.
 */
export const other = oldProgram ? "an older build" : "the same build under other names";

const HASHED = /\b([a-z_]+)\.([0-9a-f]{16})\.(js|css|wasm)\b/g;
/** Turns a hashed name round: it is one that no other build has, and turned again it is as before. */
const renamed = (/** @type {string} */ text) =>
  text.replace(HASHED, (_, stem, hash, kind) => `${stem}.${[...hash].reverse().join("")}.${kind}`);

/** @typedef {"old" | "new"} Side */

const settings = (/** @type {string} */ store) => ({ ASHLINK_STORE: store, ASHLINK_LISTEN: "127.0.0.1:0", ASHLINK_RATE_LIMIT: "off" });

/** One of the two servers. */
class Server {
  /** @type {number} */
  port;

  /**
   * @param {string} path
   * @param {string} store
   * @param {boolean} disguised
   */
  constructor(path, store, disguised) {
    this.program = new Program(path, [], settings(store));
    this.disguised = disguised;
  }

  async started() {
    this.port = Number((await this.program.says(/^Ashlink is at http:\/\/127\.0\.0\.1:(\d+)\/$/m))[1]);
    return this;
  }

  /**
   * A connection, if it still takes any: nothing has been asked before there is one.
   *
   * @returns {Promise<Socket>}
   */
  connected() {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.port, host: "127.0.0.1", noDelay: true });
      socket.once("connect", () => resolve(socket)).once("error", reject);
    });
  }
}

/** An `old` and a `new` server at one address. Where a `Site` is wanted, it is one. */
export class Pair {
  /** @type {Record<Side, Server>} */
  #servers;
  #proxy = createServer((request, response) => this.#pass(request, response));
  /** @type {(request: IncomingMessage) => Side} */
  #route = () => "new";
  /**
   * Which server answered what.
   *
   * @type {{ by: Side, method?: string, path: string, status?: number }[]}
   */
  answers = [];

  /** @type {Tap} */
  tap;
  /** @type {string} */
  origin;
  /** @type {string} */
  base;

  /** @param {string} store */
  static async start(store) {
    const pair = new Pair();
    const old = new Server((oldProgram ?? serverProgram)(), store, !oldProgram);
    const current = new Server(serverProgram(), store, false);
    pair.#servers = { old: await old.started(), new: await current.started() };
    await new Promise((/** @type {(value?: undefined) => void} */ resolve) => pair.#proxy.listen(0, "127.0.0.1", resolve));
    pair.tap = await Tap.open();
    pair.tap.target = /** @type {AddressInfo} */ (pair.#proxy.address()).port;
    pair.origin = pair.base = `http://127.0.0.1:${pair.tap.port}`;
    return pair;
  }

  /**
   * From now on this one answers: `old`, `new`, or what a function says of a request.
   *
   * @param {Side | ((request: IncomingMessage) => Side)} route
   */
  to(route) {
    this.#route = typeof route === "function" ? route : () => route;
  }

  /**
   * One of the servers, without the proxy.
   *
   * @param {Side} name
   */
  at(name) {
    return { url: (path = "/") => `http://127.0.0.1:${this.#servers[name].port}${path}` };
  }

  url(path = "/") {
    return this.base + path;
  }

  /**
   * @param {Side} name
   * @param {NodeJS.Signals} signal
   */
  signal(name, signal) {
    this.#servers[name].program.signal(signal);
  }

  /** @param {Side} name */
  ended(name) {
    return this.#servers[name].program.ended;
  }

  /**
   * Who answered such a request last.
   *
   * @param {RegExp} pattern
   */
  by(pattern) {
    return this.answers.findLast(({ method, path }) => pattern.test(`${method} ${path}`))?.by;
  }

  turnPage() {}

  log() {
    return Object.values(this.#servers)
      .map(({ program }) => program.stderr)
      .join("")
      .replace(/\u001b\[[0-9;]*m/g, "");
  }

  async stop() {
    await this.tap.close();
    this.#proxy.closeAllConnections();
    this.#proxy.close();
    await Promise.all(Object.values(this.#servers).map((server) => server.program.stop()));
  }

  /**
   * As proxies do: to another server when one takes no connection, and never again what was sent.
   *
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   */
  async #pass(request, response) {
    const wanted = this.#route(request);
    for (const by of /** @type {Side[]} */ ([wanted, wanted === "old" ? "new" : "old"])) {
      const server = this.#servers[by];
      const socket = await server.connected().catch(() => undefined);
      if (socket) return this.#ask(by, server, socket, request, response);
    }
    response.writeHead(502).end();
  }

  /**
   * @param {Side} by
   * @param {Server} server
   * @param {Socket} socket
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   */
  #ask(by, { disguised }, socket, request, response) {
    const { method, url: path = "/" } = request;
    /** @type {Record<string, string | string[] | undefined>} */
    const headers = { ...request.headers, connection: "close" };
    if (disguised) delete headers["accept-encoding"];
    const asked = { method, path: disguised ? renamed(path) : path, headers, createConnection: () => socket };
    const sent = send(asked, (answer) => {
      this.answers.push({ by, method, path, status: answer.statusCode });
      const text = disguised && /html|javascript/.test(answer.headers["content-type"] ?? "");
      if (!text) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        return;
      }
      /** @type {Buffer[]} */
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => {
        const { "content-length": _, ...rest } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, rest);
        response.end(renamed(Buffer.concat(chunks).toString()));
      });
    });
    sent.on("error", () => response.destroy());
    response.on("close", () => sent.destroy());
    request.pipe(sent);
  }
}
