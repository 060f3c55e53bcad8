//! One request: what staff may see of it, and what they do with it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_records::clinic::Duty;
use charley_records::clinic::patients::Contact;
use charley_records::clinic::worklist::{Act, Closing, Request, RequestEvent, RequestLine, Urgency};
use charley_records::{RecordsError, RequestId};
use jiff::Timestamp;

use super::door::{Frame, Here};
use super::staff_names::Names;
use super::words;
use super::worklist::Row;
use crate::account::problems::Problems;
use crate::error::WebError;
use crate::log::words::short;
use crate::page::{Page, show as write, show_again};
use crate::state::AppState;
use crate::wording;

/// What was tried and refused: shown again in the form that it came from.
#[derive(Debug, Clone, Default)]
pub struct Tried {
    /// Which form: the last part of its address.
    pub form: &'static str,
    /// What was chosen.
    pub choice: String,
    /// What was written.
    pub text: String,
    /// What is wrong with it, under the ids of the page.
    pub problems: Problems,
}

impl Tried {
    /// What was written, in the form that it came from.
    fn text(&self, form: &str) -> &str {
        if self.form == form { &self.text } else { "" }
    }

    /// True when this was chosen in that form.
    fn chose(&self, form: &str, value: &str) -> bool {
        self.form == form && self.choice == value
    }
}

/// What only a clinician sees.
struct Clinical {
    record: String,
    red_flags: Vec<String>,
    complaint: String,
    wish: String,
    knowledge: String,
    has_case: bool,
}

struct Event {
    at: String,
    who: String,
    what: String,
    text: String,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct Banner {
    phone: String,
    dial: Option<String>,
    number: String,
}

#[derive(Template)]
#[template(path = "clinic/request.html")]
struct RequestPage {
    page: Page,
    frame: Frame,
    tried: Tried,
    row: Row,
    arrived: String,
    person: String,
    /// The person shares now; otherwise no contact and no record is shown.
    shares: bool,
    phone: String,
    dial: Option<String>,
    mail: String,
    born: String,
    banner: Option<Banner>,
    clinician: bool,
    clinical: Option<Clinical>,
    events: Vec<Event>,
    staff: Vec<Choice>,
    assigned_to_me: bool,
    own: String,
    urgencies: Vec<Choice>,
    closings: Vec<Choice>,
    may_book: bool,
}

/// Shows a request.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Path(request): Path<String>,
    page: Page,
) -> Result<Response, WebError> {
    let request: RequestId = request.parse().map_err(|_| WebError::NotFound)?;
    write(&request_page(&state, &here, page, request, Tried::default()).await?)
}

/// Shows it again with what is wrong.
pub(super) async fn again(
    state: &AppState,
    here: &Here,
    page: Page,
    request: RequestId,
    tried: Tried,
) -> Result<Response, WebError> {
    let page = page.at(format!("/clinic/requests/{request}"));
    show_again(&request_page(state, here, page, request, tried).await?)
}

