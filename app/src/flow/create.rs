//! The create page: from a filled form to a share link.

mod content;
mod files;
mod form;
mod generator;
mod limits;
mod message;
mod problem;
mod summary;
#[cfg(test)]
mod tests;

pub use content::Content;
pub use files::{attach, choose};
pub use form::{Form, Lifetime, Unit};
pub use generator::Kind;
pub use limits::Limits;
pub use message::message;
pub use problem::{Field, Problem, explain, room};
pub use summary::Settings;

use super::Flow;
use ashlink_core::message::{Fault, Reply, Request};

/// The page that makes a link; it keeps what the server allows.
pub type Creating = Flow<State, Limits>;

/// Where the page stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// The worker has not passed its test yet; with what was wrong with the one before it.
    Starting(Option<Problem>),
    /// The worker did not start or failed its test: only reloading the page helps.
    Broken,
    /// Something can be typed; with what was wrong at the last attempt.
    Editing(Option<Problem>),
    /// The worker encrypts the secret and sends it.
    Storing {
        /// How often it can be read.
        views: u32,
        /// What has to be told the recipient besides the link; empty for nothing.
        passphrase: String,
    },
    /// The server has stored the secret, and the page shows its share link.
    Done(Made),
}

/// A secret that was stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Made {
    /// Text of the share key.
    pub share: String,
    /// Text of the owner key.
    pub owner: String,
    /// When it expires, in Unix seconds by the server's clock.
    pub expires_at: i64,
    /// How often it can be read.
    pub views: u32,
    /// What has to be told the recipient besides the link; empty for nothing.
    pub passphrase: String,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Made(…)")
    }
}

/// What the person or the worker did, as the island tells it.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The worker answered the question of this turn.
    Reply(u32, Reply),
    /// The form was sent off.
    Submit(Form),
    /// Something was typed or chosen.
    Edited,
    /// Something could not be put into the form.
    Refused(Problem),
    /// A click on "Cancel".
    Cancel,
    /// Another secret, please.
    Again,
    /// The page is being left.
    Left,
}

/// What the island carries out next; an event leads to at most one.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Start a new worker and have it test itself.
    Start,
    /// Ask the worker.
    Ask(Request),
    /// Point at what has to be changed.
    Focus(Field),
    /// Point at the button: nothing has to be changed.
    FocusButton,
    /// Start a new worker in place of the last one, and point at the field for a text.
    Another,
    /// The worker's work is done, and its keys can go; show the link, and ask a new worker what becomes of the
    /// secret. The token serves the next one too.
    Finish,
    /// Empty the form, the token too.
    Clear,
}

impl State {
    /// Its name, for the page and its tests.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Starting(_) => "starting",
            Self::Broken => "broken",
            Self::Editing(_) => "editing",
            Self::Storing { .. } => "storing",
            Self::Done(_) => "done",
        }
    }
}

impl Creating {
    /// Before the worker is tested.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self::start(State::Starting(None), limits)
    }

    /// What follows from an event.
    #[must_use]
    pub fn next(mut self, event: Event) -> (Self, Option<Command>) {
        let state = std::mem::replace(&mut self.state, State::Starting(None));
        match (state, event) {
            (state, Event::Reply(turn, _)) if turn != self.turn => self.stay(state),
            (State::Starting(problem), Event::Reply(_, Reply::Ready)) => self.stay(State::Editing(problem)),
            (State::Starting(_), Event::Reply(..)) => self.stay(State::Broken),
            (State::Starting(_), Event::Refused(problem)) => self.stay(State::Starting(Some(problem))),
            (State::Editing(_), Event::Submit(form)) => match form.check(&self.memory) {
                Ok((request, views, passphrase)) => {
                    self.ask(State::Storing { views, passphrase }, Command::Ask(request))
                }
                Err(problem) => self.refuse(problem),
            },
            // What was said about the form is about another form now.
            (State::Editing(Some(_)), Event::Edited) => self.stay(State::Editing(None)),
            (State::Editing(_), Event::Refused(problem)) => self.refuse(problem),
            (State::Storing { views, passphrase }, Event::Reply(_, reply)) => self.stored(reply, views, passphrase),
            // Should it have been stored all the same, nobody has its link, and it expires.
            (State::Storing { .. }, Event::Cancel) => {
                self.ask(State::Starting(Some(Problem::Cancelled)), Command::Another)
            }
            (State::Done(_), Event::Again) => self.ask(State::Starting(None), Command::Another),
            // Whoever comes back finds an empty form, whatever the browser kept.
            (State::Done(_), Event::Left) => self.go(State::Starting(None), Command::Clear),
            (state @ (State::Editing(_) | State::Starting(_)), Event::Left) => self.go(state, Command::Clear),
            (state, _) => self.stay(state),
        }
    }

    fn refuse(self, problem: Problem) -> (Self, Option<Command>) {
        let command = problem.field().map(Command::Focus);
        (self.with(State::Editing(Some(problem))), command)
    }

    fn stored(self, reply: Reply, views: u32, passphrase: String) -> (Self, Option<Command>) {
        let fault = match reply {
            Reply::Created { share, owner, expires_at } => {
                let made = Made { share, owner, expires_at, views, passphrase };
                return self.go(State::Done(made), Command::Finish);
            }
            Reply::Failed(fault) => fault,
            Reply::Ready | Reply::Status { .. } | Reply::Done | Reply::Revealed(_) => Fault::Broken,
        };
        let problem = Problem::Fault(fault);
        if fault == Fault::Broken {
            // That worker is gone. Whatever it had stored, nobody has a link to.
            return self.ask(State::Starting(Some(problem)), Command::Start);
        }
        let command = problem.field().map_or(Command::FocusButton, Command::Focus);
        self.go(State::Editing(Some(problem)), command)
    }
}

impl Default for Creating {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}
