//! What is said to each contender: the same cycle in its own words.

use super::wire::Wire;
use anyhow::ensure;
use ashlink_core::bytes::to_base64url;
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::sync::Arc;

/// A contender's language.
#[derive(Debug, Clone)]
pub(crate) enum Speaker {
    /// The server's API: store, claim, and as browsers do, acknowledge.
    Ashlink {
        /// In base64url without padding, as it stands in the JSON.
        envelope: Arc<str>,
        /// Whether the lease is ended by a third request.
        acknowledge: bool,
    },
    /// The bare handler.
    Bare { envelope: Arc<[u8]> },
    /// Redis' own protocol.
    Resp { envelope: Arc<[u8]> },
    /// A browser that asks the server for a page.
    Page,
}

/// A secret as its recipient knows it.
struct Secret {
    id: String,
    link: String,
    access: String,
    nonce: String,
}

impl Speaker {
    /// Stores a value and takes it out again.
    pub(crate) async fn cycle(&mut self, wire: &mut Wire) -> anyhow::Result<()> {
        match self {
            Self::Ashlink { envelope, acknowledge } => {
                let secret = store(wire, envelope).await?;
                let Secret { id, link, access, nonce } = secret;
                let body = format!(r#"{{"access":"{access}","nonce":"{nonce}"}}"#);
                post(&mut wire.request, format_args!("/api/v1/open/{id}/claim"), Some(&link), body.as_bytes());
                let length = wire.exchange(200).await?;
                ensure!(length > envelope.len(), "the answer holds no envelope");
                if *acknowledge {
                    post(&mut wire.request, format_args!("/api/v1/open/{id}/ack"), Some(&link), body.as_bytes());
                    wire.exchange(204).await?;
                }
                Ok(())
            }
            Self::Bare { envelope } => {
                let key = key();
                post(&mut wire.request, format_args!("/create/{key}"), None, envelope);
                wire.exchange(201).await?;
                post(&mut wire.request, format_args!("/claim/{key}"), None, b"");
                let length = wire.exchange(200).await?;
                ensure!(length == envelope.len(), "the answer is not what was stored");
                Ok(())
            }
            Self::Page => {
                wire.request.clear();
                wire.request
                    .extend_from_slice(b"GET /s HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n");
                let length = wire.exchange(200).await?;
                ensure!(length > 1000, "the answer holds no page");
                Ok(())
            }
            Self::Resp { envelope } => {
                let key = key();
                command(&mut wire.request, &[b"SET", key.as_bytes(), envelope, b"EX", b"604800"]);
                wire.reply().await?;
                command(&mut wire.request, &[b"GETDEL", key.as_bytes()]);
                let length = wire.reply().await?;
                ensure!(length == envelope.len(), "the answer is not what was stored");
                Ok(())
            }
        }
    }

    /// Stores a value and leaves it there.
    pub(crate) async fn create(&mut self, wire: &mut Wire) -> anyhow::Result<()> {
        match self {
            Self::Ashlink { envelope, .. } => store(wire, envelope).await.map(drop),
            Self::Bare { .. } | Self::Resp { .. } | Self::Page => anyhow::bail!("only the server is filled"),
        }
    }
}

async fn store(wire: &mut Wire, envelope: &str) -> anyhow::Result<Secret> {
    let link = random::<32>();
    let id = to_base64url(&Sha256::digest(link)[..16]);
    let access = random::<32>();
    let access_verifier = to_base64url(&Sha256::digest(access));
    let owner_verifier = to_base64url(&random::<32>());
    let mut body = Vec::with_capacity(envelope.len() + 256);
    write!(
        body,
        r#"{{"id":"{id}","access_verifier":"{access_verifier}","owner_verifier":"{owner_verifier}","envelope":"{envelope}","expires_in":604800,"max_views":1}}"#
    )?;
    post(&mut wire.request, format_args!("/api/v1/secrets"), None, &body);
    wire.exchange(201).await?;
    Ok(Secret { id, link: to_base64url(&link), access: to_base64url(&access), nonce: to_base64url(&random::<16>()) })
}

/// Not secret: nobody guesses at a benchmark.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fastrand::fill(&mut bytes);
    bytes
}

fn key() -> String {
    to_base64url(&random::<16>())
}

fn post(into: &mut Vec<u8>, path: std::fmt::Arguments<'_>, link: Option<&str>, body: &[u8]) {
    into.clear();
    let _ = write!(into, "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n");
    if let Some(link) = link {
        let _ = write!(into, "Ashlink-Link: {link}\r\n");
    }
    let _ = write!(into, "Content-Length: {}\r\n\r\n", body.len());
    into.extend_from_slice(body);
}

fn command(into: &mut Vec<u8>, words: &[&[u8]]) {
    into.clear();
    let _ = write!(into, "*{}\r\n", words.len());
    for word in words {
        let _ = write!(into, "${}\r\n", word.len());
        into.extend_from_slice(word);
        into.extend_from_slice(b"\r\n");
    }
}
