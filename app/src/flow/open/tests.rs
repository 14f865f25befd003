use super::*;
use crate::flow::testing::{Numbers, at, revealed, status};
use crate::flow::words::{Notice, Offer};
use crate::text::Language;
use ashlink_core::api::DestroyedBy;
use ashlink_core::message::{Attempts, File, Item, every_fault};

/// Seconds.
const LEASE: u32 = 60;
const WRONG: Fault = Fault::WrongPassphrase(Attempts::Left(4));

fn after(opening: Opening, events: impl IntoIterator<Item = Event>) -> (Opening, Option<Command>) {
    events.into_iter().fold((opening, None), |(opening, _), event| opening.next(event))
}

fn looking() -> Opening {
    let events = [Event::Address("S1".into()), Event::Reply(0, Reply::Ready)];
    let (opening, command) = after(Opening::new(LEASE), events);
    assert_eq!(command, Some(Command::Ask(Request::Lookup { link: "S1".into() })));
    opening
}

fn answered(opening: Opening, reply: Reply) -> (Opening, Option<Command>) {
    let turn = opening.turn;
    opening.next(Event::Reply(turn, reply))
}

fn waiting(passphrase: bool) -> Opening {
    let reply = Reply::Status { passphrase: Some(passphrase), status: status(SecretState::Waiting) };
    let (opening, command) = answered(looking(), reply);
    assert_eq!(command, Some(Command::FocusTitle), "nothing happens by itself but that it is read out");
    opening
}

fn revealing(passphrase: bool) -> Opening {
    let (opening, command) = waiting(passphrase).next(Event::Reveal("p".into()));
    assert_eq!(command, Some(Command::Ask(Request::Reveal { passphrase: "p".into() })));
    opening
}

fn shown() -> Opening {
    let reply = revealed(vec![Item::Text("s".into())], 0);
    let (opening, command) = answered(revealing(false), reply);
    assert_eq!(command, Some(Command::Shown(Request::Ack)));
    opening
}

fn claims(command: Option<&Command>) -> bool {
    matches!(
        command,
        Some(Command::Ask(Request::Reveal { .. } | Request::Repeat) | Command::Adopt(_, Request::Reveal { .. }))
    )
}

/// One of each state, with what follows from it alone.
fn everywhere() -> Vec<Opening> {
    let gone = |state| answered(looking(), Reply::Status { passphrase: Some(false), status: status(state) }).0;
    let mut all = vec![Opening::new(LEASE), looking(), waiting(false), waiting(true), revealing(true), shown()];
    all.extend([SecretState::Opened, SecretState::Destroyed, SecretState::Expired, SecretState::Lost].map(gone));
    all.extend(every_fault().into_iter().map(|fault| answered(looking(), Reply::Failed(fault)).0));
    all.extend(every_fault().into_iter().map(|fault| answered(revealing(true), Reply::Failed(fault)).0));
    all.push(shown().next(Event::Left).0);
    all.extend(PASTS.map(reloaded));
    all.push(answered(waiting(false).next(Event::Destroy(String::new())).0, destroyed_by_recipient()).0);
    all
}

const PASTS: [Past; 3] = [Past::Read, Past::ReadWithViewsLeft, Past::Ended];

/// A page whose tab remembers something, and whose address has no key.
fn reloaded(past: Past) -> Opening {
    let mut opening = Opening::new(LEASE);
    opening.memory.past = Some(past);
    let (opening, _) = after(opening, [Event::Address(String::new()), Event::Reply(0, Reply::Ready)]);
    answered(opening, Reply::Failed(Fault::Link(LinkError::Missing))).0
}

fn destroyed_by_recipient() -> Reply {
    let destroyed_by = Some(DestroyedBy::Recipient);
    let status = Status { destroyed_by, ..status(SecretState::Destroyed) };
    Reply::Status { passphrase: Some(false), status }
}

fn words_of(opening: &Opening) -> Notice {
    let language = Language::english();
    notice(opening, language.open, language.common, &Numbers).expect("this state only says something")
}

