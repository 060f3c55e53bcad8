//! From the core's answer to the wire, by hand.

use charley_knowledge::{ConditionKind, Knowledge};
use charley_reason::assess::{Assessment as Answer, Cause as CoreCause, Options as CoreOptions, Reasoner};
use charley_reason::causes::{Reason as CoreReason, basis, strength};
use charley_reason::infer::Range;
use charley_reason::plan::{Item, Place};
use charley_reason::{FactError, Given, Urgency, Value};

use crate::Sig6;
use crate::case::{Case, FactIn};
use crate::result::*;

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

/// Assesses a case.
///
/// # Errors
/// Every fact that is refused, with what to do; nothing is half-answered.
pub fn assess(reasoner: &Reasoner, case: &Case, options: &Options) -> Result<Assessment, Vec<FactError>> {
    let given = given(case)?;
    let core = CoreOptions {
        ranges: options.ranges,
        reasons: options.reasons,
        questions: options.questions,
        person: options.person,
    };
    let answer = reasoner.assess(&given, core)?;
    Ok(convert(&reasoner.knowledge, case.id.clone(), &answer))
}

/// The facts of a case as the core takes them.
///
/// # Errors
/// Values that are neither text, number nor true/false.
pub fn given(case: &Case) -> Result<Vec<Given>, Vec<FactError>> {
    let mut facts = Vec::with_capacity(case.facts.len());
    let mut errors = Vec::new();
    for fact in &case.facts {
        match value(fact) {
            Ok(value) => {
                facts.push(Given { name: fact.name.clone(), value, unit: fact.unit.clone(), days_ago: fact.days_ago })
            }
            Err(message) => errors.push(FactError { name: fact.name.clone(), message }),
        }
    }
    if errors.is_empty() { Ok(facts) } else { Err(errors) }
}

fn value(fact: &FactIn) -> Result<Value, String> {
    use serde_json::Value as Json;
    match &fact.value {
        Json::Bool(yes) => Ok(Value::Bool(*yes)),
        Json::String(text) => Ok(Value::Text(text.clone())),
        Json::Number(number) => number
            .as_f64()
            .filter(|number| number.is_finite())
            .map(Value::Number)
            .ok_or_else(|| format!("{number} is not a number that can be used")),
        Json::Null => Err("the value is null: leave the fact out when it is not known".to_owned()),
        Json::Array(_) => Err("the value is a list: send one fact for each".to_owned()),
        Json::Object(_) => Err("the value is an object: send \"yes\", \"no\", a number or a word".to_owned()),
    }
}

fn disposition(urgency: Urgency) -> Disposition {
    match urgency {
        Urgency::SelfCare => Disposition::SelfCare,
        Urgency::Routine => Disposition::Routine,
        Urgency::Soon => Disposition::Soon2Weeks,
        Urgency::SameDay => Disposition::SameDay,
        Urgency::Emergency => Disposition::Emergency,
    }
}

