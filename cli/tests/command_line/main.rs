//! `ashlink` as people and scripts run it, against a server that runs: what it prints, what it leaves
//! on the machine, and what it sends.

#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

mod each;
mod examples;
mod fields;
mod leaks;
mod lost_answers;
mod opening;
mod program;
mod prompts;
mod readers;
mod sending;
mod server;
mod settings;
mod site;
mod tap;
mod terminal;
mod transcripts;
mod verify;

/// A secret with what terminals, shells and formats like to change.
const TEXT: &str = "ünïcode ✓, a tab\t, \"quotes\", $HOME, and no line break at the end";
