//! What an entry must be like to be kept.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use sha2::{Digest as _, Sha256};

use super::{Body, Cramps, Episode, MOST_BODY_BYTES, MOST_ENTRIES, NewEntry, NightReport};
use crate::secret::hex;
use crate::{EntryId, Field, RecordsError, Result};

/// Longest name of a remedy, medicine or habit.
const MOST_NAME_CHARS: usize = 200;
/// Longest account of something bad that happened.
const MOST_STORY_CHARS: usize = 1_000;
/// Longest name of a time zone; the longest of IANA has 32.
const MOST_ZONE_CHARS: usize = 64;
/// Most cramps in one night. More than one every few minutes is a slip of the finger.
const MOST_CRAMPS: u16 = 200;
/// Most ways in which one cramp was stopped: there are seven.
const MOST_RELIEF: usize = 7;
/// How far a phone's clock may run ahead.
const CLOCK_AHEAD: SignedDuration = SignedDuration::from_hours(48);
/// No living person has a diary from before this year.
const FIRST_YEAR: i16 = 1900;

/// Checks one entry: everything wrong with it, or nothing.
///
/// # Errors
/// Each field that cannot be accepted, in plain words.
pub fn check(entry: &NewEntry, now: Timestamp) -> std::result::Result<(), Vec<Field>> {
    let mut faults = Faults::default();
    faults.id("id", entry.id);
    faults.moment("at", entry.at, now);
    let zone = (entry.zone.len() <= MOST_ZONE_CHARS).then(|| TimeZone::get(&entry.zone).ok()).flatten();
    if zone.is_none() {
        faults.add("zone", "This is not a time zone. Use a name such as Europe/London.");
    }
    // A night of a person who lives east of the phone may already be called tomorrow, hence one day of slack.
    let today = now.to_zoned(zone.unwrap_or(TimeZone::UTC)).date();
    let days = Days { last: today.saturating_add(1.day()) };
    faults.body(&entry.body, entry.id, days, now);
    if serde_json::to_string(&entry.body).map_or(true, |text| text.len() > MOST_BODY_BYTES) {
        faults.add("body", "This entry is too long. Please shorten it.");
    }
    if faults.0.is_empty() { Ok(()) } else { Err(faults.0) }
}

/// Checks all entries of a call.
///
/// # Errors
/// [`RecordsError::Invalid`] with every fault of every entry, or when there are too many.
pub fn check_all(entries: &[NewEntry], now: Timestamp) -> Result<()> {
    if entries.len() > MOST_ENTRIES {
        return Err(RecordsError::field("entries", format!("Send at most {MOST_ENTRIES} entries at once.")));
    }
    let faults: Vec<Field> = entries.iter().filter_map(|entry| check(entry, now).err()).flatten().collect();
    if faults.is_empty() { Ok(()) } else { Err(RecordsError::Invalid(faults)) }
}

/// SHA-256 of what an entry says, its id left out: two entries with the same id are the same when this is the same.
pub fn content(entry: &NewEntry) -> String {
    let said = serde_json::json!([entry.at.as_millisecond(), entry.zone, entry.body]);
    hex(&Sha256::digest(said.to_string().as_bytes()))
}

#[derive(Clone, Copy)]
struct Days {
    last: Date,
}

#[derive(Default)]
struct Faults(Vec<Field>);

impl Faults {
    fn add(&mut self, name: &'static str, problem: impl Into<String>) {
        self.0.push(Field { name, problem: problem.into() });
    }

    fn id(&mut self, name: &'static str, id: EntryId) {
        if id.0.is_nil() {
            self.add(name, "The entry has no number. Please make it again.");
        }
    }

    fn moment(&mut self, name: &'static str, at: Timestamp, now: Timestamp) {
        if at.duration_since(now) > CLOCK_AHEAD {
            self.add(name, "The clock of this phone runs more than two days ahead. Please set its date and time.");
        }
        if at.to_zoned(TimeZone::UTC).year() < FIRST_YEAR {
            self.add(name, "This time is before 1900. Please set the date of this phone.");
        }
    }

    fn day(&mut self, name: &'static str, text: &str, days: Days) {
        // Exactly YYYY-MM-DD: one day has one spelling.
        let day = text.parse::<Date>().ok().filter(|day| text.len() == 10 && day.to_string() == text);
        match day {
            None => self.add(name, "This is not a date. Write it as 2026-11-24."),
            Some(day) if day > days.last => self.add(name, "This day has not come yet. Please choose an earlier one."),
            Some(day) if day.year() < FIRST_YEAR => {
                self.add(name, "This day is before 1900. Please choose a later one.")
            }
            Some(_) => {}
        }
    }

