//! Which messages are due.

use charley_records::reminders::{Channel, Kind, NewMessage, ToRemind};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// A reminder that is later than this is of no use: the server was off, the evening is over.
pub const USEFUL: SignedDuration = SignedDuration::from_hours(2);

/// The messages of somebody that became due and are still of use. Their ids name person, day, kind and channel, so that
/// a second run makes the same ones.
pub fn messages(who: &ToRemind, now: Timestamp) -> Vec<NewMessage> {
    let Ok(zone) = TimeZone::get(&who.zone) else { return Vec::new() };
    let today = now.to_zoned(zone.clone()).date();
    let days = [today.saturating_sub(1.day()), today];
    let wanted = [(Kind::Evening, who.wanted.evening), (Kind::Morning, who.wanted.morning)];
    let channels = [(Channel::Mail, &who.wanted.mail), (Channel::Ntfy, &who.wanted.topic)];
    let mut messages = Vec::new();
    for (kind, time) in wanted {
        for day in days {
            let Some(due) = time.and_then(|time| moment(day, time, &zone)) else { continue };
            if due > now || now.duration_since(due) >= USEFUL {
                continue;
            }
            for (channel, to) in channels {
                if !to.is_empty() {
                    let id = format!("{}.{day}.{}.{}", who.person, kind.code(), channel.code());
                    messages.push(NewMessage { id, person: who.person, kind, channel, due, until: due + USEFUL });
                }
            }
        }
    }
    messages
}

/// The night that a morning's message asks about: the one that began the day before, by the clock of the person.
pub fn night_asked(due: Timestamp, zone: &str) -> Option<Date> {
    let zone = TimeZone::get(zone).ok()?;
    due.to_zoned(zone).date().yesterday().ok()
}

/// A local time as a moment. Of a time that comes twice it is the first; one that is skipped comes after the gap.
fn moment(day: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_zoned(day.to_datetime(time)).compatible().ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use charley_records::PersonId;
    use charley_records::reminders::Reminders;

    use super::*;

    fn who(evening: &str, zone: &str) -> ToRemind {
        ToRemind {
            person: PersonId(Default::default()),
            zone: zone.to_owned(),
            wanted: Reminders {
                evening: Some(evening.parse().unwrap()),
                mail: "anna@home.example".to_owned(),
                topic: "legs".to_owned(),
                ..Reminders::default()
            },
        }
    }

    fn due(evening: &str, zone: &str, now: &str) -> Vec<String> {
        let messages = messages(&who(evening, zone), now.parse().unwrap());
        messages.iter().filter(|message| message.channel == Channel::Mail).map(|m| m.due.to_string()).collect()
    }

    #[test]
    fn a_reminder_is_due_for_two_hours_and_once_a_day() {
        assert_eq!(due("21:30", "Europe/London", "2026-11-24T21:29:59Z"), [""; 0]);
        assert_eq!(due("21:30", "Europe/London", "2026-11-24T21:30:00Z"), ["2026-11-24T21:30:00Z"]);
        assert_eq!(due("21:30", "Europe/London", "2026-11-24T23:29:59Z"), ["2026-11-24T21:30:00Z"]);
        assert_eq!(due("21:30", "Europe/London", "2026-11-24T23:30:00Z"), [""; 0]);
        assert_eq!(due("23:30", "Europe/London", "2026-11-25T00:10:00Z"), ["2026-11-24T23:30:00Z"]);
        let ids: Vec<String> =
            messages(&who("21:30", "UTC"), "2026-11-24T22:00:00Z".parse().unwrap()).into_iter().map(|m| m.id).collect();
        assert_eq!(ids.len(), 2);
        assert!(ids[0].ends_with(".2026-11-24.evening.mail") && ids[1].ends_with(".2026-11-24.evening.ntfy"));
    }

    #[test]
    fn clock_changes_neither_lose_nor_double_a_reminder() {
        // London skips 01:00 to 02:00 on 29 March, and has it twice on 25 October.
        assert_eq!(due("01:30", "Europe/London", "2026-03-29T01:45:00Z"), ["2026-03-29T01:30:00Z"]);
        assert_eq!(due("01:30", "Europe/London", "2026-10-25T00:31:00Z"), ["2026-10-25T00:30:00Z"]);
        assert_eq!(due("01:30", "Europe/London", "2026-10-25T01:31:00Z"), ["2026-10-25T00:30:00Z"], "the first one");
        assert_eq!(due("21:30", "Europe/London", "2026-03-28T21:30:00Z"), ["2026-03-28T21:30:00Z"]);
        assert_eq!(due("21:30", "Europe/London", "2026-03-29T20:30:00Z"), ["2026-03-29T20:30:00Z"]);
    }

    #[test]
    fn the_night_asked_about_is_the_one_before_by_the_persons_clock() {
        let night = |due: &str, zone: &str| night_asked(due.parse().unwrap(), zone).map(|date| date.to_string());
        assert_eq!(night("2026-11-24T07:30:00Z", "Europe/London").as_deref(), Some("2026-11-23"));
        assert_eq!(night("2026-11-24T18:30:00Z", "Pacific/Auckland").as_deref(), Some("2026-11-24"));
        assert_eq!(night("2026-11-24T07:30:00Z", "Atlantis/Main"), None);
    }

    #[test]
    fn a_zone_that_is_gone_sends_nothing() {
        assert_eq!(due("21:30", "Atlantis/Main", "2026-11-24T21:30:00Z"), [""; 0]);
    }
}
