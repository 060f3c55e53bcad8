//! A letter for the GP: one A4, entered by the person, not verified.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::answers::value;
use super::result::gate;
use super::{Check, assessed};
use crate::answers::{From, danger, places};
use crate::engine::Depth;
use crate::error::WebError;
use crate::flow::Step;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::view::cause::{self, Shown};
use crate::view::level;

/// Causes in the letter.
const CAUSES: usize = 3;
/// Reasons each way.
const REASONS: usize = 3;
/// Tests in the letter.
const TESTS: usize = 5;
/// Answers in the letter, so that it stays on one page.
const ANSWERS: usize = 16;

#[derive(Template)]
#[template(path = "check/letter.html")]
struct Letter {
    page: Page,
    other: bool,
    urgency: String,
    flags: Vec<String>,
    signs: Vec<String>,
    unsure: Vec<String>,
    denied: usize,
    person: String,
    place: String,
    answers: Vec<String>,
    medicines: String,
    illnesses: String,
    causes: Vec<Shown>,
    tests: Vec<String>,
    open: Vec<String>,
    back: &'static str,
    version: String,
    today: String,
}

/// The letter. It may be printed in an emergency too, for those who come to help.
pub async fn show(State(state): State<AppState>, check: Check) -> Result<Response, WebError> {
    match gate(&state, &check) {
        None | Some(Step::Call) => {}
        Some(step) => return Ok(Redirect::to(&step.path()).into_response()),
    }
    let (answers, knowledge) = (check.answers(), state.knowledge());
    let assessment = assessed(&state, &check.token, answers, Depth::Person).await?;
    let number = check.region(&state).map_or("the emergency number", |region| region.emergency_number.as_str());
    let say = |text: &str| check.say(&state, text);
    let items: Vec<_> = knowledge.danger_lists.iter().flat_map(|list| &list.items).collect();
    let signs: Vec<String> =
        items.iter().filter(|item| answers.ticked.contains(&item.id)).map(|item| say(&item.label)).collect();
    let unsure: Vec<String> = danger::still_unsure(answers, knowledge).iter().map(|item| say(&item.label)).collect();
    let denied = items.len() - signs.len() - unsure.len();
    let told = |name: &str| {
        let (_, fact) = knowledge.fact(name)?;
        Some(value(knowledge, fact, answers.get(name)?))
    };
    let person = [told("age").map(|age| format!("aged {age}")), told("sex").map(|sex| sex.to_lowercase())];
    let pregnant = answers.is_yes("pregnant").then(|| "pregnant".to_owned());
    let lines = |lines: &crate::answers::Lines, names: &[&str]| {
        let told = answers.facts.iter().filter(|told| names.contains(&told.name.as_str()));
        let words: Vec<String> = told
            .filter_map(|told| {
                let code = told.value.as_str()?;
                let name = crate::answers::lines::plain_name(knowledge, code);
                Some(match told.name.as_str() {
                    "new_medicine" => format!("{name} (began shortly before)"),
                    "long_term_medicine" => format!("{name} (long before)"),
                    "medicine_after_cramps" => format!("{name} (after)"),
                    _ => name,
                })
            })
            .collect();
        match () {
            () if !words.is_empty() => words.join(", "),
            () if lines.complete => "none".to_owned(),
            () => "not known".to_owned(),
        }
    };
    let facts = answers.facts.iter().filter(|told| matches!(told.from, From::Question | From::File));
    let shown: Vec<String> = facts
        .filter(|told| !matches!(told.name.as_str(), "age" | "sex" | "pregnant"))
        .filter_map(|told| {
            let (_, fact) = knowledge.fact(&told.name)?;
            Some(format!("{}: {}", say(&fact.meaning), value(knowledge, fact, told).to_lowercase()))
        })
        .take(ANSWERS)
        .collect();
    write(&Letter {
        other: answers.for_other(),
        urgency: say(&level::word(assessment.disposition, number)),
        flags: assessment.red_flags.iter().take(4).map(|flag| say(&flag.title)).collect(),
        signs,
        unsure,
        denied,
        person: person.into_iter().chain([pregnant]).flatten().collect::<Vec<_>>().join(", "),
        place: places::words(answers),
        answers: shown,
        medicines: lines(
            &answers.medicines,
            &["medicine", "new_medicine", "long_term_medicine", "medicine_after_cramps"],
        ),
        illnesses: lines(&answers.illnesses, &["condition"]),
        causes: assessment.causes.iter().take(CAUSES).map(|c| cause::shown(knowledge, c, REASONS).said(&say)).collect(),
        tests: assessment.tests.worth.iter().take(TESTS).map(|test| say(&test.name)).collect(),
        open: super::result::open_rules(&assessment).iter().take(4).map(|title| say(title)).collect(),
        back: if gate(&state, &check).is_some() { "/check/call" } else { "/check/result" },
        version: assessment.knowledge.version.chars().take(12).collect(),
        today: state.today().short(),
        page: check.page.clone(),
    })
}
