//! Opening a link.

mod fields;
mod shown;
#[cfg(test)]
mod tests;
mod view;

pub use fields::{Placed, all_fields, field_name, has_all, web_address};
pub use shown::{Rest, Shown};
pub use view::{countdown, describe, left_words, notice, trouble_words};

use super::Flow;
use ashlink_core::api::{DestroyedBy, ErrorCode, Outcome, State as SecretState};
use ashlink_core::claim::{Next, SentClaim};
use ashlink_core::link::LinkError;
use ashlink_core::message::{Attempts, Fault, Reply, Request, Status};
use ashlink_core::passphrase::leaves_nothing;

/// The page that opens a link.
pub type Opening = Flow<State, Memory>;

/// What the page keeps from one state to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// Whether a claim was sent whose outcome nobody knows.
    pub claim: ClaimCertainty,
    /// For how many seconds a claim can be repeated; 0 for not at all.
    pub lease: u32,
    /// Unix seconds, by the device's clock, when what follows happens. Whoever sends an event sets it.
    pub now: i64,
    /// When the next attempt is possible, by the same clock.
    pub paused_until: i64,
    /// What the tab knows of the secret whose key was in its address before this page was loaded.
    pub past: Option<Past>,
    /// Whether the secret was destroyed by this page.
    has_destroyed: bool,
    /// Before this time, nobody is asked whether the secret has expired.
    next_look: i64,
    link: String,
}

/// What a tab remembers once the key has left its address: no key, no id, and nothing of the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// The secret was revealed here, with its last view.
    Read,
    /// It was revealed here, and views are left.
    ReadWithViewsLeft,
    /// The link led to a secret that had ended.
    Ended,
}

/// For how many seconds after the last answer nobody is asked again whether the secret has expired. The
/// device's clock may be wrong.
const EXPIRY_LOOKS: i64 = 15;

/// Whether the claim of this secret may have been spent by this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimCertainty {
    /// It was not: no claim was sent, or its answer says so.
    Unspent,
    /// A claim was sent, and no answer says what became of it.
    InDoubt,
}

/// Where the page stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// The worker has not passed its test yet.
    Starting,
    /// The worker did not start, or died: only reloading the page helps.
    Broken,
    /// The server is being asked, which spends nothing.
    Looking,
    /// The link has no readable key.
    NoKey(LinkError),
    /// It is the sender's receipt link.
    ReceiptLink,
    /// The server could not be asked.
    Unasked(Fault),
    /// It can be opened; with what was wrong at the last attempt.
    Waiting(Waiting, Option<Fault>),
    /// It is being opened by this claim.
    Revealing(Waiting, SentClaim),
    /// It is being destroyed, unopened.
    Destroying(Waiting),
    /// It was revealed, and its content is on the page.
    Shown(Shown),
    /// It was open, and the page was left.
    Cleared,
    /// It cannot be opened any more.
    Gone(Status),
    /// Nothing is in the address any more, and this is why.
    Remembered(Past),
    /// The server does not know it.
    Unknown,
    /// It was claimed, and nobody knows whether with success.
    Doubtful,
    /// It was handed out, and does not open.
    Undecryptable,
}

/// A secret that waits to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What the server said.
    pub status: Status,
    /// Whether it asks for a passphrase.
    pub lock: Lock,
}

/// What opens a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// The link alone: the secret has no passphrase.
    Link,
    /// The link and a passphrase.
    Passphrase,
}

/// What the person or the worker did, as the island tells it.
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
    /// Destroy what is left; with the passphrase as typed.
    Destroy(String),
    /// Some time has passed since a claim got no answer.
    Again(u32),
    /// Time has passed that [changes something](Opening::is_due), and the page is visible.
    Tick,
    /// Once more, please.
    Retry,
    /// The item of this index was copied or saved.
    Kept(usize),
    /// Hide the texts that are shown, or show them again.
    Hide,
    /// The page is being left.
    Left,
}

/// What the island carries out next; an event leads to at most one.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Ask the worker.
    Ask(Request),
    /// Put a pasted link into the address, then ask the worker to look at it.
    Adopt(String, Request),
    /// Come back after so many seconds, with this event.
    Later(u32, Event),
    /// The secret is open: clean the address, warn before leaving, and ask the worker for this.
    Shown(Request),
    /// The worker's work is done, and its keys can go.
    Finish,
    /// The link is dead: clean the address.
    Dead,
    /// Ask the worker, and point at the passphrase.
    AskAndFocus(Request),
    /// Point at what the page now says.
    FocusTitle,
    /// Point at the passphrase.
    Focus,
    /// All of it was kept: leaving is fine.
    LetGo,
    /// Leaving is fine, and the worker's keys can go.
    Forget,
    /// Reload the page, which starts a new worker and reads the address anew.
    Reload,
}

