//! What staff do with a request: one address for each act, so that the table of access names each.

use axum::extract::{FromRequest, FromRequestParts as _, Path, Request};
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

/// A form on the page of a request: its address, the field of its choice and that of its words. The id of a field is
/// both, with a hyphen.
struct Form {
    name: &'static str,
    choice: &'static str,
    words: &'static str,
}

const ASSIGN: Form = Form { name: "assign", choice: "to", words: "to" };
const NOTE: Form = Form { name: "note", choice: "text", words: "text" };
const CALLED: Form = Form { name: "called", choice: "reached", words: "text" };
const REGRADE: Form = Form { name: "regrade", choice: "urgency", words: "reason" };
const CLOSE: Form = Form { name: "close", choice: "how", words: "text" };
const REOPEN: Form = Form { name: "reopen", choice: "reason", words: "reason" };

/// One of the forms, as it was sent.
pub struct Sent {
    state: AppState,
    here: Here,
    request: RequestId,
    page: Page,
    fields: Fields,
}

impl FromRequest<AppState> for Sent {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let Ok(page) = Page::from_request_parts(&mut parts, state).await;
        let here = Here::from_request_parts(&mut parts, state).await?;
        let id = Path::<String>::from_request_parts(&mut parts, state).await.ok();
        let request = id.and_then(|id| id.parse().ok()).ok_or(WebError::NotFound)?;
        let fields = Fields::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self { state: state.clone(), here, request, page, fields })
    }
}

impl Sent {
    fn choice(&self, form: &Form) -> &str {
        self.fields.get(form.choice)
    }

    fn words(&self, form: &Form) -> String {
        self.fields.get(form.words).to_owned()
    }

    async fn refuse(self, form: &Form, problems: Vec<(&str, String)>) -> Result<Response, WebError> {
        let problem = |(field, text): &(&str, String)| Problem::new(&format!("{}-{field}", form.name), text);
        let problems: Problems = problems.iter().map(problem).collect();
        let choice = self.choice(form).chars().take(60).collect();
        let tried = Tried { form: form.name, choice, text: self.words(form), problems };
        again(&self.state, &self.here, self.page, self.request, tried).await
    }

    /// Nothing that can be meant was chosen.
    async fn unchosen(self, form: &Form, text: &str) -> Result<Response, WebError> {
        self.refuse(form, vec![(form.choice, text.to_owned())]).await
    }

    async fn act(self, form: &Form, act: &Act) -> Result<Response, WebError> {
        let done = self.state.store()?.act(&self.here.desk, self.request, act, self.state.timestamp()).await;
        match done {
            Ok(()) => Ok(Redirect::to(&format!("/clinic/requests/{}", self.request)).into_response()),
            // The store names the fields of the act; the page has several forms with words.
            Err(RecordsError::Invalid(fields)) => {
                let problems = fields.into_iter().map(|field| (form.words, field.problem)).collect();
                self.refuse(form, problems).await
            }
            Err(RecordsError::Conflict(words)) => self.unchosen(form, words).await,
            Err(other) => Err(other.into()),
        }
    }
}

/// Takes it, gives it to somebody, or gives it back.
pub async fn assign(sent: Sent) -> Result<Response, WebError> {
    let names = Names::read(&sent.state, &sent.here).await?;
    let to = sent.choice(&ASSIGN);
    let account = to.parse::<AccountId>().ok().filter(|account| names.holds(*account));
    match (to, account) {
        ("nobody", _) => sent.act(&ASSIGN, &Act::Assign { to: None }).await,
        (_, Some(account)) => sent.act(&ASSIGN, &Act::Assign { to: Some(account) }).await,
        _ => sent.unchosen(&ASSIGN, "Choose somebody who works here").await,
    }
}

/// Adds a note.
pub async fn note(sent: Sent) -> Result<Response, WebError> {
    let text = sent.words(&NOTE);
    sent.act(&NOTE, &Act::Note { text }).await
}

/// Tells whether the person answered the telephone.
pub async fn called(sent: Sent) -> Result<Response, WebError> {
    let reached = match sent.choice(&CALLED) {
        "yes" => true,
        "no" => false,
        _ => return sent.unchosen(&CALLED, "Choose whether you reached the person").await,
    };
    let text = sent.words(&CALLED);
    sent.act(&CALLED, &Act::Called { reached, text }).await
}

/// Judges the urgency anew.
pub async fn regrade(sent: Sent) -> Result<Response, WebError> {
    let reason = sent.words(&REGRADE);
    match Urgency::of_code(sent.choice(&REGRADE)) {
        Ok(urgency) => sent.act(&REGRADE, &Act::Regrade { urgency, reason }).await,
        Err(_) => sent.unchosen(&REGRADE, "Choose how soon the person should be seen").await,
    }
}

/// Closes it.
pub async fn close(sent: Sent) -> Result<Response, WebError> {
    let text = sent.words(&CLOSE);
    match Closing::of_code(sent.choice(&CLOSE)) {
        // That it was taken back is for the person to say.
        Ok(how) if how != Closing::Withdrawn => sent.act(&CLOSE, &Act::Close { how, text }).await,
        _ => sent.unchosen(&CLOSE, "Choose how the request ended").await,
    }
}

/// Opens it again.
pub async fn reopen(sent: Sent) -> Result<Response, WebError> {
    let reason = sent.words(&REOPEN);
    sent.act(&REOPEN, &Act::Reopen { reason }).await
}
