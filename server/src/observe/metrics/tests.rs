//! That labels are those of the server, and that the dashboard and the alerts speak of what is.

mod monitoring;
mod promql;

use super::http::{Route, Status};
use super::label::Label as _;
use crate::api;
use crate::settings::Settings;
use ashlink_core::api::ErrorCode;
use clap::Parser as _;
use regex::Regex;
use std::collections::BTreeSet;

/// Every template in the tables of routes, and no other, is a value of its own.
#[test]
fn every_route_has_its_label() {
    let route = Regex::new(r#"\.route\("([^"]+)""#).unwrap();
    let tables = [include_str!("../../router.rs"), include_str!("../../api.rs")];
    let mut templates: BTreeSet<String> =
        tables.iter().flat_map(|table| route.captures_iter(table).map(|found| found[1].to_owned())).collect();
    let config = Settings::parse_from(["ashlink-server"]).api_config().unwrap();
    templates.extend(api::routes(&config).1.paths.paths.into_keys());
    assert!(templates.contains("/") && templates.contains("/api/v1/open/{id}/claim"));
    templates.insert("(none)".to_owned());
    let labels: BTreeSet<String> = Route::VALUES.iter().map(|&label| label.to_owned()).collect();
    assert_eq!(templates, labels);
    for label in Route::VALUES {
        assert_eq!(Route::from(*label).text(), *label);
    }
    assert_eq!(Route::from("/api/v1/other"), Route::None);
}

#[test]
fn every_status_has_its_label() {
    for code in ErrorCode::ALL {
        assert_eq!(Status::from(code.status()).text(), code.status().to_string());
    }
    assert_eq!(Status::from(200), Status::Ok);
    assert_eq!(Status::from(418), Status::Other);
}
