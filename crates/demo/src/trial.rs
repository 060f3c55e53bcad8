//! Trials of somebody's own: what is drawn for them, and how they end.

use charley_nights::trial::analysis::{Question, analyse};
use charley_nights::trial::order::{Seed, commitment};
use charley_nights::trial::verdict::USUAL_MARGIN;
use charley_nights::trial::{Count, Look};
use charley_reason::Reasoner;
use charley_records::TrialId;
use charley_records::trials::{Ended, Trial};
use charley_web::trial::kept::{Baseline, Choice, Protocol};
use charley_wire::trial::{Besides, Report};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::draw::Draw;
use crate::nights::Night;
use crate::people::{Character, TrialCourse};
use crate::time::{days_between, later};
use crate::{DemoError, Result};

/// Streams of trials begin here.
const STREAM: u64 = 2 << 32;
/// Pairs of periods.
const PAIRS: usize = 6;

/// A trial before it starts.
#[derive(Debug, Clone)]
pub struct TrialPlan {
    /// Its key.
    pub id: TrialId,
    /// The seed of the order.
    pub seed: Seed,
    /// The protocol, whose baseline is not known yet.
    pub protocol: Protocol,
    /// What becomes of it.
    pub course: TrialCourse,
    arms: Vec<bool>,
    effect: f64,
    lasts: i32,
}

/// The trial of a person; none for most.
///
/// # Errors
/// When the knowledge does not have the remedy any more.
pub fn plan(character: &Character, reasoner: &Reasoner, seed: u64, today: Date) -> Result<Option<TrialPlan>> {
    let Some(course) = character.trial else { return Ok(None) };
    let (exposure, back, effect) = match course {
        TrialCourse::UnderWay => ("walk", 45, 0.55),
        TrialCourse::Works => ("elevation", 150, 0.4),
        TrialCourse::NoEffect => ("bedding", 190, 1.0),
        TrialCourse::GivenUp => ("relaxation", 110, 1.0),
    };
    let remedy = reasoner.knowledge.remedies.iter().find(|remedy| remedy.exposure == exposure);
    let remedy = remedy.ok_or(DemoError::Missing("a remedy of the trials is not in the knowledge"))?;
    let first = later(today, -back);
    let mut draw = Draw::new(seed, STREAM + u64::from(character.number));
    let (id, seed) = (TrialId(draw.id()), draw.bytes());
    let choice = Choice { first_night: first, pairs: PAIRS, margin: USUAL_MARGIN, capsules: false };
    let protocol = Protocol::new(remedy, &choice, Baseline { nights: 0, rate: 0.0 });
    let arms = protocol.design.arms(&seed);
    let nights = i32::try_from(protocol.design.nights()).unwrap_or(i32::MAX);
    let lasts = if course == TrialCourse::GivenUp { nights.min(24) } else { nights };
    Ok(Some(TrialPlan { id, seed, protocol, course, arms, effect, lasts }))
}

impl TrialPlan {
    fn first(&self) -> Date {
        self.protocol.design.first_night
    }

    fn arm(&self, date: Date) -> Option<bool> {
        let night = days_between(self.first(), date);
        if night >= self.lasts { None } else { self.arms.get(usize::try_from(night).ok()?).copied() }
    }

    /// Factor on the cramps of a night.
    pub fn factor(&self, date: Date) -> f64 {
        if self.arm(date) == Some(true) { self.effect } else { 1.0 }
    }

    /// What is to be ticked of a night: the remedy, and whether it is its turn.
    pub fn exposure(&self, date: Date) -> Option<(String, bool)> {
        self.arm(date).map(|treated| (self.protocol.exposure.clone(), treated))
    }

    /// The day on which it is started.
    pub fn starts(&self) -> Date {
        self.first()
    }

    /// The day on which it ends, or would.
    pub fn ends(&self) -> Date {
        later(self.first(), self.lasts)
    }

    /// The trial as it is kept, with the nights before it as the baseline.
    pub fn trial(&self, nights: &[Night], created: Timestamp) -> Trial {
        let before = nights.iter().filter(|night| night.date < self.first() && night.date >= later(self.first(), -28));
        let told: Vec<u32> = before.filter_map(|night| least(night.count)).collect();
        let count = u32::try_from(told.len()).unwrap_or(0);
        let rate = if count == 0 { 0.0 } else { f64::from(told.iter().sum::<u32>()) / f64::from(count) };
        let protocol = Protocol { baseline: Baseline { nights: count, rate }, ..self.protocol.clone() };
        Trial {
            id: self.id,
            created,
            protocol: protocol.write(),
            commitment: commitment(&self.seed),
            seed: self.seed,
            ended: None,
        }
    }

    /// How it ends, worked out from the nights as the pages do.
    ///
    /// # Errors
    /// When its answer cannot be written.
    pub fn end(&self, nights: &[Night], at: Timestamp) -> Result<Ended> {
        if self.course == TrialCourse::GivenUp {
            return Ok(Ended { at, why: "left".to_owned(), result: None, decision: None });
        }
        let design = &self.protocol.design;
        let lived = nights.iter().filter(|night| self.arm(night.date).is_some());
        let counts: Vec<Count> = lived.map(|night| night.count).collect();
        let series = design.series(&self.seed, &counts, design.pairs);
        let series = series.map_err(|_| DemoError::Missing("a trial that is over has too few nights"))?;
        let whole = series.with_counts(counts.iter().copied().take(series.nights()).collect());
        let pairs = design.pair_nights(&self.seed, design.pairs);
        let question = Question {
            series: &series,
            whole: &whole,
            pairs: Some(&pairs),
            start: None,
            pair_nights: u32::try_from(2 * design.period_nights).unwrap_or(14),
            look: Look::End,
            priors: design.priors,
            rule: design.rule,
            yes_no: false,
        };
        let report = Report::new(&question, &analyse(&question), Besides::default());
        let result = serde_json::to_string(&report).map_err(|_| DemoError::Missing("a trial's answer is not JSON"))?;
        let decision = if self.course == TrialCourse::Works { "keep" } else { "drop" };
        Ok(Ended { at, why: "planned_end".to_owned(), result: Some(result), decision: Some(decision.to_owned()) })
    }
}

fn least(count: Count) -> Option<u32> {
    match count {
        Count::Missing => None,
        Count::Exactly(count) => Some(count),
        Count::TwoOrMore => Some(2),
    }
}
