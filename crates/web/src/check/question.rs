//! A question page, for any fact that a person can answer.

use askama::Template;
use axum::extract::{Path, Query as Ask, State};
use axum::response::Response;
use charley_knowledge::{Ask as Asked, Fact, FactKind};

use super::{Check, Choice, Frame, Problem, Query, assessed, is_change};
use crate::answers::{Answers, From};
use crate::engine::Depth;
use crate::error::WebError;
use crate::flow::{self, MOST_QUESTIONS, Step};
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;
use crate::they::they;
use crate::wording::unit_label;

/// Most characters of a free answer.
const MOST_CHARACTERS: usize = 100;
/// Whole-number scales up to this length are shown as boxes to tap, never as a slider.
const LONGEST_SCALE: u32 = 10;

/// How a question is answered.
pub enum Control {
    /// One of a few answers.
    Choices(Vec<Choice>),
    /// Several of a few answers.
    Several(Vec<Choice>),
    /// A number on a short scale.
    Scale(Vec<Choice>),
    /// A number with a unit; `bands` are words for those who know only those.
    Amount {
        /// What was typed.
        typed: String,
        /// Units to choose from.
        units: Vec<Choice>,
        /// The one unit, in words.
        unit: String,
        /// Words instead of a number.
        bands: Vec<Choice>,
    },
    /// A few words.
    Words(String),
}

#[derive(Template)]
#[template(path = "check/question.html")]
struct Question {
    page: Page,
    frame: Frame,
    title: String,
    help: String,
    why: String,
    control: Control,
    unknown: bool,
}

/// A fact with its question, when a person can answer it.
fn asked<'s>(state: &'s AppState, name: &str) -> Result<(&'s Fact, &'s Asked), WebError> {
    let (_, fact) = state.knowledge().fact(name).ok_or(WebError::NotFound)?;
    let ask = fact.ask.as_ref().filter(|ask| ask.person).ok_or(WebError::NotFound)?;
    Ok((fact, ask))
}

/// The numbers of a short scale; none for other facts.
fn scale(fact: &Fact) -> Option<std::ops::RangeInclusive<u32>> {
    let whole = fact.min == 0.0 && fact.max.fract() == 0.0 && fact.max <= f64::from(LONGEST_SCALE);
    (matches!(fact.kind, FactKind::Number | FactKind::NumberOrCode) && fact.analyte.is_none() && whole)
        .then_some(0..=fact.max as u32)
}

/// Words for people who know only whether a result was low or high.
const BANDS: [(&str, &str); 3] =
    [("low", "I only know it was low"), ("normal", "I only know it was normal"), ("high", "I only know it was high")];

