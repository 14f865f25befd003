//! Answers against the manifest.

use super::browsers::Browser;
use crate::exit::Failure;
use crate::http::{Http, LONGEST_PAGE, Page};
use ashlink_core::manifest::Manifest;
use ashlink_core::template::Template;
use std::collections::BTreeMap;
use std::io::Read as _;
use url::Url;

/// What every page is.
const HTML: &str = "text/html; charset=utf-8";

/// A path that leads nowhere on every server.
const NOWHERE: &str = "nowhere/at/all";

/// Something that is not as the manifest says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) path: String,
    pub(super) browser: &'static str,
    pub(super) what: String,
}

/// An answer that every server of a release gives.
pub(super) struct Wanted<'a> {
    pub(super) path: &'a str,
    pub(super) content: Content<'a>,
}

pub(super) enum Content<'a> {
    Page(&'a Template),
    /// The SHA-256 of a file.
    File(&'a str),
}

#[derive(Debug, Default)]
pub(super) struct Findings {
    /// How many answers were looked at.
    pub(super) compared: usize,
    pub(super) different: Vec<Finding>,
    /// What was filled into the pages, by its name.
    pub(super) texts: BTreeMap<String, String>,
}

impl Findings {
    /// Fetches a page or a file, and compares it.
    pub(super) fn compare(
        &mut self,
        http: &Http,
        browser: &Browser,
        wanted: &Wanted<'_>,
        manifest: &Manifest,
    ) -> Result<(), Failure> {
        let (asked, status) = if wanted.path == Manifest::NOWHERE { (NOWHERE, 404) } else { (wanted.path, 200) };
        let answer = http.get(asked, &browser.headers)?;
        let compared = head(&answer, status, manifest).and_then(|()| match wanted.content {
            Content::Page(template) => self.page(&answer, template),
            Content::File(hash) => {
                let found = Manifest::hash(&unpacked(&answer)?);
                if found == *hash { Ok(()) } else { Err(format!("its SHA-256 is {found}, not {hash}")) }
            }
        });
        self.note(asked, browser.name, compared);
        Ok(())
    }

    fn page(&mut self, answer: &Page, template: &Template) -> Result<(), String> {
        // In another alphabet, the same bytes are another page.
        let media_type = answer.header("content-type");
        if media_type != HTML {
            return Err(format!("the header content-type is {media_type:?}, not {HTML:?}"));
        }
        let text = String::from_utf8(unpacked(answer)?).map_err(|_| "it is no UTF-8".to_owned())?;
        let values = template.read(&text).map_err(|difference| difference.to_string())?;
        for (name, text) in values.texts {
            // A page can say nothing in one place, and something else in another.
            match self.texts.get(&name) {
                Some(known) if *known != text => {
                    return Err(format!("{name} is {text:?} here, and {known:?} elsewhere"));
                }
                _ => drop(self.texts.insert(name, text)),
            }
        }
        Ok(())
    }

    /// What the server says of its release, beside what the release says. Only the release's build need be
    /// told its commit.
    pub(super) fn manifest(&mut self, own: &str, release: &Manifest) {
        let same = match Manifest::parse(own) {
            Err(error) => Err(format!("it is no manifest: {error}")),
            Ok((own, _)) if own.version != release.version => {
                Err(format!("the server is Ashlink {}, and the manifest is of {}", own.version, release.version))
            }
            Ok((own, _)) => {
                let is_same = Manifest { commit: release.commit.clone(), ..own } == *release;
                if is_same { Ok(()) } else { Err("it is not the release's".to_owned()) }
            }
        };
        self.note(Manifest::PATH, "every browser", same);
    }

    /// What was filled in must lead to this server, or to the one with its API: links are where secrets are opened.
    pub(super) fn places(&mut self, server: &str, api: Option<&str>) {
        let path = Url::parse(server).map(|url| url.path().trim_end_matches('/').to_owned()).unwrap_or_default();
        for (name, wanted) in [
            ("base", vec![path.as_str()]),
            ("api", vec![api.unwrap_or(&path)]),
            ("link_base", vec![path.as_str(), server]),
        ] {
            let Some(text) = self.texts.get(name) else { continue };
            let is_wanted = wanted.contains(&text.as_str());
            let compared = if is_wanted { Ok(()) } else { Err(format!("{name} is {text:?}, not {:?}", wanted[0])) };
            self.note("", "every browser", compared);
        }
    }

    /// What pages refer to besides: a logo and a style sheet, which run nothing.
    pub(super) fn brand(&mut self, http: &Http) -> Result<(), Failure> {
        let base = self.texts.get("base").cloned().unwrap_or_default();
        for (name, kind) in [("logo", "image/"), ("brand_sheet", "text/css")] {
            let Some(path) = self.texts.get(name).cloned() else { continue };
            let Some(below) = path.strip_prefix(&format!("{base}/brand/")) else {
                self.note(&path, "every browser", Err(format!("the {name} is not among the site's own files")));
                continue;
            };
            let answer = http.get(&format!("brand/{below}"), &[])?;
            let is_kind = answer.header("content-type").starts_with(kind);
            let compared = match answer.status {
                200 if is_kind => Ok(()),
                status => Err(format!("{status} with type {:?}", answer.header("content-type"))),
            };
            self.note(&path, "every browser", compared);
        }
        Ok(())
    }

    fn note(&mut self, path: &str, browser: &'static str, compared: Result<(), String>) {
        self.compared += 1;
        if let Err(what) = compared {
            let finding = Finding { path: path.to_owned(), browser, what };
            // Each round finds the same again.
            if !self.different.contains(&finding) {
                self.different.push(finding);
            }
        }
    }
}

/// Status and the headers that decide what a browser does with an answer.
fn head(answer: &Page, status: u16, manifest: &Manifest) -> Result<(), String> {
    if let Some(why) = &answer.broken {
        return Err(format!("it does not come whole: {why}"));
    }
    if answer.status != status {
        return Err(format!("the status is {}, not {status}", answer.status));
    }
    for (name, value) in &manifest.headers {
        let found = answer.header(name);
        if found != *value {
            return Err(format!("the header {name} is {found:?}, not {value:?}"));
        }
    }
    // What these do is not the policy's to say.
    for name in ["link", "refresh", "set-cookie", "access-control-allow-origin", "content-disposition", "sourcemap"] {
        if !answer.header(name).is_empty() {
            return Err(format!("there is a header {name}: {:?}", answer.header(name)));
        }
    }
    Ok(())
}

/// The body as it was before it was compressed.
fn unpacked(answer: &Page) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    let body = &*answer.body;
    let read = match &*answer.header("content-encoding") {
        "" | "identity" => body.take(LONGEST_PAGE + 1).read_to_end(&mut plain),
        "gzip" => flate2::read::MultiGzDecoder::new(body).take(LONGEST_PAGE + 1).read_to_end(&mut plain),
        "br" => brotli_decompressor::Decompressor::new(body, 4096).take(LONGEST_PAGE + 1).read_to_end(&mut plain),
        other => return Err(format!("its encoding is {other:?}, and neither gzip nor br")),
    };
    read.map_err(|error| format!("it cannot be unpacked: {error}"))?;
    if plain.len() as u64 > LONGEST_PAGE { Err(format!("it is longer than {LONGEST_PAGE} bytes")) } else { Ok(plain) }
}
