//! The pages: each rendered and compressed once, the same for everyone, until the logo is another one.
//!
//! What is compressed with a secret can tell its length (BREACH): no secret stands in a page, and nothing
//! that a request said.

use super::brand::Brand;
use super::compress::Forms;
use super::{Site, files, reference};
use crate::api;
use crate::web::encoding::Encoding;
use crate::web::headers;
use app::page::operator::{Operator, values};
use app::text::Language;
use app::{Assets, Islands, Page, PageContext, render};
use ashlink_core::api::Config;
use ashlink_core::manifest::Manifest;
use ashlink_core::template::Template;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use axum::response::{IntoResponse as _, Response};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What pages are rendered from. Cheap to clone.
#[derive(Clone)]
pub struct Look {
    /// The page's files.
    pub site: Arc<Site>,
    /// The site's own look.
    pub brand: Arc<Brand>,
    /// What stands before every path: empty, or `/prefix`.
    pub base: Arc<str>,
    /// What stands before every path of the API: as `base`, or the address of another host.
    pub api: Arc<str>,
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
    pub(super) fn template(&self, page: Page) -> String {
        let own = str::to_owned;
        let islands = |islands: &files::Islands| Islands {
            js: own(islands.js.path),
            js_integrity: islands.js.integrity(),
            wasm: own(islands.wasm),
        };
        render(PageContext {
            page,
            assets: Assets {
                style: own(self.site.style),
                boot: own(self.site.boot.path),
                boot_integrity: self.site.boot.integrity(),
                create: islands(&self.site.create),
                open: islands(&self.site.open),
                worker: own(self.site.worker),
                extras_js: own(self.site.extras_js),
                extras_wasm: own(self.site.extras_wasm),
                icon: own("favicon.svg"),
            },
            operator: Operator::marked(),
        })
    }

    /// A template with what this server fills in.
    pub(super) fn fill(&self, template: &str) -> String {
        let brand_sheet = self.brand.style().map(|path| format!("{}/{path}", self.base));
        let values = values(&self.told(), &self.base, &self.api, brand_sheet.as_deref(), Language::english().common);
        let template = Template::parse(template).expect("the page's marks fit together");
        template.fill(&values).expect("there is a text for every place")
    }
}

/// An address that answers with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Address {
    Create,
    Open,
    Receipt,
    About,
    Reference,
    /// Every address that leads nowhere.
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

/// What is made once.
#[derive(Default)]
pub struct Rendered {
    release: OnceLock<Release>,
    filled: Mutex<Filled>,
}

/// What every server of this release has.
struct Release {
    manifest: Manifest,
    json: Bytes,
}

/// Templates with what this server fills in.
#[derive(Default)]
struct Filled {
    /// Where the logo in them is.
    logo: Option<String>,
    pages: [Option<Forms>; Address::ALL.len()],
}

impl Pages {
    /// Of this look, and none made yet.
    #[must_use]
    pub fn of(look: Look) -> Self {
        Self { look, rendered: Arc::default() }
    }

    /// Makes all of them, so that nobody waits for one: each takes some 50 ms of processor.
    pub fn prepare(&self) {
        for address in Address::ALL {
            self.forms(address);
        }
    }

    /// What every server of this release serves.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.release().manifest
    }

    /// The manifest, for whoever compares.
    pub(crate) fn answer_manifest(&self) -> Response {
        ([(CONTENT_TYPE, "application/json")], self.release().json.clone()).into_response()
    }

    /// Each page by its path below the base, as this server has it without compression.
    pub(super) fn filled(&self) -> impl Iterator<Item = (&'static str, Bytes)> {
        let plain = |address| self.forms(address).get(Encoding::Identity).body.clone();
        Address::ALL.into_iter().map(move |address| (address.path(), plain(address)))
    }

    /// All that is served, as files: pages come last, since they name the others.
    #[must_use]
    pub fn as_files(&self) -> Vec<(String, Bytes)> {
        let mut all: Vec<_> = self.look.brand.files().into_iter().chain(files::all()).collect();
        for address in Address::ALL {
            let path = match address {
                Address::Create => "index.html".to_owned(),
                Address::Nowhere => format!("{}.html", Manifest::NOWHERE),
                _ => format!("{}/index.html", address.path()),
            };
            let forms = self.forms(address);
            for (end, encoding) in [("", Encoding::Identity), (".br", Encoding::Brotli), (".gz", Encoding::Gzip)] {
                all.push((format!("{path}{end}"), forms.get(encoding).body.clone()));
            }
        }
        all.push((Manifest::PATH.to_owned(), self.release().json.clone()));
        all
    }

    fn release(&self) -> &Release {
        self.rendered.release.get_or_init(|| {
            let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
            let template = |address: Address| (address.path().to_owned(), self.look.template(self.page(address)));
            let manifest = Manifest {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                commit: option_env!("ASHLINK_COMMIT").filter(|hash| !hash.is_empty()).map(str::to_owned),
                headers: headers::of_pages().map(owned).collect(),
                files: files::plain().map(|(path, plain)| (path.to_owned(), Manifest::hash(plain))).collect(),
                pages: Address::ALL.map(template).into(),
            };
            Release { json: manifest.to_json().into(), manifest }
        })
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
    fn forms(&self, address: Address) -> Forms {
        let template = &self.release().manifest.pages[address.path()];
        // Filling can only panic where a test of the page would have: the next one asks again.
        let mut filled = self.rendered.filled.lock().unwrap_or_else(PoisonError::into_inner);
        let logo = self.look.brand.logo();
        if filled.logo != logo {
            *filled = Filled { logo, ..Filled::default() };
        }
        filled.pages[address as usize].get_or_insert_with(|| Forms::of(self.look.fill(template))).clone()
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
