use super::*;
use ashlink_core::api::{ClaimResponse, Config, CreateResponse, ErrorBody, Status};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What serde_json makes of a text. It also takes a list for a struct, and an object for a
/// name; the texts here have neither.
fn expected<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Reads the text as all types that a server may answer with.
fn check(text: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(read::<Status>(text).ok(), expected(text));
    prop_assert_eq!(read::<CreateResponse>(text).ok(), expected(text));
    prop_assert_eq!(read::<ErrorBody>(text).ok(), expected(text));
    prop_assert_eq!(read::<Config>(text).ok(), expected(text));
    let claim = |answer: ClaimResponse| (answer.envelope, answer.views_left);
    prop_assert_eq!(read(text).ok().map(claim), expected(text).map(claim));
    Ok(())
}

/// Values that belong in an answer, or nearly.
fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec!["waiting", "opened", "lost", "gone", "sender", "recipient", "store_full"])
            .prop_map(Value::from),
        prop::sample::select(vec!["2026-11-22T14:03:00Z", "9999-12-31T23:59:59Z", "today"]).prop_map(Value::from),
        prop::sample::select(vec![
            json!(null),
            json!(true),
            json!(false),
            json!(-1),
            json!(1.5),
            json!(1e300),
            json!([]),
            json!({})
        ]),
        any::<u64>().prop_map(Value::from),
        (0_u64..200).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just("AAAAAAAAAAAAAAAAAAAAAA".into()),
        Just("A".repeat(400).into()),
        Just(json!(["2026-11-22T14:03:00Z", "2026-11-22T14:03:01Z"])),
    ]
}

/// A whole answer with any fields, right ones and wrong ones.
fn answer() -> impl Strategy<Value = Value> {
    let valid = prop_oneof![
        Just(json!({ "state": "opened", "expires_at": "2026-11-29T14:03:00Z", "views_left": 0,
            "opened_at": ["2026-11-22T14:03:00Z", "2026-11-22T14:04:00Z"], "ended_at": "2026-11-22T14:04:00Z" })),
        Just(json!({ "state": "destroyed", "created_at": "2026-11-22T14:03:00Z", "expires_at": "2026-11-29T14:03:00Z",
            "max_views": 5, "views_left": 0, "opened_at": [], "ended_at": null, "destroyed_by": "recipient" })),
        Just(json!({ "id": "AAAAAAAAAAAAAAAAAAAAAA", "expires_at": "2026-11-29T14:03:00Z" })),
        Just(json!({ "envelope": "A".repeat(400), "views_left": 99 })),
        Just(json!({ "version": "1.0.0", "max_envelope": 1024, "min_ttl": 60, "max_ttl": 3600, "default_ttl": 3600,
            "max_views": 5, "lease": 60, "token_required": true })),
        Just(json!({ "error": { "code": "store_full", "message": "say \"no\" – 𝄞\n", "field": null } })),
        Just(json!({ "version": "1.0.0", "max_envelope": 1024, "min_ttl": 60, "max_ttl": 3600, "default_ttl": 60,
            "max_views": 5, "lease": 0, "passphrase_required": true, "product_name": "<b>", "notice": "no\nway" })),
    ];
    let names = [
        "state",
        "expires_at",
        "views_left",
        "opened_at",
        "destroyed_by",
        "max_views",
        "passphrase_required",
        "token_required",
        "product_name",
        "notice",
        "newer",
    ];
    let nested = leaf().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    });
    (valid, prop::option::of((prop::sample::select(names.to_vec()), nested))).prop_map(|(mut answer, change)| {
        if let Some((name, value)) = change {
            answer[name] = value;
        }
        answer
    })
}

