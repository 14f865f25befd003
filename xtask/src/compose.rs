//! `cargo xtask compose-test`: builds the image, runs the stack of `docker-compose.yml` for
//! real, holds it to its promises, plays the browser's scenarios at it, and takes it down.

mod browser;
mod stack;
mod stand_ins;

use anyhow::Result;

use crate::steps::Steps;
use crate::tools::TestTools;
use stack::Stack;

#[derive(Debug, PartialEq, Eq, clap::Args)]
pub(crate) struct Options {
    /// Make the base images from Debian's packages, where none can be pulled
    #[arg(long)]
    stand_ins: bool,
    /// Test this image, and build none
    #[arg(long, value_name = "NAME")]
    image: Option<String>,
}

pub(crate) fn test(options: &Options) -> Result<()> {
    let mut steps = Steps::of(7);
    let (tools, compose) = steps.step("Set up what is missing", || Ok((TestTools::ready()?, stack::ready()?)))?;
    let images = steps
        .step("Find or make the base images", || if options.stand_ins { stand_ins::make() } else { Ok(Vec::new()) })?;
    let mut stack = Stack::new(compose, images, options.image.as_deref())?;
    let result = run(&mut steps, &mut stack, &tools, options);
    let ended = stack.end();
    result?;
    ended?;
    steps.summary();
    Ok(())
}

fn run(steps: &mut Steps, stack: &mut Stack, tools: &TestTools, options: &Options) -> Result<()> {
    steps.step("Build the image", || match options.image {
        None => stack.build(),
        Some(_) => stack.image(),
    })?;
    steps.step("In memory: what it promises, and how it lasts", || {
        stack.up(stack::MEMORY)?;
        stack.hold_to(tools, &["running", "lasting"])
    })?;
    steps.step("Browser scenarios against it", || browser::play(stack, tools))?;
    steps.step("Durable: what survives a crash of the store", || {
        stack.up(stack::DURABLE)?;
        stack.hold_to(tools, &["durable"])
    })?;
    steps.step("Behind Caddy with TLS", || {
        stack.up(stack::CADDY)?;
        stack.hold_to(tools, &["caddy"])
    })
}
