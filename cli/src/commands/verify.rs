//! `ashlink verify`: whether a server serves the page of a release, and nothing else.
//!
//! It looks like several browsers, one after the other, and compares every byte. What differs for all, or
//! for one of these, is found; a page that is served to one victim alone is not.

mod browsers;
mod compare;
mod signature;

use super::show;
use crate::args::Verify;
use crate::exit::{Exit, Failure};
use crate::http::Http;
use crate::settings::Settings;
use ashlink_core::manifest::Manifest;
use browsers::BROWSERS;
use compare::{Content, Finding, Findings, Wanted};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use url::Url;

pub(super) fn run(verify: &Verify, settings: &Settings, is_json: bool) -> Result<ExitCode, Failure> {
    let base = match &verify.server {
        Some(url) => crate::links::server(url)?,
        None => settings.server()?,
    };
    let http = Http::new(&base, settings)?;
    let text = match &verify.manifest {
        Some(path) => read(path, "Give the release's manifest.")?,
        None => own(&http)?,
    };
    if let (Some(path), Some(key)) = (&verify.manifest, &verify.key) {
        signature::check(&text, path, key)?;
    }
    let (mut manifest, templates) = Manifest::parse(&text).map_err(|error| {
        Failure::new(Exit::Local, format!("this is no manifest: {error}"), "Take the manifest.json of a release.")
    })?;
    let mut findings = Findings::default();
    if verify.manifest.is_some() {
        findings.manifest(&own(&http)?, &manifest);
    }
    let api = verify.api.as_deref().map(crate::links::server).transpose()?;
    if let (Some(api), Some(policy)) = (&api, manifest.headers.get_mut("content-security-policy")) {
        *policy = Manifest::policy_with_api(policy, &origin(api));
    }
    let pages = templates.iter().map(|(path, template)| Wanted { path, content: Content::Page(template) });
    let files = manifest.files.iter().map(|(path, hash)| Wanted { path, content: Content::File(hash) });
    let mut all: Vec<_> = pages.chain(files).collect();
    for _ in 0..verify.rounds {
        for browser in &BROWSERS {
            for wanted in &all {
                findings.compare(&http, browser, wanted, &manifest)?;
            }
            // Else every second request could be for the same half of them.
            all.reverse();
        }
    }
    findings.places(&base, api.as_deref());
    findings.brand(&http)?;
    let source = match verify {
        Verify { key: Some(_), .. } => Source::Signed,
        Verify { manifest: Some(_), .. } => Source::File,
        _ => Source::Server,
    };
    report(&findings, &manifest, &base, source, is_json)
}

/// A text file that the command line names.
fn read(path: &Path, next: &str) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::new(Exit::Local, format!("cannot read {}: {error}", path.display()), next))
}

/// Of an address that has been read already.
fn origin(address: &str) -> String {
    Url::parse(address).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

/// What an operator says on a page, and a person can judge.
const SHOWN: [&str; 5] = ["product", "notice", "imprint", "privacy", "logo"];

/// The manifest that the server itself has.
fn own(http: &Http) -> Result<String, Failure> {
    let answer = http.get(Manifest::PATH, &[])?;
    let text = (answer.status == 200).then(|| String::from_utf8(answer.body).ok()).flatten();
    text.ok_or_else(|| {
        Failure::new(
            Exit::Unreachable,
            format!("the server has no manifest: it answers {} for {}", answer.status, Manifest::PATH),
            "Give the release's with --manifest.",
        )
    })
}

/// Whose word it is that is compared with.
#[derive(Clone, Copy)]
enum Source {
    Signed,
    File,
    Server,
}

impl Source {
    /// What `--json` calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Signed => "signed file",
            Self::File => "file",
            Self::Server => "server",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Signed => ", by its signed manifest",
            Self::File => "",
            Self::Server => ", by the manifest of the server itself",
        }
    }
}

fn report(
    findings: &Findings,
    manifest: &Manifest,
    base: &str,
    source: Source,
    is_json: bool,
) -> Result<ExitCode, Failure> {
    let is_same = findings.different.is_empty();
    if is_json {
        let different: Vec<_> = findings
            .different
            .iter()
            .map(|Finding { path, browser, what }| json!({"path": path, "as": browser, "what": what}))
            .collect();
        show(&json!({
            "same": is_same,
            "server": base,
            "version": manifest.version,
            "commit": manifest.commit,
            "manifest": source.name(),
            "compared": findings.compared,
            "different": different,
            "filled_in": findings.texts,
        }))?;
    } else {
        for Finding { path, browser, what } in &findings.different {
            show(&format_args!("DIFFERENT  /{path} (as {browser}): {what}"))?;
        }
        for (name, text) in SHOWN.iter().filter_map(|name| findings.texts.get_key_value(*name)) {
            show(&format_args!("filled in  {name}: {text:?}"))?;
        }
        let commit = manifest.commit.iter().map(|hash| format!(" ({hash})")).collect::<String>();
        let release = format!("Ashlink {}{commit}", manifest.version);
        let by = source.words();
        let count = findings.compared;
        show(&if is_same {
            format!("{base} serves the page of {release}{by}: {count} answers compared.")
        } else {
            format!(
                "{base} does not serve the page of {release}{by}. Differences: {}, in {count} answers.",
                findings.different.len()
            )
        })?;
    }
    Ok(if is_same { ExitCode::SUCCESS } else { Exit::Different.into() })
}
