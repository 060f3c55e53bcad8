//! The clinic's codes, moments and waits in words.

use charley_records::clinic::StaffRole;
use charley_records::clinic::booking::BookingState;
use charley_records::clinic::resources::ResourceKind;
use charley_records::clinic::worklist::{Closing, Urgency};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// How soon: the icon, which is that of the result page, and the words beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Icon and class: call, today, book, self.
    pub kind: &'static str,
    /// Words.
    pub word: &'static str,
}

/// The mark of an urgency.
pub fn mark(urgency: Urgency) -> Mark {
    let (kind, word) = match urgency {
        Urgency::Emergency => ("call", "Emergency"),
        Urgency::SameDay => ("today", "Today"),
        Urgency::Soon => ("book", "Within 2 weeks"),
        Urgency::Routine => ("book", "Routine"),
        Urgency::SelfCare => ("self", "Self-care"),
    };
    Mark { kind, word }
}

/// A role.
pub fn role(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Clinician => "clinician",
        StaffRole::FrontDesk => "front desk",
        StaffRole::Administrator => "administrator",
    }
}

/// How a request ended.
pub fn closing(how: Closing) -> &'static str {
    match how {
        Closing::Booked => "A visit is booked",
        Closing::Seen => "Seen",
        Closing::Advised => "Advice was given",
        Closing::SentOn => "Sent on to another service",
        Closing::Withdrawn => "The person took it back",
        Closing::NotReached => "Could not be reached",
        Closing::Duplicate => "It was there twice",
    }
}

/// Where a visit stands.
pub fn booking(state: BookingState) -> &'static str {
    match state {
        BookingState::Booked => "booked",
        BookingState::Arrived => "has come",
        BookingState::Done => "done",
        BookingState::NoShow => "did not come",
        BookingState::Cancelled => "cancelled",
    }
}

/// A kind of resource.
pub fn resource(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Clinician => "clinician",
        ResourceKind::Room => "room",
        ResourceKind::Machine => "machine",
    }
}

/// How long it has been: "under a minute", "12 minutes", "3 hours", "2 days". Whole units, rounded down.
pub fn wait(since: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(since).as_mins().max(0);
    let (number, unit) = match minutes {
        0 => return "under a minute".to_owned(),
        1..60 => (minutes, "minute"),
        60..2_880 => (minutes / 60, "hour"),
        _ => (minutes / 1_440, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// "Tue 24 November 2026, 21:30" by a clock.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%a %-d %B %Y, %H:%M").to_string()
}

/// "Thu 24 December 2026 to Sat 26 December 2026" for whole days by a clock, else from one moment to the other.
pub fn span(from: Timestamp, to: Timestamp, zone: &TimeZone) -> String {
    let [first, end] = [from, to].map(|at| at.to_zoned(zone.clone()));
    let last = end.date().yesterday();
    match last {
        Ok(last) if [&first, &end].iter().all(|at| at.time() == Time::midnight()) => {
            let day = |day: Date| day.strftime("%a %-d %B %Y").to_string();
            if last <= first.date() { day(last) } else { format!("{} to {}", day(first.date()), day(last)) }
        }
        _ => format!("{} to {}", moment(from, zone), moment(to, zone)),
    }
}

/// What to do where a day is missing, or is none.
pub const NO_DAY: &str = "Choose a day, or write it as year, month and day, such as 2027-01-31";

/// "24 November 2026" by a clock.
pub fn day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_days_are_told_without_a_clock() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let told = |from: &str, to: &str| {
            let at = |text: &str| text.parse::<jiff::civil::DateTime>().unwrap().to_zoned(zone.clone()).unwrap();
            span(at(from).timestamp(), at(to).timestamp(), &zone)
        };
        let days = "Thu 24 December 2026 to Sat 26 December 2026";
        assert_eq!(told("2026-12-24T00:00", "2026-12-27T00:00"), days);
        assert_eq!(told("2026-06-24T00:00", "2026-06-25T00:00"), "Wed 24 June 2026");
        let hours = "Thu 24 December 2026, 12:00 to Fri 25 December 2026, 00:00";
        assert_eq!(told("2026-12-24T12:00", "2026-12-25T00:00"), hours);
    }

    #[test]
    fn waits_are_told_in_whole_units() {
        let since: Timestamp = "2026-11-24T09:00:00Z".parse().unwrap();
        for (now, words) in [
            ("2026-11-24T08:59:00Z", "under a minute"),
            ("2026-11-24T09:01:59Z", "1 minute"),
            ("2026-11-24T10:00:00Z", "1 hour"),
            ("2026-11-26T08:59:00Z", "47 hours"),
            ("2026-11-26T09:00:00Z", "2 days"),
        ] {
            assert_eq!(wait(since, now.parse().unwrap()), words);
        }
    }

    #[test]
    fn moments_are_told_by_the_clinics_clock() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at: Timestamp = "2026-07-01T22:30:00Z".parse().unwrap();
        assert_eq!(moment(at, &zone), "Thu 2 July 2026, 00:30");
        assert_eq!(day(at, &zone), "2 July 2026");
    }
}
