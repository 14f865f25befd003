//! Standard output, which can be full, closed, or a pipe whose reader is gone. `println!` ends the
//! process there.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Prints, and has it written out.
///
/// # Errors
/// When it could not be written.
pub fn print(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{text}")?;
    out.flush()
}

/// Says on standard error what went wrong. Where that cannot be written to either, nobody wants to know.
pub fn complain(text: impl Display) {
    drop(writeln!(io::stderr(), "ashlink-server: {text}"));
}
