//! What became of people, with denominators and intervals.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

use charley_clinic::outcome::{FollowUpResult, GlobalChange, Rule, Seen, Share, Stand, Verdict, counted, summarise};
use charley_clinic::plan::Counted;
use charley_nights::diary::Count;
use jiff::civil::date;

fn counts(before: u32, now: u32) -> FollowUpResult {
    FollowUpResult {
        before: Some(Counted { cramps: before, nights: 14 }),
        now: Some(Counted { cramps: now, nights: 14 }),
        asked_harm: true,
        ..FollowUpResult::default()
    }
}

fn word(change: GlobalChange) -> FollowUpResult {
    FollowUpResult { change: Some(change), asked_harm: true, ..FollowUpResult::default() }
}

/// Both sides of each line: a quarter fewer is improved, more than a quarter more is worse.
#[test]
fn counts_decide_where_nights_were_counted() {
    let verdict = |before, now| counts(before, now).verdict().unwrap();
    assert_eq!(verdict(8, 6), (Verdict::Improved, Rule::Counts));
    assert_eq!(verdict(8, 7).0, Verdict::NotImproved);
    assert_eq!(verdict(8, 10).0, Verdict::NotImproved);
    assert_eq!(verdict(8, 11).0, Verdict::Worse);
    assert_eq!(verdict(0, 0).0, Verdict::NotImproved, "nothing to improve");
    assert_eq!(verdict(0, 1).0, Verdict::Worse);
}

#[test]
fn counts_are_compared_by_recorded_nights() {
    let mut result = counts(8, 4);
    result.now = Some(Counted { cramps: 4, nights: 7 });
    assert_eq!(result.verdict().unwrap().0, Verdict::NotImproved, "4 in 7 nights are 8 in 14");
    result.now = Some(Counted { cramps: 0, nights: 6 });
    result.change = Some(GlobalChange::Worse);
    assert_eq!(result.verdict(), Some((Verdict::Worse, Rule::OwnWord)), "six nights are too few");
}

#[test]
fn the_own_word_decides_where_nobody_counted() {
    use GlobalChange::{ALittleBetter, ALittleWorse, Better, MuchBetter, MuchWorse, Same, Worse};
    for (change, expected) in [
        (MuchBetter, Verdict::Improved),
        (Better, Verdict::Improved),
        (ALittleBetter, Verdict::NotImproved),
        (Same, Verdict::NotImproved),
        (ALittleWorse, Verdict::NotImproved),
        (Worse, Verdict::Worse),
        (MuchWorse, Verdict::Worse),
    ] {
        assert_eq!(word(change).verdict(), Some((expected, Rule::OwnWord)), "{change:?}");
    }
    assert_eq!(FollowUpResult::default().verdict(), None);
}

#[test]
fn answers_are_checked() {
    let fields = |result: &FollowUpResult| -> Vec<String> {
        result.check().err().unwrap_or_default().into_iter().map(|fault| fault.field).collect()
    };
    assert!(fields(&counts(8, 6)).is_empty());
    assert_eq!(fields(&FollowUpResult::default()), ["change", "harm"]);
    let mut bad = counts(8, 6);
    bad.now = Some(Counted { cramps: 6, nights: 15 });
    bad.sleep = Some(11);
    bad.rvcss = [Some(31), None];
    assert_eq!(fields(&bad), ["nights", "sleep", "rvcss"]);
    let told = FollowUpResult { asked_harm: false, harm: "a rash".to_owned(), ..counts(8, 6) };
    assert!(fields(&told).is_empty(), "who tells of harm was asked");
}

/// Wilson's interval against a published example: Newcombe, Stat Med 1998;17:857-872, table I: 81 of 263 gives 0.2553 to
/// 0.3662, 15 of 148 gives 0.0624 to 0.1605, 0 of 20 gives 0 to 0.1611, 1 of 29 gives 0.0061 to 0.1718.
#[test]
fn intervals_are_those_of_a_published_example() {
    for (k, n, low, high) in
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
    {
        let share = Share::new(k, n);
        assert!((share.low - low).abs() < 5e-5 && (share.high - high).abs() < 5e-5, "{share:?}");
    }
    assert_eq!(Share::new(0, 0).words(), "0 of 0");
    assert_eq!(Share::new(81, 263).words(), "81 of 263: 31 % (26 to 37)");
    assert_eq!((Share::new(5, 5).high, Share::new(0, 5).low), (1.0, 0.0));
}

#[test]
fn those_who_are_lost_stand_beside_and_lower_the_share_of_all() {
    let due = date(2026, 3, 1);
    let one = |number, week, stand| Seen { number, week, due, stand };
    let done = |result| Stand::Done(Box::new(result));
    let seen = vec![
        one(1, 4, done(counts(8, 4))),
        one(2, 4, done(counts(8, 8))),
        one(3, 4, done(counts(8, 16))),
        one(4, 4, done(word(GlobalChange::Better))),
        one(5, 4, Stand::Lost),
        one(6, 4, Stand::Lost),
        one(7, 4, Stand::Declined),
        one(8, 4, Stand::Due),
        one(1, 12, Stand::Due),
    ];
    let all = summarise(&seen);
    assert_eq!((all.people, all.weeks.len()), (8, 2));
    let week = &all.weeks[0];
    assert_eq!((week.week, week.due, week.waiting, week.own_word), (4, 8, 1, 1));
    let pair = |share: &Share| (share.count, share.of);
    assert_eq!([pair(&week.improved), pair(&week.not_improved), pair(&week.worse)], [(2, 4), (1, 4), (1, 4)]);
    assert_eq!(pair(&week.improved_of_all), (2, 8));
    assert_eq!([pair(&week.seen), pair(&week.lost), pair(&week.declined)], [(4, 8), (2, 8), (1, 8)]);
    assert_eq!(week.seen.count + week.lost.count + week.declined.count + week.waiting, week.due);
    assert_eq!(all.quarters.len(), 1);
    assert_eq!((all.quarters[0].0.as_str(), pair(&all.quarters[0].1)), ("2026 Q1", (2, 4)));
    assert_eq!(summarise(&[]).weeks, []);
}

#[test]
fn nights_make_the_counts() {
    let nights = [
        (date(2026, 1, 1), Count::Exactly(2)),
        (date(2026, 1, 2), Count::AtLeast(2)),
        (date(2026, 1, 3), Count::Exactly(0)),
    ];
    assert_eq!(counted(&nights), Some(Counted { cramps: 4, nights: 3 }));
    assert_eq!(counted(&[]), None);
}
