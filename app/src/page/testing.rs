//! Pages as a server sends them.

use super::operator::{Operator, values};
use super::{Assets, Islands, Page, PageContext, render};
use crate::text::Language;
use ashlink_core::api::Config;
use ashlink_core::template::Template;

/// A page of a server with these settings, which must tell again what was filled in.
pub(crate) fn filled(page: Page, config: &Config) -> String {
    let path = || "file".to_owned();
    let islands = || Islands { js: path(), js_integrity: path(), wasm: path() };
    let assets = Assets {
        style: path(),
        boot: path(),
        boot_integrity: path(),
        create: islands(),
        open: islands(),
        worker: path(),
        extras_js: path(),
        extras_wasm: path(),
        icon: path(),
    };
    let html = render(PageContext { page, assets, operator: Operator::marked() });
    let template = Template::parse(&html).expect("the page's marks fit together");
    let mut values = values(config, "", "", Some("/brand/x.css"), Language::english().common);
    let page = template.fill(&values).expect("there is a text for every place");
    let read = template.read(&page).expect("a page is what its template gives");
    assert!(read.conditions.is_subset(&values.conditions), "{read:?}");
    // Marks of its own are no part of a text.
    values.texts.values_mut().for_each(|text| text.retain(|letter| !('\u{e000}'..='\u{e003}').contains(&letter)));
    assert!(read.texts.iter().all(|(name, text)| values.texts[name] == *text), "{read:?}");
    page
}
