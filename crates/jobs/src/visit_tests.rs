use charley_records::reminders::Channel;
use charley_records::secret::Secret;
use charley_records::{BookingId, OrganisationId, PersonId, ServiceId};
use jiff::civil::DateTime;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::calendar::tests::values;

fn booking(start: Timestamp, cancelled: bool) -> Booking {
    let id = Uuid::from_u128(7);
    Booking {
        id: BookingId(id),
        clinic: OrganisationId(id),
        person: PersonId(id),
        service: ServiceId(id),
        service_name: "Vein scan of the leg".to_owned(),
        start,
        end: start + SignedDuration::from_mins(40),
        resources: Vec::new(),
        request: None,
        state: if cancelled { BookingState::Cancelled } else { BookingState::Booked },
        revision: if cancelled { 3 } else { 2 },
        override_reason: String::new(),
        note: "cramps".to_owned(),
        cancel_reason: "pain".to_owned(),
        created: start,
    }
}

fn now() -> Timestamp {
    "2026-06-24T08:15:00Z".parse().unwrap()
}

pub(crate) fn entry(zone: &str, start: &str, cancelled: bool) -> Entry {
    let booking = booking(start.parse().unwrap(), cancelled);
    Entry::of(&booking, "Hill Street", zone, "https://legs.example/visit/abc", now())
}

const PARTIES: Parties<'_> = Parties { organizer: "charley@home.example", attendee: "anna@home.example" };

#[test]
fn another_reader_finds_the_visit() {
    let text = entry("Europe/London", "2026-07-01T08:15:00Z", false).write(None);
    let one = |name: &str| values(&text, "VEVENT", name);
    assert_eq!(one("SUMMARY"), ["Visit at Hill Street"]);
    assert_eq!(
        (one("DTSTART"), one("DTEND")),
        (vec!["20260701T091500".to_owned()], vec!["20260701T095500".to_owned()])
    );
    assert_eq!((one("SEQUENCE"), one("STATUS")), (vec!["2".to_owned()], vec!["CONFIRMED".to_owned()]));
    assert_eq!(one("URL"), ["https://legs.example/visit/abc"]);
    assert!(one("ATTENDEE").is_empty() && text.contains("METHOD:PUBLISH\r\n"));
    assert_eq!(values(&text, "VTIMEZONE", "TZID"), ["Europe/London"]);
    assert!(text.contains("DTSTART;TZID=Europe/London:20260701T091500\r\n"));
}

#[test]
fn a_change_is_known_again_and_a_cancellation_takes_it_out() {
    let sent = entry("Europe/London", "2026-07-01T08:15:00Z", false).write(Some(PARTIES));
    let gone = entry("Europe/London", "2026-07-01T08:15:00Z", true).write(Some(PARTIES));
    let moved = entry("Europe/London", "2026-07-02T08:15:00Z", false).write(None);
    let id = |text: &str| values(text, "VEVENT", "UID");
    assert!(id(&sent).len() == 1 && id(&sent) == id(&gone) && id(&sent) == id(&moved));
    assert!(sent.contains("METHOD:REQUEST\r\n") && gone.contains("METHOD:CANCEL\r\n"));
    assert_eq!(values(&gone, "VEVENT", "STATUS"), ["CANCELLED"]);
    assert_eq!(values(&gone, "VEVENT", "SEQUENCE"), ["3"]);
    assert_eq!(values(&sent, "VEVENT", "ATTENDEE"), ["mailto:anna@home.example"]);
    assert!(values(&gone, "VALARM", "TRIGGER").is_empty());
}

/// A message that waits.
pub(crate) fn leased(says: VisitMessage) -> LeasedVisit {
    let cancelled = matches!(says, VisitMessage::Cancelled | VisitMessage::Offer);
    LeasedVisit {
        id: "x".to_owned(),
        says,
        channel: Channel::Mail,
        to: "anna@home.example".to_owned(),
        booking: booking("2026-07-01T08:15:00Z".parse().unwrap(), cancelled),
        clinic_name: "Hill Street".to_owned(),
        zone: "Europe/London".to_owned(),
        link: Secret::new(if says == VisitMessage::Offer { "" } else { "abc" }),
        tries: 1,
    }
}

