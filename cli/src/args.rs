//! The command line.

use crate::field_name::field_name;
use ashlink_core::message::FieldType;
use clap::{
    Arg, ArgAction, Args, Command as Clap, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
};
use clap_complete::Shell;
use std::ffi::OsString;
use std::path::PathBuf;

/// Share a secret through a link that works once. Everything is encrypted on this machine.
///
/// Flags override the environment, and the environment overrides `ashlink/config.toml` in the folder for settings
/// (`~/.config` on Linux). That file can set `server`, `token_file`, `ca_file`, `proxy`, `ttl` and `views`.
#[derive(Debug, Parser)]
#[command(name = "ashlink", version, max_term_width = 100, after_long_help = exit_codes())]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Reads it; ends the process with words when it cannot be read.
    ///
    /// A variable that is set and empty counts as not set: so pipelines pass on what nobody has chosen.
    pub(crate) fn of_this_process() -> Self {
        let mut command = without_empty_variables(Self::command());
        let matches = command.try_get_matches_from_mut(std::env::args_os());
        let line = matches.and_then(|mut matches| {
            Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
        });
        line.unwrap_or_else(|error| error.exit())
    }
}

fn without_empty_variables(command: Clap) -> Clap {
    let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    command
        .mut_args(|arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg })
        .mut_subcommands(without_empty_variables)
}

// Headings of the help. What belongs to the command alone comes first, under clap's own "Options".
const LOGIN: &str = "Login";
const PASSPHRASE: &str = "Passphrase";
const RECIPIENTS: &str = "Many recipients";
const OUTPUT: &str = "Output";
const CONNECTION: &str = "Connection";

/// A place in the help behind all that have their own.
const LAST: usize = 100;

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The server that links are created on, and that a key without an address belongs to
    #[arg(long, global = true, env = "ASHLINK_SERVER", value_name = "URL", help_heading = CONNECTION)]
    pub(crate) server: Option<String>,

    /// Trust only the CAs in this PEM file
    #[arg(long, global = true, env = "ASHLINK_CA_FILE", value_name = "FILE", help_heading = CONNECTION)]
    pub(crate) ca_file: Option<PathBuf>,

    /// The proxy to use. Without it, HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY apply
    #[arg(long, global = true, env = "ASHLINK_PROXY", value_name = "URL", hide_env_values = true, help_heading = CONNECTION)]
    pub(crate) proxy: Option<String>,

    /// Read the settings from this file
    #[arg(long, global = true, env = "ASHLINK_CONFIG", value_name = "FILE", help_heading = CONNECTION)]
    pub(crate) config: Option<PathBuf>,

    /// Print JSON: the result on standard output, an error on standard error
    #[arg(long, global = true, help_heading = OUTPUT, display_order = LAST)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Encrypt a secret, store it, and print its link
    ///
    /// The secret is read from standard input, from FILES or at a prompt. It is never an argument, since other users
    /// can see arguments. The share link goes to standard output, and the receipt link, for `status` and `destroy`, to
    /// standard error.
    Send(Send),

    /// Open a link: print the secret, which spends a view
    ///
    /// A text goes to standard output byte for byte. A file goes there too unless standard output is a terminal; then
    /// it is saved. Nothing is overwritten.
    Open(Open),

    /// Print the state of the secret behind a link. Spends nothing
    Lookup(Link),

    /// Print the state of a secret that you sent. Takes the receipt link
    Status(Link),

    /// Destroy a secret. Takes the receipt link, or the share link
    Destroy(Destroy),

    /// Compare the page that a server serves with that of its release
    ///
    /// Asks as several browsers would, in several languages, and compares every byte and the headers. It finds changes
    /// that are served to everybody or to one of these browsers, but not those served to a single victim.
    Verify(Verify),

    /// Generate a password or passphrase
    Generate(Generate),

    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },

    /// Write the manual pages into a folder
    Man {
        /// The folder; it is created if it does not exist
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The server [default: that of the settings]
    #[arg(value_name = "URL")]
    pub(crate) server: Option<String>,

    /// Where the page's API must be, if it is on another host than the page
    #[arg(long, value_name = "URL")]
    pub(crate) api: Option<String>,

    /// The manifest.json of the release. Without it, the server's own is used, which only shows that the page is
    /// complete
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,

    /// The public key for the manifest's signature in FILE.minisig: as minisign prints it, or its file
    #[arg(long, value_name = "KEY", requires = "manifest")]
    pub(crate) key: Option<String>,

    /// How many times each browser asks for each answer
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// Files to send, or folders, each as a ZIP file. Without them, or for `-`, the secret is read from standard input
    /// or asked for
    #[arg(value_name = "FILES")]
    pub(crate) files: Vec<PathBuf>,

    /// How long the link can be opened, such as `1h` or `7d` [default: the server's]
    #[arg(long, env = "ASHLINK_TTL", value_name = "DURATION", value_parser = lifetime)]
    pub(crate) ttl: Option<u64>,

    /// How many times the link can be opened [default: 1]
    #[arg(long, env = "ASHLINK_VIEWS", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) views: Option<u32>,

    #[command(flatten)]
    pub(crate) login: Login,

    #[command(flatten)]
    pub(crate) passphrase: NewPassphrase,

    /// Destroy the secret after this many failed attempts, from 5 to 100
    #[arg(long, value_name = "ATTEMPTS", value_parser = clap::value_parser!(u32).range(5..=100), help_heading = PASSPHRASE)]
    pub(crate) attempt_limit: Option<u32>,

    /// Create a link for each row of this CSV file, with the columns `recipient`, `secret` and, for rows that want
    /// one, `passphrase`. Columns such as `user` or `password:Root` are the fields of a login
    #[arg(long, value_name = "CSV", help_heading = RECIPIENTS, requires = "results", conflicts_with_all = ["files", "ask", "passphrase_file", "generate_passphrase", "login", "user", "url", "fields"])]
    pub(crate) each: Option<PathBuf>,

    /// Write the links of --each to this file, row by row
    #[arg(long, value_name = "CSV", requires = "each", help_heading = RECIPIENTS)]
    pub(crate) results: Option<PathBuf>,

    /// Continue where an earlier run with the same results stopped; nothing is sent twice
    #[arg(long, requires = "each", help_heading = RECIPIENTS)]
    pub(crate) resume: bool,

    /// Send standard input, a pipe or a single file as a file of this name
    #[arg(long, value_name = "NAME", conflicts_with = "each")]
    pub(crate) name: Option<String>,

    /// The token, if the server demands one, is the first line of this file. ASHLINK_TOKEN can hold the token itself
    #[arg(long, env = "ASHLINK_TOKEN_FILE", value_name = "FILE", help_heading = CONNECTION)]
    pub(crate) token_file: Option<PathBuf>,
}

