//! A connection: bytes out, one answer in. Nothing is allocated for a request once it is warm.

use anyhow::{Context as _, bail};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How much is read at once, at least.
const CHUNK: usize = 64 * 1024;

/// A kept connection.
pub(crate) struct Wire {
    stream: TcpStream,
    /// The request that is being written.
    pub(crate) request: Vec<u8>,
    answer: Vec<u8>,
}

impl Wire {
    pub(crate) async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, request: Vec::new(), answer: Vec::with_capacity(CHUNK) })
    }

    /// Sends the request, and takes the answer to it, which must have this status. Answers the
    /// length of its body.
    pub(crate) async fn exchange(&mut self, status: u16) -> anyhow::Result<usize> {
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        loop {
            self.fill().await?;
            if let Some((found, head, length)) = head(&self.answer)? {
                while self.answer.len() < head + length {
                    self.fill().await?;
                }
                if found != status {
                    bail!("expected {status}, got: {}", String::from_utf8_lossy(&self.answer));
                }
                return Ok(length);
            }
        }
    }

    /// Sends the request, and takes a reply in Redis' protocol (RESP2): a line or a string.
    pub(crate) async fn reply(&mut self) -> anyhow::Result<usize> {
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        loop {
            self.fill().await?;
            let Some(end) = self.answer.windows(2).position(|pair| pair == b"\r\n") else { continue };
            let line = std::str::from_utf8(&self.answer[1..end])?;
            match self.answer[0] {
                b'+' => return Ok(0),
                b'$' => {
                    let length: usize = line.parse().context("the value was not there")?;
                    while self.answer.len() < end + 2 + length + 2 {
                        self.fill().await?;
                    }
                    return Ok(length);
                }
                _ => bail!("Redis says {line}"),
            }
        }
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        self.answer.reserve(CHUNK);
        if self.stream.read_buf(&mut self.answer).await? == 0 {
            bail!("the connection ended: {}", String::from_utf8_lossy(&self.answer));
        }
        Ok(())
    }
}

/// Status, length of the head and length of the body, once the head is whole.
fn head(bytes: &[u8]) -> anyhow::Result<Option<(u16, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(bytes)? else { return Ok(None) };
    let status = response.code.context("an answer without a status")?;
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = match length {
        Some(header) => std::str::from_utf8(header.value)?.parse()?,
        None if status == 204 => 0,
        None => bail!("an answer without a length"),
    };
    Ok(Some((status, head, length)))
}
