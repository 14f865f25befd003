//! What is read again on SIGHUP, without a restart: the files that settings name.

use crate::settings::Settings;
use crate::state::AppState;
use ashlink_store::files::{self, ReadError};
use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Reads one file again; says whether something changed.
pub type Read = Arc<dyn Fn() -> anyhow::Result<bool> + Send + Sync>;

/// The files that can be read again, each under its setting's name.
pub struct Reload(Vec<(&'static str, Read)>);

impl Reload {
    /// Those that these settings name. `cas` reads those that the store's servers are known by.
    #[must_use]
    pub fn new(settings: &Settings, state: &AppState, cas: Option<Read>) -> Self {
        let mut files: Vec<(&'static str, Read)> = Vec::new();
        if let Some(tokens) = &state.tokens {
            let tokens = Arc::clone(tokens);
            files.push(("ASHLINK_TOKENS", Arc::new(move || Ok(tokens.refresh()?.is_some()))));
        }
        if settings.logo.is_some() {
            let brand = Arc::clone(&state.brand);
            files.push(("ASHLINK_LOGO", Arc::new(move || brand.refresh())));
        }
        files.extend(cas.map(|read| ("ASHLINK_REDIS_CA", read)));
        Self(files)
    }

    /// Reads all of them, and logs what came of each. What cannot be used stays as it was.
    pub async fn all(&self) -> Vec<(&'static str, anyhow::Result<bool>)> {
        let mut results = Vec::new();
        for (setting, read) in &self.0 {
            let result = in_time(Arc::clone(read)).await;
            match &result {
                Ok(true) => tracing::info!(setting, "read again"),
                Ok(false) => tracing::info!(setting, "read again, and nothing changed"),
                Err(error) => {
                    let error = format!("{error:#}");
                    tracing::warn!(setting, error, "cannot be read again; what was read before stays");
                }
            }
            results.push((*setting, result));
        }
        if results.is_empty() {
            tracing::info!("SIGHUP: the settings name no file that could be read again");
        }
        results
    }
}

async fn in_time(read: Read) -> anyhow::Result<bool> {
    let answer = files::apart(move || read())?;
    tokio::time::timeout(files::PATIENCE, answer).await.map_err(|_| ReadError::NoAnswer)??
}

/// The signals that others send for reasons of their own, and that end a process which does not
/// catch them: a log that was rotated, a terminal that was closed.
pub struct Hangups {
    signals: Signal,
    has_terminal: bool,
}

impl Hangups {
    /// Catches them from now on: SIGHUP, and SIGUSR1 and SIGUSR2, which mean nothing here.
    ///
    /// # Errors
    /// When the system does not let it.
    pub fn caught() -> io::Result<Self> {
        for kind in [SignalKind::user_defined1(), SignalKind::user_defined2()] {
            drop(signal(kind)?);
        }
        Ok(Self { signals: signal(SignalKind::hangup())?, has_terminal: io::stderr().is_terminal() })
    }

    /// Reads the files again at each, until the terminal is gone that the log went to: whoever
    /// started the server there has left.
    pub async fn reload(mut self, reload: Reload) {
        while self.signals.recv().await.is_some() {
            if self.has_terminal && !io::stderr().is_terminal() {
                return;
            }
            reload.all().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tokens::Token;
    use crate::testing::{memory, state_of};
    use clap::Parser as _;
    use std::fs;

    const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>";

    #[tokio::test]
    async fn what_the_settings_name_is_read_again_and_what_is_wrong_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (tokens, logo) = (folder.path().join("tokens"), folder.path().join("logo.svg"));
        fs::write(&tokens, "# nobody\n").unwrap();
        fs::write(&logo, LOGO).unwrap();
        let flags = [format!("--tokens={}", tokens.display()), format!("--logo={}", logo.display())];
        let flags = flags.each_ref().map(String::as_str);
        let state = state_of(&flags, memory()).unwrap();
        let settings = Settings::parse_from(["ashlink-server"].into_iter().chain(flags));
        let reload = Reload::new(&settings, &state, None);
        let results = async || -> Vec<Result<bool, String>> {
            let results = reload.all().await;
            results.into_iter().map(|(_, result)| result.map_err(|error| format!("{error:#}"))).collect()
        };
        assert_eq!(results().await, [Ok(false), Ok(false)]);

        let token = Token::fresh();
        fs::write(&tokens, format!("alice {}\n", token.hash())).unwrap();
        fs::write(&logo, format!("{LOGO}\n")).unwrap();
        let before = state.told().logo;
        assert_eq!(results().await, [Ok(true), Ok(true)]);
        assert!(state.tokens.as_ref().unwrap().find(&token).is_some());
        let after = state.told().logo;
        assert!(after.is_some() && after != before);

        fs::write(&tokens, "broken").unwrap();
        fs::remove_file(&logo).unwrap();
        let wrong: Vec<_> = results().await.into_iter().map(Result::unwrap_err).collect();
        assert!(wrong[0].starts_with("line 1: ") && wrong[1].contains("No such file"), "{wrong:?}");
        assert!(state.tokens.as_ref().unwrap().find(&token).is_some());
        assert_eq!(state.told().logo, after);

        let plain = Settings::parse_from(["ashlink-server"]);
        let nothing = Reload::new(&plain, &state_of(&[], memory()).unwrap(), None);
        assert!(nothing.all().await.is_empty());
    }
}
