//! Opening a link.

#[cfg(test)]
mod tests;
mod view;

pub use view::{describe, left_words, notice, trouble_words};

use ashlink_core::api::{ErrorCode, State as SecretState};
use ashlink_core::link::LinkError;
use ashlink_core::message::{Content, Fault, Reply, Request, Status};

/// The page that opens a link.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// Where it stands.
    pub state: State,
    /// Counts questions to the worker.
    pub turn: u32,
    /// Whether a claim was sent whose outcome nobody knows.
    pub claim: Claim,
    link: String,
}

/// Whether the claim of this secret may have been spent by this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// No.
    None,
    /// Perhaps.
    InDoubt,
}

/// Where the page stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// The worker has not passed its test yet.
    Starting,
    /// It never will.
    Broken,
    /// The server is being asked, which spends nothing.
    Looking,
    /// The link has no readable key.
    NoKey(LinkError),
    /// It is the sender's own link.
    OwnerLink,
    /// The server could not be asked.
    Unasked(Fault),
    /// It can be opened; with what was wrong at the last attempt.
    Sealed(Sealed, Option<Fault>),
    /// It is being opened.
    Revealing(Sealed),
    /// It is open.
    Shown {
        /// What it holds.
        items: Vec<Content>,
        /// How often it can still be read.
        views_left: u32,
        /// Which of them were copied or saved.
        kept: Vec<bool>,
    },
    /// It was open, and the page was left.
    Cleared,
    /// It cannot be opened any more.
    Gone(Status),
    /// The server does not know it.
    Unknown,
    /// It was claimed, and nobody knows whether with success.
    Doubtful,
    /// It was handed out, and does not open.
    Undecryptable,
}

/// A secret that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// What the server said.
    pub status: Status,
    /// Whether it asks for a passphrase.
    pub lock: Lock,
}

/// What opens a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// The link.
    Link,
    /// The link and a passphrase.
    Passphrase,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The address has this after its `#`: at the start, or since just now.
    Address(String),
    /// A link was pasted.
    Pasted(String),
    /// The worker answered the question of this turn.
    Reply(u32, Reply),
    /// The button was clicked; with the passphrase as typed.
    Reveal(String),
    /// Once more, please.
    Retry,
    /// The item of this index was copied or saved.
    Kept(usize),
    /// The page is being left.
    Left,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Ask the worker.
    Ask(Request),
    /// Put a pasted link into the address, then ask the worker to look at it.
    Adopt(String, Request),
    /// The secret is open: clean the address, end the worker, warn before leaving.
    Shown,
    /// The link is dead: clean the address.
    Dead,
    /// Point at what the page now says.
    FocusTitle,
    /// Point at the passphrase.
    Focus,
    /// All of it was kept: leaving is fine.
    LetGo,
    /// Begin anew.
    Reload,
}

