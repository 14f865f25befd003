//! The list of what a machine may lack: what for, how to tell, which packages bring it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{ask, find};
use crate::wasm;

/// One thing that must be there.
pub(crate) struct Need {
    /// What it is and what for, as a person would say it.
    pub(crate) what: &'static str,
    /// Whether it is there. Called on every run, so it must be cheap.
    pub(crate) met: fn() -> bool,
    /// The packages that bring it: the first choice that the distribution has in full.
    pub(crate) choices: &'static [Choice],
    /// What to look at when the packages did not bring it.
    pub(crate) hint: &'static str,
}

/// One set of packages, all of which are needed.
pub(crate) struct Choice {
    /// Their names; `{}` in all of them stands for one number, and the highest there is wins.
    pub(crate) packages: &'static [&'static str],
    /// The oldest version of the first package that will do.
    pub(crate) at_least: (u32, u32),
    /// What the first package's version must contain: some vendors bundle what others split.
    pub(crate) version_has: &'static str,
}

/// A choice of which any version will do.
pub(crate) const fn any(packages: &'static [&'static str]) -> Choice {
    since((0, 0), packages)
}

/// A choice of which the first package must be at least so new.
const fn since(at_least: (u32, u32), packages: &'static [&'static str]) -> Choice {
    Choice { packages, at_least, version_has: "" }
}

/// What Node's test runner and playwright-core need.
const OLDEST_NODE: u32 = 18;

/// Runs the browser tests and wasm-opt.
pub(crate) const NODE: Need = Need {
    what: "Node 18 or newer, with npm, for the browser tests",
    met: || node().is_some_and(|major| major >= OLDEST_NODE) && find(&["npm"]).is_some(),
    choices: &[
        Choice { packages: &["nodejs"], at_least: (OLDEST_NODE, 0), version_has: "nodesource" },
        since((OLDEST_NODE, 0), &["nodejs", "npm"]),
    ],
    hint: "an older one may come first on PATH",
};

/// The shared store; Valkey speaks the same protocol.
pub(crate) const REDIS: Need = Need {
    what: "a Redis server, for the tests of the shared store",
    met: || redis().is_some(),
    choices: &[since((6, 2), &["redis-server"]), any(&["valkey-server"])],
    hint: "set REDIS_SERVER to the path of the program",
};

/// The browser that the page is tested in most.
pub(crate) const CHROMIUM: Need = Need {
    what: "Chromium, for the browser tests",
    met: || find(&["chromium"]).is_some(),
    choices: &[any(&["chromium"])],
    hint: "set CHROMIUM to the path of the program",
};

/// The second engine.
pub(crate) const FIREFOX: Need = Need {
    what: "Firefox, for the browser tests in three engines",
    met: || find(&["firefox-esr"]).is_some(),
    choices: &[any(&["firefox-esr"])],
    hint: "set FIREFOX to the path of the program",
};

/// The third engine: what Safari is made of, as GTK's port has it.
pub(crate) const WEBKIT: Need = Need {
    what: "WebKitGTK with its driver, for the browser tests in three engines",
    met: || webkit_driver().is_some(),
    choices: &[any(&["webkit2gtk-driver"])],
    hint: "set WEBKIT_DRIVER to the path of WebKitWebDriver",
};

/// A screen that nobody sees.
pub(crate) const XVFB: Need = Need {
    what: "Xvfb, the screen of a browser that needs one",
    met: || xvfb().is_some(),
    choices: &[any(&["xvfb"])],
    hint: "set XVFB to the path of the program",
};

/// Runs the example in another language.
pub(crate) const PYTHON: Need = Need {
    what: "Python with its packages cryptography and argon2-cffi, for the test of the example",
    met: || python().is_some(),
    choices: &[any(&["python3", "python3-cryptography", "python3-argon2"])],
    hint: "set PYTHON to the path of a Python that has them",
};

/// Compiles libFuzzer.
pub(crate) const CXX: Need = Need {
    what: "a C++ compiler, for the fuzzer",
    met: || env::var_os("CXX").is_some() || find(&["c++"]).is_some(),
    choices: &[any(&["g++"])],
    hint: "set CXX to the path of the compiler",
};

