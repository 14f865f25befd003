//! Compression of pages, for each answer anew: a page carries its nonce.
//!
//! What is compressed with a secret can tell its length (BREACH), so nothing but pages is
//! compressed here: no secret stands in one, and nothing that the request said. The nonce
//! serves one answer, and nobody else can add a letter to that answer.

use crate::web::encoding::Encoding;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse as _, Response};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write as _};

/// Quality 5 makes a third of a page in a third of a millisecond; the next step that takes
/// more off, 11, needs forty times as long.
const QUALITY: i32 = 5;
/// The smallest window for which the encoder does not change to methods that are slower.
const WINDOW: i32 = 18;

/// Compresses a page's body as was agreed on.
pub(super) async fn page(response: Response, encoding: Encoding) -> Response {
    let (mut parts, body) = response.into_parts();
    let packed = match to_bytes(body, usize::MAX).await {
        Ok(plain) => encode(plain, encoding),
        Err(error) => Err(io::Error::other(error)),
    };
    let Ok(packed) = packed else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    encoding.tell(&mut parts.headers);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(packed))
}

pub(super) fn encode(plain: Bytes, encoding: Encoding) -> io::Result<Bytes> {
    match encoding {
        Encoding::Brotli => {
            let params =
                BrotliEncoderParams { quality: QUALITY, lgwin: WINDOW, size_hint: plain.len(), ..Default::default() };
            let mut packed = Vec::with_capacity(plain.len() / 2);
            brotli::BrotliCompress(&mut &plain[..], &mut packed, &params)?;
            Ok(packed.into())
        }
        Encoding::Gzip => {
            let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 2), Compression::default());
            encoder.write_all(&plain)?;
            Ok(encoder.finish()?.into())
        }
        Encoding::Identity => Ok(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, VARY};
    use std::io::Read as _;

    const PAGE: &str = "<p>ash to ash";

    async fn sent(encoding: Encoding) -> (Response<()>, Bytes) {
        let response = ([(CONTENT_TYPE, "text/html; charset=utf-8")], PAGE.repeat(100)).into_response();
        let (parts, body) = page(response, encoding).await.into_parts();
        (Response::from_parts(parts, ()), to_bytes(body, usize::MAX).await.unwrap())
    }

    #[tokio::test]
    async fn every_form_holds_the_page() {
        for (encoding, name) in
            [(Encoding::Brotli, Some("br")), (Encoding::Gzip, Some("gzip")), (Encoding::Identity, None)]
        {
            let (head, body) = sent(encoding).await;
            assert_eq!(head.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap()), name);
            assert_eq!(head.headers()[VARY], "accept-encoding");
            assert_eq!(head.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
            let mut plain = Vec::new();
            match encoding {
                Encoding::Brotli => brotli::BrotliDecompress(&mut &body[..], &mut plain).unwrap(),
                Encoding::Gzip => drop(flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain).unwrap()),
                Encoding::Identity => plain.extend_from_slice(&body),
            }
            assert_eq!(plain, PAGE.repeat(100).as_bytes());
            assert!(name.is_none() || body.len() < 100, "{name:?}: {} bytes", body.len());
        }
    }
}
