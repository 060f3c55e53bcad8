//! The one pure function: facts in, assessment out.

use charley_knowledge::{CondIx, FactIx, Knowledge};

use crate::causes::{Reason, reasons};
use crate::eval::Eval;
use crate::facts::{FactError, Facts, Given};
use crate::infer::{Approximation, Belief, Inference};
use crate::network::draws::{Draws, Values};
use crate::plan::{Item, plan};
use crate::questions::{Choice, Question, danger_signs, next_questions};
use crate::rough::Rough;
use crate::triage::{Flag, Triage, Urgency, triage};
use crate::untold::Untold;
use crate::what_if::WhatIf;

/// What to compute beyond triage and causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Ranges from redraws.
    pub ranges: bool,
    /// Reasons for and against.
    pub reasons: bool,
    /// Next questions, tests and examinations.
    pub questions: bool,
    /// Keep next questions to what a person can answer at home.
    pub person: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { ranges: true, reasons: true, questions: true, person: false }
    }
}

/// One cause with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// Belief.
    pub belief: Belief,
    /// Reasons, strongest first; positive ones speak for it.
    pub reasons: Vec<Reason>,
}

/// The answer of the core.
#[derive(Debug)]
pub struct Assessment<'k> {
    /// The facts as understood.
    pub facts: Facts<'k>,
    /// Triage; its urgency already carries what a likely condition may raise.
    pub triage: Triage,
    /// Causes worth showing, ranked.
    pub causes: Vec<Cause>,
    /// How often the leading cause stays the leading one.
    pub stability: Option<f64>,
    /// Examinations with their value, best first: index into the knowledge.
    pub examine: Vec<(usize, f64)>,
    /// Tests worth having: index into the knowledge.
    pub tests_worth: Vec<usize>,
    /// Tests not worth having.
    pub tests_not_worth: Vec<usize>,
    /// Plan.
    pub plan: Vec<Item>,
    /// Next questions, best first.
    pub next_questions: Vec<Question>,
    /// Facts that were given but nothing used.
    pub unused: Vec<FactIx>,
    /// True when cramps are reported.
    pub cramps: bool,
    /// Set when a bound was met.
    pub approximate: Option<Approximation>,
}

/// Knowledge with its redraws, ready to assess.
#[derive(Debug)]
pub struct Reasoner {
    /// The knowledge.
    pub knowledge: Knowledge,
    draws: Draws,
    rough: Rough,
    untold: Untold,
    /// Of each fact: whether any expression reads it.
    read: Vec<bool>,
    /// Of each fact: whether the danger check asks it.
    danger_signs: Vec<bool>,
}

/// A cause is shown when it may account for this much.
const SHOWN_ACCOUNTS: f64 = 0.02;
/// Most causes shown.
const MOST_CAUSES: usize = 12;
/// A dangerous condition at least this likely is shown even when it accounts for nothing reported.
const SHOWN_DANGER: f64 = 0.01;
/// And only when what was told raised it by this factor: a base rate alone is no reason to name a disease.
const RAISED: f64 = 1.3;
/// Most tests worth having: a longer list is no advice.
const MOST_TESTS: usize = 8;
/// A likely condition that needs a look raises the urgency.
const LIKELY: f64 = 0.5;

impl Reasoner {
    /// Prepares knowledge.
    pub fn new(knowledge: Knowledge) -> Self {
        let draws = Draws::new(&knowledge);
        let rough = Rough::new(&knowledge);
        let untold = Untold::new(&knowledge);
        let read = crate::reads::facts_read(&knowledge);
        let danger_signs = danger_signs(&knowledge);
        Self { knowledge, draws, rough, untold, read, danger_signs }
    }

    /// Facts in, assessment out.
    ///
    /// # Errors
    /// Every fact that is refused, with what to do.
    pub fn assess(&self, given: &[Given], options: Options) -> Result<Assessment<'_>, Vec<FactError>> {
        let facts = Facts::read(&self.knowledge, given)?;
        Ok(self.assess_facts(facts, options))
    }

    fn assess_facts<'k>(&'k self, facts: Facts<'k>, options: Options) -> Assessment<'k> {
        let knowledge = &self.knowledge;
        let eval = Eval::new(&facts).beyond(&self.untold);
        let mut triage = triage(&Eval::fresh(&facts).beyond(&self.untold));
        let inference = Inference::new(&eval);
        let beliefs = inference.beliefs(options.ranges.then_some(&self.draws));
        let shown = shown(&inference, knowledge, &beliefs.ranked);
        let what_if = (options.reasons || options.questions).then(|| WhatIf::new(&inference, &beliefs.point));
        let mut all_reasons = match &what_if {
            Some(what_if) if options.reasons => reasons(&eval, &inference, what_if, &shown),
            _ => vec![Vec::new(); shown.len()],
        };
        let causes = shown
            .iter()
            .enumerate()
            .filter_map(|(slot, condition)| {
                let belief = beliefs.ranked.iter().find(|b| b.condition == *condition)?.clone();
                Some(Cause { belief, reasons: std::mem::take(&mut all_reasons[slot]) })
            })
            .collect();
        raise(knowledge, &mut triage, &beliefs.ranked);
        let mut next = Vec::new();
        let mut examine = Vec::new();
        let (mut worth, mut not_worth) = (Vec::new(), Vec::new());
        if let Some(what_if) = what_if.as_ref().filter(|_| options.questions) {
            let known = inference.evidence.iter().map(|(finding, _)| *finding);
            let estimates = self.rough.estimates(&beliefs.point.posterior, known);
            let choice = Choice { inference: &inference, what_if, rough: &self.rough, estimates: &estimates };
            next = next_questions(&eval, &choice, &triage, &self.danger_signs, options.person);
            examine = examinations(knowledge, &choice);
            (worth, not_worth) = tests(&eval, &choice);
        }
        let plan = plan(&eval, &beliefs.ranked, inference.cramps);
        let unused = eval.facts.given().map(|(fact, _)| fact).filter(|fact| !self.read[fact.at()]).collect();
        Assessment {
            triage,
            causes,
            stability: beliefs.stability,
            examine,
            tests_worth: worth,
            tests_not_worth: not_worth,
            plan,
            next_questions: next,
            unused,
            cramps: inference.cramps,
            approximate: beliefs.point.approximate,
            facts,
        }
    }
}

