//! The operator's switch for all limits of callers: what they may ask (`api::limit`) and the memory that they
//! share ([`room`](super::room)).

/// Whether callers are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RateLimit {
    /// Each has its share.
    On,
    /// None is: for a network in which everybody is trusted.
    Off,
}
