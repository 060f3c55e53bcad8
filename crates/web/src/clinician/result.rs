//! The clinician's result on one screen, the lists line by line, and the override.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use charley_knowledge::Knowledge;
use charley_knowledge::medicines::Resolved;
use charley_wire::{Assessment, Disposition};

use super::{Override, Sheet, text};
use crate::answers::Line;
use crate::answers::lines::{Began, plain_name};
use crate::check::Choice;
use crate::engine::Depth;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::session::Token;
use crate::state::AppState;
use crate::view::cause::{self, Shown};
use crate::view::plan::{self, LaneView, Test};
use crate::view::{Cited, cited, level};
use crate::wording::fill;

/// Causes with reasons on the screen.
const TOP: usize = 3;
/// Reasons each way.
const REASONS: usize = 6;
/// Most characters of a reason for an override.
const MOST_REASON: usize = 500;

/// One medicine or diagnosis of the pasted list.
pub struct LineView {
    /// Name of the field.
    pub field: String,
    /// As pasted.
    pub written: String,
    /// What it was read as; empty when nothing is chosen.
    pub read_as: String,
    /// What it may mean, when that is open.
    pub choices: Vec<Choice>,
    /// Classes, for a medicine.
    pub classes: String,
    /// What it does to salts and what is known about cramps.
    pub effects: String,
    /// Question for the prescriber.
    pub ask: String,
    /// When it began.
    pub began: String,
    /// Sources.
    pub cited: Vec<Cited>,
}

/// A rule that is true.
pub struct Flag {
    /// Urgency word.
    pub level: String,
    /// Title.
    pub title: String,
    /// Why.
    pub reason: String,
    /// What to do.
    pub action: String,
    /// Facts that made it true.
    pub because: String,
    /// Sources.
    pub cited: Vec<Cited>,
}

#[derive(Template)]
#[template(path = "clinician/result.html")]
struct ResultPage {
    page: Page,
    kind: &'static str,
    word: String,
    action: String,
    safety_net: String,
    provisional: bool,
    over: Option<(String, String)>,
    flags: Vec<Flag>,
    top: Vec<Shown>,
    rest: Vec<Shown>,
    stability: String,
    examine: Vec<(String, String)>,
    worth: Vec<Test>,
    not_worth: Vec<Test>,
    medicines: Vec<LineView>,
    illnesses: Vec<LineView>,
    lanes: Vec<LaneView>,
    open: Vec<String>,
    next: Vec<String>,
    unrecognised: Vec<String>,
    unused: Vec<String>,
    approximate: String,
    come_back: String,
    text: String,
    levels: Vec<Choice>,
    version: String,
    knowledge_date: String,
    reviewed: bool,
}

/// The sheet of this visitor.
fn sheet(state: &AppState, page: &Page) -> Option<(Token, Sheet)> {
    let token = page.token.clone()?;
    let sheet = state.sessions.get(&token, state.now())?.sheet?;
    Some((token, sheet))
}

fn to_form() -> Result<Response, WebError> {
    Ok(Redirect::to("/clinician").into_response())
}

/// Takes a name that stands inside a line, unless the clinician said it is not meant.
pub fn take_inside(knowledge: &Knowledge, line: &mut Line) {
    let single = line.choices.len() == 1 && line.code.is_none() && !line.as_written;
    if single
        && matches!(
            knowledge.resolve_code(&line.written, |_| true),
            Resolved::Inside(_) | Resolved::Known(_)
        )
    {
        line.code = line.choices.first().cloned();
    }
}

