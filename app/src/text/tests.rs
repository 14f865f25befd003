use super::*;

fn check<K: Group + std::fmt::Debug>(text: fn(K) -> &'static str) {
    for (index, key) in K::ALL.iter().enumerate() {
        assert_eq!(key.index(), index);
        let text = text(*key);
        assert!(!text.trim().is_empty(), "{key:?} has no text");
        assert_eq!(text, text.trim(), "{key:?} has white space at an end");
        assert!(!text.chars().any(char::is_control), "{key:?} has a control character");
        let mut used: Vec<_> =
            text.split('{').skip(1).map(|rest| rest.split_once('}').expect("every brace is closed").0).collect();
        used.sort_unstable();
        let mut known = key.placeholders().to_vec();
        known.sort_unstable();
        assert_eq!(used, known, "{key:?}");
    }
}

#[test]
fn every_text_is_whole() {
    check(english::page);
    check(english::about);
    check(english::reference);
    check(english::common);
    check(english::create);
    check(english::open);
    check(english::receipt);
}

#[test]
fn texts_reach_the_island_as_they_are() {
    let sent = Language::english().create;
    let received = Texts::<CreateText>::keep(sent.joined().to_owned());
    for key in CreateText::ALL {
        assert_eq!(received.get(*key), english::create(*key));
    }
}
