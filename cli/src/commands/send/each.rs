//! One secret for each row of a file.

mod recipients;
mod results;

use super::rules::{Rules, check_passphrases, wanted_token};
use super::store::{Of, store};
use crate::args::Send;
use crate::commands::show;
use crate::exit::Failure;
use crate::input;
use crate::report::rfc3339;
use crate::server::Server;
use crate::settings::Settings;
use crate::terminal::{self, Progress};
use crate::words::{Doing, failure};
use ashlink_client::session::Prepared;
use ashlink_core::api::ErrorCode;
use ashlink_core::bytes::to_base64url;
use ashlink_core::message::{Compose, Fault, Request};
use ashlink_core::passphrase::{Passphrase, leaves_nothing};
use recipients::{Recipient, Recipients};
use results::{Results, Row, State};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use zeroize::Zeroizing;

pub(super) fn run(
    send: &Send,
    recipients: &Path,
    results: &Path,
    settings: &Settings,
    is_json: bool,
) -> Result<ExitCode, Failure> {
    let recipients = Recipients::open(recipients)?;
    if !is_json {
        terminal::tell(&recipients.announcement());
    }
    let mut server = Server::to_send(settings)?;
    let token = input::token(send.token_file.as_deref(), settings)?;
    let config = server.config()?;
    let rules = Rules::new(send, settings, &config)?;
    let token = wanted_token(&config, token)?;
    check_passphrases(&config, recipients.rows.iter().all(|row| !leaves_nothing(&row.passphrase)))?;
    recipients.check_sizes(rules.max_envelope)?;
    let begin = server.links_begin(&config);
    let mut results = Results::open(results, send.resume)?;

    let mut sent = 0;
    for (index, recipient) in recipients.rows.iter().enumerate() {
        let _shown = Progress::show(&format!("{} of {}…", index + 1, recipients.rows.len()));
        match results.get(&recipient.name) {
            Some(row) if row.state == State::Sent => continue,
            Some(row) if has_arrived(&mut server, &row.receipt_link)? => {
                let row = Row { state: State::Sent, ..row.clone() };
                results.put(row)?;
                continue;
            }
            _ => {}
        }
        let prepared = seal(recipient, rules)?;
        let row = Row {
            recipient: recipient.name.clone(),
            id: to_base64url(prepared.id().as_bytes()),
            state: State::Sending,
            link: format!("{begin}/s#{}", prepared.share()),
            receipt_link: format!("{begin}/m#{}", prepared.owner()),
            expires_at: String::new(),
        };
        // Before it is sent, so that a run that is cut off here knows what to ask for.
        results.put(row.clone())?;
        let stored = store(&server, &prepared, &token, Of::Many);
        let expires_at = stored.map_err(|failure| interrupted(failure, sent, recipients.rows.len()))?;
        results.put(Row { state: State::Sent, expires_at: rfc3339(expires_at).unwrap_or_default(), ..row })?;
        sent += 1;
    }
    let earlier = recipients.rows.len() - sent;
    if is_json {
        show(&json!({ "columns": recipients.columns.sent, "sent": sent, "sent_earlier": earlier }))?;
    } else {
        show(&format!("{sent} sent, {earlier} sent earlier"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a secret of an earlier run that was cut off did reach the server.
fn has_arrived(server: &mut Server, receipt_link: &str) -> Result<bool, Failure> {
    match server.ask(Request::Check { link: receipt_link.to_owned() }) {
        Ok(_) => Ok(true),
        Err(Fault::Server(ErrorCode::Unknown)) => Ok(false),
        Err(fault) => Err(server.failure(fault, Doing::Sending)),
    }
}

fn seal(recipient: &Recipient, rules: Rules) -> Result<Prepared, Failure> {
    let new = Zeroizing::new(Compose {
        items: recipient.items(),
        passphrase: recipient.passphrase.to_string(),
        ttl: rules.ttl,
        views: rules.views,
        attempt_limit: rules.attempt_limit.filter(|_| !leaves_nothing(&recipient.passphrase)),
        max_envelope: rules.max_envelope,
        token: String::new(),
    });
    Prepared::seal(&new, Passphrase::parse).map_err(|fault| {
        let failure = failure(fault, Doing::Sending, "");
        Failure { what: format!("{} (for {:?})", failure.what, recipient.name), ..failure }
    })
}

fn interrupted(failure: Failure, sent: usize, all: usize) -> Failure {
    let next = format!("{sent} of {all} were sent in this run. {} Then continue with --resume.", failure.next);
    Failure { next, ..failure }
}
