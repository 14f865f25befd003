//! The sender's side: what became of a secret, and destroying it.

#[cfg(test)]
mod tests;
mod view;

pub use view::{attempts, guessing, news, notice, words};

use super::Flow;
use ashlink_core::api::{ErrorCode, Outcome, State as SecretState};
use ashlink_core::link::LinkError;
use ashlink_core::message::{Fault, Reply, Request, Status};

/// The sender's page; it keeps its link.
pub type Watching = Flow<State, String>;

/// Where the page stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// The worker has not passed its test yet.
    Starting,
    /// The worker did not start, or died: only reloading the page helps.
    Broken,
    /// The server is being asked for the first time.
    Looking,
    /// The link has no readable key.
    NoKey(LinkError),
    /// It is the link to send.
    ShareLink,
    /// The server does not know it.
    Unknown,
    /// The server could not be asked, and nothing is known yet.
    Unasked(Fault),
    /// The secret's status.
    Known {
        /// What the server last said.
        status: Status,
        /// What the person or the page is about.
        step: Step,
        /// What went wrong last.
        trouble: Option<Trouble>,
    },
}

/// What goes on while a status is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Neither a question to the person nor a request is open.
    Idle,
    /// The status is being refreshed.
    Checking,
    /// The person is asked whether to destroy.
    Asking,
    /// It is being destroyed.
    Destroying,
}

/// What went wrong while a status is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// What is shown may be out of date.
    Stale,
    /// It is not destroyed.
    NotDestroyed,
    /// Nobody knows whether it is destroyed.
    DestroyUnknown,
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
    /// Some seconds have passed, and the page is visible.
    Tick,
    /// A click on "Try again".
    Retry,
    /// A click on "Destroy now", which asks first.
    Destroy,
    /// A click on "Yes, destroy it".
    Confirm,
    /// A click on "Keep it": nothing is sent.
    Keep,
}

/// What the island carries out next; an event leads to at most one.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Ask the worker.
    Ask(Request),
    /// Put a pasted link into the address, then ask the worker to look at it.
    Adopt(String, Request),
    /// Reload the page, which starts a new worker.
    Reload,
    /// Point at the question.
    FocusQuestion,
    /// Point at the button again.
    FocusDestroy,
    /// Point at what the page now says.
    FocusTitle,
}

impl Watching {
    /// Before anything is known.
    #[must_use]
    pub const fn new() -> Self {
        Self::start(State::Starting, String::new())
    }

    /// What follows from an event.
    #[must_use]
    pub fn next(mut self, event: Event) -> (Self, Option<Command>) {
        let state = std::mem::replace(&mut self.state, State::Starting);
        match (state, event) {
            (State::Starting, Event::Address(link)) => {
                self.memory = link;
                self.stay(State::Starting)
            }
            (State::Starting, Event::Reply(_, Reply::Ready)) => self.look(),
            (State::Starting, Event::Reply(..)) => self.stay(State::Broken),
            (State::Broken, Event::Address(_) | Event::Retry) => self.go(State::Broken, Command::Reload),
            (_, Event::Address(link)) => {
                self.memory = link;
                self.look()
            }
            (State::NoKey(_) | State::ShareLink, Event::Pasted(link)) => {
                self.memory.clone_from(&link);
                let adopt = Command::Adopt(link, self.request());
                self.ask(State::Looking, adopt)
            }
            (State::Unasked(_), Event::Retry) => self.look(),
            (state, Event::Reply(turn, _)) if turn != self.turn => self.stay(state),
            (State::Looking, Event::Reply(_, reply)) => self.looked(reply),
            (State::Known { status, step, trouble }, event) => self.known(&status, step, trouble, event),
            (state, _) => self.stay(state),
        }
    }

    fn look(self) -> (Self, Option<Command>) {
        let check = Command::Ask(self.request());
        self.ask(State::Looking, check)
    }

    fn request(&self) -> Request {
        Request::Check { link: self.memory.clone() }
    }

    fn looked(self, reply: Reply) -> (Self, Option<Command>) {
        let fault = match reply.into_status() {
            Ok((_, status)) => {
                let state = State::Known { status, step: Step::Idle, trouble: None };
                return self.go(state, Command::FocusTitle);
            }
            Err(fault) => fault,
        };
        self.stay(match fault {
            Fault::Link(error) => State::NoKey(error),
            Fault::ShareLink => State::ShareLink,
            Fault::Server(ErrorCode::Unknown) => State::Unknown,
            Fault::Broken => State::Broken,
            fault => State::Unasked(fault),
        })
    }

    fn known(self, status: &Status, step: Step, trouble: Option<Trouble>, event: Event) -> (Self, Option<Command>) {
        let waiting = status.state == SecretState::Waiting;
        let known = |step, trouble| State::Known { status: status.clone(), step, trouble };
        match (step, event) {
            (Step::Idle, Event::Tick) if waiting => {
                let check = Command::Ask(self.request());
                self.ask(known(Step::Checking, trouble), check)
            }
            // The question makes a refresh that is under way worthless.
            (Step::Idle | Step::Checking, Event::Destroy) if waiting => {
                self.ask(known(Step::Asking, None), Command::FocusQuestion)
            }
            (Step::Asking, Event::Keep) => self.go(known(Step::Idle, None), Command::FocusDestroy),
            (Step::Asking, Event::Confirm) => {
                self.ask(known(Step::Destroying, None), Command::Ask(Request::DestroyAsSender))
            }
            (Step::Checking | Step::Destroying, Event::Reply(_, reply)) => {
                let fault = match reply.into_status() {
                    Ok((_, status)) => {
                        let state = State::Known { status, step: Step::Idle, trouble: None };
                        return (self.with(state), (step == Step::Destroying).then_some(Command::FocusTitle));
                    }
                    Err(Fault::Server(ErrorCode::Unknown)) => return self.stay(State::Unknown),
                    Err(Fault::Broken) => return self.stay(State::Broken),
                    Err(fault) => fault,
                };
                if step == Step::Checking {
                    return self.stay(known(Step::Idle, Some(Trouble::Stale)));
                }
                let trouble = match fault.outcome() {
                    Outcome::Busy | Outcome::Refused => Trouble::NotDestroyed,
                    Outcome::Unknown | Outcome::Ended => Trouble::DestroyUnknown,
                };
                self.go(known(Step::Idle, Some(trouble)), Command::FocusDestroy)
            }
            (step, _) => self.stay(known(step, trouble)),
        }
    }
}

impl Default for Watching {
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
            Self::ShareLink => "share-link",
            Self::Unknown => "unknown",
            Self::Unasked(_) => "unasked",
            Self::Known { status, .. } => super::open::gone_name(status),
        }
    }
}
