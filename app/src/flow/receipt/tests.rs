use super::*;
use crate::flow::testing::{Numbers, at, status};
use crate::flow::words::Offer;
use crate::text::Language;
use ashlink_core::api::{DestroyedBy, Outcome};
use ashlink_core::message::every_fault;

fn answered(watching: Watching, reply: Reply) -> (Watching, Option<Command>) {
    let turn = watching.turn;
    watching.next(Event::Reply(turn, reply))
}

fn looking() -> Watching {
    let (watching, _) = Watching::new().next(Event::Address("M1".into()));
    let (watching, command) = watching.next(Event::Reply(0, Reply::Ready));
    assert_eq!(command, Some(Command::Ask(Request::Check { link: "M1".into() })));
    watching
}

fn says(state: SecretState) -> Reply {
    Reply::Status { passphrase: None, status: status(state) }
}

fn known(state: SecretState) -> Watching {
    answered(looking(), says(state)).0
}

fn step(watching: &Watching) -> Step {
    match watching.state {
        State::Known { step, .. } => step,
        _ => panic!("{:?}", watching.state),
    }
}

fn trouble(watching: &Watching) -> Option<Trouble> {
    match watching.state {
        State::Known { trouble, .. } => trouble,
        _ => panic!("{:?}", watching.state),
    }
}

#[test]
fn looking_finds_what_there_is() {
    for fault in every_fault() {
        let (watching, command) = answered(looking(), Reply::Failed(fault));
        assert_eq!(command, None);
        let name = match fault {
            Fault::Link(LinkError::Missing) => "missing",
            Fault::Link(LinkError::Damaged) => "damaged",
            Fault::Link(LinkError::TooNew) => "too-new",
            Fault::ShareLink => "share-link",
            Fault::Server(ErrorCode::Unknown) => "unknown",
            Fault::Broken => "broken",
            _ => "unasked",
        };
        assert_eq!(watching.state.name(), name);
        let language = Language::english();
        let words = notice(&watching, language.receipt, language.common).unwrap();
        assert_ne!(words.offer, Offer::Wait, "every end has a way out");
    }
}

#[test]
fn only_a_confirmed_click_destroys() {
    let (watching, command) = known(SecretState::Waiting).next(Event::Confirm);
    assert_eq!(command, None, "the question comes first");
    let (watching, command) = watching.next(Event::Destroy);
    assert_eq!((step(&watching), command), (Step::Asking, Some(Command::FocusQuestion)));
    let (kept, command) = watching.clone().next(Event::Keep);
    assert_eq!((step(&kept), command), (Step::Idle, Some(Command::FocusDestroy)));
    let (destroying, command) = watching.next(Event::Confirm);
    assert_eq!(command, Some(Command::Ask(Request::DestroyAsSender)));
    assert_eq!(destroying.clone().next(Event::Confirm).1, None, "twice is once");
    let (destroyed, command) = answered(destroying, says(SecretState::Destroyed));
    assert_eq!((destroyed.state.name(), command), ("destroyed", Some(Command::FocusTitle)));
    assert_eq!(destroyed.next(Event::Destroy).1, None);
}

#[test]
fn a_failed_destroy_can_be_repeated() {
    for fault in every_fault() {
        let (watching, _) = known(SecretState::Waiting).next(Event::Destroy);
        let (watching, _) = watching.next(Event::Confirm);
        let (watching, _) = answered(watching, Reply::Failed(fault));
        match fault {
            Fault::Server(ErrorCode::Unknown) => assert_eq!(watching.state, State::Unknown),
            Fault::Broken => assert_eq!(watching.state, State::Broken),
            _ => {
                let certain = matches!(fault.outcome(), Outcome::Busy | Outcome::Refused);
                let said = if certain { Trouble::NotDestroyed } else { Trouble::DestroyUnknown };
                assert_eq!(trouble(&watching), Some(said), "{fault:?}");
                assert_eq!(watching.next(Event::Destroy).1, Some(Command::FocusQuestion));
            }
        }
    }
}

#[test]
fn a_waiting_secret_is_refreshed_and_a_dead_one_is_not() {
    let (watching, command) = known(SecretState::Waiting).next(Event::Tick);
    assert!(matches!(command, Some(Command::Ask(Request::Check { .. }))));
    assert_eq!(watching.clone().next(Event::Tick).1, None, "one question at a time");
    let (stale, _) = answered(watching.clone(), Reply::Failed(Fault::Unreachable));
    assert_eq!(trouble(&stale), Some(Trouble::Stale));
    let (fresh, _) = stale.next(Event::Tick);
    let (fresh, _) = answered(fresh, says(SecretState::Waiting));
    assert_eq!(trouble(&fresh), None);
    assert_eq!(answered(watching, says(SecretState::Opened)).0.state.name(), "opened");
    assert_eq!(known(SecretState::Opened).next(Event::Tick).1, None);
}

