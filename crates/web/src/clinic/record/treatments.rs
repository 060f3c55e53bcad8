//! Vein treatments, and cramp counts of each leg around them.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_clinic::treatment::{
    Around, CAUTION, LegAround, Period, Procedure, Treatment, Treatments, around, cramps_in_14, honest_words,
};
use charley_clinic::{Fault, Leg};
use charley_nights::rate::Rate;
use charley_records::clinic::documents::DocumentKind;
use jiff::civil::Date;

use super::chart::{self, Dot};
use super::content::Content;
use super::laboratory::date;
use super::load::Loaded;
use super::open::{Head, Record};
use super::save::{self, Saved};
use crate::clinic::door::Frame;
use crate::error::WebError;
use crate::log::words;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;
use crate::view::Cited;

struct PeriodView {
    name: &'static str,
    nights: String,
    recorded: u32,
    left_out: u32,
    rate: String,
    dot: Option<Dot>,
}

struct LegView {
    title: String,
    periods: Vec<PeriodView>,
}

struct AroundView {
    title: String,
    note: String,
    end: f64,
    legs: Vec<LegView>,
    control: &'static str,
    cut_short: bool,
}

/// A treatment that can be taken out.
struct Done {
    at: usize,
    words: String,
}

#[derive(Template)]
#[template(path = "clinic/record/treatments.html")]
struct TreatmentsPage {
    page: Page,
    frame: Frame,
    head: Head,
    base: u32,
    problems: Vec<(String, String)>,
    procedures: Vec<(&'static str, &'static str)>,
    today: Date,
    done: Vec<Done>,
    around: Vec<AroundView>,
    caution: [&'static str; 4],
    honest: String,
    honest_source: Vec<Cited>,
}

fn rates(leg: &LegAround) -> impl Iterator<Item = &Rate> {
    [Some(&leg.control), Some(&leg.before), leg.after.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|period| period.summary.as_ref())
        .map(|summary| &summary.cramps_rate)
}

fn period(name: &'static str, period: &Period, end: f64) -> PeriodView {
    PeriodView {
        name,
        nights: format!("{} to {}", words::brief(period.from), words::brief(period.until)),
        recorded: period.recorded,
        left_out: period.side_not_known,
        rate: match &period.summary {
            Some(summary) => cramps_in_14(summary),
            None => "too few nights with a side".to_owned(),
        },
        dot: period.summary.as_ref().map(|summary| chart::dot(&summary.cramps_rate, end)),
    }
}

fn leg_view(leg: &LegAround, end: f64) -> LegView {
    let side = if leg.leg == Leg::Left { "Left leg" } else { "Right leg" };
    let mut periods = vec![period("Control period", &leg.control, end), period("Before", &leg.before, end)];
    periods.extend(leg.after.as_ref().map(|after| period("After", after, end)));
    LegView { title: format!("{side}, {}", if leg.treated { "treated" } else { "not treated" }), periods }
}

fn around_view(found: &Around) -> AroundView {
    let end = chart::scale_end(found.legs.iter().flat_map(rates));
    let treatment = &found.treatment;
    AroundView {
        title: title(treatment),
        note: treatment.note.clone(),
        end,
        legs: found.legs.iter().map(|leg| leg_view(leg, end)).collect(),
        control: match found.other_is_control {
            true => "The other leg was not treated in these nights: it is the control.",
            false => "The other leg was treated in these nights too. It is no control.",
        },
        cut_short: found.cut_short,
    }
}

fn title(treatment: &Treatment) -> String {
    let leg = treatment.leg.word();
    format!("{}, {leg} leg: {}", words::short(treatment.date), treatment.procedure.words())
}

fn view(state: &AppState, record: &Record, loaded: &Loaded, problems: Vec<(String, String)>) -> TreatmentsPage {
    let empty = Treatments::default();
    let treatments = loaded.treatments.as_ref().map_or(&empty, |newest| &newest.content);
    let found = around(treatments, &loaded.diary, loaded.last_night(record));
    let item = state.knowledge().interventions.iter().find(|item| item.id == "vein_laser_or_radiofrequency");
    TreatmentsPage {
        page: record.page.clone(),
        frame: record.frame(),
        head: record.head("treatments"),
        base: loaded.version(DocumentKind::Treatments),
        problems,
        procedures: Procedure::ALL.iter().map(|procedure| (procedure.code(), procedure.words())).collect(),
        today: record.today,
        done: treatments
            .done
            .iter()
            .enumerate()
            .rev()
            .map(|(at, treatment)| Done { at, words: title(treatment) })
            .collect(),
        around: found.iter().map(around_view).collect(),
        caution: CAUTION,
        honest: honest_words(state.knowledge()),
        honest_source: item.map(|item| crate::view::cited(state.knowledge(), &item.src)).unwrap_or_default(),
    }
}

/// The page.
pub async fn show(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    write(&view(&state, &record, &loaded, Vec::new()))
}

fn read(fields: &Fields) -> Result<Treatment, Vec<Fault>> {
    let mut faults = Vec::new();
    let leg = Leg::BOTH.into_iter().find(|leg| leg.word() == fields.get("leg"));
    let procedure = Procedure::ALL.into_iter().find(|procedure| procedure.code() == fields.get("procedure"));
    let date = date(fields, "date");
    if leg.is_none() {
        faults.push(Fault::new("leg", "Say which leg was treated."));
    }
    if procedure.is_none() {
        faults.push(Fault::new("procedure", "Say what was done."));
    }
    match (leg, procedure, date) {
        (Some(leg), Some(procedure), Ok(date)) => {
            Ok(Treatment { leg, procedure, date, note: fields.get("note").to_owned() })
        }
        (_, _, date) => {
            faults.extend(date.err());
            Err(faults)
        }
    }
}

/// Takes a treatment that was done.
pub async fn add(State(state): State<AppState>, record: Record, fields: Fields) -> Result<Response, WebError> {
    match read(&fields) {
        Ok(treatment) => change(&state, &record, &fields, |all| all.add(treatment)).await,
        Err(faults) => again(&state, &record, faults).await,
    }
}

/// Takes one out. Every earlier version keeps it.
pub async fn remove(State(state): State<AppState>, record: Record, fields: Fields) -> Result<Response, WebError> {
    let at: usize = fields.get("at").parse().map_err(|_| WebError::BadForm)?;
    change(&state, &record, &fields, |all| {
        if at < all.done.len() {
            all.done.remove(at);
        }
    })
    .await
}

async fn again(state: &AppState, record: &Record, faults: Vec<Fault>) -> Result<Response, WebError> {
    let loaded = Loaded::read(state, record).await?;
    let problems = faults.into_iter().map(|fault| (fault.field, fault.problem)).collect();
    show_again(&view(state, record, &loaded, problems))
}

async fn change(
    state: &AppState,
    record: &Record,
    fields: &Fields,
    edit: impl FnOnce(&mut Treatments),
) -> Result<Response, WebError> {
    let loaded = Loaded::read(state, record).await?;
    let base = save::base(fields)?;
    let mut treatments = loaded.treatments.as_ref().map(|newest| newest.content.clone()).unwrap_or_default();
    edit(&mut treatments);
    if let Err(faults) = treatments.check(record.today) {
        return again(state, record, faults).await;
    }
    match save::save(state, record, loaded, base, Content::Treatments(treatments), fields).await? {
        Saved::Done(_) => Ok(Redirect::to(&record.path("treatments")).into_response()),
        Saved::Conflict(page) => Ok(page),
        Saved::Refused(faults) => again(state, record, faults).await,
    }
}