impl Opening {
    /// Before anything is known.
    #[must_use]
    pub const fn new(lease: u32) -> Self {
        let memory = Memory {
            claim: ClaimCertainty::Unspent,
            lease,
            now: 0,
            paused_until: 0,
            past: None,
            has_destroyed: false,
            next_look: 0,
            link: String::new(),
        };
        Self::start(State::Starting, memory)
    }

    /// What the tab is to remember, once the address has lost the key.
    #[must_use]
    pub const fn past(&self) -> Option<Past> {
        match &self.state {
            State::Shown(shown) if shown.views_left == 0 => Some(Past::Read),
            State::Shown(_) => Some(Past::ReadWithViewsLeft),
            State::Gone(_) => Some(Past::Ended),
            _ => None,
        }
    }

    /// Whether the next attempt has to wait.
    #[must_use]
    pub const fn is_paused(&self) -> bool {
        self.memory.now < self.memory.paused_until
    }

    /// Whether a tick at this time would change something: a wait is counted down, or the secret should have
    /// expired.
    #[must_use]
    pub const fn is_due(&self, now: i64) -> bool {
        let State::Waiting(Waiting { status, .. }, _) = &self.state else { return false };
        let Memory { paused_until, next_look, .. } = self.memory;
        paused_until != 0 || (now >= status.expires_at.unix_secs() && now >= next_look)
    }

    /// What follows from an event.
    #[must_use]
    pub fn next(mut self, event: Event) -> (Self, Option<Command>) {
        let state = std::mem::replace(&mut self.state, State::Starting);
        match (state, event) {
            (State::Starting, Event::Address(link)) => {
                self.begin(link);
                self.stay(State::Starting)
            }
            (State::Starting, Event::Reply(_, Reply::Ready)) => self.look(),
            (State::Starting, Event::Reply(..)) => self.stay(State::Broken),
            // A dead worker stays dead: everything begins anew.
            (State::Broken, Event::Address(_) | Event::Retry) => self.go(State::Broken, Command::Reload),
            // A claim in flight is never abandoned, and what it brought is shown on a page of
            // its own.
            (state @ (State::Revealing(..) | State::Destroying(_)), Event::Address(_)) => self.stay(state),
            (state @ (State::Shown(_) | State::Cleared), Event::Address(_)) => self.go(state, Command::Reload),
            (_, Event::Address(link)) => {
                self.begin(link);
                self.look()
            }
            (State::NoKey(_) | State::ReceiptLink, Event::Pasted(link)) => {
                self.begin(link.clone());
                let adopt = Command::Adopt(link, self.request());
                self.ask(State::Looking, adopt)
            }
            (State::Unasked(_) | State::Doubtful, Event::Retry) => self.look(),
            (state, Event::Reply(turn, _)) if turn != self.turn => self.stay(state),
            (State::Looking, Event::Reply(_, reply)) => self.looked(reply),
            (State::Waiting(waiting, trouble), Event::Tick) => self.tick(waiting, trouble),
            // It would not even be looked at.
            (State::Waiting(waiting, trouble), Event::Reveal(_) | Event::Destroy(_)) if self.is_paused() => {
                self.stay(State::Waiting(waiting, trouble))
            }
            (State::Waiting(waiting, _), Event::Reveal(passphrase)) => self.reveal(waiting, passphrase),
            (State::Waiting(waiting, trouble), Event::Reply(_, reply)) => self.looked_again(waiting, trouble, reply),
            (State::Revealing(waiting, claim), Event::Reply(_, reply)) => self.revealed(waiting, claim, reply),
            (State::Revealing(waiting, claim), Event::Again(turn)) if turn == self.turn => {
                if !claim.may_repeat(self.memory.now) {
                    // The page was asleep, and the claim would be another one now.
                    return self.doubt();
                }
                self.ask(State::Revealing(waiting, claim), Command::Ask(Request::Repeat))
            }
            (State::Waiting(waiting, _), Event::Destroy(passphrase)) => self.destroy(waiting, passphrase),
            (State::Destroying(waiting), Event::Reply(_, reply)) => self.destroyed(waiting, reply),
            (State::Shown(shown), event) => self.shown(shown, event),
            (state, _) => self.stay(state),
        }
    }