    fn scale(&mut self, name: &'static str, value: Option<u8>) {
        if value.is_some_and(|value| value > 10) {
            self.add(name, "Choose a number from 0 to 10.");
        }
    }

    fn words(&mut self, text: &str, most: usize) {
        if text.trim().is_empty() {
            self.add("what", "Please say what it was.");
        }
        if text.chars().count() > most {
            self.add("what", format!("Please use at most {most} characters."));
        }
    }

    fn body(&mut self, body: &Body, own: EntryId, days: Days, now: Timestamp) {
        match body {
            Body::Episode(episode) => self.episode(episode, now),
            Body::Night(night) => self.night(night, days),
            Body::Exposure { night, what, .. } => {
                self.day("night", night, days);
                self.words(what, MOST_NAME_CHARS);
            }
            Body::Guess { night, arm } => {
                self.day("night", night, days);
                if arm.is_some_and(|arm| arm > 1) {
                    self.add("arm", "Choose 1 for the remedy, 0 for without, or nothing for \"I don't know\".");
                }
            }
            Body::LegSwollen { night, .. } => self.day("night", night, days),
            // A trial is named by its own table; an entry of one that is not there says nothing.
            Body::Opened { .. } => {}
            Body::Change { date, what, .. } => {
                self.day("date", date, days);
                self.words(what, MOST_NAME_CHARS);
            }
            Body::Adverse { night, what } => {
                self.day("night", night, days);
                self.words(what, MOST_STORY_CHARS);
            }
            Body::Undo { target } => self.target(*target, own),
            Body::Edit { target, body } => {
                self.target(*target, own);
                if body.target().is_some() {
                    self.add("body", "An edit cannot hold an undo or another edit.");
                } else {
                    self.body(body, own, days, now);
                }
            }
        }
    }

    fn target(&mut self, target: EntryId, own: EntryId) {
        self.id("target", target);
        if target == own {
            self.add("target", "An entry cannot change itself.");
        }
    }

    fn episode(&mut self, episode: &Episode, now: Timestamp) {
        if let Some(start) = episode.start {
            self.moment("start", start, now);
        }
        // Written so that a number that is not a number is refused too.
        if episode.minutes.is_some_and(|minutes| !(minutes > 0.0 && minutes <= 1_440.0)) {
            self.add("minutes", "Give the length in minutes: more than 0, at most 1440 (one day).");
        }
        self.scale("pain", episode.pain);
        if episode.relief.len() > MOST_RELIEF {
            self.add("relief", "Choose each thing that helped once only.");
        }
    }

