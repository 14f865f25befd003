// What an operator decides for everyone: name, colours, words, lifetimes, passphrases.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { post, Sealed } from "../lib/api.js";
import { inspect } from "../lib/inspect.js";
import { copy, look, made, openSettings, problem, reach, reveal, says, send, visit, words } from "../lib/pages.js";
import { scenario, sharedBrowser } from "../lib/scenario.js";
import { serverProgram, temporaryFolder } from "../lib/tools.js";

const OWN = { on: ["own"], needs: "settings of its own" };
const SCHEMES = /** @type {const} */ (["light", "dark"]);

/** With scripts and an address, which must never run or be asked for. */
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 36" onload="document.documentElement.dataset.ran = 1">
  <style>circle { fill: #0b6bcb }</style>
  <script>document.documentElement.dataset.ran = 1</script>
  <image href="/healthz" width="4" height="4"/>
  <circle cx="18" cy="18" r="14"/><path d="M40 8h72v6h-72zM40 22h48v6h-48z" fill="#808890"/>
</svg>\n`;

function logoFile(name = "logo.svg", content = LOGO) {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const ALL = () => ({
  ASHLINK_PRODUCT_NAME: "Acme & Söhne Vault",
  ASHLINK_NOTICE: "For staff of Acme. Not for <b>card numbers</b>: ask the help desk, and they will tell you another way.",
  ASHLINK_IMPRINT_URL: "https://acme.example/imprint?lang=de&a=1#us",
  ASHLINK_PRIVACY_URL: "https://acme.example/privacy",
  ASHLINK_ACCENT: "#0b6bcb",
  ASHLINK_LOGO: logoFile(),
  ASHLINK_REQUIRE_PASSPHRASE: "true",
  ASHLINK_MIN_TTL: "2h",
  ASHLINK_DEFAULT_TTL: "36h",
  ASHLINK_MAX_TTL: "3d",
});

/** WCAG's contrast between an element's text, or its edge, and what lies below it. */
const contrast = (page, selector, property = "color") =>
  page
    .locator(selector)
    .first()
    .evaluate((element, property) => {
      const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
      const luminance = (colour) => {
        const [r, g, b] = parts(colour).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = (element) => {
        const { backgroundColor } = getComputedStyle(element);
        return parts(backgroundColor)[3] === 0 ? ground(element.parentElement) : backgroundColor;
      };
      const [one, two] = [luminance(getComputedStyle(element)[property]), luminance(ground(element))];
      return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    }, property);

const background = (page, selector) =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => getComputedStyle(element).backgroundColor);

/** Texts in the site's colour, or upon it. */
const COLOURED = ["#create", "footer a", "summary", ".change"];

async function assertLegible(page, what) {
  for (const selector of COLOURED) {
    const ratio = await contrast(page, selector);
    assert.ok(ratio >= 4.5, `${what}: ${selector} has ${ratio.toFixed(2)} to 1`);
  }
}

scenario("a site with a name, words, links, a colour and a logo of its own", OWN, async (stage) => {
  const site = await stage.start({ env: ALL() });
  for (const colorScheme of SCHEMES) {
    const page = await stage.page({ colorScheme, reducedMotion: "reduce" });
    for (const [path, state] of Object.entries({ "/": "editing", "/s": "missing", "/m": "missing", "/about": undefined })) {
      await (state ? visit(page, site.url(path), state) : page.goto(site.url(path)));
      assert.match(await page.title(), /^[^–]+ – Acme & Söhne Vault$/);
      assert.equal(await page.getAttribute('meta[property="og:title"]', "content"), "Acme & Söhne Vault");
      const logo = page.locator("header img");
      assert.equal(await logo.getAttribute("alt"), "Acme & Söhne Vault");
      assert.ok(
        await logo.evaluate((image) =>
          /** @type {HTMLImageElement} */ (image).decode().then(() => /** @type {HTMLImageElement} */ (image).naturalWidth > 0),
        ),
        "the logo is shown",
      );
      assert.equal(await page.getAttribute("header a", "aria-label"), "Acme & Söhne Vault: send a new secret");
      for (const [label, url] of Object.entries({
        Imprint: "https://acme.example/imprint?lang=de&a=1#us",
        Privacy: "https://acme.example/privacy",
      })) {
        const link = page.locator("footer a", { hasText: label });
        assert.equal(await link.getAttribute("href"), url);
        assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
      }
      assert.ok((await contrast(page, "footer a")) >= 4.5);
    }
    await visit(page, site.url("/"), "editing");
    assert.equal(await page.innerText("#operator"), ALL().ASHLINK_NOTICE, "markup is text");
    assert.equal(await page.locator("#operator *").count(), 0);
    assert.equal(await background(page, "#create"), "rgb(11, 107, 203)", `the button, ${colorScheme}`);
    // There is no summary where a passphrase is wanted but the generator's.
    await assertLegible(page, colorScheme);
  }
});

scenario("any colour can be read, in light and in dark", OWN, async (stage) => {
  for (const accent of ["#ffcc00", "#00205b", "#808080", "#ffffff", "#00ff66"]) {
    const site = await stage.start({ env: { ASHLINK_ACCENT: accent } });
    for (const colorScheme of SCHEMES) {
      const page = await stage.page({ colorScheme, reducedMotion: "reduce" });
      await visit(page, site.url("/"), "editing");
      await assertLegible(page, `${accent}, ${colorScheme}`);
      await page.hover("#create");
      const ratio = await contrast(page, "#create");
      assert.ok(ratio >= 4.5, `${accent}, ${colorScheme}, below the pointer: ${ratio}`);
      await page.click("#create");
      await problem(page);
      // What is wrong looks the same everywhere.
      await openSettings(page);
      for (const selector of ["[name=lifetime]:not(:checked)", "#fragile:not(:checked)"]) {
        const edge = await contrast(page, selector, "borderTopColor");
        assert.ok(edge >= 3, `${accent}, ${colorScheme}: the edge of ${selector} has ${edge.toFixed(2)} to 1`);
      }
      const ground = { light: "rgb(253, 234, 238)", dark: "rgb(56, 28, 34)" }[colorScheme];
      assert.equal(await background(page, "#problem"), ground);
      // What is being done can be read as well.
      await page.context().route(/\/api\/v1\/secrets$/, () => {});
      await page.fill("#secret", stage.keep("never answered"));
      await page.click("#create");
      await reach(page, "storing");
      const busy = await contrast(page, "#create");
      assert.ok(busy >= 4.5, `${accent}, ${colorScheme}, while it is sent: ${busy}`);
      assert.equal(await page.locator("#create").evaluate((button) => getComputedStyle(button).opacity), "1");
    }
  }
});

scenario("pages with all of it are as accessible", { ...OWN, statuses: [404], patience: 180_000 }, async (stage) => {
  const site = await stage.start({ env: ALL() });
  const page = await stage.page({ permissions: ["clipboard-write"] });
  const found = [];
  const inspected = async (name) => found.push(...(await inspect(page)).map((what) => `${name}: ${what}`));
  await visit(page, site.url("/"), "editing");
  await inspected("create");
  await page.fill("#secret", "hunter2");
  await page.click("#create");
  await problem(page);
  await inspected("create, without a passphrase");
  await page.fill("#passphrase", stage.keep("correct horse battery", "the passphrase"));
  await page.click("#create");
  const { link, receipt } = await made(stage, page);
  await copy(page, "copy-link");
  await inspected("done");
  for (const [name, url, state] of [
    ["open", link, "waiting"],
    ["receipt", receipt, "waiting"],
  ]) {
    await page.goto("about:blank");
    await visit(page, url, state);
    await inspected(name);
  }
  for (const path of ["/about", "/nowhere"]) {
    await page.goto(site.url(path));
    await inspected(path);
  }
  assert.deepEqual(found, [], found.join("\n"));
});

scenario("a logo that is opened by itself runs nothing", OWN, async (stage) => {
  const site = await stage.start({ env: { ASHLINK_LOGO: logoFile() } });
  const { logo } = await (await fetch(site.url("/api/v1/config"))).json();
  const response = await fetch(site.url(logo));
  assert.equal(response.headers.get("content-type"), "image/svg+xml");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.match(response.headers.get("content-security-policy") ?? "", /^default-src 'none'; style-src 'unsafe-inline'; .*sandbox$/);
  assert.equal(await response.text(), LOGO);
  // No visitor of the stage: the browser says in its console what it does not run.
  const context = await (await sharedBrowser()).newContext();
  const page = await context.newPage();
  await page.goto(site.url(logo));
  assert.equal(await page.evaluate(() => document.documentElement.localName), "svg");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.ran), undefined);
  assert.equal(await page.evaluate(() => origin), "null");
  assert.ok(!site.tap.requests().some(({ path }) => path === "/healthz"), "it loads nothing");
  await context.close();
});

scenario(
  "a page from before the rule says that the rules changed, and keeps what was typed",
  { ...OWN, statuses: [422] },
  async (stage) => {
    const site = await stage.start();
    const page = await stage.page();
    await visit(page, site.url("/"), "editing");
    await page.fill("#secret", stage.keep("typed under the old rules"));
    await site.down();
    await site.up({ ASHLINK_REQUIRE_PASSPHRASE: "true" });
    await page.click("#create");
    await problem(page);
    await says(page, /rules of this server have changed/, /copy what you have typed, then reload/);
    assert.equal(await page.inputValue("#secret"), "typed under the old rules");
  },
);

scenario("where a passphrase is wanted, nothing is sent without one", OWN, async (stage) => {
  const site = await stage.start({ env: { ASHLINK_REQUIRE_PASSPHRASE: "true" } });
  const page = await stage.page();
  await visit(page, site.url("/"), "editing");
  const field = page.getByLabel("Passphrase (required)");
  assert.ok(await field.isVisible());
  assert.equal(await field.getAttribute("aria-required"), "true");
  for (const nothing of ["", "   "]) {
    await page.fill("#secret", stage.keep("the launch code"));
    await field.fill(nothing);
    await page.click("#create");
    await problem(page);
    await says(page, /every secret needs a passphrase/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "passphrase");
    assert.equal(await page.inputValue("#secret"), "the launch code");
  }
  assert.deepEqual(stage.apiCalls(), [], "nothing was asked");
  await field.fill(stage.keep("correct horse battery", "the passphrase"));
  assert.doesNotMatch(await words(page), /every secret needs a passphrase/);
  await page.click("#create");
  const { link } = await made(stage, page);
  const reader = await look(stage, link);
  assert.equal(await reveal(reader, "correct horse battery"), "the launch code");
  // The next one asks again.
  await page.click("#another");
  await reach(page, "editing");
  assert.ok(await field.isVisible());
  await page.fill("#secret", "the next");
  await page.click("#create");
  await problem(page);
  // Who does without the page is told so.
  const bare = Buffer.alloc(300);
  bare.set([1, 1, 0]);
  const response = await post(site, "secrets", { ...new Sealed().request(), envelope: bare.toString("base64url") });
  assert.equal(response.status, 422);
  const { error } = await response.json();
  assert.deepEqual([error.code, error.field], ["passphrase_required", undefined]);
});

scenario("the form offers the lifetimes that the server takes", OWN, async (stage) => {
  const site = await stage.start({ env: { ASHLINK_MIN_TTL: "2h", ASHLINK_DEFAULT_TTL: "36h", ASHLINK_MAX_TTL: "7d" } });
  const page = await stage.page();
  await visit(page, site.url("/"), "editing");
  const labels = await page.locator("#choices .choice").allTextContents();
  assert.deepEqual(
    labels.map((label) => label.trim()),
    ["1 day", "36 hours", "7 days", "Other"],
  );
  assert.equal(await page.inputValue("input[name=lifetime]:checked"), "129600");
  await page.fill("#secret", stage.keep("short-lived"));
  assert.match(await page.innerText("#settings-line"), /^Expires in 36 hours · 1 view · no passphrase$/);
  await openSettings(page);
  await page.check('input[name=lifetime][value="custom"]', { force: true });
  for (const [number, unit] of [
    ["119", "minutes"],
    ["8", "days"],
  ]) {
    await page.fill("#custom-number", number);
    await page.selectOption("#custom-unit", unit);
    await page.click("#create");
    await problem(page);
    await says(page, /from 2 hours to 7 days/);
  }
  assert.deepEqual(stage.apiCalls(), []);
  await page.check('input[name=lifetime][value="129600"]', { force: true });
  await page.click("#create");
  await made(stage, page);
  assert.ok(site.tap.sent().some((text) => text.includes('"expires_in":129600')));
});

scenario("the message to paste has the site's name", OWN, async (stage) => {
  const site = await stage.start({ env: { ASHLINK_PRODUCT_NAME: "Acme {n} Vault" } });
  const { page } = await send(stage, { text: "sent under another name" }, { site, page: await stage.page() });
  assert.match(await page.inputValue("#message"), /^I am sending you something confidential with Acme \{n\} Vault\. /);
  assert.equal(await page.innerText("header"), "Acme {n} Vault");
});

scenario("settings that cannot be meant end the start with a sentence", { on: ["own"], needs: "a server to start" }, async () => {
  /** @type {[Record<string, string>, string][]} */
  const MISTAKES = [
    [{ ASHLINK_MIN_TTL: "2h", ASHLINK_MAX_TTL: "1h" }, "ASHLINK_MIN_TTL=2h is longer than ASHLINK_MAX_TTL=1h"],
    [{ ASHLINK_LOGO: logoFile("logo.png") }, "logo.png: it is no PNG"],
    [{ ASHLINK_ACCENT: "red" }, "must be a colour such as #0b6bcb"],
  ];
  for (const [env, sentence] of MISTAKES) {
    const { status, stderr } = spawnSync(serverProgram(), [], {
      env: { ASHLINK_LISTEN: "127.0.0.1:0", ...env },
      encoding: "utf8",
      timeout: 20_000,
    });
    assert.ok(status && status > 0, `it ended with ${status}`);
    assert.ok(stderr.includes(sentence), stderr);
  }
});
