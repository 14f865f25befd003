//! What must hold for every parser of foreign bytes, whatever the bytes are.
//!
//! Each target is a function from bytes to checks that panic. The ordinary tests run them
//! over the committed corpora (`tests/corpus.rs`), a fuzzer runs them for as long as it is
//! let (`src/main.rs`, `cargo xtask fuzz`).

mod support;
mod targets;

/// One parser, and what must hold for it.
#[derive(Debug)]
pub struct Target {
    /// Its name, and that of its folder in `corpus`.
    pub name: &'static str,
    /// Panics where a check fails.
    pub run: fn(&[u8]),
}

macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        /// Every target, in alphabetical order; each has a folder in `corpus`.
        pub const TARGETS: &[Target] = &[
            $(Target { name: stringify!($name), run: targets::$name::run }),*
        ];
    };
}

targets! {
    accept_encoding,
    api_bodies,
    authorization,
    base64url,
    client_json,
    embedded_record,
    envelope,
    forwarded,
    link,
    manifest,
    message,
    passphrase,
    path_prefix,
    payload,
    redis_record,
    safe_name,
    settings,
    store_url,
    timestamp,
    token_file,
}
