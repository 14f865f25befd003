//! Bodies that nobody wants any more.

use crate::http::json;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header::EXPECT;
use http_body_util::BodyExt as _;

/// Takes in a body of a request that was refused before it had all arrived, and forgets it.
///
/// Without this the connection would be closed while the client still sends. It is then reset,
/// which takes the answer away with it, and the client learns that something broke, not what.
pub fn discard(request: Request, limit: usize) {
    // Who asks first whether to send it is answered now, and sends nothing.
    if request.headers().contains_key(EXPECT) {
        return;
    }
    let mut body = request.into_body();
    tokio::spawn(tokio::time::timeout(json::patience(limit), async move {
        let mut left = limit;
        while let Some(Ok(frame)) = body.frame().await {
            let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { return };
            left = rest;
        }
    }));
}