#[test]
fn only_a_click_on_a_waiting_secret_claims_it() {
    for opening in everywhere() {
        let turn = opening.turn;
        let can = matches!(opening.state, State::Waiting(..)) && !opening.is_paused();
        let others = [
            Event::Address("S2".into()),
            Event::Pasted("S2".into()),
            Event::Reply(turn, Reply::Ready),
            Event::Reply(turn, Reply::Failed(Fault::Unknown)),
            Event::Retry,
            Event::Tick,
            Event::Hide,
            Event::Kept(0),
            Event::Destroy("p".into()),
            Event::Left,
        ];
        for event in others {
            let (_, command) = opening.clone().next(event.clone());
            assert!(!claims(command.as_ref()), "{:?} {event:?}", opening.state);
        }
        // A timer repeats a claim that a click has sent, and sends none of its own.
        let (_, command) = opening.clone().next(Event::Again(turn));
        assert_eq!(claims(command.as_ref()), matches!(opening.state, State::Revealing(..)), "{:?}", opening.state);
        let (next, command) = opening.next(Event::Reveal("p".into()));
        assert_eq!(claims(command.as_ref()), can);
        let (_, again) = next.next(Event::Reveal("p".into()));
        assert!(!claims(again.as_ref()), "twice is once");
    }
}

#[test]
fn nothing_is_looked_at_before_the_worker_is_tested() {
    let (opening, command) = Opening::new(LEASE).next(Event::Address("S1".into()));
    assert_eq!((opening.state, command), (State::Starting, None));
    for fault in every_fault() {
        let (opening, command) = Opening::new(LEASE).next(Event::Reply(0, Reply::Failed(fault)));
        assert_eq!((opening.state.clone(), command), (State::Broken, None));
        assert_eq!(opening.next(Event::Retry).1, Some(Command::Reload));
    }
}

#[test]
fn looking_finds_what_there_is() {
    for (state, name) in [
        (SecretState::Opened, "opened"),
        (SecretState::Destroyed, "destroyed"),
        (SecretState::Expired, "expired"),
        (SecretState::Lost, "lost"),
    ] {
        let reply = Reply::Status { passphrase: Some(true), status: status(state) };
        let (opening, command) = answered(looking(), reply);
        assert_eq!((opening.state.name(), command), (name, Some(Command::Dead)));
    }
    for fault in every_fault() {
        let (opening, command) = answered(looking(), Reply::Failed(fault));
        assert_eq!(command, None, "the address is kept");
        let name = match fault {
            Fault::Link(LinkError::Missing) => "missing",
            Fault::Link(LinkError::Damaged) => "damaged",
            Fault::Link(LinkError::TooNew) => "too-new",
            Fault::ReceiptLink => "receipt-link",
            Fault::Server(ErrorCode::Unknown) => "unknown",
            Fault::Broken => "broken",
            _ => "unasked",
        };
        assert_eq!(opening.state.name(), name);
        if name == "unasked" {
            assert!(matches!(opening.next(Event::Retry).1, Some(Command::Ask(Request::Lookup { .. }))));
        }
    }
}

#[test]
fn a_passphrase_is_asked_for_before_anything_is_sent() {
    let (opening, command) = waiting(true).next(Event::Reveal(" ".into()));
    assert!(matches!(opening.state, State::Waiting(_, Some(Fault::PassphraseMissing))));
    assert_eq!(command, Some(Command::Focus));
}

#[test]
fn after_a_failed_claim_the_truth_is_told() {
    let language = Language::english();
    for fault in every_fault() {
        let (opening, command) = answered(revealing(true), Reply::Failed(fault));
        match fault {
            Fault::Broken => assert_eq!((opening.state, command), (State::Doubtful, None)),
            Fault::Unknown | Fault::Server(ErrorCode::OutcomeUnknown | ErrorCode::Internal) => {
                let again = Event::Again(opening.turn);
                assert!(matches!(opening.state, State::Revealing(_, claim) if claim.is_repeated()));
                assert_eq!(command, Some(Command::Later(1, again)));
            }
            Fault::Undecryptable => {
                assert_eq!((opening.state, command), (State::Undecryptable, Some(Command::Dead)));
            }
            Fault::Server(ErrorCode::Unknown) => assert_eq!(opening.state, State::Unknown),
            Fault::Server(ErrorCode::Opened | ErrorCode::Destroyed | ErrorCode::Expired | ErrorCode::Lost) => {
                assert_eq!(opening.state, State::Looking, "who, and when?");
                // It may have been this very claim, sent twice by the browser.
                assert_eq!(opening.memory.claim == ClaimCertainty::InDoubt, fault == Fault::Server(ErrorCode::Opened));
            }
            // Nothing was spent, and it can be tried again.
            _ => {
                let State::Waiting(_, Some(trouble)) = opening.state else { panic!("{fault:?}") };
                assert_eq!(trouble, fault);
                assert_eq!(command, Some(Command::Focus));
                assert!(!trouble_words(trouble, language.open, language.common).contains('{'));
                assert_eq!(opening.memory.claim, ClaimCertainty::Unspent);
            }
        }
    }
    assert!(trouble_words(WRONG, language.open, language.common).contains("Nothing was lost"));
}

