//! Reading what `lookup.lua` answers.

use crate::attempt_waits::paused_until;
use crate::{Record, TOMBSTONE_MILLIS};
use ashlink_core::api::{AttemptLimit, DestroyedBy, MaxViews, State};
use ashlink_core::bytes::OwnerVerifier;

/// The answer is no record.
#[derive(Debug)]
pub(crate) struct Unreadable;

type Field = Option<Vec<u8>>;

/// Reads `{now, c, x, s, e, n, l, z, t, b, o, f, w, q}`; `None` where there is no record.
pub(crate) fn read(fields: Vec<Field>) -> Result<Option<Record>, Unreadable> {
    let fields: [Field; 14] = fields.try_into().map_err(|_| Unreadable)?;
    let [
        now,
        created,
        expires,
        state,
        ended,
        views,
        left,
        size,
        opened,
        destroyed_by,
        owner,
        attempt_limit,
        attempts,
        tried,
    ] = fields;
    let now = required(now)?;
    let Some(expires) = expires else {
        return Ok(None);
    };
    let expires_at = number(&expires)?;
    let mut record = Record {
        state: state.map_or(Ok(State::Waiting), |word| self::state(&word).ok_or(Unreadable))?,
        created_at: required(created)?,
        expires_at,
        ended_at: ended.as_deref().map(number).transpose()?,
        max_views: MaxViews::new(required(views)?).map_err(|_| Unreadable)?,
        views_left: left.as_deref().map_or(Ok(0), number)?.try_into().map_err(|_| Unreadable)?,
        size: size.as_deref().map(number).transpose()?,
        opened_at: opened.map_or(Ok(Vec::new()), |times| times.split(|byte| *byte == b',').map(number).collect())?,
        destroyed_by: match destroyed_by.as_deref() {
            Some(b"sender") => Some(DestroyedBy::Sender),
            Some(b"recipient") => Some(DestroyedBy::Recipient),
            Some(b"attempts") => Some(DestroyedBy::FailedAttempts),
            Some(_) => return Err(Unreadable),
            None => None,
        },
        attempt_limit: match attempt_limit {
            None => None,
            Some(attempts) => Some(AttemptLimit::new(number(&attempts)?).map_err(|_| Unreadable)?),
        },
        failed_attempts: attempts.as_deref().map_or(Ok(0), number)?.try_into().map_err(|_| Unreadable)?,
        last_failed_at: tried.as_deref().map(number).transpose()?,
        paused_until: None,
        owner_verifier: OwnerVerifier::new(owner.ok_or(Unreadable)?.try_into().map_err(|_| Unreadable)?),
    };
    // Redis tells nobody when a key expires: the record is read as what it has become.
    if record.state == State::Waiting && now >= expires_at {
        record.state = State::Expired;
        record.ended_at = Some(expires_at);
    }
    if record.views_left > record.max_views.get() {
        return Err(Unreadable);
    }
    if record.state == State::Waiting {
        record.paused_until = paused_until(record.failed_attempts, record.last_failed_at, now);
    } else {
        record.views_left = 0;
        record.size = None;
    }
    let kept_until = record.ended_at.map(|ended| ended.saturating_add(TOMBSTONE_MILLIS));
    Ok(kept_until.is_none_or(|until| now < until).then_some(record))
}

/// The state that a word stands for.
pub(super) fn state(word: &[u8]) -> Option<State> {
    Some(match word {
        b"opened" => State::Opened,
        b"destroyed" => State::Destroyed,
        b"expired" => State::Expired,
        b"lost" => State::Lost,
        _ => return None,
    })
}

fn required(field: Field) -> Result<u64, Unreadable> {
    number(&field.ok_or(Unreadable)?)
}

fn number(digits: &[u8]) -> Result<u64, Unreadable> {
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or(Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(state: Option<&str>, left: &str) -> Vec<Field> {
        let text = |text: &str| Some(text.as_bytes().to_vec());
        let ended = state.and_then(|_| text("1500"));
        let state = state.and_then(text);
        let owner = Some(vec![7; 32]);
        let (opened, size) = (text("1100,1200"), text("300"));
        let mut fields = vec![text("2000"), text("1000"), text("61000"), state, ended, text("3"), text(left), size];
        fields.extend([opened, None, owner, None, None, None]);
        fields
    }

    #[test]
    fn what_waits_has_as_many_views_as_it_says_and_no_more_than_there_were() {
        let record = read(fields(None, "1")).unwrap().unwrap();
        assert_eq!((record.state, record.views_left, record.size), (State::Waiting, 1, Some(300)));
        assert_eq!(record.opened_at, [1100, 1200]);
        assert!(read(fields(None, "4")).is_err());
    }

    #[test]
    fn the_dead_have_neither_views_nor_size() {
        let record = read(fields(Some("destroyed"), "1")).unwrap().unwrap();
        assert_eq!((record.state, record.views_left, record.size), (State::Destroyed, 0, None));
    }
}
