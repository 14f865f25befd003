//! Storing what was sealed, with patience.

use crate::exit::Failure;
use crate::server::Server;
use crate::terminal::Progress;
use crate::words::Doing;
use ashlink_client::session::Draft;
use ashlink_core::api::ErrorCode;
use ashlink_core::message::Fault;
use pollster::block_on;
use std::thread::sleep;
use std::time::Duration;

/// After how many seconds it is sent once more.
const PAUSES: [u64; 3] = [1, 2, 4];

/// Whether it is one secret, or one of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Who asks too often is told so.
    One,
    /// Who asks too often waits, however long.
    Many,
}

/// Stores a sealed secret; says when it expires, in Unix seconds. The same bytes are sent again
/// where there was no answer, and stored once.
pub(super) fn store(server: &Server, draft: &Draft, token: &str, of: Of) -> Result<i64, Failure> {
    let mut pauses = PAUSES.iter();
    loop {
        let fault = match block_on(draft.store(server.api(), token)) {
            Ok(expires_at) => return Ok(expires_at),
            Err(fault) => fault,
        };
        let secs = match fault {
            Fault::RateLimited(secs) if of == Of::Many => Some(u64::from(secs)),
            fault if can_repeat(fault) => pauses.next().copied(),
            _ => None,
        };
        let Some(secs) = secs else { return Err(server.failure(fault, Doing::Sending)) };
        let _shown = Progress::show(&format!(" Trying again in {secs} seconds…"));
        sleep(Duration::from_secs(secs));
    }
}

const fn can_repeat(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::Unreachable
            | Fault::Server(ErrorCode::OutcomeUnknown | ErrorCode::StoreUnavailable | ErrorCode::Overloaded)
    )
}
