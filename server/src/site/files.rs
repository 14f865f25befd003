//! The page's files, inside the binary.

use crate::api::error::ApiError;
use crate::web::encoding::Encoding;
use ashlink_core::api::ErrorCode;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

/// One file with its compressed forms.
struct File {
    name: &'static str,
    path: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/site_files.rs"));

/// The files of one build, found by what they are for.
#[derive(Debug, Clone)]
pub struct Site {
    /// The style sheet, as the last part of its path.
    pub style: &'static str,
    /// The script that starts the page.
    pub boot: &'static str,
    /// The islands' glue.
    pub frontend_js: &'static str,
    /// The islands' WASM.
    pub frontend_wasm: &'static str,
    /// The worker's script.
    pub worker: &'static str,
    /// The glue of what is loaded when it is wanted.
    pub extras_js: &'static str,
    /// What is loaded when it is wanted.
    pub extras_wasm: &'static str,
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
        let path = |name: &str| find(|file| file.name == name).map(|file| file.path).ok_or(NoPage);
        Ok(Self {
            style: path("style.css")?,
            boot: path("boot.js")?,
            frontend_js: path("frontend.js")?,
            frontend_wasm: path("frontend.wasm")?,
            worker: path("worker.js")?,
            extras_js: path("extras.js")?,
            extras_wasm: path("extras.wasm")?,
        })
    }

    /// Names that lead nowhere, for tests of the API without a page.
    #[must_use]
    pub const fn none() -> Self {
        Self { style: "", boot: "", frontend_js: "", frontend_wasm: "", worker: "", extras_js: "", extras_wasm: "" }
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
