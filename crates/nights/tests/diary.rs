//! The diary as examples: what was told, and the nights that come of it.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use charley_nights::diary::{
    Count, Diary, Entry, Episode, Exposure, Id, Report, What, fold, moment_in, night_of, span,
};
use jiff::civil::{Date, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn entry(id: u128, moment: &str, what: What) -> Entry {
    let moment = at(moment);
    Entry { id: Id(id), at: moment, zone: zone("Europe/London"), told: moment, disputed: false, what }
}

fn cramp(id: u128, moment: &str) -> Entry {
    entry(id, moment, What::Episode(Episode::default()))
}

fn said(night: Date, cramps: Option<Count>) -> What {
    What::Report(Report { night, cramps, sleep: None, pain: None, by_partner: false })
}

fn undo(id: u128, moment: &str, target: u128) -> Entry {
    entry(id, moment, What::Undo(Id(target)))
}

fn edit(id: u128, moment: &str, target: u128, what: What) -> Entry {
    entry(id, moment, What::Edit { target: Id(target), what: Box::new(what) })
}

const NIGHT: Date = date(2026, 1, 10);

fn count(entries: &[Entry]) -> Option<Count> {
    fold(entries).count(NIGHT)
}

#[test]
fn a_night_runs_from_noon_to_noon() {
    let london = zone("Europe/London");
    let check = |moment: &str, night: Date| assert_eq!(night_of(at(moment), &london), night, "{moment}");
    check("2026-01-10T11:59:59Z", date(2026, 1, 9));
    check("2026-01-10T12:00:00Z", NIGHT);
    check("2026-01-11T03:00:00Z", NIGHT);
    check("2026-01-11T11:59:59Z", NIGHT);
    check("2026-07-10T11:00:00Z", date(2026, 7, 10));
}

#[test]
fn nights_where_the_clocks_change_have_23_or_25_hours() {
    let london = zone("Europe/London");
    let hours = |night: Date| {
        let span = span(night, &london).unwrap();
        span.until.duration_since(span.from).as_hours()
    };
    assert_eq!(hours(date(2026, 3, 27)), 24);
    assert_eq!(hours(date(2026, 3, 28)), 23);
    assert_eq!(hours(date(2026, 10, 24)), 25);
    // 01:30 comes twice: both are in the night; the form means the first.
    assert_eq!(moment_in(date(2026, 10, 24), time(1, 30, 0, 0), &london), Some(at("2026-10-25T00:30:00Z")));
    // 01:30 does not come: an hour later by the clock.
    assert_eq!(moment_in(date(2026, 3, 28), time(1, 30, 0, 0), &london), Some(at("2026-03-29T01:30:00Z")));
    assert_eq!(moment_in(NIGHT, time(22, 0, 0, 0), &london), Some(at("2026-01-10T22:00:00Z")));
    assert_eq!(moment_in(NIGHT, time(2, 0, 0, 0), &london), Some(at("2026-01-11T02:00:00Z")));
}

#[test]
fn cramps_in_the_hour_that_comes_twice_are_two() {
    let entries = [cramp(1, "2026-10-25T00:30:00Z"), cramp(2, "2026-10-25T01:30:00Z")];
    assert_eq!(fold(&entries).count(date(2026, 10, 24)), Some(Count::Exactly(2)));
}

#[test]
fn each_entry_counts_in_the_zone_where_it_was_made() {
    // The same moment: late in the morning in Auckland, the evening before in New York.
    let mut there = cramp(1, "2026-01-10T22:30:00Z");
    there.zone = zone("Pacific/Auckland");
    let mut home = cramp(2, "2026-01-10T22:30:00Z");
    home.zone = zone("America/New_York");
    let diary = fold(&[there, home]);
    let nights: Vec<Date> = diary.nights.iter().map(|night| night.date).collect();
    assert_eq!(nights, [NIGHT]);
    let mut later = cramp(3, "2026-01-10T23:30:00Z");
    later.zone = zone("Pacific/Auckland");
    assert_eq!(fold(&[later]).nights[0].date, date(2026, 1, 11));
}

#[test]
fn unknown_is_not_zero() {
    assert_eq!(count(&[]), None);
    assert_eq!(count(&[entry(1, "2026-01-11T08:00:00Z", said(NIGHT, None))]), None);
    assert_eq!(
        count(&[entry(1, "2026-01-11T08:00:00Z", said(NIGHT, Some(Count::Exactly(0))))]),
        Some(Count::Exactly(0))
    );
}

#[test]
fn nothing_that_was_logged_is_lost() {
    let cramps = [cramp(1, "2026-01-11T02:00:00Z"), cramp(2, "2026-01-11T04:00:00Z")];
    let with = |report: Option<Count>| {
        let mut all = cramps.to_vec();
        all.push(entry(3, "2026-01-11T08:00:00Z", said(NIGHT, report)));
        let diary = fold(&all);
        (diary.nights[0].count, diary.nights[0].contradiction)
    };
    assert_eq!(with(None), (Some(Count::Exactly(2)), false));
    assert_eq!(with(Some(Count::Exactly(0))), (Some(Count::Exactly(2)), true));
    assert_eq!(with(Some(Count::Exactly(1))), (Some(Count::Exactly(2)), false));
    assert_eq!(with(Some(Count::Exactly(4))), (Some(Count::Exactly(4)), false));
    assert_eq!(with(Some(Count::AtLeast(2))), (Some(Count::AtLeast(2)), false));
}

#[test]
fn of_two_reports_the_later_word_holds_and_any_word_before_dont_know() {
    let one = entry(1, "2026-01-11T08:00:00Z", said(NIGHT, Some(Count::Exactly(1))));
    let none = entry(2, "2026-01-11T09:00:00Z", said(NIGHT, Some(Count::Exactly(0))));
    let unsure = entry(3, "2026-01-11T10:00:00Z", said(NIGHT, None));
    assert_eq!(count(&[one.clone(), none.clone()]), Some(Count::Exactly(0)));
    assert_eq!(count(&[none, one.clone()]), Some(Count::Exactly(0)));
    assert_eq!(count(&[one, unsure]), Some(Count::Exactly(1)));
}

#[test]
fn undo_and_undo_of_undo() {
    let told = cramp(1, "2026-01-11T02:00:00Z");
    let back = undo(2, "2026-01-11T08:00:00Z", 1);
    let again = undo(3, "2026-01-11T08:01:00Z", 2);
    let once_more = undo(4, "2026-01-11T08:02:00Z", 3);
    assert_eq!(count(&[told.clone(), back.clone()]), None);
    assert_eq!(count(&[told.clone(), back.clone(), again.clone()]), Some(Count::Exactly(1)));
    assert_eq!(count(&[told.clone(), back, again, once_more]), None);
    // Two undos of one entry: both must go before it comes back.
    let twice = [told, undo(2, "2026-01-11T08:00:00Z", 1), undo(3, "2026-01-11T08:00:00Z", 1)];
    assert_eq!(count(&twice), None);
    let mut half = twice.to_vec();
    half.push(undo(4, "2026-01-11T08:02:00Z", 3));
    assert_eq!(count(&half), None);
}

#[test]
fn undos_in_a_ring_hold_nothing() {
    let ring =
        [cramp(1, "2026-01-11T02:00:00Z"), undo(2, "2026-01-11T08:00:00Z", 3), undo(3, "2026-01-11T08:00:00Z", 2)];
    assert_eq!(count(&ring), Some(Count::Exactly(1)));
}

#[test]
fn the_last_edit_holds_and_an_undo_of_it_brings_the_one_before() {
    let first = entry(1, "2026-01-11T08:00:00Z", said(NIGHT, Some(Count::Exactly(0))));
    let second = edit(2, "2026-01-11T09:00:00Z", 1, said(NIGHT, Some(Count::Exactly(1))));
    let third = edit(3, "2026-01-11T10:00:00Z", 2, said(NIGHT, Some(Count::Exactly(3))));
    let all = [first, second, third];
    assert_eq!(count(&all), Some(Count::Exactly(3)));
    let mut less = all.to_vec();
    less.push(undo(4, "2026-01-11T11:00:00Z", 3));
    assert_eq!(count(&less), Some(Count::Exactly(1)));
    // An edit cannot smuggle in an undo.
    let odd = edit(5, "2026-01-11T12:00:00Z", 1, What::Undo(Id(1)));
    assert_eq!(count(&[all[0].clone(), odd]), Some(Count::Exactly(0)));
}

#[test]
fn an_edit_may_move_a_cramp_to_another_night() {
    let told = cramp(1, "2026-01-11T13:00:00Z");
    let moved = Episode { start: Some(at("2026-01-11T02:00:00Z")), ..Episode::default() };
    let diary = fold(&[told, edit(2, "2026-01-11T13:05:00Z", 1, What::Episode(moved))]);
    assert_eq!(diary.nights.len(), 1);
    assert_eq!(diary.count(NIGHT), Some(Count::Exactly(1)));
}

#[test]
fn disputed_entries_are_listed_and_not_counted() {
    let mut other = cramp(1, "2026-01-11T03:00:00Z");
    other.disputed = true;
    let diary = fold(&[cramp(1, "2026-01-11T02:00:00Z"), other]);
    assert_eq!(diary.count(NIGHT), Some(Count::Exactly(1)));
    assert_eq!(diary.disputed.len(), 1);
}

#[test]
fn the_last_word_on_an_exposure_holds() {
    let done = |id, moment, done| {
        entry(id, moment, What::Exposure(Exposure { night: NIGHT, what: "stretch".to_owned(), done }))
    };
    let diary = fold(&[done(2, "2026-01-11T09:00:00Z", false), done(1, "2026-01-10T21:00:00Z", true)]);
    let exposures: Vec<bool> = diary.nights[0].exposures.iter().map(|told| told.value.done).collect();
    assert_eq!(exposures, [false]);
    assert_eq!(diary.count(NIGHT), None);
}

/// Any entry: reports, cramps, undos and edits of others, over two weeks.
fn any_entry(id: u128) -> impl Strategy<Value = Entry> {
    let counts =
        prop_oneof![Just(None), (0_u32..4).prop_map(|n| Some(Count::Exactly(n))), Just(Some(Count::AtLeast(2)))];
    let what = prop_oneof![
        3 => Just(What::Episode(Episode::default())),
        3 => (0_i8..14, counts).prop_map(|(day, count)| said(date(2026, 1, 1 + day), count)),
        1 => (0_u128..12).prop_map(|target| What::Undo(Id(target))),
        1 => (0_u128..12, 0_i8..14, 0_u32..4).prop_map(|(target, day, n)| What::Edit {
            target: Id(target),
            what: Box::new(said(date(2026, 1, 1 + day), Some(Count::Exactly(n)))),
        }),
    ];
    let zones = prop_oneof![Just("Europe/London"), Just("America/New_York"), Just("Pacific/Auckland")];
    (what, 0_i64..14 * 24 * 60, zones).prop_map(move |(what, minute, name)| {
        let moment = at("2026-01-01T12:00:00Z") + minute.minutes();
        Entry { id: Id(id), at: moment, zone: zone(name), told: moment, disputed: false, what }
    })
}

fn any_entries() -> impl Strategy<Value = Vec<Entry>> {
    (1_u128..12).prop_flat_map(|n| (0..n).map(any_entry).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn order_of_arrival_and_retries_change_nothing(
        (entries, shuffled) in any_entries().prop_flat_map(|entries| {
            let mut twice = entries.clone();
            twice.extend(entries.clone());
            (Just(entries), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(fold(&entries), fold(&shuffled));
    }

    #[test]
    fn an_undo_of_the_last_entry_is_as_if_it_never_came(entries in any_entries()) {
        let last = entries.len() as u128 - 1;
        let mut undone = entries.clone();
        undone.push(undo(99, "2026-02-01T00:00:00Z", last));
        let targeted = entries.iter().any(|entry| match &entry.what {
            What::Undo(target) | What::Edit { target, .. } => *target == Id(last),
            _ => false,
        });
        prop_assume!(!targeted);
        let plain = |diary: Diary| (diary.nights, diary.changes);
        prop_assert_eq!(plain(fold(&undone)), plain(fold(&entries[..entries.len() - 1])));
    }

    #[test]
    fn one_more_cramp_never_lowers_a_count(entries in any_entries(), minute in 0_i64..14 * 24 * 60) {
        let before = fold(&entries);
        let mut more = entries;
        let moment = at("2026-01-01T12:00:00Z") + minute.minutes();
        more.push(Entry { at: moment, told: moment, ..cramp(50, "2026-01-01T12:00:00Z") });
        let after = fold(&more);
        for night in &before.nights {
            let least = |count: Option<Count>| count.map_or(0, Count::least);
            prop_assert!(least(after.count(night.date)) >= least(night.count));
        }
    }
}
