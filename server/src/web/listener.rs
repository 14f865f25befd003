//! Where connections come from: a TCP port, or a socket in the file system.

mod place;
mod socket_file;

pub use place::{Listen, NoPlace};
pub(crate) use socket_file::is_left_behind;

use anyhow::{Context as _, anyhow};
use socket_file::SocketFile;
#[cfg(target_os = "linux")]
use socket2::SockRef;
use std::io::{self, IoSlice};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// Accepts connections.
pub enum Listener {
    /// At a TCP port; what it accepts has TCP_NODELAY.
    Tcp(TcpListener),
    /// At a socket in the file system, which goes away with this.
    Unix(SocketFile),
}

/// From how many bytes on that are not sent yet the system takes no more of an answer.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 64 * 1024;

impl Listener {
    /// Listens there.
    ///
    /// # Errors
    /// Why not, in words for the operator.
    pub async fn bind(listen: &Listen) -> anyhow::Result<Self> {
        match listen {
            Listen::Tcp(address) => TcpListener::bind(address).await.map(Self::Tcp).map_err(|error| anyhow!(error)),
            Listen::Unix(path) => SocketFile::bind(path).await.map(Self::Unix),
        }
        .with_context(|| format!("cannot listen on ASHLINK_LISTEN={listen}"))
    }

    /// Where it listens, with the port that the system chose.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn place(&self) -> io::Result<Listen> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(Listen::Tcp),
            Self::Unix(socket) => Ok(Listen::Unix(socket.path().to_owned())),
        }
    }

    /// The next connection, and its other end. Whoever comes through a socket file is on this
    /// machine, and has no address but its own.
    ///
    /// # Errors
    /// When the system refuses, as it does when descriptors run out.
    pub async fn accept(&self) -> io::Result<(Stream, SocketAddr)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Answers are small and wanted at once.
                let _ = stream.set_nodelay(true);
                // What the line does not take yet waits here, and not in the system's buffers, which
                // grow to some megabytes a connection for whoever asks for many pages and reads none.
                #[cfg(target_os = "linux")]
                let _ = SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT);
                Ok((Stream::Tcp(stream), peer))
            }
            Self::Unix(socket) => {
                let stream = socket.accept().await?;
                Ok((Stream::Unix(stream), SocketAddr::from((Ipv4Addr::LOCALHOST, 0))))
            }
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

/// A connection, accepted by a [`Listener`] or made by [`Stream::connect`].
#[derive(Debug)]
pub enum Stream {
    /// Over TCP, the only kind that can end by a reset.
    Tcp(TcpStream),
    /// Through a socket in the file system.
    Unix(UnixStream),
}

impl Stream {
    /// Connects to whoever listens there.
    ///
    /// # Errors
    /// When nobody does, or not for us.
    pub async fn connect(place: &Listen) -> io::Result<Self> {
        match place {
            Listen::Tcp(address) => TcpStream::connect(address).await.map(Self::Tcp),
            Listen::Unix(path) => UnixStream::connect(path).await.map(Self::Unix),
        }
    }

    /// Ends the connection by a reset when this is dropped, so that the system need not remember it.
    pub(crate) fn reset_on_close(&self) {
        if let Self::Tcp(stream) = self {
            // Without it the connection merely ends more slowly.
            let _ = stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Unix(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Unix(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(context),
            Self::Unix(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write_vectored(context, parts),
            Self::Unix(stream) => Pin::new(stream).poll_write_vectored(context, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(stream) => stream.is_write_vectored(),
            Self::Unix(stream) => stream.is_write_vectored(),
        }
    }
}
