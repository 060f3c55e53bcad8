//! What staff do with a request: one address for each act, so that the table of access names each.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::worklist::{Act, Closing, Urgency};
use charley_records::{AccountId, RecordsError, RequestId};

use super::door::Here;
use super::request::{Tried, again};
use super::staff_names::Names;
use crate::account::problems::Problems;
use crate::check::Problem;
use crate::error::WebError;
use crate::page::{Fields, Page};
use crate::state::AppState;

/// A form on the page of a request: its address, the id of its choice and that of its words.
struct Form {
    name: &'static str,
    choice: &'static str,
    words: &'static str,
}

const ASSIGN: Form = Form { name: "assign", choice: "assign-to", words: "assign-to" };
const NOTE: Form = Form { name: "note", choice: "note-text", words: "note-text" };
const CALLED: Form = Form { name: "called", choice: "called-reached", words: "called-text" };
const REGRADE: Form = Form { name: "regrade", choice: "regrade-urgency", words: "regrade-reason" };
const CLOSE: Form = Form { name: "close", choice: "close-how", words: "close-text" };
const REOPEN: Form = Form { name: "reopen", choice: "reopen-reason", words: "reopen-reason" };

/// A visit to one of these forms.
struct Visit {
    state: AppState,
    here: Here,
    page: Page,
    request: RequestId,
    tried: Tried,
}

impl Visit {
    fn new(
        state: AppState,
        here: Here,
        page: Page,
        request: &str,
        form: &Form,
        choice: &str,
        text: &str,
    ) -> Result<Self, WebError> {
        let request = request.parse().map_err(|_| WebError::NotFound)?;
        let (choice, text) = (choice.chars().take(60).collect(), text.to_owned());
        Ok(Self { state, here, page, request, tried: Tried { form: form.name, choice, text, ..Tried::default() } })
    }

    async fn refuse(self, problems: Problems) -> Result<Response, WebError> {
        let tried = Tried { problems, ..self.tried };
        again(&self.state, &self.here, self.page, self.request, tried).await
    }

    async fn act(self, form: &Form, act: &Act) -> Result<Response, WebError> {
        let done = self.state.store()?.act(&self.here.desk, self.request, act, self.state.timestamp()).await;
        match done {
            Ok(()) => Ok(Redirect::to(&format!("/clinic/requests/{}", self.request)).into_response()),
            // The store names the fields of the act; the page has several forms with words.
            Err(RecordsError::Invalid(fields)) => {
                let problems = fields.iter().map(|field| Problem::new(form.words, &field.problem)).collect();
                self.refuse(problems).await
            }
            Err(RecordsError::Conflict(words)) => self.refuse(Problems::one(form.choice, words)).await,
            Err(other) => Err(other.into()),
        }
    }
}

/// Takes it, gives it to somebody, or gives it back.
pub async fn assign(
    State(state): State<AppState>,
    here: Here,
    Path(request): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let to = fields.get("to");
    let names = Names::read(&state, &here).await?;
    let visit = Visit::new(state, here, page, &request, &ASSIGN, to, "")?;
    if to == "nobody" {
        return visit.act(&ASSIGN, &Act::Assign { to: None }).await;
    }
    match to.parse::<AccountId>().ok().filter(|account| names.holds(*account)) {
        Some(account) => visit.act(&ASSIGN, &Act::Assign { to: Some(account) }).await,
        None => visit.refuse(Problems::one(ASSIGN.choice, "Choose somebody who works here")).await,
    }
}

/// Adds a note.
pub async fn note(
    State(state): State<AppState>,
    here: Here,
    Path(request): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let text = fields.get("text").to_owned();
    let visit = Visit::new(state, here, page, &request, &NOTE, "", &text)?;
    visit.act(&NOTE, &Act::Note { text }).await
}

/// Tells whether the person answered the telephone.
pub async fn called(
    State(state): State<AppState>,
    here: Here,
    Path(request): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let (answer, text) = (fields.get("reached"), fields.get("text").to_owned());
    let visit = Visit::new(state, here, page, &request, &CALLED, answer, &text)?;
    let reached = match answer {
        "yes" => true,
        "no" => false,
        _ => return visit.refuse(Problems::one(CALLED.choice, "Choose whether you reached the person")).await,
    };
    visit.act(&CALLED, &Act::Called { reached, text }).await
}

/// Judges the urgency anew.
pub async fn regrade(
    State(state): State<AppState>,
    here: Here,
    Path(request): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let (urgency, reason) = (fields.get("urgency"), fields.get("reason").to_owned());
    let visit = Visit::new(state, here, page, &request, &REGRADE, urgency, &reason)?;
    match Urgency::of_code(urgency) {
        Ok(urgency) => visit.act(&REGRADE, &Act::Regrade { urgency, reason }).await,
        Err(_) => visit.refuse(Problems::one(REGRADE.choice, "Choose how soon the person should be seen")).await,
    }
}

/// Closes it.
pub async fn close(
    State(state): State<AppState>,
    here: Here,
    Path(request): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let (how, text) = (fields.get("how"), fields.get("text").to_owned());
    let visit = Visit::new(state, here, page, &request, &CLOSE, how, &text)?;
    match Closing::of_code(how) {
        // That it was taken back is for the person to say.
        Ok(how) if how != Closing::Withdrawn => visit.act(&CLOSE, &Act::Close { how, text }).await,
        _ => visit.refuse(Problems::one(CLOSE.choice, "Choose how the request ended")).await,
    }
}

/// Opens it again.
pub async fn reopen(
    State(state): State<AppState>,
    here: Here,
    Path(request): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let reason = fields.get("reason").to_owned();
    let visit = Visit::new(state, here, page, &request, &REOPEN, "", &reason)?;
    visit.act(&REOPEN, &Act::Reopen { reason }).await
}
