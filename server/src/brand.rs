//! What a site looks like whose operator has given it a colour or a logo: files that are made
//! or read at the start, and served beside the page's own.

mod accent;
mod logo;

pub use accent::Accent;
pub use logo::{Kind, Logo, LogoError};

use crate::config::Settings;
use crate::http::error::ApiError;
use crate::site::FOR_EVER;
use crate::state::AppState;
use anyhow::Context as _;
use ashlink_core::api::ErrorCode;
use ashlink_core::bytes::to_base64url;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

/// The policy of a logo that is opened by itself: an SVG can hold scripts and addresses, and
/// here it runs and loads none, in an origin of its own.
const LOGO_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// The files of this site's own look.
#[derive(Debug, Default)]
pub struct Brand {
    style: Option<File>,
    logo: Option<File>,
}

/// One of them, under a name that changes with what is in it.
#[derive(Debug)]
struct File {
    name: String,
    media_type: &'static str,
    /// Where it is not the pages'.
    policy: Option<&'static str>,
    bytes: Bytes,
}

impl Brand {
    /// Makes and reads what the settings name.
    ///
    /// # Errors
    /// When the logo is none, in words for the operator.
    pub fn read(settings: &Settings) -> anyhow::Result<Self> {
        let style = settings.accent.map(|accent| {
            let sheet = accent.style_sheet();
            File::new("accent", "css", "text/css; charset=utf-8", None, sheet.into_bytes())
        });
        let logo = settings.logo.as_deref().map(|path| {
            let logo = Logo::read(path).with_context(|| format!("cannot use ASHLINK_LOGO={}", path.display()))?;
            let kind = logo.kind();
            let (extension, media_type) = (kind.extension(), kind.media_type());
            anyhow::Ok(File::new("logo", extension, media_type, Some(LOGO_POLICY), logo.into_bytes()))
        });
        Ok(Self { style, logo: logo.transpose()? })
    }

    /// Where the style sheet is, without a slash before it.
    #[must_use]
    pub fn style(&self) -> Option<String> {
        self.style.as_ref().map(File::path)
    }

    /// Where the logo is, without a slash before it.
    #[must_use]
    pub fn logo(&self) -> Option<String> {
        self.logo.as_ref().map(File::path)
    }
}

impl File {
    fn new(
        what: &str,
        extension: &str,
        media_type: &'static str,
        policy: Option<&'static str>,
        bytes: Vec<u8>,
    ) -> Self {
        let hash = to_base64url(&Sha256::digest(&bytes)[..12]);
        Self { name: format!("{what}.{hash}.{extension}"), media_type, policy, bytes: bytes.into() }
    }

    fn path(&self) -> String {
        format!("brand/{}", self.name)
    }
}

/// One of the files, kept for good under its hashed name.
pub async fn file(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let Brand { style, logo } = &*state.brand;
    let Some(file) = [style, logo].into_iter().flatten().find(|file| file.name == name) else {
        return ApiError::new(ErrorCode::Unknown, "there is no such file").into_response();
    };
    let mut response = file.bytes.clone().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    if let Some(policy) = file.policy {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    response
}
