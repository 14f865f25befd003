//! What every server of a release serves, for whoever compares: `ashlink verify`.
//!
//! The server answers with its own under [`Manifest::PATH`], which proves nothing about itself; the one
//! that was published with the release does.

use crate::template::{Malformed, Template};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A release's page, as JSON with the fields in this order and the maps in the order of their keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The release's version.
    pub version: String,
    /// The content security policy of every answer.
    pub policy: String,
    /// The SHA-256 of each file as it is without compression, in hexadecimal, by its path below the base.
    pub files: BTreeMap<String, String>,
    /// The [template](crate::template) of each page by its path below the base; [`Manifest::NOWHERE`] for
    /// every path that leads nowhere.
    pub pages: BTreeMap<String, String>,
}

/// A text is no manifest, in words.
#[derive(Debug, thiserror::Error)]
pub enum NoManifest {
    /// It is cut off, or no JSON of this shape.
    #[error("it cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A page in it cannot be used.
    #[error("its page {0} cannot be used: {1}")]
    Page(String, Malformed),
}

impl Manifest {
    /// Where a server has its own, below the base (RFC 8615).
    pub const PATH: &str = ".well-known/ashlink/manifest.json";
    /// Stands for a path that leads nowhere.
    pub const NOWHERE: &str = "404";

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
            policy: "default-src 'none'".into(),
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
    }
}
