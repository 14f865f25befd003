//! How slowly something may come or go that is sent in pieces.

use axum::body::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Patience with the other end: waiting uses it up, and every byte gives some of it back, but never
/// more than there was at first. So nobody keeps it up by a byte now and then, nor by a great deal
/// at once and nothing afterwards; and a transfer at the least rate or above it ends by itself.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    most: Duration,
    left: Duration,
    /// In bytes a second.
    least_rate: u32,
}

impl Pace {
    /// For so long without a byte, and at least so many bytes a second after that.
    #[must_use]
    pub const fn new(patience: Duration, least_rate: u32) -> Self {
        Self { most: patience, left: patience, least_rate }
    }

    /// For how long the next byte is waited for.
    #[must_use]
    pub const fn left(&self) -> Duration {
        self.left
    }

    /// So many bytes came or went, after so much waiting.
    pub fn moved(&mut self, bytes: usize, waited: Duration) {
        let earned = Duration::from_secs_f64(bytes as f64 / f64::from(self.least_rate));
        self.left = self.left.saturating_sub(waited).saturating_add(earned).min(self.most);
    }

    /// The next piece of a body.
    ///
    /// # Errors
    /// [`TooSlow`] when the patience ends before it comes.
    pub async fn frame<B: Body<Data = Bytes> + Unpin>(
        &mut self,
        body: &mut B,
    ) -> Result<Option<Result<Frame<Bytes>, B::Error>>, TooSlow> {
        let start = Instant::now();
        let frame = timeout(self.left, body.frame()).await.map_err(|_| TooSlow)?;
        let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map_or(0, Bytes::len);
        self.moved(bytes, start.elapsed());
        Ok(frame)
    }
}

/// The other end was slower than is waited for.
#[derive(Debug)]
pub struct TooSlow;

#[cfg(test)]
mod tests {
    use super::*;

    /// For how many seconds somebody is waited for who sends so many bytes each second, having
    /// sent some at once; `None` where there is no end.
    fn endured(at_once: usize, each_second: usize) -> Option<u32> {
        let mut pace = Pace::new(Duration::from_secs(30), 1_000);
        pace.moved(at_once, Duration::ZERO);
        (1..10_000).find(|_| {
            let ends = pace.left() < Duration::from_secs(1);
            pace.moved(each_second, Duration::from_secs(1));
            ends
        })
    }

    #[test]
    fn patience_is_earned_and_cannot_be_hoarded() {
        assert_eq!(endured(0, 1_000), None);
        assert_eq!(endured(0, 0), Some(31));
        assert_eq!(endured(1_000_000, 0), Some(31), "much at once buys no time later");
        assert_eq!(endured(0, 1), Some(31), "nor does a byte now and then");
        assert_eq!(endured(0, 500), Some(60));
    }
}
