//! Laboratory: the table of results, what must not wait, and entry by hand.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_clinic::Fault;
use charley_clinic::laboratory::{
    Derived, Direction, Label, Laboratory, Panel, Reading, Table, critical, derived, table,
};
use charley_clinic::text::counted;
use charley_reason::Urgency;
use charley_records::clinic::documents::DocumentKind;
use jiff::civil::Date;

use super::content::Content;
use super::load::Loaded;
use super::open::{Head, Record};
use super::save::{self, Saved};
use crate::clinic::door::Frame;
use crate::error::WebError;
use crate::log::words;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;
use crate::view::{Cited, cited, level};
use crate::wording::unit_label;

/// Panels that the table shows; the others are under "Earlier panels".
const COLUMNS: usize = 6;

/// A critical value.
struct Shout {
    kind: &'static str,
    level: String,
    title: String,
    reason: String,
    action: String,
    cited: Vec<Cited>,
    unconfirmed: bool,
}

struct CellView {
    written: String,
    converted: String,
    word: &'static str,
    outside: bool,
    note: String,
}

struct RowView {
    name: String,
    unit: String,
    interval: String,
    cells: Vec<Option<CellView>>,
    trend: String,
    meaning: String,
    cited: Vec<Cited>,
    unconfirmed: bool,
}

struct DerivedView {
    name: String,
    value: String,
    word: &'static str,
    outside: bool,
    formula: &'static str,
    inputs: String,
    cited: Vec<Cited>,
}

/// A line of the form.
struct Entry {
    id: String,
    name: String,
    value: String,
    units: Vec<(String, String, bool)>,
    bad: bool,
}

/// A panel that can be taken out.
struct Kept {
    date: Date,
    laboratory: String,
    words: String,
}

#[derive(Template)]
#[template(path = "clinic/record/laboratory.html")]
struct LaboratoryPage {
    page: Page,
    frame: Frame,
    head: Head,
    problems: Vec<(String, String)>,
    shouts: Vec<Shout>,
    columns: Vec<(String, String)>,
    rows: Vec<RowView>,
    hidden: usize,
    derived: Vec<DerivedView>,
    derived_on: String,
    today: Date,
    date: String,
    laboratory: String,
    usual: Vec<Entry>,
    further: Vec<Entry>,
    panels: Vec<Kept>,
    base: u32,
}

/// Tests that the form shows at once; the others are behind "More tests".
const USUAL: [&str; 22] = [
    "potassium",
    "sodium",
    "magnesium",
    "calcium",
    "albumin",
    "phosphate",
    "creatinine",
    "urea",
    "egfr",
    "glucose",
    "hba1c",
    "tsh",
    "free_t4",
    "alt",
    "ck",
    "ferritin",
    "iron",
    "tibc",
    "vitamin_d",
    "b12",
    "haemoglobin",
    "d_dimer",
];

/// Facts beside the results: bands differ by sex, and some lines hold with a symptom only.
fn view(
    state: &AppState,
    record: &Record,
    loaded: &Loaded,
    fields: &Fields,
    problems: Vec<(String, String)>,
) -> LaboratoryPage {
    let knowledge = state.knowledge();
    let empty = Laboratory::default();
    let laboratory = loaded.laboratory.as_ref().map_or(&empty, |newest| &newest.content);
    let background = loaded.gathered(state, record).facts;
    let results = table(knowledge, laboratory, &background);
    let newest = laboratory.panels.last();
    let entry = |id: &str| form_entry(state, record, fields, &problems, id);
    let further = knowledge.analytes.iter().filter(|analyte| !USUAL.contains(&analyte.id.as_str()));
    LaboratoryPage {
        page: record.page.clone(),
        frame: record.frame(),
        head: record.head("laboratory"),
        shouts: shouts(state, record, laboratory, &background),
        columns: results
            .columns
            .iter()
            .take(COLUMNS)
            .map(|column| (words::short(column.date), column.laboratory.clone()))
            .collect(),
        hidden: results.columns.len().saturating_sub(COLUMNS),
        rows: rows(state, &results),
        derived: newest
            .map(|panel| derived(knowledge, panel, &background))
            .unwrap_or_default()
            .iter()
            .map(|value| derived_view(state, value))
            .collect(),
        derived_on: newest.map(|panel| words::short(panel.date)).unwrap_or_default(),
        today: record.today,
        date: match fields.get("date") {
            "" => record.today.to_string(),
            date => date.to_owned(),
        },
        laboratory: fields.get("laboratory").to_owned(),
        usual: USUAL.iter().filter_map(|id| entry(id)).collect(),
        further: further.filter_map(|analyte| entry(&analyte.id)).collect(),
        panels: laboratory
            .panels
            .iter()
            .rev()
            .map(|panel| Kept {
                date: panel.date,
                laboratory: panel.laboratory.clone(),
                words: counted(panel.results.len(), "result"),
            })
            .collect(),
        base: loaded.version(DocumentKind::Laboratory),
        problems,
    }
}

