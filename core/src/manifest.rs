//! What every server of a release serves, for whoever compares: `ashlink verify`.
//!
//! The server answers with its own under [`Manifest::PATH`], which proves nothing about itself; the one
//! that was published with the release does.

use crate::template::{Malformed, Template};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// A release's page, as JSON with the fields in this order and the maps in the order of their keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The release's version.
    pub version: String,
    /// The hash of the commit that it was built from, where the build was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The headers that every page and file has, by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The SHA-256 of each file as it is without compression, in hexadecimal, by its path below the base.
    pub files: BTreeMap<String, String>,
    /// The [template](crate::template) of each page by its path below the base; [`Manifest::NOWHERE`] for
    /// every path that leads nowhere.
    pub pages: BTreeMap<String, String>,
}

/// The most files and pages together.
const MOST: usize = 1000;

/// A text is no manifest, in words.
#[derive(Debug, thiserror::Error)]
pub enum NoManifest {
    /// It is cut off, or no JSON of this shape.
    #[error("it cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// It names more than any release has.
    #[error("it names {0} files and pages, and no release has more than {MOST}")]
    Large(usize),
    /// Its version, its commit or a path in it is none, and may be meant for whoever prints it.
    #[error("{0:?} is no version and no path")]
    Text(String),
    /// A page in it cannot be used.
    #[error("its page {0} cannot be used: {1}")]
    Page(String, Malformed),
}

impl Manifest {
    /// Where a server has its own, below the base (RFC 8615).
    pub const PATH: &str = ".well-known/ashlink/manifest.json";
    /// Stands for a path that leads nowhere.
    pub const NOWHERE: &str = "404";

    /// The policy of a page whose API is at this origin, made from that of a page whose API is at its own.
    #[must_use]
    pub fn policy_with_api(policy: &str, origin: &str) -> String {
        policy.replace("connect-src 'self'", &format!("connect-src 'self' {origin}"))
    }

    /// A file's hash, as it stands in [`Manifest::files`].
    #[must_use]
    pub fn hash(bytes: &[u8]) -> String {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// As it is served and published.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("it is made of strings and maps with strings as keys")
    }

    /// Reads one, with its templates.
    ///
    /// # Errors
    /// [`NoManifest`].
    pub fn parse(json: &str) -> Result<(Self, BTreeMap<String, Template>), NoManifest> {
        let manifest: Self = serde_json::from_str(json)?;
        let number = manifest.files.len() + manifest.pages.len();
        if number > MOST {
            return Err(NoManifest::Large(number));
        }
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+/".contains(&byte));
        let names = manifest.files.keys().chain(manifest.pages.keys());
        let texts = names.chain([&manifest.version]).chain(&manifest.commit);
        if let Some(text) = texts.into_iter().find(|text| !is_plain(text)).cloned() {
            return Err(NoManifest::Text(text));
        }
        let template = |(path, text): (&String, &String)| match Template::parse(text) {
            Ok(template) => Ok((path.clone(), template)),
            Err(error) => Err(NoManifest::Page(path.clone(), error)),
        };
        let templates = manifest.pages.iter().map(template).collect::<Result<_, _>>()?;
        Ok((manifest, templates))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{end, part, place};

    fn manifest() -> Manifest {
        Manifest {
            version: "0.1.0".into(),
            commit: None,
            headers: [("referrer-policy".into(), "no-referrer".into())].into(),
            files: [("pkg/a.js".into(), "00".repeat(32))].into(),
            pages: [(String::new(), place("product") + "<p>"), ("404".into(), "nothing".into())].into(),
        }
    }

    #[test]
    fn it_is_written_and_read_the_same() {
        let json = manifest().to_json();
        let (read, templates) = Manifest::parse(&json).unwrap();
        assert_eq!((&read, templates.len()), (&manifest(), 2));
        assert_eq!(read.to_json(), json);
        // The first of FIPS 180-4's examples.
        assert!(Manifest::hash(b"abc").starts_with("ba7816bf8f01cfea"));
    }

    #[test]
    fn what_is_none_is_refused_with_words() {
        let words = |json: &str| Manifest::parse(json).unwrap_err().to_string();
        let json = manifest().to_json();
        assert!(words(&json[..json.len() - 1]).contains("EOF"));
        assert!(words("{}").contains("version"));
        assert!(words(&json.replace("\"version\"", "\"more\":1,\"version\"")).contains("more"));
        let mut broken = manifest();
        broken.pages.insert("s".into(), part("a") + "x" + &end() + &end());
        assert!(words(&broken.to_json()).starts_with("its page s cannot be used"));
        let mut strange = manifest();
        strange.files.insert("\u{1b}[2J".into(), String::new());
        assert_eq!(words(&strange.to_json()), "\"\\u{1b}[2J\" is no version and no path");
        let mut large = manifest();
        large.files.extend((0..1000).map(|number| (number.to_string(), String::new())));
        assert!(words(&large.to_json()).contains("1003 files and pages"));
    }
}
