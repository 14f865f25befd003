//! The release server, with the page inside.

use std::path::PathBuf;

use anyhow::Result;

use crate::cargo::cargo;
use crate::places::Places;
use crate::run::run;

/// Builds `target/release/ashlink-server`.
pub(crate) fn build(places: &Places) -> Result<PathBuf> {
    println!("Building the server (three minutes or more the first time).");
    let mut command = cargo("build", places);
    command.args(["--release", "--package", "ashlink-server"]);
    // The server's build script embeds this folder, and watches the variable: it must not vary.
    command.env("ASHLINK_SITE_DIR", places.site());
    run(&mut command, "building the server")?;
    Ok(places.server())
}
