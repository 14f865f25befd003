// A plain TCP proxy in front of a server. It sees every byte that a browser really sends and
// gets, whatever the browser's own tools report, and can break connections.

/** @import { AddressInfo, Socket } from "node:net" */

import { connect, createServer } from "node:net";

// After a head that ends in a line break, or a body that is JSON.
const REQUEST = /(?:^|\n|\})([A-Z]{3,7}) (\S+) HTTP\/1\.1\r\n/g;

/**
 * @typedef {{ method: string, path: string, head: string, body: number }} Answer
 * @typedef {{ chunks: Buffer[], answers: Answer[] }} Connection
 * @typedef {"unsent" | "none" | "headers" | "half"} Reply how much of an answer still gets through
 * @typedef {{ on: RegExp, reply: Reply, times: number }} Cut
 */

export class Tap {
  #server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  /** @type {Set<Socket>} */
  #sockets = new Set();
  /** @type {number} */
  #target;
  /** @type {number} */
  #port;
  /** @type {Connection[]} */
  #record = [];
  /**
   * Breaks connections at such a request: before it is passed on, or after so much of its answer.
   *
   * @type {Cut | undefined}
   */
  #cut;
  /**
   * What is answered here, in the server's place.
   *
   * @type {{ on: RegExp, answer?: string } | undefined}
   */
  #instead;
  /**
   * How many bytes get through in a second, each way; no number for all of them.
   *
   * @type {number | undefined}
   */
  #rate;
  /** Requests that were passed on and then cut off. */
  cuts = 0;
  /**
   * Where a browser is to report violations of the policy to, when it does not tell its driver.
   *
   * @type {string | undefined}
   */
  reportTo;

  static async open(port = 0) {
    const tap = new Tap();
    await tap.listen(port);
    return tap;
  }

  listen(port = this.#port) {
    return new Promise((/** @type {(value?: undefined) => void} */ resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#port = /** @type {AddressInfo} */ (this.#server.address()).port;
        this.#server.off("error", reject);
        resolve();
      });
    });
  }

  /** Nobody gets through any more. */
  async close() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  get port() {
    return this.#port;
  }

  /** @param {number} port */
  set target(port) {
    this.#target = port;
  }

  /**
   * Breaks connections on requests that match; `reply` says how much of the answer still gets through.
   *
   * @param {RegExp} on
   * @param {Reply} reply
   */
  cut(on, reply, times = Infinity) {
    this.#cut = { on, reply, times };
  }

  /**
   * Answers requests that match with this, or never, and lets nothing of them through.
   *
   * @param {RegExp} on
   * @param {string} [answer]
   */
  instead(on, answer) {
    this.#instead = { on, answer };
  }

  heal() {
    this.#cut = undefined;
    this.#instead = undefined;
    this.#rate = undefined;
  }

  /**
   * Lets so many bytes through in a second, each way.
   *
   * @param {number} rate
   */
  slow(rate) {
    this.#rate = rate;
  }

  /**
   * Passes bytes on, and takes no more of them before their time; at a rate of none they are lost.
   *
   * @param {Buffer} chunk
   * @param {Socket} from
   * @param {Socket} to
   */
  #pass(chunk, from, to) {
    if (this.#rate === 0) return;
    to.write(chunk);
    if (!this.#rate) return;
    from.pause();
    setTimeout(() => from.resume(), (chunk.length / this.#rate) * 1000);
  }

  /** Forgets what was sent so far. */
  reset() {
    this.#record = [];
    this.cuts = 0;
    this.reportTo = undefined;
    this.heal();
  }

  /** What was sent, one byte a character, one text for each connection. */
  sent() {
    return this.#record.map(({ chunks }) => Buffer.concat(chunks).toString("latin1"));
  }

  /** Every answer, in the order in which they were asked for: to what, its head, and the bytes of its body. */
  answers() {
    return this.#record.flatMap(({ answers }) => answers);
  }

  /** Method and path of every request. */
  requests() {
    return this.sent().flatMap((text) => [...text.matchAll(REQUEST)].map(([, method, path]) => ({ method, path })));
  }

  /** @param {Socket} client */
  #accept(client) {
    const server = connect({ port: this.#target, host: "127.0.0.1", noDelay: true });
    // A connection that lives on after `reset` is recorded anew.
    /** @type {Connection | undefined} */
    let record;
    /** @type {Cut | undefined} */
    let cut;
    let answer = "";
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
    }
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
    client.on("data", (chunk) => {
      if (!record || !this.#record.includes(record)) {
        record = { chunks: [], answers: [] };
        this.#record.push(record);
      }
      record.chunks.push(chunk);
      // Browsers ask for one thing at a time on one connection.
      const [asked] = chunk.toString("latin1").matchAll(REQUEST);
      if (asked) record.answers.push({ method: asked[1], path: asked[2], head: "", body: 0 });
      if (this.#instead?.on.test(chunk.toString("latin1"))) {
        client.removeAllListeners("data").resume();
        if (this.#instead.answer) client.end(this.#instead.answer);
        return;
      }
      if (this.#cut?.on.test(chunk.toString("latin1"))) {
        cut = this.#cut;
        answer = "";
        if (cut.reply === "unsent") {
          this.#counted(cut);
          client.removeAllListeners("data").resume();
          return client.resetAndDestroy();
        }
      }
      this.#pass(chunk, client, server);
    });
    server.on("data", (chunk) => {
      weigh(record?.answers.at(-1), chunk);
      if (!cut) return this.#pass(this.reportTo ? this.#withReports(chunk) : chunk, server, client);
      answer += chunk.toString("latin1");
      const head = answer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const whole = Number(answer.match(/^content-length: (\d+)/im)?.[1] ?? 0);
      const through = head + 4 + (cut.reply === "half" ? Math.floor(whole / 2) : 0);
      if (answer.length < through) return;
      this.#counted(cut);
      if (cut.reply === "none") return client.resetAndDestroy();
      client.write(Buffer.from(answer.slice(0, through), "latin1"), () => client.destroy());
      cut = undefined;
    });
  }

  /** @param {Cut} cut */
  #counted(cut) {
    this.cuts += 1;
    if (this.cuts >= cut.times) this.#cut = undefined;
  }

  /** @param {Buffer} chunk */
  #withReports(chunk) {
    const reporting = (/** @type {string} */ policy) => `${policy}; report-uri ${this.reportTo}`;
    return Buffer.from(chunk.toString("latin1").replace(/^content-security-policy: .+$/gim, reporting), "latin1");
  }
}

/**
 * Adds what came of an answer: to its head until that is whole, then to the weight of its body.
 *
 * @param {Answer | undefined} answer
 * @param {Buffer} chunk
 */
function weigh(answer, chunk) {
  if (!answer) return;
  if (answer.head.endsWith("\r\n\r\n")) {
    answer.body += chunk.length;
    return;
  }
  const text = answer.head + chunk.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  answer.head = end < 0 ? text : text.slice(0, end + 4);
  answer.body = text.length - answer.head.length;
}
