//! `cargo xtask bench`: the release server against its baselines, and the page in a browser.

use std::fs::{self, File};
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::npm::WasmOpt;
use crate::places::{Places, shown};
use crate::run::{program, run};
use crate::serve::product;
use crate::setup::{self, TestTools};
use crate::steps::Steps;
use crate::wasm::Toolchain;

/// What a person can ask for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Put the tables into `docs/PERFORMANCE.md`.
    pub(crate) write: bool,
    /// For `ashlink-bench run`.
    pub(crate) arguments: Vec<String>,
}

/// Builds, measures and reports.
pub(crate) fn bench(places: &Places, options: &Options) -> Result<()> {
    let mut steps = Steps::of(4);
    let (toolchain, tools) =
        steps.step("Set up what is missing", || Ok((Toolchain::ready(places)?, setup::for_tests(places)?)))?;
    steps.step("Build the page, the server and the driver", || {
        product(&toolchain, Some(&WasmOpt::installed(places)?), places)?;
        run(cargo("build", places).args(["--release", "--package", "ashlink-bench"]), "building the driver")
    })?;
    let folder = places.target.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    steps.step("Measure the page in Chromium", || browser(places, &tools))?;
    steps.step("Measure the server", || {
        let mut command = program(places.target.join("release").join("ashlink-bench"), places);
        command.arg("run").arg("--server").arg(places.server()).arg("--redis").arg(&tools.redis);
        command.arg("--folder").arg(folder.join("stores")).arg("--json").arg(folder.join("bench.json"));
        command.arg("--browser").arg(folder.join("browser.json"));
        if options.write {
            command.arg("--markdown").arg(places.root.join("docs").join("PERFORMANCE.md"));
        }
        run(command.args(&options.arguments), "the benchmark")
    })?;
    steps.summary();
    println!("Every run is in {}.", shown(&folder.join("bench.json"), places));
    Ok(())
}

fn browser(places: &Places, tools: &TestTools) -> Result<()> {
    let path = places.target.join("bench").join("browser.json");
    let mut command = program(&tools.node, places);
    command.current_dir(places.end2end()).arg("bench/page.js");
    command.env("ASHLINK_TEST_SERVER", places.server()).env("CHROMIUM", &tools.chromium);
    command.stdout(Stdio::from(File::create(&path).with_context(|| format!("cannot write {}", path.display()))?));
    let status = command.status().context("cannot start node")?;
    if !status.success() {
        bail!("measuring the page: {status}");
    }
    println!("{}", fs::read_to_string(&path)?);
    Ok(())
}
