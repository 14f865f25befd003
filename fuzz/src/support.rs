//! What the targets share: texts and pieces out of bytes, and a bound on memory.

use std::borrow::Cow;

/// The bytes as a text; what is no UTF-8 becomes U+FFFD.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// What `work` gives, which must not hold more than so many bytes of memory at any time.
pub(crate) fn within<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let mut result = None;
    let used = allocation_counter::measure(|| result = Some(work())).bytes_max;
    assert!(used <= bytes as u64, "{used} bytes of memory were held, {bytes} are allowed");
    result.expect("the work was done")
}

/// Takes pieces off the front of an input, so that one input can hold several values. Where it
/// has come to its end there are zeros and empty pieces.
pub(crate) struct Pieces<'b>(pub(crate) &'b [u8]);

impl<'b> Pieces<'b> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let piece = self.bytes(N);
        array[..piece.len()].copy_from_slice(piece);
        array
    }

    pub(crate) fn bytes(&mut self, len: usize) -> &'b [u8] {
        let (piece, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        piece
    }
}
