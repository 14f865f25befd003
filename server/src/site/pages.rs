//! The pages: each rendered and compressed once, the same for everyone, until the logo is another one.
//!
//! What is compressed with a secret can tell its length (BREACH): no secret stands in a page, and nothing
//! that a request said.

use super::brand::Brand;
use super::compress::Forms;
use super::{Site, files, reference};
use crate::api;
use crate::web::encoding::Encoding;
use app::page::operator::{Operator, values};
use app::text::Language;
use app::{Assets, Page, PageContext, render};
use ashlink_core::api::Config;
use ashlink_core::manifest::Manifest;
use ashlink_core::template::{Template, Values};
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use axum::response::{IntoResponse as _, Response};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What pages are rendered from. Cheap to clone.
#[derive(Clone)]
pub struct Look {
    /// The page's files.
    pub site: Arc<Site>,
    /// The site's own look.
    pub brand: Arc<Brand>,
    /// What stands before every path: empty, or `/prefix`.
    pub base: Arc<str>,
    /// What the operator allows.
    pub config: Arc<Config>,
}

impl Look {
    /// What callers are told of the settings.
    #[must_use]
    pub fn told(&self) -> Config {
        let mut config = Config::clone(&self.config);
        config.logo = self.brand.logo().map(|path| format!("{}/{path}", self.base));
        config
    }

    /// A page as every server of this release has it, with marks for what differs.
    fn template_text(&self, page: Page) -> String {
        let own = str::to_owned;
        render(PageContext {
            page,
            assets: Assets {
                style: own(self.site.style),
                boot: own(self.site.boot.path),
                boot_integrity: self.site.boot.integrity(),
                frontend_js: own(self.site.frontend_js.path),
                frontend_js_integrity: self.site.frontend_js.integrity(),
                frontend_wasm: own(self.site.frontend_wasm),
                worker: own(self.site.worker),
                extras_js: own(self.site.extras_js),
                extras_wasm: own(self.site.extras_wasm),
                icon: own("favicon.svg"),
            },
            operator: Operator::marked(),
        })
    }

    /// What this server fills into its pages.
    #[must_use]
    pub fn values(&self) -> Values {
        let brand_sheet = self.brand.style().map(|path| format!("{}/{path}", self.base));
        values(&self.told(), &self.base, brand_sheet.as_deref(), SOMEWHERE, Language::english().common)
    }

    /// A whole document.
    pub(super) fn document(&self, page: Page) -> String {
        let template = Template::parse(&self.template_text(page)).expect("the page's marks fit together");
        template.fill(&self.values()).expect("there is a text for every place")
    }
}

/// Where the API's examples send their requests as long as the operator has not said where the server is.
const SOMEWHERE: &str = "https://ashlink.example";

/// An address that answers with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Address {
    /// `/`
    Create,
    /// `/s`
    Open,
    /// `/m`
    Receipt,
    /// `/about`
    About,
    /// `/docs/api`
    Reference,
    /// Any that leads nowhere; with 404.
    Nowhere,
}

impl Address {
    /// Its path below the base.
    const fn path(self) -> &'static str {
        match self {
            Self::Create => "",
            Self::Open => "s",
            Self::Receipt => "m",
            Self::About => "about",
            Self::Reference => "docs/api",
            Self::Nowhere => Manifest::NOWHERE,
        }
    }

    const ALL: [Self; 6] = [Self::Create, Self::Open, Self::Receipt, Self::About, Self::Reference, Self::Nowhere];
}

/// How a page may be kept: for as long as the server says each time that it is still the same.
const CACHING: &str = "no-cache, no-transform";

/// All pages. Cheap to clone.
#[derive(Clone)]
pub struct Pages {
    /// What they are made from.
    pub look: Look,
    /// Those that somebody has asked for.
    pub rendered: Arc<Rendered>,
}

/// Pages that are made.
#[derive(Default)]
pub struct Rendered(Mutex<Made>);

#[derive(Default)]
struct Made {
    /// Where the logo in them is.
    logo: Option<String>,
    pages: [Option<Forms>; Address::ALL.len()],
    manifest: Option<Bytes>,
}

impl Pages {
    /// Makes all of them, so that nobody waits for one: each takes some 50 ms of processor.
    pub fn prepare(&self) {
        for address in Address::ALL {
            self.forms(address);
        }
    }

    /// What every server of this release serves, for whoever compares.
    #[must_use]
    pub fn manifest(&self, policy: &str) -> Response {
        let mut made = self.made();
        let json = made.manifest.get_or_insert_with(|| {
            let template = |address: Address| {
                let text = self.look.template_text(self.page(address));
                (address.path().to_owned(), text)
            };
            let manifest = Manifest {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                policy: policy.to_owned(),
                files: files::hashes(),
                pages: Address::ALL.map(template).into(),
            };
            manifest.to_json().into()
        });
        ([(CONTENT_TYPE, "application/json")], json.clone()).into_response()
    }

    /// The page, in the form that was agreed on; 304 for who has it.
    pub(crate) fn answer(&self, address: Address, encoding: Encoding, request: &HeaderMap) -> Response {
        let forms = self.forms(address);
        let form = forms.get(encoding);
        if address == Address::Nowhere {
            let mut response = (StatusCode::NOT_FOUND, form.body.clone()).into_response();
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(HTML));
            encoding.tell(response.headers_mut());
            return response;
        }
        let is_known = request.get_all(IF_NONE_MATCH).iter().any(|tags| names(tags, &form.tag));
        let mut response =
            if is_known { StatusCode::NOT_MODIFIED.into_response() } else { form.body.clone().into_response() };
        let headers = response.headers_mut();
        if !is_known {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(HTML));
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(CACHING));
        headers.insert(ETAG, form.tag.clone());
        encoding.tell(headers);
        response
    }
}

const HTML: &str = "text/html; charset=utf-8";

/// Whether a list of entity tags has this one, or stands for all (RFC 9110, section 13.1.2). Weak ones
/// count as well: a proxy that compresses makes ours weak.
fn names(tags: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(tag)) = (tags.to_str(), tag.to_str()) else { return false };
    // None of ours has a comma in it.
    tags.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

impl Pages {
    fn made(&self) -> MutexGuard<'_, Made> {
        // Rendering can only panic where a test of the page would have: the next one asks again.
        self.rendered.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forms(&self, address: Address) -> Forms {
        let mut made = self.made();
        let logo = self.look.brand.logo();
        if made.logo != logo {
            *made = Made { logo, ..Made::default() };
        }
        made.pages[address as usize].get_or_insert_with(|| Forms::of(self.look.document(self.page(address)))).clone()
    }

    fn page(&self, address: Address) -> Page {
        match address {
            Address::Create => Page::Create,
            Address::Open => Page::Open,
            Address::Receipt => Page::Receipt,
            Address::About => Page::About,
            Address::Reference => Page::Reference(Box::new(reference::of(&api::document(&self.look.config)))),
            Address::Nowhere => Page::NotFound,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_tag_is_found_in_a_list() {
        let names = |tags: &'static str| names(&HeaderValue::from_static(tags), &HeaderValue::from_static("\"a-br\""));
        assert!(names("\"a-br\"") && names("\"x\", W/\"a-br\"") && names("*"));
        assert!(!names("\"a-gzip\"") && !names("a-br") && !names(""));
    }
}
