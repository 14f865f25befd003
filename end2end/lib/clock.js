// A clock that a test sets, for processes that are started with it.

import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { endianness } from "node:os";
import { join } from "node:path";
import { clockLibrary, temporaryFolder } from "./tools.js";

export class Clock {
  #file = join(temporaryFolder(), "clock");
  #ahead = 0;

  constructor(aheadMillis = 0) {
    writeFileSync(this.#file, Buffer.alloc(8));
    this.pass(aheadMillis);
  }

  /** What a process needs in its environment to have this clock. */
  get env() {
    return { LD_PRELOAD: clockLibrary(), TEST_CLOCK: this.#file };
  }

  /**
   * Puts the clock forward. In place: the processes have the file mapped.
   *
   * @param {number} millis
   */
  pass(millis) {
    this.#ahead += millis;
    const bytes = Buffer.alloc(8);
    const ahead = BigInt(this.#ahead);
    if (endianness() === "LE") bytes.writeBigInt64LE(ahead);
    else bytes.writeBigInt64BE(ahead);
    const file = openSync(this.#file, "r+");
    writeSync(file, bytes, 0, 8, 0);
    closeSync(file);
  }
}
