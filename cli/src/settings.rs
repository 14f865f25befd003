//! Settings: from flags and the environment, then from a file in the platform's place.

use crate::args::Global;
use crate::exit::{Exit, Failure};
use crate::links;
use etcetera::base_strategy::BaseStrategy as _;
use serde::Deserialize;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

/// What all commands go by.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    server: Option<String>,
    /// PEM file of the only CAs to trust; without it the system's are.
    pub(crate) ca_file: Option<PathBuf>,
    /// URL of an HTTP proxy; without it the environment's variables count.
    pub(crate) proxy: Option<String>,
    /// Where the token is.
    pub(crate) token_file: Option<PathBuf>,
    /// Lifetime, in seconds.
    pub(crate) ttl: Option<u64>,
    /// How often a secret can be opened.
    pub(crate) views: Option<u32>,
}

/// The settings file, TOML; a name that is not here is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    server: Option<String>,
    ca_file: Option<PathBuf>,
    proxy: Option<String>,
    token_file: Option<PathBuf>,
    ttl: Option<String>,
    views: Option<u32>,
}

impl Settings {
    /// Flags and environment before the file.
    pub(crate) fn read(global: &Global) -> Result<Self, Failure> {
        let File { server, ca_file, proxy, token_file, ttl, views } = file(global.config.clone())?;
        let ttl =
            ttl.as_deref().map(crate::args::lifetime).transpose().map_err(|error| unusable(&format!("ttl {error}")))?;
        Ok(Self {
            server: global.server.clone().or(server),
            ca_file: global.ca_file.clone().or(ca_file),
            proxy: global.proxy.clone().or(proxy),
            token_file,
            ttl,
            views,
        })
    }

    /// The server's address, without a slash at the end.
    pub(crate) fn server(&self) -> Result<String, Failure> {
        match &self.server {
            Some(server) => links::server(server),
            None => Err(Failure::new(
                Exit::Local,
                "no server is given",
                "Give --server https://…, set ASHLINK_SERVER, or write `server = \"https://…\"` into the settings.",
            )),
        }
    }
}

/// The file that was named, or the one in the platform's place if it is there.
fn file(named: Option<PathBuf>) -> Result<File, Failure> {
    let is_named = named.is_some();
    let Some(path) = named.or_else(place) else { return Ok(File::default()) };
    match fs::read_to_string(&path) {
        Ok(text) => {
            toml::from_str(&text).map_err(|error| unusable(&format!("{}: {}", path.display(), error.message())))
        }
        Err(error) if error.kind() == ErrorKind::NotFound && !is_named => Ok(File::default()),
        Err(error) => Err(unusable(&format!("{}: {error}", path.display()))),
    }
}

fn place() -> Option<PathBuf> {
    Some(etcetera::base_strategy::choose_native_strategy().ok()?.config_dir().join("ashlink").join("config.toml"))
}

fn unusable(why: &str) -> Failure {
    Failure::new(Exit::Local, format!("the settings cannot be used: {why}"), "`ashlink --help` lists the settings.")
}
