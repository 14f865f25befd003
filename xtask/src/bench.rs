//! `cargo xtask bench`: the release server against its baselines, and the page in a browser.

use std::fs::{self, File};
use std::process::Stdio;

use anyhow::{Context, Result};

use crate::npm::Optimisers;
use crate::places::{self, shown};
use crate::product;
use crate::run::{program, release_build, run};
use crate::steps::Steps;
use crate::tools::TestTools;
use crate::wasm::Toolchain;

/// Builds, measures and reports; puts the tables into `docs/PERFORMANCE.md` where that is asked for.
pub(crate) fn bench(write: bool, arguments: &[String]) -> Result<()> {
    let mut steps = Steps::of(4);
    let (toolchain, tools) = steps.step("Set up what is missing", || Ok((Toolchain::ready()?, TestTools::ready()?)))?;
    steps.step("Build the page, the server and the driver", || {
        product::server(&toolchain, &Optimisers::installed()?)?;
        run(&mut release_build("ashlink-bench"), "building the driver")
    })?;
    let folder = places::target().join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    steps.step("Measure the page in Chromium", || browser(&tools))?;
    steps.step("Measure the server", || {
        let mut command = program(places::release("ashlink-bench"));
        command.arg("run").arg("--server").arg(places::server()).arg("--redis").arg(&tools.redis);
        command.arg("--folder").arg(folder.join("stores")).arg("--json").arg(folder.join("bench.json"));
        command.arg("--browser").arg(folder.join("browser.json"));
        if write {
            command.arg("--markdown").arg(places::root().join("docs").join("PERFORMANCE.md"));
        }
        run(command.args(arguments), "the benchmark")
    })?;
    steps.summary();
    println!("Every run is in {}.", shown(&folder.join("bench.json")));
    Ok(())
}

fn browser(tools: &TestTools) -> Result<()> {
    let path = places::target().join("bench").join("browser.json");
    let mut command = program(&tools.node);
    command.current_dir(places::end2end()).arg("bench/page.js");
    command.env("ASHLINK_TEST_SERVER", places::server()).envs(tools.variables.iter().cloned());
    command.stdout(Stdio::from(File::create(&path).with_context(|| format!("cannot write {}", path.display()))?));
    run(&mut command, "measuring the page")?;
    println!("{}", fs::read_to_string(&path)?);
    Ok(())
}
