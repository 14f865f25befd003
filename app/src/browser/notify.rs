//! Notifications that the device shows, for as long as the page is open.

use super::dom;
use super::task::spawn;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

/// Whether the person can be asked for the permission, or has given it. Over plain http, browsers refuse it
/// without a question.
#[must_use]
pub fn is_possible() -> bool {
    let window = dom::window();
    let exists = js_sys::Reflect::get(&window, &"Notification".into()).is_ok_and(|it| it.is_function());
    exists && window.is_secure_context() && Notification::permission() != NotificationPermission::Denied
}

/// Asks the person, while a click is handled, and says what came of it.
pub fn ask(answered: impl FnOnce(bool) + 'static) {
    let Ok(asking) = Notification::request_permission() else { return answered(false) };
    spawn(async move {
        let answer = JsFuture::from(asking).await;
        answered(answer.is_ok_and(|answer| answer == "granted"));
    });
}

/// Shows a notification, and says whether that worked. Some phones have the permission and show none.
pub fn show(title: &str, text: &str) -> bool {
    let options = NotificationOptions::new();
    options.set_body(text);
    Notification::new_with_options(title, &options).is_ok()
}