fn control(answers: &Answers, fact: &Fact, ask: &Asked, other: bool) -> Control {
    let told = answers.get(&fact.name);
    let text = told.map(|told| match &told.value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let text = text.unwrap_or_default();
    let is = |value: &str| answers.facts.iter().any(|t| t.name == fact.name && t.value == value);
    let label = |label: &str| {
        if other { they(label) } else { label.to_owned() }
    };
    if fact.kind == FactKind::YesNo {
        return Control::Choices(vec![
            Choice::new("yes", "Yes", answers.is_yes(&fact.name)),
            Choice::new("no", "No", is("no")),
        ]);
    }
    if !ask.options.is_empty() {
        let choices = ask.options.iter().map(|o| Choice::new(&o.value, &label(&o.label), is(&o.value))).collect();
        return if fact.repeat { Control::Several(choices) } else { Control::Choices(choices) };
    }
    if let Some(range) = scale(fact) {
        let number = told.and_then(|told| told.value.as_f64());
        let choices = range.map(|n| Choice::new(&n.to_string(), &n.to_string(), number == Some(f64::from(n))));
        return Control::Scale(choices.collect());
    }
    if fact.kind == FactKind::Code {
        return Control::Words(text);
    }
    let given = told.and_then(|told| told.unit.as_deref()).unwrap_or(&fact.unit).to_owned();
    let all = std::iter::once(fact.unit.as_str()).chain(fact.units.iter().map(|(unit, ..)| unit.as_str()));
    let units: Vec<Choice> =
        all.filter(|unit| !unit.is_empty()).map(|unit| Choice::new(unit, unit_label(unit), unit == given)).collect();
    let bands = if fact.analyte.is_some() { BANDS.as_slice() } else { &[] };
    Control::Amount {
        typed: if bands.iter().any(|(band, _)| *band == text) { String::new() } else { text },
        unit: unit_label(&fact.unit).to_owned(),
        units: if units.len() > 1 { units } else { Vec::new() },
        bands: bands.iter().map(|(band, label)| Choice::new(band, label, is(band))).collect(),
    }
}

async fn question(state: &AppState, check: Check, name: &str, change: bool) -> Result<Question, WebError> {
    let (fact, ask) = asked(state, name)?;
    let answers = check.answers();
    let mut frame = Frame::new(state, answers, &Step::Question(name.to_owned()), change);
    if !change && !flow::is_fixed_question(name) && !answers.order.iter().any(|asked| asked == name) {
        let assessment = assessed(state, &check.token, answers, Depth::Questions).await?;
        let left = flow::about_left(answers, &assessment);
        frame.caption = match left {
            0 | 1 => "Last question".to_owned(),
            left => format!("Question {} – about {} more", answers.order.len() + 1, left - 1),
        };
    }
    Ok(Question {
        title: check.say(state, &ask.question),
        help: check.say(state, &ask.help),
        why: check.say(state, &ask.why),
        control: control(answers, fact, ask, answers.for_other()),
        unknown: answers.unknown.contains(name),
        frame,
        page: check.page,
    })
}

/// Shows a question.
pub async fn show(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Ask(query): Ask<Query>,
    check: Check,
) -> Result<Response, WebError> {
    write(&question(&state, check, &name, query.is_change()).await?)
}

/// What was answered.
enum Given {
    Unknown,
    Value(serde_json::Value, Option<String>),
    Several(Vec<String>),
}

/// Reads the answer of a form.
///
/// # Errors
/// What is wrong, in words for the person.
fn read(fact: &Fact, ask: &Asked, fields: &Fields) -> Result<Given, &'static str> {
    let answer = fields.get("answer");
    if answer == "unknown" {
        return Ok(Given::Unknown);
    }
    if fact.repeat && !ask.options.is_empty() {
        let chosen: Vec<String> =
            ask.options.iter().filter(|o| fields.has("answer", &o.value)).map(|o| o.value.clone()).collect();
        return if chosen.is_empty() {
            Err("Tick what is true, or “I don’t know”")
        } else {
            Ok(Given::Several(chosen))
        };
    }
    let choice = |known: bool| match known {
        true => Ok(Given::Value(answer.into(), None)),
        false => Err("Choose one answer. If you can’t say, choose “I don’t know”"),
    };
    if fact.kind == FactKind::YesNo {
        return choice(matches!(answer, "yes" | "no"));
    }
    if !ask.options.is_empty() {
        return choice(ask.options.iter().any(|o| o.value == answer));
    }
    if fact.analyte.is_some() && BANDS.iter().any(|(band, _)| *band == answer) {
        return choice(true);
    }
    let typed = if scale(fact).is_some() { answer } else { fields.get("typed") };
    if fact.kind == FactKind::Code {
        return match typed.chars().count() {
            0 => Err("Write a few words, or tick “I don’t know”"),
            n if n > MOST_CHARACTERS => Err("Use at most 100 letters"),
            _ => Ok(Given::Value(typed.into(), None)),
        };
    }
    if typed.is_empty() {
        return Err("Write a number, or tick “I don’t know”");
    }
    number(fact, typed, fields.get("unit"))
}

fn number(fact: &Fact, typed: &str, unit: &str) -> Result<Given, &'static str> {
    let number: f64 = typed.replace(',', ".").parse().map_err(|_| "Write the number with digits, like 7 or 7.5")?;
    let canonical = match unit {
        "" => number,
        unit if unit == fact.unit => number,
        unit => {
            let known = fact.units.iter().find(|(known, ..)| known == unit);
            let (_, factor, offset) = known.ok_or("Choose a unit from the list")?;
            number * factor + offset
        }
    };
    if !canonical.is_finite() || canonical < fact.min || canonical > fact.max {
        return Err("That number can’t be right. Check it, and the unit beside it");
    }
    let number = serde_json::Number::from_f64(number).ok_or("Write the number with digits, like 7 or 7.5")?;
    Ok(Given::Value(number.into(), Some(if unit.is_empty() { &fact.unit } else { unit }.to_owned())))
}

/// Takes an answer.
pub async fn set(
    State(state): State<AppState>,
    Path(name): Path<String>,
    check: Check,
    fields: Fields,
) -> Result<Response, WebError> {
    let (fact, ask) = asked(&state, &name)?;
    let change = is_change(&fields);
    let given = match read(fact, ask, &fields) {
        Ok(given) => given,
        Err(text) => {
            let mut again = question(&state, check, &name, change).await?;
            if let Control::Amount { typed, units, .. } = &mut again.control {
                *typed = fields.get("typed").chars().take(MOST_CHARACTERS).collect();
                for unit in units {
                    unit.checked = unit.value == fields.get("unit");
                }
            }
            let field =
                if matches!(again.control, Control::Amount { .. } | Control::Words(_)) { "typed" } else { "answer" };
            again.frame.problem = Some(Problem::new(field, text));
            return show_again(&again);
        }
    };
    check.answer(&state, change, |answers| record(answers, &name, given)).await
}

fn record(answers: &mut Answers, name: &str, given: Given) {
    match given {
        Given::Unknown => answers.not_known(name),
        Given::Value(value, unit) => answers.put(name, value, unit.as_deref(), From::Question),
        Given::Several(values) => {
            answers.forget(name);
            answers.unknown.remove(name);
            for value in values {
                answers.add(name, value, None, From::Question);
            }
        }
    }
    let chosen = !flow::is_fixed_question(name) && !answers.order.iter().any(|asked| asked == name);
    if chosen && answers.order.len() < MOST_QUESTIONS {
        answers.order.push(name.to_owned());
    }
}
