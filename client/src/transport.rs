//! How calls reach the server: one trait, so that tests need no network.

use std::future::Future;

/// The methods that the API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Changes nothing.
    Get,
    /// Stores or claims.
    Post,
    /// Destroys what is left of a secret.
    Delete,
}

impl Method {
    /// As HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// One request to the API, without the server's address.
#[derive(Clone)]
pub struct Call {
    /// Sent as [`Method::as_str`] writes it.
    pub method: Method,
    /// With what, below `/api/v1/`.
    pub path: String,
    /// Headers that carry proofs and tokens.
    pub headers: Vec<(&'static str, String)>,
    /// JSON text, sent as `application/json`; `None` for a request without a body.
    pub body: Option<String>,
}

/// What the server said.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: String,
}

/// The server did not answer, or not to the end: the call may have arrived or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAnswer;

/// Carries calls to the server. Never repeats one by itself.
pub trait Transport {
    /// Sends one call and waits for the whole answer.
    fn send(&self, call: Call) -> impl Future<Output = Result<Answer, NoAnswer>>;
}
