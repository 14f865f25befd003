//! The page's end of the crypto worker, which `boot.js` starts. A page has at most one.

use super::dom;
use crate::flow::words::progress;
use crate::ids::create_or_open;
use ashlink_core::message::{Fault, Reply, Request};
use js_sys::{Array, Function, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{Event, MessageEvent};
use zeroize::Zeroizing;

type Answered = Box<dyn FnOnce(Reply)>;

/// Handlers live as long as the worker does.
struct Client {
    worker: web_sys::Worker,
    next: f64,
    waiting: Vec<(f64, Answered)>,
    _message: Closure<dyn Fn(MessageEvent)>,
    _error: Closure<dyn Fn(Event)>,
}

thread_local! {
    static CLIENT: RefCell<Option<Client>> = const { RefCell::new(None) };
    /// When the worker was asked last, in milliseconds by the device's clock.
    static ASKED: Cell<f64> = const { Cell::new(0.0) };
}

/// Starts a worker, in place of any other, and has it test itself.
pub fn start(tested: impl FnOnce(Reply) + 'static) {
    stop();
    CLIENT.set(Client::new());
    ask(&Request::SelfTest, |reply| {
        if reply == Reply::Ready {
            dom::mark("data-worker", "ready");
        }
        tested(reply);
    });
}

/// Ends the worker; its keys go with it. Nobody gets an answer any more.
pub fn stop() {
    if let Some(client) = CLIENT.take() {
        client.worker.terminate();
        dom::mark("data-worker", "ended");
    }
}

/// Asks the worker. Exactly one answer comes, unless the worker is ended before.
pub fn ask(request: &Request, answered: impl FnOnce(Reply) + 'static) {
    ASKED.set(js_sys::Date::now());
    create_or_open::SHARE_DONE.set_text("");
    let sent = CLIENT.with_borrow_mut(|client| match client {
        Some(client) => client.send(request, Box::new(answered)),
        None => Err(Box::new(answered) as Answered),
    });
    if let Err(answered) = sent {
        answered(Reply::Failed(Fault::Broken));
    }
}

impl Client {
    fn new() -> Option<Self> {
        let start: Function = Reflect::get(&dom::window(), &"startWorker".into()).ok()?.dyn_into().ok()?;
        let worker: web_sys::Worker = start.call0(&JsValue::NULL).ok()?.dyn_into().ok()?;
        let message = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| receive(event.data()));
        let error = Closure::<dyn Fn(Event)>::new(|_| fail());
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        Some(Self { worker, next: 0.0, waiting: Vec::new(), _message: message, _error: error })
    }

    fn send(&mut self, request: &Request, answered: Answered) -> Result<(), Answered> {
        self.next += 1.0;
        let bytes = Uint8Array::from(request.to_bytes().as_slice());
        let message = Array::of2(&self.next.into(), &bytes);
        // Handed over and not copied, so that what was typed is there once less.
        if self.worker.post_message_with_transfer(&message, &Array::of1(&bytes.buffer())).is_err() {
            return Err(answered);
        }
        self.waiting.push((self.next, answered));
        Ok(())
    }

    fn take(&mut self, seq: f64) -> Option<Answered> {
        let index = self.waiting.iter().position(|(waiting, _)| *waiting == seq)?;
        Some(self.waiting.swap_remove(index).1)
    }
}

fn receive(data: JsValue) {
    let message: Array = data.unchecked_into();
    let seq = message.get(0).as_f64().unwrap_or_default();
    let content = message.get(1);
    // No answer, but how far a transfer is: a share of one.
    if seq == 0.0 {
        return show_share(content.as_f64().unwrap_or_default());
    }
    let content = Zeroizing::new(content.unchecked_into::<Uint8Array>().to_vec());
    let reply = Reply::from_bytes(&content).unwrap_or(Reply::Failed(Fault::Broken));
    // The answer may ask again, so nothing is borrowed while it is dealt with.
    let answered = CLIENT.with_borrow_mut(|client| client.as_mut()?.take(seq));
    if let Some(answered) = answered {
        answered(reply);
    }
}

/// Shows how far a transfer is, and how long it will still take.
fn show_share(share: f64) {
    create_or_open::PROGRESS.set_progress(share);
    let elapsed = (js_sys::Date::now() - ASKED.get()) / 1000.0;
    let text = |name: &str| create_or_open::SHARE_DONE.attribute(name);
    let words = progress(share, elapsed, [&text("data-share"), &text("data-seconds"), &text("data-minutes")]);
    create_or_open::SHARE_DONE.set_text(&words);
}

/// The worker did not load, or died.
fn fail() {
    let Some(client) = CLIENT.take() else { return };
    client.worker.terminate();
    dom::mark("data-worker", "failed");
    // Whoever asks from now on is answered at once.
    for (_, answered) in client.waiting {
        answered(Reply::Failed(Fault::Broken));
    }
}
