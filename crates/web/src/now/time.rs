//! Which night it is. A night runs noon to noon where the person lives and is named by the day on which it began.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::day::Day;

/// The zone of a name; none when it is not known here.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// The night that runs at this moment.
pub fn tonight(now: Timestamp, zone: &TimeZone) -> Date {
    let local = zone.to_datetime(now);
    if local.hour() >= 12 { local.date() } else { local.date().saturating_sub(1.day()) }
}

/// Last night: the one that began yesterday. In the morning it still runs until noon, in the evening it is over.
pub fn last_night(now: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(now).date().saturating_sub(1.day())
}

/// "03:07".
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// "Monday 23 November 2026".
pub fn long(date: Date) -> String {
    let day = Day {
        year: date.year().into(),
        month: date.month().unsigned_abs().into(),
        day: date.day().unsigned_abs().into(),
    };
    day.long()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(now: &str, zone_name: &str, expected_tonight: &str, expected_last: &str) {
        let (now, zone) = (now.parse().unwrap(), zone(zone_name).unwrap());
        assert_eq!(tonight(now, &zone).to_string(), expected_tonight, "tonight at {now} in {zone_name}");
        assert_eq!(last_night(now, &zone).to_string(), expected_last, "last night at {now} in {zone_name}");
    }

    #[test]
    fn nights_run_noon_to_noon_where_the_person_lives() {
        check("2026-11-24T22:30:00Z", "Europe/London", "2026-11-24", "2026-11-23");
        check("2026-11-25T03:00:00Z", "Europe/London", "2026-11-24", "2026-11-24");
        check("2026-11-25T11:59:59Z", "Europe/London", "2026-11-24", "2026-11-24");
        check("2026-11-25T12:00:00Z", "Europe/London", "2026-11-25", "2026-11-24");
        // 03:00 in London is the afternoon in Auckland and the evening before in New York.
        check("2026-11-25T03:00:00Z", "Pacific/Auckland", "2026-11-25", "2026-11-24");
        check("2026-11-25T03:00:00Z", "America/New_York", "2026-11-24", "2026-11-23");
    }
}
