//! What is built: the page, the server with it inside, the command line, and the format's vectors.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::notes;
use crate::npm::Optimisers;
use crate::places;
use crate::run::{program, release_build, run};
use crate::site::{self, bindgen};
use crate::wasm::Toolchain;

pub(crate) fn build() -> Result<PathBuf> {
    let toolchain = Toolchain::ready()?;
    let _alone = notes::lock()?;
    server(&toolchain, &Optimisers::ready()?)
}

pub(crate) fn page() -> Result<()> {
    let toolchain = Toolchain::ready()?;
    let _alone = notes::lock()?;
    site::build(&toolchain, &Optimisers::ready()?)
}

/// Builds, then becomes the server: signals and the exit status are its own, with nothing in between.
pub(crate) fn run_server(arguments: &[impl AsRef<OsStr>]) -> Result<()> {
    let mut command = program(build()?);
    // Relative paths in the arguments are meant from where the user is.
    command.current_dir(std::env::current_dir().context("cannot tell the current folder")?);
    Err(command.args(arguments).exec()).context("cannot start the server")
}

/// Everything that the browser tests look at, as small as it goes.
pub(crate) fn all(toolchain: &Toolchain) -> Result<()> {
    let _alone = notes::lock()?;
    server(toolchain, &Optimisers::installed()?)?;
    command_line()?;
    vectors(toolchain)
}

/// The page, then `target/release/ashlink-server`, which embeds it.
pub(crate) fn server(toolchain: &Toolchain, tools: &Optimisers) -> Result<PathBuf> {
    site::build(toolchain, tools)?;
    println!("Building the server (three minutes or more the first time).");
    let mut command = release_build("ashlink-server");
    // The server's build script embeds this folder, and watches the variable: it must not vary.
    command.env("ASHLINK_SITE_DIR", places::site());
    run(&mut command, "building the server")?;
    islands(&places::server())?;
    Ok(places::server())
}

pub(crate) fn command_line() -> Result<PathBuf> {
    println!("Building the command line.");
    run(&mut release_build("ashlink"), "building the command line")?;
    Ok(places::command_line())
}

/// Builds `target/vectors/vectors.js` and `vectors.wasm`.
fn vectors(toolchain: &Toolchain) -> Result<()> {
    println!("Building the vectors' WASM (one minute or more the first time).");
    let wasm = toolchain.build("ashlink-vectors", "wasm-release", None)?;
    // Nobody downloads it, so its size does not matter and it is not optimised.
    let bound = bindgen::bind(&wasm, "vectors", None)?;
    notes::write(&places::vectors().join("vectors.js"), &bound.script)?;
    notes::write(&places::vectors().join("vectors.wasm"), &bound.module)
}

/// Checks that the page's two halves agree on the islands' names.
///
/// A name contains a hash of the island's source as the compiler prints it. The
/// server and the WASM may come from two compilers, and one that prints
/// differently would leave the page dead in the browser with no error anywhere.
pub(crate) fn islands(server: &Path) -> Result<()> {
    let files = site::manifest()?;
    let server = fs::read(server).context("cannot read the server")?;
    let server = String::from_utf8_lossy(&server);
    for name in ["create.js", "open.js"] {
        let script = files.iter().find(|(file, _)| file == name).with_context(|| format!("the site has no {name}"))?;
        let script = fs::read_to_string(&script.1).context("cannot read the page's script")?;
        if let Some(island) = missing_island(&script, &server) {
            bail!(
                "the server does not know the island {island}: the compilers of server and WASM print its \
                 source differently; use one toolchain for both (ASHLINK_WASM_TOOLCHAIN=rustup)"
            );
        }
    }
    Ok(())
}

/// An island of the page's script that is nowhere in the server. Islands are the words made of a name, an
/// underscore and a hash in decimal, which nearly always has 18 digits or more.
fn missing_island<'s>(script: &'s str, server: &str) -> Option<&'s str> {
    let words = script.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let is_island = |word: &&str| {
        let hash = word.rsplit_once('_').map_or("", |(_, hash)| hash);
        word.starts_with(char::is_uppercase) && hash.len() > 12 && hash.bytes().all(|byte| byte.is_ascii_digit())
    };
    words.filter(is_island).find(|island| !server.contains(*island))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_island_that_the_server_knows_by_another_hash_is_missed() {
        for script in [
            "export function Create_12910692146096290814(el) {\nOther_1(",
            "export{a as Create_12910692146096290814,b as c}",
        ] {
            assert_eq!(missing_island(script, "..Create_1..Create_12910692146096290814leptos"), None);
            assert_eq!(
                missing_island(script, "..Create_9991069214609629081leptos"),
                Some("Create_12910692146096290814")
            );
        }
    }
}