fn config() -> ProptestConfig {
    let large = std::env::var("ASHLINK_TEST_SCALE").is_ok_and(|scale| scale == "large");
    ProptestConfig { cases: if large { 10_000 } else { 500 }, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn answers_are_read_as_serde_json_reads_them(answer in answer(), is_pretty in any::<bool>()) {
        let text = if is_pretty { serde_json::to_string_pretty(&answer) } else { serde_json::to_string(&answer) };
        check(&text.unwrap())?;
    }

    #[test]
    fn broken_answers_are_too(
        answer in answer(),
        at in any::<prop::sample::Index>(),
        len in 0_usize..3,
        by in prop::sample::select(vec!["", "\"", "\\", "\\u", "\\u0041", "{", "}", "]", ",", ":", "0", "-", ".5", "e", " ", "\u{1}", "\u{a0}", "null"]),
    ) {
        let mut chars: Vec<char> = answer.to_string().chars().collect();
        let at = at.index(chars.len());
        chars.splice(at..(at + len).min(chars.len()), by.chars());
        check(&chars.into_iter().collect::<String>())?;
    }

    #[test]
    fn strings_come_back(text in any::<String>()) {
        prop_assert_eq!(read::<String>(&serde_json::to_string(&text).unwrap()), Ok(text.clone()));
        let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        prop_assert_eq!(read::<String>(&format!("\"{escaped}\"")), Ok(text));
    }

    #[test]
    fn any_text_is_harmless(text in "[\\[\\]{}\",:0-9a-z\\\\ .+-]{0,40}") {
        prop_assert_eq!(read::<Vec<Option<u64>>>(&text).ok(), expected(&text));
        prop_assert_eq!(read::<serde::de::IgnoredAny>(&text).is_ok(), expected::<serde::de::IgnoredAny>(&text).is_some());
    }
}

#[test]
fn numbers_and_words_are_whole() {
    for text in [
        "0",
        "7",
        "18446744073709551615",
        "18446744073709551616",
        "00",
        "01",
        "-0",
        "-1",
        "+1",
        "1.0",
        "1e0",
        "1E0",
        "0x1",
        "1_0",
        "",
        "-",
    ] {
        assert_eq!(read::<u64>(text).ok(), expected(text), "{text}");
    }
    for text in ["null", "nul", "nulll", "NULL", "n", "5", "true", " null ", "null,"] {
        assert_eq!(read::<Option<u64>>(text).ok(), expected(text), "{text}");
    }
    for text in ["true", " false ", "tru", "truee", "True", "t", "f", "0", "1", "null", "\"true\"", ""] {
        assert_eq!(read::<bool>(text).ok(), expected(text), "{text}");
    }
    for text in [
        "-",
        "-0",
        "-01",
        "0.",
        ".5",
        "1.5e",
        "1.5e+",
        "-1.5E-07",
        "1e5",
        "tru",
        "true",
        "false",
        "[1,]",
        "{\"a\"}",
        "{\"a\":1,}",
        "[1 2]",
    ] {
        let ignored = expected::<serde::de::IgnoredAny>(text);
        assert_eq!(read::<serde::de::IgnoredAny>(text).is_ok(), ignored.is_some(), "{text}");
    }
}

#[test]
fn escapes_are_those_of_json() {
    for text in [r#""\b\f\n\r\t\/\\\"""#, r#""\ud834\udd1e""#, r#""a\u00e9b""#] {
        assert_eq!(read::<String>(text).ok(), Some(serde_json::from_str::<String>(text).unwrap()), "{text}");
    }
    for text in [
        r#""\a""#,
        r#""\u12""#,
        r#""\u+123""#,
        r#""\ud834""#,
        r#""\ud834x""#,
        r#""\ud834\u0041""#,
        r#""\udd1e""#,
        "\"\n\"",
        "\"",
        "\"\\",
    ] {
        assert_eq!(read::<String>(text), Err(Unreadable), "{text}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| {
        format!(
            "{{\"id\":\"{}\",\"expires_at\":\"2026-11-29T14:03:00Z\",\"newer\":{}{}}}",
            "A".repeat(22),
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    assert!(read::<CreateResponse>(&nested(usize::from(MAX_DEPTH))).is_ok());
    assert!(read::<CreateResponse>(&nested(usize::from(MAX_DEPTH) + 1)).is_err());
    assert!(read::<CreateResponse>(&nested(1_000_000)).is_err());
}

#[test]
fn a_list_is_no_struct_and_an_object_no_name() {
    assert!(expected::<CreateResponse>(r#"["AAAAAAAAAAAAAAAAAAAAAA", "2026-11-29T14:03:00Z"]"#).is_some());
    assert!(read::<CreateResponse>(r#"["AAAAAAAAAAAAAAAAAAAAAA", "2026-11-29T14:03:00Z"]"#).is_err());
    assert!(read::<ashlink_core::api::State>(r#"{"opened": null}"#).is_err());
}
