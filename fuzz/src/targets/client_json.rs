//! Answers of a server as a client reads them: nothing that serde_json reads otherwise.

use crate::support::{text, within};
use ashlink_client::json::read;
use ashlink_core::api::{ClaimResponse, Config, CreateResponse, ErrorBody, Status};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

pub(crate) fn run(bytes: &[u8]) {
    let text = text(bytes);
    let is_plain = is_plain(&text);
    let check = |ours: Option<String>, theirs: Option<String>| {
        if ours.is_some() || is_plain {
            assert_eq!(ours, theirs, "{text:?}");
        }
    };
    macro_rules! types {
        ($($type:ty),*) => {$(
            check(ours::<$type>(&text).map(|value| format!("{value:?}")), theirs::<$type>(&text));
        )*};
    }
    types!(Status, CreateResponse, ErrorBody, Config, String, Vec<Option<u64>>);
    // A claim's answer shows nothing of itself.
    let shown = |claim: ClaimResponse| (claim.envelope, claim.views_left);
    let theirs = serde_json::from_str(&text).ok().map(shown);
    let ours = ours(&text).map(shown);
    assert!(ours == theirs || (ours.is_none() && !is_plain), "{text:?}");
    check(ours_ignored(&text).then(String::new), serde_json::from_str::<IgnoredAny>(&text).is_ok().then(String::new));
}

fn ours<T: DeserializeOwned>(text: &str) -> Option<T> {
    within(32 * text.len() + 1024, || read(text).ok())
}

fn ours_ignored(text: &str) -> bool {
    within(4 * text.len() + 64, || read::<IgnoredAny>(text).is_ok())
}

fn theirs<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> Option<String> {
    serde_json::from_str::<T>(text).ok().map(|value| format!("{value:?}"))
}

/// Whether nothing is in it that serde_json takes and no server of ours writes: lists for
/// structs, objects for names, halves of a character, and deep nesting.
fn is_plain(text: &str) -> bool {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return false };
    let names = [&value["state"], &value["destroyed_by"], &value["error"]["at_limit"]];
    let has_odd_names = names.iter().any(|name| name.is_object());
    !has_odd_names && !value["error"].is_array() && depth(&value) <= 30 && !has_struct_list(&value)
}

/// Whether the whole is a list of something other than numbers, which serde_json could take
/// for a struct.
fn has_struct_list(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(|item| !item.is_number() && !item.is_null()))
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
