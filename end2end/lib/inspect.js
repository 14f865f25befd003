// What is looked at on a page, whatever state it is in. Each function gives a list of findings.

/** @import { Page } from "playwright-core" */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const SCHEMES = /** @type {const} */ (["light", "dark"]);
const WIDTHS = [1280, 390];
/** The narrowest phones, and a window of 640 pixels at 200 % zoom. */
const NARROW = [360, 320];
const HEIGHT = 800;
/** Colours that fade would be measured on their way. */
const STILL = /** @type {const} */ ({ reducedMotion: "reduce" });

/**
 * Everything that is asked of every state.
 *
 * @param {Page} page
 */
export async function inspect(page) {
  const found = [];
  for (const inspection of [inspectRules, inspectNarrow, inspectForcedColours, inspectMotion]) found.push(...(await inspection(page)));
  return found;
}

/** Axe's rules about colours, which are all that a colour scheme can change. */
const ABOUT_COLOURS = ["color-contrast", "link-in-text-block"];

/**
 * All of axe's rules, wide and narrow, and those about colours in both colour schemes.
 *
 * @param {Page} page
 */
export async function inspectRules(page) {
  // Through the devtools protocol, which the page's policy does not bind.
  await page.evaluate(AXE);
  const found = [];
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT });
      await page.emulateMedia({ colorScheme, ...STILL });
      const rules = colorScheme === SCHEMES[0] ? {} : { runOnly: ABOUT_COLOURS };
      const options = { preload: false, resultTypes: ["violations"], ...rules };
      const { violations } = await page.evaluate(
        (options) => axe.run(document, /** @type {import("axe-core").RunOptions} */ (options)),
        options,
      );
      for (const { id, help, nodes } of violations) {
        const selectors = nodes.map((/** @type {import("axe-core").NodeResult} */ node) => node.target.join(" ")).join(", ");
        found.push(`${id} (${help}) at ${selectors}, ${colorScheme}, ${width} px`);
      }
    }
  }
  await page.emulateMedia({ colorScheme: null });
  return found;
}

/**
 * Nothing to scroll sideways, nothing beyond the edge, nothing cut off.
 *
 * @param {Page} page
 */
export async function inspectNarrow(page) {
  const found = [];
  for (const width of NARROW) {
    await page.setViewportSize({ width, height: HEIGHT });
    const here = await page.evaluate(() => {
      const wrong = [];
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth > clientWidth) wrong.push(`the page is ${scrollWidth} px wide`);
      const seen = (/** @type {HTMLElement} */ element) =>
        element.checkVisibility() && !element.matches(".visually-hidden, .note:not([data-failed])");
      const name = (/** @type {Element} */ element) => `<${element.localName} id="${element.id}" class="${element.className}">`;
      for (const element of document.body.querySelectorAll("*")) {
        if (!seen(element)) continue;
        const box = element.getBoundingClientRect();
        if (box.width > 0 && (box.left < -0.5 || box.right > clientWidth + 0.5)) {
          wrong.push(`${name(element)} lies beyond the edge: ${Math.round(box.left)} to ${Math.round(box.right)}`);
        }
        // Fields scroll what is typed into them; nothing else may hide or spill what it has.
        const fits = element.scrollWidth <= element.clientWidth + 1 || element.clientWidth === 0;
        const spills = element.matches("button, .button") || getComputedStyle(element).overflowX !== "visible";
        if (!fits && spills && !element.matches("input, textarea, select")) wrong.push(`${name(element)} is cut off`);
      }
      return wrong;
    });
    found.push(...here.map((what) => `${what} at ${width} px`));
  }
  return found;
}

/**
 * With colours that the system forces, controls, the chosen one among them, and the focus are still seen.
 *
 * @param {Page} page
 */
