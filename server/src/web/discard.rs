//! Bodies that nobody wants any more.

use crate::web::pace::Pace;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use hyper::body::{Frame, SizeHint};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::runtime::Handle;

/// How slowly the rest of a refused body may come. Whoever is in the middle of sending goes on within
/// seconds; who sends slower than this finds the connection closed, and may miss the answer.
const PACE: Pace = Pace::new(Duration::from_secs(5), 64 * 1024);

/// Sees to it that what is left of a body when its request is refused is taken in, and forgotten.
///
/// Without this the connection would be closed while the client still sends. It is then reset,
/// which takes the answer away with it, and the client learns that something broke, not what.
///
/// Of a body no more than `limit` bytes are taken, whether they are read or forgotten.
pub fn rest(request: Request, limit: usize) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    // Who asks first whether to send it sends nothing before somebody reads.
    let comes = !request.headers().contains_key(EXPECT);
    request.map(|body| Body::new(Arriving { body, comes, left: limit }))
}

/// A body that is on its way.
struct Arriving {
    /// Empty once it has ended.
    body: Body,
    /// Whether the client sends it.
    comes: bool,
    /// How many more bytes are taken at most.
    left: usize,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.comes = true;
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => self.left = self.left.saturating_sub(frame.data_ref().map_or(0, Bytes::len)),
            Some(Err(_)) | None => self.body = Body::empty(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let mut body = mem::take(&mut self.body);
        let mut left = self.left;
        // Where nothing runs any more, there is no connection either.
        let (true, false, Ok(runtime)) = (self.comes, body.is_end_stream(), Handle::try_current()) else { return };
        runtime.spawn(async move {
            let mut pace = PACE;
            while let Ok(Some(Ok(frame))) = pace.frame(&mut body).await {
                let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { return };
                left = rest;
            }
        });
    }
}
