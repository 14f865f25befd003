use super::Session;
use crate::transport::{Answer, Call, Method, NoAnswer, Transport};
use ashlink_core::api::{AtLimit, ClaimRequest, CreateRequest, DestroyedBy, ErrorBody, ErrorCode, State};
use ashlink_core::link::LinkError;
use ashlink_core::message::{Attempts, Compose, Fault, File, Item, Reply, Request, Revealed, Status};
use ashlink_core::passphrase::Passphrase;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A server that says what the test tells it to, and remembers what it was asked.
#[derive(Clone, Default)]
struct Fake {
    answers: Rc<RefCell<VecDeque<Result<Answer, NoAnswer>>>>,
    calls: Rc<RefCell<Vec<Call>>>,
}

impl Transport for Fake {
    async fn send(&self, call: Call) -> Result<Answer, NoAnswer> {
        self.calls.borrow_mut().push(call);
        self.answers.borrow_mut().pop_front().expect("the test foresees every call")
    }
}

impl Fake {
    fn session(&self) -> Session<Self> {
        Session::new(self.clone(), Passphrase::parse)
    }

    fn says(&self, status: u16, body: impl Into<String>) {
        self.answers.borrow_mut().push_back(Ok(Answer { status, body: body.into() }));
    }

    fn fails(&self, code: ErrorCode) {
        self.says(code.status(), serde_json::to_string(&ErrorBody::new(code, "")).unwrap());
    }

    fn is_silent(&self) {
        self.answers.borrow_mut().push_back(Err(NoAnswer));
    }

    fn last_body(&self) -> String {
        self.calls.borrow().last().unwrap().body.clone().unwrap()
    }

    fn count(&self) -> usize {
        self.calls.borrow().len()
    }
}

/// Nothing here waits for anything.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the fake transport answers at once"),
    }
}

fn create(text: &str, passphrase: &str) -> Request {
    Request::Create(Compose {
        items: vec![Item::Text(text.to_owned())],
        passphrase: passphrase.to_owned(),
        ttl: 3600,
        views: 1,
        attempt_limit: None,
        max_envelope: 4096,
        token: String::new(),
    })
}

const WAITING: &str = r#"{"state":"waiting","expires_at":"2026-11-29T14:03:00Z","views_left":1,"opened_at":[]}"#;

