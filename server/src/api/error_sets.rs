//! Which errors a handler answers with, as types that describe themselves in the OpenAPI document.

use crate::api::error::{Row, row};
use ashlink_core::api::ErrorCode;
use ashlink_core::api::ErrorCode::*;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use utoipa::IntoResponses;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Header, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder};

/// Codes that belong together because one thing brings them about.
pub(super) trait ErrorSet {
    /// The codes, in the order in which the document names them.
    fn codes() -> Vec<ErrorCode>;
}

macro_rules! error_sets {
    ($($(#[$doc:meta])* $set:ident = $($code:ident),+;)+) => {
        $(
        $(#[$doc])*
        pub(super) struct $set;

        impl ErrorSet for $set {
            fn codes() -> Vec<ErrorCode> {
                vec![$($code),+]
            }
        }
        )+
    };
}

error_sets! {
    /// Of a request that is counted (`limit.rs`); other sites send none of those.
    CountedErrors = RateLimited, CrossSite;
    /// Of a request that names a secret and shows the proof that goes with its link or receipt.
    LinkErrors = Unknown;
    /// Of a request with a body.
    BodyErrors = Malformed, RequestTimeout, TooLarge, UnsupportedMediaType, InvalidField, Overloaded;
    /// Of who asks the store for something.
    StoreErrors = StoreUnavailable, Internal;
    /// Of who has the store change something.
    ChangeErrors = StoreUnavailable, Internal, OutcomeUnknown;
    /// Of a request with the proof that it can open a secret.
    AccessErrors = WrongProof, TooManyAttempts;
    /// Of who comes too late.
    GoneErrors = Opened, Destroyed, Expired, Lost;
    /// Of who creates.
    CreateErrors = TokenRequired, TokenInvalid, IdTaken, PassphraseRequired, QuotaExceeded, StoreFull;
}

macro_rules! joined {
    ($($set:ident)+) => {
        impl<$($set: ErrorSet),+> ErrorSet for ($($set,)+) {
            fn codes() -> Vec<ErrorCode> {
                [$($set::codes()),+].concat()
            }
        }
    };
}

joined!(A B C);
joined!(A B C D);
joined!(A B C D E);
joined!(A B C D E F);

/// The error answers of one handler: all of these sets.
pub(super) struct Errors<S>(PhantomData<S>);

impl<S: ErrorSet> IntoResponses for Errors<S> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut by_status = BTreeMap::<u16, Vec<ErrorCode>>::new();
        for code in S::codes() {
            by_status.entry(code.status()).or_default().push(code);
        }
        by_status.into_iter().map(|(status, codes)| (status.to_string(), RefOr::T(answer(&codes)))).collect()
    }
}

/// The answer with one of these codes, which have one status.
fn answer(codes: &[ErrorCode]) -> Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
    let mut answer = ResponseBuilder::new().description(either(codes)).content("application/json", body).build();
    let with = |wanted: fn(&Row) -> bool| codes.iter().copied().filter(|code| wanted(&row(*code))).collect::<Vec<_>>();
    if !with(|row| matches!(row, Row::Challenge(_))).is_empty() {
        answer.headers.insert("WWW-Authenticate".to_owned(), text("What is asked for: `Bearer`."));
    }
    let later = with(|row| matches!(row, Row::RetryAfter));
    if later == codes {
        answer.headers.insert("Retry-After".to_owned(), seconds("In how many seconds it can be tried again."));
    } else if !later.is_empty() {
        let when = format!("With {}: in how many seconds it can be tried again.", either(&later));
        answer.headers.insert("Retry-After".to_owned(), seconds(&when));
    } else if !with(|row| matches!(row, Row::RetryAfterAttempts)).is_empty() {
        let when = "With `attempts_left` 0: in how many seconds the next attempt is looked at.";
        answer.headers.insert("Retry-After".to_owned(), seconds(when));
    }
    answer
}

/// One of these, in words.
fn either(codes: &[ErrorCode]) -> String {
    let named: Vec<_> = codes.iter().map(|code| format!("`{}`", code.as_str())).collect();
    match named.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        named => named.concat(),
    }
}

fn text(description: &str) -> RefOr<Header> {
    header(ObjectBuilder::new().schema_type(Type::String).build(), description)
}

fn seconds(description: &str) -> RefOr<Header> {
    header(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build(), description)
}

fn header(schema: Object, description: &str) -> RefOr<Header> {
    RefOr::T(HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described<S: ErrorSet>(status: &str) -> (String, Option<String>) {
        let Some(RefOr::T(mut answer)) = Errors::<S>::responses().remove(status) else { panic!("no {status}") };
        let header = answer.headers.remove("Retry-After").map(|header| match header {
            RefOr::T(header) => header.description.unwrap(),
            RefOr::Ref(_) => panic!("a header that is elsewhere"),
        });
        (answer.description, header)
    }

    #[test]
    fn sets_with_one_status_are_one_answer() {
        type Claim = (CountedErrors, BodyErrors, AccessErrors, StoreErrors);
        let words = |description: &str, header: &str| (description.to_owned(), Some(header.to_owned()));
        assert_eq!(
            described::<Claim>("429"),
            words("`rate_limited` or `too_many_attempts`", "In how many seconds it can be tried again.")
        );
        assert_eq!(
            described::<Claim>("503"),
            words(
                "`overloaded` or `store_unavailable`",
                "With `overloaded`: in how many seconds it can be tried again."
            )
        );
        assert_eq!(
            described::<Claim>("403"),
            words(
                "`cross_site` or `wrong_proof`",
                "With `attempts_left` 0: in how many seconds the next attempt is looked at."
            )
        );
        assert_eq!(
            described::<(LinkErrors, StoreErrors, GoneErrors)>("410").0,
            "`opened`, `destroyed`, `expired` or `lost`"
        );
        assert_eq!(described::<Claim>("500"), ("`internal`".to_owned(), None));
    }
}