impl Opening {
    /// Before anything is known.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: State::Starting, turn: 0, claim: Claim::None, link: String::new() }
    }

    /// What follows from an event.
    #[must_use]
    pub fn next(mut self, event: Event) -> (Self, Option<Command>) {
        let state = std::mem::replace(&mut self.state, State::Starting);
        match (state, event) {
            (State::Starting, Event::Address(link)) => {
                self.link = link;
                self.stay(State::Starting)
            }
            (State::Starting, Event::Reply(_, Reply::Ready)) => self.look(),
            (State::Starting, Event::Reply(..)) => self.stay(State::Broken),
            // A dead worker stays dead: everything begins anew.
            (State::Broken, Event::Address(_) | Event::Retry) => (self.with(State::Broken), Some(Command::Reload)),
            // A claim in flight is never abandoned, and what it brought is shown on a page of
            // its own.
            (state @ State::Revealing(_), Event::Address(_)) => self.stay(state),
            (state @ (State::Shown { .. } | State::Cleared), Event::Address(_)) => {
                (self.with(state), Some(Command::Reload))
            }
            (_, Event::Address(link)) => {
                self.claim = Claim::None;
                self.link = link;
                self.look()
            }
            (State::NoKey(_) | State::OwnerLink, Event::Pasted(link)) => {
                self.claim = Claim::None;
                self.link = link.clone();
                let (opening, ask) = self.look();
                let effect = ask.map(|ask| match ask {
                    Command::Ask(request) => Command::Adopt(link, request),
                    effect => effect,
                });
                (opening, effect)
            }
            (State::Unasked(_) | State::Doubtful, Event::Retry) => self.look(),
            (state, Event::Reply(turn, _)) if turn != self.turn => self.stay(state),
            (State::Looking, Event::Reply(_, reply)) => self.looked(reply),
            (State::Sealed(sealed, _), Event::Reveal(passphrase)) => self.reveal(sealed, passphrase),
            (State::Revealing(sealed), Event::Reply(_, reply)) => self.revealed(sealed, reply),
            (State::Shown { items, views_left, mut kept }, Event::Kept(index)) => {
                kept.iter_mut().skip(index).take(1).for_each(|kept| *kept = true);
                let command = kept.iter().all(|kept| *kept).then_some(Command::LetGo);
                (self.with(State::Shown { items, views_left, kept }), command)
            }
            // Nothing is left to warn of.
            (State::Shown { .. }, Event::Left) => (self.with(State::Cleared), Some(Command::LetGo)),
            (state, _) => self.stay(state),
        }
    }

    fn with(self, state: State) -> Self {
        Self { state, ..self }
    }

    fn stay(self, state: State) -> (Self, Option<Command>) {
        (self.with(state), None)
    }

    fn look(mut self) -> (Self, Option<Command>) {
        self.turn += 1;
        let look = Request::Look { link: self.link.clone() };
        (self.with(State::Looking), Some(Command::Ask(look)))
    }

    fn looked(self, reply: Reply) -> (Self, Option<Command>) {
        let state = match reply {
            Reply::Status { passphrase, status } if status.state == SecretState::Waiting => {
                let lock = if passphrase == Some(true) { Lock::Passphrase } else { Lock::Link };
                let state = State::Sealed(Sealed { status, lock }, None);
                return (self.with(state), Some(Command::FocusTitle));
            }
            Reply::Status { status, .. } => return (self.with(State::Gone(status)), Some(Command::Dead)),
            Reply::Failed(Fault::Link(error)) => State::NoKey(error),
            Reply::Failed(Fault::OwnerLink) => State::OwnerLink,
            Reply::Failed(Fault::Server(ErrorCode::Unknown)) => State::Unknown,
            Reply::Failed(Fault::Broken) => State::Broken,
            Reply::Failed(fault) => State::Unasked(fault),
            _ => State::Broken,
        };
        self.stay(state)
    }

    fn reveal(mut self, sealed: Sealed, passphrase: String) -> (Self, Option<Command>) {
        if sealed.lock == Lock::Passphrase && passphrase.trim().is_empty() {
            let state = State::Sealed(sealed, Some(Fault::PassphraseMissing));
            return (self.with(state), Some(Command::Focus));
        }
        self.turn += 1;
        self.claim = Claim::InDoubt;
        (self.with(State::Revealing(sealed)), Some(Command::Ask(Request::Reveal { passphrase })))
    }

    fn revealed(mut self, sealed: Sealed, reply: Reply) -> (Self, Option<Command>) {
        let fault = match reply {
            Reply::Revealed { items, views_left } => {
                self.claim = Claim::None;
                let kept = vec![false; items.len()];
                let shown = State::Shown { items, views_left, kept };
                return (self.with(shown), Some(Command::Shown));
            }
            Reply::Failed(fault) => fault,
            // Not what was asked for: whatever it was, the claim may have gone out.
            _ => Fault::Unknown,
        };
        match fault {
            // The worker died on the way, so even this is uncertain.
            Fault::Unknown | Fault::Broken => return self.stay(State::Doubtful),
            Fault::Server(ErrorCode::OutcomeUnknown | ErrorCode::Internal) => return self.stay(State::Doubtful),
            Fault::Undecryptable => return (self.with(State::Undecryptable), Some(Command::Dead)),
            // Between the look and this answer: by somebody faster, or by this very click, which a
            // browser sends twice when a kept connection breaks.
            Fault::Server(ErrorCode::Opened) => return self.look(),
            _ => self.claim = Claim::None,
        }
        match fault {
            // Somebody was faster; looking says who, and when.
            Fault::Server(ErrorCode::Burned | ErrorCode::Expired | ErrorCode::Lost) => self.look(),
            Fault::Server(ErrorCode::Unknown) => self.stay(State::Unknown),
            fault => {
                let focus = (sealed.lock == Lock::Passphrase).then_some(Command::Focus);
                (self.with(State::Sealed(sealed, Some(fault))), focus)
            }
        }
    }
}

impl Default for Opening {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// Its name, for the page and its tests.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Broken => "broken",
            Self::Looking => "looking",
            Self::NoKey(LinkError::Missing) => "missing",
            Self::NoKey(LinkError::Damaged) => "damaged",
            Self::NoKey(LinkError::TooNew) => "too-new",
            Self::OwnerLink => "owner-link",
            Self::Unasked(_) => "unasked",
            Self::Sealed(..) => "waiting",
            Self::Revealing(_) => "revealing",
            Self::Shown { .. } => "shown",
            Self::Cleared => "cleared",
            Self::Gone(status) => gone_name(status),
            Self::Unknown => "unknown",
            Self::Doubtful => "doubtful",
            Self::Undecryptable => "undecryptable",
        }
    }
}

/// The name of a secret's state.
pub(super) const fn gone_name(status: &Status) -> &'static str {
    match status.state {
        SecretState::Waiting => "waiting",
        SecretState::Opened => "opened",
        SecretState::Burned => "burned",
        SecretState::Expired => "expired",
        SecretState::Lost => "lost",
    }
}
