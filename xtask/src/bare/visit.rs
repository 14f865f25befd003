//! One secret, created and claimed over HTTP.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sha2::{Digest as _, Sha256};

/// The shortest envelope (docs/FORMAT.md, section 4).
const ENVELOPE: usize = 287;

/// Ports that no system gives to outgoing connections: the build takes minutes, in which another
/// program's connection could take one that is free now.
const PORTS: std::ops::Range<u16> = 21_000..22_000;

/// An address of this machine that nobody listens at.
pub(super) fn free_address() -> Result<SocketAddr> {
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut ports = PORTS;
    let port = ports.find(free).context("there is no free port")?;
    Ok(SocketAddr::from(([127, 0, 0, 1], port)))
}

/// Whether the create page is there.
pub(super) fn is_served(address: SocketAddr) -> bool {
    ask(address, "GET", "/", &[], "").is_ok_and(|(status, page)| status == 200 && page.contains("Ashlink"))
}

/// Creates a secret, claims it, and fails to claim it once more.
pub(super) fn create_and_claim(address: SocketAddr) -> Result<()> {
    let (link, access) = (Sha256::digest(b"link"), Sha256::digest(b"access"));
    let id = text(&Sha256::digest(link)[..16]);
    // Version and suite of an envelope, and nothing that could be decrypted.
    let mut envelope = vec![0; ENVELOPE];
    envelope[..2].copy_from_slice(&[1, 1]);
    let envelope = text(&envelope);
    let draft = format!(
        r#"{{"id":"{id}","access_verifier":"{}","owner_verifier":"{}","envelope":"{envelope}","expires_in":3600,"max_views":1}}"#,
        text(&Sha256::digest(access)),
        text(&Sha256::digest(b"owner")),
    );
    let (status, answer) = ask(address, "POST", "/api/v1/secrets", &[], &draft)?;
    if status != 201 {
        bail!("creating was answered with {status}: {answer}");
    }
    let claim = |nonce: &[u8]| {
        let body = format!(r#"{{"access":"{}","nonce":"{}"}}"#, text(&access), text(nonce));
        ask(address, "POST", &format!("/api/v1/open/{id}/claim"), &[("ashlink-link", &text(&link))], &body)
    };
    let (status, answer) = claim(&[1; 16])?;
    if status != 200 || !answer.contains(&envelope) {
        bail!("claiming was answered with {status}: {answer}");
    }
    match claim(&[2; 16])? {
        (410, _) => Ok(()),
        (status, answer) => bail!("claiming another time was answered with {status}: {answer}"),
    }
}

/// One request, and the answer's status and body.
fn ask(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).context("cannot connect")?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).context("no answer")?;
    answer(&String::from_utf8_lossy(&bytes)).context("this is no answer of HTTP")
}

/// Status and body of a whole answer; the chunks of a chunked one stay as they are.
fn answer(text: &str) -> Option<(u16, String)> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    Some((status, body.to_owned()))
}

/// Base64url without padding (RFC 4648, section 5).
fn text(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let group = |group: &[u8]| -> String {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        (0..=group.len()).map(|at| char::from(ALPHABET[(bits >> (18 - 6 * at) & 63) as usize])).collect()
    };
    bytes.chunks(3).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_the_standard_says() {
        // RFC 4648, section 10.
        for (bytes, written) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")] {
            assert_eq!(text(bytes.as_bytes()), written);
        }
        assert_eq!(text(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn an_answer_has_a_status_and_a_body() {
        assert_eq!(answer("HTTP/1.1 201 Created\r\na: b\r\n\r\n{}"), Some((201, "{}".into())));
        assert_eq!(answer("HTTP/1.1 201"), None);
    }
}
