//! Making a link.

mod draft;
mod files;
mod generator;
mod message;
#[cfg(test)]
mod tests;

pub use draft::{Draft, Field, Lifetime, Limits, Problem, Unit, explain};
pub use files::{MAX_FILES, attach, check_room};
pub use generator::Kind;
pub use message::message;

use ashlink_core::message::{Fault, Reply, Request};

/// Where the page stands.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// The worker has not passed its test yet; with what was wrong with the one before it.
    Starting(Option<Problem>),
    /// It never will.
    Broken,
    /// Something can be typed; with what was wrong at the last attempt.
    Editing(Option<Problem>),
    /// On its way.
    Storing {
        /// How often it can be read.
        views: u32,
        /// What has to be told the recipient besides the link; empty for nothing.
        passphrase: String,
    },
    /// Stored.
    Done(Made),
}

/// A secret that was stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Made {
    /// Text of the share key.
    pub share: String,
    /// Text of the owner key.
    pub owner: String,
    /// Unix seconds.
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

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The worker answered.
    Reply(Reply),
    /// The form was sent off.
    Submit(Draft),
    /// Something was typed or chosen.
    Edited,
    /// Something could not be put into the form.
    Refused(Problem),
    /// Another secret, please.
    Again,
    /// The page is being left.
    Left,
}

/// What to do.
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
    /// Start a new worker, and point at the field for the next secret.
    Another,
    /// The worker's work is done, and its keys can go; show the link. The token serves the
    /// next one too.
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

    /// What follows from an event.
    #[must_use]
    pub fn next(self, event: Event, limits: &Limits) -> (Self, Option<Command>) {
        match (self, event) {
            (Self::Starting(problem), Event::Reply(Reply::Ready)) => (Self::Editing(problem), None),
            (Self::Starting(_), Event::Reply(_)) => (Self::Broken, None),
            (Self::Starting(_), Event::Refused(problem)) => (Self::Starting(Some(problem)), None),
            (Self::Editing(_), Event::Submit(draft)) => submit(draft, limits),
            // What was said about the form is about another form now.
            (Self::Editing(Some(_)), Event::Edited) => (Self::Editing(None), None),
            (Self::Editing(_), Event::Refused(problem)) => {
                let focus = problem.field().map(Command::Focus);
                (Self::Editing(Some(problem)), focus)
            }
            (Self::Storing { views, passphrase }, Event::Reply(reply)) => stored(reply, views, passphrase),
            (Self::Done(_), Event::Again) => (Self::Starting(None), Some(Command::Another)),
            // Whoever comes back finds an empty form, whatever the browser kept.
            (Self::Done(_), Event::Left) => (Self::Starting(None), Some(Command::Clear)),
            (state @ (Self::Editing(_) | Self::Starting(_)), Event::Left) => (state, Some(Command::Clear)),
            (state, _) => (state, None),
        }
    }
}

fn submit(draft: Draft, limits: &Limits) -> (State, Option<Command>) {
    match draft.check(limits) {
        Ok((request, views, passphrase)) => (State::Storing { views, passphrase }, Some(Command::Ask(request))),
        Err(problem) => {
            let focus = problem.field().map(Command::Focus);
            (State::Editing(Some(problem)), focus)
        }
    }
}

fn stored(reply: Reply, views: u32, passphrase: String) -> (State, Option<Command>) {
    let fault = match reply {
        Reply::Created { share, owner, expires_at } => {
            let made = Made { share, owner, expires_at, views, passphrase };
            return (State::Done(made), Some(Command::Finish));
        }
        Reply::Failed(fault) => fault,
        _ => Fault::Broken,
    };
    let problem = Problem::Fault(fault);
    if fault == Fault::Broken {
        // That worker is gone. Whatever it had stored, nobody has a link to.
        return (State::Starting(Some(problem)), Some(Command::Start));
    }
    let command = problem.field().map_or(Command::FocusButton, Command::Focus);
    (State::Editing(Some(problem)), Some(command))
}
