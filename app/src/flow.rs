//! What happens on each page, free of the DOM: states, events, and what to do next.
//!
//! Every flow is a value with `next(event) -> (value, effect)`. Islands feed it with what
//! the person and the worker do, carry out the effect, and show the state; nothing else
//! decides anything. A question to the worker carries a turn, and an answer of an earlier
//! turn changes nothing.

pub mod create;
pub mod manage;
pub mod open;
pub mod words;

#[cfg(test)]
mod testing;