/// The result.
pub async fn show(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let Some((_, sheet)) = sheet(&state, &page) else {
        return to_form();
    };
    let assessment = state.assess(sheet.case(), Depth::Clinician).await?;
    let knowledge = state.knowledge();
    let region = state.engine.region(sheet.region.as_deref());
    let number = region.map_or("the emergency number", |region| {
        region.emergency_number.as_str()
    });
    let say = |text: &str| fill(text, region);
    let mut top = cause::all(knowledge, &assessment, REASONS);
    let rest = top.split_off(top.len().min(TOP));
    let over = sheet
        .over
        .as_ref()
        .map(|over| (level::word(over.disposition, number), over.reason.clone()));
    let shown = sheet
        .over
        .as_ref()
        .map_or(assessment.disposition, |over| over.disposition);
    let come_back = state.today().plus(assessment.advice.come_back_days).long();
    let medicines = medicine_rows(knowledge, &sheet);
    let plain = text::plain(&text::Parts {
        knowledge,
        assessment: &assessment,
        sheet: &sheet,
        region,
        come_back: &come_back,
        today: &state.today().short(),
    });
    write(&ResultPage {
        kind: level::kind(shown),
        word: level::word(assessment.disposition, number),
        action: say(&assessment.advice.action),
        safety_net: say(&assessment.advice.safety_net),
        provisional: assessment.provisional,
        over,
        flags: flags(knowledge, &assessment, number, &say),
        stability: assessment
            .rank_stability
            .map(|share| crate::view::percent(share.get()))
            .unwrap_or_default(),
        examine: assessment
            .examine
            .iter()
            .map(|e| (e.name.clone(), e.how.clone()))
            .collect(),
        worth: plan::tests(knowledge, &assessment.tests.worth),
        not_worth: plan::tests(knowledge, &assessment.tests.not_worth),
        illnesses: line_rows(knowledge, &sheet.illnesses.lines, "i"),
        medicines,
        lanes: plan::lanes(knowledge, &assessment.plan, &say),
        open: crate::check::result::open_rules(&assessment),
        next: assessment
            .next_questions
            .iter()
            .take(6)
            .map(|question| question.question.clone())
            .collect(),
        unrecognised: assessment
            .unrecognised
            .iter()
            .map(|entry| {
                format!(
                    "{}{}",
                    entry.name,
                    entry
                        .value
                        .as_ref()
                        .map(|v| format!(" = {v}"))
                        .unwrap_or_default()
                )
            })
            .collect(),
        unused: assessment.unused.clone(),
        approximate: assessment
            .approximate
            .as_ref()
            .map(|a| format!("{}: {}", a.what, a.why))
            .unwrap_or_default(),
        come_back,
        text: plain,
        levels: Disposition::ALL
            .iter()
            .rev()
            .map(|d| {
                Choice::new(
                    d.as_str(),
                    &level::word(*d, number),
                    sheet.over.as_ref().is_some_and(|o| o.disposition == *d),
                )
            })
            .collect(),
        version: assessment.knowledge.version.chars().take(12).collect(),
        knowledge_date: assessment.knowledge.date.clone(),
        reviewed: assessment.knowledge.reviewed_by_clinician,
        top,
        rest,
        page,
    })
}

fn flags(
    knowledge: &Knowledge,
    assessment: &Assessment,
    number: &str,
    say: &impl Fn(&str) -> String,
) -> Vec<Flag> {
    let meaning = |name: &String| {
        knowledge
            .fact(name)
            .map_or_else(|| name.clone(), |(_, fact)| fact.meaning.clone())
    };
    assessment
        .red_flags
        .iter()
        .map(|flag| Flag {
            level: level::word(flag.disposition, number),
            title: flag.title.clone(),
            reason: say(&flag.reason),
            action: say(flag.urgent_hold.as_ref().unwrap_or(&flag.action)),
            because: flag
                .because
                .iter()
                .map(meaning)
                .collect::<Vec<_>>()
                .join("; "),
            cited: cited(knowledge, &flag.source),
        })
        .collect()
}

fn line_rows(knowledge: &Knowledge, lines: &[Line], prefix: &str) -> Vec<LineView> {
    lines
        .iter()
        .enumerate()
        .map(|(at, line)| LineView {
            field: format!("{prefix}{at}"),
            written: line.written.clone(),
            read_as: line
                .code
                .as_deref()
                .map(|code| plain_name(knowledge, code))
                .unwrap_or_default(),
            choices: if line.exact {
                Vec::new()
            } else {
                line.choices
                    .iter()
                    .map(|code| {
                        Choice::new(
                            code,
                            &plain_name(knowledge, code),
                            line.code.as_ref() == Some(code),
                        )
                    })
                    .collect()
            },
            classes: String::new(),
            effects: String::new(),
            ask: String::new(),
            began: line.began.map_or("", Began::as_str).to_owned(),
            cited: Vec::new(),
        })
        .collect()
}