    /// Another link, of which nothing is known.
    fn begin(&mut self, link: String) {
        let Memory { lease, now, past, .. } = self.memory;
        self.memory = Memory { past, now, link, ..Self::new(lease).memory };
    }

    fn look(self) -> (Self, Option<Command>) {
        let look = Command::Ask(self.request());
        self.ask(State::Looking, look)
    }

    fn request(&self) -> Request {
        Request::Lookup { link: self.memory.link.clone() }
    }

    fn looked(self, reply: Reply) -> (Self, Option<Command>) {
        let fault = match reply.into_status() {
            Ok((passphrase, status)) if status.state == SecretState::Waiting => {
                let lock = if passphrase == Some(true) { Lock::Passphrase } else { Lock::Link };
                let state = State::Waiting(Waiting { status, lock }, None);
                return self.go(state, Command::FocusTitle);
            }
            Ok((_, status)) => return self.go(State::Gone(status), Command::Dead),
            Err(fault) => fault,
        };
        let state = match (fault, self.memory.past) {
            (Fault::Link(LinkError::Missing), Some(past)) => State::Remembered(past),
            (Fault::Link(error), _) => State::NoKey(error),
            (Fault::ReceiptLink, _) => State::ReceiptLink,
            (Fault::Server(ErrorCode::Unknown), _) => State::Unknown,
            (Fault::Broken, _) => State::Broken,
            // After a claim without an answer nobody can say that nothing was opened.
            _ if self.memory.claim == ClaimCertainty::InDoubt => State::Doubtful,
            (fault, _) => State::Unasked(fault),
        };
        self.stay(state)
    }

    /// Time passes while the secret waits.
    fn tick(mut self, waiting: Waiting, trouble: Option<Fault>) -> (Self, Option<Command>) {
        let Memory { now, paused_until, next_look, .. } = self.memory;
        if paused_until != 0 {
            let is_over = now >= paused_until;
            if is_over {
                self.memory.paused_until = 0;
            }
            return self.stay(State::Waiting(waiting, trouble.filter(|_| !is_over)));
        }
        if now >= waiting.status.expires_at.unix_secs().max(next_look) {
            self.memory.next_look = now + EXPIRY_LOOKS;
            let look = Command::Ask(self.request());
            return self.ask(State::Waiting(waiting, trouble), look);
        }
        self.stay(State::Waiting(waiting, trouble))
    }

    /// What is said about what waits, brought up to date.
    fn looked_again(self, waiting: Waiting, trouble: Option<Fault>, reply: Reply) -> (Self, Option<Command>) {
        match reply.into_status() {
            Ok((_, status)) if status.state == SecretState::Waiting => {
                self.stay(State::Waiting(Waiting { status, ..waiting }, trouble))
            }
            Ok((_, status)) => self.go(State::Gone(status), Command::Dead),
            // It was a courtesy.
            Err(_) => self.stay(State::Waiting(waiting, trouble)),
        }
    }

    fn reveal(self, waiting: Waiting, passphrase: String) -> (Self, Option<Command>) {
        if waiting.lacks(&passphrase) {
            return self.lacking(waiting);
        }
        let claim = SentClaim::new(self.memory.lease, self.memory.now);
        let claim = match self.memory.claim {
            ClaimCertainty::Unspent => claim,
            ClaimCertainty::InDoubt => claim.in_doubt(),
        };
        self.ask(State::Revealing(waiting, claim), Command::Ask(Request::Reveal { passphrase }))
    }

    fn lacking(self, waiting: Waiting) -> (Self, Option<Command>) {
        let state = State::Waiting(waiting, Some(Fault::PassphraseMissing));
        self.go(state, Command::Focus)
    }

    fn revealed(mut self, waiting: Waiting, mut claim: SentClaim, reply: Reply) -> (Self, Option<Command>) {
        let fault = match reply.into_revealed() {
            Ok(revealed) => {
                self.memory.claim = ClaimCertainty::Unspent;
                return self.ask(State::Shown(Shown::new(revealed)), Command::Shown(Request::Ack));
            }
            Err(fault) => fault,
        };
        match claim.after(fault, self.memory.now) {
            Next::Repeat(secs) => {
                let again = Event::Again(self.turn);
                self.go(State::Revealing(waiting, claim), Command::Later(secs, again))
            }
            Next::Doubt => self.doubt(),
            // Who ended it, and when? A view may be spent by this very click: it was sent before, or the
            // browser sent it twice by itself, as it does when a kept connection breaks.
            Next::Ended(code) => {
                if claim.was_sent_before() || code == ErrorCode::Opened {
                    self.memory.claim = ClaimCertainty::InDoubt;
                }
                self.look()
            }
            Next::Certain(Fault::Undecryptable) => self.go(State::Undecryptable, Command::Dead),
            Next::Certain(fault) => self.refused(waiting, fault),
        }
    }

