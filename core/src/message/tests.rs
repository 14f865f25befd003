use super::*;
use crate::api::{DestroyedBy, MaxViews, State, Timestamp};
use crate::link::LinkError;

fn field(field_type: FieldType) -> Field {
    Field { field_type, value: "v".into(), label: "l".into() }
}

#[test]
fn requests_come_back() {
    let requests = [
        Request::SelfTest,
        Request::Create(Compose {
            items: vec![
                Item::Text("s".into()),
                Item::File(File { name: "n".into(), media_type: "image/png".into(), data: vec![1] }),
                Item::File(File { name: "m".into(), media_type: String::new(), data: vec![] }),
                Item::Fields(vec![field(FieldType::Password), field(FieldType::Other("pin".into()))]),
            ],
            passphrase: String::new(),
            ttl: 2_592_000,
            views: 100,
            attempt_limit: Some(5),
            max_envelope: 67_108_864,
            token: "t".into(),
        }),
        Request::Lookup { link: "S".into() },
        Request::Reveal { passphrase: "p".into() },
        Request::Repeat,
        Request::Ack,
        Request::Destroy { passphrase: "p".into() },
        Request::Check { link: "M".into() },
        Request::DestroyAsSender,
    ];
    for request in requests {
        let bytes = request.to_bytes();
        assert_eq!(bytes.capacity(), bytes.len(), "it never grew");
        assert_eq!(Request::from_bytes(&bytes), Ok(request));
    }
}

/// It writes and reads messages by itself.
#[test]
fn the_offline_page_knows_these_numbers() {
    assert_eq!(*Request::Lookup { link: "S".into() }.to_bytes(), [2, 1, 0, 0, 0, b'S']);
    assert_eq!(*Request::Reveal { passphrase: String::new() }.to_bytes(), [3, 0, 0, 0, 0]);
    let looked =
        Reply::Status { passphrase: None, status: Status::new(State::Waiting, Timestamp::from_unix_secs(0), 1) };
    assert_eq!(looked.to_bytes()[0], 2);
    let file = File { name: "n".into(), media_type: "t".into(), data: vec![7] };
    let items = vec![Item::Text("s".into()), Item::File(file)];
    let revealed = Reply::Revealed(Revealed { items, is_readable: true, views_left: 0 }).to_bytes();
    assert_eq!(revealed[..11], [4, 2, 0, 0, 0, 0, 1, 0, 0, 0, b's']);
    assert_eq!(revealed[11..], [1, 1, 0, 0, 0, b'n', 1, 0, 0, 0, b't', 1, 0, 0, 0, 7, 1, 0, 0, 0, 0]);
    let items = vec![Item::Fields(vec![field(FieldType::SshKey), field(FieldType::Other("x".into()))])];
    let revealed = Reply::Revealed(Revealed { items, is_readable: true, views_left: 0 }).to_bytes();
    assert_eq!(revealed[..10], [4, 1, 0, 0, 0, 2, 2, 0, 0, 0]);
    assert_eq!(revealed[10..21], [6, 1, 0, 0, 0, b'v', 1, 0, 0, 0, b'l']);
    assert_eq!(revealed[21..], [7, 1, 0, 0, 0, b'x', 1, 0, 0, 0, b'v', 1, 0, 0, 0, b'l', 1, 0, 0, 0, 0]);
    for (fault, number) in [
        (Fault::Link(LinkError::Damaged), 0),
        (Fault::ReceiptLink, 1),
        (Fault::Unknown, 9),
        (Fault::OutOfMemory, 10),
        (Fault::PassphraseTooLong, 11),
        (Fault::PassphraseMissing, 12),
        (Fault::Undecryptable, 14),
    ] {
        assert_eq!(Reply::Failed(fault).to_bytes()[..2], [5, number], "{fault:?}");
    }
}

#[test]
fn replies_come_back() {
    let at = Timestamp::from_unix_secs;
    let status = Status {
        created_at: Some(at(1)),
        ended_at: Some(at(3)),
        max_views: Some(MaxViews::new(5).unwrap()),
        size: Some(287),
        opened_at: vec![at(7), at(8)],
        destroyed_by: Some(DestroyedBy::FailedAttempts),
        attempts_left: Some(4),
        failed_attempts: Some(3),
        last_failed_at: Some(at(6)),
        attempts_paused_until: Some(at(4_102_444_801)),
        ..Status::new(State::Destroyed, at(4_102_444_800), 0)
    };
    let bare = Status::new(State::Waiting, at(4_102_444_800), 1);
    let replies = [
        Reply::Ready,
        Reply::Done,
        Reply::Created { share: "S".into(), owner: "M".into(), expires_at: 9 },
        Reply::Status { passphrase: Some(true), status },
        Reply::Status { passphrase: None, status: bare },
        Reply::Revealed(Revealed {
            items: vec![
                Item::Text("t".into()),
                Item::File(File { name: "n".into(), media_type: String::new(), data: vec![0, 255] }),
                Item::Fields(
                    ["text", "user", "password", "url", "totp", "note", "ssh_key", "x"]
                        .map(FieldType::new)
                        .map(field)
                        .into(),
                ),
            ],
            is_readable: true,
            views_left: 3,
        }),
    ];
    for reply in replies {
        assert_eq!(Reply::from_bytes(&reply.to_bytes()), Ok(reply));
    }
}

#[test]
fn faults_come_back() {
    for fault in every_fault() {
        let reply = Reply::Failed(fault);
        assert_eq!(Reply::from_bytes(&reply.to_bytes()), Ok(reply));
    }
}

#[test]
fn what_is_no_message_is_refused() {
    let create = Request::Create(Compose {
        items: vec![Item::Text("s".into())],
        passphrase: String::new(),
        ttl: 60,
        views: 1,
        attempt_limit: None,
        max_envelope: 1024,
        token: String::new(),
    });
    let create = create.to_bytes();
    for len in 0..create.len() {
        assert_eq!(Request::from_bytes(&create[..len]), Err(UnknownMessage), "{len}");
    }
    assert_eq!(Request::from_bytes(&[&create[..], &[0]].concat()), Err(UnknownMessage), "more behind it");
    let look = Request::Lookup { link: "S".into() }.to_bytes();
    let not_text = [&look[..look.len() - 1], &[0xFF]].concat();
    let too_long = [&look[..1], &[0xFF; 4], b"S"].concat();
    let views = Reply::Status {
        passphrase: None,
        status: Status {
            max_views: Some(MaxViews::MAX),
            ..Status::new(State::Waiting, Timestamp::from_unix_secs(1), 1)
        },
    };
    let views = views.to_bytes();
    let at = views.windows(4).position(|bytes| bytes == [100, 0, 0, 0]).unwrap();
    let too_many = [&views[..at], &[101], &views[at + 1..]].concat();
    assert_eq!(Reply::from_bytes(&too_many), Err(UnknownMessage));
    for bytes in [&[][..], &[99], &not_text, &too_long] {
        assert_eq!(Request::from_bytes(bytes), Err(UnknownMessage), "{bytes:?}");
        assert_eq!(Reply::from_bytes(bytes), Err(UnknownMessage), "{bytes:?}");
    }
}
