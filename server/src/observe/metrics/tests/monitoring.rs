//! The dashboard and the alerts of `docs/monitoring` name nothing that is not on the page.

use super::promql::named;
use crate::observe::metrics::sample::Sample;
use crate::observe::metrics::{Method, Metrics};
use crate::routes::Route;
use ashlink_core::api::ErrorCode;
use ashlink_store::Usage;
use regex::Regex;
use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const DASHBOARD: &str = include_str!("../../../../../docs/monitoring/grafana-dashboard.json");
const ALERTS: &str = include_str!("../../../../../docs/monitoring/alerts.yml");
const OPERATIONS: &str = include_str!("../../../../../docs/OPERATIONS.md");

/// Labels that Prometheus itself puts on everything.
const ITS_LABELS: [&str; 2] = ["job", "instance"];
/// What Prometheus itself knows of each target.
const ITS_METRICS: [&str; 1] = ["up"];

/// The metrics of a page, with their labels and the values that those have.
type Known = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// The page of a server that has answered every route with every method and status.
fn page() -> String {
    let metrics = Metrics::default();
    let statuses: Vec<u16> = ErrorCode::ALL.iter().map(|code| code.status()).chain([200, 201, 204, 501]).collect();
    for place in 0..Route::ALL.len().max(statuses.len()).max(Method::ALL.len()) {
        let (method, route) = (Method::ALL[place % Method::ALL.len()], Route::ALL[place % Route::ALL.len()]);
        metrics.http.begin().answered(method, Some(route), statuses[place % statuses.len()], None, Duration::ZERO);
    }
    metrics.page(&Sample::of(true, Some(Usage { used: 1, limit: Some(2) }))).unwrap()
}

fn known() -> Known {
    let label = Regex::new(r#"(\w+)="([^"]*)""#).unwrap();
    let mut known = Known::new();
    for line in page().lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let labels = known.entry(name.to_owned()).or_default();
        for found in label.captures_iter(line) {
            labels.entry(found[1].to_owned()).or_default().insert(found[2].to_owned());
        }
    }
    known
}

/// What an expression names that is not there.
fn faults(expression: &str, known: &Known) -> Vec<String> {
    let mut faults = Vec::new();
    let named = named(expression);
    if named.metrics.is_empty() {
        faults.push("it names no metric".to_owned());
    }
    let nothing = BTreeMap::new();
    let mut all_labels: BTreeSet<&str> = ITS_LABELS.into();
    for (metric, matchers) in &named.metrics {
        let labels = match known.get(metric) {
            Some(labels) => labels,
            None if ITS_METRICS.contains(&metric.as_str()) => &nothing,
            None => {
                faults.push(format!("there is no metric {metric}"));
                continue;
            }
        };
        all_labels.extend(labels.keys().map(String::as_str));
        for (label, operator, text) in matchers {
            if ITS_LABELS.contains(&label.as_str()) {
                continue;
            }
            let Some(values) = labels.get(label) else {
                faults.push(format!("{metric} has no label {label}"));
                continue;
            };
            // Each of the alternatives must be there, for a typing error in one would never show.
            let texts: Vec<&str> = if operator.ends_with('~') { text.split('|').collect() } else { vec![text] };
            for text in texts {
                let pattern = if operator.ends_with('~') { text.to_owned() } else { regex::escape(text) };
                let pattern = Regex::new(&format!("^(?:{pattern})$")).unwrap();
                if !values.iter().any(|value| pattern.is_match(value)) {
                    faults.push(format!("no {label} of {metric} is {text}"));
                }
            }
        }
    }
    let strangers = named.groups.iter().filter(|group| !all_labels.contains(group.as_str()));
    faults.extend(strangers.map(|group| format!("nothing has the label {group}")));
    faults
}

