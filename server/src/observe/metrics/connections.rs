//! Connections, as those who accept them tell of them.

use super::Metrics;
use super::label::Label;
use crate::web::accept::{Level, Watcher};

impl Watcher for Metrics {
    fn connected(&self) -> Box<dyn Send> {
        Box::new(self.http.connected())
    }

    fn turned_away(&self, level: Level) {
        self.http.turned_away(level);
    }
}

/// Who has all of its connections already.
impl Label for Level {
    const NAME: &'static str = "level";
    const VALUES: &'static [&'static str] = &["address", "network"];

    fn place(self) -> usize {
        self as usize
    }
}
