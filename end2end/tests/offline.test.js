// ashlink-offline.html: opened as a file, it opens envelopes that the command line has fetched.

import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ashlink, finish, receiptLink } from "../lib/command.js";
import { ENGINES } from "../lib/engines.js";
import { run, share } from "../lib/scenario.js";
import { serverProgram, temporaryFolder } from "../lib/tools.js";

const PASSPHRASE = "open sesame, please";

/** The file, written once. */
async function offline() {
  const folder = temporaryFolder();
  const env = { ASHLINK_PUBLIC_URL: "https://api.example.com", ASHLINK_CLIENT_ORIGIN: "https://share.example.com" };
  const written = await finish(serverProgram(), ["static", folder], { env });
  assert.deepEqual([written.code, written.errors], [0, ""]);
  return pathToFileURL(join(folder, "ashlink-offline.html")).href;
}

/** Fills in the form, and says what stands there then: what is wrong, or what was inside. */
async function open(page, link, envelope, passphrase = "") {
  const values = { link, envelope, passphrase };
  await page.evaluate((values) => {
    document.querySelector("[role=alert]").textContent = "";
    for (const [name, value] of Object.entries(values)) document.querySelector(`[name=${name}]`).value = value;
  }, values);
  await page.click("[type=submit]");
  await page.waitForFunction(() => {
    const problem = document.querySelector("[role=alert]")?.textContent;
    return problem === undefined || (problem !== "" && problem !== "Opening…");
  });
  return page.innerText("main");
}

async function arrive(stage, name) {
  return (await stage.welcome((await share(name, ENGINES[name])).arrive(stage.site))).page;
}

for (const name of ["Chromium", "Firefox"]) {
  test(`a file opens what the command line has fetched (${name})`, { timeout: 150_000 }, () =>
    run("memory", {}, async (stage) => {
      const folder = temporaryFolder();
      const file = join(folder, "\u202eplan.txt");
      writeFileSync(file, stage.keep("a file's content"));
      const passphrase = join(folder, "passphrase");
      writeFileSync(passphrase, `${stage.keep(PASSPHRASE, "the passphrase")}\n`);
      const sent = await ashlink(stage.site, ["send", "--passphrase-file", passphrase], { input: stage.keep("read <b>nowhere</b> else") });
      const link = stage.keepLink(sent.text.trim());
      const fetched = join(folder, "envelope");
      const opened = await ashlink(stage.site, ["open", "--envelope", fetched, "--passphrase-file", passphrase], { input: link });
      assert.deepEqual([opened.code, opened.text], [0, ""], opened.errors);
      assert.equal(statSync(fetched).mode & 0o777, 0o600);
      const envelope = readFileSync(fetched, "utf8");
      assert.match(envelope, /^[\w-]{383}$/);

      const page = await arrive(stage, name);
      await page.goto(await share("the file", offline));
      const policy = await page.getAttribute("meta[http-equiv]", "content");
      assert.match(policy, /^default-src 'none'; /);
      assert.doesNotMatch(policy, /connect-src|img-src|'self'|unsafe-inline/);
      const changed = envelope.slice(0, 200) + (envelope[200] === "A" ? "B" : "A") + envelope.slice(201);
      /** @type {[string, string, string, RegExp][]} */
      const refused = [
        [link.slice(0, -1), envelope, PASSPHRASE, /link is damaged/],
        [link, envelope, "", /needs its passphrase/],
        [link, envelope, "another one", /does not open/],
        [link, envelope.slice(4), PASSPHRASE, /cannot be read/],
        [link, changed, PASSPHRASE, /does not open/],
        [link, "no envelope", PASSPHRASE, /cannot be read/],
        [receiptLink(sent.errors), envelope, PASSPHRASE, /receipt link/],
      ];
      for (const [link_, envelope_, passphrase_, words] of refused) {
        assert.match(await open(page, link_, envelope_, passphrase_), words);
      }
      assert.match(await open(page, link, `${envelope}\n`, PASSPHRASE), /^The secret\s+read <b>nowhere<\/b> else$/);

      const both = await ashlink(stage.site, ["send", file], {});
      const second = stage.keepLink(both.text.trim());
      const other = join(folder, "other");
      await ashlink(stage.site, ["open", "--envelope", other], { input: second });
      await page.reload();
      await page.evaluate(() => {
        const create = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
          globalThis.saved = blob;
          return create(blob);
        };
      });
      assert.match(await open(page, second, readFileSync(other, "utf8")), /^The secret\s+Save plan\.txt$/);
      assert.equal(await page.evaluate(() => globalThis.saved.text()), "a file's content");
      assert.equal(await page.getAttribute("[download]", "download"), "plan.txt");

      const password = stage.keep("hunter2 <i>more</i>", "the password");
      const login = await ashlink(stage.site, ["send", "--user", "alice", "--field", "password:Root\u202e=-"], { input: password });
      const third = stage.keepLink(login.text.trim());
      const fields = join(folder, "fields");
      await ashlink(stage.site, ["open", "--envelope", fields], { input: third });
      await page.reload();
      assert.match(await open(page, third, readFileSync(fields, "utf8")), /^The secret\s+User name\s+alice\s+Root$/);
      await page.click("summary");
      assert.match(await page.innerText("main"), /Root\s+hunter2 <i>more<\/i>$/);
    }),
  );
}
