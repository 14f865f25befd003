//! The one error body and its stable codes.

use serde::{Deserialize, Serialize};

/// What an error says about what was asked for, where its code does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing happened, and repeating the request at once does not help.
    Refused,
    /// Nothing happened; in a moment the same request may succeed.
    Busy,
    /// It may have happened.
    Unknown,
    /// Nothing happened: the secret has ended before.
    Ended,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $status:literal, $outcome:ident;)*) => {
        /// Stable code of an error. Clients act on this, never on the message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $name,)*
        }

        impl ErrorCode {
            /// Every code of this version, in the order of HTTP statuses.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// What it says about what was asked for.
            #[must_use]
            pub const fn outcome(self) -> Outcome {
                match self { $(Self::$name => Outcome::$outcome,)* }
            }

            /// What it says, in sentences for people.
            #[cfg(feature = "openapi")]
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)* }
            }

            /// Reads a code; `None` for one that a newer server has.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }
        }
    };
}

codes! {
    /// The request is not what HTTP or JSON wants.
    Malformed = "malformed", 400, Refused;
    /// Creating takes a token here, and none was shown.
    TokenRequired = "token_required", 401, Refused;
    /// The token is none of the operator's, or no longer, or not whole.
    TokenInvalid = "token_invalid", 401, Refused;
    /// The proof does not open the secret: a wrong passphrase. Nothing was spent. `attempts_left`
    /// says how many more are looked at.
    WrongProof = "wrong_proof", 403, Refused;
    /// A page of another site sent the request.
    CrossSite = "cross_site", 403, Refused;
    /// No such secret, for who holds this link; or no such route.
    Unknown = "unknown", 404, Refused;
    /// The route exists, not with this method.
    MethodNotAllowed = "method_not_allowed", 405, Refused;
    /// The request's body did not arrive in time.
    RequestTimeout = "request_timeout", 408, Refused;
    /// Another secret has this id, or had it.
    IdTaken = "id_taken", 409, Refused;
    /// All views are spent.
    Opened = "opened", 410, Ended;
    /// It was destroyed.
    Destroyed = "destroyed", 410, Ended;
    /// Its time has run out.
    Expired = "expired", 410, Ended;
    /// The store lost it before its time.
    Lost = "lost", 410, Ended;
    /// The body is larger than this server takes.
    TooLarge = "too_large", 413, Refused;
    /// The body is not `application/json`.
    UnsupportedMediaType = "unsupported_media_type", 415, Refused;
    /// A field is missing or out of bounds; `field` names it. Or the body is no object.
    InvalidField = "invalid_field", 422, Refused;
    /// This server wants secrets to have a passphrase, and this one has none.
    PassphraseRequired = "passphrase_required", 422, Refused;
    /// Too many attempts failed, this caller's or those of all: this one was not looked at.
    /// `retry_after` says when the next one is.
    TooManyAttempts = "too_many_attempts", 429, Refused;
    /// This client asks more often than it may, or has stored as many bytes in this hour.
    /// `retry_after` says when.
    RateLimited = "rate_limited", 429, Busy;
    /// The quota of kept bytes is used up that this address (IPv6: its /48) shares with those of its
    /// quota group: nothing was stored. It becomes free as secrets are opened or expire.
    QuotaExceeded = "quota_exceeded", 429, Refused;
    /// A fault of the server's own, or something unreadable in its store.
    Internal = "internal", 500, Unknown;
    /// The store did not take the request: nothing happened.
    StoreUnavailable = "store_unavailable", 503, Busy;
    /// The server has no memory left for requests just now: nothing happened.
    Overloaded = "overloaded", 503, Busy;
    /// The store took the request and did not answer: it may have happened.
    OutcomeUnknown = "outcome_unknown", 504, Unknown;
    /// The store holds as much as it may: nothing was stored.
    StoreFull = "store_full", 507, Refused;
}

// Not derived: the derive does not see names that a macro passes on.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ErrorCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let line = |code: &Self| format!("- `{}` ({}):{}", code.as_str(), code.status(), code.meaning());
        let lines: Vec<_> = Self::ALL.iter().map(line).collect();
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(format!(
                "Stable code of an error. Clients act on this, never on the message.\n\n{}",
                lines.join("\n")
            )))
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for ErrorCode {}

/// Body of every error: `{"error": {"code", "message"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong, for programs and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorDetail {
    /// What went wrong, in a form that does not change; a newer server may have codes that are
    /// not listed here.
    #[cfg_attr(feature = "openapi", schema(value_type = ErrorCode))]
    pub code: String,
    /// English, for people who read answers by hand; pages never show it.
    pub message: String,
    /// The field at fault, where there is one, as a path: `expires_in`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub field: Option<String>,
    /// In how many seconds it can be tried again, where that is known; the header `Retry-After`
    /// says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub retry_after: Option<u64>,
    /// With `wrong_proof`: how many more attempts of this caller are looked at before it has to
    /// wait or the secret is destroyed, whichever comes first. Failed attempts of others take from
    /// it. With 0, `retry_after` says for how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub attempts_left: Option<u32>,
    /// What comes after those attempts; beside `attempts_left`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub at_limit: Option<AtLimit>,
}

/// What the last of the attempts that are left leads to, if it fails as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AtLimit {
    /// The caller has to wait: until then no proof of it is looked at, right or wrong.
    Wait,
    /// The secret is destroyed, as its sender wants.
    Destroyed,
}

impl ErrorBody {
    /// An error without a field.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            error: ErrorDetail {
                code: code.as_str().to_owned(),
                message: message.into(),
                field: None,
                retry_after: None,
                attempts_left: None,
                at_limit: None,
            },
        }
    }
}
