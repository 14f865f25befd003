//! What a page needs now and then, in a module of its own that is loaded when it is wanted:
//! QR codes and the password generator with its word list.

pub mod qr;

#[cfg(target_arch = "wasm32")]
pub mod glue;
