//! The command line.

use std::path::PathBuf;

use anyhow::Result;

use crate::cargo::cargo;
use crate::places::Places;
use crate::run::run;

/// Builds `target/release/ashlink`.
pub(crate) fn build(places: &Places) -> Result<PathBuf> {
    println!("Building the command line.");
    run(cargo("build", places).args(["--release", "--package", "ashlink"]), "building the command line")?;
    Ok(places.command_line())
}
