//! Vein treatments, and cramp counts of each leg before and after, with a control period and the other leg as a control.
//!
//! A before and after is never called an effect: nobody drew lots, people come when it is bad, and cramps come and go.

use charley_knowledge::Knowledge;
use charley_nights::diary::{Count, Diary, Night, Side};
use charley_nights::rate::{self, Summary};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Fault, Leg};

/// Most treatments of one person.
pub const MOST: usize = 40;
/// Longest note.
const MOST_CHARS: usize = 400;
/// Nights of the control period and of the period before.
pub const NIGHTS_BEFORE: i32 = 28;
/// Nights after a treatment that are left out: bruises and bandages hurt by themselves.
pub const SETTLING: i32 = 14;
/// Nights of the period after it, at most.
pub const NIGHTS_AFTER: i32 = 84;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Procedure {
    Laser,
    Radiofrequency,
    Glue,
    Foam,
    Sclerotherapy,
    Phlebectomy,
    Surgery,
    Other,
}

impl Procedure {
    /// All, in the order of the form.
    pub const ALL: [Self; 8] = [
        Self::Laser,
        Self::Radiofrequency,
        Self::Glue,
        Self::Foam,
        Self::Sclerotherapy,
        Self::Phlebectomy,
        Self::Surgery,
        Self::Other,
    ];

    /// The word in forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Laser => "laser",
            Self::Radiofrequency => "radiofrequency",
            Self::Glue => "glue",
            Self::Foam => "foam",
            Self::Sclerotherapy => "sclerotherapy",
            Self::Phlebectomy => "phlebectomy",
            Self::Surgery => "surgery",
            Self::Other => "other",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Laser => "laser (EVLA)",
            Self::Radiofrequency => "radiofrequency (RFA)",
            Self::Glue => "glue",
            Self::Foam => "foam sclerotherapy",
            Self::Sclerotherapy => "liquid sclerotherapy",
            Self::Phlebectomy => "phlebectomy",
            Self::Surgery => "open surgery",
            Self::Other => "another treatment",
        }
    }
}

/// A treatment that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Treatment {
    /// Which leg.
    pub leg: Leg,
    /// What.
    pub procedure: Procedure,
    /// When.
    pub date: Date,
    /// Vein and remarks; may be empty.
    #[serde(default)]
    pub note: String,
}

/// All treatments of one person, by date.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Treatments {
    /// Treatments.
    pub done: Vec<Treatment>,
}

impl Treatments {
    /// Adds one in its place.
    pub fn add(&mut self, treatment: Treatment) {
        self.done.push(treatment);
        self.done.sort_by_key(|treatment| (treatment.date, treatment.leg));
    }

    /// Checks all.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn check(&self, today: Date) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        if self.done.iter().any(|treatment| treatment.date > today) {
            faults.push(Fault::new("date", "This date is in the future. Record a treatment when it is done."));
        }
        if self.done.iter().any(|treatment| treatment.date.year() < 1950) {
            faults.push(Fault::new("date", "This date is too long ago. Check the year."));
        }
        if self.done.iter().any(|treatment| treatment.note.chars().count() > MOST_CHARS) {
            faults.push(Fault::new("note", format!("Use at most {MOST_CHARS} characters for a note.")));
        }
        if self.done.len() > MOST {
            faults.push(Fault::new("done", format!("At most {MOST} treatments are kept. Take an old one out.")));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// The cramps of one leg in a night, as far as the diary tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OfLeg {
    /// The night is not recorded.
    NotRecorded,
    /// It had cramps whose side is not known.
    SideNotKnown,
    /// So many.
    Count(u32),
}

/// The nights of a period, seen from one leg.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// First night.
    pub from: Date,
    /// Last night.
    pub until: Date,
    /// Recorded nights, all legs.
    pub recorded: u32,
    /// Of those, nights that are left out because the side of a cramp is not known.
    pub side_not_known: u32,
    /// Cramps of this leg; none below [`rate::FEWEST`] nights that count.
    pub summary: Option<Summary>,
}

/// One leg in the periods around a treatment.
#[derive(Debug, Clone, PartialEq)]
pub struct LegAround {
    /// Which leg.
    pub leg: Leg,
    /// It was treated.
    pub treated: bool,
    /// The 28 nights before the period before: nothing was done between the two.
    pub control: Period,
    /// The 28 nights before the treatment.
    pub before: Period,
    /// The nights after it, without the first 14; none until they have begun.
    pub after: Option<Period>,
}

/// Both legs around a treatment.
#[derive(Debug, Clone, PartialEq)]
pub struct Around {
    /// The treatment.
    pub treatment: Treatment,
    /// The treated leg first. When the other leg was treated in these nights too, it is no control.
    pub legs: [LegAround; 2],
    /// True when the other leg was not treated in these nights.
    pub other_is_control: bool,
    /// Another treatment of this leg cut the nights after it short.
    pub cut_short: bool,
}

