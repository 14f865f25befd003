//! Storing what was sealed, with patience.

use crate::exit::Failure;
use crate::report::counted;
use crate::server::Server;
use crate::terminal::Progress;
use crate::words::Doing;
use ashlink_client::session::Prepared;
use ashlink_core::api::{ErrorCode, Outcome};
use ashlink_core::message::Fault;
use pollster::block_on;
use std::thread::sleep;
use std::time::Duration;

/// After how many seconds it is sent once more.
const PAUSES: [u64; 3] = [1, 2, 4];

/// For how many seconds one secret waits in all for a server that is asked too often. Its limits are those of an hour.
const LONGEST_WAIT: u64 = 2 * 60 * 60;

/// Whether it is one secret, or one of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Who asks too often is told so.
    One,
    /// Who asks too often waits.
    Many,
}

/// Stores a sealed secret; says when it expires, in Unix seconds. The same bytes are sent again
/// where there was no answer, and stored once.
pub(super) fn store(server: &Server, prepared: &Prepared, token: &str, of: Of) -> Result<i64, Failure> {
    let mut pauses = PAUSES.iter();
    let mut waited = 0;
    loop {
        let fault = match block_on(prepared.store(server.api(), token)) {
            Ok(expires_at) => return Ok(expires_at),
            Err(fault) => fault,
        };
        let secs = match fault {
            Fault::RateLimited(secs) if of == Of::Many => {
                Some(u64::from(secs).max(1)).filter(|secs| waited + secs <= LONGEST_WAIT).inspect(|secs| waited += secs)
            }
            fault if can_repeat(fault) => pauses.next().copied(),
            _ => None,
        };
        let Some(secs) = secs else { return Err(server.failure(fault, Doing::Sending)) };
        let _shown = Progress::show(&format!(" Trying again in {}…", counted(secs, "second")));
        sleep(Duration::from_secs(secs));
    }
}

/// Whether the same bytes may be stored a moment later.
const fn can_repeat(fault: Fault) -> bool {
    match fault.outcome() {
        Outcome::Busy => !matches!(fault, Fault::RateLimited(_)),
        Outcome::Unknown => matches!(fault, Fault::Unreachable | Fault::Server(ErrorCode::OutcomeUnknown)),
        Outcome::Refused | Outcome::Ended => false,
    }
}
