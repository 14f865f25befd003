//! What a server allows.

use super::limits::{MaxViews, Ttl};
use serde::{Deserialize, Serialize};

/// What a site is called whose operator has given it no name.
pub const PRODUCT_NAME: &str = "Ashlink";

/// Answer of `GET /api/v1/config`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Config {
    /// The server's version.
    pub version: String,
    /// What links begin with, without a slash at the end; absent where the operator has
    /// not said, and the page's own address serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub public_url: Option<String>,
    /// What links begin with instead where the page is on another host than the API: scheme, host and port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub client_origin: Option<String>,
    /// The longest envelope, in bytes.
    pub max_envelope: u64,
    /// The shortest lifetime, in seconds.
    pub min_ttl: Ttl,
    /// The longest lifetime, in seconds.
    pub max_ttl: Ttl,
    /// The lifetime that the page proposes, in seconds.
    pub default_ttl: Ttl,
    /// The most views.
    pub max_views: MaxViews,
    /// For how long the same reader can repeat a claim, in seconds; 0 for not at all.
    pub lease: u64,
    /// Whether creating takes a token of the operator's; absent from older servers, which ask
    /// for none.
    #[serde(default)]
    pub token_required: bool,
    /// Whether every secret must have a passphrase: an envelope whose header says that it has
    /// none is refused.
    #[serde(default)]
    pub passphrase_required: bool,
    /// What this site calls itself.
    #[serde(default = "product_name")]
    pub product_name: String,
    /// What the operator tells senders: plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// Who runs this site: an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imprint_url: Option<String>,
    /// What becomes of visitors' data: an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy_url: Option<String>,
    /// The site's own colour, as `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    /// Path of the site's own logo, an SVG or PNG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
}

impl Config {
    /// What links begin with, without a slash at the end, where the operator has said so.
    #[must_use]
    pub fn links_begin(&self) -> Option<&str> {
        self.client_origin.as_deref().or(self.public_url.as_deref())
    }
}

fn product_name() -> String {
    PRODUCT_NAME.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_an_older_server_is_read() {
        let old = r#"{"version": "0.1.0", "max_envelope": 1024, "min_ttl": 60, "max_ttl": 3600,
            "default_ttl": 3600, "max_views": 5, "lease": 0}"#;
        let config: Config = serde_json::from_str(old).unwrap();
        assert!(!config.passphrase_required && !config.token_required);
        assert_eq!(config.product_name, "Ashlink");
        assert_eq!(
            [config.notice, config.imprint_url, config.privacy_url, config.accent, config.logo],
            [const { None }; 5]
        );
    }
}
