//! Opening a record.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use charley_clinic::evaluation::age_years;
use charley_records::clinic::Care;
use charley_records::clinic::patients::Patient;
use charley_records::people::Person;
use charley_records::{PersonId, RecordsError};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clinic::door::{Frame, Here};
use crate::error::WebError;
use crate::log::words;
use crate::page::Page;
use crate::state::AppState;

/// The record of the person in the address, opened for this request.
pub struct Record {
    /// Frame of the page.
    pub page: Page,
    /// Who asks, in which clinic.
    pub here: Here,
    /// The handle.
    pub care: Care,
    /// The person.
    pub person: Person,
    /// What the clinic's list says of them; none when they have ended sharing and this is an emergency.
    pub patient: Option<Patient>,
    /// This moment.
    pub now: Timestamp,
    /// Today, by the clinic's clock.
    pub today: Date,
}

impl FromRequestParts<AppState> for Record {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, WebError> {
        let Ok(page) = Page::from_request_parts(parts, state).await;
        let here = Here::from_request_parts(parts, state).await?;
        let Path(path) =
            Path::<HashMap<String, String>>::from_request_parts(parts, state).await.map_err(|_| WebError::NotFound)?;
        let id: PersonId = path.get("person").and_then(|id| id.parse().ok()).ok_or(WebError::NotFound)?;
        let (store, now) = (state.store()?, state.timestamp());
        let care = store.care(&here.desk, id, now).await.map_err(|error| match error {
            RecordsError::NotFound => WebError::ClosedRecord(id),
            other => other.into(),
        })?;
        let person = store.person(care.access()).await?;
        let patient = match store.patient(&here.desk, id).await {
            Ok(patient) => Some(patient),
            Err(RecordsError::NotFound) => None,
            Err(other) => return Err(other.into()),
        };
        let today = here.today(now);
        Ok(Self { page, here, care, person, patient, now, today })
    }
}

/// What stands above every page of a record.
pub struct Head {
    /// Id of the person.
    pub id: String,
    /// Name.
    pub name: String,
    /// "born 1 January 1960, 66 years"; empty when not known.
    pub born: String,
    /// Telephone; may be empty.
    pub phone: String,
    /// Opened in an emergency, without sharing.
    pub emergency: bool,
    /// The clinic keeps the record; otherwise the person does, and shares it.
    pub registered: bool,
    /// Which page is open.
    pub tab: &'static str,
}

/// The pages of a record: address below the person, and words.
pub const TABS: [(&str, &str); 9] = [
    ("", "Overview"),
    ("intake", "Intake"),
    ("laboratory", "Laboratory"),
    ("medicines", "Medicines"),
    ("vascular", "Vascular"),
    ("evaluation", "Evaluation"),
    ("plan", "Plan"),
    ("treatments", "Treatments"),
    ("handover", "Hand-over"),
];

impl Head {
    /// The pages, each with its address.
    pub fn tabs(&self) -> Vec<(String, &'static str, bool)> {
        let address = |tab: &str| format!("/clinic/people/{}{}{tab}", self.id, if tab.is_empty() { "" } else { "/" });
        TABS.iter().map(|(tab, words)| (address(tab), *words, *tab == self.tab)).collect()
    }
}

impl Record {
    /// The head of a page.
    pub fn head(&self, tab: &'static str) -> Head {
        let born = self.born();
        Head {
            id: self.person.id.to_string(),
            name: self.person.name.clone(),
            born: born
                .map(|born| format!("born {}, {} years", words::short(born), age_years(born, self.today)))
                .unwrap_or_default(),
            phone: self.patient.as_ref().map(|patient| patient.contact.phone.clone()).unwrap_or_default(),
            emergency: self.care.emergency(),
            registered: self.patient.as_ref().is_some_and(|patient| patient.registered),
            tab,
        }
    }

    /// The frame of a page.
    pub fn frame(&self) -> Frame {
        self.here.frame("people")
    }

    /// Date of birth, when it is known.
    pub fn born(&self) -> Option<Date> {
        self.patient.as_ref().and_then(|patient| patient.born)
    }

    /// Where the person lives.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.person.zone).unwrap_or_else(|_| self.here.zone.clone())
    }

    /// The address of a page of this record.
    pub fn path(&self, tab: &str) -> String {
        let id = self.person.id;
        if tab.is_empty() { format!("/clinic/people/{id}") } else { format!("/clinic/people/{id}/{tab}") }
    }

    /// Words with the numbers of this person's country, or the clinic's.
    pub fn say(&self, state: &AppState, text: &str) -> String {
        let own = state.engine.region(Some(&self.person.region));
        crate::wording::fill(text, own.or_else(|| state.engine.region(Some(&self.here.clinic.region))))
    }

    /// The number to call in an emergency, in this person's country or the clinic's.
    pub fn number(&self, state: &AppState) -> String {
        let own = state.engine.region(Some(&self.person.region));
        let region = own.or_else(|| state.engine.region(Some(&self.here.clinic.region)));
        region.map_or_else(|| "the emergency number".to_owned(), |region| region.emergency_number.clone())
    }
}