/// The answer on the wire.
pub fn convert(knowledge: &Knowledge, id: Option<String>, answer: &Answer<'_>) -> Assessment {
    let triage = &answer.triage;
    let word = triage.urgency.word();
    let fact_name = |fact: &charley_knowledge::FactIx| knowledge.facts[fact.at()].name.clone();
    Assessment {
        id,
        knowledge: KnowledgeInfo {
            version: knowledge.version.clone(),
            date: knowledge.date.clone(),
            reviewed_by_clinician: knowledge.is_reviewed(),
        },
        disposition: disposition(triage.urgency),
        provisional: triage.provisional,
        advice: advice(knowledge, word),
        not_ruled_out: triage
            .not_ruled_out
            .iter()
            .map(|open| NotRuledOut {
                id: open.id.clone(),
                disposition: disposition(open.urgency),
                title: open.title.clone(),
                ask: open.ask.iter().map(fact_name).collect(),
            })
            .collect(),
        red_flags: triage
            .flags
            .iter()
            .map(|flag| RedFlag {
                id: flag.id.clone(),
                disposition: disposition(flag.urgency),
                title: flag.title.clone(),
                reason: flag.reason.clone(),
                action: if flag.action.is_empty() {
                    advice(knowledge, flag.urgency.word()).action
                } else {
                    flag.action.clone()
                },
                say: some(&flag.say),
                urgent_hold: some(&flag.urgent_hold),
                because: flag.because.iter().map(fact_name).collect(),
                source: flag.src.clone(),
                unconfirmed: flag.unconfirmed,
            })
            .collect(),
        causes: answer.causes.iter().map(|cause| self::cause(knowledge, cause)).collect(),
        rank_stability: answer.stability.map(Sig6::from),
        examine: answer
            .examine
            .iter()
            .map(|(at, value)| {
                let examine = &knowledge.examine[*at];
                Examine {
                    id: examine.id.clone(),
                    name: examine.name.clone(),
                    how: examine.how.clone(),
                    value: Sig6::from(*value),
                }
            })
            .collect(),
        tests: Tests {
            worth: answer.tests_worth.iter().map(|at| test(knowledge, *at, true)).collect(),
            not_worth: answer.tests_not_worth.iter().map(|at| test(knowledge, *at, false)).collect(),
        },
        plan: plan(knowledge, &answer.plan),
        next_questions: answer
            .next_questions
            .iter()
            .filter_map(|question| {
                let fact = &knowledge.facts[question.fact.at()];
                let ask = fact.ask.as_ref()?;
                Some(NextQuestion {
                    fact: fact.name.clone(),
                    question: ask.question.clone(),
                    why: ask.why.clone(),
                    value: Sig6::from(question.value),
                    person: ask.person,
                })
            })
            .collect(),
        unrecognised: answer
            .facts
            .unrecognised
            .iter()
            .map(|u| Unrecognised {
                name: u.name.clone(),
                value: u.value.clone(),
                did_you_mean: u.did_you_mean.clone(),
            })
            .collect(),
        unused: answer.unused.iter().map(fact_name).collect(),
        read_as: answer
            .facts
            .read_as
            .iter()
            .map(|(name, given, read_as)| ReadAs { name: name.clone(), given: given.clone(), read_as: read_as.clone() })
            .collect(),
        approximate: answer.approximate.as_ref().map(|a| Approximate { what: a.what.clone(), why: a.why.clone() }),
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn advice(knowledge: &Knowledge, word: &str) -> Advice {
    // Checked knowledge holds an action for every disposition.
    knowledge.action(word).map_or_else(
        || Advice {
            heading: "Book a visit".to_owned(),
            action: "Ask to be seen.".to_owned(),
            safety_net: "Ask for help sooner if anything gets worse.".to_owned(),
            come_back_days: 14,
        },
        |action| Advice {
            heading: action.heading.clone(),
            action: action.what.clone(),
            safety_net: action.safety_net.clone(),
            come_back_days: action.come_back_days,
        },
    )
}

fn ranged(range: Range) -> Ranged {
    Ranged { mean: Sig6::from(range.mean), low: Sig6::from(range.low), high: Sig6::from(range.high) }
}

/// The word a person sees, from how much a cause may account for (our judgement).
fn word(accounts: f64, danger: f64) -> CauseWord {
    match accounts {
        a if a >= 0.4 => CauseWord::LikelyPart,
        a if a >= 0.12 => CauseWord::Possible,
        _ if danger >= 2.0 => CauseWord::NotRuledOut,
        _ => CauseWord::LessLikely,
    }
}

fn cause(knowledge: &Knowledge, cause: &CoreCause) -> Cause {
    let entry = &knowledge.conditions[cause.belief.condition.at()];
    let (pro, contra): (Vec<&CoreReason>, Vec<&CoreReason>) =
        cause.reasons.iter().partition(|reason| reason.decibans > 0.0);
    let reasons = |list: Vec<&CoreReason>| list.into_iter().map(|r| reason(knowledge, r)).collect();
    Cause {
        id: entry.id.clone(),
        name: entry.name.clone(),
        clinical_name: entry.clinical_name.clone(),
        group: entry.group.clone(),
        kind: match entry.kind {
            ConditionKind::Mimic => CauseKind::Mimic,
            ConditionKind::Contributor => CauseKind::Contributor,
            ConditionKind::Both => CauseKind::Both,
            ConditionKind::Ordinary => CauseKind::Ordinary,
        },
        word: word(cause.belief.accounts, entry.danger),
        present: ranged(cause.belief.present),
        contribution: cause.belief.contribution.map(ranged),
        accounts: Sig6::from(cause.belief.accounts),
        for_: reasons(pro),
        against: reasons(contra),
        would_change: entry.would_change.iter().map(|(text, _)| text.clone()).collect(),
        about: entry.about.clone(),
    }
}

fn reason(knowledge: &Knowledge, reason: &CoreReason) -> Reason {
    let entry = reason.param.map(|param| &knowledge.param(param).param);
    Reason {
        id: reason.id.clone(),
        text: reason.text.clone(),
        decibans: Sig6::from(reason.decibans),
        strength: strength(reason.decibans).to_owned(),
        basis: basis(knowledge, reason.param).as_str().to_owned(),
        source: entry.map(|param| param.src.clone()).unwrap_or_default(),
        unconfirmed: entry.is_some_and(|param| param.unconfirmed),
    }
}

fn test(knowledge: &Knowledge, at: usize, worth: bool) -> TestAdvice {
    let test = &knowledge.tests[at];
    TestAdvice {
        id: test.id.clone(),
        name: test.name.clone(),
        why: if worth { test.why.clone() } else { test.why_not.clone() },
        source: test.src.clone(),
    }
}

fn plan(knowledge: &Knowledge, items: &[Item]) -> Plan {
    let mut plan = Plan::default();
    for item in items {
        let entry = &knowledge.interventions[item.intervention];
        let built = PlanItem {
            id: entry.id.clone(),
            name: entry.name.clone(),
            how: entry.how.clone(),
            dose: entry.dose.clone(),
            effect: entry.effect_text.clone(),
            time_to_effect: entry.time_to_effect.clone(),
            grade: entry.grade.as_str().to_owned(),
            because: item.because.clone(),
            score: Sig6::from(item.score),
            source: entry.src.clone(),
            unconfirmed: entry.unconfirmed,
        };
        match item.place {
            Place::Tonight => plan.tonight.push(built),
            Place::ThisWeek => plan.this_week.push(built),
            Place::AskPrescriber => plan.ask_prescriber.push(built),
            Place::ClinicOptions => plan.clinic_options.push(built),
            Place::NotForYou => plan.not_for_you.push(built),
            Place::NotWorthIt => plan.not_worth_it.push(built),
        }
    }
    plan
}
