// Every state of every page: axe's rules, narrow windows and zoom, forced colours, reduced motion.

import assert from "node:assert/strict";
import { inspect, inspectForcedColours, inspectMotion, inspectNarrow, inspectRules } from "../lib/inspect.js";
import { visit } from "../lib/pages.js";
import { scenario } from "../lib/scenario.js";
import { plainHttp, SCRIPTLESS, STATES, Tour } from "../lib/states.js";

/** Requests fail in many ways in these tours. */
const EXPECTED = { statuses: [401, 404, 503], network: ["ERR_FAILED"], unusedPreload: true, patience: 300_000 };

async function inspectAll(tour, states) {
  const found = [];
  for (const [name, state] of Object.entries(states)) {
    await tour.to(state).catch((error) => assert.fail(`${name}: ${error.message}`));
    found.push(...(await inspect(tour.page)).map((what) => `${name}: ${what}`));
  }
  assert.deepEqual(found, [], found.join("\n"));
}

for (const [page, states] of Object.entries(STATES)) {
  scenario(`the page in each of its states: ${page}`, EXPECTED, async (stage) => {
    await inspectAll(await Tour.begin(stage), states);
  });
}

scenario("over plain http", { plainHttp: true }, async (stage) => {
  await inspectAll(await Tour.begin(stage, { permissions: [] }), { "plain http": plainHttp });
});

scenario("without JavaScript", { statuses: [404], unusedPreload: true }, async (stage) => {
  const tour = await Tour.begin(stage, { javaScriptEnabled: false });
  const protocol = await tour.context.newCDPSession(tour.page);
  const scripts = (disabled) => protocol.send("Emulation.setScriptExecutionDisabled", { value: disabled });
  for (const [path, state] of Object.entries(SCRIPTLESS)) {
    await scripts(true);
    await tour.to(state);
    assert.equal(await tour.page.locator("html[data-hydrated]").count(), 0);
    // The page has been read without scripts; the inspection itself is one.
    await scripts(false);
    const found = await inspect(tour.page);
    assert.deepEqual(found, [], `${path}: ${found.join("\n")}`);
  }
});

// What each inspection is there to find, planted.
/** @type {Record<string, [typeof inspectRules, RegExp, () => unknown]>} */
const PLANTED = {
  "an image without words": [inspectRules, /image-alt.* at img/, () => document.querySelector("main").append(new Image())],
  "pale text": [inspectRules, /color-contrast.* at .*p.*, light, 1280 px/, () => (document.querySelector(".intro p").style.color = "#aaa")],
  "a field without a label": [inspectRules, /label.* at #secret/, () => document.querySelector("label[for=secret]").remove()],
  "something wide": [
    inspectNarrow,
    /<button id="create".*beyond the edge.*320 px/,
    () => (document.querySelector("#create").style.minWidth = "350px"),
  ],
  "something cut off": [
    inspectNarrow,
    /<button id="create".*is cut off/,
    () => Object.assign(document.querySelector("#create").style, { width: "60px", overflow: "hidden", whiteSpace: "nowrap" }),
  ],
  "a button without an edge": [
    inspectForcedColours,
    /<button id="create".*has no edge/,
    () => (document.querySelector("#create").style.borderStyle = "none"),
  ],
  "a choice that looks like the rest": [
    inspectForcedColours,
    /what is chosen in .*id="content".*like the rest/,
    () => Object.assign(document.querySelector("[name=content]:checked + span").style, { color: "CanvasText", background: "Canvas" }),
  ],
  "a radio button that nobody draws": [
    inspectForcedColours,
    /what is chosen in .*id="choices".*like the rest/,
    () => {
      document.querySelector("#settings").setAttribute("open", "");
      for (const input of document.querySelectorAll("[name=lifetime]")) {
        Object.assign(input.style, { appearance: "none", background: "Canvas", borderColor: "Canvas" });
      }
    },
  ],
  "a focus that is not shown": [
    inspectForcedColours,
    /<textarea id="secret".*focus/,
    () => (document.querySelector("#secret").style.outline = "none"),
  ],
  "a transition": [inspectMotion, /a .*moves/, () => document.querySelector("a").style.setProperty("transition", "color 1s", "important")],
};
scenario("the inspections find what they are for", {}, async (stage) => {
  const page = await stage.page();
  for (const [name, [inspection, sign, plant]] of Object.entries(PLANTED)) {
    await page.goto("about:blank");
    await visit(page, stage.site.url("/"), "editing");
    await page.evaluate(plant);
    assert.match((await inspection(page)).join("\n"), sign, name);
  }
});
