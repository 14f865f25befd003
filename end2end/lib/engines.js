// The browsers of three makers behind one small interface, for the flows that must work in all.

/** @import { EnginePage } from "./engines/page.js" */
/** @import { Site } from "./site.js" */

/**
 * In the page; the answer comes back as JSON.
 *
 * @typedef {<R, A extends any[]>(script: (...args: A) => R, ...args: A) => Promise<any>} Run
 */

/**
 * What `pages.js` asks of a page, so that all three walk through the same steps. Playwright's own has it, too.
 *
 * @typedef {object} Page
 * @property {(url: string) => Promise<unknown>} goto
 * @property {() => Promise<unknown>} reload
 * @property {() => string | Promise<string>} url
 * @property {(script: (argument: any) => any, argument?: any) => Promise<any>} evaluate
 * @property {(script: (argument: any) => any, argument?: any) => Promise<unknown>} waitForFunction
 * @property {(selector: string) => Promise<unknown>} waitForSelector
 * @property {(selector: string, name: string) => Promise<string | null>} getAttribute
 * @property {(selector: string) => Promise<string>} innerText
 * @property {(selector: string) => Promise<string>} inputValue
 * @property {(selector: string) => Promise<unknown>} click
 * @property {(selector: string, text: string) => Promise<unknown>} fill
 */

/** @typedef {EnginePage & Page & { back(): Promise<unknown>, url(): Promise<string> }} DrivenPage */

/**
 * Who arrives; as a `Visitor`, but for the page.
 *
 * @typedef {object} Guest
 * @property {string[]} console
 * @property {string[]} errors
 * @property {{ url(): string }[]} requests
 * @property {DrivenPage} page
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