#[test]
fn nothing_says_what_it_is_about() {
    for says in VisitMessage::ALL {
        let leased = leased(*says);
        let message = outgoing(&leased, "https://home.example", now());
        assert!(message.text.contains("Wednesday 1 July 2026, 09:15, Hill Street"), "{}", message.text);
        assert!(message.title.is_ascii(), "a header of ntfy");
        let event = message.visit.map(|visit| visit.write(Some(PARTIES))).unwrap_or_default();
        let all = format!("{} {} {} {event}", message.title, message.text, message.link).to_lowercase();
        for word in ["cramp", "leg", "vein", "scan", "pain", "health"] {
            assert!(!all.contains(word), "{says:?}: {word} in {all}");
        }
        let link = match says {
            VisitMessage::Offer => {
                format!("https://home.example/book/{0}?service={0}&date=2026-07-01", Uuid::from_u128(7))
            }
            _ => "https://home.example/visit/abc".to_owned(),
        };
        assert_eq!(message.link, link);
    }
}

#[test]
fn the_hour_that_comes_twice_is_told_in_utc() {
    // 01:30 in London on 25 October 2026: first at 00:30 UTC, then at 01:30 UTC.
    let first = entry("Europe/London", "2026-10-24T23:00:00Z", false).write(None);
    assert_eq!(values(&first, "VEVENT", "DTSTART"), ["20261025T000000"]);
    let second = entry("Europe/London", "2026-10-25T01:30:00Z", false).write(None);
    assert_eq!(values(&second, "VEVENT", "DTSTART"), ["20261025T013000Z"]);
    let lost = entry("Atlantis/Main", "2026-07-01T08:15:00Z", false).write(None);
    assert!(lost.contains("DTSTART:20260701T081500Z\r\n") && !lost.contains("VTIMEZONE"));
}

fn read_local(text: &str) -> DateTime {
    DateTime::strptime("%Y%m%dT%H%M%S", text).unwrap()
}

fn read_offset(text: &str) -> i64 {
    let (sign, digits) = text.split_at(1);
    let part = |at: usize| digits.get(at..at + 2).map_or(0, |part| part.parse::<i64>().unwrap());
    let seconds = part(0) * 3600 + part(2) * 60 + part(4);
    if sign == "-" { -seconds } else { seconds }
}

/// What a calendar program makes of a time in the file, by the clock changes in the file alone: the offset of the last change
/// that is not after it, both told by the clock before the change.
fn as_a_calendar_reads(text: &str, name: &str) -> Timestamp {
    let told = values(text, "VEVENT", name).remove(0);
    if let Some(utc) = told.strip_suffix('Z') {
        return read_local(utc).to_zoned(TimeZone::UTC).unwrap().timestamp();
    }
    let local = read_local(&told);
    let mut changes: Vec<(DateTime, i64)> = Vec::new();
    for part in text.split("BEGIN:").filter(|part| part.starts_with("STANDARD") || part.starts_with("DAYLIGHT")) {
        let line = |name: &str| part.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        changes.push((read_local(&line("DTSTART:")), read_offset(&line("TZOFFSETTO:"))));
    }
    changes.sort_unstable();
    let offset = changes.iter().rev().find(|(from, _)| *from <= local).expect("the file begins before the visit").1;
    local.to_zoned(TimeZone::UTC).unwrap().timestamp() - SignedDuration::from_secs(offset)
}

const ZONES: [&str; 10] = [
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "UTC",
];

/// Any five minutes of ten years, half of them within two days of a clock change.
fn moments() -> impl Strategy<Value = (usize, Timestamp)> {
    (0..ZONES.len(), 0..1_051_200_i64, -576..576_i64, any::<bool>()).prop_map(|(zone, slot, near, change)| {
        let at = "2024-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(5 * slot);
        let known = TimeZone::get(ZONES[zone]).unwrap();
        let next = known.following(at).next().map(|change| change.timestamp());
        match next {
            Some(next) if change && next.as_second() % 300 == 0 => (zone, next + SignedDuration::from_mins(5 * near)),
            _ => (zone, at),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_moment_comes_back_in_every_zone((zone, start) in moments()) {
        let text = Entry::of(&booking(start, false), "Hill Street", ZONES[zone], "https://x.example", now()).write(None);
        prop_assert_eq!(as_a_calendar_reads(&text, "DTSTART"), start);
        prop_assert_eq!(as_a_calendar_reads(&text, "DTEND"), start + SignedDuration::from_mins(40));
    }
}
