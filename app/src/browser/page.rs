//! Address, history, and the page's coming and going.

use super::dom;
use super::task::spawn;
use ashlink_core::link::{SHARE_CHARS, behind_page};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, KeyboardEvent, PageTransitionEvent, ShareData, VisibilityState};

/// What stands after the `#` of the address.
#[must_use]
pub fn fragment() -> String {
    dom::window().location().hash().unwrap_or_default()
}

/// Gives the address of a link the form that it had before somebody rewrote it, with the key behind the `#` of
/// this page below the base. Says whether a key stood in the path, and so went to the server.
pub fn restore_address(base: &str, page: &str) -> bool {
    let path = dom::window().location().pathname().unwrap_or_default();
    let below = path.trim_start_matches('/').strip_prefix(base.trim_start_matches('/'));
    let Some(rest) = below.and_then(|below| behind_page(below, page)) else { return false };
    let own = [base, page].concat();
    if path != own {
        let rest = rest.trim_matches('/');
        let fragment = fragment();
        replace(&[own.as_str(), "#", rest, fragment.trim_start_matches('#')].concat(), &JsValue::NULL);
    }
    rest.len() >= SHARE_CHARS
}

/// Takes the key out of the address and the entry in the tab's history, which keeps a word in its place.
pub fn clean_address(word: &str) {
    let path = dom::window().location().pathname().unwrap_or_default();
    replace(&path, &word.into());
}

/// The word that [`clean_address`] left in this entry of the tab's history; empty for none.
#[must_use]
pub fn left_word() -> String {
    let state = dom::window().history().and_then(|history| history.state());
    state.ok().and_then(|word| word.as_string()).unwrap_or_default()
}

/// Puts a pasted link's key into the address, so that a reload finds it.
pub fn adopt_fragment(link: &str) {
    let fragment = link.split_once('#').map_or(link, |(_, fragment)| fragment);
    replace(&["#", fragment.trim()].concat(), &JsValue::NULL);
}

fn replace(address: &str, state: &JsValue) {
    if let Ok(history) = dom::window().history() {
        let _ = history.replace_state_with_url(state, "", Some(address));
    }
}

/// Loads the page anew.
pub fn reload() {
    let _ = dom::window().location().reload();
}

/// Goes to another of our pages, with the key that this one has.
pub fn go_with_fragment(path: &str) {
    let _ = dom::window().location().set_href(&[path, &fragment()].concat());
}

/// Scheme, host and port.
#[must_use]
pub fn origin() -> String {
    dom::window().location().origin().unwrap_or_default()
}

/// Whether someone may be looking.
#[must_use]
pub fn is_visible() -> bool {
    dom::document().visibility_state() == VisibilityState::Visible
}

/// Calls back when the part after the `#` changes.
pub fn on_fragment(action: impl Fn() + 'static) {
    on("hashchange", move |_| action());
}

/// Calls back when the page is left.
pub fn on_leave(action: impl Fn() + 'static) {
    on("pagehide", move |_| action());
}

/// Calls back when the page comes back from the browser's back/forward cache.
pub fn on_return(action: impl Fn() + 'static) {
    on("pageshow", move |event| {
        if event.unchecked_ref::<PageTransitionEvent>().persisted() {
            action();
        }
    });
}

/// Calls back every so many milliseconds.
pub fn every(millis: i32, action: impl Fn() + 'static) {
    let closure = Closure::<dyn Fn()>::new(action);
    let window = dom::window();
    let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(closure.as_ref().unchecked_ref(), millis);
    // For as long as the page lives.
    closure.forget();
}

/// Has the browser ask before the page is left.
pub fn guard_leaving() {
    if dom::window().onbeforeunload().is_some() {
        return;
    }
    let closure = Closure::<dyn Fn(Event)>::new(|event: Event| {
        event.prevent_default();
        // What older browsers look at.
        let _ = js_sys::Reflect::set(&event, &"returnValue".into(), &"1".into());
    });
    dom::window().set_onbeforeunload(Some(closure.as_ref().unchecked_ref()));
    closure.forget();
}

/// Lets the page be left.
pub fn let_leave() {
    dom::window().set_onbeforeunload(None);
}

/// Calls back at every event of a kind that reaches the window.
pub fn on(kind: &str, action: impl Fn(Event) + 'static) {
    dom::listen(&dom::window(), kind, Box::new(action));
}

/// Whether the device has a way of its own to hand a text on.
#[must_use]
pub fn can_share() -> bool {
    let navigator = dom::window().navigator();
    js_sys::Reflect::get(&navigator, &"share".into()).is_ok_and(|share| share.is_function())
}

/// Hands a text on in the device's own way. What becomes of it, the device shows.
pub fn share(text: &str) {
    let data = ShareData::new();
    data.set_text(text);
    let sharing = dom::window().navigator().share_with_data(&data);
    // Whoever thinks better of it makes the promise fail, which is no failure.
    spawn(async move {
        let _ = JsFuture::from(sharing).await;
    });
}

/// Whether this is Ctrl+Enter, or ⌘Enter on a Mac.
#[must_use]
pub fn is_send_key(event: &Event) -> bool {
    let keys: &KeyboardEvent = event.unchecked_ref();
    is_enter_key(event) && (keys.ctrl_key() || keys.meta_key())
}

/// Whether this is Enter.
#[must_use]
pub fn is_enter_key(event: &Event) -> bool {
    event.unchecked_ref::<KeyboardEvent>().key() == "Enter"
}

/// Calls back at every Escape.
pub fn on_escape(action: impl Fn() + 'static) {
    on("keydown", move |event| {
        if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" {
            action();
        }
    });
}

/// Whether this is Ctrl+A, or ⌘A on a Mac.
#[must_use]
pub fn is_select_all_key(event: &Event) -> bool {
    let event: &KeyboardEvent = event.unchecked_ref();
    event.key().eq_ignore_ascii_case("a") && (event.ctrl_key() || event.meta_key())
}
