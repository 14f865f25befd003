//! Everything that only a browser has. Called from event handlers and effects alone, which
//! a server never runs.

pub mod clock;
pub mod copy;
pub mod dom;
pub mod extras;
pub mod files;
pub mod notify;
pub mod page;
pub mod save;
mod task;
pub mod worker;
