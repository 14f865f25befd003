//! The page's files, inside the binary.

use crate::api::error::ApiError;
use crate::web::encoding::Encoding;
use ashlink_core::api::ErrorCode;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

/// One file with its compressed forms.
struct File {
    name: &'static str,
    path: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

impl File {
    fn served_under(&self) -> &'static str {
        self.path.trim_start_matches("public/")
    }
}

include!(concat!(env!("OUT_DIR"), "/site_files.rs"));

/// The files of one build, found by what they are for.
#[derive(Debug, Clone)]
pub struct Site {
    /// The style sheet, as the last part of its path.
    pub style: &'static str,
    /// The script that starts the page.
    pub boot: Script,
    /// The islands of the create page.
    pub create: Islands,
    /// The islands of the pages to which links lead.
    pub open: Islands,
    /// The worker's script.
    pub worker: &'static str,
    /// The glue of what is loaded when it is wanted.
    pub extras_js: &'static str,
    /// What is loaded when it is wanted.
    pub extras_wasm: &'static str,
}

/// A script that a page names together with a hash of what is in it.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    /// Where it is, without a slash before it.
    pub path: &'static str,
    content: &'static [u8],
}

/// A module with islands.
#[derive(Debug, Clone, Copy)]
pub struct Islands {
    /// Its glue.
    pub js: Script,
    /// Where the module is.
    pub wasm: &'static str,
}

impl Script {
    /// For the attribute `integrity`.
    #[must_use]
    pub fn integrity(&self) -> String {
        integrity(self.content)
    }
}

/// This server was built without its page.
#[derive(Debug, thiserror::Error)]
#[error("this binary was built without its page: build it with `cargo xtask build`")]
pub struct NoPage;

impl Site {
    /// The files that were built into this binary.
    ///
    /// # Errors
    /// [`NoPage`] when there are none.
    pub fn embedded() -> Result<Self, NoPage> {
        let file = |name: &str| find(|file| file.name == name).ok_or(NoPage);
        let path = |name: &str| file(name).map(|file| file.path);
        let script = |name: &str| file(name).map(|file| Script { path: file.path, content: file.plain });
        Ok(Self {
            style: path("style.css")?,
            boot: script("boot.js")?,
            create: Islands { js: script("create.js")?, wasm: path("create.wasm")? },
            open: Islands { js: script("open.js")?, wasm: path("open.wasm")? },
            worker: path("worker.js")?,
            extras_js: path("extras.js")?,
            extras_wasm: path("extras.wasm")?,
        })
    }

    /// Names that lead nowhere, for tests of the API without a page.
    #[must_use]
    pub const fn none() -> Self {
        let script = Script { path: "", content: &[] };
        let islands = Islands { js: script, wasm: "" };
        Self { style: "", boot: script, create: islands, open: islands, worker: "", extras_js: "", extras_wasm: "" }
    }
}

/// How a file is cached that has a hash in its name.
pub(super) const FOR_EVER: &str = "public, max-age=31536000, immutable, no-transform";

/// A file under its hashed name: never changes, so it is kept for good.
pub async fn hashed(Path(name): Path<String>, encoding: Encoding) -> Response {
    let path = format!("pkg/{name}");
    serve(&path, encoding, FOR_EVER)
}

/// The page's icon.
pub async fn favicon(encoding: Encoding) -> Response {
    serve("public/favicon.svg", encoding, "public, max-age=86400")
}

/// What robots are asked not to visit.
pub async fn robots(encoding: Encoding) -> Response {
    serve("public/robots.txt", encoding, "public, max-age=86400")
}

/// How tags and policies name what they expect (W3C Subresource Integrity, section 3.5): `sha256-` and the hash in
/// base64.
pub(super) fn integrity(content: &[u8]) -> String {
    format!("sha256-{}", Base64::encode_string(&Sha256::digest(content)))
}

/// Every file without compression, by the path that it is served under.
pub(super) fn plain() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().map(|file| (file.served_under(), file.plain))
}

/// Every file by the path that it is served under, and its compressed forms beside it.
pub(super) fn all() -> impl Iterator<Item = (String, Bytes)> {
    FILES.iter().flat_map(|file| {
        let forms = [("", file.plain), (".br", file.brotli), (".gz", file.gzip)];
        forms.map(|(end, form)| (format!("{}{end}", file.served_under()), Bytes::from_static(form)))
    })
}

/// What is in the file that the build knows by this name.
pub(super) fn named(name: &str) -> Option<&'static [u8]> {
    find(|file| file.name == name).map(|file| file.plain)
}

fn find(wanted: impl Fn(&File) -> bool) -> Option<&'static File> {
    FILES.iter().find(|file| wanted(file))
}

fn serve(path: &str, encoding: Encoding, caching: &'static str) -> Response {
    let Some(file) = find(|file| file.path == path) else {
        return ApiError::new(ErrorCode::Unknown, "there is no such file").into_response();
    };
    let body = match encoding {
        Encoding::Brotli => file.brotli,
        Encoding::Gzip => file.gzip,
        Encoding::Identity => file.plain,
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    encoding.tell(headers);
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