fn shown(inference: &Inference<'_>, knowledge: &Knowledge, ranked: &[Belief]) -> Vec<CondIx> {
    let mut shown: Vec<CondIx> = ranked
        .iter()
        .filter(|belief| belief.accounts >= SHOWN_ACCOUNTS)
        .take(MOST_CAUSES)
        .map(|belief| belief.condition)
        .collect();
    for belief in ranked {
        let entry = &knowledge.conditions[belief.condition.at()];
        let prior = inference.builder().prior(belief.condition, Values::Best);
        let dangerous =
            entry.danger >= 2.0 && belief.present.mean >= SHOWN_DANGER && belief.present.mean >= RAISED * prior;
        let honest = inference.cramps && entry.kind == charley_knowledge::ConditionKind::Ordinary;
        if (dangerous && shown.len() < MOST_CAUSES + 4 || honest) && !shown.contains(&belief.condition) {
            shown.push(belief.condition);
        }
    }
    shown
}

/// Probabilities may raise to routine or two weeks, never above, and never lower.
fn raise(knowledge: &Knowledge, triage: &mut Triage, ranked: &[Belief]) {
    for belief in ranked.iter().filter(|belief| belief.accounts >= LIKELY) {
        let entry = &knowledge.conditions[belief.condition.at()];
        let Some(look) = &entry.look else { continue };
        let urgency = Urgency::from_word(look).min(Urgency::Soon);
        if urgency > triage.urgency {
            triage.urgency = urgency;
            triage.flags.push(Flag {
                id: format!("likely-{}", entry.id),
                urgency,
                title: format!("{} looks likely and needs a look", entry.name),
                reason: entry.about.clone(),
                action: String::new(),
                say: String::new(),
                urgent_hold: String::new(),
                because: Vec::new(),
                src: Vec::new(),
                unconfirmed: false,
            });
        }
    }
    triage.flags.sort_by(|a, b| b.urgency.cmp(&a.urgency).then_with(|| a.id.cmp(&b.id)));
}

/// Smallest gain that makes an examination or a test worth its burden.
const WORTH_GAIN: f64 = 0.004;

fn examinations(knowledge: &Knowledge, choice: &Choice<'_>) -> Vec<(usize, f64)> {
    let mut values: Vec<(usize, f64)> = knowledge
        .examine
        .iter()
        .enumerate()
        .map(|(at, examine)| (at, choice.bundle_gain(&examine.findings)))
        .filter(|(_, value)| *value >= WORTH_GAIN)
        .collect();
    values.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    values.truncate(6);
    values
}

/// A test is worth having when its rule says so, or when it would tell enough for its burden; never when its
/// rule says it is not.
fn tests(eval: &Eval<'_, '_>, choice: &Choice<'_>) -> (Vec<usize>, Vec<usize>) {
    let knowledge = eval.facts.knowledge;
    let (mut worth, mut not_worth) = (Vec::new(), Vec::new());
    for (at, test) in knowledge.tests.iter().enumerate() {
        let says = |rule: &Option<charley_knowledge::Expr>| rule.as_ref().is_some_and(|rule| eval.holds(rule));
        let gain = choice.bundle_gain(&test.findings);
        let never = test.worth_when.is_none() && test.not_worth_when.is_none() && test.findings.is_empty();
        if says(&test.worth_when) {
            worth.push((at, 1.0 + gain));
        } else if says(&test.not_worth_when) || never {
            not_worth.push(at);
        } else if test.worth_when.is_some() && gain >= WORTH_GAIN * (1.0 + 20.0 * test.burden) {
            worth.push((at, gain));
        } else if choice.inference.cramps && !test.why_not.is_empty() && gain < WORTH_GAIN {
            not_worth.push(at);
        }
    }
    worth.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    worth.truncate(MOST_TESTS);
    (worth.into_iter().map(|(at, _)| at).collect(), not_worth)
}
