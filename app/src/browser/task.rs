//! Waiting for promises.

use std::future::Future;
use std::pin::Pin;

/// Runs a future to its end. Boxed, so that the machinery is compiled once and not for each.
pub(super) fn spawn(future: impl Future<Output = ()> + 'static) {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    wasm_bindgen_futures::spawn_local(future);
}
