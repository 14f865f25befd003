// The example in another language, which proves docs/FORMAT.md: what it seals the page opens, and
// the reverse.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { finish } from "../lib/command.js";
import { attached, drop, look, made, reveal, send, visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";
import { program } from "../lib/tools.js";

const EXAMPLE = fileURLToPath(new URL("../../docs/examples/python/ashlink.py", import.meta.url));
const TEXT = "ünïcode, a tab\t, and no line break at the end ✓";

/** Runs the example. */
/** @type {(args: string[], options?: { input?: string | Uint8Array, passphrase?: string }) => ReturnType<typeof finish>} */
const python = (args, { input, passphrase } = {}) =>
  finish(program("PYTHON", ["python3"]), [EXAMPLE, ...args], {
    input,
    env: passphrase === undefined ? {} : { ASHLINK_PASSPHRASE: passphrase },
  });

for (const passphrase of [undefined, "correct horse é"]) {
  const kind = passphrase ? "with a passphrase" : "with the link alone";
  scenario(`the page opens what Python sealed, ${kind}`, { on: ["memory", "prefix"] }, async (stage) => {
    stage.keep(TEXT);
    const sent = await python(["send", stage.site.url("")], { input: TEXT, passphrase });
    assert.equal(sent.code, 0, sent.errors);
    const page = await look(stage, stage.keepLink(sent.out.toString().trim()));
    assert.equal(await reveal(page, passphrase), TEXT);
  });

  scenario(`Python opens what the page sealed, ${kind}`, { on: ["memory", "prefix"] }, async (stage) => {
    const { link } = await send(stage, { text: TEXT, passphrase });
    if (passphrase) {
      const wrong = await python(["open", link], { passphrase: "wrong" });
      assert.deepEqual([wrong.code, wrong.out.length], [4, 0], wrong.errors);
      assert.match(wrong.errors, /Nothing was spent/);
    }
    // In another normal form, and with white space around it.
    const typed = passphrase && ` ${passphrase.normalize("NFD")}\n`;
    const opened = await python(["open", `${link}.`], { passphrase: typed });
    assert.deepEqual([opened.code, opened.out.toString()], [0, TEXT], opened.errors);
    const again = await python(["open", link], { passphrase });
    assert.deepEqual([again.code, again.out.length], [3, 0], again.errors);
    const cut = await python(["open", link.slice(0, -3)], { passphrase });
    assert.equal(cut.code, 5, cut.errors);
  });
}

scenario("Python opens files, byte for byte", {}, async (stage) => {
  const page = await stage.page();
  await visit(page, stage.site.url("/"), "editing");
  const data = Buffer.from(Array.from({ length: 70_000 }, (_, n) => (n * 31) % 256));
  await drop(page, [{ name: "key.bin", data }]);
  await attached(page, 1);
  await page.click("#create");
  const { link } = await made(stage, page);
  const opened = await python(["open", link]);
  assert.equal(opened.code, 0, opened.errors);
  assert.ok(opened.out.equals(data));
});