async fn request_page(
    state: &AppState,
    here: &Here,
    page: Page,
    id: RequestId,
    tried: Tried,
) -> Result<RequestPage, WebError> {
    let (store, now) = (state.store()?, state.timestamp());
    let line = store.request_line(&here.desk, id).await?;
    let names = Names::read(state, here).await?;
    let patient = match store.patient(&here.desk, line.person).await {
        Ok(patient) => Some(patient),
        Err(RecordsError::NotFound) => None,
        Err(other) => return Err(other.into()),
    };
    let clinician = here.desk.roles().allow(Duty::ReadRecord);
    let full = if clinician && patient.is_some() { Some(opened(state, here, &line, now).await?) } else { None };
    let events = match &full {
        Some(full) => full.events.clone(),
        None => store.request_events(&here.desk, id).await?,
    };
    let contact = patient.as_ref().map(|patient| patient.contact.clone()).unwrap_or_default();
    let own = here.account.id;
    Ok(RequestPage {
        page,
        frame: here.frame("requests"),
        arrived: words::moment(line.created, &here.zone),
        person: line.person.to_string(),
        shares: patient.is_some(),
        dial: wording::dial(&contact.phone),
        born: patient.as_ref().and_then(|patient| patient.born).map(short).unwrap_or_default(),
        banner: (line.closed.is_none() && line.urgency == Urgency::Emergency).then(|| banner(state, here, &contact)),
        phone: contact.phone,
        mail: contact.mail,
        clinician,
        clinical: full.map(|full| clinical(&full)),
        events: events.iter().map(|event| in_words(event, &names, here)).collect(),
        staff: names
            .iter()
            .filter(|(account, _)| Some(*account) != line.assigned)
            .map(|(account, login)| {
                let value = account.to_string();
                Choice { chosen: tried.chose("assign", &value), value, label: login.clone() }
            })
            .collect(),
        assigned_to_me: line.assigned == Some(own),
        own: own.to_string(),
        urgencies: Urgency::ALL
            .iter()
            .filter(|urgency| **urgency != line.urgency)
            .map(|urgency| Choice {
                value: urgency.code().to_owned(),
                label: words::mark(*urgency).word.to_owned(),
                chosen: tried.chose("regrade", urgency.code()),
            })
            .collect(),
        closings: Closing::ALL
            .iter()
            .filter(|how| **how != Closing::Withdrawn)
            .map(|how| Choice {
                value: how.code().to_owned(),
                label: words::closing(*how).to_owned(),
                chosen: tried.chose("close", how.code()),
            })
            .collect(),
        may_book: here.desk.roles().allow(Duty::Book),
        row: Row::of(&line, Vec::new(), &names, here, now),
        tried,
    })
}

/// The request in full, through the person's record: this is logged.
async fn opened(state: &AppState, here: &Here, line: &RequestLine, now: Timestamp) -> Result<Request, WebError> {
    let store = state.store()?;
    let care = store.care(&here.desk, line.person, now).await?;
    Ok(store.request(&care, line.id).await?)
}

fn clinical(full: &Request) -> Clinical {
    Clinical {
        record: format!("/clinic/people/{}", full.line.person),
        red_flags: full.sent.red_flags.clone(),
        complaint: full.sent.complaint.clone(),
        wish: full.sent.wish.clone(),
        knowledge: full.sent.knowledge.chars().take(12).collect(),
        has_case: full.sent.case.is_some(),
    }
}

/// What to do at once.
fn banner(state: &AppState, here: &Here, contact: &Contact) -> Banner {
    let region = state.engine.region(Some(&here.clinic.region));
    Banner {
        phone: contact.phone.clone(),
        dial: wording::dial(&contact.phone),
        number: region.map_or("the emergency number", |region| region.emergency_number.as_str()).to_owned(),
    }
}

fn in_words(event: &RequestEvent, names: &Names, here: &Here) -> Event {
    let (what, text) = match &event.act {
        Act::Assign { to: Some(to) } if event.account == Some(*to) => ("took it".to_owned(), ""),
        Act::Assign { to: Some(to) } => (format!("gave it to {}", names.call(*to)), ""),
        Act::Assign { to: None } => ("gave it back: nobody has it".to_owned(), ""),
        Act::Note { text } => ("wrote a note".to_owned(), text.as_str()),
        Act::Called { reached: true, text } => ("called and reached the person".to_owned(), text.as_str()),
        Act::Called { reached: false, text } => ("called and did not reach the person".to_owned(), text.as_str()),
        Act::Regrade { urgency, reason } => {
            (format!("judged it anew: {}", words::mark(*urgency).word), reason.as_str())
        }
        Act::Close { how, text } => (format!("closed it: {}", words::closing(*how)), text.as_str()),
        Act::Reopen { reason } => ("opened it again".to_owned(), reason.as_str()),
        Act::Withdraw => ("took it back".to_owned(), ""),
    };
    Event {
        at: words::moment(event.at, &here.zone),
        who: event.account.map_or_else(|| "The person".to_owned(), |account| capital(&names.call(account))),
        what,
        text: text.to_owned(),
    }
}

/// With a capital at the beginning of a sentence; names stay as they are.
fn capital(name: &str) -> String {
    match name {
        "you" => "You".to_owned(),
        "somebody who has left" => "Somebody who has left".to_owned(),
        name => name.to_owned(),
    }
}
