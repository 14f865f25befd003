//! What happens on each page, free of the DOM: states, events, and what to do next.
//!
//! Every page is a [`Flow`] with `next(event) -> (flow, command)`. Islands feed it with what the person
//! and the worker do, carry out the command, and show the state; nothing else decides anything. A
//! question to the worker carries a turn, and an answer of an earlier turn changes nothing.

pub mod create;
pub mod open;
pub mod receipt;
pub mod words;

#[cfg(test)]
mod testing;

/// A page as a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow<S, M> {
    /// Where the page stands.
    pub state: S,
    /// The number of the last question to the worker.
    pub turn: u32,
    /// What the page keeps from one state to the next.
    pub memory: M,
}

impl<S, M> Flow<S, M> {
    const fn start(state: S, memory: M) -> Self {
        Self { state, turn: 0, memory }
    }

    fn with(self, state: S) -> Self {
        Self { state, ..self }
    }

    fn stay<C>(self, state: S) -> (Self, Option<C>) {
        (self.with(state), None)
    }

    fn go<C>(self, state: S, command: C) -> (Self, Option<C>) {
        (self.with(state), Some(command))
    }

    /// With a command that asks the worker: what it was asked before is answered in vain.
    fn ask<C>(mut self, state: S, command: C) -> (Self, Option<C>) {
        self.turn += 1;
        self.go(state, command)
    }
}
