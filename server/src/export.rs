//! `ashlink-server static`: the page as a folder that any web server can serve. It calls the API on this
//! server's host, so that whoever breaks into that one cannot change the page.

use crate::settings::Settings;
use crate::site::brand::LOGO_POLICY;
use crate::site::pages::{Look, Pages};
use crate::site::{Site, offline};
use crate::state::look;
use crate::web::headers;
use anyhow::Context as _;
use ashlink_core::manifest::Manifest;
use std::fs;
use std::path::Path;
use url::Url;

/// How well-known web servers serve it, with words where something is filled in.
const EXAMPLES: [(&str, &str); 2] =
    [("nginx.conf", include_str!("export/nginx.conf")), ("Caddyfile", include_str!("export/Caddyfile"))];

/// Writes the page into `www` of this folder, and beside it examples and the file that needs no server. What is
/// there already and has other names stays: pages that are open name files of an earlier build.
///
/// # Errors
/// When a setting is missing or something cannot be written, in words for the operator.
pub fn write(settings: &Settings, site: Site, folder: &Path) -> anyhow::Result<()> {
    let api = settings.public_url.as_ref().context("ASHLINK_PUBLIC_URL must be the address of the API")?;
    let client = settings.client_origin.as_deref().context("ASHLINK_CLIENT_ORIGIN must be where the page will be")?;
    let client_url = Url::parse(client)?;
    let apart = Look { base: "".into(), api: api.as_str().trim_end_matches('/').into(), ..look(settings, site)? };
    let www = folder.join("www");
    for (path, bytes) in Pages::of(apart).as_files() {
        put(&www.join(path), &bytes)?;
    }
    if let Some(page) = offline::page() {
        put(&folder.join("ashlink-offline.html"), page.as_bytes())?;
    }
    let www = www.canonicalize()?;
    let transport = headers::Transport::of(&client_url);
    let policy = Manifest::policy_with_api(headers::POLICY, &api.origin().ascii_serialization());
    for (name, example) in EXAMPLES {
        let row = |(name, value): (&str, &str)| match example.contains("add_header") {
            true => format!("    add_header {name} \"{value}\" always;"),
            false => format!("\t\t{name} \"{value}\""),
        };
        let mut text = example.to_owned();
        for (word, value) in [
            ("HEADERS", &*headers::besides_policy(transport).map(row).collect::<Vec<_>>().join("\n")),
            ("POLICY", &policy),
            ("LOGO", LOGO_POLICY),
            ("CLIENT", client),
            ("HOST", client_url.host_str().unwrap_or_default()),
            ("API", api.as_str()),
            ("FOLDER", &www.display().to_string()),
        ] {
            text = text.replace(word, value);
        }
        put(&folder.join(name), text.as_bytes())?;
    }
    Ok(())
}

/// Writes a file as a whole: the page may be served meanwhile.
fn put(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let written = || {
        let mut new = path.as_os_str().to_owned();
        new.push(".new");
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        fs::write(&new, bytes)?;
        fs::rename(&new, path)
    };
    written().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    fn written(flags: &[&str]) -> anyhow::Result<tempfile::TempDir> {
        let folder = tempfile::tempdir().unwrap();
        let flags = std::iter::once("ashlink-server").chain(flags.iter().copied());
        write(&Settings::parse_from(flags), Site::none(), folder.path())?;
        Ok(folder)
    }

    #[test]
    fn a_folder_leads_to_the_api_and_its_links_to_itself() {
        let (api, client) = ("--public-url=https://api.example.com/ash/", "--client-origin=https://share.example.com");
        let folder = written(&[api, client, "--accent=#0b6bcb"]).unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        for page in ["index.html", "s/index.html", "m/index.html"] {
            let page = read(&format!("www/{page}"));
            assert!(page.contains("data-api=\"https://api.example.com/ash/api/v1/\""), "{page}");
            assert!(page.contains("href=\"/brand/accent.") && !page.contains("\"/ash"), "{page}");
        }
        assert!(read("www/index.html").contains("data-base=\"https://share.example.com\""));
        assert!(read("www/404.html").contains("href=\"/\"") && folder.path().join("www/404.html.gz").is_file());
        assert!(read("www/docs/api/index.html").contains("https://api.example.com/ash/api/openapi.json"));
        for name in ["nginx.conf", "Caddyfile"] {
            let text = read(name);
            assert!(text.contains("connect-src 'self' https://api.example.com; form-action"), "{text}");
            assert!(
                text.contains("strict-transport-security")
                    && text.contains("share.example.com {") == (name == "Caddyfile")
            );
            let words = ["HEADERS", "POLICY", "LOGO", "CLIENT", "HOST", "API", "FOLDER"];
            assert!(words.iter().all(|word| !text.contains(word)), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let words = |flags| format!("{:#}", written(flags).unwrap_err());
        assert!(words(&["--client-origin=https://a.example"]).contains("ASHLINK_PUBLIC_URL"));
        assert!(words(&["--public-url=https://a.example"]).contains("ASHLINK_CLIENT_ORIGIN"));
    }
}
