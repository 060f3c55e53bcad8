//! Booking a visit at a clinic with which the person shares.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::booking::{Booker, NewBooking, Waiting};
use charley_records::clinic::worklist::Urgency;
use charley_records::{BookingId, OrganisationId, RecordsError, RequestId, Right, ServiceId, WaitingId};
use jiff::civil::Date;
use uuid::Uuid;

use super::choose::{self, Letter, Target, Wish};
use super::free::start_of;
use super::show::Place;
use crate::account::problems::Problems;
use crate::account::visitor::Identity;
use crate::clinic::words;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::share::sharing;
use crate::signed::Signed;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "visits/clinics.html")]
struct Clinics {
    page: Page,
    identity: Identity,
    clinics: Vec<(String, String)>,
}

/// A new id for what a form makes.
pub(super) fn fresh() -> Result<Uuid, WebError> {
    charley_records::ids::random().map_err(|_| WebError::Internal("no randomness"))
}

/// Clinics where the person can book; straight on when there is one.
pub async fn clinics(State(state): State<AppState>, signed: Signed, page: Page) -> Result<Response, WebError> {
    let sharings = state.store()?.sharings(&signed.access).await?;
    let clinics: Vec<(String, String)> =
        sharing::now(&sharings).map(|sharing| (sharing.clinic.to_string(), sharing.name.clone())).collect();
    match clinics.as_slice() {
        [(only, _)] => Ok(Redirect::to(&format!("/book/{only}")).into_response()),
        _ => write(&Clinics { page, identity: Identity::of(&signed.person), clinics }),
    }
}

/// What is booked at this clinic. `request`: id of the request that the visit shall answer, or nothing.
async fn target(state: &AppState, signed: &Signed, clinic: &str, request: &str) -> Result<Target, WebError> {
    signed.access.need(Right::Write)?;
    let clinic: OrganisationId = clinic.parse().map_err(|_| WebError::NotFound)?;
    let store = state.store()?;
    let sharings = store.sharings(&signed.access).await?;
    if !sharing::now(&sharings).any(|sharing| sharing.clinic == clinic) {
        return Err(WebError::NotFound);
    }
    let place = Place::find(state, clinic).await?;
    let requests = store.requests_of(&signed.access).await?;
    let open: Vec<_> = requests
        .into_iter()
        .filter(|(at, line)| *at == clinic && line.closed.is_none())
        .map(|(_, line)| line)
        .collect();
    let letters: Vec<Letter> = open
        .iter()
        .map(|line| Letter {
            id: line.id.to_string(),
            label: format!("{}, how soon: {}", words::day(line.created, &place.zone), words::mark(line.urgency).word),
            chosen: line.id.to_string() == request,
        })
        .collect();
    let chosen = letters.iter().find(|letter| letter.chosen);
    Ok(Target {
        clinic,
        moved: None,
        identity: Some(Identity::of(&signed.person)),
        address: format!("/book/{clinic}"),
        carried: chosen.map(|letter| ("request", letter.id.clone())).into_iter().collect(),
        back: "/visits".to_owned(),
        letters,
        // The most urgent come first.
        urgent: open.iter().any(|line| line.urgency <= Urgency::SameDay),
        place,
    })
}

/// Services, free times, and the question whether it shall be so.
pub async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Path(clinic): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
    page: Page,
) -> Result<Response, WebError> {
    let asked = Fields::from(asked);
    let target = target(&state, &signed, &clinic, asked.get("request")).await?;
    choose::show(&state, page, target, &asked).await
}

/// Books it. The same form sent twice is one visit.
pub async fn book(
    State(state): State<AppState>,
    signed: Signed,
    Path(clinic): Path<String>,
    page: Page,
    form: Fields,
) -> Result<Response, WebError> {
    let target = target(&state, &signed, &clinic, form.get("request")).await?;
    let chosen = choose::chosen(&form)?;
    let request = match form.get("request") {
        "" => None,
        id => Some(id.parse::<RequestId>().map_err(|_| WebError::BadForm)?),
    };
    let new = NewBooking {
        id: BookingId(form.get("id").parse().map_err(|_| WebError::BadForm)?),
        person: signed.person.id,
        service: form.get("service").parse().map_err(|_| WebError::BadForm)?,
        start: chosen.start,
        resources: chosen.with.clone(),
        request,
        override_reason: String::new(),
        note: String::new(),
    };
    match state.store()?.book(Booker::Person(&signed.access), target.clinic, &new, state.timestamp()).await {
        Ok((_, link)) => Ok(Redirect::to(&format!("/visit/{}", link.expose())).into_response()),
        Err(error) => choose::again(&state, page, target, &chosen, &form, error).await,
    }
}

/// Puts the person on the waiting list, for days they name.
pub async fn wait(
    State(state): State<AppState>,
    signed: Signed,
    Path(clinic): Path<String>,
    page: Page,
    form: Fields,
) -> Result<Response, WebError> {
    let target = target(&state, &signed, &clinic, "").await?;
    let (service, now) = (form.get("service").parse().map_err(|_| WebError::BadForm)?, state.timestamp());
    let short = |name: &str| form.get(name).chars().take(20).collect::<String>();
    let wish = Wish {
        id: short_id(&form)?,
        service: form.get("service").to_owned(),
        from: short("from"),
        until: short("until"),
    };
    let days = (wish.from.parse::<Date>(), wish.until.parse::<Date>().and_then(Date::tomorrow));
    let problems = match days {
        (Err(_), _) => {
            Problems::one("from", "Choose the first day, or write it as year, month and day, such as 2027-01-31")
        }
        (_, Err(_)) => {
            Problems::one("until", "Choose the last day, or write it as year, month and day, such as 2027-01-31")
        }
        (Ok(from), Ok(after)) => {
            let waiting = Waiting {
                id: WaitingId(wish.id.parse().map_err(|_| WebError::BadForm)?),
                person: signed.person.id,
                service: ServiceId(service),
                from: start_of(from, &target.place.zone),
                until: start_of(after, &target.place.zone),
                created: now,
            };
            let by = Booker::Person(&signed.access);
            match state.store()?.wait(by, target.clinic, &waiting, now).await {
                Ok(()) => return Ok(Redirect::to("/visits#waiting").into_response()),
                Err(error @ (RecordsError::Invalid(_) | RecordsError::Conflict(_))) => {
                    Problems::of_store(error, "from")?
                }
                Err(other) => return Err(other.into()),
            }
        }
    };
    choose::wish_again(&state, page, target, ServiceId(service), wish, problems).await
}

/// The id that a form was made with.
pub(super) fn short_id(form: &Fields) -> Result<String, WebError> {
    form.get("id").parse::<Uuid>().map(|id| id.to_string()).map_err(|_| WebError::BadForm)
}
