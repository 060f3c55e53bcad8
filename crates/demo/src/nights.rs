//! Nights of one person: cramps with sides and hours, a summer that is worse, nights that are not told, a holiday without
//! the telephone.

use charley_nights::trial::Count;
use charley_records::EntryId;
use charley_records::diary::{Body, Cramps, Episode, Muscle, NewEntry, NightReport, Relief, Side};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Result;
use crate::draw::Draw;
use crate::people::Character;
use crate::time::{later, moment};
use crate::trial::TrialPlan;

/// Streams of nights begin here: those below are the people's own.
const STREAM: u64 = 1 << 32;

/// A night and what is told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Night {
    /// The day on which it began.
    pub date: Date,
    /// As the statistics take it.
    pub count: Count,
    /// As the diary takes it; empty for a night that is not told.
    pub entries: Vec<NewEntry>,
}

/// The nights from one day until before another.
///
/// # Errors
/// When the calendar does not have a day.
pub fn nights(
    character: &Character,
    trial: Option<&TrialPlan>,
    (from, until): (Date, Date),
    seed: u64,
    zone: &TimeZone,
) -> Result<Vec<Night>> {
    let mut draw = Draw::new(seed, STREAM + u64::from(character.number));
    let (mut nights, mut away, mut date) = (Vec::new(), 0, from);
    while date < until {
        if away > 0 {
            away -= 1;
        } else if draw.chance(0.008) {
            away = draw.between(4, 10);
        }
        let untold = away > 0 || draw.chance(character.habit.untold);
        let mean = mean(character, trial, date);
        nights.push(night(&mut draw, character, trial, date, (mean, untold), zone)?);
        date = later(date, 1);
    }
    Ok(nights)
}

/// Cramps to expect in a night.
fn mean(character: &Character, trial: Option<&TrialPlan>, date: Date) -> f64 {
    // The middle of July is day 196.
    let turn = std::f64::consts::TAU * f64::from(date.day_of_year() - 196) / 365.0;
    let season = 1.0 + character.habit.summer * libm::cos(turn);
    character.habit.nightly * season * character.helped(date) * trial.map_or(1.0, |trial| trial.factor(date))
}

fn night(
    draw: &mut Draw,
    character: &Character,
    trial: Option<&TrialPlan>,
    date: Date,
    (mean, untold): (f64, bool),
    zone: &TimeZone,
) -> Result<Night> {
    let cramps = draw.count(mean);
    let mut entries = Vec::new();
    let mut add = |draw: &mut Draw, at, body| {
        let zone = zone.iana_name().unwrap_or("Europe/London").to_owned();
        entries.push(NewEntry { id: EntryId(draw.id()), at, zone, body });
    };
    let morning = moment(later(date, 1), i16::try_from(draw.between(385, 500)).unwrap_or(420), zone)?;
    if let Some(exposure) = trial.and_then(|trial| trial.exposure(date)) {
        // Now and then somebody forgets, and says so.
        let done = if draw.chance(0.93) { exposure.1 } else { !exposure.1 };
        let evening = moment(date, 22 * 60, zone)?;
        let body = Body::Exposure { night: date.to_string(), what: exposure.0, done };
        add(draw, evening, body);
    }
    if untold {
        return Ok(Night { date, count: Count::Missing, entries });
    }
    let vague = cramps >= 2 && draw.chance(0.2);
    if !vague {
        let mut hours: Vec<i32> = (0..cramps).map(|_| draw.between(20, 330)).collect();
        hours.sort_unstable();
        for hour in hours {
            let at = moment(later(date, 1), i16::try_from(hour).unwrap_or(180), zone)?;
            let body = Body::Episode(episode(draw, character));
            add(draw, at, body);
        }
    }
    let kept = if vague { Cramps::TwoOrMore } else { Cramps::Exactly(cramps) };
    let hurt = (cramps > 0).then(|| u8::try_from(draw.between(3, 9)).unwrap_or(5));
    let sleep = u8::try_from((i32::from(cramps) * 2 + draw.between(0, 3)).min(10)).unwrap_or(0);
    let report = NightReport {
        night: date.to_string(),
        cramps: kept,
        sleep: Some(sleep),
        pain: hurt,
        by_partner: cramps > 0 && draw.chance(0.04),
    };
    add(draw, morning, Body::Night(report));
    let count = if vague { Count::TwoOrMore } else { Count::Exactly(u32::from(cramps)) };
    Ok(Night { date, count, entries })
}

fn episode(draw: &mut Draw, character: &Character) -> Episode {
    let side = if draw.chance(0.06) {
        Side::Both
    } else if draw.chance(character.habit.left) {
        Side::Left
    } else {
        Side::Right
    };
    let muscle = draw.one_of(&[Muscle::Calf, Muscle::Calf, Muscle::Calf, Muscle::Calf, Muscle::Foot, Muscle::Thigh]);
    let relief = draw.one_of(&[Relief::Stretch, Relief::Stretch, Relief::Walking, Relief::Rubbing, Relief::ByItself]);
    Episode {
        minutes: Some(f64::from(draw.between(1, 9))),
        side: Some(side),
        muscle: Some(muscle),
        pain: Some(u8::try_from(draw.between(4, 9)).unwrap_or(6)),
        relief: vec![relief],
        ..Episode::default()
    }
}

#[cfg(test)]
mod tests {
    use charley_records::diary::check;

    use super::*;
    use crate::people::people;

    fn year() -> (Vec<Night>, Date) {
        let today: Date = "2026-11-24".parse().unwrap();
        let zone = TimeZone::get("Europe/London").unwrap();
        let one = people(1, 1, today).remove(0);
        (nights(&one, None, (later(today, -365), today), 1, &zone).unwrap(), today)
    }

    #[test]
    fn every_entry_is_one_that_a_diary_takes() {
        let (nights, _) = year();
        let now = "2026-11-24T09:00:00Z".parse().unwrap();
        assert_eq!(nights.len(), 365);
        for entry in nights.iter().flat_map(|night| &night.entries) {
            assert_eq!(check(entry, now), Ok(()), "{entry:?}");
        }
    }

    #[test]
    fn some_nights_are_not_told_and_help_shows() {
        let (nights, _) = year();
        let untold = nights.iter().filter(|night| night.count == Count::Missing).count();
        assert!((15..140).contains(&untold), "{untold}");
        let cramps = |nights: &[Night]| -> u32 {
            nights.iter().map(|night| if let Count::Exactly(count) = night.count { count } else { 2 }).sum()
        };
        let (before, after) = (cramps(&nights[..70]), cramps(&nights[295..]));
        assert!(after * 3 < before * 2, "{before} before, {after} after");
    }
}