/// Medicines with their classes, what these do to salts, what is known about cramps, and what to ask.
pub fn medicine_rows(knowledge: &Knowledge, sheet: &Sheet) -> Vec<LineView> {
    let mut rows = line_rows(knowledge, &sheet.medicines.lines, "m");
    for (row, line) in rows.iter_mut().zip(&sheet.medicines.lines) {
        let Some(code) = line
            .code
            .as_deref()
            .and_then(|code| knowledge.codes.by_word.get(code))
        else {
            continue;
        };
        let classes: Vec<_> = knowledge
            .classes
            .iter()
            .filter(|class| knowledge.codes.is_a(*code, class.code))
            .collect();
        row.classes = classes
            .iter()
            .map(|class| class.name.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let rated = classes.iter().filter(|class| class.strength.is_some());
        let told = rated.min_by_key(|class| class.strength).or(classes.first());
        let salts: Vec<String> = classes
            .iter()
            .flat_map(|class| &class.effects)
            .map(|(salt, way)| format!("{} {way}", salt_name(salt)))
            .fold(Vec::new(), |mut seen, effect| {
                if !seen.contains(&effect) {
                    seen.push(effect);
                }
                seen
            });
        if let Some(class) = told {
            row.effects = [class.size.clone(), salts.join(", ")]
                .into_iter()
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            row.cited = cited(knowledge, &class.src);
        }
        row.ask = classes
            .iter()
            .map(|class| class.ask.as_str())
            .find(|ask| !ask.is_empty())
            .unwrap_or_default()
            .to_owned();
    }
    rows
}

fn salt_name(salt: &str) -> &str {
    match salt {
        "k" => "potassium",
        "mg" => "magnesium",
        "ca" => "calcium",
        "na" => "sodium",
        other => other,
    }
}

/// Takes what was meant by each line, and when a medicine began.
pub async fn set_lines(
    State(state): State<AppState>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let Some((token, _)) = sheet(&state, &page) else {
        return to_form();
    };
    state.sessions.edit(&token, state.now(), |session| {
        let Some(sheet) = &mut session.sheet else {
            return;
        };
        for (prefix, lines) in [
            ("m", &mut sheet.medicines.lines),
            ("i", &mut sheet.illnesses.lines),
        ] {
            for (at, line) in lines.iter_mut().enumerate() {
                if !line.exact && !line.choices.is_empty() {
                    let chosen = fields.get(&format!("{prefix}{at}"));
                    line.code = line.choices.iter().find(|code| *code == chosen).cloned();
                    line.as_written = line.code.is_none();
                }
                if prefix == "m" {
                    line.began = Began::read(fields.get(&format!("m{at}.began")));
                }
            }
        }
    });
    Ok(Redirect::to("/clinician/result").into_response())
}

/// Records the clinician's own urgency. It needs a reason; without one nothing changes.
pub async fn set_override(
    State(state): State<AppState>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let Some((token, _)) = sheet(&state, &page) else {
        return to_form();
    };
    let reason: String = fields.get("reason").chars().take(MOST_REASON).collect();
    let over = fields
        .get("disposition")
        .parse()
        .ok()
        .filter(|_| !reason.is_empty());
    state.sessions.edit(&token, state.now(), |session| {
        if let Some(sheet) = &mut session.sheet {
            sheet.over = over.map(|disposition| Override {
                disposition,
                reason,
            });
        }
    });
    Ok(Redirect::to("/clinician/result").into_response())
}

/// The case as a file for `charley assess`, with the override among the facts.
pub async fn case_file(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let Some((_, sheet)) = sheet(&state, &page) else {
        return to_form();
    };
    let mut facts: Vec<serde_json::Value> = sheet
        .case()
        .facts
        .iter()
        .map(|fact| {
            let mut entry = serde_json::json!({ "name": fact.name, "value": fact.value });
            if let Some(unit) = &fact.unit {
                entry["unit"] = unit.as_str().into();
            }
            if let Some(days) = fact.days_ago {
                entry["days_ago"] = days.into();
            }
            entry
        })
        .collect();
    facts.extend(
        sheet
            .override_facts()
            .into_iter()
            .map(|(name, value)| serde_json::json!({ "name": name, "value": value })),
    );
    let body = serde_json::json!({ "id": "charley-case", "facts": facts }).to_string();
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"charley-case.json\"",
        ),
    ];
    Ok((headers, body).into_response())
}
