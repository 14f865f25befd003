//! Every kind of test, in the order in which a failure is cheapest.

use anyhow::Result;

use crate::scale::Scale;
use crate::steps::{Steps, Times};
use crate::tools::TestTools;
use crate::wasm::Toolchain;
use crate::{bare, dist, e2e, fuzz, notes, product, reproduce, rust_tests, setup, upgrade, weight};

/// Everything: build, `cargo test`, weight, browser; and where much is tried, an upgrade and the fuzzer.
pub(crate) fn everything(scale: Scale) -> Result<()> {
    let is_large = scale == Scale::Large;
    let mut steps = Steps::of(if is_large { 8 + 2 * usize::from(setup::is_root()) } else { 5 });
    let (toolchain, tools) = steps.step("Set up what is missing", prepare)?;
    if is_large {
        // Found now and not after an hour.
        fuzz::prepare()?;
    }
    build(&mut steps, &toolchain)?;
    let mut times =
        steps.step("Unit, store and API tests", || rust_tests::all(&tools.redis, tools.valkey.as_deref(), scale))?;
    steps.step("Weigh the page and the command line", weight::check)?;
    steps.step("Browser tests", || e2e::run_tests(&tools, scale, &[], &[]))?;
    times.read(&e2e::times())?;
    if is_large {
        steps.step("Upgrade from an older build, and back", || upgrade::play(&upgrade::build(None)?, &tools, scale))?;
        steps.step("The same bytes from two unlike places", reproduce::reproduce)?;
        steps.step("Fuzz every parser of foreign bytes", || fuzz::fuzz(None, None))?;
        if setup::is_root() {
            steps.step("The packages of a release on a bare machine", dist::test)?;
            steps.step("The README's commands on bare machines", || bare::test(&bare::Options::default()))?;
        } else {
            println!(
                "\nLeft out: a release's packages and the README's commands on bare machines, which only root can make."
            );
        }
    }
    times.print();
    steps.summary();
    Ok(())
}

pub(crate) fn browser_only(files: &[String]) -> Result<()> {
    let mut steps = Steps::of(3);
    let mut times = Times::default();
    browser(&mut steps, files, &mut times)?;
    times.print();
    steps.summary();
    Ok(())
}

/// Three steps: set up, build, and play these files.
pub(crate) fn browser(steps: &mut Steps, files: &[String], times: &mut Times) -> Result<()> {
    let (toolchain, tools) = steps.step("Set up what is missing", prepare)?;
    build(steps, &toolchain)?;
    steps.step("Browser tests", || e2e::run_tests(&tools, Scale::Small, files, &[]))?;
    times.read(&e2e::times())
}

pub(crate) fn upgrade(from: Option<&str>) -> Result<()> {
    let mut steps = Steps::of(4);
    let (toolchain, tools) = steps.step("Set up what is missing", prepare)?;
    let old = steps.step("Build the older server", || upgrade::build(from))?;
    build(&mut steps, &toolchain)?;
    steps.step("Upgrade, and back", || upgrade::play(&old, &tools, Scale::Small))?;
    steps.summary();
    Ok(())
}

fn prepare() -> Result<(Toolchain, TestTools)> {
    let _alone = notes::lock()?;
    Ok((Toolchain::ready()?, TestTools::ready()?))
}

fn build(steps: &mut Steps, toolchain: &Toolchain) -> Result<()> {
    steps.step("Build the page, the vectors, the server and the command line", || product::all(toolchain))
}
