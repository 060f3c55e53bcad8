//! From entries as they are kept to entries of the diary, and back. The two never share a type.

use charley_nights::diary::{self as nights, Count, Id, What};
use charley_records::EntryId;
use charley_records::diary::{self as records, Body, Cramps};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The diary's id of an entry.
pub fn id(entry: EntryId) -> Id {
    Id(entry.0.as_u128())
}

/// The kept id of an entry.
pub fn entry_id(id: Id) -> EntryId {
    EntryId(uuid::Uuid::from_u128(id.0))
}

/// An entry as the diary reads it; none when it is not about nights, or its date cannot be read, which the store refuses.
pub fn entry(kept: &records::Entry) -> Option<nights::Entry> {
    let new = &kept.new;
    Some(nights::Entry {
        id: id(new.id),
        at: new.at,
        zone: TimeZone::get(&new.zone).unwrap_or(TimeZone::UTC),
        told: new.at.min(kept.received),
        disputed: kept.disputed,
        what: what(&new.body)?,
    })
}

/// What a kept body says; none when it says nothing of the nights, or when a date cannot be read.
pub fn what(body: &Body) -> Option<What> {
    Some(match body {
        Body::Episode(episode) => What::Episode(self::episode(episode)),
        Body::Night(report) => What::Report(nights::Report {
            night: date(&report.night)?,
            cramps: count(report.cramps),
            sleep: report.sleep,
            pain: report.pain,
            by_partner: report.by_partner,
        }),
        Body::Exposure { night, what, done } => {
            What::Exposure(nights::Exposure { night: date(night)?, what: what.clone(), done: *done })
        }
        Body::Guess { night, arm } => What::Guess { night: date(night)?, treatment: arm.map(|arm| arm == 1) },
        Body::Opened { .. } => return None,
        Body::LegSwollen { night, swollen } => What::LegSwollen { night: date(night)?, swollen: *swollen },
        Body::Change { date: day, what, how } => {
            What::Change(nights::Change { date: date(day)?, what: what.clone(), how: changed(*how) })
        }
        Body::Adverse { night, what } => What::Adverse { night: date(night)?, what: what.clone() },
        Body::Undo { target } => What::Undo(id(*target)),
        Body::Edit { target, body } => What::Edit { target: id(*target), what: Box::new(what(body)?) },
    })
}

fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}

fn count(cramps: Cramps) -> Option<Count> {
    match cramps {
        Cramps::Unknown => None,
        Cramps::Exactly(n) => Some(Count::Exactly(n.into())),
        Cramps::OneOrMore => Some(Count::AtLeast(1)),
        Cramps::TwoOrMore => Some(Count::AtLeast(2)),
    }
}

/// How a count is kept. Of "or more" there are two: from one, and from two. A larger number with a plus is kept as two or
/// more.
pub fn cramps(count: Option<Count>) -> Cramps {
    match count {
        None => Cramps::Unknown,
        Some(Count::AtLeast(0 | 1)) => Cramps::OneOrMore,
        Some(Count::AtLeast(_)) => Cramps::TwoOrMore,
        Some(Count::Exactly(n)) => Cramps::Exactly(n.try_into().unwrap_or(u16::MAX)),
    }
}

fn episode(kept: &records::Episode) -> nights::Episode {
    nights::Episode {
        start: kept.start,
        minutes: kept.minutes,
        side: kept.side.map(side),
        muscle: kept.muscle.map(muscle),
        pain: kept.pain,
        relief: kept.relief.iter().copied().map(relief).collect(),
        danger: kept.danger,
    }
}

/// How a cramp is kept.
pub fn kept_episode(told: &nights::Episode) -> records::Episode {
    records::Episode {
        start: told.start,
        minutes: told.minutes,
        side: told.side.map(kept_side),
        muscle: told.muscle.map(kept_muscle),
        pain: told.pain,
        relief: told.relief.iter().copied().map(kept_relief).collect(),
        danger: told.danger,
    }
}

/// A list of names that the two sides share, and the way there and back.
macro_rules! both_ways {
    ($there:ident, $back:ident, $name:ident: $($value:ident),*) => {
        fn $there(kept: records::$name) -> nights::$name {
            match kept {
                $(records::$name::$value => nights::$name::$value),*
            }
        }

        fn $back(told: nights::$name) -> records::$name {
            match told {
                $(nights::$name::$value => records::$name::$value),*
            }
        }
    };
}

both_ways!(side, kept_side, Side: Left, Right, Both);

both_ways!(muscle, kept_muscle, Muscle: Calf, Foot, Shin, Thigh, Other);

both_ways!(relief, kept_relief, Relief: Stretch, Rubbing, Walking, Heat, Cold, ByItself, Other);

fn changed(kept: records::Changed) -> nights::Changed {
    match kept {
        records::Changed::Started => nights::Changed::Started,
        records::Changed::Stopped => nights::Changed::Stopped,
        records::Changed::Altered => nights::Changed::Altered,
    }
}
