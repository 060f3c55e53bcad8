//! Days and hours at the clinic.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::Result;

/// The clinic answers the telephone from here, in minutes of the day.
const OPENS: i16 = 9 * 60;
/// And until here.
const CLOSES: i16 = 17 * 60;

/// A time of a day by the clock of the clinic.
pub fn moment(day: Date, minutes: i16, zone: &TimeZone) -> Result<Timestamp> {
    let (hour, minute) = (i8::try_from(minutes / 60).unwrap_or(23), i8::try_from(minutes % 60).unwrap_or(0));
    Ok(zone.to_ambiguous_timestamp(day.at(hour, minute, 0, 0)).compatible()?)
}

/// So many days later.
pub fn later(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

/// Whole days from one date to another; negative when the second is earlier.
pub fn days_between(from: Date, to: Date) -> i32 {
    to.since(from).map_or(0, |span| span.get_days())
}

/// The moment itself when the clinic is at work then, and otherwise the next morning on which it is, some minutes in.
pub fn at_work(at: Timestamp, minutes_in: i16, zone: &TimeZone) -> Result<Timestamp> {
    let clock = zone.to_datetime(at);
    let minute = i16::from(clock.hour()) * 60 + i16::from(clock.minute());
    let weekend = |day: Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    if !weekend(clock.date()) && (OPENS..CLOSES).contains(&minute) {
        return Ok(at);
    }
    let mut day = if minute < OPENS { clock.date() } else { later(clock.date(), 1) };
    while weekend(day) {
        day = later(day, 1);
    }
    moment(day, OPENS + minutes_in, zone)
}

/// So many minutes after a moment.
pub fn after(at: Timestamp, minutes: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_at_night_or_on_a_weekend_is_seen_on_the_next_working_morning() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let work = |text: &str| at_work(text.parse().unwrap(), 20, &zone).unwrap().to_string();
        assert_eq!(work("2026-11-24T10:15:00Z"), "2026-11-24T10:15:00Z");
        assert_eq!(work("2026-11-24T03:00:00Z"), "2026-11-24T09:20:00Z");
        assert_eq!(work("2026-11-27T18:00:00Z"), "2026-11-30T09:20:00Z");
        assert_eq!(work("2026-07-04T10:00:00Z"), "2026-07-06T08:20:00Z");
        assert_eq!(days_between("2026-11-24".parse().unwrap(), "2026-12-01".parse().unwrap()), 7);
    }
}