fn assert_known<'a>(expressions: impl IntoIterator<Item = &'a str>) {
    let known = known();
    let faults: Vec<_> = expressions
        .into_iter()
        .flat_map(|expression| {
            faults(expression, &known).into_iter().map(move |fault| format!("{fault}: {expression}"))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every expression of the dashboard, wherever it stands, and the metrics of its variables.
fn expressions(value: &Value, found: &mut Vec<String>) {
    let variable = Regex::new(r"^label_values\((.+), \w+\)$").unwrap();
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("expr", Value::String(expression)) => found.push(expression.clone()),
                    ("definition", Value::String(query)) => {
                        found.push(variable.captures(query).unwrap_or_else(|| panic!("{query}"))[1].to_owned());
                    }
                    _ => expressions(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| expressions(value, found)),
        _ => {}
    }
}

#[test]
fn the_dashboard_names_what_is_there() {
    let mut found = Vec::new();
    expressions(&serde_json::from_str(DASHBOARD).unwrap(), &mut found);
    assert!(found.len() > 30, "{}", found.len());
    assert_known(found.iter().map(String::as_str));
}

#[test]
fn no_two_panels_lie_upon_each_other() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let mut taken = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{panel}");
        assert!(!panel["title"].as_str().unwrap().is_empty());
        let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
        assert!(at("x") + at("w") <= 24, "{panel}");
        for x in at("x")..at("x") + at("w") {
            for y in at("y")..at("y") + at("h") {
                assert!(taken.insert((x, y)), "{panel}");
            }
        }
    }
}

/// The alerts: name, expression, summary and description.
fn alerts<'a>(documents: &'a [Yaml<'a>]) -> Vec<[&'a str; 4]> {
    let text = |yaml: &'a Yaml<'a>, key: &str| yaml.as_mapping_get(key).and_then(Yaml::as_str).unwrap_or_default();
    let groups = documents[0].as_mapping_get("groups").and_then(Yaml::as_sequence).unwrap();
    let rules = groups.iter().flat_map(|group| group.as_mapping_get("rules").and_then(Yaml::as_sequence).unwrap());
    rules
        .map(|rule| {
            let words = rule.as_mapping_get("annotations").unwrap_or(&Yaml::BadValue);
            [text(rule, "alert"), text(rule, "expr"), text(words, "summary"), text(words, "description")]
        })
        .collect()
}

#[test]
fn the_alerts_name_what_is_there() {
    let documents = Yaml::load_from_str(ALERTS).unwrap();
    let alerts = alerts(&documents);
    assert!(alerts.len() > 10, "{}", alerts.len());
    assert_known(alerts.iter().map(|[_, expression, ..]| *expression));
}

#[test]
fn every_alert_has_its_words() {
    let documents = Yaml::load_from_str(ALERTS).unwrap();
    let mut names = BTreeSet::new();
    for [name, _, summary, description] in alerts(&documents) {
        assert!(name.starts_with("Ashlink") && names.insert(name), "{name}");
        assert!(summary.len() > 20 && !summary.ends_with('.'), "{name}: {summary}");
        assert!(description.len() > 40 && description.ends_with('.'), "{name}: {description}");
        // Which server, where there are many.
        assert!(summary.contains("{{ $labels.instance }}"), "{name}: {summary}");
        assert!(OPERATIONS.contains(&format!("`{name}`")), "docs/OPERATIONS.md does not speak of {name}");
    }
}

#[test]
fn every_metric_is_documented() {
    let families = page();
    for family in families.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = family.split_once(' ').unwrap();
        let suffix = match kind {
            "counter" => "_total",
            "info" => "_info",
            _ => "",
        };
        let name = format!("`{name}{suffix}");
        assert!(OPERATIONS.contains(&name) || name.starts_with("`process_"), "docs/OPERATIONS.md has no {name}");
    }
}

#[test]
fn a_name_that_is_not_there_is_found() {
    let known = known();
    for (expression, fault) in [
        ("rate(ashlink_secrets_opend_total[5m])", "no metric ashlink_secrets_opend_total"),
        ("ashlink_secrets_opened", "no metric"),
        ("rate(ashlink_refused_total{reason=\"lost\"}[5m])", "has no label reason"),
        ("rate(ashlink_secrets_refused_total{reason=\"stolen\"}[5m])", "is stolen"),
        ("rate(ashlink_secrets_refused_total{reason=~\"lost|stolen\"}[5m])", "is stolen"),
        ("rate(ashlink_http_requests_total{status=~\"6..\"}[5m])", "is 6.."),
        ("sum by (kind) (ashlink_store_ready)", "the label kind"),
        ("1 + 1", "names no metric"),
    ] {
        let faults = faults(expression, &known);
        assert!(faults.iter().any(|found| found.contains(fault)), "{expression}: {faults:?}");
    }
    assert!(faults("up{job=\"ashlink\"} == 0", &known).is_empty());
}
