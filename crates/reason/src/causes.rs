//! Reasons for and against each cause: how far each observation moved its odds.

use charley_knowledge::param::Basis;
use charley_knowledge::{Background, CondIx, FindIx, Knowledge, ParamIx};

use crate::eval::{Eval, Observed};
use crate::infer::Inference;
use crate::network::draws::Values;
use crate::what_if::WhatIf;

/// One reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Finding or background.
    pub id: String,
    /// Plain words.
    pub text: String,
    /// Change of the odds, in decibans: positive speaks for the condition.
    pub decibans: f64,
    /// Parameter behind it.
    pub param: Option<ParamIx>,
}

/// Id of the reason that the person told of the condition itself.
pub const KNOWN: &str = "known";

/// Smallest move that is a reason, in decibans.
const LEAST: f64 = 0.5;
/// Most reasons on each side.
const MOST: usize = 6;

/// Reasons for and against each of the conditions, strongest first.
pub fn reasons(
    eval: &Eval<'_, '_>,
    inference: &Inference<'_>,
    what_if: &WhatIf<'_>,
    shown: &[CondIx],
) -> Vec<Vec<Reason>> {
    let knowledge = eval.facts.knowledge;
    let mut all: Vec<Vec<Reason>> = shown.iter().map(|condition| prior_reasons(eval, inference, *condition)).collect();
    let places: Vec<usize> =
        (0..inference.evidence.len()).filter(|at| touches(knowledge, inference.evidence[*at].0, shown)).collect();
    for (place, other) in places.iter().zip(what_if.without_each(&places)) {
        let (finding, observed) = inference.evidence[*place];
        let Some(other) = other else { continue };
        for (slot, condition) in shown.iter().enumerate() {
            if inference.person.known[condition.at()].is_some() {
                continue;
            }
            let moved =
                decibans(what_if.point.posterior.present[condition.at()]) - decibans(other.present[condition.at()]);
            if moved.abs() >= LEAST {
                all[slot].push(Reason {
                    id: knowledge.finding_id(finding).to_owned(),
                    text: observed_text(knowledge, finding, observed),
                    decibans: moved,
                    param: weight_of(knowledge, finding, *condition, observed),
                });
            }
        }
    }
    for reasons in &mut all {
        reasons.sort_by(|a, b| b.decibans.abs().total_cmp(&a.decibans.abs()).then_with(|| a.id.cmp(&b.id)));
        let (mut pro, mut contra) = (0, 0);
        reasons.retain(|reason| {
            let side = if reason.decibans > 0.0 { &mut pro } else { &mut contra };
            *side += 1;
            *side <= MOST
        });
    }
    all
}

/// What the person is and takes: background, known diagnosis, the published ratio of a contributor.
fn prior_reasons(eval: &Eval<'_, '_>, inference: &Inference<'_>, condition: CondIx) -> Vec<Reason> {
    let entry = &eval.facts.knowledge.conditions[condition.at()];
    let builder = inference.builder();
    let mut reasons = Vec::new();
    match inference.person.known[condition.at()] {
        Some(true) => reasons.push(Reason {
            id: KNOWN.to_owned(),
            text: format!("you told us about it: {}", lower_first(&entry.name)),
            decibans: 30.0,
            param: None,
        }),
        Some(false) => reasons.push(Reason {
            id: KNOWN.to_owned(),
            text: "you told us you do not have it".to_owned(),
            decibans: -30.0,
            param: None,
        }),
        None => {
            for row in &inference.person.background[condition.at()] {
                let background = &entry.background[*row];
                let moved = builder.log_ratio(background, Values::Best) * 10.0 / std::f64::consts::LN_10;
                if moved.abs() >= LEAST {
                    reasons.push(Reason {
                        id: format!("background-{row}"),
                        text: told(eval, background),
                        decibans: moved,
                        param: Some(background.ratio),
                    });
                }
            }
        }
    }
    if inference.cramps
        && inference.person.known[condition.at()] != Some(false)
        && let Some(contributes) = &entry.contributes
        && let Some(ratio) = builder.ratio(condition, Values::Best)
    {
        reasons.push(Reason {
            id: "published-ratio".to_owned(),
            text: ratio_text(ratio),
            decibans: 10.0 * libm::log10(ratio),
            param: contributes.ratios.first().map(|(param, _)| *param),
        });
        for row in inference.person.changes[condition.at()].iter().flatten() {
            let change = &contributes.change[*row];
            reasons.push(Reason {
                id: format!("history-{row}"),
                text: if change.name.is_empty() {
                    "when it was started, stopped or changed".to_owned()
                } else {
                    change.name.clone()
                },
                decibans: builder.log_ratio(change, Values::Best) * 10.0 / std::f64::consts::LN_10,
                param: Some(change.ratio),
            });
        }
    }
    reasons
}

/// What was told that makes a background row hold, in plain words.
fn told(eval: &Eval<'_, '_>, row: &Background) -> String {
    if row.name.is_empty() { eval.describe(&row.when) } else { row.name.clone() }
}

fn ratio_text(ratio: f64) -> String {
    let size = match ratio {
        r if r >= 2.0 => "cramps are clearly commoner in people with it, in studies",
        r if r >= 1.25 => "cramps are somewhat commoner in people with it, in studies",
        r if r >= 1.05 => "cramps are a little commoner in people with it, in studies",
        _ => "studies find cramps hardly commoner in people with it",
    };
    size.to_owned()
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// What was seen, in words that read after "because".
pub fn observed_text(knowledge: &Knowledge, finding: FindIx, observed: Observed) -> String {
    let name = knowledge.finding_name(finding);
    match observed {
        Observed::Yes => name.to_owned(),
        Observed::No => format!("not there: {name}"),
        Observed::State(state) => {
            format!("{name}: {}", knowledge.findings[finding.at()].states[state].replace('_', " "))
        }
    }
}

fn touches(knowledge: &Knowledge, finding: FindIx, shown: &[CondIx]) -> bool {
    // A finding moves a condition directly, or by explaining away through a shared one.
    let parents = &knowledge.findings[finding.at()].parents;
    knowledge.finding_id(finding) == crate::network::build::ENTRY
        || parents.iter().any(|(parent, _)| shown.contains(parent))
}

fn weight_of(knowledge: &Knowledge, finding: FindIx, condition: CondIx, observed: Observed) -> Option<ParamIx> {
    let entry = &knowledge.findings[finding.at()];
    let (_, weights) = entry.parents.iter().find(|(parent, _)| *parent == condition)?;
    match observed {
        Observed::State(state) if state > 0 => weights.get(state - 1).copied().flatten(),
        _ => weights.iter().flatten().next().copied(),
    }
}

/// Log odds in decibans, bounded so that certainty stays finite.
pub fn decibans(probability: f64) -> f64 {
    let bounded = probability.clamp(1e-12, 1.0 - 1e-12);
    10.0 * libm::log10(bounded / (1.0 - bounded))
}

/// How strong a move is, in words.
pub fn strength(decibans: f64) -> &'static str {
    match decibans.abs() {
        d if d >= 10.0 => "strongly",
        d if d >= 4.0 => "clearly",
        _ => "a little",
    }
}

/// The word for a basis.
pub fn basis(knowledge: &Knowledge, param: Option<ParamIx>) -> Basis {
    param.map_or(Basis::Elicited, |param| knowledge.param(param).param.kind)
}
