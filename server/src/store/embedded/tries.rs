//! The wrong tries at one secret: by whom lately, and how many in all.

use crate::client::ClientTag;
use crate::store::Tries;
use serde::{Deserialize, Serialize};

/// What is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WrongTries {
    /// Since the secret was stored.
    pub(super) total: u32,
    /// When the last one was.
    pub(super) last_at: Option<u64>,
    /// Of all clients.
    of_all: Window,
    of_client: Vec<(ClientTag, Window)>,
}

/// Tries in a time that begins with the first one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Window {
    count: u32,
    until: u64,
}

impl Window {
    fn count(&mut self, limit: Tries, now: u64) {
        if now >= self.until {
            *self = Self { count: 0, until: now.saturating_add(limit.millis) };
        }
        self.count = self.count.saturating_add(1);
    }

    fn wait(self, limit: Tries, now: u64) -> Option<u64> {
        (self.count >= limit.most && now < self.until).then(|| self.until - now)
    }
}

impl WrongTries {
    /// For how long this client's proofs are not looked at, in milliseconds.
    pub(super) fn wait(&self, client: ClientTag, now: u64) -> Option<u64> {
        let own = self.of_client.iter().find(|(tag, _)| *tag == client);
        let own = own.and_then(|(_, window)| window.wait(Tries::OF_CLIENT, now));
        own.max(self.of_all.wait(Tries::OF_ALL, now))
    }

    /// One more.
    pub(super) fn count(&mut self, client: ClientTag, now: u64) {
        self.forget(now);
        self.total = self.total.saturating_add(1);
        self.last_at = Some(now);
        self.of_all.count(Tries::OF_ALL, now);
        match self.of_client.iter_mut().find(|(tag, _)| *tag == client) {
            Some((_, window)) => window.count(Tries::OF_CLIENT, now),
            None => {
                let mut window = Window::default();
                window.count(Tries::OF_CLIENT, now);
                self.of_client.push((client, window));
            }
        }
    }

    /// When a client is next to be forgotten.
    pub(super) fn forget_at(&self) -> Option<u64> {
        self.of_client.iter().map(|(_, window)| window.until).min()
    }

    /// Forgets the clients whose time is over.
    pub(super) fn forget(&mut self, now: u64) {
        self.of_client.retain(|(_, window)| now < window.until);
    }

    /// Forgets all of them.
    pub(super) fn forget_clients(&mut self) {
        self.of_client.clear();
    }
}
