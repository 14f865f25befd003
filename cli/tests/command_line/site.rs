//! A server behind a tap, those who use it from the command line, and what must hold whenever
//! somebody did.

use crate::leaks::{Leaks, wrong_in_log};
use crate::program::{ASHLINK, Run};
use crate::server::Server;
use crate::tap::Tap;
use regex::Regex;
use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::Write as _;
use tempfile::NamedTempFile;

/// Longer secrets are not looked for in what was sent.
const LONGEST_KEPT: usize = 1000;

pub(crate) struct Site {
    server: Server,
    pub(crate) tap: Tap,
    leaks: RefCell<Leaks>,
}

/// What `send` printed.
pub(crate) struct Sent {
    pub(crate) link: String,
    pub(crate) receipt: String,
}

impl Site {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(settings: &[(&str, &str)]) -> Self {
        let server = Server::start(settings);
        let tap = Tap::open(server.address());
        Self { server, tap, leaks: RefCell::default() }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.tap.port())
    }

    /// For requests of a test's own, which go through no proxy of this machine.
    pub(crate) fn api(&self) -> ureq::Agent {
        ureq::Agent::config_builder().proxy(None).build().new_agent()
    }

    /// `ashlink` with these arguments, and with this server.
    pub(crate) fn ashlink<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        Run::new(ASHLINK).args(args).env("ASHLINK_SERVER", self.url())
    }

    /// Sends a secret of which nothing may be seen on the way.
    #[track_caller]
    pub(crate) fn send(&self, args: &[&str], secret: impl Into<Vec<u8>>) -> Sent {
        let secret = secret.into();
        if let Ok(text) = str::from_utf8(&secret)
            && (8..LONGEST_KEPT).contains(&text.len())
        {
            self.leaks.borrow_mut().keep_text("the secret", text);
        }
        let sent = self.ashlink(["send"]).args(args).input(secret).end();
        assert_eq!(sent.code, Some(0), "{}", sent.errors);
        let receipt = Regex::new(r"\S+/m#\w+").unwrap().find(&sent.errors).unwrap().as_str().to_owned();
        Sent { link: self.keep_link(sent.text.trim()), receipt }
    }

    /// A share link, of which nothing may be seen on the way either.
    pub(crate) fn keep_link(&self, link: &str) -> String {
        self.leaks.borrow_mut().keep_link(link);
        link.to_owned()
    }

    pub(crate) fn open(&self, link: &str) -> Run {
        self.ashlink(["open", link])
    }

    /// What `lookup` says has become of it.
    #[track_caller]
    pub(crate) fn state(&self, link: &str) -> String {
        self.ashlink(["lookup", link, "--json"]).end().json()["state"].as_str().unwrap().to_owned()
    }

    /// What `status` says has become of it.
    #[track_caller]
    pub(crate) fn status(&self, receipt: &str) -> serde_json::Value {
        self.ashlink(["status", receipt, "--json"]).end().json()
    }

    pub(crate) fn log(&self) -> String {
        self.server.log()
    }

    fn faults(&self) -> Vec<String> {
        let sent = self.tap.sent();
        let leaks = self.leaks.borrow();
        let leaked = sent.iter().flat_map(|bytes| leaks.find(bytes)).map(|what| format!("{what} was sent"));
        let texts: Vec<_> = sent.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect();
        let logged = wrong_in_log(&self.log(), &texts.join("\n"));
        leaked.chain(logged.into_iter().map(|what| format!("the server logged {what}"))).collect()
    }
}

/// Every test ends with it, and so no test can forget it.
impl Drop for Site {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.faults(), [""; 0]);
        }
    }
}

/// A file with this in it.
pub(crate) fn file_with(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}
