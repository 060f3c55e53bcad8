//! The household: whose record to look at, adding somebody, and those who help.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::accounts::OneTime;
use charley_records::{Actor, MembershipId, PersonId, RecordsError, Right};

use super::first::About;
use super::mine::in_minutes;
use super::problems::Problems;
use super::visitor::{Identity, Member, Sheltered};
use super::{times, with_cookies};
use crate::cookies;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::signed::Signed;
use crate::state::AppState;

/// An invitation holds a week: helpers do not look every day.
const INVITE_MINUTES: i64 = 7 * 24 * 60;

struct PersonRow {
    id: String,
    name: String,
    chosen: bool,
    note: &'static str,
}

struct CarerRow {
    id: String,
    login: String,
    since: String,
}

#[derive(Template)]
#[template(path = "account/people.html")]
struct People {
    page: Page,
    identity: Option<Identity>,
    people: Vec<PersonRow>,
    /// None when the visitor may not decide who cares for the person.
    carers: Option<Vec<CarerRow>>,
    owner: bool,
}

/// Everybody whose record this account may look at, and who cares for the one in view.
pub async fn show(State(state): State<AppState>, member: Member, page: Page) -> Result<Response, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let actor = Actor::Account { account: member.account.id };
    let people = store.people_of(member.account.id, now).await?;
    let chosen = people
        .iter()
        .find(|person| Some(person.id.to_string().as_str()) == page.person.as_deref())
        .or(people.first())
        .cloned();
    let mut rows = Vec::new();
    let mut carers = None;
    let mut owner = false;
    for person in &people {
        let access = store.open(&actor, person.id, now).await?;
        let here = chosen.as_ref().is_some_and(|chosen| chosen.id == person.id);
        owner |= access.right() == Right::Own;
        if here && access.right() == Right::Own {
            carers = Some(store.carers(&access, now).await?);
        }
        rows.push(PersonRow {
            id: person.id.to_string(),
            name: person.name.clone(),
            chosen: here,
            note: match access.right() {
                Right::Own => "",
                Right::Write => "You help this person.",
                Right::Read | Right::Append => "You may look, not change.",
            },
        });
    }
    let zone = chosen.as_ref().map(|person| person.zone.clone()).unwrap_or_default();
    let carers = carers.map(|carers| {
        let row = |carer: charley_records::joining::Carer| CarerRow {
            id: carer.membership.to_string(),
            login: carer.login,
            since: times::day(carer.since, &zone),
        };
        carers.into_iter().map(row).collect()
    });
    write(&People { page, identity: chosen.as_ref().map(Identity::of), people: rows, carers, owner })
}

/// Chooses whose record to look at.
pub async fn look(State(state): State<AppState>, member: Member, fields: Fields) -> Result<Response, WebError> {
    let person: PersonId = fields.get("person").parse().map_err(|_| WebError::NotFound)?;
    let actor = Actor::Account { account: member.account.id };
    let access = state.store()?.open(&actor, person, state.timestamp()).await?;
    Ok(with_cookies(&state, "/people", &[(cookies::PERSON, &access.person().to_string())]))
}

#[derive(Template)]
#[template(path = "account/add-person.html")]
struct Add {
    page: Page,
    problems: Problems,
    about: About,
}

/// The form for one more person.
pub async fn new(State(state): State<AppState>, signed: Signed, page: Page) -> Result<Response, WebError> {
    // The household mostly lives in one place: its zone and country are the first choice, the name is empty.
    let (zone, region) = (signed.person.zone, signed.person.region);
    let about = About { zone, region, zone_guessed: false, ..About::empty(&state) };
    write(&Add { page, problems: Problems::default(), about })
}

/// Opens a record for one more person, and looks at it.
pub async fn add(
    State(state): State<AppState>,
    member: Member,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let about = About::sent(&state, &fields);
    match state.store()?.add_person(member.account.id, &about.person(), state.timestamp()).await {
        Ok(person) => Ok(with_cookies(&state, "/people", &[(cookies::PERSON, &person.id.to_string())])),
        Err(error) => show_again(&Add { page, problems: Problems::of_store(error, "name")?, about }),
    }
}

#[derive(Template)]
#[template(path = "account/carer.html")]
struct CarerPage {
    page: Page,
    problems: Problems,
    identity: Identity,
    login: String,
    invitation: String,
}

fn carer_page(page: Page, signed: &Signed, problems: Problems) -> CarerPage {
    let identity = Identity::of(&signed.person);
    CarerPage { page, problems, identity, login: String::new(), invitation: String::new() }
}

/// Who may help: by sign-in name, or by invitation.
pub async fn carer(_: Sheltered, signed: Signed, page: Page) -> Result<Response, WebError> {
    signed.access.need(Right::Own)?;
    write(&carer_page(page, &signed, Problems::default()))
}

/// Lets somebody who has an account help, with consent.
pub async fn add_carer(
    State(state): State<AppState>,
    signed: Signed,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    signed.access.need(Right::Own)?;
    let login = fields.get("login").to_owned();
    let problems = if !fields.has("consent", "yes") {
        Problems::one("consent", "Tick the box if the person agrees")
    } else {
        match state.store()?.add_carer(&signed.access, &login, state.timestamp()).await {
            Ok(_) => return Ok(Redirect::to("/people#carers").into_response()),
            Err(RecordsError::NotFound) => Problems::one("login", "Nobody here has this sign-in name. Send a link instead"),
            Err(error) => Problems::of_store(error, "login")?,
        }
    };
    show_again(&CarerPage { login: login.chars().take(60).collect(), ..carer_page(page, &signed, problems) })
}

/// Makes an invitation, and shows its address once.
pub async fn invite(
    State(state): State<AppState>,
    _: Sheltered,
    signed: Signed,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    signed.access.need(Right::Own)?;
    if !fields.has("agreed", "yes") {
        let problems = Problems::one("agreed", "Tick the box if the person agrees");
        return show_again(&carer_page(page, &signed, problems));
    }
    let now = state.timestamp();
    let purpose = OneTime::InviteCarer(signed.person.id);
    let link = state.store()?.issue_link(&purpose, in_minutes(now, INVITE_MINUTES), now).await?;
    let invitation = format!("{}/join/{}", state.site().address, link.expose());
    write(&CarerPage { invitation, ..carer_page(page, &signed, Problems::default()) })
}

/// Withdraws consent.
pub async fn end_carer(
    State(state): State<AppState>,
    signed: Signed,
    Path(membership): Path<String>,
) -> Result<Response, WebError> {
    let membership: MembershipId = membership.parse().map_err(|_| WebError::NotFound)?;
    state.store()?.end_membership(&signed.access, membership, state.timestamp()).await?;
    Ok(Redirect::to("/people#carers").into_response())
}
