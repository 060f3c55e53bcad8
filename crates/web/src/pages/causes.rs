//! Evidence: one explainer per cause.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_knowledge::{Condition, ConditionKind, FindIx, Knowledge, ParamIx};
use charley_words::percent;

use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::view::expr::{upper_first, words};
use crate::view::{Cited, basis_words, cited};

struct Group<'k> {
    title: &'static str,
    causes: Vec<&'k Condition>,
}

#[derive(Template)]
#[template(path = "pages/causes.html")]
struct Causes<'k> {
    page: Page,
    groups: Vec<Group<'k>>,
}

/// Groups in the order of the list, with their plain names.
const GROUPS: [(&str, &str); 19] = [
    ("idiopathic", "No single cause"),
    ("medication", "Medicines"),
    ("posture_overuse", "Sitting, standing, effort"),
    ("dehydration", "Fluid and heat"),
    ("electrolyte", "Salts in the blood"),
    ("pregnancy", "Pregnancy"),
    ("venous", "Veins"),
    ("thrombosis", "Clots"),
    ("arterial", "Arteries"),
    ("nerve_compression", "Pressed nerves"),
    ("neuropathy", "Damaged nerves"),
    ("movement_disorder", "Restlessness and movement"),
    ("muscle", "Muscles"),
    ("endocrine_metabolic", "Sugar, thyroid and other glands"),
    ("renal", "Kidneys"),
    ("hepatic", "Liver"),
    ("infection", "Infections"),
    ("neuro_degenerative", "Brain and spinal cord"),
    ("other", "Others"),
];

/// All causes, in groups.
pub async fn list(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let conditions = &state.knowledge().conditions;
    let group = |(id, title): (&str, &'static str)| {
        let mut causes: Vec<&Condition> = conditions.iter().filter(|condition| condition.group == id).collect();
        causes.sort_by(|a, b| a.name.cmp(&b.name));
        Group { title, causes }
    };
    let mut groups: Vec<Group<'_>> = GROUPS.into_iter().map(group).collect();
    groups.retain(|group| !group.causes.is_empty());
    write(&Causes { page, groups })
}

struct Sign {
    name: String,
    share: String,
    basis: &'static str,
    cited: Vec<Cited>,
}

struct Raises {
    name: String,
    ratio: String,
    basis: &'static str,
    cited: Vec<Cited>,
}

#[derive(Template)]
#[template(path = "pages/cause.html")]
struct Cause<'k> {
    page: Page,
    cause: &'k Condition,
    kind: &'static str,
    prior: String,
    prior_basis: &'static str,
    prior_cited: Vec<Cited>,
    signs: Vec<Sign>,
    raises: Vec<Raises>,
    adds: Vec<Raises>,
    adds_grade: String,
}

fn evidence(knowledge: &Knowledge, param: ParamIx) -> (&'static str, Vec<Cited>) {
    let param = &knowledge.param(param).param;
    (basis_words(param.kind.as_str()), cited(knowledge, &param.src))
}

fn ratio(knowledge: &Knowledge, param: ParamIx, name: String) -> Raises {
    let (basis, cited) = evidence(knowledge, param);
    let value = &knowledge.param(param).param;
    Raises { name, ratio: format!("{:.2} ({:.2} to {:.2})", value.m, value.lo, value.hi), basis, cited }
}

fn background_name(knowledge: &Knowledge, row: &charley_knowledge::Background) -> String {
    if row.name.is_empty() { upper_first(&words(knowledge, &row.when)) } else { row.name.clone() }
}

/// One cause.
pub async fn one(State(state): State<AppState>, Path(id): Path<String>, page: Page) -> Result<Response, WebError> {
    let knowledge = state.knowledge();
    let ix = *knowledge.condition_by_id.get(&id).ok_or(WebError::NotFound)?;
    let cause = &knowledge.conditions[ix.at()];
    let mut signs = Vec::new();
    for (at, finding) in knowledge.findings.iter().enumerate() {
        let Some((_, weights)) = finding.parents.iter().find(|(parent, _)| *parent == ix) else {
            continue;
        };
        let name = knowledge.finding_name(FindIx(at as u32));
        for (state, weight) in weights.iter().enumerate() {
            let Some(weight) = weight else { continue };
            let (basis, cited) = evidence(knowledge, *weight);
            let state = finding.states.get(state + 1).map(|state| format!(": {}", state.replace('_', " ")));
            signs.push((
                knowledge.param(*weight).param.m,
                Sign {
                    name: format!("{name}{}", state.unwrap_or_default()),
                    share: percent(knowledge.param(*weight).param.m),
                    basis,
                    cited,
                },
            ));
        }
    }
    signs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let raises =
        cause.background.iter().map(|row| ratio(knowledge, row.ratio, background_name(knowledge, row))).collect();
    let (prior_basis, prior_cited) = evidence(knowledge, cause.prior);
    let adds = cause.contributes.as_ref();
    write(&Cause {
        page,
        cause,
        kind: match cause.kind {
            ConditionKind::Mimic => "Can feel like a cramp",
            ConditionKind::Contributor => "May add to true cramps",
            ConditionKind::Both => "Can feel like a cramp, and may add to true cramps",
            ConditionKind::Ordinary => "The ordinary night cramp",
        },
        prior: percent(knowledge.param(cause.prior).param.m),
        prior_basis,
        prior_cited,
        signs: signs.into_iter().map(|(_, sign)| sign).collect(),
        raises,
        adds: adds
            .map(|adds| adds.ratios.iter().map(|(p, _)| ratio(knowledge, *p, String::new())).collect())
            .unwrap_or_default(),
        adds_grade: adds.map(|adds| adds.grade.clone()).unwrap_or_default(),
    })
}
