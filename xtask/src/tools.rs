//! The programs that the tests start: found, or brought in one way or another.

mod browsers;
mod proxies;

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::npm::{self, NODE};
use crate::run::{ask, find, named};
use crate::setup::{self, Need, any, since};

pub(crate) struct TestTools {
    pub(crate) node: PathBuf,
    pub(crate) redis: PathBuf,
    /// The other program of its kind, where there is one.
    pub(crate) valkey: Option<PathBuf>,
    /// The variables by which the browser tests find the programs.
    pub(crate) variables: Vec<(&'static str, PathBuf)>,
    /// What to say of engines that are older than is supported.
    pub(crate) warnings: Vec<String>,
}

/// The shared store; Valkey speaks the same protocol.
pub(crate) const REDIS: Need = Need {
    what: "a Redis server, for the tests of the shared store",
    met: || redis().is_some(),
    choices: &[since((6, 2), &["redis-server"]), any(&["valkey-server"])],
    hint: "set REDIS_SERVER to the path of the program",
    or_else: false,
};

const WEBKIT: Need = Need {
    what: "WebKitGTK with its driver, for the browser tests in three engines",
    met: || named("WEBKIT_DRIVER", &["WebKitWebDriver"]).is_some(),
    choices: &[any(&["webkit2gtk-driver"])],
    hint: "set WEBKIT_DRIVER to the path of WebKitWebDriver",
    or_else: false,
};

const XVFB: Need = Need {
    what: "Xvfb, the screen of a browser that needs one",
    met: || named("XVFB", &["Xvfb"]).is_some(),
    choices: &[any(&["xvfb"])],
    hint: "set XVFB to the path of the program",
    or_else: false,
};

const PYTHON: Need = Need {
    what: "Python with its packages cryptography and argon2-cffi, for the test of the example",
    met: || python().is_some(),
    choices: &[any(&["python3", "python3-cryptography", "python3-argon2"])],
    hint: "set PYTHON to the path of a Python that has them",
    or_else: false,
};

pub(crate) fn redis() -> Option<PathBuf> {
    named("REDIS_SERVER", &["redis-server", "valkey-server"])
}

/// It is no need, because Debian 12 has no package of it.
pub(crate) fn valkey() -> Option<PathBuf> {
    named("VALKEY_SERVER", &["valkey-server"])
}

/// The Python that has what the example needs: the first on PATH, or the system's own, into which
/// packages are installed.
fn python() -> Option<PathBuf> {
    let named = env::var_os("PYTHON").map(PathBuf::from);
    let candidates = [named, find(&["python3"]), Some(PathBuf::from("/usr/bin/python3"))];
    let has_all = |path: &PathBuf| ask(Command::new(path).args(["-c", "import argon2, cryptography"])).is_some();
    candidates.into_iter().flatten().find(has_all)
}

impl TestTools {
    /// Everything that the tests run besides what is built, installing what is missing.
    pub(crate) fn ready() -> Result<Self> {
        setup::ensure(&[&NODE, &REDIS, &WEBKIT, &XVFB, &PYTHON, &browsers::CHROMIUM, &browsers::FIREFOX])?;
        npm::install()?;
        let chromium = browsers::chromium()?;
        let firefox = browsers::firefox()?;
        let warnings = browsers::warnings(&chromium, &firefox);
        let mut variables = vec![
            ("CHROMIUM", chromium),
            ("FIREFOX", firefox),
            ("WEBKIT_DRIVER", named("WEBKIT_DRIVER", &["WebKitWebDriver"]).context("there is no `WebKitWebDriver`")?),
            ("XVFB", named("XVFB", &["Xvfb"]).context("there is no `Xvfb`")?),
            ("PYTHON", python().context("there is no `python3` with the packages of the example")?),
            ("NGINX", proxies::nginx()?),
        ];
        let redis = redis().context("there is no `redis-server` on PATH")?;
        variables.push(("REDIS_SERVER", redis.clone()));
        match proxies::caddy() {
            Some(caddy) => variables.push(("CADDY", caddy)),
            None => println!("There is no Caddy here: its examples are tested by `cargo xtask compose-test` alone."),
        }
        let node = find(&["node"]).context("there is no `node` on PATH")?;
        Ok(Self { node, redis, valkey: valkey(), variables, warnings })
    }
}
