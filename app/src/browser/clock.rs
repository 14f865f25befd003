//! Points in time, in the person's time zone and the page's language.

use super::dom;
use crate::flow::words::Clock;
use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

/// The browser's clock and its formats.
pub struct BrowserClock;

impl BrowserClock {
    /// Writes a moment for nobody, soon. The first one takes a browser some 20 milliseconds: they
    /// are spent here, where nobody waits, and not after a click.
    pub fn warm_up() {
        dom::after(0, || drop(Self.moment_anywhere(0)));
    }

    /// Unix seconds, by the device.
    pub fn now() -> i64 {
        (Date::now() / 1000.0) as i64
    }
}

impl Clock for BrowserClock {
    fn moment(&self, unix_secs: i64) -> String {
        write(unix_secs, &MOMENT)
    }

    fn moment_anywhere(&self, unix_secs: i64) -> String {
        write(unix_secs, &[&MOMENT[..], &[("year", "numeric"), ("timeZoneName", "short")]].concat())
    }

    fn ago(&self, unix_secs: i64) -> String {
        let seconds = unix_secs as f64 - Date::now() / 1000.0;
        let (unit, size) = match seconds.abs() {
            0.0..60.0 => ("second", 1.0),
            60.0..3600.0 => ("minute", 60.0),
            3600.0..86_400.0 => ("hour", 3600.0),
            _ => ("day", 86_400.0),
        };
        let format = Intl::RelativeTimeFormat::new(&Array::of1(&locale().into()), &options(&[("numeric", "auto")]));
        format.format((seconds / size).round(), unit).into()
    }
}

const MOMENT: [(&str, &str); 4] = [("day", "numeric"), ("month", "short"), ("hour", "2-digit"), ("minute", "2-digit")];

fn write(unix_secs: i64, parts: &[(&str, &str)]) -> String {
    let date = Date::new(&JsValue::from_f64(unix_secs as f64 * 1000.0));
    date.to_locale_string(&locale(), &options(parts)).into()
}

/// The person's own variety of the page's language, or the page's.
fn locale() -> String {
    let root = dom::document().document_element();
    let page = root.and_then(|root| root.get_attribute("lang")).unwrap_or_default();
    let own = dom::window().navigator().languages();
    own.iter().filter_map(|tag| tag.as_string()).find(|tag| tag.starts_with(&page)).unwrap_or(page)
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options
}