/// A login, whose values the recipient copies one by one.
#[derive(Debug, Args)]
pub(crate) struct Login {
    /// Send a login: ask for user name, password, address and one-time code, unless they are given
    #[arg(long, help_heading = LOGIN)]
    pub(crate) login: bool,

    /// The user name of a login. With --user or --url alone, the secret is the password
    #[arg(long, value_name = "NAME", help_heading = LOGIN)]
    pub(crate) user: Option<String>,

    /// The address of a login
    #[arg(long, value_name = "ADDRESS", help_heading = LOGIN)]
    pub(crate) url: Option<String>,

    /// A field of a login: its type (text, user, password, url, totp, note, ssh_key), `:` and a label if it has one,
    /// then `=@FILE`, or `=-` for standard input
    #[arg(long = "field", value_name = "TYPE[:LABEL]=@FILE", value_parser = given_field, help_heading = LOGIN)]
    pub(crate) fields: Vec<GivenField>,
}

impl Login {
    /// Whether there will be one.
    pub(crate) const fn is_wanted(&self) -> bool {
        self.login || self.user.is_some() || self.url.is_some() || !self.fields.is_empty()
    }

    /// Whether nothing in it can be secret: a user name or an address, and nothing else.
    pub(crate) const fn is_without_secret(&self) -> bool {
        !self.login && self.fields.is_empty() && (self.user.is_some() || self.url.is_some())
    }
}

/// A field, and where its value is.
#[derive(Debug, Clone)]
pub(crate) struct GivenField {
    pub(crate) field_type: FieldType,
    pub(crate) label: String,
    pub(crate) source: Source,
}

/// Where a value is.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// Standard input.
    Input,
    /// A file.
    File(PathBuf),
}

/// Which passphrase a new secret gets, if any.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct NewPassphrase {
    /// Ask for a passphrase, twice
    #[arg(long = "passphrase", action = ArgAction::SetTrue, help_heading = PASSPHRASE)]
    pub(crate) ask: bool,

    /// The passphrase is the first line of this file, or of standard input for `-`
    #[arg(long, value_name = "FILE", help_heading = PASSPHRASE)]
    pub(crate) passphrase_file: Option<PathBuf>,

    /// Generate a passphrase of six words, and print it to standard error
    #[arg(long, help_heading = PASSPHRASE)]
    pub(crate) generate_passphrase: bool,
}

impl NewPassphrase {
    /// Whether there will be one.
    pub(crate) const fn is_wanted(&self) -> bool {
        self.ask || self.passphrase_file.is_some() || self.generate_passphrase
    }
}

