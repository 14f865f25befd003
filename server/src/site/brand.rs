//! What a site looks like whose operator has given it a colour or a logo: files that are made
//! or read at the start, and served beside the page's own.

mod accent;
mod logo;

pub use accent::Accent;
pub use logo::{Kind, Logo, LogoError};

use super::files::FOR_EVER;
use crate::api::error::ApiError;
use anyhow::Context as _;
use ashlink_core::api::ErrorCode;
use ashlink_core::bytes::to_base64url;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

/// The policy of a logo that is opened by itself: an SVG can hold scripts and addresses, and
/// here it runs and loads none, in an origin of its own.
pub(crate) const LOGO_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// The files of this site's own look.
#[derive(Debug, Default)]
pub struct Brand {
    style: Option<Arc<File>>,
    /// Where the logo is read from.
    logo_file: Option<PathBuf>,
    /// The logo, and the one that it has replaced: pages that are on their way to visitors name it.
    logos: RwLock<[Option<Arc<File>>; 2]>,
}

/// One of them, under a name that changes with what is in it.
#[derive(Debug, PartialEq, Eq)]
struct File {
    name: String,
    media_type: &'static str,
    /// Where it is not the pages'.
    policy: Option<&'static str>,
    bytes: Bytes,
}

impl Brand {
    /// Makes and reads what the settings name: a colour, and a file with a logo.
    ///
    /// # Errors
    /// When the logo is none, in words for the operator.
    pub fn read(accent: Option<Accent>, logo: Option<&std::path::Path>) -> anyhow::Result<Self> {
        let style = accent.map(|accent| {
            let sheet = accent.style_sheet();
            Arc::new(File::new("accent", "css", "text/css; charset=utf-8", None, sheet.into_bytes()))
        });
        let brand = Self { style, logo_file: logo.map(PathBuf::from), logos: RwLock::default() };
        brand.refresh()?;
        Ok(brand)
    }

    /// Reads the logo again; says whether it is another one.
    ///
    /// # Errors
    /// When it is none, in words for the operator; the one of before stays.
    pub fn refresh(&self) -> anyhow::Result<bool> {
        let Some(path) = self.logo_file.as_deref() else { return Ok(false) };
        let logo = Logo::read(path).with_context(|| format!("cannot use ASHLINK_LOGO={}", path.display()))?;
        let kind = logo.kind();
        let (extension, media_type) = (kind.extension(), kind.media_type());
        let new = File::new("logo", extension, media_type, Some(LOGO_POLICY), logo.into_bytes());
        let mut logos = self.logos.write().expect("nothing panics while it has this lock");
        if logos[0].as_deref() == Some(&new) {
            return Ok(false);
        }
        *logos = [Some(Arc::new(new)), logos[0].take()];
        Ok(true)
    }

    /// Where the style sheet is, without a slash before it.
    #[must_use]
    pub fn style(&self) -> Option<String> {
        self.style.as_deref().map(File::path)
    }

    /// Where the logo is, without a slash before it.
    #[must_use]
    pub fn logo(&self) -> Option<String> {
        self.logos.read().expect("nothing panics while it has this lock")[0].as_deref().map(File::path)
    }

    /// The style sheet and the logo of now, by their paths.
    pub(super) fn files(&self) -> Vec<(String, Bytes)> {
        let logos = self.logos.read().expect("nothing panics while it has this lock");
        self.style.iter().chain(&logos[0]).map(|file| (file.path(), file.bytes.clone())).collect()
    }

    /// The file of this name.
    fn file(&self, name: &str) -> Option<Arc<File>> {
        let logos = self.logos.read().expect("nothing panics while it has this lock");
        self.style.iter().chain(logos.iter().flatten()).find(|file| file.name == name).cloned()
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
pub async fn file(State(brand): State<Arc<Brand>>, Path(name): Path<String>) -> Response {
    let Some(file) = brand.file(&name) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>";

    #[test]
    fn a_logo_is_read_again_and_the_one_before_stays_for_open_pages() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logo.svg");
        let write = |number: u8| std::fs::write(&path, format!("<!-- {number} -->{LOGO}")).unwrap();
        write(1);
        let brand = Brand::read(None, Some(&path)).unwrap();
        let name = || brand.logo().unwrap().strip_prefix("brand/").unwrap().to_owned();
        let first = name();
        assert!(!brand.refresh().unwrap());
        write(2);
        assert!(brand.refresh().unwrap());
        let second = name();
        assert!(second != first && [&first, &second].iter().all(|name| brand.file(name).is_some()));
        std::fs::write(&path, "no picture").unwrap();
        let words = format!("{:#}", brand.refresh().unwrap_err());
        assert!(words.contains("ASHLINK_LOGO=") && words.contains("no SVG"), "{words}");
        assert_eq!(name(), second);
        write(3);
        assert!(brand.refresh().unwrap());
        assert!(brand.file(&first).is_none() && brand.file(&second).is_some() && brand.file(&name()).is_some());
        assert!(!Brand::default().refresh().unwrap(), "a site without a logo has nothing to read");
    }
}