export async function inspectForcedColours(page) {
  await page.emulateMedia({ forcedColors: "active", ...STILL });
  const found = await page.evaluate(() => {
    const wrong = [];
    const clear = (/** @type {string} */ colour) => colour === "transparent" || /^rgba\(.*, 0\)$/.test(colour);
    const name = (/** @type {Element} */ element) => `<${element.localName} id="${element.id}" class="${element.className}">`;
    /** @type {(element: Element | null) => string} */
    const background = (element) => {
      if (!element) return "none";
      const { backgroundColor } = getComputedStyle(element);
      return clear(backgroundColor) && element.parentElement ? background(element.parentElement) : backgroundColor;
    };
    const hasEdge = (/** @type {Element} */ element) => {
      const { borderBlockEndStyle, borderBlockEndWidth, borderBlockEndColor } = getComputedStyle(element);
      const drawn = borderBlockEndStyle !== "none" && parseFloat(borderBlockEndWidth) >= 1 && !clear(borderBlockEndColor);
      return drawn && borderBlockEndColor !== background(element.parentElement);
    };
    const controls = [...document.querySelectorAll("input, textarea, select, button, a[href], summary, [tabindex]")];
    const before = document.activeElement;
    for (const control of controls.filter((element) => element.checkVisibility())) {
      // A segment is drawn by what stands beside its hidden button.
      const drawn = control.matches(".segments input") ? /** @type {HTMLElement} */ (control.nextElementSibling) : control;
      // Boxes and radio buttons are the system's own then.
      const isNative = drawn.matches("[type=radio], [type=checkbox]") && getComputedStyle(drawn).appearance === "auto";
      if (!isNative && drawn.matches("input, textarea, select, button, .button, span") && !hasEdge(drawn))
        wrong.push(`${name(drawn)} has no edge`);
      if (getComputedStyle(drawn).color === background(drawn)) wrong.push(`${name(drawn)} has no legible text`);
      if (control.disabled || control.tabIndex < 0 || control.closest("[inert]")) continue;
      control.focus({ focusVisible: true, preventScroll: true });
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(drawn);
      const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !clear(outlineColor);
      if (!outlined || outlineColor === background(drawn.parentElement)) wrong.push(`${name(drawn)} does not show its focus`);
    }
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    const looks = (/** @type {HTMLInputElement} */ input) => {
      const { appearance, borderTopColor } = getComputedStyle(input);
      if (input.matches(".choices input"))
        return appearance === "auto" ? `native ${input.checked}` : `${background(input)} ${borderTopColor}`;
      const label = /** @type {HTMLElement} */ (input.nextElementSibling);
      return `${background(label)} ${getComputedStyle(label).color}`;
    };
    for (const choices of document.querySelectorAll(".choices, .segments")) {
      const [chosen, other] = [true, false].map((checked) =>
        [...choices.querySelectorAll("input")].find((input) => input.checked === checked),
      );
      if (chosen && other && looks(chosen) === looks(other)) wrong.push(`what is chosen in ${name(choices)} looks like the rest`);
    }
    return wrong;
  });
  await page.emulateMedia({ forcedColors: null });
  return found.map((what) => `${what}, with forced colours`);
}

/**
 * Nothing moves for whoever asked for that.
 *
 * @param {Page} page
 */
export async function inspectMotion(page) {
  await page.emulateMedia(STILL);
  const found = await page.evaluate(() => {
    const moving = document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1);
    const gliding = [...document.querySelectorAll("*")].filter((element) => {
      const { transitionDuration, transitionProperty } = getComputedStyle(element);
      return transitionProperty !== "none" && transitionDuration.split(", ").some((time) => parseFloat(time) > 0.001);
    });
    const names = moving.map((animation) => {
      if (animation instanceof CSSAnimation) return animation.animationName;
      return animation instanceof CSSTransition ? animation.transitionProperty : "something";
    });
    return [...names, ...gliding.map(({ id, localName }) => `${localName} ${id}`)];
  });
  return found.map((what) => `${what} moves, although motion is to be reduced`);
}
