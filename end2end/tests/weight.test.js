// What a visitor downloads, weighed on the wire, against budgets.json.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readAssets } from "../lib/assets.js";
import { reach } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";

/** What is promised: each part's bytes and files. */
const BUDGETS = JSON.parse(readFileSync(new URL("../budgets.json", import.meta.url), "utf8"));

const header = ({ head }, name) => head.match(new RegExp(`^${name}: (.*?)\r$`, "im"))?.[1];

const PAGES = [
  ["making a link", "create page", "/", "editing"],
  ["opening one", "page of a link", "/s", "missing"],
];
for (const [what, part, address, state] of PAGES) {
  scenario(`${what} downloads the page and the worker, within their budgets`, {}, (stage) => visit(stage, part, address, state));
}

async function visit(stage, part, address, state) {
  const { site } = stage;
  const names = new Map((await readAssets(site)).map(({ path, name }) => [path, name]));
  site.turnPage();
  const page = await stage.page();
  await page.goto(site.url(address));
  await reach(page, state);

  const answers = site.tap.answers().filter(({ path }) => path !== "/favicon.svg");
  const loaded = new Map(answers.map((answer) => [names.get(answer.path) ?? answer.path, answer]));
  const { [part]: whole, worker } = BUDGETS;
  assert.deepEqual([...loaded.keys()].sort(), [...whole.files, ...worker.files].sort());
  assert.equal(loaded.size, answers.length, "nothing is loaded twice");
  for (const [name, answer] of loaded) {
    assert.equal(header(answer, "content-encoding"), "br", name);
    assert.equal(Number(header(answer, "content-length")), answer.body, `${name} came whole`);
  }
  for (const each of [part, "worker"]) hold(each, (name) => loaded.get(name)?.body);
  const heads = answers.reduce((sum, { head }) => sum + head.length, 0);
  console.log(`${String(heads).padStart(8)}  in the heads of ${answers.length} answers, which no budget counts`);
}

scenario("what is loaded when it is needed is within its budget", {}, async ({ site }) => {
  const assets = await readAssets(site);
  const files = Object.values(BUDGETS).flatMap(({ files }) => files);
  const names = [...new Set(files)].filter((name) => !name.startsWith("/"));
  assert.deepEqual(assets.map(({ name }) => name).sort(), names.sort(), "every file has its place in budgets.json");
  hold("extras", (name) => assets.find((asset) => asset.name === name).sent);
});

/** Says what a part weighs, and fails when that is over its budget. Its files one by one are printed after each build. */
function hold(part, weigh) {
  const { bytes, files } = BUDGETS[part];
  const total = files.reduce((sum, file) => sum + weigh(file), 0);
  console.log(`${String(total).padStart(8)}  = ${part}, of ${bytes} bytes`);
  assert.ok(total <= bytes, `the ${part} is ${total - bytes} bytes over: ${files.map((file) => `${file} ${weigh(file)}`).join(", ")}`);
}
