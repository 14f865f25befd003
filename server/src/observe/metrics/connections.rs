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
    fn text(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Network => "network",
        }
    }
}
