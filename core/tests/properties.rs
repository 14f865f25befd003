//! What holds for all secrets, links and texts, tried on random ones.
//!
//! `ASHLINK_TEST_SCALE=large` tries many more.
#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

#[path = "properties/links.rs"]
mod links;
#[path = "properties/payloads.rs"]
mod payloads;
#[path = "properties/sealing.rs"]
mod sealing;
#[path = "properties/support.rs"]
mod support;
#[path = "properties/texts.rs"]
mod texts;
