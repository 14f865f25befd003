//! Compression at build time, as hard as it goes: it is done once and served often.

use std::io::Write;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Compresses a file's bytes.
type Encode = fn(&[u8]) -> Result<Vec<u8>>;

/// The content codings, by the extension under which they lie beside the file.
pub(crate) const CODINGS: [(&str, Encode); 2] = [("br", brotli), ("gz", gzip)];

/// Brotli at quality 11 with the largest window that every browser takes.
fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).context("compressing with brotli")?;
    Ok(out)
}

/// Gzip at level 9, without name or time, so that equal files stay equal.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).context("compressing with gzip")?;
    encoder.finish().context("compressing with gzip")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn both_codings_give_the_bytes_back() {
        let bytes = "ash to ash, ".repeat(500).into_bytes();
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &brotli(&bytes).unwrap()[..], &mut back).unwrap();
        assert_eq!(back, bytes);
        back.clear();
        flate2::read::GzDecoder::new(&gzip(&bytes).unwrap()[..]).read_to_end(&mut back).unwrap();
        assert_eq!(back, bytes);
    }
}
