//! What [WEBCAT] is told of a server: a browser extension that loads nothing from it but what was signed.
//!
//! [WEBCAT]: https://github.com/freedomofpress/webcat (`extension/src/webcat/interfaces/bundle.ts` and
//! `validators.ts`, July 2026)

use super::files;
use super::pages::Pages;
use anyhow::ensure;
use ashlink_core::bytes::to_base64url;
use ashlink_core::manifest::Manifest;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What WEBCAT looks for at an address that ends in a slash: the create page, by another name.
const INDEX: &str = "index.html";

/// The manifest of a server that serves these pages, without a signature.
///
/// # Errors
/// When the server shares its host: WEBCAT knows hosts, not paths.
pub fn manifest(pages: &Pages) -> anyhow::Result<String> {
    ensure!(pages.look.base.is_empty(), "WEBCAT covers a host, and ASHLINK_PUBLIC_URL is a path on one");
    let hash = |bytes: &[u8]| to_base64url(&Sha256::digest(bytes));
    let files = files::plain().map(|(path, bytes)| (path.to_owned(), hash(bytes)));
    let brand = pages.look.brand.files().into_iter().map(|(path, bytes)| (path, hash(&bytes)));
    let filled = pages.filled().map(|(path, page)| (path.to_owned(), hash(&page)));
    let mut hashes: BTreeMap<String, String> =
        files.chain(brand).chain(filled).map(|(path, hash)| (format!("/{path}"), hash)).collect();
    hashes.insert(format!("/{INDEX}"), hashes["/"].clone());
    let is_wasm = |path: &str| path.rsplit('.').next() == Some("wasm");
    let wasm: Vec<_> = hashes.iter().filter(|(path, _)| is_wasm(path)).map(|(_, hash)| hash).collect();
    let release = pages.manifest();
    Ok(json!({
        "name": "Ashlink",
        "version": release.version,
        "default_csp": release.headers["content-security-policy"],
        "extra_csp": {},
        "default_index": INDEX,
        "default_fallback": format!("/{}", Manifest::NOWHERE),
        "files": hashes,
        "wasm": wasm,
    })
    .to_string())
}
