//! Bounded numbers: how long a secret lives and how often it can be read. There is no
//! "never" and no zero that means never.

use serde::{Deserialize, Deserializer, Serialize, de};

/// A number is outside its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from {min} to {max}")]
pub struct OutOfBounds {
    /// The least that is allowed.
    pub min: u64,
    /// The most that is allowed.
    pub max: u64,
}

impl OutOfBounds {
    const fn check(value: u64, min: u64, max: u64) -> Result<u64, Self> {
        if min <= value && value <= max { Ok(value) } else { Err(Self { min, max }) }
    }
}

/// A secret's lifetime: whole seconds, from one minute to thirty days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u64, minimum = 60, maximum = 2_592_000))]
pub struct Ttl(u64);

impl Ttl {
    /// One minute; no operator can allow less.
    pub const MIN: Self = Self(60);
    /// Thirty days; no operator can allow more.
    pub const MAX: Self = Self(30 * 24 * 60 * 60);
    /// Seven days, unless the operator says otherwise.
    pub const DEFAULT: Self = Self(7 * 24 * 60 * 60);

    /// Takes seconds.
    ///
    /// # Errors
    /// [`OutOfBounds`] outside one minute to thirty days.
    pub const fn from_secs(secs: u64) -> Result<Self, OutOfBounds> {
        Self::from_secs_between(secs, Self::MIN, Self::MAX)
    }

    /// Takes seconds, with the operator's bounds.
    ///
    /// # Errors
    /// [`OutOfBounds`] outside `min` to `max`.
    pub const fn from_secs_between(secs: u64, min: Self, max: Self) -> Result<Self, OutOfBounds> {
        match OutOfBounds::check(secs, min.0, max.0) {
            Ok(secs) => Ok(Self(secs)),
            Err(error) => Err(error),
        }
    }

    /// In seconds, as the API has it.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// In milliseconds, as stores have it.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0 * 1000
    }
}

impl TryFrom<u64> for Ttl {
    type Error = OutOfBounds;

    fn try_from(secs: u64) -> Result<Self, OutOfBounds> {
        Self::from_secs(secs)
    }
}

impl<'de> Deserialize<'de> for Ttl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_secs(u64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// How often a secret can be read: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u64, minimum = 1, maximum = 100))]
pub struct MaxViews(u32);

impl MaxViews {
    /// Once, which is also the default.
    pub const ONE: Self = Self(1);
    /// A hundred times.
    pub const MAX: Self = Self(100);

    /// Takes a number.
    ///
    /// # Errors
    /// [`OutOfBounds`] outside 1 to 100.
    pub const fn new(views: u64) -> Result<Self, OutOfBounds> {
        Self::up_to(views, Self::MAX)
    }

    /// Takes a number, with the operator's maximum.
    ///
    /// # Errors
    /// [`OutOfBounds`] outside 1 to `max`.
    pub const fn up_to(views: u64, max: Self) -> Result<Self, OutOfBounds> {
        match OutOfBounds::check(views, 1, max.0 as u64) {
            // At most 100, as just checked.
            Ok(views) => Ok(Self(views as u32)),
            Err(error) => Err(error),
        }
    }

    /// The number of views: 1 to 100.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u64> for MaxViews {
    type Error = OutOfBounds;

    fn try_from(views: u64) -> Result<Self, OutOfBounds> {
        Self::new(views)
    }
}

impl<'de> Deserialize<'de> for MaxViews {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// After how many failed attempts a secret is destroyed, where its sender wants that: 5 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u64, minimum = 5, maximum = 100))]
pub struct AttemptLimit(u32);

impl AttemptLimit {
    /// Five: with fewer, a recipient who mistypes would destroy what is theirs.
    pub const MIN: Self = Self(5);
    /// A hundred: what the waits allow all callers together in seven days.
    pub const MAX: Self = Self(100);

    /// Takes a number.
    ///
    /// # Errors
    /// [`OutOfBounds`] outside 5 to 100.
    pub const fn new(attempts: u64) -> Result<Self, OutOfBounds> {
        match OutOfBounds::check(attempts, Self::MIN.0 as u64, Self::MAX.0 as u64) {
            // At most 100, as just checked.
            Ok(attempts) => Ok(Self(attempts as u32)),
            Err(error) => Err(error),
        }
    }

    /// The number of failed attempts: 5 to 100.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u64> for AttemptLimit {
    type Error = OutOfBounds;

    fn try_from(attempts: u64) -> Result<Self, OutOfBounds> {
        Self::new(attempts)
    }
}

impl<'de> Deserialize<'de> for AttemptLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        whole(deserializer)
    }
}

/// Reads a number of a request, in each form that JSON has for a whole one: `3600`, `3600.0` and `36e2`. Which
/// one a program writes is often not its author's choice, and the schema allows them all.
pub(super) fn whole<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<u64, Error = OutOfBounds>,
{
    deserializer.deserialize_u64(Whole)?.try_into().map_err(de::Error::custom)
}

struct Whole;

impl de::Visitor<'_> for Whole {
    type Value = u64;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a whole number that is not negative")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<u64, E> {
        // Up to 2^53 a float is one whole number and no other; what is larger is out of all bounds.
        if number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number) {
            return Ok(number as u64);
        }
        Err(E::invalid_type(de::Unexpected::Float(number), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_at_every_entry() {
        for bad in ["0", "59", "2592001", "-1", "18446744073709551616", "60.0", "1e3", "\"60\"", "null"] {
            assert!(serde_json::from_str::<Ttl>(bad).is_err(), "{bad}");
        }
        assert_eq!(serde_json::from_str::<Ttl>("60").unwrap(), Ttl::MIN);
        for bad in ["0", "101", "-1", "4294967297", "true"] {
            assert!(serde_json::from_str::<MaxViews>(bad).is_err(), "{bad}");
        }
        for bad in ["0", "4", "101", "-5", "null", "5.5", "1e300", "-5.0", "\"5\""] {
            assert!(serde_json::from_str::<AttemptLimit>(bad).is_err(), "{bad}");
        }
        for five in ["5", "5.0", "0.5e1", "500E-2"] {
            assert_eq!(serde_json::from_str::<AttemptLimit>(five).unwrap(), AttemptLimit::MIN, "{five}");
        }
        let day = Ttl::from_secs(86_400).unwrap();
        let hour = Ttl::from_secs(3600).unwrap();
        for bad in [3599, 86_401] {
            let error = Ttl::from_secs_between(bad, hour, day).unwrap_err();
            assert_eq!(error.to_string(), "must be from 3600 to 86400");
        }
        assert_eq!(Ttl::from_secs_between(3600, hour, day), Ok(hour));
    }
}
