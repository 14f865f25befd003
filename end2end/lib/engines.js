// The browsers of three makers behind one small interface, for the flows that must work in all.
//
// An engine is `launch()`, which gives `{ arrive(site), close() }`. Who arrives has the fields
// of a `Visitor` (console, errors, requests, sent(), leave()) and a page that can do what
// `pages.js` asks of one (engines/page.js), so that all three walk through the same steps.

import { launch as chromium } from "./engines/chromium.js";
import { launch as firefox } from "./engines/firefox.js";
import { launch as webkit } from "./engines/webkit.js";

export const ENGINES = { Chromium: chromium, Firefox: firefox, WebKit: webkit };
