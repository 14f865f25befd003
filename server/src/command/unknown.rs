//! Variables that are named like settings and are none: a misspelled one would be without effect,
//! and without a word.

use crate::command::CommandLine;
use clap::{Arg, CommandFactory as _};
use std::ffi::OsString;

/// What every setting's variable begins with.
const PREFIX: &str = "ASHLINK_";
/// The settings of the command line, which may stand in the same environment.
const COMMAND_LINE: [&str; 10] = [
    "ASHLINK_SERVER",
    "ASHLINK_CA_FILE",
    "ASHLINK_PROXY",
    "ASHLINK_CONFIG",
    "ASHLINK_TTL",
    "ASHLINK_VIEWS",
    "ASHLINK_TOKEN_FILE",
    "ASHLINK_TOKEN",
    "ASHLINK_PASSPHRASE",
    "ASHLINK_LINK",
];
/// What docker-compose.yml and the example with Caddy are filled in with.
const COMPOSE: [&str; 5] = ["ASHLINK_PUBLISH", "ASHLINK_IMAGE", "ASHLINK_MEMORY", "ASHLINK_SECRETS", "ASHLINK_DOMAIN"];
/// What says how to build the server; `cargo xtask serve` passes it on.
const BUILD: [&str; 3] = ["ASHLINK_COMMIT", "ASHLINK_SITE_DIR", "ASHLINK_WASM_TOOLCHAIN"];
/// What variables of this project's own tests begin with.
const TESTS: &str = "ASHLINK_TEST_";
/// From which likeness on (1 is the same) a name is taken for a misspelled one.
const LIKENESS: f64 = 0.85;

/// A sentence for each variable of this process that is none.
#[must_use]
pub fn warnings() -> Vec<String> {
    of(std::env::vars_os())
}

/// Values are looked at, to know Kubernetes' own, and never shown.
fn of(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Vec<String> {
    let command = CommandLine::command();
    let known: Vec<&str> = command.get_arguments().filter_map(Arg::get_env).filter_map(|name| name.to_str()).collect();
    let mut unknown: Vec<_> = variables
        .into_iter()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| name.starts_with(PREFIX) && !name.starts_with(TESTS))
        .filter(|(name, value)| !is_service_link(name, &value.to_string_lossy()))
        .map(|(name, _)| name)
        .filter(|name| {
            ![&known[..], &COMMAND_LINE[..], &COMPOSE[..], &BUILD[..]]
                .iter()
                .any(|names| names.contains(&name.as_str()))
        })
        .collect();
    unknown.sort_unstable();
    unknown.into_iter().map(|name| sentence(&name, &known)).collect()
}

fn sentence(name: &str, known: &[&str]) -> String {
    let likeness = |other: &&str| strsim::jaro_winkler(&name[PREFIX.len()..], &other[PREFIX.len()..]);
    let nearest = known.iter().copied().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    match nearest.filter(|nearest| likeness(nearest) >= LIKENESS) {
        Some(nearest) => format!("{name} is set, and there is no such setting: did you mean {nearest}?"),
        None => format!("{name} is set, and there is no such setting: `ashlink-server --help` lists them"),
    }
}

/// Whether Kubernetes has set it, for a service whose name begins with `ashlink`: it tells every
/// container of a namespace where that namespace's services are.
fn is_service_link(name: &str, value: &str) -> bool {
    let is_url = ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    (name.ends_with("_PORT") && is_url)
        || name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || name.split_once("_PORT_").is_some_and(|(_, rest)| is_port(rest))
}

/// `3000_TCP`, and the same with `_PROTO`, `_PORT` or `_ADDR`.
fn is_port(text: &str) -> bool {
    let words: Vec<&str> = text.split('_').collect();
    let ([number, protocol] | [number, protocol, "PROTO" | "PORT" | "ADDR"]) = words[..] else { return false };
    number.parse::<u16>().is_ok() && matches!(protocol, "TCP" | "UDP" | "SCTP")
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;
    use std::collections::BTreeSet;

    fn named(variables: &[(&str, &str)]) -> Vec<String> {
        of(variables.iter().map(|(name, value)| (name.into(), value.into())))
    }

    #[test]
    fn what_nobody_reads_is_named_with_what_was_meant() {
        let words = named(&[
            ("ASHLINK_MAXTTL", "1h"),
            ("ASHLINK_REQUIRE_PASSWORD", "true"),
            ("ASHLINK_STORES_FILE", "/run/hunter2"),
            ("ASHLINK_FROBNICATE", "1"),
            ("ASHLINK_MAX_TTL", "1h"),
            ("ASHLINK_TEST_SCALE", "small"),
            ("PATH", "/bin"),
        ]);
        for (words, meant) in
            words.iter().zip(["--help", "ASHLINK_MAX_TTL?", "ASHLINK_REQUIRE_PASSPHRASE?", "ASHLINK_STORE_FILE?"])
        {
            assert!(words.contains(meant) && !words.contains("hunter2"), "{words}");
        }
        assert_eq!(words.len(), 4, "{words:?}");
    }

    #[test]
    fn what_kubernetes_sets_is_its_own() {
        let address = "tcp://10.0.0.1:3000";
        let links = [
            ("ASHLINK_SERVICE_HOST", "10.0.0.1"),
            ("ASHLINK_SERVICE_PORT", "3000"),
            ("ASHLINK_SERVICE_PORT_HTTP", "3000"),
            ("ASHLINK_PORT", address),
            ("ASHLINK_PORT_3000_TCP", address),
            ("ASHLINK_PORT_3000_TCP_PROTO", "tcp"),
            ("ASHLINK_PORT_3000_TCP_PORT", "3000"),
            ("ASHLINK_PORT_3000_TCP_ADDR", "10.0.0.1"),
            ("ASHLINK_REDIS_SERVICE_HOST", "10.0.0.2"),
            ("ASHLINK_REDIS_PORT", "tcp://10.0.0.2:6379"),
            ("ASHLINK_REDIS_PORT_6379_TCP_PORT", "6379"),
        ];
        assert_eq!(named(&links), [""; 0]);
        let others = [("ASHLINK_PORT", "3000"), ("ASHLINK_PORT_X_TCP", "1"), ("ASHLINK_PORT_1_TCP_X", "1")];
        assert_eq!(named(&others).len(), others.len());
    }

    #[test]
    fn the_names_of_the_others_are_those_that_they_read() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let found = |files: &[&str], pattern: &str| -> BTreeSet<String> {
            let pattern = Regex::new(pattern).unwrap();
            let texts = files.iter().map(|file| std::fs::read_to_string(root.join(file)).unwrap());
            let names = texts
                .flat_map(|text| pattern.captures_iter(&text).map(|found| found[1].to_owned()).collect::<Vec<_>>());
            names.collect()
        };
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let read = found(&["cli/src/args.rs", "cli/src/input.rs"], r#""(ASHLINK_[A-Z_]+)""#);
        assert_eq!(read, set(&COMMAND_LINE));
        let files = ["docker-compose.yml", "docs/examples/caddy/docker-compose.caddy.yml"];
        assert_eq!(found(&files, r"\$\{(ASHLINK_[A-Z_]+)"), set(&COMPOSE));
    }
}
