//! Creates one share link, from files, standard input or a prompt.

use super::rules::{Rules, check_passphrases, wanted_token};
use super::store::{Of, store};
use crate::args::Send;
use crate::commands::generate;
use crate::deliver::{is_read, print_to_reader};
use crate::exit::{Exit, Failure};
use crate::server::Server;
use crate::settings::Settings;
use crate::terminal::{self, Progress};
use crate::words::{Doing, failure};
use crate::{input, report};
use ashlink_client::session::Prepared;
use ashlink_core::api::Timestamp;
use ashlink_core::bytes::to_base64url;
use ashlink_core::message::{Compose, Item, Request};
use ashlink_core::passphrase::Passphrase;
use serde_json::json;
use std::io;
use std::process::ExitCode;
use zeroize::{Zeroize as _, Zeroizing};

pub(super) fn run(send: &Send, settings: &Settings, is_json: bool) -> Result<ExitCode, Failure> {
    let mut server = Server::to_send(settings)?;
    let token = input::token(send.token_file.as_deref(), settings)?;
    let config = server.config()?;
    let rules = Rules::new(send, settings, &config)?;
    let token = wanted_token(&config, token)?;
    check_passphrases(&config, send.passphrase.is_wanted())?;
    let items = items(send, rules.max_envelope)?;
    let passphrase = passphrase(send)?;
    if send.login.is_wanted() {
        input::warn_of_unread_input();
    }
    is_read("Nothing was sent.")?;

    let mut new = Zeroizing::new(Compose {
        items,
        passphrase: passphrase.to_string(),
        ttl: rules.ttl,
        views: rules.views,
        attempt_limit: rules.attempt_limit.filter(|_| !passphrase.is_empty()),
        max_envelope: rules.max_envelope,
        token: String::new(),
    });
    let shown = Progress::show("Encrypting and sending…");
    let prepared = Prepared::seal(&new, Passphrase::parse).map_err(|fault| failure(fault, Doing::Sending, ""))?;
    new.zeroize();
    let expires_at = store(&server, &prepared, &token, Of::One)?;
    drop(shown);

    let begin = server.links_begin(&config);
    let link = Zeroizing::new(format!("{begin}/s#{}", prepared.share()));
    let receipt_link = Zeroizing::new(format!("{begin}/m#{}", prepared.owner()));
    let generated = send.passphrase.generate_passphrase.then_some(passphrase.as_str());
    if is_json {
        let mut result = json!({
            "id": to_base64url(prepared.id().as_bytes()),
            "link": *link,
            "receipt_link": *receipt_link,
            "expires_at": Timestamp::from_unix_secs(expires_at),
            "views": rules.views,
        });
        if let Some(passphrase) = generated {
            result["passphrase"] = json!(passphrase);
        }
        print_to_reader(&result).map_err(|error| unread(&mut server, &receipt_link, &error))?;
    } else {
        print_to_reader(&*link).map_err(|error| unread(&mut server, &receipt_link, &error))?;
        if let Some(passphrase) = generated {
            terminal::tell(&format!("Passphrase (send it another way): {passphrase}"));
        }
        terminal::tell(&format!("It expires {}.", report::time(expires_at, report::now())));
        terminal::tell(&format!("Receipt link: {}", *receipt_link));
    }
    Ok(ExitCode::SUCCESS)
}

/// Nobody has the link, so nobody will open the secret: it need not stay.
fn unread(server: &mut Server, receipt_link: &str, error: &io::Error) -> Failure {
    let checked = server.status(Request::Check { link: receipt_link.to_owned() });
    let next = match checked.and_then(|_| server.status(Request::DestroyAsSender)) {
        Ok(_) => "The secret was destroyed. Check where standard output leads, and run it again.".to_owned(),
        Err(_) => format!("Nobody has the link. Destroy the secret: ashlink destroy '{receipt_link}'"),
    };
    Failure::new(Exit::Local, format!("the link could not be printed: {error}"), next)
}

/// The login, if one is wanted, and the files; or else the text or the files. Reads no more than `most` bytes.
fn items(send: &Send, most: u64) -> Result<Vec<Item>, Failure> {
    let Send { files, login, .. } = send;
    let name = send.name.as_deref();
    input::check_count(files.len(), login.is_wanted())?;
    if !login.is_wanted() {
        return input::secret(files, name, most);
    }
    if name.is_some() && files.is_empty() {
        let what = "--name is for a file, and a login alone has none";
        return Err(Failure::new(Exit::Local, what, "Leave --name out, or give the file. Nothing was sent."));
    }
    let fields = input::fields::login(login, !files.is_empty())?;
    let files = if files.is_empty() { Vec::new() } else { input::secret(files, name, most)? };
    Ok(std::iter::once(Item::Fields(fields)).chain(files).collect())
}

fn passphrase(send: &Send) -> Result<Zeroizing<String>, Failure> {
    let asked = &send.passphrase;
    if asked.generate_passphrase {
        return generate::passphrase(None);
    }
    if asked.ask || asked.passphrase_file.is_some() {
        return input::new_passphrase(asked.passphrase_file.as_deref());
    }
    Ok(Zeroizing::default())
}
