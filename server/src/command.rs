//! The command line: the settings, and what to do with them.

pub mod unknown;

use crate::api::tokens::TokenName;
use crate::settings::Settings;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// Ashlink: one-time secrets. The server keeps ciphertext that it cannot read.
#[derive(Debug, Parser)]
#[command(name = "ashlink-server", version, max_term_width = 100)]
pub struct CommandLine {
    /// What all of it runs with.
    #[command(flatten)]
    pub settings: Settings,

    /// What to do instead of serving.
    #[command(subcommand)]
    pub task: Option<Task>,
}

/// What the program does besides serving.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Task {
    /// Say what is wrong with settings, store and address, and how to mend it
    ///
    /// Looks at all that a start would refuse, and at the server that may run already. A line for
    /// each finding: ok, warning or problem. Ends with 1 where there is a problem, otherwise with 0.
    /// Changes nothing. Run it as the user, and with the settings, that the server has.
    Check {
        /// Only ask the server that runs whether it is ready, as health checks do every few seconds
        ///
        /// It asks /readyz at the address of --listen, through the loopback interface when that
        /// stands for every address. Needs no shell.
        #[arg(long)]
        ready: bool,
    },
    /// Write the page into a folder that another host can serve, which calls the API of this server
    ///
    /// FOLDER/www is what to serve; beside it are an nginx.conf and a Caddyfile that serve it with the right
    /// headers, and ashlink-offline.html, which opens envelopes without any server. Run it with the settings
    /// that the server has: ASHLINK_PUBLIC_URL is where the API is, and ASHLINK_CLIENT_ORIGIN where the page
    /// will be.
    Static {
        /// Where to write; files of other names that are there stay
        folder: PathBuf,
    },
    /// Make a token for someone who may create, where ASHLINK_TOKENS is set
    ///
    /// Prints the token, once, and keeps only its hash.
    Token {
        /// Whose it is: a word for the operator, which stands in the file and in the log
        name: TokenName,
        /// The file that ASHLINK_TOKENS names: adds the line to it. Without it, the line is printed
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print the manifest of this release, which `ashlink verify` compares a server's page with
    ///
    /// The same with every setting.
    Manifest {
        /// Print the manifest of a server with these settings for WEBCAT, which has to be signed
        #[arg(long)]
        webcat: bool,
    },
    /// Write what a release holds besides the program: manual pages, completions, a file of settings and manifest.json
    #[command(hide = true)]
    PackageFiles {
        /// The folder to write them into
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
}

impl CommandLine {
    /// Reads it; ends the process with words when it cannot be read.
    #[must_use]
    pub fn of_this_process() -> Self {
        Self::read(std::env::args_os()).unwrap_or_else(|error| {
            // Health checks know 0 and 1, and nothing else (Docker keeps 2 for itself).
            if error.use_stderr() && std::env::args_os().any(|word| word == "check") {
                let _ = error.print();
                std::process::exit(1);
            }
            error.exit()
        })
    }

    /// As [`try_parse_from`](Parser::try_parse_from), without a store's password in the error.
    ///
    /// A variable that is set and empty counts as not set: so Compose and pipelines pass on what nobody
    /// has chosen.
    fn read<T: Into<OsString> + Clone>(words: impl IntoIterator<Item = T>) -> Result<Self, clap::Error> {
        let is_empty = |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
        let mut command =
            Self::command().mut_args(|arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg });
        let matches = command.try_get_matches_from_mut(words);
        let line = matches.and_then(|mut matches| {
            let line = Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))?;
            // A health check asks the server that runs, whatever has become of the file since.
            if let Some(Task::Check { ready: true }) = line.task {
                return Ok(line);
            }
            let settings = line.settings.resolved();
            let settings = settings.map_err(|words| command.error(ErrorKind::ValueValidation, words))?;
            Ok(Self { settings, ..line })
        });
        line.map_err(|mut error| {
            let about = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
            if about.starts_with("--store ") {
                error.insert(ContextKind::InvalidValue, ContextValue::String("…".to_owned()));
            }
            error
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::StoreUrl;

    fn parsed(arguments: &[&str]) -> Result<CommandLine, String> {
        let arguments = std::iter::once("ashlink-server").chain(arguments.iter().copied());
        CommandLine::read(arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn without_a_word_it_serves() {
        let plain = parsed(&[]).unwrap();
        assert_eq!(plain.task, None);
        let set = parsed(&["--listen", "127.0.0.1:4000"]).unwrap();
        assert_eq!((set.task, set.settings.listen.to_string()), (None, "127.0.0.1:4000".to_owned()));
    }

    #[test]
    fn a_check_has_the_servers_settings() {
        let check = parsed(&["--listen", "127.0.0.1:4000", "check"]).unwrap();
        assert_eq!(check.task, Some(Task::Check { ready: false }));
        assert_eq!(check.settings.listen.to_string(), "127.0.0.1:4000");
        assert_eq!(parsed(&["check", "--ready"]).unwrap().task, Some(Task::Check { ready: true }));
    }

    #[test]
    fn a_token_has_a_name_and_perhaps_a_file() {
        let token = |arguments| parsed(arguments).map(|line| line.task);
        let name: TokenName = "alice".parse().unwrap();
        let printed = Task::Token { name: name.clone(), file: None };
        assert_eq!(token(&["token", "alice"]), Ok(Some(printed)));
        let added = Task::Token { name, file: Some("/etc/tokens".into()) };
        assert_eq!(token(&["token", "alice", "--file", "/etc/tokens"]), Ok(Some(added)));
        assert!(token(&["token"]).unwrap_err().contains("<NAME>"));
        assert!(token(&["token", "a b"]).unwrap_err().contains("letters, digits"));
    }

    #[test]
    fn a_store_that_cannot_be_read_is_not_shown() {
        for arguments in [&["--store", "redis://:hunter2@host/name"][..], &["--store=redi://:hunter2@host", "check"]] {
            let error = parsed(arguments).unwrap_err();
            assert!(error.contains("--store") && error.contains("must be") && !error.contains("hunter2"), "{error}");
        }
        assert!(parsed(&["--max-ttl=x"]).unwrap_err().contains("'x'"));
    }

    #[test]
    fn a_store_can_be_named_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            parsed(&["--store-file", path.to_str().unwrap()]).map(|line| line.settings.store)
        };
        for text in ["file:/srv/store", "file:/srv/store\n", "\u{feff}file:/srv/store\r\n"] {
            assert_eq!(read(text), Ok(StoreUrl::File("/srv/store".into())), "{text:?}");
        }
        for (text, words) in
            [("", "it is empty"), (" \n", "it is empty"), ("redi://:hunter2@host", "must be `memory:`")]
        {
            let error = read(text).unwrap_err();
            assert!(error.contains("--store-file") && error.contains(words) && !error.contains("hunter2"), "{error}");
        }
        std::fs::write(&path, "memory:").unwrap();
        let both = parsed(&["--store=memory:", "--store-file", path.to_str().unwrap()]).unwrap_err();
        assert!(both.contains("--store-file") && both.contains("cannot be used with"), "{both}");
        std::fs::remove_file(&path).unwrap();
        let none = parsed(&["--store-file", path.to_str().unwrap()]).unwrap_err();
        assert!(none.contains("No such file"), "{none}");
        // A health check needs no store.
        assert!(parsed(&["--store-file", path.to_str().unwrap(), "check"]).is_err());
        let ready = parsed(&["--store-file", path.to_str().unwrap(), "check", "--ready"]).unwrap();
        assert_eq!(ready.task, Some(Task::Check { ready: true }));
        crate::testing::fifo(&path);
        let fifo = parsed(&["--store-file", path.to_str().unwrap()]).unwrap_err();
        assert!(fifo.contains("it is a FIFO"), "{fifo}");
    }

    #[test]
    fn other_words_are_refused() {
        assert!(parsed(&["chekc"]).unwrap_err().contains("chekc"));
        assert!(parsed(&["check", "check"]).is_err());
    }

    #[test]
    fn the_help_speaks_of_the_program() {
        let help = CommandLine::command().render_long_help().to_string();
        assert!(help.starts_with("Ashlink: one-time secrets."), "{help}");
        assert!(help.contains("--listen") && help.contains("check"), "{help}");
    }
}
