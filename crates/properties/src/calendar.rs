//! Calendar files: whatever the zone and the address are, another reader finds the two events and nothing else.

use charley_jobs::calendar::{Calendar, write};
use charley_records::PersonId;
use charley_records::reminders::Reminders;
use icalendar::parser::{Component, read_calendar, unfold};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use uuid::Uuid;

/// Longest line in bytes, without its end (RFC 5545, 3.1).
const MOST_LINE: usize = 75;
/// Longest address that is tried.
const MOST_ADDRESS_CHARS: usize = 2_000;

/// The times that a store may hold: the years 1970 to 2200.
const LAST_SECOND: i64 = 7_258_118_400;

/// A calendar. The first eight bytes choose the times, the rest is the zone and the address with a NUL between.
pub fn calendar(bytes: &[u8]) {
    let Some((times, rest)) = bytes.split_first_chunk::<8>() else { return };
    let text = String::from_utf8_lossy(rest);
    let (zone, address) = text.split_once('\0').unwrap_or(("Europe/London", &text));
    let address: String = address.chars().take(MOST_ADDRESS_CHARS).collect();
    let [since_high, since_low, now_high, now_low, evening, morning, minute, wanted] = *times;
    let second = |high: u8, low: u8| LAST_SECOND / 65_536 * i64::from(u16::from_be_bytes([high, low]));
    let time = |hour: u8| Time::new((hour % 24).cast_signed(), (minute % 60).cast_signed(), 0, 0).expect("in range");
    let reminders = Reminders {
        evening: (wanted & 1 == 1).then(|| time(evening)),
        morning: (wanted & 2 == 2).then(|| time(morning)),
        ..Reminders::default()
    };
    let calendar = Calendar {
        person: PersonId(Uuid::from_u128(u128::from(wanted))),
        zone,
        wanted: &reminders,
        since: Timestamp::from_second(second(since_high, since_low)).expect("in range"),
        address: &address,
        now: Timestamp::from_second(second(now_high, now_low)).expect("in range"),
    };
    let text = write(&calendar);
    assert_eq!(text, write(&calendar), "the same every time");
    lines(&text);
    contents(&text, &calendar);
}

/// Every line ends as it should and is short; nothing else ends a line.
fn lines(text: &str) {
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    for line in text.split_terminator("\r\n") {
        assert!(!line.is_empty() && line.len() <= MOST_LINE, "{line:?}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}

/// The events that were wanted, each with its own properties once, and no other component.
fn contents(text: &str, calendar: &Calendar<'_>) {
    const EVENT: [&str; 10] =
        ["UID", "DTSTAMP", "DTSTART", "DURATION", "RRULE", "SUMMARY", "DESCRIPTION", "URL", "TRANSP", "CLASS"];
    const ALARM: [&str; 3] = ["ACTION", "DESCRIPTION", "TRIGGER"];
    let unfolded = unfold(text);
    let read = read_calendar(&unfolded).expect("the other reader takes it");
    let zoned = TimeZone::get(calendar.zone).is_ok();
    let wanted = usize::from(calendar.wanted.evening.is_some()) + usize::from(calendar.wanted.morning.is_some());
    let (zones, events): (Vec<_>, Vec<_>) = read.components.iter().partition(|one| one.name == "VTIMEZONE");
    assert_eq!((zones.len(), events.len()), (usize::from(zoned), wanted));
    // Control characters cannot stand in a calendar; they are left out.
    let address: String = calendar.address.chars().filter(|sign| !sign.is_control()).collect();
    for event in events {
        assert_eq!(event.name, "VEVENT");
        assert_eq!(names(event), EVENT);
        let url = value(event, "URL");
        let path = url.strip_prefix(address.as_str()).expect("the address as it was given");
        assert!(["/bedtime", "/morning"].contains(&path), "{url}");
        let described = unescape(&value(event, "DESCRIPTION"));
        let path = described.rsplit_once('/').map_or("", |(_, path)| path);
        assert!(["bedtime", "morning"].contains(&path), "{described}");
        assert_eq!(event.components.len(), 1);
        let alarm = &event.components[0];
        assert_eq!((alarm.name.as_ref(), names(alarm)), ("VALARM", ALARM.to_vec()));
    }
}

fn names<'c>(component: &'c Component<'_>) -> Vec<&'c str> {
    component.properties.iter().map(|property| property.name.as_ref()).collect()
}

fn value(component: &Component<'_>, name: &str) -> String {
    component.properties.iter().find(|property| property.name == name).map(|p| p.val.to_string()).unwrap_or_default()
}

/// Text as it was before RFC 5545, 3.3.11 escaped it.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match (sign, sign == '\\') {
            (_, true) => match signs.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            (sign, false) => out.push(sign),
        }
    }
    out
}