#[derive(Debug, Args)]
pub(crate) struct Link {
    /// The link. Without it, the link is read from standard input, so that no list of processes shows it
    #[arg(value_name = "LINK")]
    pub(crate) link: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Open {
    #[command(flatten)]
    pub(crate) link: Link,

    /// The passphrase is the first line of this file, or of standard input for `-`. ASHLINK_PASSPHRASE can hold the
    /// passphrase itself. Without either, it is asked for
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,

    /// Print one field of a login, by its label or type. `code` is the one-time code of this moment
    #[arg(long, value_name = "NAME", help_heading = OUTPUT, conflicts_with_all = ["format", "envelope", "json"])]
    pub(crate) field: Option<String>,

    /// Print the fields of a login in this form
    #[arg(long, value_enum, help_heading = OUTPUT, conflicts_with_all = ["envelope", "exec", "json"])]
    pub(crate) format: Option<Format>,

    /// Write to this file, or into this folder
    #[arg(short, long, value_name = "PATH", help_heading = OUTPUT, conflicts_with = "exec")]
    pub(crate) output: Option<PathBuf>,

    /// Write the encrypted envelope to this file and show nothing: ashlink-offline.html opens it
    #[arg(long, value_name = "FILE", help_heading = OUTPUT, conflicts_with_all = ["output", "exec", "json"])]
    pub(crate) envelope: Option<PathBuf>,

    /// Run the program after `--` with the secret in this environment variable. The fields of a login are in NAME_USER,
    /// NAME_PASSWORD and so on; files beside them are saved
    #[arg(long, value_name = "NAME", help_heading = OUTPUT, requires = "program", conflicts_with = "json", value_parser = variable)]
    pub(crate) exec: Option<String>,

    /// The program of --exec, and its arguments
    #[arg(last = true, value_name = "PROGRAM", requires = "exec")]
    pub(crate) program: Vec<OsString>,
}

/// A form of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// An object of names and values
    Json,
    /// Assignments that a shell reads: SECRET_USER='…'
    Env,
    /// A file that Bitwarden imports
    Bitwarden,
}

#[derive(Debug, Args)]
pub(crate) struct Destroy {
    #[command(flatten)]
    pub(crate) link: Link,

    /// The passphrase of a share link is the first line of this file, or of standard input for `-`. ASHLINK_PASSPHRASE
    /// can hold the passphrase itself. Without either, it is asked for
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// What to generate
    #[arg(value_enum, default_value_t = Kind::Password)]
    pub(crate) kind: Kind,

    /// Characters of a password, 8 to 128 [default: 20], or words of a passphrase, 4 to 20 [default: 6]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) length: Option<usize>,

    /// A password without punctuation
    #[arg(long)]
    pub(crate) no_symbols: bool,
}

/// What can be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Letters, digits and punctuation
    Password,
    /// Words of the EFF's list, some 13 bits each
    Passphrase,
}

/// Whole seconds, from a text such as `1h 30m`.
pub(crate) fn lifetime(text: &str) -> Result<u64, String> {
    let duration = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if duration.subsec_nanos() != 0 {
        return Err("must be whole seconds".to_owned());
    }
    Ok(duration.as_secs())
}

/// A field's name, and where its value is. What follows no `@` would be a value, which other users could see.
fn given_field(text: &str) -> Result<GivenField, String> {
    let (name, source) = text.split_once('=').ok_or("must have a `=`")?;
    let (field_type, label) = field_name(name)?;
    let source = match source.strip_prefix('@') {
        Some(path) if !path.is_empty() => Source::File(path.into()),
        None if source == "-" => Source::Input,
        _ => return Err("a value cannot be an argument, which other users could see: give @FILE or -".to_owned()),
    };
    Ok(GivenField { field_type, label, source })
}

/// A name that shells and programs take for a variable's (POSIX, Base Definitions, 8.1).
fn variable(text: &str) -> Result<String, String> {
    let is_name = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit()) || !is_name {
        return Err("must be letters, digits and _".to_owned());
    }
    Ok(text.to_owned())
}

fn exit_codes() -> String {
    let mut codes = vec![(0, "done"), (2, "the command line cannot be read")];
    codes.extend(crate::exit::CODES.iter().map(|(_, number, _, meaning)| (*number, *meaning)));
    codes.sort_unstable();
    let lines: String = codes.iter().map(|(number, meaning)| format!("\n  {number:>3}  {meaning}")).collect();
    format!("Exit codes:{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn there_is_no_argument_for_a_secret() {
        for words in [
            &["ashlink", "send", "--secret", "x"][..],
            &["ashlink", "send", "--passphrase=x"],
            &["ashlink", "send", "--token", "x"],
            &["ashlink", "open", "L", "--passphrase", "x"],
            &["ashlink", "send", "--password", "x"],
            &["ashlink", "send", "--totp", "x"],
            &["ashlink", "send", "--field", "password=x"],
            &["ashlink", "send", "--field", "password=@"],
            &["ashlink", "send", "--field", "password"],
            &["ashlink", "send", "--field", "pin=@x"],
        ] {
            assert!(Cli::try_parse_from(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn a_program_needs_a_variable_and_the_reverse() {
        let parses = |words: &[&str]| Cli::try_parse_from([&["ashlink", "open", "L"], words].concat()).is_ok();
        assert!(parses(&["--exec", "PGPASSWORD", "--", "psql", "-c", "x"]));
        for words in
            [&["--exec", "A"][..], &["--", "psql"], &["--exec", "1A", "--", "x"], &["--exec", "A=B", "--", "x"]]
        {
            assert!(!parses(words), "{words:?}");
        }
    }

    #[test]
    fn lifetimes_are_whole_seconds() {
        assert_eq!(lifetime("1h 30m"), Ok(5400));
        assert_eq!(lifetime("7d"), Ok(604_800));
        for text in ["", "1", "500ms", "1.5s", "-1h"] {
            assert!(lifetime(text).is_err(), "{text}");
        }
    }
}
