//! What is loaded when it is wanted: `boot.js` imports it, the first call brings it in.

use super::dom;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Calls a function of the extras, and hands over what came of it; nothing where they did not
/// load, or had nothing to give.
pub fn call<const N: usize>(
    name: &'static str,
    arguments: [JsValue; N],
    answered: impl FnOnce(Option<String>) + 'static,
) {
    spawn_local(async move {
        let answer = run(name, arguments.into_iter().collect()).await;
        answered(answer.ok().and_then(|text| text.as_string()));
    });
}

async fn run(name: &str, arguments: Array) -> Result<JsValue, JsValue> {
    let load: Function = Reflect::get(&dom::window(), &"loadExtras".into())?.dyn_into()?;
    let loading: Promise = load.call0(&JsValue::NULL)?.dyn_into()?;
    let extras = JsFuture::from(loading).await?;
    let function: Function = Reflect::get(&extras, &name.into())?.dyn_into()?;
    function.apply(&JsValue::NULL, &arguments)
}
