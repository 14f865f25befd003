//! A page in all the forms that it is sent in.

use crate::web::encoding::Encoding;
use ashlink_core::bytes::to_base64url;
use axum::body::Bytes;
use axum::http::HeaderValue;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use std::io::Write as _;

/// The strongest there is: it is done once, and takes 40 ms a page.
const QUALITY: i32 = 11;
/// The logarithm of the window: 64 KiB, which is more than most pages have. The largest takes 60 MiB of memory.
const WINDOW: i32 = 16;

/// The forms of one page. Cheap to clone.
#[derive(Clone)]
pub(super) struct Forms {
    brotli: Form,
    gzip: Form,
    identity: Form,
}

/// A body, and the entity tag that it alone has (RFC 9110, section 8.8.3).
#[derive(Clone)]
pub(super) struct Form {
    pub(super) body: Bytes,
    pub(super) tag: HeaderValue,
}

impl Forms {
    pub(super) fn of(page: String) -> Self {
        let plain = Bytes::from(page);
        let hash = to_base64url(&Sha256::digest(&plain)[..12]);
        let form = |name: &str, body| Form {
            body,
            tag: HeaderValue::from_str(&format!("\"{hash}-{name}\"")).expect("base64url is ASCII"),
        };
        Self {
            brotli: form("br", brotli(&plain)),
            gzip: form("gzip", gzip(&plain)),
            identity: form("identity", plain.clone()),
        }
    }

    pub(super) const fn get(&self, encoding: Encoding) -> &Form {
        match encoding {
            Encoding::Brotli => &self.brotli,
            Encoding::Gzip => &self.gzip,
            Encoding::Identity => &self.identity,
        }
    }
}

fn brotli(plain: &[u8]) -> Bytes {
    let params = BrotliEncoderParams { quality: QUALITY, lgwin: WINDOW, size_hint: plain.len(), ..Default::default() };
    let mut packed = Vec::with_capacity(plain.len() / 2);
    brotli::BrotliCompress(&mut &*plain, &mut packed, &params).expect("memory takes whatever is written");
    packed.into()
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 2), Compression::best());
    encoder.write_all(plain).and_then(|()| encoder.finish()).expect("memory takes whatever is written").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::io::Read as _;

    #[test]
    fn every_form_holds_the_page_under_a_tag_of_its_own() {
        let page = "<p>ash to ash".repeat(100);
        let forms = Forms::of(page.clone());
        let mut tags = HashSet::new();
        for encoding in [Encoding::Brotli, Encoding::Gzip, Encoding::Identity] {
            let Form { body, tag } = forms.get(encoding);
            let mut plain = Vec::new();
            match encoding {
                Encoding::Brotli => brotli::BrotliDecompress(&mut &body[..], &mut plain).unwrap(),
                Encoding::Gzip => drop(flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain).unwrap()),
                Encoding::Identity => plain.extend_from_slice(body),
            }
            assert_eq!(plain, page.as_bytes());
            assert!(encoding == Encoding::Identity || body.len() < 100, "{encoding:?}: {} bytes", body.len());
            tags.insert(tag.to_str().unwrap().to_owned());
        }
        assert_eq!(tags.len(), 3);
        assert!(Forms::of(page + "!").brotli.tag != forms.brotli.tag);
    }
}
