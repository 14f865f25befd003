//! The file of `ASHLINK_TOKENS`.

use ashlink_server::api::tokens::{Token, TokenList};
use std::collections::HashSet;

pub(crate) fn run(bytes: &[u8]) {
    let list = match TokenList::parse(bytes) {
        Ok(list) => list,
        Err(error) => {
            let words = error.to_string();
            let line = words.strip_prefix("line ").and_then(|rest| rest.split(':').next()?.parse::<usize>().ok());
            let lines = bytes.split(|byte| *byte == b'\n').count();
            assert!(line.is_some_and(|line| (1..=lines).contains(&line)), "{words}");
            return;
        }
    };
    let entries = list.entries();
    let names: HashSet<_> = entries.iter().map(|entry| entry.name.to_string()).collect();
    let hashes: HashSet<_> = entries.iter().map(|entry| entry.hash).collect();
    assert_eq!((names.len(), hashes.len()), (entries.len(), entries.len()), "each name and token once");

    let text: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
    assert_eq!(TokenList::parse(text.as_bytes()).as_ref(), Ok(&list), "a list is read as written");
    let token = Token::fresh();
    assert_eq!(list.find(&token), None);
    let name = (0..).map(|n| format!("n{n}")).find(|name| !names.contains(name)).expect("there are more numbers");
    let longer = format!("{text}{name} {}", token.hash());
    let longer = TokenList::parse(longer.as_bytes()).expect("another line fits");
    assert_eq!(longer.find(&token).map(ToString::to_string), Some(name));
}
