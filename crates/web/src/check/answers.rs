//! Check your answers: everything that was told, each with a Change link.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use charley_knowledge::{Fact, Knowledge};

use super::{Check, Frame};
use crate::answers::lines::plain_name;
use crate::answers::{Answers, From, Told, danger, places};
use crate::error::WebError;
use crate::flow::{self, Step};
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::wording::unit_label;

/// One answer.
pub struct Row {
    /// What was asked.
    pub question: String,
    /// What was answered.
    pub answer: String,
    /// Where to change it; empty when it came with a file.
    pub change: String,
}

#[derive(Template)]
#[template(path = "check/answers.html")]
struct List {
    page: Page,
    frame: Frame,
    rows: Vec<Row>,
    full: bool,
}

/// A value in words.
pub fn value(knowledge: &Knowledge, fact: &Fact, told: &Told) -> String {
    if let Some(number) = told.value.as_f64() {
        let unit = told.unit.as_deref().unwrap_or(&fact.unit);
        return format!("{number} {}", unit_label(unit)).trim().to_owned();
    }
    let text = told.value.as_str().map_or_else(|| told.value.to_string(), str::to_owned);
    match text.as_str() {
        "yes" | "true" => "Yes".to_owned(),
        "no" | "false" => "No".to_owned(),
        code => {
            let option = fact.ask.as_ref().and_then(|ask| ask.options.iter().find(|option| option.value == code));
            option.map_or_else(|| plain_name(knowledge, code), |option| option.label.clone())
        }
    }
}

fn question_row(state: &AppState, check: &Check, name: &str) -> Option<Row> {
    let (_, fact) = state.knowledge().fact(name)?;
    let ask = fact.ask.as_ref()?;
    let answers = check.answers();
    let values: Vec<String> = answers
        .facts
        .iter()
        .filter(|told| told.name == name)
        .map(|told| check.say(state, &value(state.knowledge(), fact, told)))
        .collect();
    let answer = match () {
        () if !values.is_empty() => values.join(", "),
        () if answers.unknown.contains(name) => "I don’t know".to_owned(),
        () => return None,
    };
    let change = Step::Question(name.to_owned()).path();
    Some(Row { question: check.say(state, &ask.question), answer, change })
}

fn danger_row(state: &AppState, check: &Check, list: &charley_knowledge::DangerList) -> Row {
    let answers = check.answers();
    let labels = |set: &std::collections::BTreeSet<String>| -> Vec<String> {
        let items = list.items.iter().filter(|item| set.contains(&item.id));
        items.map(|item| check.say(state, &item.label)).collect()
    };
    let (ticked, unsure) = (labels(&answers.ticked), labels(&answers.unsure));
    let answer = match () {
        () if !danger::is_answered(answers, list) => "Not answered yet".to_owned(),
        () if ticked.is_empty() && unsure.is_empty() => "None of these".to_owned(),
        () if unsure.is_empty() => ticked.join("; "),
        () if ticked.is_empty() => format!("Not sure: {}", unsure.join("; ")),
        () => format!("{}. Not sure: {}", ticked.join("; "), unsure.join("; ")),
    };
    Row { question: check.say(state, &list.title), answer, change: Step::Danger(list.id.clone()).path() }
}

fn list_text(knowledge: &Knowledge, answers: &Answers, names: &[&str], empty: &str) -> String {
    let told = answers.facts.iter().filter(|told| names.contains(&told.name.as_str()));
    let words: Vec<String> =
        told.filter_map(|told| told.value.as_str()).map(|code| plain_name(knowledge, code)).collect();
    if words.is_empty() { empty.to_owned() } else { words.join(", ") }
}

/// All answers in words, in the order of the check.
pub fn rows(state: &AppState, check: &Check) -> Vec<Row> {
    let (answers, knowledge) = (check.answers(), state.knowledge());
    let mut rows = Vec::new();
    let mut row = |question: &str, answer: String, step: &Step| {
        rows.push(Row { question: check.say(state, question), answer, change: step.path() });
    };
    if let Some(region) = check.region(state) {
        row("Country", region.name.clone(), &Step::Country);
    }
    let who = if answers.for_other() { "Someone else" } else { "Me" };
    row("Who is this for?", who.to_owned(), &Step::Who);
    let place = match places::words(answers) {
        words if !words.is_empty() => words,
        _ if answers.unknown.contains("laterality") => "I don’t know".to_owned(),
        _ => "Somewhere else".to_owned(),
    };
    if answers.is_done("where") {
        row("Where do you feel it?", place, &Step::Body);
    }
    let fixed = ["leg_cramps", "age", "sex", "pregnant"];
    rows.extend(fixed.iter().filter_map(|name| question_row(state, check, name)));
    rows.extend(knowledge.danger_lists.iter().map(|list| danger_row(state, check, list)));
    let medicines = ["medicine", "new_medicine", "long_term_medicine", "medicine_after_cramps"];
    let none = |lines: &crate::answers::Lines| {
        if lines.complete { "None" } else { "I don’t know" }
    };
    rows.push(Row {
        question: "Medicines".to_owned(),
        answer: list_text(knowledge, answers, &medicines, none(&answers.medicines)),
        change: Step::Medicines.path(),
    });
    rows.push(Row {
        question: "Illnesses".to_owned(),
        answer: list_text(knowledge, answers, &["condition"], none(&answers.illnesses)),
        change: Step::Illnesses.path(),
    });
    rows.extend(answers.order.iter().filter_map(|name| question_row(state, check, name)));
    rows.extend(answers.facts.iter().filter(|told| told.from == From::File).filter_map(|told| {
        let (_, fact) = knowledge.fact(&told.name)?;
        let shown = fixed.contains(&told.name.as_str()) || answers.order.contains(&told.name);
        (!shown).then(|| Row {
            question: fact.meaning.clone(),
            answer: value(knowledge, fact, told),
            change: String::new(),
        })
    }));
    rows
}

/// The page. What is still open comes first.
pub async fn show(State(state): State<AppState>, check: Check) -> Result<Response, WebError> {
    if let Some(step) = flow::next_fixed(check.answers(), &state.engine) {
        return Ok(Redirect::to(&step.path()).into_response());
    }
    let rows = rows(&state, &check);
    let mut frame = Frame::new(&state, check.answers(), &Step::Answers, false);
    frame.caption = String::new();
    let full = check.answers().order.len() >= flow::MOST_QUESTIONS;
    write(&List { rows, frame, full, page: check.page })
}
