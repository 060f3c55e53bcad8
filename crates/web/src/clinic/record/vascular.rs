//! Vascular tests: two legs side by side, each measure with formula, band, source and what it changes.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_clinic::Leg;
use charley_clinic::vascular::{Compression, DDimer, Judged, Measured, WELLS_WORDS, judge};
use charley_records::clinic::documents::DocumentKind;

use super::content::Content;
use super::load::Loaded;
use super::open::{Head, Record};
use super::save::{self, Saved};
use super::vascular_form::{self as form, LegForm, WellsItem};
use crate::clinic::door::Frame;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;
use crate::view::{Cited, cited};

/// A measure on the page.
struct MeasureView {
    name: String,
    value: String,
    inputs: String,
    formula: String,
    band: String,
    meaning: String,
    changes: String,
    note: String,
    cited: Vec<Cited>,
    unconfirmed: bool,
}

/// One leg with its measures.
struct LegView {
    title: &'static str,
    measures: Vec<MeasureView>,
    compression: &'static str,
    because: Vec<String>,
    total: String,
}

#[derive(Template)]
#[template(path = "clinic/record/vascular.html")]
struct VascularPage {
    page: Page,
    frame: Frame,
    head: Head,
    base: u32,
    problems: Vec<(String, String)>,
    date: String,
    arms: [String; 2],
    legs: Vec<LegForm>,
    score_items: Vec<(String, Vec<String>)>,
    wells: Vec<WellsItem>,
    wells_scored: bool,
    wells_leg: String,
    note: String,
    shown: Vec<LegView>,
    wells_shown: Option<MeasureView>,
    wells_words: &'static str,
    d_dimer: Option<MeasureView>,
}

fn measure(state: &AppState, measured: &Measured) -> MeasureView {
    let (band, meaning) = match &measured.band {
        Some((label, limits, meaning)) if limits.is_empty() => (label.clone(), meaning.clone()),
        Some((label, limits, meaning)) => (format!("{label} ({limits})"), meaning.clone()),
        None => (String::new(), String::new()),
    };
    MeasureView {
        name: measured.name.clone(),
        value: measured.value.clone(),
        inputs: measured.inputs.clone(),
        formula: measured.formula.clone(),
        band,
        meaning,
        changes: measured.changes.clone(),
        note: measured.note.clone(),
        cited: cited(state.knowledge(), &measured.source),
        unconfirmed: measured.unconfirmed,
    }
}

fn leg_view(state: &AppState, judged: &Judged, leg: Leg) -> LegView {
    let at = usize::from(leg == Leg::Right);
    let (compression, because) = match &judged.compression[at] {
        Compression::Barred(because) => ("Compression is barred.", because.clone()),
        Compression::Lighter(because) => ("Compression: reduced pressure only, with a clinician.", because.clone()),
        Compression::NotBarred => ("Compression: no measured pressure speaks against it.", Vec::new()),
        Compression::NotMeasured => ("Compression: no pressure was measured. Feel the foot pulses first.", Vec::new()),
    };
    let total = judged.legs[at].iter().find(|measured| measured.id == "rvcss");
    LegView {
        title: if leg == Leg::Left { "Left leg" } else { "Right leg" },
        measures: judged.legs[at].iter().map(|measured| measure(state, measured)).collect(),
        compression,
        because,
        total: total.and_then(|measured| measured.value.split(' ').next()).unwrap_or_default().to_owned(),
    }
}

/// The newest D-dimer of the laboratory.
fn d_dimer(state: &AppState, loaded: &Loaded) -> Option<DDimer> {
    let laboratory = &loaded.laboratory.as_ref()?.content;
    let newest = |analyte: &str, ddu: bool| Some(DDimer { value: laboratory.newest(state.knowledge(), analyte)?, ddu });
    newest("d_dimer", false).or_else(|| newest("d_dimer_ddu", true))
}

fn view(
    state: &AppState,
    record: &Record,
    loaded: &Loaded,
    fields: &Fields,
    problems: Vec<(String, String)>,
) -> VascularPage {
    let knowledge = state.knowledge();
    let kept = loaded.vascular.as_ref().map(|newest| newest.content.clone()).unwrap_or_default();
    let age = record.born().map(|born| f64::from(charley_clinic::evaluation::age_years(born, record.today)));
    let judged = judge(knowledge, &kept, age, d_dimer(state, loaded));
    let score = knowledge.measure("rvcss").map(|measure| measure.items.as_slice()).unwrap_or_default();
    VascularPage {
        page: record.page.clone(),
        frame: record.frame(),
        head: record.head("vascular"),
        base: loaded.version(DocumentKind::Vascular),
        date: match fields.get("date") {
            "" => record.today.to_string(),
            date => date.to_owned(),
        },
        arms: ["arms.left", "arms.right"].map(|name| fields.get(name).to_owned()),
        legs: Leg::BOTH.into_iter().map(|leg| form::leg(fields, &problems, leg)).collect(),
        score_items: score.iter().map(|item| (item.name.clone(), item.scale.clone())).collect(),
        wells: form::wells_items(knowledge, fields),
        wells_scored: fields.get("wells.scored") == "yes",
        wells_leg: fields.get("wells.leg").to_owned(),
        note: fields.get("note").to_owned(),
        shown: match kept.is_empty() {
            true => Vec::new(),
            false => Leg::BOTH.into_iter().map(|leg| leg_view(state, &judged, leg)).collect(),
        },
        wells_shown: judged.wells.as_ref().map(|measured| measure(state, measured)),
        wells_words: WELLS_WORDS,
        d_dimer: judged.d_dimer.as_ref().map(|measured| measure(state, measured)),
        problems,
    }
}

/// The page.
pub async fn show(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let fields = loaded.vascular.as_ref().map(|newest| form::fields(&newest.content)).unwrap_or_default();
    write(&view(&state, &record, &loaded, &fields, Vec::new()))
}

/// Takes the form.
pub async fn set(State(state): State<AppState>, record: Record, fields: Fields) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let base = save::base(&fields)?;
    let read = form::read(&fields).and_then(|vascular| {
        vascular.check(state.knowledge(), record.today)?;
        Ok(vascular)
    });
    let refused = |faults: Vec<charley_clinic::Fault>| -> Vec<(String, String)> {
        faults.into_iter().map(|fault| (fault.field, fault.problem)).collect()
    };
    let vascular = match read {
        Ok(vascular) => vascular,
        Err(faults) => return show_again(&view(&state, &record, &loaded, &fields, refused(faults))),
    };
    let content = Content::Vascular(Box::new(vascular));
    match save::save(&state, &record, loaded, base, content, &fields).await? {
        Saved::Done(_) => Ok(Redirect::to(&record.path("evaluation?saved=vascular")).into_response()),
        Saved::Conflict(page) => Ok(page),
        Saved::Refused(faults) => {
            let loaded = Loaded::read(&state, &record).await?;
            show_again(&view(&state, &record, &loaded, &fields, refused(faults)))
        }
    }
}
