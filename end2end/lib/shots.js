// Pictures of the main states, for people: `SHOTS=folder node lib/shots.js`.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, Visitor } from "./browser.js";
import { fragmentOf } from "./links.js";
import { fillIn, problem, reach, reveal, visit } from "./pages.js";
import { Site } from "./site.js";

const folder = process.env.SHOTS ?? "shots";
mkdirSync(folder, { recursive: true });

const SECRET = "db.internal.example.com\nuser: reporting\npassword: vK3-tilde-harbour-90";

const browser = await launch();
const site = await Site.start();

for (const [size, width] of /** @type {const} */ ([
  ["wide", 1280],
  ["narrow", 390],
])) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    const viewport = { width, height: width > 1000 ? 800 : 844 };
    const visitor = await Visitor.arrive(browser, { viewport, colorScheme, permissions: ["clipboard-write"], deviceScaleFactor: 1 });
    const { page, context } = visitor;
    page.on("dialog", (dialog) => dialog.accept());
    const shot = async (/** @type {string} */ name) => {
      // Without what fades in.
      await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`), fullPage: true });
    };
    const fresh = async (/** @type {string} */ url, /** @type {string[]} */ ...names) => {
      await page.goto("about:blank");
      await visit(page, url, ...names);
    };
    const make = async (/** @type {import("./pages.js").Draft} */ draft) => {
      await fresh(site.url("/"), "editing");
      await fillIn(page, draft);
      await page.click("#create");
      await reach(page, "done");
      return { link: await page.inputValue("#link"), receipt: await page.inputValue("#receipt-link") };
    };

    await fresh(site.url("/"), "editing");
    await shot("create-empty");
    await page.click("#create");
    await shot("create-problem");
    await fillIn(page, { text: SECRET, custom: { number: 36, unit: "hours" }, views: 2, passphrase: "placeholder" });
    await page.click("#generate");
    await page.waitForFunction(() => document.querySelector("#passphrase").value !== "placeholder");
    await page.check("#fragile", { force: true });
    await shot("create-full");

    const guarded = await make({ text: SECRET, passphrase: "correct horse battery", views: 2 });
    await shot("made-guarded");
    await page.click("#copy-link");
    await page.waitForSelector("#copy-link[data-done]");
    await shot("made-copied");
    await fresh(guarded.link, "waiting");
    await shot("open-passphrase");
    await page.fill("#passphrase", "incorrect horse");
    await page.click("#reveal");
    await problem(page);
    await shot("open-wrong-passphrase");

    const { link, receipt } = await make({ text: SECRET });
    await shot("made");
    await fresh(receipt, "waiting");
    await shot("receipt-waiting");
    await page.click("#receipt-destroy");
    await shot("receipt-destroying");
    await fresh(link, "waiting");
    await shot("open-waiting");
    await reveal(page);
    await shot("open-shown");
    await page.click("#copy-secret");
    await page.waitForSelector("#copy-secret[data-done]");
    await shot("open-copied");
    await fresh(link, "opened");
    await shot("open-opened");
    await fresh(receipt, "opened");
    await shot("receipt-opened");

    const destroyed = await make({ text: SECRET });
    await fresh(destroyed.receipt, "waiting");
    await page.click("#receipt-destroy");
    await page.click("#destroy-confirm");
    await reach(page, "destroyed");
    await shot("receipt-destroyed");
    await fresh(destroyed.link, "destroyed");
    await shot("open-destroyed");

    await fresh(site.url("/s"), "missing");
    await shot("open-missing");
    await fresh(`${site.url("/s")}#${fragmentOf(link).slice(1)}`, "damaged");
    await shot("open-damaged");
    await fresh(receipt.replace("/m#", "/s#"), "receipt-link");
    await shot("open-receipt-link");
    await page.goto(site.url("/nowhere"));
    await shot("not-found");
    const long = await make({ text: `${"a long line without any blank ".repeat(20)}\n`.repeat(3) + "x".repeat(400) });
    await fresh(long.link, "waiting");
    await reveal(page);
    await shot("open-shown-long");

    await context.route(/(create|open)\.[^/]*\.wasm$/, (route) => route.abort());
    await page.goto(site.url("/"));
    await page.waitForSelector("html[data-failed]");
    await shot("failed");
    await visitor.leave();
  }
}

await browser.close();
await site.stop();
