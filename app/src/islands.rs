//! The interactive parts: one for each page.
//!
//! An island turns clicks and answers into events of its flow, carries out the effect, and
//! shows the state. It decides nothing.

pub mod create;
pub mod manage;
pub mod open;
mod parts;

pub use create::Create;
pub use manage::Manage;
pub use open::Open;
