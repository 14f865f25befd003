//! The interactive parts: one for each page.
//!
//! An island turns clicks and answers into events of its flow, carries out the effect, and
//! shows the state by hand ([`crate::browser::dom`]). It decides nothing, and uses nothing of
//! Leptos but the hook that calls it: the figures are in `docs/ARCHITECTURE.md`.

pub mod create;
mod link;
pub mod open;
mod parts;
pub mod receipt;
mod status;

pub use create::Create;
pub use open::Open;
pub use receipt::Receipt;
