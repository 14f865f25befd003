//! When a claim without an answer is repeated, and what its answers say: for the page, and for the
//! command line.

use crate::api::ErrorCode;
use crate::message::Fault;

/// After how many seconds, time and again for as long as the lease runs.
const PAUSES: [u32; 4] = [1, 2, 4, 8];

/// The seconds before the next try of a claim that was tried `tries` times without an answer;
/// nothing once a lease of `lease` seconds may have ended.
#[must_use]
pub fn pause(tries: u32, lease: u32) -> Option<u32> {
    let pause = |n: u32| PAUSES.get(n as usize).or(PAUSES.last()).copied().unwrap_or_default();
    let waited = (0..tries).map(pause).sum::<u32>();
    (waited < lease).then(|| pause(tries))
}

/// Whether the answer to a repeated claim says what became of the claims before it, too. The store
/// looks for the lease of a claim first, and only then at its proof and at what is left.
#[must_use]
pub const fn speaks_for_all(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::WrongPassphrase(_)
            | Fault::TooManyTries(_)
            | Fault::Undecryptable
            | Fault::Server(ErrorCode::Opened | ErrorCode::Burned | ErrorCode::Expired | ErrorCode::Lost)
    )
}
