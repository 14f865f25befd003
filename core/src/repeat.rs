//! When a claim without an answer is repeated: by the page, and by the command line.

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
