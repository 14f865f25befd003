//! What a page needs now and then, in a module of its own that is loaded when it is wanted:
//! QR codes, the password generator with its word list, and an opinion on passphrases.

pub mod qr;
pub mod weakness;

#[cfg(target_arch = "wasm32")]
pub mod glue;
