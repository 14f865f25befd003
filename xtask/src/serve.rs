//! Building the product, and becoming it.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::npm::WasmOpt;
use crate::places::Places;
use crate::run::program;
use crate::wasm::Toolchain;
use crate::{islands, lock, server, site};

/// Builds page and server; needs no Node, which only makes the page smaller.
pub(crate) fn build(places: &Places) -> Result<PathBuf> {
    let toolchain = Toolchain::ready(places)?;
    let _alone = lock::alone(places)?;
    let optimiser = WasmOpt::if_possible(places);
    product(&toolchain, optimiser.as_ref(), places)
}

/// The page, then the server that embeds it.
pub(crate) fn product(toolchain: &Toolchain, optimiser: Option<&WasmOpt>, places: &Places) -> Result<PathBuf> {
    site::build(toolchain, optimiser, places)?;
    let binary = server::build(places)?;
    islands::check(places)?;
    Ok(binary)
}

/// Builds, then becomes the server: signals and the exit status are its own, with nothing in between.
pub(crate) fn serve(places: &Places, arguments: &[String]) -> Result<()> {
    let binary = build(places)?;
    let mut command = program(&binary, places);
    // Relative paths in the arguments are meant from where the user is.
    command.current_dir(std::env::current_dir().context("cannot tell the current folder")?);
    let error = command.args(arguments).exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}
