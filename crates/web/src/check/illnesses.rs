//! Known illnesses: common ones to tick, others to write.

use askama::Template;
use axum::extract::{Query as Ask, State};
use axum::response::Response;

use super::medicines::Review;
use super::review;
use super::{Check, Choice, Frame, Problem, Query, is_change};
use crate::answers::lines::Kind;
use crate::answers::{Answers, From};
use crate::error::WebError;
use crate::flow::Step;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// Illnesses that change the answer most often, in plain words.
const COMMON: [(&str, &str); 14] = [
    ("diabetes", "Diabetes"),
    ("hypertension", "High blood pressure"),
    ("heart_failure", "A weak heart (heart failure)"),
    ("coronary_artery_disease", "Narrowed heart arteries, angina or heart attack"),
    ("peripheral_arterial_disease", "Narrowed leg arteries"),
    ("varicose_veins", "Varicose veins"),
    ("chronic_kidney_disease", "Kidney disease"),
    ("liver_disease", "Liver disease"),
    ("thyroid_disease", "Thyroid trouble"),
    ("asthma", "Asthma"),
    ("copd", "COPD (lung disease)"),
    ("peripheral_neuropathy", "Nerve damage in the feet"),
    ("spinal_stenosis", "A narrow spinal canal"),
    ("restless_legs", "Restless legs"),
];

#[derive(Template)]
#[template(path = "check/illnesses.html")]
struct List {
    page: Page,
    frame: Frame,
    title: String,
    common: Vec<Choice>,
    text: String,
    complete: Vec<Choice>,
}

/// The common illnesses that this knowledge knows.
fn common(state: &AppState) -> impl Iterator<Item = (&'static str, &'static str)> {
    COMMON.into_iter().filter(|(code, _)| {
        let known = state.knowledge().codes.by_word.get(*code);
        known.is_some_and(|code| state.engine.is_illness(*code))
    })
}

fn has(answers: &Answers, code: &str) -> bool {
    answers.facts.iter().any(|told| told.from == From::Illnesses && told.name == "condition" && told.value == code)
}

fn list(state: &AppState, check: Check, change: bool) -> List {
    let answers = check.answers();
    let mut lines = answers.illnesses.clone();
    let ticked = common(state).any(|(code, _)| has(answers, code));
    let none =
        if answers.for_other() { "They have no illness that I know of" } else { "I have no illness that I know of" };
    let mut complete = review::how_complete(&lines, answers.is_done("illnesses"), none);
    if ticked {
        lines.unknown = false;
        for choice in &mut complete {
            choice.checked = match choice.value.as_str() {
                "complete" => answers.illnesses.complete,
                "partial" => !answers.illnesses.complete && !answers.illnesses.unknown,
                "unknown" => answers.illnesses.unknown,
                _ => false,
            };
        }
    }
    List {
        title: check.say(state, "Do you have any of these?"),
        frame: Frame::new(state, answers, &Step::Illnesses, change),
        common: common(state).map(|(code, label)| Choice::new(code, label, has(answers, code))).collect(),
        text: answers.illnesses.text(),
        complete,
        page: check.page,
    }
}

/// Shows the list.
pub async fn show(State(state): State<AppState>, Ask(query): Ask<Query>, check: Check) -> Result<Response, WebError> {
    write(&list(&state, check, query.is_change()))
}

/// Takes the list. What stands on the list and was not ticked is explicitly absent, unless the person does not know.
pub async fn set(State(state): State<AppState>, check: Check, fields: Fields) -> Result<Response, WebError> {
    let change = is_change(&fields);
    let (text, chosen) = (fields.get("list"), fields.get("complete"));
    let ticked: Vec<&str> = common(&state).map(|(code, _)| code).filter(|code| fields.has("illness", code)).collect();
    if let Err(problem) = review::check_complete(chosen, !text.is_empty() || !ticked.is_empty()) {
        let mut again = list(&state, check, change);
        again.text = text.to_owned();
        for choice in &mut again.common {
            choice.checked = ticked.contains(&choice.value.as_str());
        }
        for choice in &mut again.complete {
            choice.checked = choice.value == chosen;
        }
        let field = if problem.contains("whole list") { "complete" } else { "list" };
        again.frame.problem = Some(Problem::new(field, problem));
        return show_again(&again);
    }
    let offered: Vec<&str> = common(&state).map(|(code, _)| code).collect();
    let engine = state.engine.clone();
    check
        .answer(&state, change, |answers| {
            answers.illnesses.read(engine.knowledge(), Kind::Illness, text);
            answers.illnesses.complete = matches!(chosen, "complete" | "none");
            answers.illnesses.unknown = chosen == "unknown";
            answers.finish("illnesses");
            record(answers, &offered, &ticked);
        })
        .await
}

fn record(answers: &mut Answers, offered: &[&str], ticked: &[&str]) {
    answers.forget_from(From::Illnesses);
    for code in offered {
        match ticked.contains(code) {
            true => answers.add("condition", *code, None, From::Illnesses),
            false if answers.illnesses.unknown => {}
            // A written line may be a kind of what was not ticked: then the list says nothing about it.
            false if !answers.illnesses.lines.is_empty() => {}
            false => answers.add("condition_absent", *code, None, From::Illnesses),
        }
    }
    let lines = answers.illnesses.clone();
    for line in lines.lines.iter().filter(|line| !line.is_open()) {
        if !has(answers, line.value()) {
            answers.add("condition", line.value(), None, From::Illnesses);
        }
    }
    if lines.complete {
        answers.put("conditions_complete", "yes", None, From::Illnesses);
    }
}

fn review_page(state: &AppState, check: Check, change: bool) -> Review {
    Review {
        frame: Frame::new(state, check.answers(), &Step::IllnessesReview, change),
        title: "Did we read your list right?",
        rows: review::rows(state, &check.answers().illnesses),
        unknown_words: "We don’t know this one. It stays on your list for the doctor, but we can’t use it.",
        page: check.page,
    }
}

/// Shows what was read.
pub async fn review(State(state): State<AppState>, Ask(query): Ask<Query>, check: Check) -> Result<Response, WebError> {
    write(&review_page(&state, check, query.is_change()))
}

/// Takes what was meant.
pub async fn set_review(State(state): State<AppState>, check: Check, fields: Fields) -> Result<Response, WebError> {
    let change = is_change(&fields);
    let mut lines = check.answers().illnesses.clone();
    if !review::take(&mut lines, &fields) {
        let mut again = review_page(&state, check, change);
        again.rows = review::rows(&state, &lines);
        let open = lines.lines.iter().position(crate::answers::Line::is_open).unwrap_or_default();
        again.frame.problem = Some(Problem::new(&format!("line{open}"), "Say what is meant on each line"));
        return show_again(&again);
    }
    let offered: Vec<&str> = common(&state).map(|(code, _)| code).collect();
    let ticked: Vec<&str> = offered.iter().copied().filter(|code| has(check.answers(), code)).collect();
    check
        .answer(&state, change, |answers| {
            answers.illnesses = lines;
            answers.finish("illnesses:review");
            record(answers, &offered, &ticked);
        })
        .await
}
