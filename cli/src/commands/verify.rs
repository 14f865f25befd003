//! `ashlink verify`: whether a server serves the page of a release, and nothing else.
//!
//! It looks like several browsers, one after the other, and compares every byte. What differs for all, or
//! for one of these, is found; a page that is served to one victim alone is not.

mod browsers;
mod compare;

use super::show;
use crate::args::Verify;
use crate::exit::{Exit, Failure};
use crate::http::Http;
use crate::settings::Settings;
use ashlink_core::manifest::Manifest;
use browsers::BROWSERS;
use compare::{Finding, Findings};
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(verify: &Verify, settings: &Settings, is_json: bool) -> Result<ExitCode, Failure> {
    let base = match &verify.server {
        Some(url) => crate::links::server(url)?,
        None => settings.server()?,
    };
    let http = Http::new(&base, settings)?;
    let manifest = match &verify.manifest {
        Some(path) => std::fs::read_to_string(path).map_err(|error| {
            Failure::new(
                Exit::Local,
                format!("cannot read {}: {error}", path.display()),
                "Give the release's manifest.",
            )
        })?,
        None => own(&http)?,
    };
    let (manifest, templates) = Manifest::parse(&manifest).map_err(|error| {
        Failure::new(Exit::Local, format!("this is no manifest: {error}"), "Take the manifest.json of a release.")
    })?;
    let mut findings = Findings::default();
    for browser in &BROWSERS {
        for (path, template) in &templates {
            findings.page(&http, browser, path, template, &manifest)?;
        }
        for (path, hash) in &manifest.files {
            findings.file(&http, browser, path, hash, &manifest)?;
        }
    }
    findings.places(&base);
    findings.brand(&http)?;
    report(&findings, &manifest, &base, verify.manifest.is_none(), is_json)
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

fn report(
    findings: &Findings,
    manifest: &Manifest,
    base: &str,
    is_own: bool,
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
            "manifest": if is_own { "server" } else { "file" },
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
        let release = format!("Ashlink {}", manifest.version);
        let by = if is_own { ", by the manifest of the server itself" } else { "" };
        let count = findings.compared;
        show(&if is_same {
            format!("{base} serves the page of {release}{by}: {count} answers compared.")
        } else {
            format!(
                "{base} does not serve the page of {release}{by}: {} of {count} answers differ.",
                findings.different.len()
            )
        })?;
    }
    Ok(if is_same { ExitCode::SUCCESS } else { Exit::Different.into() })
}
