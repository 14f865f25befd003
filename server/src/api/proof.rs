//! Who asks: the holder of a link, the sender, or who may create. All is decided before the
//! store is asked, and before a body is read.

use crate::api::error::ApiError;
use crate::api::tokens::{Token, TokenName, Tokens};
use ashlink_core::api::{ACCESS_HEADER, ErrorCode, LINK_HEADER, OWNER_HEADER, TOKEN_HEADER};
use ashlink_core::bytes::{Access, LinkProof, OwnerProof, OwnerVerifier, SecretId};
use axum::RequestPartsExt as _;
use axum::extract::{FromRequestParts, Path};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{Ref, Required};
use utoipa::{IntoParams, ToSchema};

/// Someone who holds the link of this secret: the proof in the header hashes to the id in
/// the path. Everything else is one and the same 404.
#[derive(Debug, Clone, Copy)]
pub struct LinkProven(pub SecretId);

impl<S: Send + Sync> FromRequestParts<S> for LinkProven {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let id = path_id(parts).await?;
        let proof = header(&parts.headers, LINK_HEADER).and_then(|text| LinkProof::parse(text).ok());
        // An id that no proof hashes to names nothing, so comparing ids needs no constant time.
        if proof.is_some_and(|proof| proof.secret_id() == id) { Ok(Self(id)) } else { Err(ApiError::unknown()) }
    }
}

impl IntoParams for LinkProven {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![id(), header_row::<LinkProof>("Ashlink-Link", "proof that one holds the link")]
    }
}

/// Someone who says to be the sender; the record decides.
#[derive(Debug, Clone, Copy)]
pub struct SenderProof {
    /// The secret in the path.
    pub id: SecretId,
    /// SHA-256 of the proof in the header.
    pub verifier: OwnerVerifier,
}

impl<S: Send + Sync> FromRequestParts<S> for SenderProof {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let id = path_id(parts).await?;
        let proof = header(&parts.headers, OWNER_HEADER).and_then(|text| OwnerProof::parse(text).ok());
        let verifier = proof.ok_or_else(ApiError::unknown)?.verifier();
        Ok(Self { id, verifier })
    }
}

impl IntoParams for SenderProof {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![id(), header_row::<OwnerProof>("Ashlink-Owner", "proof that one is the sender")]
    }
}

/// The access proof of a request without a body.
#[derive(Debug)]
pub struct AccessHeader(pub Access);

impl<S: Send + Sync> FromRequestParts<S> for AccessHeader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        header(&parts.headers, ACCESS_HEADER)
            .and_then(|text| Access::parse(text).ok())
            .map(Self)
            .ok_or_else(ApiError::no_proof)
    }
}

impl IntoParams for AccessHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![header_row::<Access>("Ashlink-Access", "proof that one can open it")]
    }
}

/// The secret's id in the path, as the OpenAPI document has it.
fn id() -> Parameter {
    parameter::<SecretId>("id", ParameterIn::Path, "the secret's id")
}

/// A header of a request, as the OpenAPI document has it.
fn header_row<T: ToSchema>(name: &str, description: &str) -> Parameter {
    parameter::<T>(name, ParameterIn::Header, description)
}

fn parameter<T: ToSchema>(name: &str, place: ParameterIn, description: &str) -> Parameter {
    let builder = ParameterBuilder::new().name(name).parameter_in(place).required(Required::True);
    builder.description(Some(description)).schema(Some(Ref::from_schema_name(T::name()))).build()
}

/// Whose token this is of those who may create.
///
/// # Errors
/// 401: without a token, and with one that is not the operator's.
pub fn creator(tokens: &Tokens, headers: &HeaderMap) -> Result<TokenName, ApiError> {
    let invalid = |message| ApiError::new(ErrorCode::TokenInvalid, message);
    match bearer(headers) {
        Bearer::Nothing => Err(ApiError::new(
            ErrorCode::TokenRequired,
            "this server wants a token from who creates, as `Authorization: Bearer TOKEN`",
        )),
        Bearer::Unclear => Err(invalid("there must be one `Authorization`, and letters and digits in it")),
        Bearer::Text(text) => {
            let token = Token::parse(text).map_err(|_| invalid("this is no token, or not all of it"))?;
            tokens.find(&token).ok_or_else(|| invalid("this server does not know this token, or no longer"))
        }
    }
}

/// What a request shows of a token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Bearer<'h> {
    /// No header, another scheme's, or an empty one.
    Nothing,
    /// Several headers, of which each reader could take another; or no text.
    Unclear,
    /// What stands behind the scheme: not empty, and perhaps no token.
    Text(&'h str),
}

/// Reads `Authorization: Bearer TOKEN` (RFC 9110, 11.4 and 11.6.2).
pub(crate) fn bearer(headers: &HeaderMap) -> Bearer<'_> {
    let mut values = headers.get_all(TOKEN_HEADER).iter();
    let Some(value) = values.next() else { return Bearer::Nothing };
    let Ok(text) = value.to_str() else { return Bearer::Unclear };
    if values.next().is_some() {
        return Bearer::Unclear;
    }
    match text.split_once(' ').map(|(scheme, token)| (scheme, token.trim_matches(' '))) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => Bearer::Text(token),
        _ => Bearer::Nothing,
    }
}

async fn path_id(parts: &mut Parts) -> Result<SecretId, ApiError> {
    let Path(id) = parts.extract::<Path<String>>().await.map_err(|_| ApiError::unknown())?;
    SecretId::parse(&id).map_err(|_| ApiError::unknown())
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
