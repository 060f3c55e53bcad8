//! A request taken by telephone. The front desk asks the danger signs; the rules say how soon, and the desk may only raise it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_knowledge::DangerList;
use charley_records::clinic::patients::Patient;
use charley_records::clinic::worklist::Urgency;
use charley_records::{PersonId, RequestId, ids};
use jiff::civil::Date;
use serde::Deserialize;

use super::door::{Frame, Here};
use super::people::{self, MOST_FOUND, Row};
use super::{urgency, words};
use crate::account::problems::Problems;
use crate::answers::danger::{self, CALL_NOW};
use crate::answers::{Answers, From, Who};
use crate::check::Problem;
use crate::engine::Depth;
use crate::error::WebError;
use crate::log::words::short;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    /// Part of a name.
    #[serde(default)]
    find: String,
    /// Who calls, once chosen.
    #[serde(default)]
    person: String,
}

#[derive(Template)]
#[template(path = "clinic/caller.html")]
struct Caller {
    page: Page,
    frame: Frame,
    find: String,
    rows: Vec<Row>,
    more: bool,
}

struct Sign {
    id: String,
    label: String,
    follow_up: String,
    ticked: bool,
}

struct Signs {
    id: String,
    title: String,
    signs: Vec<Sign>,
    rest: String,
    call_now: bool,
}

struct Raise {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "clinic/take.html")]
struct Take {
    page: Page,
    frame: Frame,
    problems: Problems,
    id: String,
    person: String,
    name: String,
    phone: String,
    born: String,
    age: String,
    lists: Vec<Signs>,
    raises: Vec<Raise>,
    complaint: String,
    wish: String,
    number: String,
}

/// Asks who calls, then the danger signs.
pub async fn show(
    State(state): State<AppState>,
    here: Here,
    Query(ask): Query<Ask>,
    page: Page,
) -> Result<Response, WebError> {
    let store = state.store()?;
    if ask.person.is_empty() {
        let find: String = ask.find.trim().chars().take(80).collect();
        let found = store.patients(&here.desk, &find, MOST_FOUND + 1).await?;
        let more = found.len() > MOST_FOUND as usize;
        let rows = found.iter().take(MOST_FOUND as usize).map(Row::of).collect();
        return write(&Caller { page, frame: here.frame("requests"), find, rows, more });
    }
    let patient = people::find(&state, &here, &ask.person).await?;
    let id = ids::random().map_err(|_| WebError::Internal("no randomness"))?.to_string();
    write(&form(&state, &here, page, &patient, id, &Fields::default(), Problems::default()))
}

fn form(
    state: &AppState,
    here: &Here,
    page: Page,
    patient: &Patient,
    id: String,
    fields: &Fields,
    problems: Problems,
) -> Take {
    let raise = |urgency: Urgency| Raise {
        value: urgency.code(),
        label: words::mark(urgency).word,
        chosen: fields.get("raise") == urgency.code(),
    };
    let region = state.engine.region(Some(&here.clinic.region));
    Take {
        page: page.at(format!("/clinic/requests/new?person={}", patient.person)),
        frame: here.frame("requests"),
        problems,
        id,
        person: patient.person.to_string(),
        name: patient.name.clone(),
        phone: patient.contact.phone.clone(),
        born: patient.born.map(short).unwrap_or_default(),
        age: fields.get("age").chars().take(10).collect(),
        lists: state.knowledge().danger_lists.iter().map(|list| signs(list, fields)).collect(),
        raises: [Urgency::Soon, Urgency::SameDay, Urgency::Emergency].map(raise).into(),
        complaint: fields.get("complaint").to_owned(),
        wish: fields.get("wish").to_owned(),
        number: region.map_or("the emergency number", |region| region.emergency_number.as_str()).to_owned(),
    }
}

fn signs(list: &DangerList, fields: &Fields) -> Signs {
    let name = format!("sign-{}", list.id);
    Signs {
        id: list.id.clone(),
        title: list.title.clone(),
        signs: list
            .items
            .iter()
            .map(|item| Sign {
                id: item.id.clone(),
                label: item.label.clone(),
                follow_up: item.follow_up.clone().unwrap_or_default(),
                ticked: fields.has(&name, &item.id),
            })
            .collect(),
        rest: fields.get(&format!("rest-{}", list.id)).to_owned(),
        call_now: list.id == CALL_NOW,
    }
}

