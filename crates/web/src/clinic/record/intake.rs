//! Intake: the clinician's dense form, without the parts that have pages of their own.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_clinic::intake::{Intake, Kept};
use charley_records::clinic::documents::{DocumentKind, MOST_BODY_BYTES};

use super::content::Content;
use super::load::Loaded;
use super::open::{Head, Record};
use super::save::{self, Saved};
use crate::clinic::door::Frame;
use crate::clinician::form::{Group, groups};
use crate::clinician::parse;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// Groups that have pages of their own.
const ELSEWHERE: [&str; 2] = ["Laboratory", "Vascular tests"];
/// Most diagnoses, and longest one.
const MOST_ILLNESSES: usize = 60;
const MOST_CHARS: usize = 100;

#[derive(Template)]
#[template(path = "clinic/record/intake.html")]
struct Form {
    page: Page,
    frame: Frame,
    head: Head,
    base: u32,
    problems: Vec<(String, String)>,
    complaint: String,
    wish: String,
    groups: Vec<Group>,
    illnesses: String,
    illnesses_complete: bool,
    more: String,
    all_clear: bool,
    shared: bool,
    saved: String,
}

fn form(
    state: &AppState,
    record: &Record,
    loaded: &Loaded,
    base: u32,
    fields: &Fields,
    problems: Vec<(String, String)>,
) -> Form {
    let region = state.engine.region(Some(&record.here.clinic.region));
    let us_units = region.is_some_and(|region| region.units == "us");
    let mut groups = groups(state.knowledge(), fields, us_units, &problems);
    groups.retain(|group| !ELSEWHERE.contains(&group.title));
    Form {
        page: record.page.clone(),
        frame: record.frame(),
        head: record.head("intake"),
        base,
        problems,
        complaint: fields.get("complaint").to_owned(),
        wish: fields.get("wish").to_owned(),
        groups,
        illnesses: fields.get("illnesses").to_owned(),
        illnesses_complete: fields.get("illnesses_complete") == "yes",
        more: fields.get("more").to_owned(),
        all_clear: fields.get("all_clear") == "yes",
        shared: loaded.shared.is_some(),
        saved: loaded.intake.as_ref().map(|newest| format!("Version {}.", newest.version)).unwrap_or_default(),
    }
}

/// The form, as it was last saved; the first time with the words of the request.
pub async fn show(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let fields: Fields = match &loaded.intake {
        Some(newest) => newest.content.fields.clone().into(),
        None => vec![("complaint".to_owned(), loaded.complaint()), ("wish".to_owned(), loaded.wish())].into(),
    };
    let base = loaded.version(DocumentKind::Intake);
    write(&form(&state, &record, &loaded, base, &fields, Vec::new()))
}

/// Takes the form.
pub async fn set(State(state): State<AppState>, record: Record, fields: Fields) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let base = save::base(&fields)?;
    let facts = match parse::facts(state.knowledge(), &fields) {
        Ok(facts) => facts,
        Err(problems) => return show_again(&form(&state, &record, &loaded, base, &fields, problems)),
    };
    let kept: Vec<(String, String)> = fields
        .iter()
        .filter(|(name, value)| *name != "base" && !value.trim().is_empty())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let intake = Intake {
        complaint: fields.get("complaint").to_owned(),
        wish: fields.get("wish").to_owned(),
        fields: kept,
        facts: facts.iter().map(|fact| Kept::of(fact, record.today)).collect(),
        illnesses: fields
            .get("illnesses")
            .split(['\n', ';', ','])
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .take(MOST_ILLNESSES)
            .map(|line| line.chars().take(MOST_CHARS).collect())
            .collect(),
        illnesses_complete: fields.get("illnesses_complete") == "yes",
    };
    let long = |text: &str| text.chars().count() > charley_records::clinic::MOST_TEXT_CHARS;
    if long(&intake.complaint) || long(&intake.wish) || intake.fields.len() > MOST_BODY_BYTES / 64 {
        let problems = vec![("complaint".to_owned(), "This is too long. Please shorten it.".to_owned())];
        return show_again(&form(&state, &record, &loaded, base, &fields, problems));
    }
    let content = Content::Intake(intake);
    match save::save(&state, &record, loaded, base, content, &fields).await? {
        Saved::Done(_) => Ok(Redirect::to(&record.path("evaluation?saved=intake")).into_response()),
        Saved::Conflict(page) => Ok(page),
        Saved::Refused(faults) => {
            let loaded = Loaded::read(&state, &record).await?;
            let problems = faults.into_iter().map(|fault| (fault.field, fault.problem)).collect();
            show_again(&form(&state, &record, &loaded, base, &fields, problems))
        }
    }
}
