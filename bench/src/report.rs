//! What is told: all of it as JSON, and tables for people.

mod tables;

use crate::Options;
use crate::cells::Cell;
use crate::load::Outcome;
use crate::machine::Machine;
use crate::scale::Scaled;
use crate::stock::{Idle, Stored};
use anyhow::Context as _;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// Between these two lines of the document everything is written by this program.
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: Machine,
    runs: usize,
    /// Of each measurement.
    window_millis: u64,
    pub(crate) cells: Vec<Cell>,
    pub(crate) idle: Vec<Idle>,
    /// The page of a recipient, 32 connections.
    pub(crate) page: Vec<Outcome>,
    pub(crate) stored: Vec<Stored>,
    /// By the number of secrets that wait.
    pub(crate) scale: Vec<Scaled>,
    /// By the number of server processes.
    pub(crate) processes: Vec<Scaled>,
    /// As the browser's script wrote it.
    pub(crate) browser: Option<Value>,
}

/// Reads what the browser's script wrote.
pub(crate) fn browser(file: Option<&Path>) -> anyhow::Result<Option<Value>> {
    let Some(file) = file else { return Ok(None) };
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Some(serde_json::from_str(&text)?))
}

impl Report {
    pub(crate) fn new(machine: Machine, options: &Options) -> Self {
        Self {
            machine,
            runs: options.runs,
            window_millis: options.millis,
            cells: Vec::new(),
            idle: Vec::new(),
            page: Vec::new(),
            stored: Vec::new(),
            scale: Vec::new(),
            processes: Vec::new(),
            browser: None,
        }
    }

    /// Writes the JSON and the document's tables, and prints the tables.
    pub(crate) fn write(&self, options: &Options) -> anyhow::Result<()> {
        let json = serde_json::to_string_pretty(self)?;
        std::fs::write(&options.json, json).with_context(|| format!("cannot write {}", options.json.display()))?;
        let tables = tables::of(self);
        println!("{tables}");
        if let Some(document) = &options.markdown {
            let text = std::fs::read_to_string(document).with_context(|| format!("{}", document.display()))?;
            let text =
                replaced(&text, &tables).with_context(|| format!("{} has no place for it", document.display()))?;
            std::fs::write(document, text)?;
        }
        Ok(())
    }
}

/// The document with these tables in place of the ones before.
fn replaced(document: &str, tables: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{tables}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_measured_is_replaced() {
        let document = format!("one\n{BEGIN}\nold\n{END}\ntwo\n");
        assert_eq!(replaced(&document, "new").unwrap(), format!("one\n{BEGIN}\nnew\n{END}\ntwo\n"));
        assert_eq!(replaced("one", "new"), None);
    }
}