#[test]
fn an_unknown_outcome_is_looked_at_again_and_only_that() {
    let (strict, _) = Opening { memory: Memory { lease: 0, ..waiting(false).memory }, ..waiting(false) }
        .next(Event::Reveal("p".into()));
    let (opening, command) = answered(strict, Reply::Failed(Fault::Unknown));
    assert_eq!((&opening.state, command), (&State::Doubtful, None), "without a lease nothing is repeated");
    let (opening, command) = opening.next(Event::Retry);
    assert_eq!(command, Some(Command::Ask(Request::Lookup { link: "S1".into() })));
    assert_eq!(opening.memory.claim, ClaimCertainty::InDoubt);
    let reply = Reply::Status { passphrase: Some(false), status: status(SecretState::Opened) };
    let (opening, _) = answered(opening, reply);
    let language = Language::english();
    let words = notice(&opening, language.open, language.common, &Numbers).unwrap();
    let by_you = language.open.get(crate::text::OpenText::OpenedByYou);
    assert!(words.lines.iter().any(|line| line == by_you));
}

#[test]
fn while_an_outcome_is_unknown_nobody_says_that_nothing_was_opened() {
    let language = Language::english();
    let (doubtful, _) = answered(revealing(false), Reply::Failed(Fault::Broken));
    for fault in [Fault::Unreachable, Fault::Strange, Fault::RateLimited(9), Fault::Server(ErrorCode::Overloaded)] {
        let (looking, _) = doubtful.clone().next(Event::Retry);
        let (opening, _) = answered(looking, Reply::Failed(fault));
        assert_eq!((&opening.state, opening.memory.claim), (&State::Doubtful, ClaimCertainty::InDoubt), "{fault:?}");
    }
    // The worker is dead, and with it all that could look.
    let (opening, _) = answered(doubtful.next(Event::Retry).0, Reply::Failed(Fault::Broken));
    let words = notice(&opening, language.open, language.common, &Numbers).unwrap();
    assert!(!words.lines.join(" ").contains("othing has been opened"), "{words:?}");
    assert_eq!(opening.next(Event::Retry).1, Some(Command::Reload));
}

#[test]
fn answers_to_earlier_questions_change_nothing() {
    let old = looking();
    let turn = old.turn;
    let (opening, _) = old.next(Event::Address("S2".into()));
    let reply = Reply::Status { passphrase: Some(false), status: status(SecretState::Waiting) };
    let (opening, command) = opening.next(Event::Reply(turn, reply.clone()));
    assert_eq!((opening.state.clone(), command), (State::Looking, None));
    assert!(matches!(answered(opening, reply).0.state, State::Waiting(..)));
}

#[test]
fn a_claim_in_flight_is_not_abandoned_for_another_link() {
    let (opening, command) = revealing(false).next(Event::Address("S2".into()));
    assert!(matches!(opening.state, State::Revealing(..)));
    assert_eq!(command, None);
    let reply = revealed(vec![], 0);
    assert!(matches!(answered(opening, reply).0.state, State::Shown(_)));
    assert_eq!(shown().next(Event::Address("S2".into())).1, Some(Command::Reload));
}

#[test]
fn a_pasted_link_takes_the_place_of_a_bad_one() {
    for fault in [Fault::Link(LinkError::Missing), Fault::Link(LinkError::Damaged), Fault::ReceiptLink] {
        let (opening, _) = answered(looking(), Reply::Failed(fault));
        let (opening, command) = opening.next(Event::Pasted("x/s#S2".into()));
        let look = Request::Lookup { link: "x/s#S2".into() };
        assert_eq!((opening.state, command), (State::Looking, Some(Command::Adopt("x/s#S2".into(), look))));
    }
}

#[test]
fn leaving_clears_what_was_shown_and_nothing_else() {
    let (left, command) = shown().next(Event::Left);
    assert_eq!((left.state, command), (State::Cleared, Some(Command::Forget)));
    assert!(matches!(waiting(true).next(Event::Left).0.state, State::Waiting(..)));
}

#[test]
fn leaving_is_fine_once_everything_is_kept() {
    let texts = Language::english().open;
    let (opening, command) = shown().next(Event::Kept(0));
    assert_eq!(command, Some(Command::LetGo));
    let State::Shown(kept) = opening.state else { panic!() };
    let State::Shown(not_kept) = shown().state else { panic!() };
    assert_ne!(left_words(&kept, texts), left_words(&not_kept, texts));

    let items =
        vec![Item::Text("a".into()), Item::File(File { name: "n".into(), media_type: String::new(), data: vec![1] })];
    let (opening, _) = answered(revealing(false), revealed(items, 0));
    let (opening, command) = opening.next(Event::Kept(1));
    assert_eq!(command, None, "one of two would be lost");
    let (opening, command) = opening.next(Event::Kept(7));
    assert_eq!(command, None);
    assert_eq!(opening.next(Event::Kept(0)).1, Some(Command::LetGo));
}

