//! The hand-over of a record, on one A4.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_clinic::handover::{Block, Entered, Handover, Letter, MADE_UP, Nights, Run, Told, Tried, build};
use charley_clinic::laboratory::{Laboratory, table};
use charley_clinic::vascular::judge;
use charley_nights::diary::Diary;
use charley_nights::rate;
use charley_records::trials::Trial;
use charley_wire::trial::Report;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::load::{Loaded, assess};
use super::medicines::reviewed;
use super::open::{Head, Record};
use crate::clinic::door::Frame;
use crate::error::WebError;
use crate::letters;
use crate::log::words;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::trial::kept::Protocol;

#[derive(Template)]
#[template(path = "clinic/record/handover.html")]
struct HandoverPage {
    page: Page,
    frame: Frame,
    head: Head,
    /// Where the same is a PDF; empty when none can be made here.
    pdf: String,
    sheet: Letter,
}

/// Nights that the pattern speaks of.
const RECENT: i32 = 28;

/// The pattern of the last nights, in sentences with their ranges.
pub fn pattern(diary: &Diary, last: Date) -> Nights {
    let nights: Vec<_> = diary.recorded().collect();
    let recent = rate::between(&nights, last.saturating_sub((RECENT - 1).days()), last);
    let sentences = match rate::summary(recent) {
        None => vec!["No nights are recorded in the last 28.".to_owned()],
        Some(sum) => {
            let missing = u32::try_from(RECENT).unwrap_or_default().saturating_sub(sum.recorded);
            let mut lines = words::summary(&sum);
            if let Some(first) = lines.first_mut() {
                first.push_str(&format!(" {missing} of the last 28 not recorded."));
            }
            lines
        }
    };
    Nights { sentences }
}

/// What was tested on own nights, newest first.
pub fn tried(trials: &[Trial]) -> Vec<Tried> {
    trials
        .iter()
        .filter_map(|trial| {
            let protocol = Protocol::read(&trial.protocol).ok()?;
            let what = protocol.label.clone();
            let Some(ended) = &trial.ended else {
                return Some(Tried { what, happened: "a trial is under way; no answer yet".to_owned() });
            };
            let report: Option<Report> = ended.result.as_ref().and_then(|text| serde_json::from_str(text).ok());
            let said = report.map(|report| {
                let verdict = charley_words::trial::verdict_on(&report.verdict, protocol.slow).to_lowercase();
                format!("own trial: {verdict}. {}", charley_words::trial::weekly(&report, &protocol.label))
            });
            Some(Tried {
                what,
                happened: said.unwrap_or_else(|| "own trial stopped early, without an answer".to_owned()),
            })
        })
        .collect()
}

/// The newest results in few words: those outside their range first.
fn results(state: &AppState, laboratory: &Laboratory, facts: &[charley_wire::FactIn]) -> Vec<String> {
    let rows = table(state.knowledge(), laboratory, facts).rows;
    let mut lines: Vec<(bool, String)> = rows
        .iter()
        .filter_map(|row| {
            let cell = row.cells.iter().flatten().next()?;
            Some((!cell.label.outside(), format!("{} {} ({})", row.name, cell.written, cell.label.words())))
        })
        .collect();
    lines.sort_by_key(|(inside, _)| *inside);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn done(state: &AppState, loaded: &Loaded, facts: &[charley_wire::FactIn]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(vascular) = &loaded.vascular {
        let judged = judge(state.knowledge(), &vascular.content, None, None);
        for (side, measures) in ["left", "right"].iter().zip(&judged.legs) {
            let shown = measures.iter().filter(|one| matches!(one.id.as_str(), "abi" | "tbi" | "ceap" | "rvcss"));
            lines.extend(shown.map(|one| format!("{} {side} {}", one.name, one.value)));
        }
    }
    if let Some(laboratory) = &loaded.laboratory {
        lines.extend(results(state, &laboratory.content, facts));
    }
    lines
}

/// Everything of a record on one page.
///
/// # Errors
/// When the store fails or the core refuses a fact.
pub async fn sheet(state: &AppState, record: &Record, loaded: &Loaded) -> Result<Handover, WebError> {
    let gathered = loaded.gathered(state, record);
    let assessment = assess(state, &gathered).await?;
    let trials = state.store()?.trials(record.care.access()).await?;
    let review = reviewed(state, record, loaded);
    let born = record.born().map(|born| format!(", born {}", words::short(born))).unwrap_or_default();
    let illnesses =
        gathered.facts.iter().filter(|fact| fact.name == "condition").filter_map(|fact| fact.value.as_str());
    let knowledge = state.knowledge();
    let mut told = tried(&trials);
    if let Some(treatments) = &loaded.treatments {
        told.extend(treatments.content.done.iter().rev().map(|done| Tried {
            what: format!("{} of the {} leg", done.procedure.words(), done.leg.word()),
            happened: format!("done on {}", words::short(done.date)),
        }));
    }
    let (complaint, wish) = (loaded.complaint(), loaded.wish());
    Ok(build(
        knowledge,
        &Told {
            person: format!("{}{born}", record.person.name),
            assessment: &assessment,
            facts: &gathered.facts,
            complaint: &complaint,
            wish: &wish,
            nights: pattern(&loaded.diary, loaded.last_night(record)),
            review: &review,
            illnesses: illnesses.map(|code| crate::answers::lines::plain_name(knowledge, code)).collect(),
            done: done(state, loaded, &gathered.facts),
            tried: told,
            date: words::short(record.today),
            entered: Entered::Clinic,
        },
    ))
}

/// The sheet in words. One of a made-up clinic says so.
async fn letter(state: &AppState, record: &Record) -> Result<Letter, WebError> {
    let loaded = Loaded::read(state, record).await?;
    let letter = sheet(state, record, &loaded).await?.letter();
    let notice = if record.here.clinic.demonstration { MADE_UP.to_owned() } else { String::new() };
    Ok(Letter { notice, ..letter })
}

/// The page.
pub async fn show(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let sheet = letter(&state, &record).await?;
    let pdf = state.letters().map(|_| record.path("handover.pdf")).unwrap_or_default();
    write(&HandoverPage { frame: record.frame(), head: record.head("handover"), pdf, sheet, page: record.page })
}

/// The same as a PDF.
pub async fn pdf(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let sheet = letter(&state, &record).await?;
    letters::answer(&state, &sheet, record.path("handover")).await
}