/// Takes the request.
pub async fn take(State(state): State<AppState>, here: Here, page: Page, fields: Fields) -> Result<Response, WebError> {
    let store = state.store()?;
    let person: PersonId = fields.get("person").parse().map_err(|_| WebError::NotFound)?;
    let id: RequestId = fields.get("id").parse().map_err(|_| WebError::BadForm)?;
    let patient = store.patient(&here.desk, person).await?;
    let again = |problems| show_again(&form(&state, &here, page.clone(), &patient, id.to_string(), &fields, problems));
    let answers = match answers(&state, &here, &patient, &fields) {
        Ok(answers) => answers,
        Err(problems) => return again(problems),
    };
    let assessment = match state.assess(answers.case(), Depth::Questions).await {
        Ok(assessment) => assessment,
        Err(WebError::Refused(_)) => {
            let problems = Problems::one("age", "Check the age, or the date of birth on the contact page");
            return again(problems);
        }
        Err(other) => return Err(other),
    };
    let raised = Urgency::of_code(fields.get("raise")).ok();
    let (complaint, wish) = (fields.get("complaint"), fields.get("wish"));
    let mut new = urgency::request(&state.engine, id, &answers, &assessment, raised, complaint, wish);
    // Self-care needs the whole check; a telephone call is less.
    new.urgency = new.urgency.min(Urgency::Routine);
    match store.take_request(&here.desk, person, &new, state.timestamp()).await {
        Ok(()) => Ok(Redirect::to(&format!("/clinic/requests/{id}")).into_response()),
        Err(error) => again(Problems::of_store(error, "complaint")?),
    }
}

/// The danger signs as they were told. A list that is not answered is asked for again, unless somebody must be called now.
fn answers(state: &AppState, here: &Here, patient: &Patient, fields: &Fields) -> Result<Answers, Problems> {
    let knowledge = state.knowledge();
    let mut problems = Vec::new();
    let mut answers = Answers { who: Some(Who::Me), ..Answers::default() };
    answers.region = state.engine.region(Some(&here.clinic.region)).map(|region| region.id.clone());
    let today = here.today(state.timestamp());
    match (patient.born, fields.get("age")) {
        (Some(born), _) => answers.put("age", years(born, today), Some("yr"), From::Question),
        (None, "") => {}
        (None, typed) => match typed.parse::<u8>() {
            Ok(age) if age <= 125 => answers.put("age", age, Some("yr"), From::Question),
            _ => problems.push(Problem::new("age", "Give the age in whole years, such as 67")),
        },
    }
    let ticked = |list: &str| -> Vec<&str> {
        let name = format!("sign-{list}");
        fields.iter().filter(|(key, _)| *key == name).map(|(_, value)| value).collect()
    };
    let now = !ticked(CALL_NOW).is_empty();
    for list in &knowledge.danger_lists {
        let rest = format!("rest-{}", list.id);
        match fields.get(&rest) {
            "none" => danger::record_list(&mut answers, &state.engine, list, &ticked(&list.id), false),
            "not_sure" => danger::record_list(&mut answers, &state.engine, list, &ticked(&list.id), true),
            _ if now => mark(&mut answers, list, &ticked(&list.id)),
            _ => problems.push(Problem::new(&rest, "Say what holds for the signs that are not ticked")),
        }
    }
    if problems.is_empty() || now { Ok(answers) } else { Err(problems.into_iter().collect()) }
}

/// Ticks alone: what was not asked stays unknown.
fn mark(answers: &mut Answers, list: &DangerList, ticked: &[&str]) {
    for item in list.items.iter().filter(|item| ticked.contains(&item.id.as_str())) {
        danger::record(answers, item, danger::Sign::Yes);
    }
}

/// Whole years between two days.
fn years(born: Date, today: Date) -> i16 {
    let before = (today.month(), today.day()) < (born.month(), born.day());
    (today.year() - born.year() - i16::from(before)).max(0)
}

#[cfg(test)]
mod tests {
    use super::years;

    #[test]
    fn years_are_counted_from_birthday_to_birthday() {
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(years(day("1958-11-24"), day("2026-11-23")), 67);
        assert_eq!(years(day("1958-11-24"), day("2026-11-24")), 68);
        assert_eq!(years(day("2028-02-29"), day("2029-02-28")), 0);
    }
}
