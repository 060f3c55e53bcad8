//! Medicines: a free list, "did you mean", and when each began.

use askama::Template;
use axum::extract::{Query as Ask, State};
use axum::response::Response;

use super::review::{self, Row};
use super::{Check, Choice, Frame, Problem, Query, is_change};
use crate::answers::lines::{Began, Kind, may_add_to_cramps, plain_name};
use crate::answers::{Answers, From};
use crate::error::WebError;
use crate::flow::Step;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "check/medicines.html")]
struct List {
    page: Page,
    frame: Frame,
    title: String,
    text: String,
    complete: Vec<Choice>,
    other: bool,
}

fn list(state: &AppState, check: Check, change: bool) -> List {
    let answers = check.answers();
    let none = if answers.for_other() { "They have no medicines" } else { "I have no medicines" };
    List {
        other: answers.for_other(),
        title: check.say(state, "What medicines do you take?"),
        frame: Frame::new(state, answers, &Step::Medicines, change),
        text: answers.medicines.text(),
        complete: review::how_complete(&answers.medicines, answers.is_done("medicines"), none),
        page: check.page,
    }
}

/// Shows the list.
pub async fn show(State(state): State<AppState>, Ask(query): Ask<Query>, check: Check) -> Result<Response, WebError> {
    write(&list(&state, check, query.is_change()))
}

/// Takes the list.
pub async fn set(State(state): State<AppState>, check: Check, fields: Fields) -> Result<Response, WebError> {
    let change = is_change(&fields);
    let (text, chosen) = (fields.get("list"), fields.get("complete"));
    if let Err(problem) = review::check_complete(chosen, !text.is_empty()) {
        let mut again = list(&state, check, change);
        again.text = text.to_owned();
        for choice in &mut again.complete {
            choice.checked = choice.value == chosen;
        }
        let field = if problem.contains("whole list") { "complete" } else { "list" };
        again.frame.problem = Some(Problem::new(field, problem));
        return show_again(&again);
    }
    let knowledge = state.engine.clone();
    check
        .answer(&state, change, |answers| {
            answers.medicines.read(knowledge.knowledge(), Kind::Medicine, text);
            answers.medicines.complete = matches!(chosen, "complete" | "none");
            answers.medicines.unknown = chosen == "unknown";
            answers.done.remove("medicines:when");
            answers.finish("medicines");
            record(answers);
        })
        .await
}

/// Writes the list into the facts.
fn record(answers: &mut Answers) {
    answers.forget_from(From::Medicines);
    let lines = answers.medicines.clone();
    for line in lines.lines.iter().filter(|line| !line.is_open()) {
        let name = line.began.map_or("medicine", Began::fact);
        answers.add(name, line.value(), None, From::Medicines);
    }
    if lines.complete {
        answers.put("medicines_complete", "yes", None, From::Medicines);
    }
}

#[derive(Template)]
#[template(path = "check/review.html")]
pub(super) struct Review {
    pub(super) page: Page,
    pub(super) frame: Frame,
    pub(super) title: &'static str,
    pub(super) rows: Vec<Row>,
    pub(super) unknown_words: &'static str,
}

fn review_page(state: &AppState, check: Check, change: bool) -> Review {
    Review {
        frame: Frame::new(state, check.answers(), &Step::MedicinesReview, change),
        title: "Did we read your list right?",
        rows: review::rows(state, &check.answers().medicines),
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
    let mut lines = check.answers().medicines.clone();
    if !review::take(&mut lines, &fields) {
        let mut again = review_page(&state, check, change);
        again.rows = review::rows(&state, &lines);
        let open = lines.lines.iter().position(crate::answers::Line::is_open).unwrap_or_default();
        again.frame.problem = Some(Problem::new(&format!("line{open}"), "Say what is meant on each line"));
        return show_again(&again);
    }
    check
        .answer(&state, change, |answers| {
            answers.medicines = lines;
            answers.done.remove("medicines:when");
            answers.finish("medicines:review");
            record(answers);
        })
        .await
}

/// One medicine with the question when it began.
struct When {
    field: String,
    name: String,
    chosen: String,
}

#[derive(Template)]
#[template(path = "check/when.html")]
struct WhenPage {
    page: Page,
    frame: Frame,
    title: String,
    rows: Vec<When>,
}

/// Shows the medicines that may add to cramps, each with when it began.
pub async fn when(State(state): State<AppState>, Ask(query): Ask<Query>, check: Check) -> Result<Response, WebError> {
    let knowledge = state.knowledge();
    let rows = check.answers().medicines.lines.iter().enumerate().filter_map(|(at, line)| {
        let code = line.code.as_deref().filter(|code| may_add_to_cramps(knowledge, code))?;
        Some(When {
            field: format!("line{at}"),
            name: plain_name(knowledge, code),
            chosen: line.began.map_or("", Began::as_str).to_owned(),
        })
    });
    write(&WhenPage {
        rows: rows.collect(),
        title: check.say(&state, "When did you start these?"),
        frame: Frame::new(&state, check.answers(), &Step::MedicinesWhen, query.is_change()),
        page: check.page,
    })
}

/// Takes when they began; "I don't know" is the answer that is set at first.
pub async fn set_when(State(state): State<AppState>, check: Check, fields: Fields) -> Result<Response, WebError> {
    let change = is_change(&fields);
    check
        .answer(&state, change, |answers| {
            for (at, line) in answers.medicines.lines.iter_mut().enumerate() {
                line.began = Began::read(fields.get(&format!("line{at}")));
            }
            answers.finish("medicines:when");
            record(answers);
        })
        .await
}
