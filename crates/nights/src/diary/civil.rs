//! Nights in civil time.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// The hour at which one night ends and the next begins.
const TURN: i8 = 12;

/// The night of a moment: the local day on which it began. From noon on it is that day, before noon the day before.
pub fn night_of(at: Timestamp, zone: &TimeZone) -> Date {
    let local = zone.to_datetime(at);
    if local.hour() >= TURN { local.date() } else { local.date().saturating_sub(1.day()) }
}

/// When a night begins and ends. It lasts 23 or 25 hours where the clocks change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Noon of the day on which it begins.
    pub from: Timestamp,
    /// Noon of the next day.
    pub until: Timestamp,
}

/// The span of a night in a zone; none at the ends of the calendar.
pub fn span(night: Date, zone: &TimeZone) -> Option<Span> {
    let noon = |day: Date| zone.to_ambiguous_timestamp(day.at(TURN, 0, 0, 0)).compatible().ok();
    Some(Span { from: noon(night)?, until: noon(night.checked_add(1.day()).ok()?)? })
}

/// The moment of a time by the clock within a night: 22:00 is on the day it began, 02:00 on the day after. A time that
/// the clock shows twice is the first; one that it leaps over is as much later.
pub fn moment_in(night: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    let day = if time.hour() >= TURN { night } else { night.checked_add(1.day()).ok()? };
    zone.to_ambiguous_timestamp(day.to_datetime(time)).compatible().ok()
}
