//! Calendar files (RFC 5545), written by hand: two daily events and the time zone they are meant in.

use charley_records::PersonId;
use charley_records::reminders::{Kind, Reminders};
use charley_records::secret::Secret;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

use crate::words;

/// Longest line in bytes, without its end.
const MOST_LINE: usize = 75;
/// Clock changes are written for so many years; a feed is read again long before.
const YEARS: i64 = 5;

/// What a calendar is made of.
#[derive(Debug, Clone)]
pub struct Calendar<'c> {
    /// Whose: it goes into the ids of events as a hash only.
    pub person: PersonId,
    /// IANA zone.
    pub zone: &'c str,
    /// What is wanted.
    pub wanted: &'c Reminders,
    /// Day of the first event.
    pub since: Timestamp,
    /// Address of the pages, without a slash at the end.
    pub address: &'c str,
    /// Now.
    pub now: Timestamp,
}

/// The file.
pub fn write(calendar: &Calendar<'_>) -> String {
    let mut out = Lines::default();
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line("PRODID:-//Charley//Reminders//EN");
    out.line("CALSCALE:GREGORIAN");
    out.line("METHOD:PUBLISH");
    out.line("X-WR-CALNAME:Checks");
    out.line("REFRESH-INTERVAL;VALUE=DURATION:P1D");
    out.line("X-PUBLISHED-TTL:P1D");
    // A zone that is not known any more: the times are meant by the clock of whoever looks.
    let zone = TimeZone::get(calendar.zone).ok();
    let first = calendar.since.to_zoned(zone.clone().unwrap_or(TimeZone::UTC)).date();
    if let Some(zone) = &zone {
        let end = calendar.now.to_zoned(zone.clone()).saturating_add(YEARS.years()).timestamp();
        time_zone(&mut out, calendar.zone, zone, first, end);
    }
    for (kind, time) in [(Kind::Evening, calendar.wanted.evening), (Kind::Morning, calendar.wanted.morning)] {
        if let Some(time) = time {
            event(&mut out, calendar, zone.is_some(), kind, first, time);
        }
    }
    out.line("END:VCALENDAR");
    out.text()
}

fn event(out: &mut Lines, calendar: &Calendar<'_>, zoned: bool, kind: Kind, first: Date, time: Time) {
    let start = local(first.to_datetime(time));
    let id = mark(&format!("{} {}", calendar.person, kind.code()));
    let title = escape(words::title(kind));
    out.line("BEGIN:VEVENT");
    out.line(&format!("UID:{id}@charley"));
    out.line(&format!("DTSTAMP:{}", utc(calendar.now)));
    match zoned {
        true => out.line(&format!("DTSTART;TZID={}:{start}", calendar.zone)),
        false => out.line(&format!("DTSTART:{start}")),
    }
    out.line("DURATION:PT5M");
    out.line("RRULE:FREQ=DAILY");
    out.line(&format!("SUMMARY:{title}"));
    out.line(&format!("DESCRIPTION:{}", escape(&format!("{}{}", calendar.address, words::path(kind)))));
    out.line(&format!("URL:{}{}", calendar.address, words::path(kind)));
    out.line("TRANSP:TRANSPARENT");
    out.line("CLASS:PRIVATE");
    out.line("BEGIN:VALARM");
    out.line("ACTION:DISPLAY");
    out.line(&format!("DESCRIPTION:{title}"));
    out.line("TRIGGER:PT0M");
    out.line("END:VALARM");
    out.line("END:VEVENT");
}

/// The zone with each of its clock changes, from the day before the first event until `end`.
pub(crate) fn time_zone(out: &mut Lines, name: &str, zone: &TimeZone, first: Date, end: Timestamp) {
    out.line("BEGIN:VTIMEZONE");
    out.line(&format!("TZID:{name}"));
    let day = first.saturating_sub(1.day()).to_datetime(Time::midnight());
    let begin = zone.to_ambiguous_zoned(day).compatible().map_or(end, |zoned| zoned.timestamp());
    let mut offset = zone.to_offset_info(begin);
    observance(out, offset.dst().is_dst(), offset.offset(), offset.offset(), offset.offset().to_datetime(begin));
    for change in zone.following(begin) {
        if change.timestamp() > end {
            break;
        }
        let after = zone.to_offset_info(change.timestamp());
        let (from, to) = (offset.offset(), after.offset());
        if from != to {
            // The start is told by the clock before the change.
            observance(out, after.dst().is_dst(), from, to, from.to_datetime(change.timestamp()));
        }
        offset = after;
    }
    out.line("END:VTIMEZONE");
}

fn observance(out: &mut Lines, summer: bool, from: Offset, to: Offset, start: DateTime) {
    let name = if summer { "DAYLIGHT" } else { "STANDARD" };
    out.line(&format!("BEGIN:{name}"));
    out.line(&format!("DTSTART:{}", local(start)));
    out.line(&format!("TZOFFSETFROM:{}", offset(from)));
    out.line(&format!("TZOFFSETTO:{}", offset(to)));
    out.line(&format!("END:{name}"));
}

fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, seconds) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match rest {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}{rest:02}"),
    }
}

pub(crate) fn local(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

pub(crate) fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The id of an event: the same every time, and it tells nothing. The first half of a SHA-256 in hexadecimal.
pub(crate) fn mark(of: &str) -> String {
    let mut mark = Secret::new(of).fingerprint();
    mark.truncate(32);
    mark
}

/// Text values: backslash, comma, semicolon and line ends are escaped.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | ',' | ';' => {
                out.push('\\');
                out.push(sign);
            }
            '\n' => out.push_str("\\n"),
            sign if sign.is_control() => {}
            sign => out.push(sign),
        }
    }
    out
}

