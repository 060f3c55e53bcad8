//! Who works here: inviting, roles, and a second factor that was lost.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::StaffRole;
use charley_records::{AccountId, MembershipId, RecordsError};

use super::id;
use crate::account::mine::in_minutes;
use crate::account::problems::Problems;
use crate::account::visitor::Sheltered;
use crate::clinic::door::{Frame, Here};
use crate::clinic::words;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// An invitation holds a week.
const INVITE_MINUTES: i64 = 7 * 24 * 60;

struct Row {
    id: String,
    account: String,
    login: String,
    own: bool,
    role: &'static str,
    since: String,
    second_factor: bool,
    /// First line of this account: what concerns the account stands there.
    first: bool,
}

struct Choice {
    value: &'static str,
    label: &'static str,
    hint: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "clinic/settings/staff.html")]
struct Staff {
    page: Page,
    frame: Frame,
    problems: Problems,
    rows: Vec<Row>,
    login: String,
    roles: Vec<Choice>,
    /// An address that was just made; it is shown once.
    invitation: String,
}

async fn staff_page(
    state: &AppState,
    here: &Here,
    page: Page,
    fields: &Fields,
    problems: Problems,
) -> Result<Staff, WebError> {
    let mut staff = state.store()?.staff(&here.desk).await?;
    staff.sort_by(|one, other| (&one.login, one.role).cmp(&(&other.login, other.role)));
    let mut before = None;
    let rows = staff.into_iter().map(|member| Row {
        first: before.replace(member.account) != Some(member.account),
        id: member.id.to_string(),
        account: member.account.to_string(),
        own: member.account == here.account.id,
        login: member.login,
        role: words::role(member.role),
        since: words::day(member.since, &here.zone),
        second_factor: member.second_factor,
    });
    let choice = |role: &StaffRole| Choice {
        value: role.code(),
        label: words::role(*role),
        hint: match role {
            StaffRole::Clinician => "Sees patients: reads and writes their records, signs plans.",
            StaffRole::FrontDesk => "Telephone and booking: names, urgency and times. No record.",
            StaffRole::Administrator => "Staff, services and hours. No record.",
        },
        chosen: fields.get("role") == role.code(),
    };
    Ok(Staff {
        page: page.at("/clinic/settings/staff"),
        frame: here.frame("settings"),
        problems,
        rows: rows.collect(),
        login: fields.get("login").chars().take(60).collect(),
        roles: StaffRole::ALL.iter().map(choice).collect(),
        invitation: String::new(),
    })
}

/// The page.
pub async fn show(State(state): State<AppState>, here: Here, page: Page) -> Result<Response, WebError> {
    write(&staff_page(&state, &here, page, &Fields::default(), Problems::default()).await?)
}

/// The role of a form.
fn role(fields: &Fields, field: &str) -> Result<StaffRole, Problems> {
    StaffRole::of_code(fields.get("role")).map_err(|_| Problems::one(field, "Choose a role"))
}

/// Makes a one-time link for somebody who is to work here, and shows it once.
pub async fn invite(
    State(state): State<AppState>,
    _: Sheltered,
    here: Here,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let role = match role(&fields, "invite-role") {
        Ok(role) => role,
        Err(problems) => return show_again(&staff_page(&state, &here, page, &fields, problems).await?),
    };
    let now = state.timestamp();
    let link = state.store()?.invite_staff(&here.desk, role, in_minutes(now, INVITE_MINUTES), now).await?;
    let invitation = format!("{}/staff/{}", state.site().address, link.expose());
    let fresh = staff_page(&state, &here, page, &Fields::default(), Problems::default()).await?;
    write(&Staff { invitation, ..fresh })
}

/// Gives a role to somebody who has an account here.
pub async fn give(State(state): State<AppState>, here: Here, page: Page, fields: Fields) -> Result<Response, WebError> {
    let problems = match role(&fields, "give-role") {
        Ok(role) => match state.store()?.give_role(&here.desk, fields.get("login"), role, state.timestamp()).await {
            Ok(_) => return Ok(Redirect::to("/clinic/settings/staff").into_response()),
            Err(error) => Problems::of_store(error, "login")?,
        },
        Err(problems) => problems,
    };
    show_again(&staff_page(&state, &here, page, &fields, problems).await?)
}

/// Ends a role. The last administrator stays.
pub async fn end(
    State(state): State<AppState>,
    here: Here,
    Path(membership): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    let membership: MembershipId = id(&membership)?;
    match state.store()?.end_role(&here.desk, membership, state.timestamp()).await {
        Ok(()) => Ok(Redirect::to("/clinic/settings/staff").into_response()),
        Err(RecordsError::Conflict(words)) => {
            let problems = Problems::one("staff", words);
            show_again(&staff_page(&state, &here, page, &Fields::default(), problems).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// Takes away a second factor that was lost; its owner is signed out and sets up a new one. One's own stays: whoever could
/// take that away from an open screen could put another in its place.
pub async fn remove_second_factor(
    State(state): State<AppState>,
    here: Here,
    Path(account): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    let account: AccountId = id(&account)?;
    if account == here.account.id {
        let problems = Problems::one("staff", "Ask another administrator to take away your own second factor");
        return show_again(&staff_page(&state, &here, page, &Fields::default(), problems).await?);
    }
    state.store()?.remove_second_factor(&here.desk, account, state.timestamp()).await?;
    Ok(Redirect::to("/clinic/settings/staff").into_response())
}
