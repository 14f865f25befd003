//! Settings: each is a flag and an environment variable of the same name, parsed once and
//! checked at the start.

mod lifetimes;
pub(crate) mod parse;
mod store_url;

pub use lifetimes::Contradiction;
pub use store_url::StoreUrl;

use crate::observe::logging::LogFormat;
use crate::site::brand::Accent;
use crate::web::caller::{ClientHeader, TrustedProxies};
use crate::web::headers::Transport;
use crate::web::listener::Listen;
use crate::web::rate_limit::RateLimit;
use anyhow::Context as _;
use ashlink_core::api::{Config, MaxViews, PRODUCT_NAME, Ttl};
use ashlink_core::envelope::{MAX_ENVELOPE, MIN_ENVELOPE};
use bytesize::ByteSize;
use clap::Parser;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use url::Url;

/// Ashlink: one-time secrets. The server keeps ciphertext that it cannot read.
#[derive(Debug, Clone, Parser)]
#[command(name = "ashlink-server", version, about, max_term_width = 100)]
pub struct Settings {
    /// Address and port to listen on, or `unix:PATH` for a socket file of mode 0660; whoever may open
    /// that file is trusted as a reverse proxy
    #[arg(long, env = "ASHLINK_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    pub listen: Listen,

    /// Where secrets are kept: `memory:` (this process; gone when it ends), `file:PATH`
    /// (survives restarts; one process at a time), `redis://[user:password@]host[:port][/database]`,
    /// `redis+unix://[user:password@]/path/of/socket[?db=database]`,
    /// `redis+sentinel://…host:port,host:port/master` or `redis+cluster://…host:port,host:port`;
    /// with TLS `rediss://…`, `rediss+sentinel://…`, `rediss+cluster://…`
    #[arg(long, env = "ASHLINK_STORE", default_value = "memory:", value_name = "URL", hide_env_values = true)]
    pub store: StoreUrl,

    /// File with the URL of --store, in place of it: for a URL with a password
    #[arg(long, env = "ASHLINK_STORE_FILE", value_name = "FILE", conflicts_with = "store")]
    pub(crate) store_file: Option<PathBuf>,

    /// What links begin with, such as `https://secrets.example.com` or
    /// `https://example.com/ashlink`; without it, the address that the page was opened at
    #[arg(long, env = "ASHLINK_PUBLIC_URL", value_name = "URL", value_parser = parse::public_url)]
    pub public_url: Option<Url>,

    /// Where the page is when it is on another host (`ashlink-server static`), such as
    /// `https://share.example.com`: links begin with it, and its scripts alone may call the API from elsewhere
    #[arg(long, env = "ASHLINK_CLIENT_ORIGIN", value_name = "ORIGIN", value_parser = parse::origin)]
    pub client_origin: Option<String>,

    /// The shortest lifetime a sender can choose, from `1m` to `30d`
    #[arg(long, env = "ASHLINK_MIN_TTL", default_value = "1m", value_name = "DURATION", value_parser = parse::ttl)]
    pub min_ttl: Ttl,

    /// The longest lifetime a sender can choose, from `1m` to `30d`
    #[arg(long, env = "ASHLINK_MAX_TTL", default_value = "30d", value_name = "DURATION", value_parser = parse::ttl)]
    pub max_ttl: Ttl,

    /// The lifetime that the page proposes; without it `7d`, or the nearest that a sender can choose
    #[arg(long, env = "ASHLINK_DEFAULT_TTL", value_name = "DURATION", value_parser = parse::ttl)]
    pub default_ttl: Option<Ttl>,

    /// The most views a sender can choose, from 1 to 100
    #[arg(long, env = "ASHLINK_MAX_VIEWS", default_value = "100", value_name = "NUMBER", value_parser = parse::views)]
    pub max_views: MaxViews,

    /// The largest encrypted secret, from `1KiB` to `64MiB`
    #[arg(long, env = "ASHLINK_MAX_SIZE", default_value = "1MiB", value_name = "BYTES", value_parser = parse::max_size)]
    pub max_size: ByteSize,

