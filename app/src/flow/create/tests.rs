use super::*;
use crate::text::Language;
use ashlink_core::api::ErrorCode;
use ashlink_core::message::{Compose, Item, every_fault};

const LIMITS: Limits = Limits {
    min_ttl: 60,
    max_ttl: 604_800,
    default_ttl: 86_400,
    max_views: 10,
    max_envelope: 1024,
    passphrase_required: false,
};

/// What follows from a state and an event alone.
trait Next {
    fn next(self, event: Event, limits: &Limits) -> (State, Option<Command>);
}

impl Next for State {
    fn next(self, event: Event, limits: &Limits) -> (State, Option<Command>) {
        let (creating, command) = Creating { state: self, ..Creating::new(*limits) }.next(event);
        (creating.state, command)
    }
}

fn form() -> Form {
    Form {
        content: Content::Text,
        text: " secret\n".into(),
        files: Vec::new(),
        passphrase: String::new(),
        lifetime: Lifetime::Preset(3600),
        views: "1".into(),
        attempt_limit: None,
        token: String::new(),
        asks_token: false,
    }
}

fn storing() -> State {
    State::Storing { views: 2, passphrase: "p".into() }
}

fn problem(form: Form) -> Problem {
    match State::Editing(None).next(Event::Submit(form), &LIMITS) {
        (State::Editing(Some(problem)), command) => {
            assert_eq!(command, problem.field().map(Command::Focus));
            problem
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_starts_when_the_worker_is_tested_and_not_before() {
    let early = State::Starting(None).next(Event::Submit(form()), &LIMITS);
    assert_eq!(early, (State::Starting(None), None));
    let ready = State::Starting(None).next(Event::Reply(0, Reply::Ready), &LIMITS);
    assert_eq!(ready, (State::Editing(None), None));
    for fault in every_fault() {
        let broken = State::Starting(None).next(Event::Reply(0, Reply::Failed(fault)), &LIMITS);
        assert_eq!(broken, (State::Broken, None));
    }
    assert_eq!(State::Broken.next(Event::Submit(form()), &LIMITS), (State::Broken, None));
}

#[test]
fn a_form_becomes_one_request() {
    let typed = Form { passphrase: " pass ".into(), views: " 2 ".into(), attempt_limit: Some(" 5 ".into()), ..form() };
    let (state, command) = State::Editing(None).next(Event::Submit(typed), &LIMITS);
    assert_eq!(state, State::Storing { views: 2, passphrase: "pass".into() });
    let request = Request::Create(Compose {
        items: vec![Item::Text(" secret\n".into())],
        passphrase: "pass".into(),
        ttl: 3600,
        views: 2,
        attempt_limit: Some(5),
        max_envelope: 1024,
        token: String::new(),
    });
    assert_eq!(command, Some(Command::Ask(request)));
    // A second click while it is under way does nothing.
    assert_eq!(state.clone().next(Event::Submit(form()), &LIMITS), (state, None));
}

#[test]
fn what_cannot_be_sent_is_said_and_pointed_at() {
    let blank = Form { text: " \n".into(), ..form() };
    assert_eq!(problem(blank.clone()), Problem::Empty);
    assert_eq!(problem(Form { content: Content::Files, ..blank }), Problem::NoFiles);
    for views in ["", "0", "11", "-1", "1.5", "x"] {
        assert_eq!(problem(Form { views: views.into(), ..form() }), Problem::Views);
    }
    for (number, unit) in [
        ("", Unit::Hours),
        ("0", Unit::Minutes),
        ("8", Unit::Days),
        ("1.5", Unit::Hours),
        ("18446744073709551615", Unit::Days),
    ] {
        let lifetime = Lifetime::Custom(number.into(), unit);
        assert_eq!(problem(Form { lifetime, ..form() }), Problem::Lifetime);
    }
    let long = Form { text: "x".repeat(1025), ..form() };
    assert_eq!(problem(long), Problem::Fault(Fault::TooLong));
}

#[test]
fn a_token_goes_along_and_is_asked_for_where_it_must() {
    let required = Problem::Fault(Fault::Server(ErrorCode::TokenRequired));
    for (typed, asks_token, sent) in
        [(" t ", true, Some("t")), ("t", false, Some("t")), ("", false, Some("")), ("", true, None), (" ", true, None)]
    {
        let form = Form { token: typed.into(), asks_token, ..form() };
        let Some(sent) = sent else {
            assert_eq!(problem(form), required);
            continue;
        };
        let (_, command) = State::Editing(None).next(Event::Submit(form), &LIMITS);
        let Some(Command::Ask(Request::Create(Compose { token, .. }))) = command else { panic!("{command:?}") };
        assert_eq!(token, sent);
    }
    // What the server says of it leads to the field, too.
    for code in [ErrorCode::TokenRequired, ErrorCode::TokenInvalid] {
        let (_, command) = storing().next(Event::Reply(0, Reply::Failed(Fault::Server(code))), &LIMITS);
        assert_eq!(command, Some(Command::Focus(Field::Token)));
    }
}

#[test]
fn files_go_with_a_text_or_alone() {
    let file = attach("a.txt", "", vec![0; 600]);
    for (typed, sent) in [("t", Some("t")), (" \n", None)] {
        let form = Form { text: typed.into(), files: vec![file.clone()], ..form() };
        let (_, command) = State::Editing(None).next(Event::Submit(form), &LIMITS);
        let Some(Command::Ask(Request::Create(Compose { items, .. }))) = command else { panic!("{command:?}") };
        let sent = sent.map(|text| Item::Text(text.into()));
        assert_eq!(items, sent.into_iter().chain([Item::File(file.clone())]).collect::<Vec<_>>());
    }
    let two = Form { files: vec![file.clone(), file], ..form() };
    assert_eq!(problem(two), Problem::Fault(Fault::TooLong));
}

#[test]
fn what_the_form_refuses_is_said_and_takes_nothing_away() {
    let language = Language::english();
    for problem in [
        Problem::TooManyFiles,
        Problem::NotAttached(vec!["a".into(), "b".into()]),
        Problem::Unreadable("a".into()),
        Problem::Ungenerated,
        Problem::NoWords,
        Problem::Count(Kind::Words),
        Problem::Count(Kind::Characters),
    ] {
        let (state, command) = State::Editing(None).next(Event::Refused(problem.clone()), &LIMITS);
        assert_eq!(state, State::Editing(Some(problem.clone())));
        assert_eq!(command, problem.field().map(Command::Focus));
        assert!(!problem.words(&LIMITS, language.create, language.common).contains('{'));
    }
    assert_eq!(storing().next(Event::Refused(Problem::TooManyFiles), &LIMITS).0, storing());
}

#[test]
fn custom_lifetimes_are_counted_in_their_unit() {
    for (number, unit, secs) in [("1", Unit::Minutes, 60), ("12", Unit::Hours, 43_200), ("7", Unit::Days, 604_800)] {
        let typed = Form { lifetime: Lifetime::Custom(number.into(), unit), ..form() };
        let (_, command) = State::Editing(None).next(Event::Submit(typed), &LIMITS);
        assert!(matches!(command, Some(Command::Ask(Request::Create(Compose { ttl, .. }))) if ttl == secs));
    }
}

#[test]
fn stored_means_done() {
    let reply = Reply::Created { share: "S".into(), owner: "M".into(), expires_at: 9 };
    let (state, command) = storing().next(Event::Reply(0, reply), &LIMITS);
    let made = Made { share: "S".into(), owner: "M".into(), expires_at: 9, views: 2, passphrase: "p".into() };
    assert_eq!((state.clone(), command), (State::Done(made), Some(Command::Finish)));
    assert_eq!(state.clone().next(Event::Again, &LIMITS), (State::Starting(None), Some(Command::Another)));
    assert_eq!(state.next(Event::Left, &LIMITS), (State::Starting(None), Some(Command::Clear)));
}

#[test]
fn every_failure_can_be_repeated_and_has_words() {
    let language = Language::english();
    for fault in every_fault() {
        let (state, command) = storing().next(Event::Reply(0, Reply::Failed(fault)), &LIMITS);
        let problem = Problem::Fault(fault);
        let pointed_at = problem.field().map_or(Command::FocusButton, Command::Focus);
        let expected = match fault {
            Fault::Broken => (State::Starting(Some(problem.clone())), Some(Command::Start)),
            _ => (State::Editing(Some(problem.clone())), Some(pointed_at)),
        };
        assert_eq!((state, command), expected);
        let words = problem.words(&LIMITS, language.create, language.common);
        assert!(!words.is_empty() && !words.contains('{'), "{words}");
        let (state, _) = State::Editing(Some(problem)).next(Event::Submit(form()), &LIMITS);
        assert!(matches!(state, State::Storing { .. }));
    }
    let (state, _) = storing().next(Event::Reply(0, Reply::Ready), &LIMITS);
    assert_eq!(state, State::Starting(Some(Problem::Fault(Fault::Broken))));
}

#[test]
fn after_a_worker_has_died_nothing_is_sent_before_the_next_is_tested() {
    let died = Problem::Fault(Fault::Broken);
    let (state, command) = storing().next(Event::Reply(0, Reply::Failed(Fault::Broken)), &LIMITS);
    assert_eq!((&state, command), (&State::Starting(Some(died.clone())), Some(Command::Start)));
    // The second half of a double click.
    assert_eq!(state.clone().next(Event::Submit(form()), &LIMITS), (state.clone(), None));
    assert_eq!(state.clone().next(Event::Reply(0, Reply::Ready), &LIMITS), (State::Editing(Some(died)), None));
    let again = state.next(Event::Reply(0, Reply::Failed(Fault::Broken)), &LIMITS);
    assert_eq!(again, (State::Broken, None), "its words say what to do when that does not help");
}

#[test]
fn answers_to_earlier_questions_change_nothing() {
    let created = || Reply::Created { share: "S".into(), owner: "M".into(), expires_at: 9 };
    let (creating, _) = Creating { state: State::Editing(None), ..Creating::new(LIMITS) }.next(Event::Submit(form()));
    let (creating, command) = creating.next(Event::Reply(0, created()));
    assert!(matches!(creating.state, State::Storing { .. }) && command.is_none());
    let (creating, _) = creating.next(Event::Reply(1, Reply::Failed(Fault::Broken)));
    let (creating, command) = creating.next(Event::Reply(1, Reply::Ready));
    assert!(matches!(creating.state, State::Starting(_)) && command.is_none(), "that was another worker");
    assert!(matches!(creating.next(Event::Reply(2, Reply::Ready)).0.state, State::Editing(_)));
}

#[test]
fn what_is_refused_before_the_worker_is_tested_is_said() {
    let (state, _) = State::Starting(None).next(Event::Refused(Problem::TooManyFiles), &LIMITS);
    assert_eq!(state, State::Starting(Some(Problem::TooManyFiles)));
    assert_eq!(state.next(Event::Reply(0, Reply::Ready), &LIMITS).0, State::Editing(Some(Problem::TooManyFiles)));
}

#[test]
fn words_name_the_bounds() {
    let language = Language::english();
    let words = |problem: Problem| problem.words(&LIMITS, language.create, language.common);
    assert!(words(Problem::Lifetime).contains("from 1 minute to 7 days"));
    assert!(words(Problem::Views).contains("1 to 10 times"));
    assert!(words(Problem::Fault(Fault::Server(ErrorCode::TooLarge))).contains("979 bytes"));
    let left_out = words(Problem::NotAttached(vec!["a.bin".into(), "b.bin".into()]));
    assert!(left_out.contains("\u{2068}a.bin\u{2069}, \u{2068}b.bin\u{2069}") && left_out.contains("979 bytes"));
    assert!(words(Problem::Unreadable("photos".into())).contains("\u{2068}photos\u{2069} could not be read"));
}

#[test]
fn a_message_goes_when_the_form_changes() {
    let (state, command) = State::Editing(Some(Problem::Empty)).next(Event::Edited, &LIMITS);
    assert_eq!((state, command), (State::Editing(None), None));
    assert_eq!(storing().next(Event::Edited, &LIMITS), (storing(), None));
}

#[test]
fn what_is_on_its_way_can_be_cancelled_and_its_answer_comes_too_late() {
    let (creating, _) = Creating { state: State::Editing(None), ..Creating::new(LIMITS) }.next(Event::Submit(form()));
    let turn = creating.turn;
    let (creating, command) = creating.next(Event::Cancel);
    assert_eq!((&creating.state, command), (&State::Starting(Some(Problem::Cancelled)), Some(Command::Another)));
    let late = Reply::Created { share: "S".into(), owner: "M".into(), expires_at: 9 };
    let (creating, command) = creating.next(Event::Reply(turn, late));
    assert!(matches!(creating.state, State::Starting(_)) && command.is_none());
    let turn = creating.turn;
    let (creating, _) = creating.next(Event::Reply(turn, Reply::Ready));
    assert_eq!(creating.state, State::Editing(Some(Problem::Cancelled)));
    assert_eq!(creating.next(Event::Cancel).0.state, State::Editing(Some(Problem::Cancelled)), "nothing is on its way");
}

#[test]
fn leaving_empties_the_form() {
    let (state, command) = State::Editing(None).next(Event::Left, &LIMITS);
    assert_eq!((state, command), (State::Editing(None), Some(Command::Clear)));
}

#[test]
fn without_a_passphrase_nothing_is_sent_where_one_is_wanted() {
    let limits = Limits { passphrase_required: true, ..LIMITS };
    for nothing in ["", " \t"] {
        let typed = Form { passphrase: nothing.into(), ..form() };
        let (state, command) = State::Editing(None).next(Event::Submit(typed), &limits);
        assert_eq!(state, State::Editing(Some(Problem::NoPassphrase)));
        assert_eq!(command, Some(Command::Focus(Field::Passphrase)));
    }
    let typed = Form { passphrase: "p".into(), ..form() };
    assert!(matches!(State::Editing(None).next(Event::Submit(typed), &limits).0, State::Storing { .. }));
    let language = Language::english();
    let words = Problem::NoPassphrase.words(&limits, language.create, language.common);
    assert!(words.contains("needs a passphrase"), "{words}");
}

#[test]
fn too_slow_a_line_is_told_as_that() {
    let language = Language::english();
    let late = Fault::Server(ErrorCode::RequestTimeout);
    let words = Problem::Fault(late).words(&LIMITS, language.create, language.common);
    assert!(words.contains("too slow") && words.contains("send less"), "{words}");
    assert!(!words.contains("could not be reached"), "{words}");
    let looking = crate::flow::words::unasked(late, language.common).lines.concat();
    assert!(looking.contains("too slow") && !looking.contains("no connection"), "{looking}");
}

#[test]
fn rules_that_changed_meanwhile_are_said_to_have() {
    for code in [ErrorCode::InvalidField, ErrorCode::PassphraseRequired] {
        let fault = Fault::Server(code);
        let (state, _) = storing().next(Event::Reply(0, Reply::Failed(fault)), &LIMITS);
        assert_eq!(state, State::Editing(Some(Problem::Fault(fault))));
        let language = Language::english();
        let words = Problem::Fault(fault).words(&LIMITS, language.create, language.common);
        assert!(words.contains("rules of this server have changed") && words.contains("reload the page"), "{words}");
    }
}

#[test]
fn limits_come_back() {
    assert_eq!(Limits::parse(&LIMITS.to_text()), LIMITS);
    let strict = Limits { passphrase_required: true, ..LIMITS };
    assert_eq!(Limits::parse(&strict.to_text()), strict);
    assert_eq!(Limits::parse(""), Limits::default());
}

#[test]
fn wrong_passphrases_destroy_only_where_there_is_a_right_one() {
    for bad in ["4", "101", "", "x", "5.5"] {
        let typed = Form { passphrase: "p".into(), attempt_limit: Some(bad.into()), ..form() };
        assert_eq!(problem(typed), Problem::AttemptLimit, "{bad}");
    }
    let typed = Form { attempt_limit: Some("4".into()), ..form() };
    let (_, command) = State::Editing(None).next(Event::Submit(typed), &LIMITS);
    assert!(matches!(command, Some(Command::Ask(Request::Create(Compose { attempt_limit: None, .. })))));
    let language = Language::english();
    assert!(Problem::AttemptLimit.words(&LIMITS, language.create, language.common).contains("5 to 100"));
}
