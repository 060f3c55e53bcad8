//! The people of a clinic as the front desk sees them: names, dates of birth, contacts.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::Duty;
use charley_records::clinic::patients::{Contact, NewPatient, Patient};
use charley_records::{PersonId, RecordsError};
use jiff::civil::Date;
use serde::Deserialize;

use super::door::{Frame, Here};
use crate::account::problems::Problems;
use crate::error::WebError;
use crate::log::words::short;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// Most people on one page of a search.
pub const MOST_FOUND: u32 = 100;

/// Somebody on the list, by the id of an address.
pub async fn find(state: &AppState, here: &Here, person: &str) -> Result<Patient, WebError> {
    let person: PersonId = person.parse().map_err(|_| WebError::NotFound)?;
    Ok(state.store()?.patient(&here.desk, person).await?)
}

/// A line of the list.
pub struct Row {
    /// Id.
    pub person: String,
    /// Name.
    pub name: String,
    /// Date of birth; empty when not known.
    pub born: String,
    /// Telephone; may be empty.
    pub phone: String,
    /// The clinic keeps the record.
    pub registered: bool,
}

impl Row {
    /// The line of a person.
    pub fn of(patient: &Patient) -> Self {
        Self {
            person: patient.person.to_string(),
            name: patient.name.clone(),
            born: patient.born.map(short).unwrap_or_default(),
            phone: patient.contact.phone.clone(),
            registered: patient.registered,
        }
    }
}

/// The query of the list, and of the form.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    /// Part of a name.
    #[serde(default)]
    find: String,
    /// `request`: a request is taken afterwards.
    #[serde(default)]
    then: String,
}

#[derive(Template)]
#[template(path = "clinic/people.html")]
struct People {
    page: Page,
    frame: Frame,
    find: String,
    rows: Vec<Row>,
    more: bool,
    /// Names lead to records; otherwise to contacts.
    records: bool,
}

/// The list, by a part of the name.
pub async fn list(
    State(state): State<AppState>,
    here: Here,
    Query(ask): Query<Ask>,
    page: Page,
) -> Result<Response, WebError> {
    let find: String = ask.find.trim().chars().take(80).collect();
    let found = state.store()?.patients(&here.desk, &find, MOST_FOUND + 1).await?;
    write(&People {
        page,
        frame: here.frame("people"),
        find,
        more: found.len() > MOST_FOUND as usize,
        rows: found.iter().take(MOST_FOUND as usize).map(Row::of).collect(),
        records: here.desk.roles().allow(Duty::ReadRecord),
    })
}

/// Somebody on a form, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Name.
    pub name: String,
    /// Date of birth.
    pub born: String,
    /// How to reach them.
    pub contact: Contact,
}

impl Typed {
    /// The form as it was sent.
    pub fn sent(fields: &Fields) -> Self {
        let short = |name: &str| fields.get(name).chars().take(200).collect();
        let contact = Contact { phone: short("phone"), mail: short("mail"), topic: short("topic") };
        Self { name: short("name"), born: short("born"), contact }
    }

    /// The form of somebody on the list.
    pub fn of(patient: &Patient) -> Self {
        Self {
            name: patient.name.clone(),
            born: patient.born.map(|day| day.to_string()).unwrap_or_default(),
            contact: patient.contact.clone(),
        }
    }

    /// For the store, which checks it.
    ///
    /// # Errors
    /// When the date of birth cannot be read.
    pub fn read(&self) -> Result<NewPatient, Problems> {
        Ok(NewPatient { name: self.name.clone(), born: born(&self.born)?, contact: self.contact.clone() })
    }
}

/// A date of birth; none when it is empty.
///
/// # Errors
/// When it cannot be read.
pub fn born(typed: &str) -> Result<Option<Date>, Problems> {
    if typed.is_empty() {
        return Ok(None);
    }
    let wrong =
        |_| Problems::one("born", "Choose the date of birth, or write it as year, month and day, such as 1958-03-31");
    typed.parse().map(Some).map_err(wrong)
}

/// What the operator has set up to reach people by.
#[derive(Debug, Clone, Copy)]
pub struct Ways {
    /// E-mail.
    pub mail: bool,
    /// ntfy.
    pub ntfy: bool,
}

impl Ways {
    /// Of this server.
    pub fn of(state: &AppState) -> Self {
        Self { mail: state.site().mail, ntfy: !state.site().ntfy.is_empty() }
    }
}

#[derive(Template)]
#[template(path = "clinic/register.html")]
struct Register {
    page: Page,
    frame: Frame,
    problems: Problems,
    typed: Typed,
    ways: Ways,
    then: &'static str,
    /// Somebody with this name and birthday is on the list.
    known: Option<Row>,
}

fn form(state: &AppState, here: &Here, page: Page, typed: Typed, problems: Problems, then: &str) -> Register {
    Register {
        page,
        frame: here.frame("people"),
        problems,
        typed,
        ways: Ways::of(state),
        then: if then == REQUEST { REQUEST } else { "" },
        known: None,
    }
}

/// Where a form leads that was opened while somebody was on the telephone.
const REQUEST: &str = "request";

/// The form for somebody new.
pub async fn new(
    State(state): State<AppState>,
    here: Here,
    Query(ask): Query<Ask>,
    page: Page,
) -> Result<Response, WebError> {
    write(&form(&state, &here, page, Typed::default(), Problems::default(), &ask.then))
}

/// Registers somebody. Who may be on the list already is shown first, and registered when it is said to be another.
pub async fn register(
    State(state): State<AppState>,
    here: Here,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let (typed, then) = (Typed::sent(&fields), fields.get("then"));
    let again = |problems| form(&state, &here, page.clone(), typed.clone(), problems, then);
    let new = match typed.read() {
        Ok(new) => new,
        Err(problems) => return show_again(&again(problems)),
    };
    let store = state.store()?;
    if !fields.has("another", "yes")
        && let Some(known) = same(&store.patients(&here.desk, &new.name, MOST_FOUND).await?, &new)
    {
        let problems = Problems::one("another", "Somebody with this name is on the list. Is it the same person?");
        return show_again(&Register { known: Some(known), ..again(problems) });
    }
    match store.register(&here.desk, &new, state.timestamp()).await {
        Ok(patient) if then == REQUEST => {
            Ok(Redirect::to(&format!("/clinic/requests/new?person={}", patient.person)).into_response())
        }
        Ok(patient) => Ok(Redirect::to(&format!("/clinic/people/{}/contact", patient.person)).into_response()),
        Err(error @ (RecordsError::Invalid(_) | RecordsError::Conflict(_))) => {
            show_again(&again(Problems::of_store(error, "name")?))
        }
        Err(other) => Err(other.into()),
    }
}

/// Somebody of the same name, unless both birthdays are known and differ.
fn same(found: &[Patient], new: &NewPatient) -> Option<Row> {
    let name = |name: &str| name.trim().to_lowercase();
    let differ = |patient: &Patient| matches!((patient.born, new.born), (Some(one), Some(other)) if one != other);
    found.iter().find(|patient| name(&patient.name) == name(&new.name) && !differ(patient)).map(Row::of)
}
