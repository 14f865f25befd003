//! `cargo xtask compose-test`: builds the image, runs the stack of `docker-compose.yml` for
//! real, holds it to its promises, plays the browser's scenarios at it, and takes it down.

mod browser;
mod engine;
mod stack;
mod stand_ins;

use anyhow::Result;

use crate::places::Places;
use crate::setup::{self, TestTools};
use crate::steps::Steps;
use engine::Engine;
use stack::{Files, Stack};

/// What a person can ask for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Make the base images from Debian's packages, where none can be pulled.
    pub(crate) stand_ins: bool,
    /// Test this image, and build none.
    pub(crate) image: Option<String>,
}

/// Everything, from building to taking down.
pub(crate) fn test(places: &Places, options: &Options) -> Result<()> {
    let mut steps = Steps::of(7);
    let (tools, engine) = steps.step("Set up what is missing", || prepare(places))?;
    let images = steps.step("Find or make the base images", || {
        if options.stand_ins { stand_ins::make(places) } else { Ok(Vec::new()) }
    })?;
    let mut stack = Stack::new(places, &engine, images, options.image.as_deref())?;
    let result = run(&mut steps, &mut stack, &tools, options);
    let ended = stack.end();
    result?;
    ended?;
    steps.summary();
    Ok(())
}

fn prepare(places: &Places) -> Result<(TestTools, Engine)> {
    setup::ensure(&[&engine::DOCKER])?;
    Ok((setup::for_tests(places)?, Engine::find(places)?))
}

fn run(steps: &mut Steps, stack: &mut Stack<'_>, tools: &TestTools, options: &Options) -> Result<()> {
    steps.step("Build the image", || match options.image {
        None => stack.build(),
        Some(_) => stack.image(),
    })?;
    steps.step("In memory: what it promises, and how it lasts", || {
        stack.up(Files::Memory)?;
        stack.hold_to(tools, &["running", "lasting"])
    })?;
    steps.step("Browser scenarios against it", || browser::play(stack, tools))?;
    steps.step("Durable: what survives a crash of the store", || {
        stack.up(Files::Durable)?;
        stack.hold_to(tools, &["durable"])
    })?;
    steps.step("Behind Caddy with TLS", || {
        stack.up(Files::Caddy)?;
        stack.hold_to(tools, &["caddy"])
    })
}