#[test]
fn every_state_has_words_or_a_screen_of_its_own() {
    let language = Language::english();
    for opening in everywhere() {
        let words = notice(&opening, language.open, language.common, &Numbers);
        let screen =
            matches!(opening.state, State::Waiting(..) | State::Revealing(..) | State::Destroying(_) | State::Shown(_));
        assert_eq!(words.is_none(), screen, "{:?}", opening.state);
        if let Some(words) = words {
            assert!(!words.title.is_empty());
            assert!(words.lines.iter().all(|line| !line.contains('{')), "{words:?}");
            let waits = matches!(opening.state, State::Starting | State::Looking);
            assert_eq!(words.offer == Offer::Wait, waits, "every end has a way out");
        }
    }
}

#[test]
fn the_end_of_a_secret_is_told_with_its_time() {
    let language = Language::english();
    let words = |status| {
        let opening = Opening { state: State::Gone(status), ..Opening::new(LEASE) };
        notice(&opening, language.open, language.common, &Numbers).unwrap().lines.join(" ")
    };
    let opened = Status { opened_at: vec![at(5), at(7)], ..status(SecretState::Opened) };
    assert!(words(opened).contains("at 7, ago 7"));
    let destroyed =
        Status { ended_at: Some(at(8)), destroyed_by: Some(DestroyedBy::Sender), ..status(SecretState::Destroyed) };
    assert!(words(destroyed.clone()).starts_with("Its sender"));
    assert!(words(destroyed).contains("at 8"));
    assert!(words(status(SecretState::Expired)).contains("at 1000"));
}

#[test]
fn what_waits_is_described() {
    let language = Language::english();
    let sealed = |status| Waiting { status, lock: Lock::Link };
    let once = describe(&sealed(status(SecretState::Waiting)), LEASE, language.open, &Numbers);
    assert_eq!(once.len(), 2);
    assert!(once[1].contains("at 1000"));
    let some = Status { views_left: 3, size: Some(2001), opened_at: vec![at(4)], ..status(SecretState::Waiting) };
    let some = describe(&sealed(some), LEASE, language.open, &Numbers);
    assert!(some[0].contains("3 times") && some[3].contains("at 4, ago 4"));
    assert!(some[2].contains("3 KB at most"), "never less than it is: {some:?}");
}

#[test]
fn a_page_that_slept_beyond_the_lease_repeats_nothing() {
    let (mut opening, command) = answered(revealing(true), Reply::Failed(Fault::Unknown));
    let Some(Command::Later(_, again)) = command else { panic!("{command:?}") };
    opening.memory.now += 3600;
    let (opening, command) = opening.next(again);
    assert_eq!((&opening.state, command), (&State::Doubtful, None), "it would spend a further view");
    assert_eq!(opening.memory.claim, ClaimCertainty::InDoubt);
}

#[test]
fn an_answer_that_took_longer_than_the_lease_is_the_last() {
    let mut opening = revealing(true);
    opening.memory.now += i64::from(LEASE);
    let (opening, command) = answered(opening, Reply::Failed(Fault::Unknown));
    assert_eq!((opening.state, command), (State::Doubtful, None));
}

#[test]
fn a_doubt_outlives_the_next_click() {
    let language = Language::english();
    let (doubtful, _) = answered(revealing(false), Reply::Failed(Fault::Broken));
    let clicked = || {
        let (looking, _) = doubtful.clone().next(Event::Retry);
        let (waiting, _) =
            answered(looking, Reply::Status { passphrase: Some(false), status: status(SecretState::Waiting) });
        waiting.next(Event::Reveal(String::new())).0
    };
    // It is the same claim: what its second answer says is not true of the first.
    for fault in [Fault::RateLimited(9), Fault::Unreachable, Fault::Server(ErrorCode::Overloaded)] {
        let (opening, command) = answered(clicked(), Reply::Failed(fault));
        assert!(matches!(command, Some(Command::Later(..))), "{fault:?}");
        assert_eq!(opening.memory.claim, ClaimCertainty::InDoubt);
    }
    // And where it has ended meanwhile, and nobody can be asked how, nobody says that it was not opened.
    let (looking, _) = answered(clicked(), Reply::Failed(Fault::Server(ErrorCode::Destroyed)));
    let (opening, _) = answered(looking, Reply::Failed(Fault::Unreachable));
    assert_eq!(opening.state, State::Doubtful);
    let words = notice(&opening, language.open, language.common, &Numbers).unwrap();
    assert!(!words.lines.join(" ").contains("othing has been opened"), "{words:?}");
}

