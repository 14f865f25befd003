//! Handing the link on: as a QR code, and in the device's own way.

use super::Island;
use crate::browser::{extras, page};
use crate::ids::create as id;
use crate::text::CreateText;

impl Island {
    pub(super) fn wire_handing_on(&self) {
        id::SHARE.show_if(page::can_share());
        id::SHARE.on_click(|| {
            page::share(&id::MESSAGE.value());
            page::let_leave();
        });
        id::MESSAGE.on("focus", |_| id::MESSAGE.select());
        let texts = self.texts;
        id::QR_BOX.on("toggle", move |_| {
            if !id::QR_BOX.has("open") {
                return;
            }
            let link = id::LINK.value();
            extras::call("qr", [(&*link).into()], move |code| {
                // The link may have gone from the page meanwhile.
                if id::LINK.value() != link {
                    return;
                }
                match code.as_deref().and_then(|code| code.split_once(' ')) {
                    Some((side, path)) => show_qr(side, path),
                    None => id::QR_NOTE.set_text(texts.get(CreateText::NoQr)),
                }
            });
        });
    }
}

fn show_qr(side: &str, path: &str) {
    id::QR.set_attribute("viewBox", &["0 0 ", side, " ", side].concat());
    id::QR_PATH.set_attribute("d", path);
    id::QR.show_if(true);
    id::QR_NOTE.set_text(&id::QR_NOTE.attribute("data-help"));
}

/// Takes back what was shown of a link.
pub(super) fn hide() {
    id::QR_PATH.set_attribute("d", "");
    id::QR.show_if(false);
    id::QR_NOTE.set_text("");
    for details in [id::QR_BOX, id::MESSAGE_BOX] {
        details.toggle("open", false);
    }
}
