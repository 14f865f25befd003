//! Who asks: the holder of a link, or the sender. Both are decided before the store is
//! asked, and before a body is read.

use crate::http::error::ApiError;
use ashlink_core::api::{ACCESS_HEADER, LINK_HEADER, OWNER_HEADER};
use ashlink_core::bytes::{Access, LinkProof, OwnerToken, OwnerVerifier, SecretId};
use axum::RequestPartsExt as _;
use axum::extract::{FromRequestParts, Path};
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// Someone who holds the link of this secret: the proof in the header hashes to the id in
/// the path. Everything else is one and the same 404.
#[derive(Debug, Clone, Copy)]
pub struct LinkHolder(pub SecretId);

impl<S: Send + Sync> FromRequestParts<S> for LinkHolder {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let id = path_id(parts).await?;
        let proof = header(&parts.headers, LINK_HEADER).and_then(|text| LinkProof::parse(text).ok());
        // An id that no proof hashes to names nothing, so comparing ids needs no constant time.
        if proof.is_some_and(|proof| proof.secret_id() == id) { Ok(Self(id)) } else { Err(ApiError::unknown()) }
    }
}

/// Someone who says to be the sender; the record decides.
#[derive(Debug, Clone, Copy)]
pub struct Claimant {
    /// The secret in the path.
    pub id: SecretId,
    /// SHA-256 of the token in the header.
    pub verifier: OwnerVerifier,
}

impl<S: Send + Sync> FromRequestParts<S> for Claimant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let id = path_id(parts).await?;
        let token = header(&parts.headers, OWNER_HEADER).and_then(|text| OwnerToken::parse(text).ok());
        let verifier = token.ok_or_else(ApiError::unknown)?.verifier();
        Ok(Self { id, verifier })
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
            .ok_or_else(ApiError::wrong_proof)
    }
}

async fn path_id(parts: &mut Parts) -> Result<SecretId, ApiError> {
    let Path(id) = parts.extract::<Path<String>>().await.map_err(|_| ApiError::unknown())?;
    SecretId::parse(&id).map_err(|_| ApiError::unknown())
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
