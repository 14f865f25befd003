//! What a server allows, held against what is asked for, before anything is encrypted.

use crate::args::Send;
use crate::exit::{Exit, Failure};
use crate::report::span;
use crate::settings::Settings;
use crate::words::token_missing;
use ashlink_core::api::Config;
use zeroize::Zeroizing;

/// How a secret will be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// Lifetime in seconds.
    pub(super) ttl: u64,
    /// How many times it can be opened.
    pub(super) views: u32,
    /// After how many failed attempts it is destroyed.
    pub(super) attempt_limit: Option<u32>,
    /// The longest envelope, in bytes.
    pub(super) max_envelope: u64,
}

impl Rules {
    /// What was asked for, if this server allows it.
    pub(super) fn new(send: &Send, settings: &Settings, config: &Config) -> Result<Self, Failure> {
        let ttl = send.ttl.or(settings.ttl).unwrap_or(config.default_ttl.as_secs());
        let (least, most) = (config.min_ttl.as_secs(), config.max_ttl.as_secs());
        if !(least..=most).contains(&ttl) {
            return Err(refused(
                format!("this server keeps nothing for {}", span(ttl)),
                format!("Choose a lifetime from {} to {} with --ttl.", span(least), span(most)),
            ));
        }
        let views = send.views.or(settings.views).unwrap_or(1);
        let most = config.max_views.get();
        if !(1..=most).contains(&views) {
            return Err(refused(
                format!("this server allows at most {most} views"),
                format!("Choose a number from 1 to {most} with --views."),
            ));
        }
        Ok(Self { ttl, views, attempt_limit: send.attempt_limit, max_envelope: config.max_envelope })
    }
}

/// The token that the server wants; none for one that wants none, since it may be another's.
pub(super) fn wanted_token(config: &Config, token: Zeroizing<String>) -> Result<Zeroizing<String>, Failure> {
    match (config.token_required, token.is_empty()) {
        (true, true) => Err(token_missing()),
        (true, false) => Ok(token),
        (false, _) => Ok(Zeroizing::default()),
    }
}

/// Whether every secret will have the passphrase that the server wants.
pub(super) fn check_passphrases(config: &Config, have_one: bool) -> Result<(), Failure> {
    if config.passphrase_required && !have_one {
        return Err(Failure::new(
            Exit::Refused,
            "this server requires a passphrase for every secret",
            "Give --passphrase, --passphrase-file or --generate-passphrase, and with --each the column passphrase.",
        ));
    }
    Ok(())
}

fn refused(what: String, next: String) -> Failure {
    Failure::new(Exit::Refused, what, next)
}
