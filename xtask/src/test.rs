//! Every kind of test, in the order in which a failure is cheapest.

use std::process::Command;

use anyhow::Result;

use crate::cargo::cargo;
use crate::npm::WasmOpt;
use crate::places::Places;
use crate::run::run;
use crate::serve::product;
use crate::setup::{self, TestTools};
use crate::steps::Steps;
use crate::wasm::Toolchain;
use crate::{command_line, e2e, fuzz, lock, upgrade, vectors, weight};

/// How many cases the tests try.
#[derive(Clone, Copy)]
pub(crate) enum Scale {
    /// Enough to trust a change: minutes.
    Small,
    /// Enough to find what is rare.
    Large,
}

impl Scale {
    fn is_large(self) -> bool {
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
    let mut steps = Steps::of(if scale.is_large() { 7 } else { 5 });
    let (toolchain, tools) = steps.step("Set up what is missing", || prepare(places))?;
    if scale.is_large() {
        // Found now and not after an hour.
        setup::ensure(&[&setup::CXX])?;
    }
    steps.step("Build the page, the vectors, the server and the command line", || build(&toolchain, places))?;
    steps.step("Unit, store and API tests", || {
        let mut command = cargo("test", places);
        // The server that the browser tests run is the one without it.
        command
            .args(["--workspace", "--features", "ashlink-server/otel"])
            .env("REDIS_SERVER", &tools.redis)
            .env("ASHLINK_SERVER_BIN", places.server());
        if scale.is_large() {
            // The figures that storms, kills and cuts print are what it is run for.
            command.args(["--", "--show-output"]);
        }
        match &tools.valkey {
            Some(valkey) => {
                command.env("VALKEY_SERVER", valkey);
            }
            None => println!("There is no `valkey-server` here: the tests of the shared store run on Redis alone."),
        }
        scale.tell(&mut command);
        run(&mut command, "cargo test")
    })?;
    steps.step("Weigh the page and the command line", || weight::check(places))?;
    steps.step("Browser tests", || e2e::run_tests(places, &tools, scale, &[], &[]))?;
    if scale.is_large() {
        steps.step("Upgrade from an older build, and back", || {
            upgrade::play(&upgrade::build(None, places)?, places, &tools, scale)
        })?;
        steps.step("Fuzz every parser of foreign bytes", || fuzz::all(places))?;
    }
    steps.summary();
    Ok(())
}

/// The browser tests and what they need; all of them when no file is named.
pub(crate) fn browser_only(places: &Places, files: &[String]) -> Result<()> {
    let mut steps = Steps::of(3);
    let (toolchain, tools) = steps.step("Set up what is missing", || prepare(places))?;
    steps.step("Build the page, the vectors, the server and the command line", || build(&toolchain, places))?;
    steps.step("Browser tests", || e2e::run_tests(places, &tools, Scale::Small, files, &[]))?;
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
