//! Failed attempts: what `attempts.lua` is given, and what its answers mean.

use crate::AfterFailure;
use crate::attempt_waits::{CALLER_KEPT, Failed, OF_ALL, OF_CALLER};
use ashlink_core::api::AttemptLimit;
use redis::Value;

/// `attempts.lua` behind the schedule: a function, so that it costs nothing where nobody has failed.
pub(super) fn script() -> String {
    let (of_caller, of_all) = (list(&OF_CALLER), list(&OF_ALL));
    let waits = format!("local function waits()\n  return {{ {of_caller} }}, {{ {of_all} }}, {CALLER_KEPT}\nend\n");
    [&waits, include_str!("attempts.lua")].concat()
}

fn list(numbers: &[u64]) -> String {
    let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
    numbers.join(", ")
}

/// What follows from a failed attempt: how many its caller and all have made, and how many destroy
/// the secret, or 0.
pub(super) fn after_failure(by_caller: &Value, by_all: &Value, attempt_limit: &Value) -> Option<AfterFailure> {
    let count = |value: &Value| match value {
        Value::Int(count) => u32::try_from(*count).ok(),
        _ => None,
    };
    let failed = Failed { by_caller: count(by_caller)?, by_all: count(by_all)? };
    let attempt_limit = match count(attempt_limit)? {
        0 => None,
        most => Some(AttemptLimit::new(most.into()).ok()?),
    };
    Some(AfterFailure::after(failed, attempt_limit))
}
