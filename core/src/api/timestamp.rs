//! Points in time as the API writes them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use std::borrow::Cow;

const DAY: i64 = 24 * 60 * 60;
/// The last second of the year 9999; RFC 3339 has no fifth digit.
const LAST: i64 = 253_402_300_799;

/// Whole seconds since the Unix epoch. RFC 3339 in UTC on the wire, in its one form without
/// fractions: `2026-11-22T14:03:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime, examples("2026-11-22T14:03:00Z")))]
pub struct Timestamp(i64);

impl Timestamp {
    /// The second that a number of milliseconds since the epoch falls into.
    #[must_use]
    pub const fn from_unix_millis(millis: u64) -> Self {
        Self((millis / 1000) as i64)
    }

    /// From seconds since the epoch.
    #[must_use]
    pub const fn from_unix_secs(secs: i64) -> Self {
        Self(secs)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn unix_secs(self) -> i64 {
        self.0
    }

    /// The wire form; `None` beyond the year 9999.
    fn to_text(self) -> Option<String> {
        if !(0..=LAST).contains(&self.0) {
            return None;
        }
        let (year, month, day) = date(self.0 / DAY);
        let second = self.0 % DAY;
        let numbers = [year / 100, year % 100, month, day, second / 3600, second / 60 % 60, second % 60];
        let mut text = String::with_capacity(FORM.len());
        let mut numbers = numbers.iter();
        let mut form = FORM.chars();
        while let Some(mark) = form.next() {
            if mark != '0' {
                text.push(mark);
                continue;
            }
            form.next();
            // All seven are below 100.
            let number = *numbers.next()? as u8;
            text.push((b'0' + number / 10).into());
            text.push((b'0' + number % 10).into());
        }
        Some(text)
    }

    /// Reads the wire form and nothing else.
    fn parse(text: &str) -> Option<Self> {
        let mut digits = text.bytes().zip(FORM.bytes()).filter(|(_, form)| *form == b'0').map(|(digit, _)| digit);
        let mut number = || Some(i64::from(digits.next()?) * 10 + i64::from(digits.next()?) - 11 * i64::from(b'0'));
        let year = number()? * 100 + number()?;
        let days = days(year, number()?, number()?);
        let time = Self(days * DAY + number()? * 3600 + number()? * 60 + number()?);
        // Each time has one text: whatever else leads to it (no digits, a thirtieth of
        // February, an hour 24) is written otherwise.
        (time.to_text()? == text).then_some(time)
    }
}

/// Where digits stand, and what stands between them.
const FORM: &str = "0000-00-00T00:00:00Z";

// Years begin on the first of March here, so that a leap day is their last; 400 of them have
// always the same number of days. The first such 400 years begin in March of the year 0.
const YEARS_400: i64 = 146_097;
/// Days from then to the epoch.
const EPOCH: i64 = 719_468;

/// Year, month and day of a day since the epoch (H. Hinnant's `civil_from_days`).
const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (cycle, day) = (days / YEARS_400, days % YEARS_400);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (cycle * 400 + year + next, month, day)
}

/// The day since the epoch of a date; some day for what is none.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day = (153 * month + 2) / 5 + day - 1;
    cycle * YEARS_400 + year * 365 + year / 4 - year / 100 + day - EPOCH
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.to_text().ok_or_else(|| ser::Error::custom("a time beyond the year 9999"))?;
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("must be a time like 2026-11-22T14:03:00Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;

    /// What the library makes of a text.
    fn expected(text: &str) -> Option<Timestamp> {
        OffsetDateTime::parse(text, &Rfc3339).ok().map(|time| Timestamp(time.unix_timestamp()))
    }

    #[test]
    fn the_wire_form_is_rfc_3339_in_utc() {
        let time = Timestamp::from_unix_millis(1_795_356_180_999);
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, "\"2026-11-22T14:03:00Z\"");
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), time);
        assert!(serde_json::to_string(&Timestamp::from_unix_millis(u64::MAX)).is_err());
    }

    #[test]
    fn there_is_no_other_form() {
        for text in [
            "",
            "2026-11-22T14:03:00",
            "2026-11-22T14:03:00z",
            "2026-11-22 14:03:00Z",
            "2026-11-22T15:03:00+01:00",
            "2026-11-22T14:03:00.5Z",
            "2026-11-22T14:03:00ZZ",
            " 2026-11-22T14:03:00Z",
            "12026-11-22T14:03:00Z",
            "2026-11-2٣T14:03:00Z",
            "1969-12-31T23:59:59Z",
            "2026-12-31T23:59:60Z",
            "2026-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T13:63:00Z",
            // Each of the last two characters is one away from a digit.
            "2026-11-22T14:03:0:Z",
            "2026-11-22T14:03:0/Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text:?}");
        }
        assert_eq!(Timestamp::parse("2000-02-29T23:59:59Z"), expected("2000-02-29T23:59:59Z"));
        assert_eq!(Timestamp::parse("9999-12-31T23:59:59Z"), Some(Timestamp(LAST)));
    }

    proptest! {
        #[test]
        fn every_time_is_written_as_the_library_writes_it_and_read_back(secs in 0..=LAST) {
            let text = Timestamp(secs).to_text().unwrap();
            let time = OffsetDateTime::from_unix_timestamp(secs).unwrap();
            prop_assert_eq!(&text, &time.format(&Rfc3339).unwrap());
            prop_assert_eq!(Timestamp::parse(&text), Some(Timestamp(secs)));
        }

        #[test]
        fn numbers_that_make_no_date_are_refused(
            year in 1970..=9999, month in 0..15, day in 0..35, hour in 0..27, minute in 0..65, second in 0..60,
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
            prop_assert_eq!(Timestamp::parse(&text), expected(&text));
        }

        #[test]
        fn a_changed_text_is_refused_or_another_time(secs in 0..=LAST, at in 0_usize..20, to in any::<char>()) {
            let mut text: Vec<char> = Timestamp(secs).to_text().unwrap().chars().collect();
            text[at] = to;
            let text: String = text.into_iter().collect();
            if let Some(read) = Timestamp::parse(&text) {
                prop_assert_eq!(expected(&text), Some(read));
            }
        }
    }
}