#[test]
fn an_end_after_an_unanswered_claim_leaves_it_in_doubt() {
    let (opening, _) = answered(revealing(true), Reply::Failed(Fault::Unknown));
    let (repeated, _) = opening.clone().next(Event::Again(opening.turn));
    // It was granted, say, and the sender destroyed the secret then, which ends every lease.
    let (looking, _) = answered(repeated, Reply::Failed(Fault::Server(ErrorCode::Destroyed)));
    assert_eq!(looking.state, State::Looking);
    let (opening, _) = answered(looking, Reply::Failed(Fault::Unreachable));
    assert_eq!((opening.state, opening.memory.claim), (State::Doubtful, ClaimCertainty::InDoubt));
}

#[test]
fn a_claim_without_an_answer_is_repeated_for_as_long_as_its_lease() {
    let (mut opening, mut command) = answered(revealing(true), Reply::Failed(Fault::Unknown));
    let mut waited = 0;
    while let Some(Command::Later(secs, again)) = command {
        waited += secs;
        opening.memory.now += i64::from(secs);
        assert!(matches!(opening.state, State::Revealing(..)));
        let (asking, ask) = opening.next(again.clone());
        assert_eq!(ask, Some(Command::Ask(Request::Repeat)), "with the nonce and the proof of the first");
        assert_eq!(asking.clone().next(again).1, None, "once for each time");
        // What was not done this time says nothing of the first time.
        let fault = match waited % 3 {
            0 => Fault::Unknown,
            1 => Fault::Server(ErrorCode::StoreUnavailable),
            _ => Fault::Strange,
        };
        (opening, command) = answered(asking, Reply::Failed(fault));
    }
    assert_eq!(opening.state, State::Doubtful);
    assert!((LEASE - 8..LEASE).contains(&waited), "{waited} seconds");
    assert_eq!(opening.memory.claim, ClaimCertainty::InDoubt);

    let again = || {
        let (opening, _) = answered(revealing(true), Reply::Failed(Fault::Unknown));
        opening.clone().next(Event::Again(opening.turn)).0
    };
    // A store that forgot it cannot say whether it was handed out before.
    let (forgotten, _) = answered(again(), Reply::Failed(Fault::Server(ErrorCode::Unknown)));
    assert_eq!((forgotten.state, forgotten.memory.claim), (State::Doubtful, ClaimCertainty::InDoubt));
    let (opened, _) = answered(again(), Reply::Failed(Fault::Server(ErrorCode::Opened)));
    assert_eq!((opened.state, opened.memory.claim), (State::Looking, ClaimCertainty::InDoubt));
    let opening = again();
    let items = vec![Item::Text("s".into())];
    let (opening, command) = answered(opening, revealed(items, 0));
    assert!(matches!(opening.state, State::Shown(_)));
    assert_eq!(command, Some(Command::Shown(Request::Ack)));
    assert_eq!(opening.memory.claim, ClaimCertainty::Unspent);
}

#[test]
fn the_worker_goes_when_nothing_is_left_to_do() {
    let (opening, command) = answered(shown(), Reply::Done);
    assert!(matches!(opening.state, State::Shown(_)));
    assert_eq!(command, Some(Command::Finish));
    let (_, command) = answered(shown(), Reply::Failed(Fault::Unreachable));
    assert_eq!(command, Some(Command::Finish), "the lease ends by itself");
    let items = vec![Item::Text("s".into())];
    let (several, _) = answered(revealing(false), revealed(items, 2));
    assert_eq!(answered(several, Reply::Done).1, None, "what is left can be destroyed");
}

#[test]
fn what_is_left_is_destroyed_on_request() {
    let items = vec![Item::Text("s".into())];
    let (opening, _) = answered(revealing(true), revealed(items, 2));
    let (opening, command) = opening.next(Event::Destroy(String::new()));
    assert_eq!(command, Some(Command::Ask(Request::Destroy { passphrase: String::new() })));
    assert_eq!(opening.clone().next(Event::Destroy(String::new())).1, None);
    let (failed, _) = answered(opening.clone(), Reply::Failed(Fault::Unreachable));
    let State::Shown(shown) = failed.state.clone() else { panic!() };
    assert_eq!((shown.rest, shown.views_left), (Rest::NotDestroyed, 2));
    assert!(left_words(&shown, Language::english().open).contains("Nobody can say"));
    assert!(matches!(failed.next(Event::Destroy(String::new())).1, Some(Command::Ask(_))));
    let reply = Reply::Status { passphrase: Some(true), status: status(SecretState::Destroyed) };
    let (opening, command) = answered(opening, reply);
    let State::Shown(shown) = opening.state else { panic!() };
    assert_eq!((shown.views_left, shown.can_destroy(), command), (0, false, Some(Command::Finish)));
    assert_eq!(self::shown().next(Event::Destroy(String::new())).1, None, "nothing is left of it");
}

