//! The Helm chart. That Helm takes it is what the lint asks (`xtask/src/lint/chart.py`).

use super::{root, text};
use ashlink_server::settings::Settings;
use ashlink_server::web::accept::GRACE;
use clap::builder::PossibleValue;
use clap::{Arg, CommandFactory as _};
use serde_json::{Map, Value, json};
use std::env;
use std::fs;
use std::time::Duration;

const CHART: &str = "packaging/helm/ashlink/Chart.yaml";
const SCHEMA: &str = "packaging/helm/ashlink/values.schema.json";
const PODS: &str = "packaging/helm/ashlink/templates/deployment.yaml";

/// What the chart's schema says of a setting. Helm would turn a number or `on` into another text than was
/// written, so everything except true and false is text.
fn schema_of(setting: &Arg) -> Value {
    let values = setting.get_possible_values();
    let values: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
    let mut schema = match values.as_slice() {
        [] => json!({"type": "string"}),
        ["true", "false"] => json!({"type": "boolean"}),
        values => json!({"enum": values}),
    };
    schema["description"] = setting.get_help().expect("every setting has one").to_string().into();
    schema
}

/// With `INSTA_UPDATE=always` the file is written, as snapshots are.
#[test]
fn the_chart_takes_every_setting_and_no_other() {
    let written = text(SCHEMA);
    let mut schema: Value = serde_json::from_str(&written).expect("it is JSON");
    let command = Settings::command();
    let settings = command.get_arguments().filter_map(|setting| Some((setting.get_env()?.to_str()?, setting)));
    schema["properties"]["settings"]["properties"] =
        settings.map(|(name, setting)| (name.to_owned(), schema_of(setting))).collect::<Map<_, _>>().into();
    let wanted = format!("{schema:#}\n");
    if env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(root().join(SCHEMA), &wanted).unwrap();
    } else {
        assert!(written == wanted, "run this test once with INSTA_UPDATE=always: {SCHEMA} is not that of the settings");
    }
}

#[test]
fn the_chart_keeps_its_promises() {
    let chart = text(CHART);
    for name in ["version", "appVersion"] {
        assert!(chart.contains(&format!("\n{name}: {}\n", env!("CARGO_PKG_VERSION"))), "{name}");
    }
    let pods = text(PODS);
    let lines: Vec<&str> = pods.lines().map(str::trim).collect();
    for promise in [
        "automountServiceAccountToken: false",
        "runAsNonRoot: true",
        "runAsUser: 65532",
        "runAsGroup: 65532",
        "type: RuntimeDefault",
        "allowPrivilegeEscalation: false",
        "readOnlyRootFilesystem: true",
        "drop: [ALL]",
        "path: /healthz",
        "path: /readyz",
    ] {
        assert!(lines.contains(&promise), "{promise}");
    }
    let seconds = |key| lines.iter().find_map(|line| line.strip_prefix(key)?.parse().ok()).map(Duration::from_secs);
    let (whole, asleep) = (seconds("terminationGracePeriodSeconds: ").unwrap(), seconds("seconds: ").unwrap());
    assert!(whole - asleep > GRACE);
}
