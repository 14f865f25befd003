//! Servers that take long to come about, for all cases of a suite.

use std::sync::{Arc, Mutex, Weak};
use tokio::sync::MutexGuard;

/// Servers that run while a test needs them. Not a plain static, which would outlive the tests
/// and leave processes behind.
pub(super) struct Shared<T> {
    starting: tokio::sync::Mutex<()>,
    running: Mutex<Weak<T>>,
    alone: tokio::sync::Mutex<()>,
}

impl<T> Shared<T> {
    pub(super) const fn new() -> Self {
        Self {
            starting: tokio::sync::Mutex::const_new(()),
            running: Mutex::new(Weak::new()),
            alone: tokio::sync::Mutex::const_new(()),
        }
    }

    /// The servers, for one test at a time, because tests move their clock.
    pub(super) async fn turn(&'static self, start: impl Future<Output = T>) -> (Arc<T>, MutexGuard<'static, ()>) {
        let servers = {
            let _starting = self.starting.lock().await;
            let running = self.running.lock().unwrap().upgrade();
            match running {
                Some(servers) => servers,
                None => {
                    let servers = Arc::new(start.await);
                    *self.running.lock().unwrap() = Arc::downgrade(&servers);
                    servers
                }
            }
        };
        (servers, self.alone.lock().await)
    }
}
