//! A connection's bytes: no reader is waited for who takes too little, and what the HTTP library
//! answers by itself has the security headers too.

use crate::web::pace::Pace;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How slowly an answer may be taken: a minute without a byte, and 4 kB a second in the long run,
/// half of what a line of 64 kbit/s carries.
const PACE: Pace = Pace::new(Duration::from_secs(60), 4_000);
/// No head of the HTTP library's own is longer.
const LONGEST_OWN: usize = 256;

/// A stream under a server.
pub(crate) struct Guarded<S> {
    stream: S,
    pace: Pace,
    /// Since when its other end takes nothing, and until when it may.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    /// Header rows with their ends.
    security: Arc<[u8]>,
    /// The head that goes in place of one without them.
    head: Option<Head>,
}

struct Head {
    bytes: Vec<u8>,
    sent: usize,
    /// How many bytes it stands for.
    replaced: usize,
}

impl<S> Guarded<S> {
    /// Around this stream, with these header rows.
    pub(crate) fn new(stream: S, security: Arc<[u8]>) -> Self {
        Self { stream, pace: PACE, waiting: None, security, head: None }
    }
}

/// Whether this is the whole head of an answer that the library makes of what it could not read: such
/// an answer is an error without a body, and ours have a policy.
fn is_own_answer(bytes: &[u8]) -> bool {
    let contains = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    bytes.len() <= LONGEST_OWN
        && bytes.starts_with(b"HTTP/1.")
        && bytes.get(8..10) == Some(b" 4")
        && bytes.ends_with(b"\r\n\r\n")
        && !contains(b"content-security-policy:")
}

impl<S: AsyncWrite + Unpin> Guarded<S> {
    /// Writes, and fails when the other end takes too little for too long.
    fn write(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match write(Pin::new(&mut self.stream), context) {
            Poll::Ready(Ok(bytes)) => {
                let waited = self.waiting.take().map_or(Duration::ZERO, |(since, _)| since.elapsed());
                self.pace.moved(bytes, waited);
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let left = self.pace.left();
                let (_, end) = self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
                ready!(end.as_mut().poll(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    /// Puts the header rows into a head that lacks them and sends that; `None` for all other bytes.
    fn write_head(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Option<Poll<io::Result<usize>>> {
        let mut head = match self.head.take() {
            Some(head) => head,
            None if is_own_answer(bytes) => {
                let start = bytes.strip_suffix(b"\r\n").expect("the end was looked at");
                let bytes_with = [start, &self.security, b"\r\n"].concat();
                Head { bytes: bytes_with, sent: 0, replaced: bytes.len() }
            }
            None => return None,
        };
        while head.sent < head.bytes.len() {
            let rest = head.bytes.get(head.sent..).unwrap_or_default();
            match self.write(context, |stream, context| stream.poll_write(context, rest)) {
                Poll::Ready(Ok(sent)) if sent > 0 => head.sent += sent,
                Poll::Pending => {
                    self.head = Some(head);
                    return Some(Poll::Pending);
                }
                ended => return Some(ended),
            }
        }
        Some(Poll::Ready(Ok(head.replaced)))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(written) = this.write_head(context, bytes) {
            return written;
        }
        this.write(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let [head] = parts
            && let Some(written) = this.write_head(context, head)
        {
            return written;
        }
        this.write(context, |stream, context| stream.poll_write_vectored(context, parts))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    /// What comes out of what is written, through a pipe of so many bytes.
    async fn through(room: usize, written: &'static [u8]) -> String {
        let (near, mut far) = duplex(room);
        let mut guarded = Guarded::new(near, Arc::from(&b"x-one: 1\r\nx-two: 2\r\n"[..]));
        let writing = tokio::spawn(async move {
            guarded.write_all(written).await.unwrap();
            guarded.shutdown().await.unwrap();
        });
        let mut text = String::new();
        far.read_to_string(&mut text).await.unwrap();
        writing.await.unwrap();
        text
    }

    #[tokio::test]
    async fn heads_without_a_policy_get_the_rows_and_others_stay() {
        for room in [1, 7, 4096] {
            assert_eq!(
                through(room, b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await,
                "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nx-one: 1\r\nx-two: 2\r\n\r\n"
            );
            for other in [
                "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\ncontent-security-policy: default-src 'none'\r\n\r\n",
                "HTTP/1.1 400 Bad Request\r\ncontent-length: 1\r\n\r\nx",
            ] {
                assert_eq!(through(room, other.as_bytes()).await, other);
            }
        }
    }

    /// For how many seconds somebody is answered who takes so many bytes each second.
    async fn endured(each_second: usize) -> Option<u64> {
        let (near, mut far) = duplex(1024);
        let mut guarded = Guarded::new(near, Arc::default());
        let start = Instant::now();
        let reading = tokio::spawn(async move {
            let mut bytes = vec![0; each_second];
            while each_second > 0 && far.read_exact(&mut bytes).await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            far
        });
        let written = tokio::time::timeout(Duration::from_secs(600), guarded.write_all(&[0; 10_000_000])).await;
        reading.abort();
        written.ok().map(|written| {
            assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
            start.elapsed().as_secs()
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_is_waited_for_and_one_that_trickles_is_not() {
        assert_eq!(endured(8_000).await, None);
        assert_eq!(endured(0).await, Some(60));
        let trickling = endured(100).await.expect("it has an end");
        assert!((60..=63).contains(&trickling), "{trickling}");
    }
}