/// What is said above every comparison.
pub const CAUTION: [&str; 4] = [
    "This compares nights before and after. It does not show what the treatment did.",
    "People come when it is bad, and cramps come and go by themselves. So fewer cramps afterwards are expected anyway.",
    "The control period shows how much changed while nothing was done.",
    "The leg that was not treated shows what else changed. Both legs share medicines, sleep and season.",
];

/// Compares the nights around each treatment, newest first. `last` is the last night that is over.
pub fn around(treatments: &Treatments, diary: &Diary, last: Date) -> Vec<Around> {
    treatments.done.iter().rev().map(|treatment| one(treatments, treatment, diary, last)).collect()
}

fn one(treatments: &Treatments, treatment: &Treatment, diary: &Diary, last: Date) -> Around {
    let begin = treatment.date.saturating_add(SETTLING.days());
    let planned = treatment.date.saturating_add((SETTLING + NIGHTS_AFTER - 1).days());
    let first_control = treatment.date.saturating_sub((2 * NIGHTS_BEFORE).days());
    let next_of = |leg: Leg| {
        let later = treatments.done.iter().filter(|other| other.leg == leg && other.date > treatment.date);
        later.map(|other| other.date).filter(|date| *date <= planned).min()
    };
    let next = next_of(treatment.leg);
    let end = next.map_or(planned, |date| date.saturating_sub(1.day())).min(last);
    let after = (begin <= end).then_some((begin, end));
    let inside = |other: &Treatment| other.date >= first_control && other.date <= planned;
    let other_treated = treatments.done.iter().any(|other| other.leg == treatment.leg.other() && inside(other));
    let leg_around = |leg: Leg| LegAround {
        leg,
        treated: leg == treatment.leg,
        control: period(diary, leg, first_control, treatment.date.saturating_sub((NIGHTS_BEFORE + 1).days())),
        before: period(
            diary,
            leg,
            treatment.date.saturating_sub(NIGHTS_BEFORE.days()),
            treatment.date.saturating_sub(1.day()),
        ),
        after: after.map(|(from, until)| period(diary, leg, from, until)),
    };
    Around {
        treatment: treatment.clone(),
        legs: [leg_around(treatment.leg), leg_around(treatment.leg.other())],
        other_is_control: !other_treated,
        cut_short: next.is_some(),
    }
}

fn period(diary: &Diary, leg: Leg, from: Date, until: Date) -> Period {
    let nights = diary.nights.iter().filter(|night| night.date >= from && night.date <= until);
    let (mut counted, mut recorded, mut side_not_known) = (Vec::new(), 0, 0);
    for night in nights {
        match of_leg(night, leg) {
            OfLeg::NotRecorded => continue,
            OfLeg::SideNotKnown => side_not_known += 1,
            OfLeg::Count(cramps) => counted.push((night.date, Count::Exactly(cramps))),
        }
        recorded += 1;
    }
    let enough = counted.len() >= usize::try_from(rate::FEWEST).unwrap_or(usize::MAX);
    let summary = if enough { rate::summary(&counted) } else { None };
    Period { from, until, recorded, side_not_known, summary }
}

/// A night counts for a leg when it had no cramp, or when the side of each of its cramps is known. "Two or more" never is:
/// there may have been another one on either side.
fn of_leg(night: &Night, leg: Leg) -> OfLeg {
    let Some(count) = night.count else { return OfLeg::NotRecorded };
    if !count.any() {
        return OfLeg::Count(0);
    }
    let sides: Vec<Side> = night.episodes.iter().filter_map(|told| told.value.side).collect();
    let told = u32::try_from(sides.len()).unwrap_or(u32::MAX);
    match count {
        Count::Exactly(all) if told >= all => {
            let here = sides.iter().filter(|side| match side {
                Side::Both => true,
                Side::Left => leg == Leg::Left,
                Side::Right => leg == Leg::Right,
            });
            OfLeg::Count(u32::try_from(here.count()).unwrap_or(u32::MAX))
        }
        _ => OfLeg::SideNotKnown,
    }
}

/// "about 6 in 14 nights (likely 3 to 9)"; the words of a period that has a rate.
pub fn cramps_in_14(summary: &Summary) -> String {
    let rate = summary.cramps_rate;
    let high = rate.high.map_or_else(|| "or more".to_owned(), |high| format!("to {:.0}", high.ceil()));
    let middle = match rate.per_14.round() {
        0.0 if rate.per_14 > 0.0 => "under 1".to_owned(),
        whole => format!("about {whole:.0}"),
    };
    format!("{middle} in 14 nights (likely {:.0} {high})", rate.low.floor())
}

/// What the evidence says of vein treatment and cramps, from the knowledge's own item; empty when it has none.
pub fn honest_words(knowledge: &Knowledge) -> String {
    let item = knowledge.interventions.iter().find(|item| item.id == "vein_laser_or_radiofrequency");
    item.map(|item| format!("{} Grade {}.", item.effect_text, item.grade.as_str())).unwrap_or_default()
}
