//! Every kind of test, in the order in which a failure is cheapest.

use std::process::Command;

use anyhow::Result;

use crate::npm::WasmOpt;
use crate::places::Places;
use crate::serve::product;
use crate::setup::{self, TestTools};
use crate::steps::Steps;
use crate::times::Times;
use crate::wasm::Toolchain;
use crate::{bare, command_line, e2e, fuzz, lock, rust_tests, upgrade, vectors, weight};

/// How many cases the tests try.
#[derive(Clone, Copy)]
pub(crate) enum Scale {
    /// Enough to trust a change: minutes.
    Small,
    /// Enough to find what is rare.
    Large,
}

impl Scale {
    pub(crate) fn is_large(self) -> bool {
        matches!(self, Self::Large)
    }

    /// Tells the tests, which read `ASHLINK_TEST_SCALE`.
    pub(crate) fn tell(self, command: &mut Command) {
        let word = match self {
            Self::Small => "small",
            Self::Large => "large",
        };
        command.env("ASHLINK_TEST_SCALE", word);
    }
}

/// Everything: build, `cargo test`, weight, browser; and where much is tried, an upgrade and the fuzzer.
pub(crate) fn everything(places: &Places, scale: Scale) -> Result<()> {
    let mut steps = Steps::of(if scale.is_large() { 7 + usize::from(bare::is_possible()) } else { 5 });
    let (toolchain, tools) = steps.step("Set up what is missing", || prepare(places))?;
    if scale.is_large() {
        // Found now and not after an hour.
        setup::ensure(&[&setup::CXX])?;
    }
    steps.step("Build the page, the vectors, the server and the command line", || build(&toolchain, places))?;
    let mut times = steps.step("Unit, store and API tests", || {
        if tools.valkey.is_none() {
            println!("There is no `valkey-server` here: the tests of the shared store run on Redis alone.");
        }
        rust_tests::run_all(places, &tools, scale)
    })?;
    steps.step("Weigh the page and the command line", || weight::check(places))?;
    steps.step("Browser tests", || e2e::run_tests(places, &tools, scale, &[], &[]))?;
    times.read(&e2e::times(places))?;
    if scale.is_large() {
        steps.step("Upgrade from an older build, and back", || {
            upgrade::play(&upgrade::build(None, places)?, places, &tools, scale)
        })?;
        steps.step("Fuzz every parser of foreign bytes", || fuzz::all(places))?;
        if bare::is_possible() {
            let all = bare::Options::default();
            steps.step("The README's commands on bare machines", || bare::test(places, &all))?;
        } else {
            println!("\nLeft out: the README's commands on bare machines, which only root can make.");
        }
    }
    times.print();
    steps.summary();
    Ok(())
}

/// The browser tests and what they need; all of them when no file is named.
pub(crate) fn browser_only(places: &Places, files: &[String]) -> Result<()> {
    let mut steps = Steps::of(3);
    let (toolchain, tools) = steps.step("Set up what is missing", || prepare(places))?;
    steps.step("Build the page, the vectors, the server and the command line", || build(&toolchain, places))?;
    steps.step("Browser tests", || e2e::run_tests(places, &tools, Scale::Small, files, &[]))?;
    let mut times = Times::default();
    times.read(&e2e::times(places))?;
    times.print();
    steps.summary();
    Ok(())
}

/// The browser's scenarios of an upgrade, from a real older build.
pub(crate) fn upgrade(places: &Places, from: Option<&str>) -> Result<()> {
    let mut steps = Steps::of(4);
    let (toolchain, tools) = steps.step("Set up what is missing", || prepare(places))?;
    let old = steps.step("Build the older server", || upgrade::build(from, places))?;
    steps.step("Build the page, the vectors, the server and the command line", || build(&toolchain, places))?;
    steps.step("Upgrade, and back", || upgrade::play(&old, places, &tools, Scale::Small))?;
    steps.summary();
    Ok(())
}

fn prepare(places: &Places) -> Result<(Toolchain, TestTools)> {
    let _alone = lock::alone(places)?;
    Ok((Toolchain::ready(places)?, setup::for_tests(places)?))
}

fn build(toolchain: &Toolchain, places: &Places) -> Result<()> {
    let _alone = lock::alone(places)?;
    product(toolchain, Some(&WasmOpt::installed(places)?), places)?;
    command_line::build(places)?;
    vectors::build(toolchain, places)
}