#[test]
fn a_secret_is_destroyed_unopened() {
    assert_eq!(waiting(true).next(Event::Destroy(" ".into())).1, Some(Command::Focus));
    let (opening, command) = waiting(true).next(Event::Destroy("p".into()));
    assert_eq!(command, Some(Command::Ask(Request::Destroy { passphrase: "p".into() })));
    assert_eq!(opening.state.name(), "destroying");
    let reply = |state| Reply::Status { passphrase: Some(true), status: status(state) };
    let (gone, command) = answered(opening.clone(), reply(SecretState::Destroyed));
    assert_eq!((gone.state.name(), command), ("destroyed", Some(Command::Dead)));
    for (fault, said) in [
        (WRONG, WRONG),
        (Fault::TooManyAttempts(9), Fault::TooManyAttempts(9)),
        // It may be destroyed, and only the answer is lost.
        (Fault::Unreachable, Fault::Unknown),
        (Fault::Strange, Fault::Unknown),
        (Fault::Server(ErrorCode::OutcomeUnknown), Fault::Unknown),
    ] {
        let (opening, _) = answered(opening.clone(), Reply::Failed(fault));
        assert!(matches!(opening.state, State::Waiting(_, Some(trouble)) if trouble == said), "{fault:?}");
    }
    let language = Language::english();
    let words = trouble_words(Fault::Unknown, language.open, language.common);
    assert!(words.contains("whether it was destroyed"), "{words}");
}

#[test]
fn how_many_attempts_are_left_now_is_kept_up_to_date() {
    let language = Language::english();
    let fragile = |left| Status { attempts_left: Some(left), ..status(SecretState::Waiting) };
    let reply = |left| Reply::Status { passphrase: Some(true), status: fragile(left) };
    let (opening, _) = answered(looking(), reply(3));
    let (opening, _) = opening.next(Event::Reveal("p".into()));
    let (opening, command) = answered(opening, Reply::Failed(WRONG));
    assert_eq!(command, Some(Command::AskAndFocus(Request::Lookup { link: "S1".into() })));
    let (opening, command) = answered(opening, reply(2));
    assert_eq!(command, None);
    let State::Waiting(sealed, Some(WRONG)) = &opening.state else { panic!() };
    assert!(describe(sealed, LEASE, language.open, &Numbers).join(" ").contains("2 more"));
    let (kept, _) = answered(opening, Reply::Failed(Fault::Unreachable));
    assert!(matches!(kept.state, State::Waiting(..)), "it was a courtesy");
}

#[test]
fn how_many_attempts_are_left_is_said_and_what_comes_then() {
    let language = Language::english();
    let words = |attempts| trouble_words(Fault::WrongPassphrase(attempts), language.open, language.common);
    for (attempts, said) in [
        (Attempts::Left(2), "2 attempts left, then you have to wait"),
        (Attempts::Left(1), "one attempt left, then you have to wait"),
        (Attempts::LeftUntilDestroyed(2), "2 attempts left, then the secret is destroyed"),
        (Attempts::LeftUntilDestroyed(1), "One attempt left, then the secret is destroyed"),
        (Attempts::Wait(600), "possible in 10 minutes"),
        (Attempts::Unknown, "try again"),
    ] {
        assert!(words(attempts).contains(said), "{attempts:?}: {}", words(attempts));
    }
}

#[test]
fn how_long_to_wait_is_said() {
    let language = Language::english();
    let words = |fault| trouble_words(fault, language.open, language.common);
    assert!(words(Fault::TooManyAttempts(600)).contains("10 minutes"));
    assert!(words(Fault::TooManyAttempts(61)).contains("2 minutes"));
    assert!(words(Fault::TooManyAttempts(11 * 3600 + 1)).contains("12 hours"));
    assert!(words(Fault::TooManyAttempts(6 * 86_400 + 1)).contains("7 days"));
    assert!(words(Fault::RateLimited(1)).contains("1 minute"));
    let strict = Waiting { status: status(SecretState::Waiting), lock: Lock::Link };
    assert_eq!(describe(&strict, 0, language.open, &Numbers).len(), 3, "without a lease a risk is told");
}

