//! The diary: tables of nights, entries of phones, saved logs.

use charley_nights::diary::table::{DayOrder, MOST_CRAMPS, Reading, Table, read};
use charley_nights::diary::{Count, Diary, Night, What};
use charley_nights::rate;
use charley_records::PersonId;
use charley_records::diary::{Body, MOST_ENTRIES, NewEntry, check, content};
use charley_web::log::{convert, file, words};
use charley_web::now::diary::{BatchError, read as read_batch};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::said;

/// The last night that can have happened.
const LAST: Date = date(2026, 11, 23);
/// The first that is believed.
const FIRST: Date = date(1950, 1, 1);
/// Now: noon of the day after.
const NOW: Timestamp = Timestamp::constant(1_795_521_600, 0);

/// A table of nights: the first byte says how dates are to be read, the rest is the table. Every line is a night, unknown,
/// a repeat, or a problem with its line; what is read can be written and read again.
pub fn diary_csv(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let order = [None, Some(DayOrder::DayFirst), Some(DayOrder::MonthFirst)][usize::from(first % 3)];
    let reading = Reading { order, mornings: first / 3 % 2 == 1, last: LAST };
    let table = read(text, &reading);
    assert_eq!(read(text, &reading), table);
    for problem in &table.problems {
        said(&problem.fault);
        assert!(problem.line.is_none_or(|line| line >= 1));
    }
    assert!(table.rows.windows(2).all(|two| two[0].night < two[1].night), "each night once, by date");
    for row in &table.rows {
        assert!((FIRST..=LAST).contains(&row.night) && row.count.least() <= MOST_CRAMPS && row.line >= 1, "{row:?}");
    }
    if table.problems.is_empty() {
        nothing_is_dropped(text, &table);
        again(&table);
    }
}

/// Without quotes a line of text is a line of the table, but for empty ones and the heading.
fn nothing_is_dropped(text: &str, table: &Table) {
    if text.contains('"') {
        return;
    }
    let lines = || text.trim_start_matches('\u{feff}').split(['\n', '\r']);
    let most = lines().filter(|line| !line.is_empty()).count();
    let blank = |sign: char| sign.is_whitespace() || matches!(sign, ',' | ';');
    let least = lines().filter(|line| !line.chars().all(blank)).count().saturating_sub(1);
    let told = table.rows.len() + table.unknown + table.repeats;
    assert!((least..=most).contains(&told), "{told} of {least} to {most} lines are told of");
}

fn again(table: &Table) {
    if table.rows.is_empty() {
        return;
    }
    let line = |count| match count {
        Count::Exactly(n) => n.to_string(),
        Count::AtLeast(n) => format!("{n}+"),
    };
    let lines: Vec<String> = table.rows.iter().map(|row| format!("{},{}\n", row.night, line(row.count))).collect();
    let written = format!("night,cramps\n{}", lines.concat());
    assert_eq!(nights(&written), table.rows.iter().map(|row| (row.night, row.count)).collect::<Vec<_>>());
}

/// The nights of a table that we wrote.
fn nights(text: &str) -> Vec<(Date, Count)> {
    let table = read(text, &Reading { order: None, mornings: false, last: LAST });
    assert!(table.problems.is_empty(), "{:?} in {text}", table.problems);
    table.rows.iter().map(|row| (row.night, row.count)).collect()
}

/// Entries of a phone: each is read or named with what is wrong; each that is kept makes a night.
pub fn outbox_json(bytes: &[u8]) {
    match read_batch(bytes, PersonId(Uuid::from_u128(1))) {
        Ok(entries) => {
            assert!(entries.len() <= MOST_ENTRIES);
            written(&entries);
            fold(&entries);
        }
        Err(BatchError::Entries(wrong)) => {
            assert!(!wrong.is_empty(), "refused, and no entry is named");
            wrong.iter().for_each(|(name, problem)| {
                said(name);
                said(problem);
            });
        }
        Err(error) => said(&error),
    }
}

/// A saved log is read or refused with words; what is read can be written and read again, and folded into nights.
pub fn log_json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match file::read_json(text) {
        Ok(entries) => {
            let again = file::write_json(entries.iter().cloned()).expect("entries that were read can be written");
            assert_eq!(file::read_json(&again).as_ref(), Ok(&entries));
            written(&entries);
            fold(&entries);
        }
        Err(error) => said(&error),
    }
}

/// An entry that is sent, kept, exported and brought back is the same entry: its content has the same hash. What the store
/// would keep, the diary can read.
fn written(entries: &[NewEntry]) {
    for entry in entries {
        let text = serde_json::to_string(entry).expect("an entry that was read can be written");
        let again: NewEntry = serde_json::from_str(&text).expect("an entry that was written can be read");
        assert_eq!(&again, entry);
        assert_eq!(content(&again), content(entry));
        match check(entry, NOW) {
            Ok(()) => {
                let what = convert::what(&entry.body);
                assert!(
                    what.is_some() != about_no_night(&entry.body),
                    "the dates of an entry that is kept can be read"
                );
                if let Some(What::Episode(told)) = &what {
                    assert_eq!(convert::what(&Body::Episode(convert::kept_episode(told))), what);
                }
            }
            Err(fields) => {
                assert!(!fields.is_empty(), "refused, and no field is named");
                fields.iter().for_each(|field| said(&field.problem));
            }
        }
    }
}

/// True for an order that was shown to a helper, which says nothing of the nights.
fn about_no_night(body: &Body) -> bool {
    match body {
        Body::Opened { .. } => true,
        Body::Edit { body, .. } => about_no_night(body),
        _ => false,
    }
}

/// Nights of entries that nobody has checked yet: a page shows them before anything is kept.
fn fold(entries: &[NewEntry]) {
    let diary: Diary = file::nights(entries);
    assert!(diary.nights.windows(2).all(|two| two[0].date < two[1].date), "each night once, by date");
    for night in &diary.nights {
        assert!(!words::short(night.date).is_empty() && !words::night(night.date).is_empty());
        assert!(night.episodes.iter().all(|told| !words::episode(&told.value).contains("NaN")));
    }
    let recorded: Vec<(Date, Count)> = diary.recorded().collect();
    if let Some(sum) = rate::summary(&recorded) {
        for rate in [sum.nights_rate, sum.cramps_rate] {
            assert!(rate.low <= rate.per_14 && rate.high.is_none_or(|high| rate.per_14 <= high), "{rate:?}");
        }
        assert!(!words::summary(&sum).is_empty());
    }
    let table = file::write_csv(&diary);
    // A row of the table may tell of a swollen leg only.
    let shown = |night: &&Night| night.count.is_some() || night.leg_swollen.is_some();
    let believed = diary.nights.iter().filter(shown).all(|night| (FIRST..=LAST).contains(&night.date));
    if !recorded.is_empty() && believed && recorded.iter().all(|(_, count)| count.least() <= MOST_CRAMPS) {
        assert_eq!(nights(&table), recorded);
    }
}
