//! Cramp counts of each leg around a treatment.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

use charley_clinic::Leg;
use charley_clinic::treatment::{CAUTION, Procedure, Treatment, Treatments, around, cramps_in_14};
use charley_nights::diary::{Count, Diary, Episode, Id, Night, Report, Side, Told};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

fn told<T>(value: T) -> Told<T> {
    Told { id: Id(1), at: "2026-01-01T03:00:00Z".parse().unwrap(), zone: TimeZone::UTC, value }
}

/// A night with these cramps by side; none: it was free.
fn night(date: Date, sides: &[Option<Side>]) -> Night {
    let episodes = sides.iter().map(|side| told(Episode { side: *side, ..Episode::default() })).collect();
    let count = Some(Count::Exactly(u32::try_from(sides.len()).unwrap()));
    Night { count, episodes, ..Night::unknown(date) }
}

const DAY: Date = date(2026, 6, 1);

/// 28 nights of control, 28 before, and 120 after: the treated left leg has a cramp each second night, each third, and each
/// fifth; the right leg each fourth throughout.
fn diary() -> Diary {
    let nights = (-56..120).map(|day: i32| {
        let left = match day {
            ..-28 => day % 2 == 0,
            -28..0 => day % 3 == 0,
            _ => day % 5 == 0,
        };
        let sides: Vec<Option<Side>> = [(left, Side::Left), (day % 4 == 0, Side::Right)]
            .into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, side)| Some(side))
            .collect();
        night(DAY.saturating_add(day.days()), &sides)
    });
    Diary { nights: nights.collect(), ..Diary::default() }
}

fn treated(dates: &[(Leg, Date)]) -> Treatments {
    let mut treatments = Treatments::default();
    for (leg, date) in dates {
        treatments.add(Treatment { leg: *leg, procedure: Procedure::Laser, date: *date, note: String::new() });
    }
    treatments
}

const LAST: Date = date(2026, 9, 28);

#[test]
fn each_leg_has_its_own_counts_and_the_other_is_the_control() {
    let found = around(&treated(&[(Leg::Left, DAY)]), &diary(), LAST);
    let [left, right] = &found[0].legs;
    assert!(left.treated && !right.treated && found[0].other_is_control && !found[0].cut_short);
    let cramps = |period: &charley_clinic::treatment::Period| period.summary.unwrap().cramps;
    assert_eq!([cramps(&left.control), cramps(&left.before)], [14, 9]);
    assert_eq!([cramps(&right.control), cramps(&right.before)], [7, 7]);
    let after = left.after.as_ref().unwrap();
    assert_eq!((after.from, after.until), (date(2026, 6, 15), date(2026, 9, 6)));
    assert_eq!((after.recorded, cramps(after)), (84, 17));
    assert_eq!(cramps(right.after.as_ref().unwrap()), 21);
}

#[test]
fn every_rate_carries_its_interval() {
    let found = around(&treated(&[(Leg::Left, DAY)]), &diary(), LAST);
    let summary = found[0].legs[0].before.summary.unwrap();
    let rate = summary.cramps_rate;
    assert!(rate.low < rate.per_14 && rate.per_14 < rate.high.unwrap());
    assert!(cramps_in_14(&summary).contains("(likely "), "{}", cramps_in_14(&summary));
}

#[test]
fn a_cramp_without_a_side_leaves_the_night_out_and_says_so() {
    let mut diary = diary();
    for day in 0..5 {
        let date = DAY.saturating_sub((day + 1).days());
        let at = diary.nights.iter().position(|night| night.date == date).unwrap();
        diary.nights[at] = night(date, &[Some(Side::Left), None]);
    }
    let before = &around(&treated(&[(Leg::Left, DAY)]), &diary, LAST)[0].legs[0].before.clone();
    assert_eq!((before.recorded, before.side_not_known), (28, 5));
    assert_eq!(before.summary.unwrap().recorded, 23);
}

#[test]
fn two_or_more_is_never_counted_for_a_leg() {
    let mut diary = diary();
    let date = DAY.saturating_sub(1.days());
    let at = diary.nights.iter().position(|night| night.date == date).unwrap();
    diary.nights[at] = Night {
        count: Some(Count::AtLeast(2)),
        reports: vec![told(Report {
            night: date,
            cramps: Some(Count::AtLeast(2)),
            sleep: None,
            pain: None,
            by_partner: false,
        })],
        ..night(date, &[Some(Side::Left), Some(Side::Left)])
    };
    assert_eq!(around(&treated(&[(Leg::Left, DAY)]), &diary, LAST)[0].legs[0].before.side_not_known, 1);
}

#[test]
fn a_cramp_of_both_legs_counts_for_each() {
    let nights = (0..28).map(|day| night(DAY.saturating_sub((28 - day).days()), &[Some(Side::Both)])).collect();
    let found = around(&treated(&[(Leg::Right, DAY)]), &Diary { nights, ..Diary::default() }, LAST);
    for leg in &found[0].legs {
        assert_eq!(leg.before.summary.unwrap().cramps, 28);
        assert_eq!(leg.control.summary, None, "no night is recorded there");
    }
    assert_eq!(found[0].legs[0].leg, Leg::Right, "the treated leg first");
}

#[test]
fn a_leg_that_was_treated_too_is_no_control() {
    let both = around(&treated(&[(Leg::Left, DAY), (Leg::Right, DAY.saturating_add(20.days()))]), &diary(), LAST);
    assert!(both.iter().all(|around| !around.other_is_control));
    let again = around(&treated(&[(Leg::Left, DAY), (Leg::Left, DAY.saturating_add(40.days()))]), &diary(), LAST);
    let first = again.last().unwrap();
    assert!(first.cut_short && first.other_is_control);
    assert_eq!(first.legs[0].after.as_ref().unwrap().until, DAY.saturating_add(39.days()));
}

#[test]
fn nights_that_are_not_over_are_not_counted() {
    let treatments = treated(&[(Leg::Left, DAY)]);
    assert!(around(&treatments, &diary(), DAY.saturating_add(13.days()))[0].legs[0].after.is_none());
    let young = around(&treatments, &diary(), DAY.saturating_add(20.days()));
    let after = young[0].legs[0].after.as_ref().unwrap();
    assert_eq!(after.recorded, 7);
    assert!(after.summary.is_some());
}

#[test]
fn a_before_and_after_is_never_called_an_effect() {
    let words = CAUTION.join(" ").to_lowercase();
    assert!(words.contains("does not show what the treatment did"));
    for claim in ["works", "helped", "effect of", "thanks to", "caused"] {
        assert!(!words.contains(claim), "{claim}");
    }
    assert!(CAUTION.iter().all(|line| line.split_whitespace().count() <= 24));
}

#[test]
fn a_treatment_to_come_is_refused() {
    assert!(treated(&[(Leg::Left, date(2027, 1, 1))]).check(LAST).is_err());
    assert_eq!(treated(&[(Leg::Left, DAY)]).check(LAST), Ok(()));
}
