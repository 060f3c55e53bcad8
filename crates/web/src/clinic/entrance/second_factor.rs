//! The second factor of staff: set it up, and prove it once a day.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::RecordsError;
use charley_records::clinic::second_factor::{address, base32};

use super::within;
use crate::account::problems::Problems;
use crate::account::qr::{self, Drawn};
use crate::account::sign_in::{Next, SECOND_FACTOR, wait};
use crate::account::visitor::{Member, Sheltered};
use crate::account::{add_cookies, with_cookies};
use crate::cookies;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// Somebody with a role in a clinic; to everybody else these pages are not there.
async fn staff(state: &AppState, member: &Member) -> Result<(), WebError> {
    let clinics = state.store()?.clinics_of(member.account.id, state.timestamp()).await?;
    if clinics.is_empty() { Err(WebError::NotFound) } else { Ok(()) }
}

#[derive(Template)]
#[template(path = "staff/second-factor.html")]
struct Prove {
    page: Page,
    problems: Problems,
    next: String,
    login: String,
    recovery_codes: u32,
}

#[derive(Template)]
#[template(path = "staff/set-up.html")]
struct SetUp {
    page: Page,
    problems: Problems,
    next: String,
    /// The picture and the same in letters; none before the secret is made, and when it is not shown again.
    shown: Option<Shown>,
    /// A secret was made: a code of it is asked for.
    begun: bool,
}

struct Shown {
    code: Option<Drawn>,
    letters: String,
}

#[derive(Template)]
#[template(path = "staff/recovery.html")]
struct Recovery {
    page: Page,
    next: String,
    login: String,
    codes: Vec<String>,
}

/// Asks for a code, or begins to set it up.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    member: Member,
    Query(query): Query<Next>,
    page: Page,
) -> Result<Response, WebError> {
    staff(&state, &member).await?;
    let next = within(&query.next).to_owned();
    let has = state.store()?.second_factor(member.account.id).await?;
    if !has.confirmed {
        return write(&SetUp { page, problems: Problems::default(), next, shown: None, begun: false });
    }
    let (login, recovery_codes) = (member.account.login, has.recovery_codes);
    write(&Prove { page, problems: Problems::default(), next, login, recovery_codes })
}

/// Makes a secret and shows it once: as a picture and in letters.
pub async fn begin(
    State(state): State<AppState>,
    _: Sheltered,
    member: Member,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    staff(&state, &member).await?;
    let page = page.at(SECOND_FACTOR);
    let next = within(fields.get("next")).to_owned();
    let secret = match state.store()?.begin_second_factor(member.account.id, state.timestamp()).await {
        Ok(secret) => secret,
        // There is one already: it is asked for.
        Err(RecordsError::Conflict(_)) => return Ok(Redirect::to(SECOND_FACTOR).into_response()),
        Err(other) => return Err(other.into()),
    };
    let shown =
        Shown { code: qr::draw(&address(&secret, &member.account.login)), letters: in_groups(&base32(&secret)) };
    write(&SetUp { page, problems: Problems::default(), next, shown: Some(shown), begun: true })
}

/// In groups of four, which people copy without losing their place.
fn in_groups(letters: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

/// Takes the first code, and shows the recovery codes once.
pub async fn confirm(
    State(state): State<AppState>,
    _: Sheltered,
    member: Member,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    staff(&state, &member).await?;
    let page = page.at(SECOND_FACTOR);
    let next = within(fields.get("next")).to_owned();
    let (store, now) = (state.store()?, state.timestamp());
    match store.confirm_second_factor(member.account.id, member.session, fields.get("code"), now).await {
        Ok(codes) => {
            let codes = codes.iter().map(|code| code.expose().to_owned()).collect();
            let renewed = store.renew_session(member.account.id, member.session).await?;
            let mut response = write(&Recovery { page, next, login: member.account.login, codes })?;
            add_cookies(&state, &mut response, &[(cookies::SIGNED_IN, renewed.expose())]);
            Ok(response)
        }
        Err(error) => {
            let (status, problems) = refused(error)?;
            let mut response = show_again(&SetUp { page, problems, next, shown: None, begun: true })?;
            *response.status_mut() = status;
            Ok(response)
        }
    }
}

/// Takes a code, or a recovery code.
pub async fn prove(
    State(state): State<AppState>,
    _: Sheltered,
    member: Member,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    staff(&state, &member).await?;
    let page = page.at(SECOND_FACTOR);
    let next = within(fields.get("next")).to_owned();
    let (store, now) = (state.store()?, state.timestamp());
    match store.prove_second_factor(member.account.id, member.session, fields.get("code"), now).await {
        Ok(()) => {
            let renewed = store.renew_session(member.account.id, member.session).await?;
            Ok(with_cookies(&state, &next, &[(cookies::SIGNED_IN, renewed.expose())]))
        }
        Err(error) => {
            let (status, problems) = refused(error)?;
            let recovery_codes = store.second_factor(member.account.id).await?.recovery_codes;
            let mut response =
                show_again(&Prove { page, problems, next, login: member.account.login, recovery_codes })?;
            *response.status_mut() = status;
            Ok(response)
        }
    }
}

/// A wrong code, or too many of them.
fn refused(error: RecordsError) -> Result<(StatusCode, Problems), WebError> {
    match error {
        RecordsError::Throttled { retry_after_s } => {
            Ok((StatusCode::TOO_MANY_REQUESTS, Problems::one("code", &wait(retry_after_s))))
        }
        RecordsError::Invalid(_) => Ok((StatusCode::UNPROCESSABLE_ENTITY, Problems::one("code", WRONG))),
        other => Err(other.into()),
    }
}

/// The commonest reason first: codes change every half minute, and none works twice.
const WRONG: &str = "This code does not fit. Wait for the next one that your app shows, and type that";

#[cfg(test)]
mod tests {
    use super::in_groups;

    #[test]
    fn letters_come_in_groups_of_four() {
        assert_eq!(in_groups("GEZDGNBVGY3TQOJQ"), "GEZD GNBV GY3T QOJQ");
        assert_eq!(in_groups("GEZDGN"), "GEZD GN");
    }
}
