//! The static programs of each processor, compiled and linked with Zig.

use anyhow::Result;

use super::{ARCHITECTURES, Architecture, of_the_commit};
use crate::npm::Optimisers;
use crate::places;
use crate::product;
use crate::run::{as_released, run};
use crate::wasm::{Toolchain, rustup};
use crate::wheels::Wheels;
use crate::{notes, site};

/// What `tools.txt` names.
pub(super) const TOOLS: Wheels = Wheels {
    what: "Zig, to compile C and to link (90 MB, about a minute)",
    list: "xtask/src/dist/tools.txt",
    name: "dist-tools",
};

pub(super) fn ready() -> Result<Toolchain> {
    TOOLS.ready()?;
    for architecture in &ARCHITECTURES {
        let target = architecture.target();
        if !rustup::has_target(&target) {
            rustup::add_target_or_fail(&target)?;
        }
    }
    Toolchain::ready()
}

pub(super) fn build(toolchain: &Toolchain) -> Result<()> {
    let _alone = notes::lock()?;
    site::build(toolchain, &Optimisers::ready()?)?;
    for architecture in &ARCHITECTURES {
        println!("Building server and command line for {} (five minutes the first time).", architecture.target());
        // One at a time: two in one command share features, and each would carry the other's.
        for package in ["ashlink-server", "ashlink"] {
            compile(architecture, package)?;
        }
        product::islands(&architecture.built("ashlink-server"))?;
    }
    Ok(())
}

fn compile(architecture: &Architecture, package: &str) -> Result<()> {
    let mut command = TOOLS.program("cargo-zigbuild");
    command.args(["zigbuild", "--locked", "--target", &architecture.target()]);
    if let Some(cargo) = std::env::var_os("CARGO") {
        command.env("CARGO", cargo);
    }
    let caches = places::notes().join("zig");
    for variable in ["CARGO_ZIGBUILD_CACHE_DIR", "ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"] {
        command.env(variable, &caches);
    }
    command.env("CARGO_ZIGBUILD_ZIG_PATH", TOOLS.module("ziglang")?.join("zig"));
    command.envs(of_the_commit()?);
    command.env("CARGO_TARGET_DIR", places::target()).env("ASHLINK_SITE_DIR", places::site());
    run(&mut as_released(command, package), &format!("building {package} for {}", architecture.target()))
}
