//! That labels are those of the server, and that the dashboard and the alerts speak of what is.

mod monitoring;
mod promql;

use super::http::Status;
use super::label::Label as _;
use ashlink_core::api::ErrorCode;

#[test]
fn every_status_has_its_label() {
    for code in ErrorCode::ALL {
        assert_eq!(Status::from(code.status()).text(), code.status().to_string());
    }
    assert_eq!(Status::from(200), Status::Ok);
    assert_eq!(Status::from(418), Status::Other);
}