#[test]
fn after_reading_a_reload_says_that_all_is_well() {
    let read = reloaded(Past::Read);
    assert_eq!(read.state.name(), "read");
    let words = words_of(&read);
    assert_eq!(words.title, "You have read this secret");
    assert!(words.lines[0].starts_with("It is gone, as intended"), "{words:?}");
    let left = reloaded(Past::ReadWithViewsLeft);
    assert_eq!(left.state.name(), "read");
    assert!(!words_of(&left).lines[0].contains("gone"), "{:?}", words_of(&left));
    assert_eq!(reloaded(Past::Ended).state.name(), "ended");
    // Where the address has something, what was before does not matter.
    let mut opening = looking();
    opening.memory.past = Some(Past::Read);
    let (damaged, _) = answered(opening, Reply::Failed(Fault::Link(LinkError::Damaged)));
    assert_eq!(damaged.state.name(), "damaged");
    // And a link that is opened in the same tab is looked at.
    let (again, command) = read.next(Event::Address("S2".into()));
    assert_eq!(command, Some(Command::Ask(Request::Lookup { link: "S2".into() })));
    assert_eq!(again.state, State::Looking);
}

#[test]
fn what_a_tab_remembers_says_how_it_ended_and_nothing_else() {
    for opening in everywhere() {
        let expected = match &opening.state {
            State::Shown(_) => Some(Past::Read),
            State::Gone(_) => Some(Past::Ended),
            _ => None,
        };
        assert_eq!(opening.past(), expected, "{:?}", opening.state);
    }
    let (several, _) = answered(revealing(false), revealed(vec![Item::Text("s".into())], 2));
    assert_eq!(several.past(), Some(Past::ReadWithViewsLeft));
    for past in PASTS {
        assert_eq!(Past::parse(past.as_str()), Some(past));
    }
    assert_eq!(Past::parse(""), None);
}

#[test]
fn while_one_has_to_wait_no_attempt_is_made_and_the_time_is_counted_down() {
    let language = Language::english();
    let says = |opening: &Opening| countdown(opening, language.open, language.common);
    for fault in [Fault::WrongPassphrase(Attempts::Wait(600)), Fault::TooManyAttempts(600), Fault::RateLimited(600)] {
        let mut opening = revealing(true);
        opening.memory.now = 5000;
        let (mut opening, _) = answered(opening, Reply::Failed(fault));
        assert_eq!(says(&opening).as_deref(), Some("Wait 10:00"), "{fault:?}");
        assert!(opening.is_due(5001));
        for event in [Event::Reveal("p".into()), Event::Destroy("p".into())] {
            let (same, command) = opening.clone().next(event);
            assert_eq!((same, command), (opening.clone(), None), "{fault:?}");
        }
        opening.memory.now += 595;
        let (mut opening, command) = opening.next(Event::Tick);
        assert_eq!((says(&opening).as_deref(), command), (Some("Wait 0:05"), None));
        assert!(matches!(opening.state, State::Waiting(_, Some(said)) if said == fault));
        opening.memory.now += 5;
        let (opening, _) = opening.next(Event::Tick);
        assert_eq!(says(&opening), None);
        assert!(matches!(opening.state, State::Waiting(_, None)), "what was said is over");
        assert!(claims(opening.next(Event::Reveal("p".into())).1.as_ref()));
    }
    let (long, _) = answered(revealing(true), Reply::Failed(Fault::TooManyAttempts(7201)));
    assert_eq!(says(&long).as_deref(), Some("Wait 3 hours"));
    let (other, _) = long.next(Event::Address("S2".into()));
    assert!(!other.is_paused(), "another secret has attempts of its own");
}

#[test]
fn a_page_that_stays_open_notices_that_the_secret_has_expired() {
    let asks = |command: Option<Command>| matches!(command, Some(Command::Ask(Request::Lookup { .. })));
    let mut opening = waiting(true);
    assert!(!opening.is_due(999) && opening.is_due(1000));
    opening.memory.now = 999;
    let (mut opening, command) = opening.next(Event::Tick);
    assert_eq!(command, None);
    opening.memory.now = 1000;
    let (opening, command) = opening.next(Event::Tick);
    assert!(asks(command));
    // By the server's clock, it is not over yet: nobody is asked every second.
    let still = Reply::Status { passphrase: Some(true), status: status(SecretState::Waiting) };
    let (mut opening, _) = answered(opening, still);
    assert!(!opening.is_due(1001));
    opening.memory.now = 1001;
    let (mut opening, command) = opening.next(Event::Tick);
    assert_eq!(command, None);
    opening.memory.now = 1000 + EXPIRY_LOOKS;
    let (opening, command) = opening.next(Event::Tick);
    assert!(asks(command));
    let over = Reply::Status { passphrase: Some(true), status: status(SecretState::Expired) };
    let (opening, command) = answered(opening, over);
    assert_eq!((opening.state.name(), command), ("expired", Some(Command::Dead)));
}