/// Lines that end with CR LF and are folded where they are too long, never inside a character. A control character has no
/// place in a line; one that ends it would let a value write properties of its own.
#[derive(Debug, Default)]
pub(crate) struct Lines(String);

impl Lines {
    /// The whole file.
    pub(crate) fn text(self) -> String {
        self.0
    }

    /// One more line.
    pub(crate) fn line(&mut self, text: &str) {
        let mut room = MOST_LINE;
        for sign in text.chars().filter(|sign| !sign.is_control()) {
            if sign.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = MOST_LINE - 1;
            }
            room -= sign.len_utf8();
            self.0.push(sign);
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use icalendar::parser::{read_calendar, unfold};

    use super::*;

    fn made(zone: &str, address: &str) -> String {
        let wanted = Reminders {
            evening: Some("21:30".parse().unwrap()),
            morning: Some("07:00".parse().unwrap()),
            ..Reminders::default()
        };
        write(&Calendar {
            person: PersonId(Default::default()),
            zone,
            wanted: &wanted,
            since: "2026-03-01T12:00:00Z".parse().unwrap(),
            address,
            now: "2026-11-24T03:00:00Z".parse().unwrap(),
        })
    }

    pub(crate) fn values(text: &str, component: &str, name: &str) -> Vec<String> {
        let unfolded = unfold(text);
        let calendar = read_calendar(&unfolded).expect("the other reader takes it");
        let mut found = Vec::new();
        let mut todo: Vec<_> = calendar.components.iter().collect();
        while let Some(one) = todo.pop() {
            if one.name == component {
                found.extend(one.properties.iter().filter(|p| p.name == name).map(|p| p.val.to_string()));
            }
            todo.extend(one.components.iter());
        }
        found.sort();
        found
    }

    #[test]
    fn another_reader_finds_the_events() {
        let text = made("Europe/London", "https://legs.example");
        assert_eq!(values(&text, "VEVENT", "SUMMARY"), ["Evening check", "Morning check"]);
        assert_eq!(values(&text, "VEVENT", "DTSTART"), ["20260301T070000", "20260301T213000"]);
        assert_eq!(values(&text, "VEVENT", "RRULE"), ["FREQ=DAILY", "FREQ=DAILY"]);
        assert_eq!(values(&text, "VALARM", "TRIGGER"), ["PT0M", "PT0M"]);
        assert_eq!(values(&text, "VTIMEZONE", "TZID"), ["Europe/London"]);
        let ids = values(&text, "VEVENT", "UID");
        assert!(ids[0] != ids[1] && ids.iter().all(|id| id.len() == 40), "{ids:?}");
        assert_eq!(text, made("Europe/London", "https://legs.example"), "the same every time");
    }

    #[test]
    fn nothing_says_what_it_is_about() {
        let text = made("Europe/London", "https://home.example").to_lowercase();
        for word in ["cramp", "leg", "pain", "health", "night"] {
            assert!(!text.contains(word), "{word}");
        }
    }

    #[test]
    fn clock_changes_are_told() {
        let text = made("Europe/London", "https://legs.example");
        let summer = values(&text, "DAYLIGHT", "DTSTART");
        assert_eq!(summer.first().map(String::as_str), Some("20260329T010000"), "{summer:?}");
        let winter = values(&text, "STANDARD", "DTSTART");
        assert_eq!(winter.get(..2), Some(&["20260228T000000".to_owned(), "20261025T020000".to_owned()][..]));
        assert!(values(&text, "DAYLIGHT", "TZOFFSETTO").iter().all(|to| to == "+0100"));
        assert!(summer.len() >= 5);
    }

    #[test]
    fn zones_without_changes_or_with_odd_ones_are_told() {
        let kolkata = made("Asia/Kolkata", "https://legs.example");
        assert_eq!(values(&kolkata, "STANDARD", "TZOFFSETTO"), ["+0530"]);
        assert!(values(&made("Australia/Lord_Howe", "x"), "DAYLIGHT", "TZOFFSETTO").contains(&"+1100".to_owned()));
        assert!(values(&made("America/St_Johns", "x"), "STANDARD", "TZOFFSETTO").contains(&"-0330".to_owned()));
        let lost = made("Atlantis/Main", "x");
        assert!(
            !lost.contains("VTIMEZONE") && lost.contains("DTSTART:20260301T213000\r\n"),
            "by the clock of the reader"
        );
    }

    #[test]
    fn lines_are_folded_between_characters_and_end_as_they_should() {
        let address = format!("https://{}.example", "ä".repeat(100));
        let text = made("Europe/London", &address);
        assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
        assert!(text.split("\r\n").all(|line| line.len() <= MOST_LINE));
        assert!(values(&text, "VEVENT", "URL")[0].starts_with(&address));
    }

    #[test]
    fn an_address_cannot_write_properties_of_its_own() {
        let text = made("Europe/London", "https://legs.example\r\nX-MORE:1\nBEGIN:VALARM\u{85}");
        assert_eq!(values(&text, "VEVENT", "X-MORE"), [""; 0]);
        assert_eq!(values(&text, "VALARM", "ACTION").len(), 2);
        assert_eq!(values(&text, "VEVENT", "URL")[0], "https://legs.exampleX-MORE:1BEGIN:VALARM/bedtime");
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("a,b;c\\d\ne\u{7}"), "a\\,b\\;c\\\\d\\ne");
        let text = made("Europe/London", "https://legs.example/a,b;c");
        assert!(text.contains("DESCRIPTION:https://legs.example/a\\,b\\;c/bedtime"));
    }
}
