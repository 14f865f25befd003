//! What a person sees: messages, progress and prompts, all on the terminal and never in the
//! output.

use crate::exit::{Exit, Failure};
use anstyle::{AnsiColor, Style};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use zeroize::Zeroizing;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Says why a command failed, on standard error.
pub(crate) fn complain(failure: &Failure, is_json: bool) {
    let Failure { exit, what, next } = failure;
    let mut out = anstream::stderr().lock();
    // Whoever has closed standard error does not want to know.
    let _ = if is_json {
        let error = serde_json::json!({
            "error": { "code": exit.name(), "message": what, "next": next, "exit_code": exit.number() }
        });
        writeln!(out, "{error}")
    } else {
        writeln!(out, "{ERROR}error:{ERROR:#} {}.\n{}", harmless(what), harmless(next))
    };
}

/// Says what to beware of.
pub(crate) fn warn(text: &str) {
    drop(writeln!(anstream::stderr().lock(), "{WARNING}warning:{WARNING:#} {}", harmless(text)));
}

/// Says something that is no result.
pub(crate) fn tell(text: &str) {
    drop(writeln!(anstream::stderr().lock(), "{}", harmless(text)));
}

/// Says something to a person alone: logs and programs that read standard error do not get it.
pub(crate) fn tell_person(text: &str) {
    if io::stderr().is_terminal() {
        tell(text);
    }
}

/// Whether a character does more at a terminal than stand there: control characters (ECMA-48), those that turn the
/// direction of what is around them (UAX #9), and tags, of which nothing is seen.
pub(crate) fn misleads(c: char) -> bool {
    let is_control = c.is_control() && !matches!(c, '\n' | '\t');
    is_control || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
}

/// A text without such characters: names of files, and what servers say, stand in messages.
fn harmless(text: &str) -> String {
    text.replace(misleads, "\u{fffd}")
}

/// A line at a terminal that says what takes its time; gone when it is dropped.
pub(crate) struct Progress {
    is_shown: bool,
}

impl Progress {
    pub(crate) fn show(text: &str) -> Self {
        let is_shown = std::io::stderr().is_terminal();
        if is_shown {
            let mut out = std::io::stderr().lock();
            drop(write!(out, "{text}"));
            drop(out.flush());
        }
        Self { is_shown }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            // Back to the start of the line, and nothing to its end (ECMA-48, 8.3.41).
            let mut out = anstream::stderr().lock();
            drop(write!(out, "\r\x1b[K"));
            drop(out.flush());
        }
    }
}

/// Asks at the terminal for something that everybody may see.
pub(crate) fn ask_shown(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    let mut line = Zeroizing::new(String::new());
    let asked = terminal().and_then(|(mut out, mut input)| {
        write!(out, "{prompt}")?;
        out.flush()?;
        input.read_line(&mut line)
    });
    asked.map_err(|error| no_terminal(&error))?;
    let len = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(len);
    Ok(line)
}

/// Where to ask, and where the answer comes from.
#[cfg(unix)]
fn terminal() -> io::Result<(impl io::Write, impl io::BufRead)> {
    let out = std::fs::OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let input = io::BufReader::new(out.try_clone()?);
    Ok((out, input))
}

#[cfg(not(unix))]
fn terminal() -> io::Result<(impl io::Write, impl io::BufRead)> {
    Ok((io::stderr(), io::stdin().lock()))
}

/// Asks at the terminal for something that is not shown. It does not matter where standard
/// input and output lead.
pub(crate) fn ask_hidden(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|error| no_terminal(&error))
}

fn no_terminal(error: &io::Error) -> Failure {
    Failure::new(
        Exit::Local,
        format!("nothing can be asked for here: there is no terminal ({error})"),
        "Run it at a terminal, or name a file.",
    )
}

/// Whether somebody can be asked.
pub(crate) fn can_ask() -> bool {
    #[cfg(unix)]
    return std::fs::File::open("/dev/tty").is_ok();
    #[cfg(not(unix))]
    return std::io::stdin().is_terminal();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_does_nothing_to_the_terminal() {
        assert_eq!(
            harmless("a\u{1b}]52;c;x\u{7} b\u{202e}c\u{2066}d\u{e0041}\r"),
            "a\u{fffd}]52;c;x\u{fffd} b\u{fffd}c\u{fffd}d\u{fffd}\u{fffd}"
        );
        let harmless_already = "é ✓ שלום\u{200f} 👩\u{200d}💻\n\tb";
        assert_eq!(harmless(harmless_already), harmless_already);
    }
}
