// The browsers of three makers behind one small interface, for the flows that must work in all.

/** @import { Site } from "./site.js" */

/**
 * In the page; the answer comes back as JSON.
 *
 * @typedef {<R, A extends any[]>(script: (...args: A) => R, ...args: A) => Promise<any>} Run
 */

/**
 * @typedef {object} Page
 * @property {(url: string) => Promise<unknown>} goto
 * @property {() => Promise<unknown>} reload
 * @property {() => Promise<unknown>} back
 * @property {() => Promise<string>} url that of the page itself, which drivers may lag behind
 * @property {Run} run
 * @property {(selector: string) => Promise<unknown>} click
 * @property {(selector: string, text: string) => Promise<unknown>} type as a person would: it replaces what was there
 */

/**
 * @typedef {object} Guest
 * @property {string[]} console
 * @property {string[]} errors
 * @property {{ url(): string }[]} requests
 * @property {Page} page
 * @property {() => string[]} sent
 * @property {() => Promise<unknown>} leave
 */

/**
 * @typedef {object} Engine
 * @property {(site: Site) => Promise<Guest>} arrive
 * @property {() => Promise<unknown>} close
 */

import { launch as chromium } from "./engines/chromium.js";
import { launch as firefox } from "./engines/firefox.js";
import { launch as webkit } from "./engines/webkit.js";

/** @type {Record<string, () => Promise<Engine>>} */
export const ENGINES = { Chromium: chromium, Firefox: firefox, WebKit: webkit };
