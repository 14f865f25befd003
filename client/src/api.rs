//! The API's client: types in, types or a [`Fault`] out.

use crate::json;
use crate::transport::{Answer, Call, Method, NoAnswer, Transport};
use ashlink_core::api::{
    ACCESS_HEADER, AtLimit, ClaimRequest, ClaimResponse, Config, CreateRequest, CreateResponse, ErrorBody, ErrorCode,
    LINK_HEADER, OWNER_HEADER, Outcome, Status, TOKEN_HEADER,
};
use ashlink_core::bytes::{Access, LinkProof, OwnerProof, SecretId};
use ashlink_core::message::{Attempts, Fault};
use serde::Serialize;
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

    /// Stores a sealed secret, with a token where the server wants one. Repeating it stores
    /// nothing twice.
    ///
    /// # Errors
    /// What the server or the network had against it; all of it can be repeated.
    pub async fn create(&self, request: &CreateRequest, token: &str) -> Result<CreateResponse, Fault> {
        // What no header can carry is no token; to send it would fail as if there were no server.
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Fault::Server(ErrorCode::TokenInvalid));
        }
        let mut call = call(Method::Post, &["secrets"]).json(request)?;
        if !token.is_empty() {
            call = call.header(TOKEN_HEADER, ["Bearer ", token].concat());
        }
        read(&self.send(call).await?)
    }

    /// Asks what this server allows.
    ///
    /// # Errors
    /// What the server or the network had against it.
    pub async fn config(&self) -> Result<Config, Fault> {
        read(&self.send(call(Method::Get, &["config"])).await?)
    }

    /// Asks what became of a secret. Spends nothing.
    ///
    /// # Errors
    /// What the server or the network had against it.
    pub async fn lookup(&self, id: &SecretId, link: &LinkProof) -> Result<Status, Fault> {
        read(&self.send(call(Method::Get, &["open/", &id.to_text()]).header(LINK_HEADER, link.to_text())).await?)
    }

    /// Spends one view; with the nonce of an earlier claim whose lease runs, none.
    ///
    /// # Errors
    /// [`Fault::Unknown`] where nobody can say whether the view was spent; else the server
    /// refused, and it was not.
    pub async fn claim(&self, id: &SecretId, link: &LinkProof, claim: &ClaimRequest) -> Result<ClaimResponse, Fault> {
        let call = claim_call(id, link, claim, "/claim")?;
        let answer = self.transport.send(call).await.map_err(|NoAnswer| Fault::Unknown)?;
        if answer.status == 200 {
            // Spent for certain, but what came is unreadable: looking again tells the truth.
            return json::read(&answer.body).map_err(|_| Fault::Unknown);
        }
        Err(match fault(&answer) {
            Fault::Server(code) if code.outcome() == Outcome::Unknown => Fault::Unknown,
            // Not our server's words: something between refused it (4xx), or gave up on it.
            Fault::Strange if !(400..500).contains(&answer.status) => Fault::Unknown,
            fault => fault,
        })
    }

    /// Ends the lease of a claim.
    ///
    /// # Errors
    /// What the server or the network had against it; it ends by itself then.
    pub async fn ack(&self, id: &SecretId, link: &LinkProof, claim: &ClaimRequest) -> Result<(), Fault> {
        done(&self.send(claim_call(id, link, claim, "/ack")?).await?)
    }

    /// Destroys a secret as its recipient. Repeatable.
    ///
    /// # Errors
    /// What the server or the network had against it.
    pub async fn destroy(&self, id: &SecretId, link: &LinkProof, access: &Access) -> Result<(), Fault> {
        let call = call(Method::Delete, &["open/", &id.to_text()]);
        done(&self.send(call.header(LINK_HEADER, link.to_text()).header(ACCESS_HEADER, access.to_text())).await?)
    }

    /// Asks for the sender's status.
    ///
    /// # Errors
    /// What the server or the network had against it.
    pub async fn receipt(&self, id: &SecretId, owner: &OwnerProof) -> Result<Status, Fault> {
        read(&self.send(owner_call(Method::Get, id, owner)).await?)
    }

    /// Destroys a secret as its sender. Repeatable.
    ///
    /// # Errors
    /// What the server or the network had against it.
    pub async fn destroy_as_sender(&self, id: &SecretId, owner: &OwnerProof) -> Result<(), Fault> {
        done(&self.send(owner_call(Method::Delete, id, owner)).await?)
    }

    async fn send(&self, call: Call) -> Result<Answer, Fault> {
        self.transport.send(call).await.map_err(|NoAnswer| Fault::Unreachable)
    }
}

fn call(method: Method, path: &[&str]) -> Call {
    Call { method, path: path.concat(), headers: Vec::new(), body: None }
}

impl Call {
    fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    fn json(self, body: &impl Serialize) -> Result<Self, Fault> {
        Ok(Self { body: Some(serde_json::to_string(body).map_err(|_| Fault::Broken)?), ..self })
    }
}

fn claim_call(id: &SecretId, link: &LinkProof, claim: &ClaimRequest, what: &str) -> Result<Call, Fault> {
    call(Method::Post, &["open/", &id.to_text(), what]).header(LINK_HEADER, link.to_text()).json(claim)
}

fn done(answer: &Answer) -> Result<(), Fault> {
    if is_success(answer) { Ok(()) } else { Err(fault(answer)) }
}

fn owner_call(method: Method, id: &SecretId, owner: &OwnerProof) -> Call {
    call(method, &["receipts/", &id.to_text()]).header(OWNER_HEADER, owner.to_text())
}

fn read<A: DeserializeOwned>(answer: &Answer) -> Result<A, Fault> {
    if is_success(answer) { json::read(&answer.body).map_err(|_| Fault::Strange) } else { Err(fault(answer)) }
}

fn is_success(answer: &Answer) -> bool {
    (200..300).contains(&answer.status)
}

/// What an answer that is no success means.
fn fault(answer: &Answer) -> Fault {
    let Ok(ErrorBody { error }) = json::read(&answer.body) else {
        // Whoever says it, a proxy or the transport itself: the body did not arrive in time.
        return if answer.status == ErrorCode::RequestTimeout.status() {
            Fault::Server(ErrorCode::RequestTimeout)
        } else {
            Fault::Strange
        };
    };
    // Without a number, some seconds are never wrong.
    let wait = error.retry_after.map_or(10, |secs| u32::try_from(secs).unwrap_or(u32::MAX));
    match ErrorCode::parse(&error.code) {
        Some(ErrorCode::WrongProof) => Fault::WrongPassphrase(match (error.attempts_left, error.at_limit) {
            (None, _) => Attempts::Unknown,
            (Some(0), _) => Attempts::Wait(wait),
            (Some(left), Some(AtLimit::Destroyed)) => Attempts::LeftUntilDestroyed(left),
            (Some(left), _) => Attempts::Left(left),
        }),
        Some(ErrorCode::TooManyAttempts) => Fault::TooManyAttempts(wait),
        Some(ErrorCode::RateLimited) => Fault::RateLimited(wait),
        Some(code) => Fault::Server(code),
        None => Fault::Strange,
    }
}