#[test]
fn whoever_destroyed_it_is_told_so_and_others_are_not() {
    let (own, _) = answered(waiting(false).next(Event::Destroy(String::new())).0, destroyed_by_recipient());
    assert_eq!(words_of(&own).title, "You destroyed this secret");
    let (others, _) = answered(looking(), destroyed_by_recipient());
    assert!(words_of(&others).lines[0].starts_with("Someone"));
    // The sender was faster.
    let by_sender = Status { destroyed_by: Some(DestroyedBy::Sender), ..status(SecretState::Destroyed) };
    let reply = Reply::Status { passphrase: Some(false), status: by_sender };
    let (faster, _) = answered(waiting(false).next(Event::Destroy(String::new())).0, reply);
    assert!(words_of(&faster).lines[0].starts_with("Its sender"));
}

#[test]
fn whoever_got_nothing_has_a_reply_for_the_sender() {
    let ended = |state, destroyed_by| {
        let status = Status { destroyed_by, ended_at: Some(at(8)), ..status(state) };
        answered(looking(), Reply::Status { passphrase: Some(false), status }).0
    };
    let failed = |fault| answered(looking(), Reply::Failed(fault)).0;
    let mut replies = Vec::new();
    for (opening, said) in [
        (ended(SecretState::Opened, None), "already been opened (anywhere 8)"),
        (ended(SecretState::Destroyed, Some(DestroyedBy::Sender)), "your receipt destroyed it (anywhere 8)"),
        (ended(SecretState::Destroyed, Some(DestroyedBy::Recipient)), "someone who has the link destroyed it"),
        (ended(SecretState::Destroyed, Some(DestroyedBy::FailedAttempts)), "too many failed attempts"),
        (ended(SecretState::Expired, None), "expired (anywhere 8)"),
        (ended(SecretState::Lost, None), "the server lost it"),
        (failed(Fault::Server(ErrorCode::Unknown)), "the server has none for its link"),
        (failed(Fault::Link(LinkError::Missing)), "the whole link again"),
        (failed(Fault::Link(LinkError::Damaged)), "the whole link again"),
        (failed(Fault::ReceiptLink), "it has /s# in it"),
        (answered(revealing(false), Reply::Failed(Fault::Undecryptable)).0, "arrived damaged"),
        (answered(waiting(false).next(Event::Destroy(String::new())).0, destroyed_by_recipient()).0, "I destroyed"),
    ] {
        let reply = words_of(&opening).reply.unwrap_or_else(|| panic!("{:?}", opening.state));
        assert!(reply.contains(said) && !reply.contains('{'), "{reply}");
        replies.push(reply);
    }
    replies.dedup();
    assert_eq!(replies.len(), 11, "each of them in its own words");
    // Nothing has to be said to the sender where the person can still go on, or has read it.
    for opening in [failed(Fault::Unreachable), reloaded(Past::Read), failed(Fault::Link(LinkError::TooNew))] {
        assert_eq!(words_of(&opening).reply, None, "{:?}", opening.state);
    }
}

#[test]
fn a_text_is_hidden_and_shown_again_and_stays_what_it_is() {
    let is_hidden = |opening: &Opening| matches!(&opening.state, State::Shown(shown) if shown.is_hidden);
    let (hidden, command) = shown().next(Event::Hide);
    assert!(!is_hidden(&shown()) && is_hidden(&hidden));
    assert_eq!(command, None);
    let State::Shown(of_hidden) = &hidden.state else { panic!() };
    assert_eq!(of_hidden.texts().collect::<Vec<_>>(), [(0, "s")]);
    assert!(!is_hidden(&hidden.next(Event::Hide).0));
}

#[test]
fn a_key_gets_a_wider_place_than_a_password() {
    let is_wide = |text: &str| {
        let (opening, _) = answered(revealing(false), revealed(vec![Item::Text(text.into())], 0));
        matches!(&opening.state, State::Shown(shown) if shown.is_wide())
    };
    let line = "M".repeat(64);
    assert!(is_wide(&format!("-----BEGIN PRIVATE KEY-----\n{line}\n{line}\n")));
    assert!(is_wide(&"é".repeat(57)) && !is_wide(&"é".repeat(56)), "characters, not bytes");
    assert!(!is_wide(&"short\n".repeat(100)));
}
