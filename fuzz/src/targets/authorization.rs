//! `Authorization`, one header line in each line of the input.

use crate::support::within;
use ashlink_server::api::tokens::Token;
use ashlink_server::fuzzing::shown_token;
use axum::http::{HeaderMap, HeaderValue};

pub(crate) fn run(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append("authorization", value);
        }
    }
    let shown = within(4096, || shown_token(&headers));
    if let Some(token) = &shown {
        let text = token.as_str();
        assert!(text.starts_with("ashlink_") && text.bytes().all(|byte| byte.is_ascii_graphic()));
        assert_eq!(Token::parse(text).as_ref(), Ok(token), "a token is read as written");
        assert_eq!(headers.get_all("authorization").iter().count(), 1);
    }
    // One more header, and nobody knows which one counts.
    let fresh = Token::fresh();
    let value: HeaderValue = format!("bEARER  {}", fresh.as_str()).parse().expect("a token fits in a header");
    let alone = headers.is_empty();
    headers.append("authorization", value);
    assert_eq!(shown_token(&headers), alone.then_some(fresh));
}