fn shouts(
    state: &AppState,
    record: &Record,
    laboratory: &Laboratory,
    background: &[charley_wire::FactIn],
) -> Vec<Shout> {
    let number = record.number(state);
    let values = critical(state.knowledge(), laboratory, background, record.today);
    let shout = |value: charley_clinic::laboratory::CriticalValue| {
        let disposition = value.urgency.word().parse().unwrap_or(charley_wire::Disposition::Routine);
        let urgent = value.urgency >= Urgency::Soon;
        Shout {
            kind: level::kind(disposition),
            level: if urgent { level::word(disposition, &number) } else { "Repeat the test".to_owned() },
            title: value.title,
            reason: record.say(state, &value.reason),
            action: record.say(state, &value.action),
            cited: cited(state.knowledge(), &value.source),
            unconfirmed: value.unconfirmed,
        }
    };
    values.into_iter().map(shout).collect()
}

fn rows(state: &AppState, results: &Table) -> Vec<RowView> {
    results
        .rows
        .iter()
        .map(|row| RowView {
            name: row.name.clone(),
            unit: row.unit.clone(),
            interval: row.interval.clone(),
            cells: row
                .cells
                .iter()
                .take(COLUMNS)
                .map(|cell| {
                    cell.as_ref().map(|cell| CellView {
                        written: cell.written.clone(),
                        converted: cell.converted.clone(),
                        word: label_words(cell.label, cell.printed_interval),
                        outside: cell.label.outside(),
                        note: cell.note.clone(),
                    })
                })
                .collect(),
            trend: row.trend.as_ref().map(trend_words).unwrap_or_default(),
            meaning: row.meaning.clone(),
            cited: cited(state.knowledge(), &row.source),
            unconfirmed: row.unconfirmed,
        })
        .collect()
}

fn label_words(label: Label, printed: bool) -> &'static str {
    match (label, printed) {
        (Label::Normal, true) => "in the printed range",
        (Label::Low, true) => "low by the printed range",
        (Label::High, true) => "high by the printed range",
        (label, _) => label.words(),
    }
}

/// "↑ +0.4 in 30 days".
fn trend_words(trend: &charley_clinic::laboratory::Trend) -> String {
    let way = match trend.direction {
        Direction::Up => "↑ up",
        Direction::Down => "↓ down",
        Direction::Same => return format!("→ the same after {}", counted(days(trend.days), "day")),
    };
    let difference = trend.difference.trim_start_matches(['+', '−']);
    format!("{way} {difference} from {} in {}", trend.from, counted(days(trend.days), "day"))
}

fn days(days: i32) -> usize {
    usize::try_from(days).unwrap_or_default()
}

fn derived_view(state: &AppState, value: &Derived) -> DerivedView {
    DerivedView {
        name: value.name.clone(),
        value: value.value.clone(),
        word: value.label.words(),
        outside: value.label.outside(),
        formula: value.formula,
        inputs: value.inputs.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join("; "),
        cited: cited(state.knowledge(), &value.source),
    }
}

fn form_entry(
    state: &AppState,
    record: &Record,
    fields: &Fields,
    problems: &[(String, String)],
    id: &str,
) -> Option<Entry> {
    let knowledge = state.knowledge();
    let analyte = knowledge.analytes.iter().find(|analyte| analyte.id == id)?;
    let fact = &knowledge.facts[analyte.fact.at()];
    let us_units = state.engine.region(Some(&record.here.clinic.region)).is_some_and(|region| region.units == "us");
    let chosen = fields.get(&format!("u.{id}"));
    let mut units: Vec<&str> = vec![fact.unit.as_str()];
    units.extend(fact.units.iter().map(|(unit, ..)| unit.as_str()));
    if us_units {
        units.sort_by_key(|unit| !(unit.contains("/dL") || unit.contains("mEq")));
    }
    Some(Entry {
        id: id.to_owned(),
        name: analyte.name.clone(),
        value: fields.get(&format!("v.{id}")).to_owned(),
        units: units.iter().map(|unit| ((*unit).to_owned(), unit_label(unit).to_owned(), *unit == chosen)).collect(),
        bad: problems.iter().any(|(field, _)| field == id),
    })
}

