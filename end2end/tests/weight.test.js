// What a visitor downloads, weighed on the wire, against budgets.txt.

import assert from "node:assert/strict";
import { readAssets } from "../lib/assets.js";
import { readBudgets } from "../lib/budgets.js";
import { reach } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";

const header = ({ head }, name) => head.match(new RegExp(`^${name}: (.*?)\r$`, "im"))?.[1];

scenario("making a link downloads the page and the worker, within their budgets", {}, async (stage) => {
  const { site } = stage;
  const names = new Map((await readAssets(site)).map(({ path, name }) => [path, name]));
  site.turnPage();
  const page = await stage.page();
  await page.goto(site.url("/"));
  await reach(page, "editing");

  const answers = site.tap.answers().filter(({ path }) => path !== "/favicon.svg");
  const loaded = new Map(answers.map((answer) => [names.get(answer.path) ?? answer.path, answer]));
  const parts = readBudgets().filter(({ name }) => ["page", "worker"].includes(name));
  assert.deepEqual([...loaded.keys()].sort(), parts.flatMap(({ files }) => files).sort());
  assert.equal(loaded.size, answers.length, "nothing is loaded twice");
  for (const [name, answer] of loaded) {
    assert.equal(header(answer, "content-encoding"), "br", name);
    assert.equal(Number(header(answer, "content-length")), answer.body, `${name} came whole`);
  }
  for (const part of parts) hold(part, part.files.map((name) => [name, loaded.get(name)?.body]));
  const heads = answers.reduce((sum, { head }) => sum + head.length, 0);
  console.log(`${String(heads).padStart(8)}  in the heads of ${answers.length} answers, which no budget counts`);
});

scenario("what is loaded when it is needed is within its budget", {}, async ({ site }) => {
  const assets = await readAssets(site);
  const listed = readBudgets();
  const files = listed.flatMap(({ files }) => files).filter((name) => !name.startsWith("/"));
  assert.deepEqual(assets.map(({ name }) => name).sort(), files.sort(), "every file has its place in budgets.txt");
  for (const part of listed.filter(({ name }) => !["page", "worker"].includes(name))) {
    assert.ok(part.budget <= 60_000, `${part.name} may have 60,000 bytes at most`);
    hold(part, part.files.map((name) => [name, assets.find((asset) => asset.name === name).sent]));
  }
});

/** Prints a part's weights, and fails when they are over its budget. */
function hold({ name, budget }, weights) {
  const total = weights.reduce((sum, [, bytes]) => sum + bytes, 0);
  for (const [file, bytes] of weights) console.log(`${String(bytes).padStart(8)}  ${file}`);
  console.log(`${String(total).padStart(8)}  = ${name}, ${Math.floor((total * 100) / budget)} % of ${budget} bytes`);
  assert.ok(total <= budget, `the ${name} is ${total - budget} bytes over`);
}
