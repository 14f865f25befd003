//! `ashlink open`

use crate::args::Open;
use crate::deliver::{Target, become_program};
use crate::exit::Failure;
use crate::server::{Server, strange};
use crate::settings::Settings;
use crate::terminal::{self, Progress};
use crate::words::{Doing, attempts_left};
use crate::{input, report};
use ashlink_core::api::{ErrorCode, State};
use ashlink_core::message::{Attempts, Fault, Reply, Request, Status};
use ashlink_core::repeat::{pause, speaks_for_all};
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;
use zeroize::Zeroizing;

pub(super) fn run(open: &Open, settings: &Settings, is_json: bool) -> Result<ExitCode, Failure> {
    let link = input::link(open.link.link.clone())?;
    let known = input::known_passphrase(open.passphrase_file.as_deref())?;
    let mut server = Server::of_link(&link, settings)?;
    // Everything that can fail here does so before the claim.
    let target = Target::prepare(open, is_json)?;
    let (items, views_left) = match claim(&mut server, &link, known, &target) {
        Ok(opened) => opened,
        Err(failure) => {
            target.give_up();
            return Err(failure);
        }
    };
    let delivered = target.deliver(&items, views_left);
    // The other side keeps it until it is known to have arrived; if this is lost, it goes by
    // itself. Not sooner: a network that hangs now must not keep the secret from who spent it.
    drop(server.ask(Request::Ack));
    match delivered? {
        Some(program) => Err(become_program(program, &items)),
        None => {
            farewell(views_left, is_json);
            Ok(ExitCode::SUCCESS)
        }
    }
}

type Opened = (Zeroizing<Vec<ashlink_core::message::Content>>, u32);

fn claim(
    server: &mut Server,
    link: &str,
    known: Option<Zeroizing<String>>,
    target: &Target,
) -> Result<Opened, Failure> {
    let lease = u32::try_from(server.config()?.lease).unwrap_or(u32::MAX);
    let look = Request::Look { link: link.to_owned() };
    let asks = match server.ask(look).map_err(|fault| server.failure(fault, Doing::Reading))? {
        Reply::Status { passphrase, status } if status.state == State::Waiting => passphrase == Some(true),
        Reply::Status { status, .. } => return Err(gone(&status, server)),
        _ => return Err(strange()),
    };
    let opened = with_passphrase(server, asks, known, |server, passphrase| {
        target.is_wanted()?;
        let _shown = Progress::show("Opening…");
        Ok(repeated(server, Request::Reveal { passphrase }, lease))
    });
    match opened? {
        Reply::Revealed { items, views_left } => Ok((Zeroizing::new(items), views_left)),
        _ => Err(strange()),
    }
}

/// A claim without an answer is sent again, with its nonce, for as long as its lease runs: that
/// spends nothing.
fn repeated(server: &mut Server, reveal: Request, lease: u32) -> Result<Reply, Fault> {
    let mut answer = server.ask(reveal);
    let mut tries = 0;
    while let (true, Some(secs)) = (is_open(&answer, tries), pause(tries, lease)) {
        sleep(Duration::from_secs(secs.into()));
        answer = server.ask(Request::Repeat);
        tries += 1;
    }
    match answer {
        // It may have been one of these very claims that opened it.
        Err(Fault::Server(ErrorCode::Opened)) if tries > 0 => Err(Fault::Unknown),
        Err(fault) if tries > 0 && !speaks_for_all(fault) => Err(Fault::Unknown),
        answer => answer,
    }
}

/// Whether the next answer may bring the secret. What is certain of one claim is not of those before it.
const fn is_open(answer: &Result<Reply, Fault>, tries: u32) -> bool {
    match answer {
        Err(Fault::Unknown) => true,
        // A store that does not know it will not come to know it.
        Ok(_) | Err(Fault::Server(ErrorCode::Unknown)) => false,
        Err(fault) => tries > 0 && !speaks_for_all(*fault),
    }
}

/// Does something that may need the link's passphrase: the one that is known, or one that is
/// asked for at the terminal, again where it is wrong. A [`Failure`] ends it at once.
pub(super) fn with_passphrase(
    server: &mut Server,
    asks: bool,
    known: Option<Zeroizing<String>>,
    mut act: impl FnMut(&mut Server, String) -> Result<Result<Reply, Fault>, Failure>,
) -> Result<Reply, Failure> {
    let done = match known {
        _ if !asks => act(server, String::new())?,
        Some(known) => act(server, known.to_string())?,
        None if !terminal::can_ask() => Err(Fault::PassphraseMissing),
        None => loop {
            let typed = terminal::ask_hidden("Passphrase (not shown): ")?;
            match act(server, typed.to_string())? {
                // Another one would not be looked at.
                done @ Err(Fault::WrongPassphrase(Attempts::Wait(_))) => break done,
                Err(Fault::WrongPassphrase(attempts)) => {
                    terminal::tell(&format!("That passphrase is wrong. {}", attempts_left(attempts)));
                }
                Err(Fault::PassphraseMissing) => terminal::tell("This link needs its passphrase."),
                done => break done,
            }
        },
    };
    done.map_err(|fault| server.failure(fault, Doing::Reading))
}

/// It cannot be opened any more: when that was, the recipient needs to know.
fn gone(status: &Status, server: &Server) -> Failure {
    let code = match status.state {
        State::Burned => ErrorCode::Burned,
        State::Expired => ErrorCode::Expired,
        State::Lost => ErrorCode::Lost,
        State::Opened | State::Waiting => ErrorCode::Opened,
    };
    let failure = server.failure(Fault::Server(code), Doing::Reading);
    match status.opened_at.last().copied().filter(|_| status.state == State::Opened).or(status.ended_at) {
        Some(at) => {
            Failure::new(failure.exit, format!("{}: {}", failure.what, report::time(at, report::now())), failure.next)
        }
        None => failure,
    }
}

/// At a terminal, what is left.
fn farewell(views_left: u32, is_json: bool) {
    if is_json || !std::io::stderr().is_terminal() {
        return;
    }
    match views_left {
        0 => terminal::tell("The link is ash now: it opens nothing any more."),
        left => terminal::tell(&format!("The link can be opened {left} more times.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_certain_of_one_claim_is_not_of_those_before_it() {
        for fault in [
            Fault::Server(ErrorCode::StoreUnavailable),
            Fault::Server(ErrorCode::Overloaded),
            Fault::RateLimited(1),
            Fault::Strange,
        ] {
            assert!(!is_open(&Err(fault), 0) && is_open(&Err(fault), 1), "{fault:?}");
        }
        for fault in [Fault::WrongPassphrase(Attempts::Left(1)), Fault::Server(ErrorCode::Opened), Fault::Undecryptable]
        {
            assert!(!is_open(&Err(fault), 1), "{fault:?}");
        }
        assert!(is_open(&Err(Fault::Unknown), 0) && !is_open(&Ok(Reply::Done), 1));
    }
}