/// A compiler for WASM where rustup cannot bring one: the distribution's, with
/// the standard library for WASM or its source.
pub(crate) const WASM_COMPILER: Need = Need {
    what: "the distribution's Rust compiler, to build the page's WASM (about 500 MB)",
    met: || wasm::debian::compiler().is_some(),
    choices: &[
        since(wasm::OLDEST_RUST, &["rustc-web", "cargo-web", "rust-web-src"]),
        since(wasm::OLDEST_RUST, &["rustc", "cargo", "libstd-rust-dev-wasm32"]),
        since(wasm::OLDEST_RUST, &["rustc-{}", "cargo-{}", "libstd-rust-{}-dev-wasm32"]),
        since(wasm::OLDEST_RUST, &["rustc-{}", "cargo-{}", "rust-{}-src"]),
    ],
    hint: "or install rustup's target: rustup target add wasm32-unknown-unknown",
};

/// The linker for WASM, which distributions keep apart from the compiler.
pub(crate) const LINKER: Need = Need {
    what: "the linker for WASM",
    met: || wasm_linker().is_some(),
    choices: &[any(&["lld-{}"]), any(&["lld"])],
    hint: "no wasm-ld or wasm-ld-NN in /usr/bin",
};

/// The linter that belongs to the distribution's compiler.
pub(crate) const WASM_CLIPPY: Need = Need {
    what: "the distribution's clippy, to lint the page's WASM crates",
    met: || wasm::debian::compiler().is_some_and(|rustc| wasm::debian::clippy(&rustc).is_some()),
    choices: &[
        since(wasm::OLDEST_RUST, &["rust-web-clippy"]),
        since(wasm::OLDEST_RUST, &["rust-clippy"]),
        since(wasm::OLDEST_RUST, &["rust-{}-clippy"]),
    ],
    hint: "no cargo-clippy beside that compiler",
};

/// The Python that has what the example needs: the first on PATH, or the system's own, into which
/// packages are installed.
pub(crate) fn python() -> Option<PathBuf> {
    let named = env::var_os("PYTHON").map(PathBuf::from);
    let candidates = [named, find(&["python3"]), Some(PathBuf::from("/usr/bin/python3"))];
    let has_all = |path: &PathBuf| ask(Command::new(path).args(["-c", "import argon2, cryptography"])).is_some();
    candidates.into_iter().flatten().find(has_all)
}

/// The major version of `node` on PATH.
fn node() -> Option<u32> {
    let version = ask(Command::new(find(&["node"])?).arg("--version"))?;
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The Redis server to test with: `REDIS_SERVER`, or one on PATH.
pub(crate) fn redis() -> Option<PathBuf> {
    match env::var_os("REDIS_SERVER") {
        Some(path) => Some(path.into()),
        None => find(&["redis-server", "valkey-server"]),
    }
}

/// A Valkey to test with as well, where there is one: `VALKEY_SERVER`, or the one on PATH. It is
/// no need, because Debian 12 has no package of it.
pub(crate) fn valkey() -> Option<PathBuf> {
    env::var_os("VALKEY_SERVER").map(PathBuf::from).or_else(|| find(&["valkey-server"]))
}

/// The driver to test WebKit with: `WEBKIT_DRIVER`, or the one on PATH.
pub(crate) fn webkit_driver() -> Option<PathBuf> {
    env::var_os("WEBKIT_DRIVER").map(PathBuf::from).or_else(|| find(&["WebKitWebDriver"]))
}

/// The screen to test on: `XVFB`, or the one on PATH.
pub(crate) fn xvfb() -> Option<PathBuf> {
    env::var_os("XVFB").map(PathBuf::from).or_else(|| find(&["Xvfb"]))
}

/// The newest `wasm-ld`; Debian's carry LLVM's version in the name.
pub(crate) fn wasm_linker() -> Option<PathBuf> {
    newest(Path::new("/usr/bin"), "wasm-ld-").or_else(|| find(&["wasm-ld"]))
}

/// The file in this folder whose name is the prefix and the highest number.
fn newest(dir: &Path, prefix: &str) -> Option<PathBuf> {
    let names = dir.read_dir().ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let highest = names.filter_map(|name| name.strip_prefix(prefix)?.parse::<u32>().ok()).max()?;
    Some(dir.join(format!("{prefix}{highest}")))
}
