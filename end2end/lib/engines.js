// The browsers of three makers behind one small interface, for the flows that must work in all.
//
// An engine is `launch()`, which gives `{ arrive(site), close() }`. Who arrives has the fields
// of a `Visitor` (console, errors, requests, sent(), leave()) and a page that can
//   goto(url), reload(), back(), url()   that of the page itself, which drivers may lag behind
//   run(function, ...arguments)   in the page; the answer comes back as JSON
//   click(selector), type(selector, text)   as a person would; typing replaces what was there

import { launch as chromium } from "./engines/chromium.js";
import { launch as firefox } from "./engines/firefox.js";
import { launch as webkit } from "./engines/webkit.js";

export const ENGINES = { Chromium: chromium, Firefox: firefox, WebKit: webkit };
