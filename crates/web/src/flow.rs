//! The order of the check: which page comes next, and which came before.

use charley_wire::{Assessment, Disposition};

use crate::answers::{Answers, danger, lines};
use crate::engine::Engine;

/// Most questions chosen by the reasoner.
pub const MOST_QUESTIONS: usize = 18;

/// Questions before and after the body chart that everybody gets; they do not count towards the 18.
const BEFORE_CHART: [&str; 1] = ["leg_cramps"];
const AFTER_CHART: [&str; 3] = ["age", "sex", "pregnant"];

/// Facts that a page of its own asks for.
const OWN_PAGE: [&str; 13] = [
    "medicine",
    "medicine_absent",
    "medicines_complete",
    "new_medicine",
    "long_term_medicine",
    "medicine_after_cramps",
    "medicine_started_before_cramps",
    "medicine_dose",
    "condition",
    "condition_absent",
    "conditions_complete",
    "test_days_ago",
    "allergy",
];

/// A page of the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The country, once.
    Country,
    /// For whom.
    Who,
    /// A question.
    Question(String),
    /// The body chart.
    Body,
    /// A list of the danger check.
    Danger(String),
    /// Which signs of a list the person is not sure about.
    Which(String),
    /// The follow-up of a list after "not sure".
    Follow(String),
    /// Call now.
    Call,
    /// The list of medicines.
    Medicines,
    /// "Did you mean" for medicines.
    MedicinesReview,
    /// When the medicines began.
    MedicinesWhen,
    /// The list of illnesses.
    Illnesses,
    /// "Did you mean" for illnesses.
    IllnessesReview,
    /// Check your answers.
    Answers,
}

impl Step {
    /// Its address.
    pub fn path(&self) -> String {
        match self {
            Self::Country => "/check/country".to_owned(),
            Self::Who => "/check/who".to_owned(),
            Self::Question(name) => format!("/check/q/{name}"),
            Self::Body => "/check/where".to_owned(),
            Self::Danger(list) => format!("/check/danger/{list}"),
            Self::Which(list) => format!("/check/danger/{list}/which"),
            Self::Follow(list) => format!("/check/danger/{list}/look"),
            Self::Call => "/check/call".to_owned(),
            Self::Medicines => "/check/medicines".to_owned(),
            Self::MedicinesReview => "/check/medicines/review".to_owned(),
            Self::MedicinesWhen => "/check/medicines/when".to_owned(),
            Self::Illnesses => "/check/illnesses".to_owned(),
            Self::IllnessesReview => "/check/illnesses/review".to_owned(),
            Self::Answers => "/check/answers".to_owned(),
        }
    }
}

/// The pages everybody gets, in order, each with whether it is answered.
fn fixed(answers: &Answers, engine: &Engine) -> Vec<(Step, bool)> {
    let knowledge = engine.knowledge();
    let question = |name: &&str| (Step::Question((*name).to_owned()), answers.is_answered(name));
    let mut steps = vec![(Step::Country, answers.region.is_some()), (Step::Who, answers.who.is_some())];
    steps.extend(BEFORE_CHART.iter().map(question));
    steps.push((Step::Body, answers.is_done("where")));
    let case = answers.case();
    let fits = |name: &&&str| {
        answers.is_answered(name) || knowledge.fact(name).is_some_and(|(_, fact)| engine.fits(&case, fact))
    };
    steps.extend(AFTER_CHART.iter().filter(fits).map(question));
    for list in &knowledge.danger_lists {
        steps.push((Step::Danger(list.id.clone()), danger::is_answered(answers, list)));
        let follow = answers.is_done(&danger::follow_page(&list.id));
        if follow || danger::any_unsure(answers, list) {
            let which = answers.is_done(&danger::which_page(&list.id));
            steps.push((Step::Which(list.id.clone()), which));
            steps.push((Step::Follow(list.id.clone()), follow));
        }
    }
    steps.push((Step::Medicines, answers.is_done("medicines")));
    if answers.medicines.is_open() || answers.is_done("medicines:review") {
        steps.push((Step::MedicinesReview, !answers.medicines.is_open()));
    }
    let codes = answers.medicines.lines.iter().filter_map(|line| line.code.as_deref());
    if codes.into_iter().any(|code| lines::may_add_to_cramps(knowledge, code)) {
        steps.push((Step::MedicinesWhen, answers.is_done("medicines:when")));
    }
    steps.push((Step::Illnesses, answers.is_done("illnesses")));
    if answers.illnesses.is_open() || answers.is_done("illnesses:review") {
        steps.push((Step::IllnessesReview, !answers.illnesses.is_open()));
    }
    steps
}

/// The next page that everybody gets; none when all are answered. A *call now* sign goes before anything else.
pub fn next_fixed(answers: &Answers, engine: &Engine) -> Option<Step> {
    if answers.call_now(engine.knowledge()) {
        return Some(Step::Call);
    }
    fixed(answers, engine).into_iter().find(|(_, done)| !done).map(|(step, _)| step)
}

/// Questions a person may still get, best first.
pub fn candidates<'a>(answers: &'a Answers, assessment: &'a Assessment) -> impl Iterator<Item = &'a str> {
    assessment
        .next_questions
        .iter()
        .filter(|question| question.person)
        .map(|question| question.fact.as_str())
        .filter(|name| !answers.is_answered(name) && !OWN_PAGE.contains(name))
}

/// The next page after all fixed ones: call now, a question, or check your answers.
pub fn next_chosen(answers: &Answers, assessment: &Assessment) -> Step {
    if assessment.disposition == Disposition::Emergency {
        return Step::Call;
    }
    if answers.order.len() >= MOST_QUESTIONS {
        return Step::Answers;
    }
    candidates(answers, assessment).next().map_or(Step::Answers, |name| Step::Question(name.to_owned()))
}

/// About how many questions are left: never more than the bound allows.
pub fn about_left(answers: &Answers, assessment: &Assessment) -> usize {
    let room = MOST_QUESTIONS.saturating_sub(answers.order.len());
    candidates(answers, assessment).count().min(room)
}

/// The page before this one, by its address. The browser's own Back works as well: every answer is a redirect.
pub fn previous(answers: &Answers, engine: &Engine, step: &Step) -> String {
    let mut steps: Vec<Step> = fixed(answers, engine).into_iter().map(|(step, _)| step).collect();
    let asked = answers.order.iter().map(|name| Step::Question(name.clone()));
    steps.extend(asked);
    let at = steps.iter().position(|known| known == step).unwrap_or(steps.len());
    match at.checked_sub(1).and_then(|before| steps.get(before)) {
        Some(before) => before.path(),
        None => "/check".to_owned(),
    }
}

/// True when a question is one that everybody gets.
pub fn is_fixed_question(name: &str) -> bool {
    BEFORE_CHART.contains(&name) || AFTER_CHART.contains(&name)
}
