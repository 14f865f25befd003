//! A client that makes, looks, claims and destroys over HTTP.

use ashlink_core::bytes::{from_base64url, to_base64url};
use ashlink_core::derive::LinkSecrets;
use ashlink_core::passphrase::Profile;
use ashlink_core::payload::Payload;
use ashlink_core::seal::{Entropy, Protection, Sealed, open, seal};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

/// A secret as its sender and its recipient have it.
pub(crate) struct Secret {
    sealed: Sealed,
    secrets: LinkSecrets,
    payload: Payload,
    views: u32,
}

impl Secret {
    pub(crate) fn new(text: String, views: u32) -> Self {
        let payload = Payload::text(text);
        let sealed = seal(&payload, Protection::Link, Entropy::fresh().unwrap()).unwrap();
        let secrets = LinkSecrets::derive(&sealed.share.key);
        Self { sealed, secrets, payload, views }
    }

    pub(crate) fn size(&self) -> u64 {
        self.sealed.envelope.len() as u64
    }

    fn access(&self) -> String {
        self.secrets.unlock(Profile::None, None).unwrap().access.to_text()
    }

    /// Whether this is the envelope that was sent, and opens to what was sealed.
    fn opens(&self, envelope: &str) -> bool {
        let envelope = from_base64url(envelope).unwrap();
        let key = self.secrets.unlock(Profile::None, None).unwrap().enc;
        let plaintext = open(&envelope, Profile::None, &key).unwrap();
        envelope == self.sealed.envelope && *plaintext == *self.payload.to_plaintext()
    }
}

/// One connection. Each method fails when the server is gone, and panics when it answers
/// what it must not.
pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
    connection: AbortHandle,
}

/// What a claim came to.
#[derive(Debug)]
pub(crate) enum Claimed {
    Granted { views_left: u32 },
    Gone,
    Unknown,
}

/// What a look shows.
#[derive(Debug)]
pub(crate) struct Lookup {
    pub(crate) waiting: bool,
    pub(crate) spent: u32,
    pub(crate) views_left: u32,
}

type Answer = (u16, Value);

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(std::io::Error::other)?;
        Ok(Self { sender, connection: tokio::spawn(connection).abort_handle() })
    }

    /// Closes the connection, whatever is under way.
    pub(crate) fn leave(self) {
        self.connection.abort();
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: Option<Value>,
    ) -> hyper::Result<Answer> {
        self.sender.ready().await?;
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let response = self.sender.send_request(request.body(Full::from(body)).unwrap()).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }

    /// Whether it was stored, or there was no room.
    pub(crate) async fn create(&mut self, secret: &Secret) -> hyper::Result<bool> {
        let sealed = &secret.sealed;
        let body = json!({"id": sealed.id, "access_verifier": sealed.access_verifier,
            "owner_verifier": sealed.owner_verifier, "envelope": to_base64url(&sealed.envelope),
            "expires_in": 86_400, "max_views": secret.views});
        match self.send(Method::POST, "/api/v1/secrets", &[], Some(body)).await? {
            (201, _) => Ok(true),
            (507, _) => Ok(false),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn lookup(&mut self, secret: &Secret) -> hyper::Result<Option<Lookup>> {
        let path = format!("/api/v1/open/{}", secret.sealed.id.to_text());
        match self.send(Method::GET, &path, &[("ashlink-link", secret.secrets.link.to_text())], None).await? {
            (200, lookup) => Ok(Some(Lookup {
                waiting: lookup["state"] == "waiting",
                spent: lookup["opened_at"].as_array().unwrap().len() as u32,
                views_left: lookup["views_left"].as_u64().unwrap() as u32,
            })),
            (404, _) => Ok(None),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn claim(&mut self, secret: &Secret, nonce: [u8; 16]) -> hyper::Result<Claimed> {
        match self.ask_to_claim(secret, nonce).await? {
            (200, answer) => {
                assert!(secret.opens(answer["envelope"].as_str().unwrap()), "other bytes than were stored");
                Ok(Claimed::Granted { views_left: answer["views_left"].as_u64().unwrap() as u32 })
            }
            (410, _) => Ok(Claimed::Gone),
            (404, _) => Ok(Claimed::Unknown),
            other => panic!("{other:?}"),
        }
    }

    /// A claim that is refused: status and code.
    pub(crate) async fn try_claim(&mut self, secret: &Secret, nonce: [u8; 16]) -> hyper::Result<(u16, String)> {
        let (status, body) = self.ask_to_claim(secret, nonce).await?;
        Ok((status, body["error"]["code"].as_str().unwrap_or_default().to_owned()))
    }

    async fn ask_to_claim(&mut self, secret: &Secret, nonce: [u8; 16]) -> hyper::Result<Answer> {
        let path = format!("/api/v1/open/{}/claim", secret.sealed.id.to_text());
        let body = json!({"access": secret.access(), "nonce": to_base64url(&nonce)});
        let link = [("ashlink-link", secret.secrets.link.to_text())];
        self.send(Method::POST, &path, &link, Some(body)).await
    }

    /// The status of `/readyz`.
    pub(crate) async fn ready(&mut self) -> hyper::Result<u16> {
        Ok(self.send(Method::GET, "/readyz", &[], None).await?.0)
    }

    /// Ends the lease of a claim.
    pub(crate) async fn ack(&mut self, secret: &Secret, nonce: [u8; 16]) -> hyper::Result<()> {
        let path = format!("/api/v1/open/{}/ack", secret.sealed.id.to_text());
        let body = json!({"access": secret.access(), "nonce": to_base64url(&nonce)});
        let link = [("ashlink-link", secret.secrets.link.to_text())];
        match self.send(Method::POST, &path, &link, Some(body)).await? {
            (204, _) => Ok(()),
            other => panic!("{other:?}"),
        }
    }

    /// Whether it has ended, by this or before.
    pub(crate) async fn destroy_as_sender(&mut self, secret: &Secret) -> hyper::Result<bool> {
        let path = format!("/api/v1/receipts/{}", secret.sealed.id.to_text());
        let owner = [("ashlink-owner", secret.sealed.owner.proof.to_text())];
        ended(self.send(Method::DELETE, &path, &owner, None).await?)
    }

    /// Likewise, as the recipient.
    pub(crate) async fn destroy(&mut self, secret: &Secret) -> hyper::Result<bool> {
        let path = format!("/api/v1/open/{}", secret.sealed.id.to_text());
        let proofs = [("ashlink-link", secret.secrets.link.to_text()), ("ashlink-access", secret.access())];
        ended(self.send(Method::DELETE, &path, &proofs, None).await?)
    }
}

fn ended(answer: Answer) -> hyper::Result<bool> {
    match answer {
        (204 | 410, _) => Ok(true),
        (404, _) => Ok(false),
        other => panic!("{other:?}"),
    }
}