    fn doubt(mut self) -> (Self, Option<Command>) {
        self.memory.claim = ClaimCertainty::InDoubt;
        self.stay(State::Doubtful)
    }

    /// The secret is not opened, and not destroyed.
    fn refused(mut self, waiting: Waiting, fault: Fault) -> (Self, Option<Command>) {
        if let Fault::WrongPassphrase(Attempts::Wait(secs)) | Fault::TooManyAttempts(secs) | Fault::RateLimited(secs) =
            fault
        {
            self.memory.paused_until = self.memory.now + i64::from(secs);
        }
        match fault {
            Fault::Server(ErrorCode::Unknown) => self.stay(State::Unknown),
            // Somebody was faster; looking says who, and when.
            fault if fault.outcome() == Outcome::Ended => self.look(),
            // How many are left is worth knowing.
            Fault::WrongPassphrase(_) if waiting.status.attempts_left.is_some() => {
                let look = Command::AskAndFocus(self.request());
                self.ask(State::Waiting(waiting, Some(fault)), look)
            }
            fault => {
                let focus = (waiting.lock == Lock::Passphrase).then_some(Command::Focus);
                (self.with(State::Waiting(waiting, Some(fault))), focus)
            }
        }
    }

    fn destroy(self, waiting: Waiting, passphrase: String) -> (Self, Option<Command>) {
        if waiting.lacks(&passphrase) {
            return self.lacking(waiting);
        }
        self.ask(State::Destroying(waiting), Command::Ask(Request::Destroy { passphrase }))
    }

    fn destroyed(mut self, waiting: Waiting, reply: Reply) -> (Self, Option<Command>) {
        match reply.into_status() {
            Ok((_, status)) if status.state != SecretState::Waiting => {
                self.memory.has_destroyed = status.destroyed_by == Some(DestroyedBy::Recipient);
                self.go(State::Gone(status), Command::Dead)
            }
            Err(Fault::Broken) => self.stay(State::Broken),
            Err(fault) if fault.outcome() != Outcome::Unknown => self.refused(waiting, fault),
            // It may be destroyed already.
            Ok(_) | Err(_) => self.refused(waiting, Fault::Unknown),
        }
    }

    /// What happens while the secret is shown.
    fn shown(mut self, mut shown: Shown, event: Event) -> (Self, Option<Command>) {
        let command = match event {
            // Nothing is left to warn of.
            Event::Left => return self.go(State::Cleared, Command::Forget),
            Event::Kept(index) => shown.keep(index).then_some(Command::LetGo),
            Event::Hide => {
                shown.is_hidden = !shown.is_hidden;
                None
            }
            Event::Destroy(_) => shown.destroy().then(|| {
                self.turn += 1;
                Command::Ask(Request::Destroy { passphrase: String::new() })
            }),
            Event::Reply(_, reply) => shown.answered(&reply).then_some(Command::Finish),
            Event::Address(_) | Event::Pasted(_) | Event::Reveal(_) | Event::Again(_) | Event::Tick | Event::Retry => {
                None
            }
        };
        (self.with(State::Shown(shown)), command)
    }
}

impl Waiting {
    fn lacks(&self, passphrase: &str) -> bool {
        self.lock == Lock::Passphrase && leaves_nothing(passphrase)
    }
}

impl Past {
    /// As the tab keeps it beside the address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWithViewsLeft => "read-views-left",
            Self::Ended => "ended",
        }
    }

    /// Reads what [`Past::as_str`] wrote; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Read, Self::ReadWithViewsLeft, Self::Ended].into_iter().find(|past| past.as_str() == text)
    }
}

impl Default for Opening {
    fn default() -> Self {
        Self::new(0)
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
            Self::ReceiptLink => "receipt-link",
            Self::Unasked(_) => "unasked",
            Self::Waiting(..) => "waiting",
            Self::Revealing(..) => "revealing",
            Self::Destroying(_) => "destroying",
            Self::Shown(_) => "shown",
            Self::Cleared => "cleared",
            Self::Gone(status) => gone_name(status),
            Self::Remembered(Past::Read | Past::ReadWithViewsLeft) => "read",
            Self::Remembered(Past::Ended) => "ended",
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
        SecretState::Destroyed => "destroyed",
        SecretState::Expired => "expired",
        SecretState::Lost => "lost",
    }
}