/// The page.
pub async fn show(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    write(&view(&state, &record, &loaded, &Fields::default(), Vec::new()))
}

/// The date of a form.
///
/// # Errors
/// When it is none, in words.
pub(super) fn date(fields: &Fields, name: &str) -> Result<Date, Fault> {
    let written = fields.get(name);
    written.parse().map_err(|_| Fault::new(name, format!("“{written}” is not a date. Write it like 2026-11-24.")))
}

/// Takes a panel that was entered by hand.
pub async fn add(State(state): State<AppState>, record: Record, fields: Fields) -> Result<Response, WebError> {
    let results = fields
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("v.")?, value.trim())))
        .filter(|(_, value)| !value.is_empty())
        .map(|(id, value)| Reading {
            analyte: id.to_owned(),
            value: value.to_owned(),
            unit: fields.get(&format!("u.{id}")).to_owned(),
            ..Reading::default()
        })
        .collect();
    let read = date(&fields, "date").map(|date| Panel {
        date,
        laboratory: fields.get("laboratory").chars().take(60).collect(),
        results,
    });
    let checked = read.map_err(|fault| vec![fault]).and_then(|panel| {
        panel.check(state.knowledge(), record.today)?;
        Ok(panel)
    });
    match checked {
        Ok(panel) => keep(&state, &record, vec![panel], &fields).await,
        Err(faults) => again(&state, &record, &fields, faults).await,
    }
}

async fn again(state: &AppState, record: &Record, fields: &Fields, faults: Vec<Fault>) -> Result<Response, WebError> {
    let loaded = Loaded::read(state, record).await?;
    let problems = faults.into_iter().map(|fault| (fault.field, fault.problem)).collect();
    show_again(&view(state, record, &loaded, fields, problems))
}

/// Adds panels to the newest version: two people who add a panel each do not stand in each other's way.
pub(super) async fn keep(
    state: &AppState,
    record: &Record,
    panels: Vec<Panel>,
    fields: &Fields,
) -> Result<Response, WebError> {
    let add = |laboratory: &mut Laboratory| {
        for panel in &panels {
            laboratory.add(panel.clone());
        }
    };
    change(state, record, add, fields).await
}

/// How often a change is made anew on top of somebody else's.
const TRIES: usize = 3;

async fn change(
    state: &AppState,
    record: &Record,
    edit: impl Fn(&mut Laboratory),
    fields: &Fields,
) -> Result<Response, WebError> {
    let mut last = None;
    for _ in 0..TRIES {
        let loaded = Loaded::read(state, record).await?;
        let base = loaded.version(DocumentKind::Laboratory);
        let mut laboratory = loaded.laboratory.as_ref().map(|newest| newest.content.clone()).unwrap_or_default();
        edit(&mut laboratory);
        if let Err(faults) = laboratory.check(state.knowledge(), record.today) {
            return again(state, record, fields, faults).await;
        }
        match save::save(state, record, loaded, base, Content::Laboratory(laboratory), fields).await? {
            Saved::Done(_) => return Ok(Redirect::to(&record.path("evaluation?saved=laboratory")).into_response()),
            Saved::Refused(faults) => return again(state, record, fields, faults).await,
            Saved::Conflict(page) => last = Some(page),
        }
    }
    last.ok_or(WebError::Internal("no try"))
}

/// Takes a panel out. Every earlier version keeps it.
pub async fn remove(State(state): State<AppState>, record: Record, fields: Fields) -> Result<Response, WebError> {
    let (day, from) = (fields.get("date").to_owned(), fields.get("laboratory").to_owned());
    let out = |laboratory: &mut Laboratory| {
        laboratory.panels.retain(|panel| panel.date.to_string() != day || panel.laboratory != from);
    };
    change(&state, &record, out, &fields).await
}
