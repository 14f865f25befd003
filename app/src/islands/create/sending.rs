//! Handing the link on: as a QR code, and in the device's own way.

use super::Island;
use crate::browser::{dom, extras, page};
use crate::text::CreateText;

impl Island {
    pub(super) fn wire_sending_on(&self) {
        dom::show_if("share", page::can_share());
        dom::on_click("share", || {
            page::share(&dom::value("message"));
            page::let_leave();
        });
        dom::on("message", "focus", |_| dom::select("message"));
        let texts = self.texts;
        dom::on("qr-box", "toggle", move |_| {
            if !dom::has("qr-box", "open") {
                return;
            }
            let link = dom::value("link");
            extras::call("qr", [(&*link).into()], move |code| {
                // The link may have gone from the page meanwhile.
                if dom::value("link") != link {
                    return;
                }
                match code.as_deref().and_then(|code| code.split_once(' ')) {
                    Some((side, path)) => show_qr(side, path),
                    None => dom::set_text("qr-note", texts.get(CreateText::NoQr)),
                }
            });
        });
    }
}

fn show_qr(side: &str, path: &str) {
    dom::set_attribute("qr", "viewBox", &["0 0 ", side, " ", side].concat());
    dom::set_attribute("qr-path", "d", path);
    dom::show_if("qr", true);
    dom::set_text("qr-note", &dom::attribute("qr-note", "data-help"));
}

/// Takes back what was shown of a link.
pub(super) fn hide() {
    dom::set_attribute("qr-path", "d", "");
    dom::show_if("qr", false);
    dom::set_text("qr-note", "");
    for id in ["qr-box", "message-box"] {
        dom::toggle(id, "open", false);
    }
}
