//! Reminders: what to be reminded of, and how; and the calendar feed.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_jobs::calendar::{self, Calendar};
use charley_records::access::LinkAction;
use charley_records::people::Person;
use charley_records::reminders::Reminders;
use charley_records::secret::Secret;
use charley_records::{Actor, Right};
use jiff::civil::Time;

use super::problems::Problems;
use super::visitor::{Identity, Sheltered};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::signed::Signed;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "account/reminders.html")]
struct RemindersPage {
    page: Page,
    problems: Problems,
    identity: Identity,
    evening: String,
    morning: String,
    email: String,
    topic: String,
    by_mail: bool,
    ntfy: String,
    feed: String,
    reachable: bool,
    may_change: bool,
}

impl RemindersPage {
    async fn new(state: &AppState, signed: &Signed, page: Page, wanted: &Reminders) -> Result<Self, WebError> {
        let may_change = signed.access.right() >= Right::Write;
        let any = wanted.evening.is_some() || wanted.morning.is_some();
        let feed = if any && may_change {
            let token = state.store()?.calendar_token(&signed.access, false, state.timestamp()).await?;
            format!("{}/calendar/{}.ics", state.site().address, token.expose())
        } else {
            String::new()
        };
        let clock = |time: Option<Time>| time.map(|time| time.strftime("%H:%M").to_string()).unwrap_or_default();
        Ok(Self {
            page,
            problems: Problems::default(),
            identity: Identity::of(&signed.person),
            evening: clock(wanted.evening),
            morning: clock(wanted.morning),
            email: wanted.mail.clone(),
            topic: wanted.topic.clone(),
            by_mail: state.site().mail,
            ntfy: state.site().ntfy.clone(),
            feed,
            reachable: state.site().reachable,
            may_change,
        })
    }
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    _: Sheltered,
    signed: Signed,
    page: Page,
) -> Result<Response, WebError> {
    let wanted = state.store()?.reminders(&signed.access).await?;
    write(&RemindersPage::new(&state, &signed, page, &wanted).await?)
}

/// Changes the settings.
pub async fn set(
    State(state): State<AppState>,
    signed: Signed,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let site = state.site();
    // What the operator has not set up is not kept: nobody could see or change it.
    let when = |set_up: bool, name: &str| if set_up { fields.get(name).to_owned() } else { String::new() };
    let (evening, morning) = (time(fields.get("evening")), time(fields.get("morning")));
    let wanted = Reminders {
        evening: evening.unwrap_or_default(),
        morning: morning.unwrap_or_default(),
        mail: when(site.mail, "mail"),
        topic: when(!site.ntfy.is_empty(), "topic"),
    };
    let unread = [("evening", evening.is_none()), ("morning", morning.is_none())];
    let problems = match unread.iter().find(|(_, unread)| *unread) {
        Some((name, _)) => Problems::one(name, "Write the time as hours and minutes, such as 21:30"),
        None => match state.store()?.set_reminders(&signed.access, &wanted, state.timestamp()).await {
            Ok(()) => return Ok(Redirect::to("/reminders").into_response()),
            Err(error) => Problems::of_store(error, "mail")?,
        },
    };
    let mut again = RemindersPage::new(&state, &signed, page, &wanted).await?;
    again.problems = problems;
    again.evening = fields.get("evening").chars().take(10).collect();
    again.morning = fields.get("morning").chars().take(10).collect();
    show_again(&again)
}

/// A time of day, or nothing wanted; none when it cannot be read.
fn time(text: &str) -> Option<Option<Time>> {
    if text.is_empty() {
        return Some(None);
    }
    // Browsers send seconds too when they show them.
    let text = text.replace('.', ":");
    let read = Time::strptime("%H:%M", &text).or_else(|_| Time::strptime("%H:%M:%S", &text));
    read.ok().map(|time| Time::new(time.hour(), time.minute(), 0, 0).ok())
}

/// Makes another address of the calendar; the old one stops working.
pub async fn renew(State(state): State<AppState>, signed: Signed) -> Result<Response, WebError> {
    state.store()?.calendar_token(&signed.access, true, state.timestamp()).await?;
    Ok(Redirect::to("/reminders#calendar").into_response())
}

fn answer(state: &AppState, person: &Person, wanted: &Reminders) -> Response {
    let text = calendar::write(&Calendar {
        person: person.id,
        zone: &person.zone,
        wanted,
        since: person.created,
        address: &state.site().address,
        now: state.timestamp(),
    });
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"checks.ics\""),
    ];
    (headers, text).into_response()
}

/// The calendar as a file, for whoever is signed in.
pub async fn file(State(state): State<AppState>, signed: Signed) -> Result<Response, WebError> {
    let wanted = state.store()?.reminders(&signed.access).await?;
    Ok(answer(&state, &signed.person, &wanted))
}

/// The calendar as a feed: whoever has its address may read the times, and nothing else.
pub async fn feed(State(state): State<AppState>, Path(name): Path<String>) -> Result<Response, WebError> {
    let token = name.strip_suffix(".ics").ok_or(WebError::NotFound)?;
    let store = state.store()?;
    let person = store.calendar_owner(&Secret::new(token)).await?;
    let actor = Actor::Link { person, action: LinkAction::Calendar };
    let access = store.open(&actor, person, state.timestamp()).await?;
    let wanted = store.reminders(&access).await?;
    Ok(answer(&state, &store.person(&access).await?, &wanted))
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_are_read_as_people_and_browsers_write_them() {
        let read = |text: &str| time(text).map(|time| time.map(|time| time.strftime("%H:%M").to_string()));
        assert_eq!(read(""), Some(None));
        for text in ["21:30", "21.30", "21:30:00"] {
            assert_eq!(read(text), Some(Some("21:30".to_owned())), "{text}");
        }
        for bad in ["25:00", "9", "half past nine", "21:61"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