    /// Refuse secrets without a passphrase
    #[arg(long, env = "ASHLINK_REQUIRE_PASSPHRASE", default_value = "false", action = clap::ArgAction::Set,
        num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    pub require_passphrase: bool,

    /// How much the embedded store (`memory:` or `file:`) may hold before it refuses new secrets;
    /// its file can grow to twice that, and look longer
    #[arg(long, env = "ASHLINK_STORE_BUDGET", default_value = "256MiB", value_name = "BYTES", value_parser = parse::size)]
    pub store_budget: ByteSize,

    /// For how long the reader of a view can fetch it again after a broken connection, up to `10m`;
    /// `0` for not at all: what is lost on the way is lost
    #[arg(long, env = "ASHLINK_LEASE", default_value = "60s", value_name = "DURATION", value_parser = parse::lease)]
    pub lease: Duration,

    /// File of tokens (`ashlink-server token NAME` creates one): creating a link takes one, opening it
    /// does not. Changes count at once
    #[arg(long, env = "ASHLINK_TOKENS", value_name = "FILE")]
    pub tokens: Option<PathBuf>,

    /// Whether the requests, connections, uploads and stored bytes of one caller are limited; `off`
    /// for a network in which everybody is trusted
    #[arg(
        long,
        env = "ASHLINK_RATE_LIMIT",
        default_value = "on",
        value_name = "on|off",
        value_enum,
        hide_possible_values = true
    )]
    pub rate_limit: RateLimit,

    /// IP addresses and networks of reverse proxies whose client-address header is trusted, joined
    /// by commas. Without it, the other end of a connection is the caller
    #[arg(long, env = "ASHLINK_TRUSTED_PROXIES", default_value = "", value_name = "NETWORKS")]
    pub trusted_proxies: TrustedProxies,

    /// The header in which those proxies name the caller's address. Only the one that they write
    /// themselves: they pass on what a visitor wrote into the other
    #[arg(
        long,
        env = "ASHLINK_CLIENT_HEADER",
        default_value = "x-forwarded-for",
        value_name = "x-forwarded-for|forwarded",
        value_enum,
        hide_possible_values = true
    )]
    pub client_header: ClientHeader,

    /// The CA that signed the certificates of `rediss…` servers, a PEM file; without it, the
    /// system's CAs are trusted
    #[arg(long, env = "ASHLINK_REDIS_CA", value_name = "FILE")]
    pub redis_ca: Option<PathBuf>,

    /// Accept a Redis that takes snapshots without an append-only file, although a crash
    /// brings secrets back there that were read or destroyed
    #[arg(long, env = "ASHLINK_ALLOW_SNAPSHOTS", default_value = "false", action = clap::ArgAction::Set,
        num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    pub allow_snapshots: bool,

    /// What the site calls itself, at most 40 characters
    #[arg(long, env = "ASHLINK_PRODUCT_NAME", default_value = PRODUCT_NAME, value_name = "NAME",
        value_parser = parse::product_name)]
    pub product_name: String,

    /// What senders are to know, at most 500 characters of plain text; the create page shows
    /// it
    #[arg(long, env = "ASHLINK_NOTICE", value_name = "TEXT", value_parser = parse::notice)]
    pub notice: Option<String>,

    /// Who runs this site: every page has a link to it at its foot
    #[arg(long, env = "ASHLINK_IMPRINT_URL", value_name = "URL", value_parser = parse::link)]
    pub imprint_url: Option<Url>,

    /// What becomes of visitors' data: every page has a link to it at its foot
    #[arg(long, env = "ASHLINK_PRIVACY_URL", value_name = "URL", value_parser = parse::link)]
    pub privacy_url: Option<Url>,

    /// The site's own colour, such as `#0b6bcb`; its shades are made so that they can be read in
    /// light and in dark
    #[arg(long, env = "ASHLINK_ACCENT", value_name = "COLOUR")]
    pub accent: Option<Accent>,

    /// The site's own logo, an SVG or PNG of at most 64 KiB, in the place of mark and name; read at
    /// the start and on SIGHUP
    #[arg(long, env = "ASHLINK_LOGO", value_name = "FILE")]
    pub logo: Option<PathBuf>,

    /// Address and port at which `/metrics` is, for a Prometheus, such as `127.0.0.1:9464`; without
    /// it nowhere. Whoever reaches it sees how much this site is used: not for the internet
    #[arg(long, env = "ASHLINK_METRICS_LISTEN", value_name = "ADDRESS", value_parser = parse::address)]
    pub metrics_listen: Option<SocketAddr>,

    /// What is logged: `error`, `warn`, `info`, `debug`, or a filter such as `info,ashlink=debug`
    #[arg(long, env = "ASHLINK_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,

    /// How it is logged: `text` for people, `json` for programs, one object in each line
    #[arg(
        long,
        env = "ASHLINK_LOG_FORMAT",
        default_value = "text",
        value_name = "text|json",
        value_enum,
        hide_possible_values = true
    )]
    pub log_format: LogFormat,
}

