//! One file of the page, and the name it is served under.

use crate::stamp::sha256;

/// How much of the SHA-256 is in a name: 64 bits, as these names need not resist forgery.
const HASH_DIGITS: usize = 16;

/// One file of the page.
pub(crate) struct Asset {
    /// The name that the server's code knows it by.
    pub(crate) name: String,
    /// Its path within the site.
    pub(crate) path: String,
    /// Its contents.
    pub(crate) bytes: Vec<u8>,
}

impl Asset {
    /// A file whose path changes with its contents, so that browsers may keep it for ever.
    pub(crate) fn hashed(name: &str, bytes: Vec<u8>) -> Self {
        let hash = &sha256(&bytes)[..HASH_DIGITS];
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        Self { name: name.to_owned(), path: format!("pkg/{stem}.{hash}.{extension}"), bytes }
    }

    /// A file that others know by its own name.
    pub(crate) fn public(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), path: format!("public/{name}"), bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashed_name_is_stem_hash_extension() {
        let asset = Asset::hashed("worker_glue.js", b"abc".to_vec());
        assert_eq!(asset.path, "pkg/worker_glue.ba7816bf8f01cfea.js");
        assert_eq!(asset.name, "worker_glue.js");
    }

    #[test]
    fn a_public_file_keeps_its_name() {
        assert_eq!(Asset::public("img/a.svg", vec![]).path, "public/img/a.svg");
    }
}
