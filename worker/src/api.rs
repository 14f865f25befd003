//! The API's client: types in, types or a [`Fault`] out.

use crate::json;
use crate::transport::{Answer, Call, Method, NoAnswer, Transport};
use ashlink_core::api::{
    ClaimRequest, ClaimResponse, CreateRequest, CreateResponse, ErrorBody, ErrorCode, LINK_HEADER, OWNER_HEADER, Peek,
    Receipt,
};
use ashlink_core::bytes::{LinkProof, OwnerToken, SecretId};
use ashlink_core::message::Fault;
use serde::de::DeserializeOwned;

/// A server, by way of a transport.
pub struct Api<T> {
    transport: T,
}

impl<T: Transport> Api<T> {
    /// Over this transport.
    #[must_use]
    pub const fn new(transport: T) -> Self {
        Self { transport }
    }

    /// Stores a sealed secret. Repeating it stores nothing twice.
    ///
    /// # Errors
    /// What the server or the network had against it; all of it can be repeated.
    pub async fn create(&self, request: &CreateRequest) -> Result<CreateResponse, Fault> {
        let body = serde_json::to_string(request).map_err(|_| Fault::Broken)?;
        let call = Call { method: Method::Post, path: "secrets".to_owned(), proof: None, body: Some(body) };
        read(&self.send(call).await?)
    }

    /// Asks what became of a secret. Spends nothing.
    ///
    /// # Errors
    /// What the server or the network had against it.
    pub async fn peek(&self, id: &SecretId, link: &LinkProof) -> Result<Peek, Fault> {
        let call = Call {
            method: Method::Get,
            path: ["open/", &id.to_text()].concat(),
            proof: Some((LINK_HEADER, link.to_text())),
            body: None,
        };
        read(&self.send(call).await?)
    }

    /// Spends one view.
    ///
    /// # Errors
    /// [`Fault::Unknown`] where nobody can say whether the view was spent; else the server
    /// refused, and it was not.
    pub async fn claim(&self, id: &SecretId, link: &LinkProof, claim: &ClaimRequest) -> Result<ClaimResponse, Fault> {
        let body = serde_json::to_string(claim).map_err(|_| Fault::Broken)?;
        let call = Call {
            method: Method::Post,
            path: ["open/", &id.to_text(), "/claim"].concat(),
            proof: Some((LINK_HEADER, link.to_text())),
            body: Some(body),
        };
        let answer = self.transport.send(call).await.map_err(|NoAnswer| Fault::Unknown)?;
        if answer.status == 200 {
            // Spent for certain, but what came is unreadable: looking again tells the truth.
            return json::read(&answer.body).map_err(|_| Fault::Unknown);
        }
        Err(match fault(&answer) {
            Fault::Server(ErrorCode::Internal | ErrorCode::OutcomeUnknown) => Fault::Unknown,
            // Not our server's words: something between refused it (4xx), or gave up on it.
            Fault::Strange if !(400..500).contains(&answer.status) => Fault::Unknown,
            fault => fault,
        })
    }

    /// Asks for the sender's status.
    ///
    /// # Errors
    /// What the server or the network had against it.
    pub async fn receipt(&self, id: &SecretId, owner: &OwnerToken) -> Result<Receipt, Fault> {
        read(&self.send(owner_call(Method::Get, id, owner)).await?)
    }

    /// Destroys a secret as its sender. Repeatable.
    ///
    /// # Errors
    /// What the server or the network had against it.
    pub async fn burn(&self, id: &SecretId, owner: &OwnerToken) -> Result<(), Fault> {
        let answer = self.send(owner_call(Method::Delete, id, owner)).await?;
        if is_success(&answer) { Ok(()) } else { Err(fault(&answer)) }
    }

    async fn send(&self, call: Call) -> Result<Answer, Fault> {
        self.transport.send(call).await.map_err(|NoAnswer| Fault::Unreachable)
    }
}

fn owner_call(method: Method, id: &SecretId, owner: &OwnerToken) -> Call {
    Call {
        method,
        path: ["receipts/", &id.to_text()].concat(),
        proof: Some((OWNER_HEADER, owner.to_text())),
        body: None,
    }
}

fn read<A: DeserializeOwned>(answer: &Answer) -> Result<A, Fault> {
    if is_success(answer) { json::read(&answer.body).map_err(|_| Fault::Strange) } else { Err(fault(answer)) }
}

fn is_success(answer: &Answer) -> bool {
    (200..300).contains(&answer.status)
}

/// What an answer that is no success means.
fn fault(answer: &Answer) -> Fault {
    json::read::<ErrorBody>(&answer.body)
        .ok()
        .and_then(|body| ErrorCode::parse(&body.error.code))
        .map_or(Fault::Strange, Fault::Server)
}
