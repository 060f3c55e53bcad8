//! What an administrator sets: the clinic, who works there, what it offers, and when.

pub mod closures;
pub mod hours;
pub mod resources;
pub mod services;
pub mod staff;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::resources::Timetable;
use charley_records::clinic::{Duty, NewClinic};

use super::access::Pages;
use super::door::{Frame, Here};
use crate::account::first::About;
use crate::account::problems::Problems;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// Pages of the settings.
pub fn pages() -> Pages {
    Pages::default()
        .get("/clinic/settings", Duty::Manage, show)
        .post("/clinic/settings", Duty::Manage, change)
        .get("/clinic/settings/staff", Duty::Manage, staff::show)
        .post("/clinic/settings/staff/invite", Duty::Manage, staff::invite)
        .post("/clinic/settings/staff/give", Duty::Manage, staff::give)
        .post("/clinic/settings/staff/{membership}/end", Duty::Manage, staff::end)
        .post("/clinic/settings/staff/{account}/second-factor", Duty::Manage, staff::remove_second_factor)
        .get("/clinic/settings/resources", Duty::Manage, resources::list)
        .get("/clinic/settings/resources/new", Duty::Manage, resources::new)
        .get("/clinic/settings/resources/{resource}", Duty::Manage, resources::show)
        .post("/clinic/settings/resources/{resource}", Duty::Manage, resources::put)
        .post("/clinic/settings/resources/{resource}/hours", Duty::Manage, hours::add)
        .post("/clinic/settings/resources/{resource}/hours/{opening}/end", Duty::Manage, hours::end)
        .get("/clinic/settings/services", Duty::Manage, services::list)
        .get("/clinic/settings/services/new", Duty::Manage, services::new)
        .get("/clinic/settings/services/{service}", Duty::Manage, services::show)
        .post("/clinic/settings/services/{service}", Duty::Manage, services::put)
        .get("/clinic/closures", Duty::Book, closures::show)
        .post("/clinic/closures", Duty::Book, closures::put)
        .post("/clinic/closures/{closure}/end", Duty::Book, closures::end)
}

#[derive(Template)]
#[template(path = "clinic/settings/clinic.html")]
struct ClinicPage {
    page: Page,
    frame: Frame,
    problems: Problems,
    about: About,
}

/// Name, time zone and country of the clinic.
pub async fn show(State(state): State<AppState>, here: Here, page: Page) -> Result<Response, WebError> {
    let clinic = here.clinic.clone();
    let about = About {
        name: clinic.name,
        zone: clinic.zone,
        region: clinic.region,
        zone_guessed: false,
        ..About::empty(&state)
    };
    write(&ClinicPage { page, frame: here.frame("settings"), problems: Problems::default(), about })
}

/// Changes them.
pub async fn change(
    State(state): State<AppState>,
    here: Here,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let about = About::sent(&state, &fields);
    let person = about.person();
    let new = NewClinic {
        name: person.name,
        zone: person.zone,
        region: person.region,
        demonstration: here.clinic.demonstration,
    };
    match state.store()?.change_clinic(&here.desk, &new, state.timestamp()).await {
        Ok(_) => Ok(Redirect::to("/clinic/settings").into_response()),
        Err(error) => {
            let problems = Problems::of_store(error, "name")?;
            show_again(&ClinicPage { page, frame: here.frame("settings"), problems, about })
        }
    }
}

/// Services, resources and hours as they are today.
async fn timetable(state: &AppState, here: &Here) -> Result<Timetable, WebError> {
    let now = state.timestamp();
    Ok(state.store()?.timetable(here.clinic.id, now, now).await?)
}

/// The id in an address.
fn id<I: std::str::FromStr>(text: &str) -> Result<I, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// An id for something new.
fn fresh() -> Result<uuid::Uuid, WebError> {
    charley_records::ids::random().map_err(|_| WebError::Internal("no randomness"))
}
