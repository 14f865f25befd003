//! As much of PromQL as tells which metrics and labels an expression speaks of.

use regex::Regex;
use std::sync::LazyLock;

/// What an expression names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Metrics, each with the matchers behind it.
    pub(super) metrics: Vec<(String, Vec<Matcher>)>,
    /// Labels by which it groups or joins.
    pub(super) groups: Vec<String>,
}

/// A label's name, operator and text.
pub(super) type Matcher = (String, String, String);

/// Words that labels in parentheses follow.
const LISTS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];
/// Words that are neither a metric nor a function.
const WORDS: [&str; 6] = ["and", "or", "unless", "bool", "offset", "atan2"];

static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    // Strings and ranges first, so that nothing in them is taken for a name.
    Regex::new(r#""(?:[^"\\]|\\.)*"|\[[^\]]*\]|\$\w+|[a-zA-Z_:][a-zA-Z0-9_:]*|[0-9.]+[a-z]*|=~|!~|!=|==|>=|<=|\S"#)
        .unwrap()
});

/// What an expression names.
pub(super) fn named(expression: &str) -> Named {
    let mut tokens = TOKENS.find_iter(expression).map(|token| token.as_str()).peekable();
    let mut named = Named::default();
    while let Some(token) = tokens.next() {
        if !token.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_' || first == ':') {
            // Braces without a name select by labels alone, which nobody can check.
            assert_ne!(token, "{", "a selector without a name in {expression}");
            continue;
        }
        if LISTS.contains(&token) {
            if tokens.next_if_eq(&"(").is_some() {
                named.groups.extend(
                    tokens.by_ref().take_while(|token| *token != ")").filter(|token| *token != ",").map(str::to_owned),
                );
            }
        } else if !WORDS.contains(&token) && tokens.peek() != Some(&"(") {
            let mut matchers = Vec::new();
            if tokens.next_if_eq(&"{").is_some() {
                let inside: Vec<_> =
                    tokens.by_ref().take_while(|token| *token != "}").filter(|token| *token != ",").collect();
                for matcher in inside.chunks(3) {
                    let [name, operator, text] = matcher else { panic!("{inside:?} in {expression}") };
                    matchers.push(((*name).to_owned(), (*operator).to_owned(), text.trim_matches('"').to_owned()));
                }
            }
            // A function's `by` may stand before its parentheses, and a function may be followed by it.
            if !LISTS.contains(tokens.peek().unwrap_or(&"")) {
                named.metrics.push((token.to_owned(), matchers));
            }
        }
    }
    named
}

#[test]
fn names_are_found() {
    let found = named(
        r#"histogram_quantile(0.99, sum by (le, route) (rate(a_bucket{route=~"/api/.*",x!="{y}"}[5m])))
            / on (job) group_left b offset 5m > bool 1e3 or vector(0) unless max without(z) (c_total{})"#,
    );
    let matcher = |name: &str, operator: &str, text: &str| (name.to_owned(), operator.to_owned(), text.to_owned());
    let matchers = vec![matcher("route", "=~", "/api/.*"), matcher("x", "!=", "{y}")];
    let metrics = vec![("a_bucket".to_owned(), matchers), ("b".to_owned(), vec![]), ("c_total".to_owned(), vec![])];
    let groups = ["le", "route", "job", "z"].map(str::to_owned).to_vec();
    assert_eq!(found, Named { metrics, groups });
}
