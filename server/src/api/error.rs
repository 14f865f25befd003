//! Errors as the API answers them.

use ashlink_core::api::{AtLimit, ErrorBody, ErrorCode, State};
use ashlink_store::{AfterFailure, StoreError};
use axum::http::StatusCode;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};

/// An error answer: a stable code, a message for people, and the field at fault.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    body: ErrorBody,
}

impl ApiError {
    /// An error with its message.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, body: ErrorBody::new(code, message) }
    }

    /// Its code, and its body as it will be sent.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn into_parts(self) -> (ErrorCode, ErrorBody) {
        (self.code, self.body)
    }

    /// A field is missing or out of bounds.
    #[must_use]
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut error = Self::new(ErrorCode::InvalidField, message);
        error.body.error.field = Some(field.into());
        error
    }

    /// The one answer for ids and proofs that lead nowhere, whatever the reason.
    #[must_use]
    pub fn unknown() -> Self {
        Self::new(ErrorCode::Unknown, "there is no such secret for this link")
    }

    /// It can be tried again in so many seconds.
    fn later(code: ErrorCode, message: &str, wait: u64) -> Self {
        let mut error = Self::new(code, message);
        error.body.error.retry_after = Some(wait);
        error
    }

    /// This client asks too often; it will be answered again in so many seconds.
    #[must_use]
    pub fn rate_limited(wait: u64) -> Self {
        Self::later(ErrorCode::RateLimited, "too many requests; nothing was done", wait)
    }

    /// This caller has stored as many bytes as it may for now; more are taken in so many seconds.
    #[must_use]
    pub fn too_many_bytes(wait: u64) -> Self {
        Self::later(ErrorCode::RateLimited, "too many bytes from one address; nothing was stored", wait)
    }

    /// All the memory is taken that there is for bodies, or for answers.
    #[must_use]
    pub fn overloaded() -> Self {
        Self::later(ErrorCode::Overloaded, "the server is taking as much as it can; nothing was done", 1)
    }

    /// There were too many wrong proofs; one is looked at again in so many milliseconds.
    #[must_use]
    pub fn too_many_attempts(wait: u64) -> Self {
        let message = "too many failed attempts; this one was not looked at, and nothing was spent";
        Self::later(ErrorCode::TooManyAttempts, message, seconds(wait))
    }

    /// The proof opens nothing. It is none at all, so no attempt was counted.
    #[must_use]
    pub fn no_proof() -> Self {
        Self::new(ErrorCode::WrongProof, "the proof does not open this secret; nothing was spent")
    }

    /// The proof opens nothing, and how that goes on.
    #[must_use]
    pub fn wrong_proof(next: AfterFailure) -> Self {
        let mut error = Self::no_proof();
        let detail = &mut error.body.error;
        let (left, at_limit) = match next {
            AfterFailure::Attempts { left, at_limit } => (left, at_limit),
            AfterFailure::Wait(wait) => {
                detail.retry_after = Some(seconds(wait));
                (0, AtLimit::Wait)
            }
        };
        detail.attempts_left = Some(left);
        detail.at_limit = Some(at_limit);
        error
    }

    /// The secret no longer waits.
    #[must_use]
    pub fn gone(state: State) -> Self {
        match state {
            State::Opened => Self::new(ErrorCode::Opened, "all views of this secret are spent"),
            State::Destroyed => Self::new(ErrorCode::Destroyed, "this secret was destroyed"),
            State::Expired => Self::new(ErrorCode::Expired, "this secret's time has run out"),
            State::Lost => Self::new(ErrorCode::Lost, "the store lost this secret before its time"),
            State::Waiting => Self::new(ErrorCode::Internal, "the store contradicts itself"),
        }
    }
}

/// Whole seconds, at least one, that are no shorter than these milliseconds.
fn seconds(millis: u64) -> u64 {
    millis.div_ceil(1000).max(1)
}

/// The header row that goes with an error, by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    None,
    /// `WWW-Authenticate` (RFC 9110, 11.6.1; RFC 6750, 3), with this value.
    Challenge(&'static str),
    /// `Retry-After` in seconds (RFC 9110, 10.2.3).
    RetryAfter,
    /// The same, only where no attempt is left.
    RetryAfterAttempts,
}

/// The header row that goes with this code.
pub(crate) const fn row(code: ErrorCode) -> Row {
    match code {
        ErrorCode::TokenRequired => Row::Challenge("Bearer realm=\"Ashlink\""),
        ErrorCode::TokenInvalid => Row::Challenge("Bearer realm=\"Ashlink\", error=\"invalid_token\""),
        ErrorCode::TooManyAttempts | ErrorCode::RateLimited | ErrorCode::Overloaded => Row::RetryAfter,
        ErrorCode::WrongProof => Row::RetryAfterAttempts,
        ErrorCode::Malformed
        | ErrorCode::CrossSite
        | ErrorCode::Unknown
        | ErrorCode::MethodNotAllowed
        | ErrorCode::RequestTimeout
        | ErrorCode::IdTaken
        | ErrorCode::Opened
        | ErrorCode::Destroyed
        | ErrorCode::Expired
        | ErrorCode::Lost
        | ErrorCode::TooLarge
        | ErrorCode::UnsupportedMediaType
        | ErrorCode::InvalidField
        | ErrorCode::PassphraseRequired
        | ErrorCode::QuotaExceeded
        | ErrorCode::Internal
        | ErrorCode::StoreUnavailable
        | ErrorCode::OutcomeUnknown
        | ErrorCode::StoreFull => Row::None,
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable => {
                Self::new(ErrorCode::StoreUnavailable, "the store is not available; nothing happened")
            }
            StoreError::OutcomeUnknown => {
                Self::new(ErrorCode::OutcomeUnknown, "the store did not answer; whether this happened is unknown")
            }
            StoreError::Corrupt => Self::new(ErrorCode::Internal, "the store holds something unreadable"),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).expect("the table of codes holds valid statuses");
        let wait = self.body.error.retry_after.map(|wait| [(RETRY_AFTER, wait.to_string())]);
        let challenge = match row(self.code) {
            Row::Challenge(challenge) => Some([(WWW_AUTHENTICATE, challenge)]),
            Row::None | Row::RetryAfter | Row::RetryAfterAttempts => None,
        };
        // The code travels along, for what counts answers.
        let code = Extension(self.code);
        (status, code, wait.map(AppendHeaders), challenge.map(AppendHeaders), Json(self.body)).into_response()
    }
}
