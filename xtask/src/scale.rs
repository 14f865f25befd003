//! How many cases the tests try.

use std::process::Command;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    Small,
    Large,
}

impl Scale {
    /// Tells the tests, which read `ASHLINK_TEST_SCALE`.
    pub(crate) fn tell(self, command: &mut Command) {
        command.env("ASHLINK_TEST_SCALE", if self == Self::Small { "small" } else { "large" });
    }
}