    fn night(&mut self, night: &NightReport, days: Days) {
        self.day("night", &night.night, days);
        if matches!(night.cramps, Cramps::Exactly(count) if count > MOST_CRAMPS) {
            self.add("cramps", format!("Give at most {MOST_CRAMPS} cramps for one night."));
        }
        self.scale("sleep", night.sleep);
        self.scale("pain", night.pain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOON: &str = "2026-11-24T12:00:00Z";

    fn entry(body: Body) -> NewEntry {
        let at = NOON.parse().unwrap();
        NewEntry { id: EntryId(Uuid::from_u128(7)), at, zone: "Europe/London".to_owned(), body }
    }

    fn wrong(entry: &NewEntry) -> Vec<&'static str> {
        check(entry, NOON.parse().unwrap()).err().unwrap_or_default().iter().map(|field| field.name).collect()
    }

    fn night(day: &str, cramps: u16, pain: u8) -> Body {
        let cramps = Cramps::Exactly(cramps);
        Body::Night(NightReport { night: day.to_owned(), cramps, sleep: Some(10), pain: Some(pain), by_partner: false })
    }

    fn minutes(minutes: f64) -> Body {
        Body::Episode(Episode { minutes: Some(minutes), ..Episode::default() })
    }

    #[test]
    fn bounds_are_held_on_both_sides() {
        let cases: [(Body, &[&str]); 19] = [
            (night("2026-11-24", 200, 10), &[]),
            (night("2026-11-24", 201, 11), &["cramps", "pain"]),
            (night("2026-11-25", 0, 0), &[]),
            (night("2026-11-26", 0, 0), &["night"]),
            (night("1900-01-01", 0, 0), &[]),
            (night("1899-12-31", 0, 0), &["night"]),
            (night("2026-02-29", 0, 0), &["night"]),
            (night("20261124", 0, 0), &["night"]),
            (minutes(1_440.0), &[]),
            (minutes(1_440.1), &["minutes"]),
            (minutes(0.0), &["minutes"]),
            (minutes(f64::NAN), &["minutes"]),
            (minutes(f64::INFINITY), &["minutes"]),
            (Body::Adverse { night: "2026-11-24".to_owned(), what: "é".repeat(1_000) }, &[]),
            (Body::Adverse { night: "2026-11-24".to_owned(), what: "é".repeat(1_001) }, &["what"]),
            (Body::Guess { night: "2026-11-24".to_owned(), arm: Some(2) }, &["arm"]),
            (Body::Guess { night: "2026-11-24".to_owned(), arm: None }, &[]),
            (Body::LegSwollen { night: "2026-11-24".to_owned(), swollen: true }, &[]),
            (Body::LegSwollen { night: "2026-11-26".to_owned(), swollen: false }, &["night"]),
        ];
        for (body, expected) in cases {
            assert_eq!(wrong(&entry(body.clone())), expected, "{body:?}");
        }
    }

    #[test]
    fn guesses_of_older_releases_are_read_and_kept_as_they_were() {
        let old = r#"{"kind":"guess","night":"2026-11-24","arm":1}"#;
        let body: Body = serde_json::from_str(old).unwrap();
        assert_eq!(body, Body::Guess { night: "2026-11-24".to_owned(), arm: Some(1) });
        assert_eq!(serde_json::to_string(&body).unwrap(), old);
        let unknown: Body = serde_json::from_str(r#"{"kind":"guess","night":"2026-11-24"}"#).unwrap();
        assert_eq!(unknown, Body::Guess { night: "2026-11-24".to_owned(), arm: None });
    }

    #[test]
    fn the_day_is_that_of_the_entrys_zone() {
        // At noon in London it is already the 25th in Kiritimati, so the 26th is the slack there.
        let mut there = entry(night("2026-11-26", 0, 0));
        assert_eq!(wrong(&there), ["night"]);
        there.zone = "Pacific/Kiritimati".to_owned();
        assert!(wrong(&there).is_empty());
    }

    #[test]
    fn zone_clock_and_ids_are_checked() {
        let good = entry(minutes(5.0));
        assert!(wrong(&good).is_empty());
        assert_eq!(wrong(&NewEntry { zone: "Mars/Olympus".to_owned(), ..good.clone() }), ["zone"]);
        assert_eq!(wrong(&NewEntry { zone: String::new(), ..good.clone() }), ["zone"]);
        let ahead = |text: &str| NewEntry { at: text.parse().unwrap(), ..good.clone() };
        assert!(wrong(&ahead("2026-11-26T12:00:00Z")).is_empty());
        assert_eq!(wrong(&ahead("2026-11-26T12:00:01Z")), ["at"]);
        assert_eq!(wrong(&ahead("1899-12-31T23:59:59Z")), ["at"]);
        assert_eq!(wrong(&NewEntry { id: EntryId(Uuid::nil()), ..good }), ["id"]);
    }

    #[test]
    fn an_edit_holds_a_checked_body_and_no_other_edit() {
        let target = EntryId(Uuid::from_u128(9));
        let edit = |body| entry(Body::Edit { target, body: Box::new(body) });
        assert!(wrong(&edit(minutes(5.0))).is_empty());
        assert_eq!(wrong(&edit(minutes(-1.0))), ["minutes"]);
        assert_eq!(wrong(&edit(Body::Undo { target })), ["body"]);
        assert_eq!(wrong(&entry(Body::Undo { target: EntryId(Uuid::from_u128(7)) })), ["target"]);
    }

    #[test]
    fn content_ignores_the_id_and_nothing_else() {
        let one = entry(minutes(5.0));
        assert_eq!(content(&one), content(&NewEntry { id: EntryId(Uuid::from_u128(8)), ..one.clone() }));
        assert_ne!(content(&one), content(&entry(minutes(6.0))));
        assert_ne!(content(&one), content(&NewEntry { zone: "UTC".to_owned(), ..one.clone() }));
    }

    #[test]
    fn an_entry_that_is_exported_and_brought_back_is_the_same() {
        // A JSON reader that is off in the last digit makes 1015.770366495252 of this.
        let one = entry(minutes(1_015.770_366_495_252_1));
        let back: NewEntry = serde_json::from_str(&serde_json::to_string(&one).unwrap()).unwrap();
        assert_eq!((content(&back), back), (content(&one), one));
    }
}
