//! Lifetimes, of which there are three settings that must fit together.

use super::Settings;
use ashlink_core::api::Ttl;
use std::time::Duration;

/// Two settings cannot both be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{shorter} is longer than {longer}")]
pub struct Contradiction {
    shorter: String,
    longer: String,
}

impl Settings {
    /// The lifetime that the page proposes, once it is known to lie between the others.
    pub(super) fn default_lifetime(&self) -> Result<Ttl, Contradiction> {
        let [min, max] = [("ASHLINK_MIN_TTL", self.min_ttl), ("ASHLINK_MAX_TTL", self.max_ttl)];
        in_order(min, max)?;
        let Some(chosen) = self.default_ttl else { return Ok(Ttl::DEFAULT.clamp(self.min_ttl, self.max_ttl)) };
        let default = ("ASHLINK_DEFAULT_TTL", chosen);
        in_order(min, default)?;
        in_order(default, max)?;
        Ok(chosen)
    }
}

/// Holds that the first is no longer than the second.
fn in_order(shorter: (&str, Ttl), longer: (&str, Ttl)) -> Result<(), Contradiction> {
    if shorter.1 <= longer.1 {
        return Ok(());
    }
    let [shorter, longer] = [shorter, longer].map(|(name, time)| {
        let time = humantime::format_duration(Duration::from_secs(time.as_secs()));
        format!("{name}={}", time.to_string().replace(' ', ""))
    });
    Err(Contradiction { shorter, longer })
}
