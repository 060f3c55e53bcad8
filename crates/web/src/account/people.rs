//! The household: whose record to look at, adding somebody, and those who help.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::people::{Member as Held, Role};
use charley_records::{Actor, MembershipId, PersonId, Right};

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

struct HelperRow {
    id: String,
    login: String,
    what: &'static str,
    since: String,
    may_end: bool,
}

#[derive(Template)]
#[template(path = "account/people.html")]
struct People {
    page: Page,
    identity: Option<Identity>,
    people: Vec<PersonRow>,
    helpers: Vec<HelperRow>,
    /// The visitor decides who cares for the person.
    decides: bool,
    /// The visitor runs the household.
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
    let mut helpers = Vec::new();
    let (mut decides, mut owner) = (false, false);
    for person in &people {
        let access = store.open(&actor, person.id, now).await?;
        let here = chosen.as_ref().is_some_and(|chosen| chosen.id == person.id);
        if here {
            decides = access.right() == Right::Own;
            let members = store.members(&access, now).await?;
            owner = members.iter().any(|held| held.account == member.account.id && held.role == Role::Owner);
            helpers = members.into_iter().filter(|held| held.account != member.account.id).collect();
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
    let row = |held: Held| HelperRow {
        id: held.id.to_string(),
        login: held.login,
        what: role_in_words(held.role),
        since: times::day(held.since, &zone),
        may_end: match held.role {
            Role::Carer => decides,
            Role::Member => owner,
            Role::Oneself | Role::Owner => false,
        },
    };
    let helpers = helpers.into_iter().map(row).collect();
    write(&People { page, identity: chosen.as_ref().map(Identity::of), people: rows, helpers, decides, owner })
}

fn role_in_words(role: Role) -> &'static str {
    match role {
        Role::Oneself => "These are their own nights",
        Role::Carer => "Helps: sees all and can change it",
        Role::Owner => "Runs this home: sees all and can change it",
        Role::Member => "Lives in this home: may look",
    }
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
    invitation: String,
}

/// The form for one more person.
pub async fn new(State(state): State<AppState>, signed: Signed, page: Page) -> Result<Response, WebError> {
    // The household mostly lives in one place: its zone and country are the first choice, the name is empty.
    let (zone, region) = (signed.person.zone, signed.person.region);
    let about = About { zone, region, zone_guessed: false, ..About::empty(&state) };
    write(&Add { page, problems: Problems::default(), about, invitation: String::new() })
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
        Err(error) => {
            let problems = Problems::of_store(error, "name")?;
            show_again(&Add { page, problems, about, invitation: String::new() })
        }
    }
}

/// Makes an invitation into the household, and shows its address once.
pub async fn invite(
    State(state): State<AppState>,
    _: Sheltered,
    member: Member,
    page: Page,
) -> Result<Response, WebError> {
    let now = state.timestamp();
    let link = state.store()?.invite(member.account.id, in_minutes(now, INVITE_MINUTES), now).await?;
    let invitation = format!("{}/join/{}", state.site().address, link.expose());
    write(&Add { page, problems: Problems::default(), about: About::empty(&state), invitation })
}

#[derive(Template)]
#[template(path = "account/carer.html")]
struct CarerPage {
    page: Page,
    problems: Problems,
    identity: Identity,
    login: String,
}

fn carer_page(page: Page, signed: &Signed, problems: Problems) -> CarerPage {
    CarerPage { page, problems, identity: Identity::of(&signed.person), login: String::new() }
}

/// Who may help.
pub async fn carer(signed: Signed, page: Page) -> Result<Response, WebError> {
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
            Ok(_) => return Ok(Redirect::to("/people#helpers").into_response()),
            Err(error) => Problems::of_store(error, "login")?,
        }
    };
    show_again(&CarerPage { login: login.chars().take(60).collect(), ..carer_page(page, &signed, problems) })
}

/// Ends a role: consent is withdrawn, or somebody leaves the household.
pub async fn end_role(
    State(state): State<AppState>,
    signed: Signed,
    Path(membership): Path<String>,
) -> Result<Response, WebError> {
    let membership: MembershipId = membership.parse().map_err(|_| WebError::NotFound)?;
    state.store()?.end_membership(&signed.access, membership, state.timestamp()).await?;
    Ok(Redirect::to("/people#helpers").into_response())
}
