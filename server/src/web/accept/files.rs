//! How many connections there is room for among the open files that the system allows.

/// How many connections are open at once; further ones wait to be accepted.
pub(crate) const MOST_CONNECTIONS: usize = 12_000;
/// How many files and connections are asked for.
const MOST_FILES: u64 = 65_536;
/// What is no connection of a visitor: those to the store, those that ask for metrics, the store's file,
/// the log.
const OTHERS: u64 = 128;

/// Raises the limit of open files as far as the system lets it, since systems set a low one for
/// programs that use select(2). Tells how many connections there may be at once, and the log where
/// those are fewer than there could be.
#[must_use]
pub fn connections() -> usize {
    let files = rlimit::increase_nofile_limit(MOST_FILES).or_else(|error| {
        tracing::warn!(%error, "the limit of open files stays as it is");
        rlimit::getrlimit(rlimit::Resource::NOFILE).map(|(now, _)| now)
    });
    let files = files.unwrap_or(MOST_FILES);
    let connections = fitting(files);
    if connections < MOST_CONNECTIONS {
        tracing::warn!(files, connections, "the limit of open files leaves room for fewer connections");
    }
    connections
}

/// Among so many files.
fn fitting(files: u64) -> usize {
    // With very few, half of them: that is too little for the store, or for visitors, in any case.
    let left = files.saturating_sub(OTHERS).max(files / 2).max(1);
    usize::try_from(left).unwrap_or(MOST_CONNECTIONS).min(MOST_CONNECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_keeps_its_own() {
        for (files, connections) in
            [(0, 1), (64, 32), (256, 128), (1_024, 896), (12_127, 11_999), (12_128, 12_000), (u64::MAX, 12_000)]
        {
            assert_eq!(fitting(files), connections, "{files}");
        }
    }
}
