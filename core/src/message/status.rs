//! What became of a secret, as the page is told.

use super::UnknownMessage;
use super::field::{Field, Reader};
use crate::api::{BurnedBy, Peek, Receipt, State};

/// What became of a secret. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Where it stands.
    pub state: State,
    /// When it was stored; known to its sender only.
    pub created_at: Option<i64>,
    /// When it dies or would have died.
    pub expires_at: i64,
    /// When it ceased to wait.
    pub ended_at: Option<i64>,
    /// How often it could be read; known to its sender only.
    pub max_views: Option<u32>,
    /// How often it can still be read.
    pub views_left: u32,
    /// When it was opened.
    pub opened_at: Vec<i64>,
    /// Who destroyed it.
    pub burned_by: Option<BurnedBy>,
    /// How many wrong tries it takes until it is destroyed; known to its recipient only.
    pub tries_left: Option<u32>,
    /// How often a wrong passphrase was tried; known to its sender only.
    pub wrong_tries: u32,
    /// When the last of them was.
    pub wrong_at: Option<i64>,
    /// Until when nobody's passphrase is looked at; known to its sender only.
    pub paused_until: Option<i64>,
}

const BURNERS: [(BurnedBy, u32); 3] = [(BurnedBy::Sender, 0), (BurnedBy::Recipient, 1), (BurnedBy::WrongTries, 2)];

const STATES: [(State, &str); 5] = [
    (State::Waiting, "waiting"),
    (State::Opened, "opened"),
    (State::Burned, "burned"),
    (State::Expired, "expired"),
    (State::Lost, "lost"),
];

impl Status {
    pub(super) fn push_to(self, fields: &mut Vec<Field>) {
        let name = STATES.iter().find(|(state, _)| *state == self.state);
        fields.extend([
            name.expect("every state stands in the table").1.into(),
            self.created_at.into(),
            self.expires_at.into(),
            self.ended_at.into(),
            self.max_views.into(),
            self.views_left.into(),
            self.burned_by.and_then(|by| BURNERS.iter().find(|burner| burner.0 == by)).map(|burner| burner.1).into(),
            self.tries_left.into(),
            self.wrong_tries.into(),
            self.wrong_at.into(),
            self.paused_until.into(),
        ]);
        fields.extend(self.opened_at.into_iter().map(Field::from));
    }

    pub(super) fn read(fields: &mut Reader) -> Result<Self, UnknownMessage> {
        let name = fields.text()?;
        let state = STATES.iter().find(|(_, text)| *text == name).ok_or(UnknownMessage)?.0;
        let mut status = Self {
            state,
            created_at: fields.optional()?,
            expires_at: fields.number()?,
            ended_at: fields.optional()?,
            max_views: fields.optional()?,
            views_left: fields.number()?,
            burned_by: match fields.optional::<u32>()? {
                None => None,
                Some(number) => Some(BURNERS.iter().find(|burner| burner.1 == number).ok_or(UnknownMessage)?.0),
            },
            tries_left: fields.optional()?,
            wrong_tries: fields.number()?,
            wrong_at: fields.optional()?,
            paused_until: fields.optional()?,
            opened_at: Vec::new(),
        };
        while fields.more() {
            status.opened_at.push(fields.number()?);
        }
        Ok(status)
    }
}

impl From<Peek> for Status {
    fn from(peek: Peek) -> Self {
        Self {
            state: peek.state,
            created_at: None,
            expires_at: peek.expires_at.unix_secs(),
            ended_at: peek.ended_at.map(crate::api::Timestamp::unix_secs),
            max_views: None,
            views_left: peek.views_left,
            opened_at: peek.opened_at.iter().map(|time| time.unix_secs()).collect(),
            burned_by: peek.burned_by,
            tries_left: peek.tries_left,
            wrong_tries: 0,
            wrong_at: None,
            paused_until: None,
        }
    }
}

impl From<Receipt> for Status {
    fn from(receipt: Receipt) -> Self {
        Self {
            state: receipt.state,
            created_at: Some(receipt.created_at.unix_secs()),
            expires_at: receipt.expires_at.unix_secs(),
            ended_at: receipt.ended_at.map(crate::api::Timestamp::unix_secs),
            max_views: Some(receipt.max_views.get()),
            views_left: receipt.views_left,
            opened_at: receipt.opened_at.iter().map(|time| time.unix_secs()).collect(),
            burned_by: receipt.burned_by,
            tries_left: None,
            wrong_tries: receipt.wrong_tries,
            wrong_at: receipt.wrong_at.map(crate::api::Timestamp::unix_secs),
            paused_until: receipt.attempts_paused_until.map(crate::api::Timestamp::unix_secs),
        }
    }
}