/// Stores a secret, and hands out its links and envelope.
fn stored(fake: &Fake, session: &mut Session<Fake>, passphrase: &str) -> (String, String, CreateRequest) {
    fake.says(201, r#"{"id":"AAAAAAAAAAAAAAAAAAAAAA","expires_at":"2026-11-29T14:03:00Z"}"#);
    let reply = now(session.handle(create("the secret", passphrase)));
    let Reply::Created { share, owner, expires_at } = reply else { panic!("{reply:?}") };
    assert_eq!(expires_at, 1_795_960_980);
    (share, owner, serde_json::from_str(&fake.last_body()).unwrap())
}

fn claim_answer(stored: &CreateRequest) -> String {
    serde_json::json!({ "envelope": stored.envelope, "views_left": 0 }).to_string()
}

fn lookup(fake: &Fake, session: &mut Session<Fake>, link: &str) -> Reply {
    fake.says(200, WAITING);
    now(session.handle(Request::Lookup { link: link.to_owned() }))
}

fn reveal(session: &mut Session<Fake>, passphrase: &str) -> Reply {
    now(session.handle(Request::Reveal { passphrase: passphrase.to_owned() }))
}

#[test]
fn the_self_test_passes_and_asks_nobody() {
    let fake = Fake::default();
    assert_eq!(now(fake.session().handle(Request::SelfTest)), Reply::Ready);
    assert_eq!(fake.count(), 0);
}

#[test]
fn a_secret_goes_out_and_comes_back() {
    for passphrase in ["", "correct horse"] {
        let fake = Fake::default();
        let (share, _, request) = stored(&fake, &mut fake.session(), passphrase);
        let mut reader = fake.session();
        let Reply::Status { passphrase: asks, .. } = lookup(&fake, &mut reader, &share) else { panic!() };
        assert_eq!(asks, Some(!passphrase.is_empty()));
        fake.says(200, claim_answer(&request));
        let reply = reveal(&mut reader, passphrase);
        let items = vec![Item::Text("the secret".to_owned())];
        assert_eq!(reply, Reply::Revealed(Revealed { items, is_readable: true, views_left: 0 }));
        let claim: ClaimRequest = serde_json::from_str(&fake.last_body()).unwrap();
        assert_eq!(claim.access.verifier(), request.access_verifier);
    }
}

#[test]
fn files_go_out_and_come_back() {
    let file = |name: &str, data: &[u8]| {
        Item::File(File { name: name.into(), media_type: "text/plain".into(), data: data.into() })
    };
    let both = vec![file("a.txt", b"one"), file("b.txt", b"")];
    let with_text = [vec![Item::Text("with a text".into())], both.clone()].concat();
    for items in [with_text, both, vec![file("c", &[0, 255])]] {
        let fake = Fake::default();
        fake.says(201, r#"{"id":"AAAAAAAAAAAAAAAAAAAAAA","expires_at":"2026-11-29T14:03:00Z"}"#);
        let Request::Create(secret) = create("", "") else { panic!() };
        let request = Request::Create(Compose { items: items.clone(), ..secret });
        let Reply::Created { share, .. } = now(fake.session().handle(request)) else { panic!() };
        let stored: CreateRequest = serde_json::from_str(&fake.last_body()).unwrap();
        let mut reader = fake.session();
        lookup(&fake, &mut reader, &share);
        fake.says(200, claim_answer(&stored));
        assert_eq!(reveal(&mut reader, ""), Reply::Revealed(Revealed { items, is_readable: true, views_left: 0 }));
    }
}

#[test]
fn nothing_that_is_sent_holds_text_key_or_passphrase() {
    let fake = Fake::default();
    let (share, owner, request) = stored(&fake, &mut fake.session(), "correct horse");
    let mut reader = fake.session();
    lookup(&fake, &mut reader, &share);
    fake.says(200, claim_answer(&request));
    reveal(&mut reader, "correct horse");
    for call in fake.calls.borrow().iter() {
        let sent = format!("{} {:?} {:?}", call.path, call.headers, call.body);
        for hidden in ["the secret", "correct horse", &share, &owner] {
            assert!(!sent.contains(hidden));
        }
    }
}

#[test]
fn a_repeated_create_sends_the_same_bytes() {
    let fake = Fake::default();
    let mut session = fake.session();
    for failure in [Fault::Unreachable, Fault::Server(ErrorCode::OutcomeUnknown), Fault::Strange] {
        match failure {
            Fault::Unreachable => fake.is_silent(),
            Fault::Server(code) => fake.fails(code),
            _ => fake.says(502, "<html>"),
        }
        assert_eq!(now(session.handle(create("the secret", ""))), Reply::Failed(failure));
    }
    stored(&fake, &mut session, "");
    let bodies: Vec<_> = fake.calls.borrow().iter().map(|call| call.body.clone()).collect();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn with_another_token_the_same_bytes_are_sent() {
    let fake = Fake::default();
    let mut session = fake.session();
    let with = |token: &str| {
        let Request::Create(secret) = create("the secret", "") else { panic!() };
        Request::Create(Compose { token: token.to_owned(), ..secret })
    };
    for (token, code) in [("", ErrorCode::TokenRequired), ("wrong", ErrorCode::TokenInvalid)] {
        fake.fails(code);
        assert_eq!(now(session.handle(with(token))), Reply::Failed(Fault::Server(code)));
    }
    // What no header carries goes nowhere.
    for odd in ["clé", "to ken", "token\n", "“token”"] {
        let refused = Reply::Failed(Fault::Server(ErrorCode::TokenInvalid));
        assert_eq!(now(session.handle(with(odd))), refused);
    }
    fake.is_silent();
    now(session.handle(with("right")));
    let calls = fake.calls.borrow();
    let headers: Vec<_> = calls.iter().map(|call| call.headers.clone()).collect();
    let bearer = |token: &str| vec![("authorization", format!("Bearer {token}"))];
    assert_eq!(headers, [vec![], bearer("wrong"), bearer("right")]);
    assert!(calls.windows(2).all(|pair| pair[0].body == pair[1].body));
}

#[test]
fn another_create_is_sealed_anew() {
    let fake = Fake::default();
    let mut session = fake.session();
    fake.is_silent();
    now(session.handle(create("one", "")));
    let first = fake.last_body();
    fake.fails(ErrorCode::IdTaken);
    now(session.handle(create("two", "")));
    let second = fake.last_body();
    assert_ne!(first, second);
    fake.is_silent();
    now(session.handle(create("two", "")));
    assert_ne!(fake.last_body(), second, "an id that is taken is never tried again");
}

#[test]
fn what_is_too_long_is_never_sent() {
    let fake = Fake::default();
    let mut session = fake.session();
    let long = now(session.handle(create(&"x".repeat(5000), "")));
    assert_eq!(long, Reply::Failed(Fault::TooLong));
    let passphrase = now(session.handle(create("x", &"é".repeat(600))));
    assert_eq!(passphrase, Reply::Failed(Fault::PassphraseTooLong));
    assert_eq!(fake.count(), 0);
}

#[test]
fn a_bad_link_is_known_without_a_request() {
    let fake = Fake::default();
    let mut session = fake.session();
    let (share, owner, _) = stored(&fake, &mut session, "");
    let cut = &share[..51];
    for (link, fault) in [
        ("", Fault::Link(LinkError::Missing)),
        (cut, Fault::Link(LinkError::Damaged)),
        (owner.as_str(), Fault::ReceiptLink),
    ] {
        assert_eq!(now(session.handle(Request::Lookup { link: link.to_owned() })), Reply::Failed(fault));
    }
    let check = now(session.handle(Request::Check { link: share }));
    assert_eq!(check, Reply::Failed(Fault::ShareLink));
    assert_eq!(fake.count(), 1, "the create alone");
}

#[test]
fn a_wrong_passphrase_keeps_everything() {
    let fake = Fake::default();
    let (share, _, request) = stored(&fake, &mut fake.session(), "right");
    let mut reader = fake.session();
    lookup(&fake, &mut reader, &share);
    let calls = fake.count();
    assert_eq!(reveal(&mut reader, " "), Reply::Failed(Fault::PassphraseMissing));
    assert_eq!(fake.count(), calls, "an empty one is not even sent");
    fake.fails(ErrorCode::WrongProof);
    assert_eq!(reveal(&mut reader, "wrong"), Reply::Failed(Fault::WrongPassphrase(Attempts::Unknown)));
    fake.says(200, claim_answer(&request));
    assert!(matches!(reveal(&mut reader, " right\n"), Reply::Revealed(_)));
}

#[test]
fn one_nonce_for_one_secret() {
    let fake = Fake::default();
    let (share, _, request) = stored(&fake, &mut fake.session(), "");
    let mut reader = fake.session();
    let nonce = || serde_json::from_str::<ClaimRequest>(&fake.last_body()).unwrap().nonce;
    lookup(&fake, &mut reader, &share);
    fake.is_silent();
    assert_eq!(reveal(&mut reader, ""), Reply::Failed(Fault::Unknown));
    let first = nonce();
    lookup(&fake, &mut reader, &share);
    fake.says(200, claim_answer(&request));
    reveal(&mut reader, "");
    assert_eq!(nonce(), first, "also after looking again");
    let (other, ..) = stored(&fake, &mut fake.session(), "");
    lookup(&fake, &mut reader, &other);
    fake.is_silent();
    reveal(&mut reader, "");
    assert_ne!(nonce(), first);
}

#[test]
fn a_claim_without_a_clear_answer_is_unknown_and_never_repeated_unasked() {
    let fake = Fake::default();
    let (share, ..) = stored(&fake, &mut fake.session(), "");
    let mut reader = fake.session();
    lookup(&fake, &mut reader, &share);
    let unclear: [&dyn Fn(); 6] = [
        &|| fake.is_silent(),
        &|| fake.fails(ErrorCode::OutcomeUnknown),
        &|| fake.fails(ErrorCode::Internal),
        &|| fake.says(502, "<html>"),
        &|| fake.says(200, "{"),
        &|| fake.says(302, ""),
    ];
    for answer in unclear {
        let calls = fake.count();
        answer();
        assert_eq!(reveal(&mut reader, ""), Reply::Failed(Fault::Unknown));
        assert_eq!(fake.count(), calls + 1);
    }
    for code in [ErrorCode::StoreUnavailable, ErrorCode::Opened, ErrorCode::Unknown, ErrorCode::RequestTimeout] {
        fake.fails(code);
        assert_eq!(reveal(&mut reader, ""), Reply::Failed(Fault::Server(code)));
    }
    fake.says(403, "<html>blocked</html>");
    assert_eq!(reveal(&mut reader, ""), Reply::Failed(Fault::Strange), "a proxy refused it");
}

#[test]
fn too_slow_a_line_is_named_whoever_says_so() {
    let fake = Fake::default();
    let mut session = fake.session();
    // The server in its own words, a proxy in its, and a transport that has no words at all.
    let server = serde_json::to_string(&ErrorBody::new(ErrorCode::RequestTimeout, "")).unwrap();
    for body in [server.as_str(), "<html>Request Time-out</html>", ""] {
        fake.says(408, body);
        let too_slow = Reply::Failed(Fault::Server(ErrorCode::RequestTimeout));
        assert_eq!(now(session.handle(create("the secret", ""))), too_slow, "{body}");
    }
}

#[test]
fn what_does_not_open_is_said() {
    let fake = Fake::default();
    let (share, ..) = stored(&fake, &mut fake.session(), "");
    let (_, _, other) = stored(&fake, &mut fake.session(), "");
    let mut reader = fake.session();
    lookup(&fake, &mut reader, &share);
    fake.says(200, claim_answer(&other));
    assert_eq!(reveal(&mut reader, ""), Reply::Failed(Fault::Undecryptable));
}

#[test]
fn the_sender_sees_and_destroys() {
    let fake = Fake::default();
    let mut session = fake.session();
    let (_, owner, _) = stored(&fake, &mut session, "");
    let receipt = |state: &str| {
        format!(
            r#"{{"state":"{state}","created_at":"2026-11-22T14:03:00Z","expires_at":"2026-11-29T14:03:00Z",
                "max_views":1,"views_left":0,"opened_at":[],"destroyed_by":"sender"}}"#
        )
    };
    assert_eq!(now(session.handle(Request::DestroyAsSender)), Reply::Failed(Fault::Broken), "nothing was checked yet");
    fake.says(200, receipt("waiting"));
    let Reply::Status { passphrase: None, status } = now(session.handle(Request::Check { link: owner })) else {
        panic!()
    };
    assert_eq!(status.state, State::Waiting);
    fake.is_silent();
    assert_eq!(now(session.handle(Request::DestroyAsSender)), Reply::Failed(Fault::Unreachable));
    fake.says(204, "");
    fake.says(200, receipt("destroyed"));
    assert!(matches!(
        destroy_as_sender(&mut session),
        Status { state: State::Destroyed, destroyed_by: Some(DestroyedBy::Sender), .. }
    ));
    assert_eq!(fake.calls.borrow()[3].method, Method::Delete);
    fake.says(204, "");
    fake.is_silent();
    assert_eq!(destroy_as_sender(&mut session).state, State::Destroyed, "even when the status cannot be asked for");
    fake.fails(ErrorCode::Opened);
    fake.says(200, receipt("opened"));
    assert_eq!(destroy_as_sender(&mut session).state, State::Opened, "somebody was faster");
}

fn destroy_as_sender(session: &mut Session<Fake>) -> Status {
    match now(session.handle(Request::DestroyAsSender)) {
        Reply::Status { status, .. } => status,
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn a_repetition_sends_the_very_same_claim() {
    let fake = Fake::default();
    let (share, _, request) = stored(&fake, &mut fake.session(), "right");
    let mut reader = fake.session();
    assert_eq!(now(reader.handle(Request::Repeat)), Reply::Failed(Fault::Broken), "there is nothing to repeat");
    lookup(&fake, &mut reader, &share);
    assert_eq!(now(reader.handle(Request::Repeat)), Reply::Failed(Fault::Broken));
    fake.is_silent();
    assert_eq!(reveal(&mut reader, "right"), Reply::Failed(Fault::Unknown));
    let first = fake.last_body();
    fake.is_silent();
    assert_eq!(now(reader.handle(Request::Repeat)), Reply::Failed(Fault::Unknown));
    assert_eq!(fake.last_body(), first);
    fake.says(200, claim_answer(&request));
    assert!(matches!(now(reader.handle(Request::Repeat)), Reply::Revealed(_)));
    assert_eq!(fake.last_body(), first);

    fake.says(204, "");
    assert_eq!(now(reader.handle(Request::Ack)), Reply::Done);
    let calls = fake.calls.borrow();
    let ack = calls.last().unwrap();
    assert!(ack.path.ends_with("/ack") && ack.method == Method::Post, "{}", ack.path);
    assert_eq!(ack.body.as_ref(), Some(&first));
}

#[test]
fn a_recipient_destroys_with_the_proof_that_opens() {
    let fake = Fake::default();
    let (share, _, request) = stored(&fake, &mut fake.session(), "right");
    let access = || {
        let calls = fake.calls.borrow();
        let call = calls.iter().rfind(|call| call.method == Method::Delete).unwrap();
        call.headers.iter().find(|(name, _)| *name == "ashlink-access").unwrap().1.clone()
    };
    let destroy = |reader: &mut Session<Fake>, passphrase: &str| {
        now(reader.handle(Request::Destroy { passphrase: passphrase.to_owned() }))
    };
    let mut reader = fake.session();
    assert_eq!(destroy(&mut reader, ""), Reply::Failed(Fault::Broken), "nothing was looked at");
    lookup(&fake, &mut reader, &share);
    fake.fails(ErrorCode::WrongProof);
    assert_eq!(destroy(&mut reader, "wrong"), Reply::Failed(Fault::WrongPassphrase(Attempts::Unknown)));
    let wrong = access();
    // After it was opened, nothing has to be typed again.
    fake.says(200, claim_answer(&request));
    reveal(&mut reader, "right");
    let right = serde_json::from_str::<ClaimRequest>(&fake.last_body()).unwrap().access.to_text();
    fake.says(204, "");
    fake.says(200, WAITING.replace("waiting", "destroyed"));
    let Reply::Status { status, .. } = destroy(&mut reader, "") else { panic!() };
    assert_eq!(status.state, State::Destroyed);
    assert_eq!(access(), right);
    assert_ne!(wrong, right);
    fake.fails(ErrorCode::Opened);
    fake.says(200, WAITING.replace("waiting", "opened"));
    let Reply::Status { status, .. } = destroy(&mut reader, "") else { panic!() };
    assert_eq!(status.state, State::Opened, "somebody was faster");
}

#[test]
fn how_many_attempts_are_left_is_read() {
    let fake = Fake::default();
    let (share, ..) = stored(&fake, &mut fake.session(), "right");
    let mut reader = fake.session();
    lookup(&fake, &mut reader, &share);
    for (left, at_limit, retry_after, attempts) in [
        (Some(4), Some(AtLimit::Wait), None, Attempts::Left(4)),
        (Some(1), Some(AtLimit::Destroyed), None, Attempts::LeftUntilDestroyed(1)),
        (Some(0), Some(AtLimit::Wait), Some(600), Attempts::Wait(600)),
        (None, None, None, Attempts::Unknown),
    ] {
        let mut body = ErrorBody::new(ErrorCode::WrongProof, "");
        body.error.attempts_left = left;
        body.error.at_limit = at_limit;
        body.error.retry_after = retry_after;
        fake.says(403, serde_json::to_string(&body).unwrap());
        assert_eq!(reveal(&mut reader, "wrong"), Reply::Failed(Fault::WrongPassphrase(attempts)));
    }
}

#[test]
fn how_long_to_wait_is_read() {
    let fake = Fake::default();
    let (share, ..) = stored(&fake, &mut fake.session(), "");
    let mut reader = fake.session();
    lookup(&fake, &mut reader, &share);
    for (code, fault) in
        [(ErrorCode::TooManyAttempts, Fault::TooManyAttempts(61)), (ErrorCode::RateLimited, Fault::RateLimited(61))]
    {
        let mut body = ErrorBody::new(code, "");
        body.error.retry_after = Some(61);
        fake.says(code.status(), serde_json::to_string(&body).unwrap());
        assert_eq!(reveal(&mut reader, ""), Reply::Failed(fault));
    }
    fake.fails(ErrorCode::RateLimited);
    assert_eq!(reveal(&mut reader, ""), Reply::Failed(Fault::RateLimited(10)), "a proxy's own may say nothing");
}
