//! `ashlink-offline.html`: one file that opens envelopes without any server, for who trusts no page that is served.
//! In it is the crypto worker's module as every page of this release loads it.

use super::files;
use base64ct::{Base64, Encoding as _};

const DOCUMENT: &str = include_str!("../../../frontend/offline.html");
const SCRIPT: &str = include_str!("../../../frontend/offline.js");

/// The file; `None` where this binary has no page.
#[must_use]
pub fn page() -> Option<String> {
    let (style, glue) = (text("style.css")?, text("worker_glue.js")?);
    // The glue is a module: what it exports by other names is named here.
    let (glue, exports) = glue.rsplit_once("export{").expect("a module exports something");
    let init = exports.split(['}', ',']).find_map(|export| export.trim().strip_suffix(" as initSync"));
    let init = init.expect("wasm-bindgen's glue exports it");
    let module = Base64::encode_string(files::named("worker.wasm")?);
    let script = format!("{glue}const initSync={init},MODULE=\"{module}\";{{\n{SCRIPT}}}");
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; script-src '{}' 'wasm-unsafe-eval'; style-src '{}'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        files::integrity(script.as_bytes()),
        files::integrity(style.as_bytes()),
    );
    let parts = [("VERSION", env!("CARGO_PKG_VERSION")), ("POLICY", &policy), ("STYLE", style), ("SCRIPT", &*script)];
    Some(parts.iter().fold(DOCUMENT.to_owned(), |page, (word, part)| page.replace(word, part)))
}

fn text(name: &str) -> Option<&'static str> {
    str::from_utf8(files::named(name)?).ok()
}
