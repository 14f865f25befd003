//! One target under libFuzzer, which brings `main` and all arguments. Started by
//! `cargo xtask fuzz`.

#![no_main]

use ashlink_fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

static TARGET: OnceLock<&Target> = OnceLock::new();

/// The target that `ASHLINK_FUZZ_TARGET` names.
fn chosen() -> &'static Target {
    let name = std::env::var("ASHLINK_FUZZ_TARGET").expect("ASHLINK_FUZZ_TARGET names the target");
    TARGETS.iter().find(|target| target.name == name).expect("ASHLINK_FUZZ_TARGET names one of the targets")
}

// Chosen before libFuzzer counts coverage: looking it up is no part of any input.
fuzz_target!(init: { TARGET.get_or_init(chosen); }, |bytes| (TARGET.get_or_init(chosen).run)(bytes));
