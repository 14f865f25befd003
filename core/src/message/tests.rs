use super::*;
use crate::api::{BurnedBy, State};

#[test]
fn requests_come_back() {
    let requests = [
        Request::SelfTest,
        Request::Generate,
        Request::Create(NewSecret {
            text: "s".into(),
            files: vec![
                File { name: "n".into(), media_type: "image/png".into(), data: vec![1] },
                File { name: "m".into(), media_type: String::new(), data: vec![] },
            ],
            passphrase: String::new(),
            ttl: 2_592_000,
            views: 100,
            burn_after: Some(5),
            max_envelope: 67_108_864,
            token: "t".into(),
        }),
        Request::Look { link: "S".into() },
        Request::Reveal { passphrase: "p".into() },
        Request::Repeat,
        Request::Ack,
        Request::Destroy { passphrase: "p".into() },
        Request::Check { link: "M".into() },
        Request::Burn,
    ];
    for request in requests {
        assert_eq!(Request::from_fields(request.clone().into_fields()), Ok(request));
    }
}

#[test]
fn replies_come_back() {
    let status = Status {
        state: State::Burned,
        created_at: Some(1),
        expires_at: 4_102_444_800,
        ended_at: Some(3),
        max_views: Some(5),
        views_left: 0,
        opened_at: vec![7, 8],
        burned_by: Some(BurnedBy::WrongTries),
        tries_left: Some(4),
        wrong_tries: 3,
        wrong_at: Some(6),
        paused_until: Some(4_102_444_801),
    };
    let bare = Status {
        state: State::Waiting,
        created_at: None,
        ended_at: None,
        max_views: None,
        opened_at: vec![],
        burned_by: None,
        tries_left: None,
        wrong_at: None,
        paused_until: None,
        ..status.clone()
    };
    let replies = [
        Reply::Ready,
        Reply::Done,
        Reply::Passphrase("abcd".into()),
        Reply::Created { share: "S".into(), owner: "M".into(), expires_at: 9 },
        Reply::Status { passphrase: Some(true), status },
        Reply::Status { passphrase: None, status: bare },
        Reply::Revealed {
            items: vec![
                Content::Text("t".into()),
                Content::File(File { name: "n".into(), media_type: String::new(), data: vec![0, 255] }),
                Content::Raw(vec![]),
            ],
            views_left: 3,
        },
    ];
    for reply in replies {
        assert_eq!(Reply::from_fields(reply.clone().into_fields()), Ok(reply));
    }
}

#[test]
fn faults_come_back() {
    for fault in every_fault() {
        let reply = Reply::Failed(fault);
        assert_eq!(Reply::from_fields(reply.clone().into_fields()), Ok(reply));
    }
}

#[test]
fn what_is_no_message_is_refused() {
    let none: [Vec<Field>; 7] = [
        vec![],
        vec!["dance".into()],
        vec![Field::Number(1.0)],
        vec!["create".into(), "s".into()],
        vec!["burn".into(), "more".into()],
        vec!["create".into(), "s".into(), "".into(), Field::Number(-1.0), 1_u32.into(), Field::Nothing, 1_u32.into()],
        vec!["create".into(), "s".into(), "".into(), Field::Number(1.5), 1_u32.into(), Field::Nothing, 1_u32.into()],
    ];
    for fields in none {
        assert_eq!(Request::from_fields(fields), Err(UnknownMessage));
    }
}
