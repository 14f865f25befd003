//! Storing what was sealed, with patience.

use crate::exit::Failure;
use crate::server::Server;
use crate::terminal;
use crate::words::Doing;
use ashlink_client::session::Draft;
use ashlink_core::api::ErrorCode;
use ashlink_core::message::Fault;
use pollster::block_on;
use std::thread::sleep;
use std::time::Duration;

/// After how many seconds it is sent once more.
const PAUSES: [u64; 3] = [1, 2, 4];

/// Stores a sealed secret; says when it expires, in Unix seconds. The same bytes are sent again
/// where there was no answer, and stored once.
pub(super) fn store(server: &Server, draft: &Draft, token: &str) -> Result<i64, Failure> {
    let mut pauses = PAUSES.iter();
    loop {
        let fault = match block_on(draft.store(server.api(), token)) {
            Ok(expires_at) => return Ok(expires_at),
            Err(fault) => fault,
        };
        match pauses.next() {
            Some(secs) if can_repeat(fault) => sleep(Duration::from_secs(*secs)),
            _ => return Err(server.failure(fault, Doing::Sending)),
        }
    }
}

/// The same, for one of many: who asks too often waits, however long.
pub(super) fn store_one_of_many(server: &Server, draft: &Draft, token: &str) -> Result<i64, Failure> {
    loop {
        match block_on(draft.store(server.api(), token)) {
            Err(Fault::RateLimited(secs)) => {
                let shown = terminal::Progress::show(&format!("The server asks to wait for {secs} seconds…"));
                sleep(Duration::from_secs(secs.into()));
                drop(shown);
            }
            Err(fault) if can_repeat(fault) => return store(server, draft, token),
            done => return done.map_err(|fault| server.failure(fault, Doing::Sending)),
        }
    }
}

const fn can_repeat(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::Unreachable
            | Fault::Server(ErrorCode::OutcomeUnknown | ErrorCode::StoreUnavailable | ErrorCode::Overloaded)
    )
}