impl Settings {
    /// What clients are told of them, but for what is read from files.
    ///
    /// # Errors
    /// Where settings contradict each other, naming them.
    pub fn api_config(&self) -> Result<Config, Contradiction> {
        let default_ttl = self.default_lifetime()?;
        Ok(Config {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            public_url: self.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned()),
            client_origin: self.client_origin.clone(),
            max_envelope: self.max_size.as_u64(),
            min_ttl: self.min_ttl,
            max_ttl: self.max_ttl,
            default_ttl,
            max_views: self.max_views,
            lease: self.lease.as_secs(),
            token_required: self.tokens.is_some(),
            passphrase_required: self.require_passphrase,
            product_name: self.product_name.clone(),
            notice: self.notice.clone(),
            imprint_url: self.imprint_url.as_ref().map(Url::to_string),
            privacy_url: self.privacy_url.as_ref().map(Url::to_string),
            accent: self.accent.as_ref().map(Accent::to_string),
            logo: None,
        })
    }

    /// What is logged.
    ///
    /// # Errors
    /// When it is no filter, naming the setting.
    pub fn log_filter(&self) -> anyhow::Result<EnvFilter> {
        EnvFilter::try_new(&self.log).with_context(|| format!("ASHLINK_LOG={} is no filter", self.log))
    }

    /// What stands before every path: empty, or `/prefix`.
    #[must_use]
    pub fn base(&self) -> &str {
        self.public_url.as_ref().map_or("", |url| url.path().trim_end_matches('/'))
    }

    /// With the store of the file that was named, where one was: reads it.
    ///
    /// # Errors
    /// Why there is none in it, naming setting and file, without what stands in it.
    pub fn resolved(mut self) -> Result<Self, String> {
        if let Some(path) = self.store_file.take() {
            let invalid = |words| format!("invalid value '{}' for '--store-file <FILE>': {words}", path.display());
            self.store = StoreUrl::in_file(&path).map_err(invalid)?;
        }
        Ok(self)
    }

    /// Whether the public URL is https.
    #[must_use]
    pub fn transport(&self) -> Transport {
        self.public_url.as_ref().map_or(Transport::Unknown, Transport::of)
    }
}

/// The bounds of `ASHLINK_MAX_SIZE`: a kilobyte, so that any password fits, and what
/// readers take.
const MAX_SIZE_BOUNDS: std::ops::RangeInclusive<u64> = 1024..=MAX_ENVELOPE as u64;
/// The longest `ASHLINK_LEASE`: for so long ciphertext can stay after it was handed out.
const LONGEST_LEASE: Duration = Duration::from_secs(ashlink_core::claim::LONGEST_LEASE as u64);
/// The most characters of `ASHLINK_PRODUCT_NAME`: it stands in one line on a phone.
const LONGEST_NAME: usize = 40;
/// The most characters of `ASHLINK_NOTICE`: a paragraph, since the form comes after it.
const LONGEST_NOTICE: usize = 500;
const _: () = assert!(MIN_ENVELOPE <= 1024);

#[cfg(test)]
mod tests;
