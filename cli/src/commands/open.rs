//! `ashlink open`: claims the secret, hands it over, then acknowledges.

use crate::args::Open;
use crate::deliver::{Target, become_program};
use crate::exit::Failure;
use crate::server::Server;
use crate::settings::Settings;
use crate::terminal::{self, Progress};
use crate::words::{Doing, attempts_left};
use crate::{input, report};
use ashlink_core::api::{ErrorCode, State};
use ashlink_core::bytes::to_base64url;
use ashlink_core::claim::{Next, SentClaim};
use ashlink_core::message::{Attempts, Fault, File, Item, Reply, Request, Revealed, Status};
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
    let mut revealed = match claim(&mut server, &link, known, &target) {
        Ok(revealed) => revealed,
        Err(failure) => {
            target.give_up();
            return Err(failure);
        }
    };
    if let (Some(_), Some(envelope)) = (&open.envelope, server.envelope()) {
        let (name, media_type) = ("envelope.txt".to_owned(), "text/plain".to_owned());
        revealed.items = vec![Item::File(File { name, media_type, data: to_base64url(envelope).into() })];
    }
    let delivered = target.choose(open, &mut revealed.items).and_then(|target| target.deliver(&revealed));
    // The other side keeps it until it is known to have arrived; if this is lost, it goes by
    // itself. Not sooner: a network that hangs now must not keep the secret from who spent it.
    drop(server.ask(Request::Ack));
    match delivered? {
        Some(program) => Err(become_program(program, &revealed.items)),
        None => {
            farewell(revealed.views_left, is_json);
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn claim(
    server: &mut Server,
    link: &str,
    known: Option<Zeroizing<String>>,
    target: &Target,
) -> Result<Revealed, Failure> {
    let lease = u32::try_from(server.config()?.lease).unwrap_or(u32::MAX);
    let (passphrase, status) = server.status(Request::Lookup { link: link.to_owned() })?;
    if status.state != State::Waiting {
        return Err(gone(&status, server));
    }
    with_passphrase(server, passphrase == Some(true), known, |server, passphrase| {
        target.is_wanted()?;
        let _shown = Progress::show("Opening…");
        Ok(repeated(server, Request::Reveal { passphrase }, lease))
    })
}

/// A claim without an answer is sent again, as [`SentClaim`] says.
fn repeated(server: &mut Server, reveal: Request, lease: u32) -> Result<Revealed, Fault> {
    let mut claim = SentClaim::new(lease, report::now());
    let mut answer = server.ask(reveal);
    loop {
        let fault = match answer.and_then(Reply::into_revealed) {
            Ok(revealed) => return Ok(revealed),
            Err(fault) => fault,
        };
        match claim.after(fault, report::now()) {
            // Here it is this very process that failed, before it had sent anything.
            _ if fault == Fault::Broken && !claim.is_repeated() => return Err(fault),
            Next::Repeat(secs) => sleep(Duration::from_secs(secs.into())),
            Next::Certain(fault) => return Err(fault),
            Next::Ended(ErrorCode::Opened) if claim.is_repeated() => return Err(Fault::Unknown),
            Next::Ended(code) => return Err(Fault::Server(code)),
            Next::Doubt => return Err(Fault::Unknown),
        }
        if !claim.may_repeat(report::now()) {
            return Err(Fault::Unknown);
        }
        answer = server.ask(Request::Repeat);
    }
}

/// Does something that may need the link's passphrase: the one that is known, or one that is
/// asked for at the terminal, again where it is wrong. A [`Failure`] ends it at once.
pub(super) fn with_passphrase<T>(
    server: &mut Server,
    asks: bool,
    known: Option<Zeroizing<String>>,
    mut act: impl FnMut(&mut Server, String) -> Result<Result<T, Fault>, Failure>,
) -> Result<T, Failure> {
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
        State::Destroyed => ErrorCode::Destroyed,
        State::Expired => ErrorCode::Expired,
        State::Lost => ErrorCode::Lost,
        State::Opened | State::Waiting => ErrorCode::Opened,
    };
    let failure = server.failure(Fault::Server(code), Doing::Reading);
    match status.opened_at.last().copied().filter(|_| status.state == State::Opened).or(status.ended_at) {
        Some(at) => Failure::new(
            failure.exit,
            format!("{}: {}", failure.what, report::time(at.unix_secs(), report::now())),
            failure.next,
        ),
        None => failure,
    }
}

/// At a terminal, what is left.
fn farewell(views_left: u32, is_json: bool) {
    if is_json {
        return;
    }
    terminal::tell_person(&match views_left {
        0 => "That was the last view: the link opens nothing any more.".to_owned(),
        1 => "The link can be opened once more.".to_owned(),
        left => format!("The link can be opened {left} more times."),
    });
}
