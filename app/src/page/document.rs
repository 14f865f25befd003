//! The whole document, as the server sends it.

use super::operator::{Condition, Operator, Text};
use super::{Page, body};
use crate::ids::any_page as id;
use crate::text::{Language, PageText};
use hydration_context::SsrSharedContext;
use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;
use std::sync::Arc;

/// What one page is rendered from. The same for everyone who asks for it.
#[derive(Debug, Clone)]
pub struct PageContext {
    /// Which page.
    pub page: Page,
    /// Where the page's own files are.
    pub assets: Assets,
    /// What differs from server to server.
    pub operator: Operator,
}

/// Paths of the page's own files below the base.
#[derive(Debug, Clone)]
pub struct Assets {
    /// The style sheet.
    pub style: String,
    /// The first script.
    pub boot: String,
    /// The hash of what is in it, `sha256-…`: a browser runs nothing else.
    pub boot_integrity: String,
    /// The islands of the create page.
    pub create: Islands,
    /// The islands of the pages to which links lead.
    pub open: Islands,
    /// The worker's first script.
    pub worker: String,
    /// The glue of what is loaded when it is wanted.
    pub extras_js: String,
    /// What is loaded when it is wanted.
    pub extras_wasm: String,
    /// The icon.
    pub icon: String,
}

/// A module with islands.
#[derive(Debug, Clone)]
pub struct Islands {
    /// Its glue.
    pub js: String,
    /// The hash of what is in that, `sha256-…`: a browser runs nothing else.
    pub js_integrity: String,
    /// The module.
    pub wasm: String,
}

impl Assets {
    /// The same with what stands before every path.
    fn below(mut self, base: &str) -> Self {
        let Self { style, boot, create, open, worker, extras_js, extras_wasm, icon, .. } = &mut self;
        let islands = [create, open].into_iter().flat_map(|Islands { js, wasm, .. }| [js, wasm]);
        for path in [style, boot, worker, extras_js, extras_wasm, icon].into_iter().chain(islands) {
            *path = format!("{base}/{path}");
        }
        self
    }
}

/// Renders a document. Leptos' own integrations would add two inline scripts, for resources that no page
/// here has, and which no policy without a nonce allows.
#[must_use]
pub fn render(context: PageContext) -> String {
    Owner::new_root(Some(Arc::new(SsrSharedContext::new()))).with(|| document(context).to_html())
}

fn document(context: PageContext) -> impl IntoView {
    let PageContext { page, assets, operator } = context;
    let language = Language::english();
    let text = language.page;
    let assets = assets.below(&operator.text(Text::Base));
    let islands = match &page {
        Page::Create => Some(assets.create.clone()),
        Page::Open | Page::Receipt => Some(assets.open.clone()),
        Page::About | Page::Reference(_) | Page::NotFound => None,
    };
    let scripts = islands.map(|islands| scripts(&assets, islands, operator.text(Text::Api) + "/api/v1/"));
    let title = text(title(&page));
    let robots = (page != Page::Create).then(|| view! { <meta name="robots" content="noindex" /> });
    view! {
        <!DOCTYPE html>
        <html lang=language.tag dir=language.direction>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{[title, " – ", &operator.text(Text::Product)].concat()}</title>
                <meta name="description" content=text(PageText::Description) />
                <meta {..custom_attribute("property", "og:title")} content=operator.text(Text::Product) />
                <meta {..custom_attribute("property", "og:description")} content=text(PageText::Description) />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f4f1" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#171513" />
                {robots}
                <link rel="icon" type="image/svg+xml" href=assets.icon.clone() />
                <link rel="stylesheet" href=assets.style.clone() />
                {operator.when(Condition::HasBrandSheet, || {
                    view! { <link rel="stylesheet" href=operator.text(Text::BrandSheet) /> }
                })}
                {scripts}
            </head>
            <body>{body::body(page, language, &operator)}</body>
        </html>
    }
}

/// What a tab is called, before the site's name.
const fn title(page: &Page) -> PageText {
    match page {
        Page::Create => PageText::TabCreate,
        Page::Open => PageText::TabOpen,
        Page::Receipt => PageText::TabReceipt,
        Page::About => PageText::AboutLink,
        Page::Reference(_) => PageText::TabReference,
        Page::NotFound => PageText::NotFoundTitle,
    }
}

/// Own tags instead of `HydrationScripts`, which starts the islands by an inline script.
fn scripts(assets: &Assets, islands: Islands, api: String) -> impl IntoView + use<> {
    let Assets { boot, boot_integrity, worker, extras_js, extras_wasm, .. } = assets.clone();
    let Islands { js, js_integrity, wasm } = islands;
    view! {
        <link rel="modulepreload" href=js.clone() integrity=js_integrity />
        <link rel="preload" href=wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="" />
        // Cloudflare's Rocket Loader would take the tag away; it looks for this before `src`.
        <script
            data-cfasync="false"
            id=id::BOOT
            type="module"
            src=boot
            integrity=boot_integrity
            data-js=js
            data-wasm=wasm
            data-worker=worker
            data-extras-js=extras_js
            data-extras-wasm=extras_wasm
            data-api=api
        ></script>
    }
}