#[test]
fn a_refresh_does_not_take_the_question_away() {
    let (checking, _) = known(SecretState::Waiting).next(Event::Tick);
    let old = checking.turn;
    let (asking, _) = checking.next(Event::Destroy);
    let (asking, _) = asking.next(Event::Reply(old, says(SecretState::Waiting)));
    assert_eq!(step(&asking), Step::Asking);
    assert_eq!(asking.next(Event::Tick).1, None);
}

#[test]
fn a_pasted_link_takes_the_place_of_a_bad_one() {
    for fault in [Fault::Link(LinkError::Missing), Fault::ShareLink] {
        let (watching, _) = answered(looking(), Reply::Failed(fault));
        let (watching, command) = watching.next(Event::Pasted("M2".into()));
        let check = Request::Check { link: "M2".into() };
        assert_eq!((watching.state, command), (State::Looking, Some(Command::Adopt("M2".into(), check))));
    }
}

#[test]
fn each_end_has_its_words() {
    let texts = Language::english().receipt;
    let title = |status: &Status| texts.get(words(status).0);
    assert_eq!(title(&status(SecretState::Waiting)), "Not opened yet");
    let partly = Status { opened_at: vec![at(1)], ..status(SecretState::Waiting) };
    assert_eq!(title(&partly), "Opened, and still waiting");
    let by_recipient = Status { destroyed_by: Some(DestroyedBy::Recipient), ..status(SecretState::Destroyed) };
    assert!(texts.get(words(&by_recipient).1).starts_with("Someone"));
}

#[test]
fn what_others_do_is_news_and_nothing_else() {
    let texts = Language::english().receipt;
    let news = |before: &Watching, after: &Watching| {
        news(&before.state, &after.state).map(|(title, text)| (texts.get(title), texts.get(text)))
    };
    let waiting = known(SecretState::Waiting);
    let checking = waiting.clone().next(Event::Tick).0;
    let found = |state: SecretState, opened: &[i64]| {
        let status = Status { opened_at: opened.iter().map(|secs| at(*secs)).collect(), ..status(state) };
        answered(checking.clone(), Reply::Status { passphrase: None, status }).0
    };
    assert_eq!(news(&waiting, &checking), None);
    assert_eq!(news(&checking, &found(SecretState::Waiting, &[])), None);
    assert_eq!(news(&checking, &found(SecretState::Waiting, &[1])).unwrap().0, "Opened, and still waiting");
    assert_eq!(news(&checking, &found(SecretState::Opened, &[1])).unwrap().0, "It was opened");
    assert_eq!(news(&checking, &found(SecretState::Expired, &[])).unwrap().0, "It expired");
    // What is known for the first time was not waited for, and whoever destroys it knows.
    assert_eq!(news(&looking(), &known(SecretState::Opened)), None);
    let destroying = waiting.next(Event::Destroy).0.next(Event::Confirm).0;
    assert_eq!(news(&destroying, &answered(destroying.clone(), says(SecretState::Destroyed)).0), None);
    assert!(news(&destroying, &found(SecretState::Opened, &[1])).is_none(), "it is shown, and was just clicked");
}

#[test]
fn guessing_is_told() {
    let texts = crate::text::Language::english().receipt;
    let tried = |n| Status {
        failed_attempts: Some(n),
        last_failed_at: (n > 0).then_some(at(7)),
        ..status(SecretState::Waiting)
    };
    assert_eq!(attempts(&tried(0), texts, &Numbers), None);
    assert!(attempts(&tried(1), texts, &Numbers).unwrap().contains("at 7"));
    let many = attempts(&tried(12), texts, &Numbers).unwrap();
    assert!(many.contains("12") && many.contains("at 7"), "{many}");
    let warning = |status: &Status| guessing(status, texts, &Numbers).unwrap_or_default();
    assert!(warning(&tried(4)).is_empty() && warning(&tried(5)).contains("guessing"));
    let paused = |until| warning(&Status { attempts_paused_until: Some(at(until)), ..tried(99) });
    assert!(paused(999).contains("99 failed attempts") && paused(999).contains("until at 999"), "{}", paused(999));
    assert!(paused(1000).contains("before it expires"), "{}", paused(1000));
    assert!(warning(&Status { state: SecretState::Expired, ..tried(99) }).is_empty());
}
