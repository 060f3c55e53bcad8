//! The form: grouped facts, examination and laboratory with units, two lists to paste.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use charley_knowledge::{Fact, FactKind, Knowledge};

use super::parse;
use crate::answers::lines::Kind;
use crate::check::Choice;
use crate::cookies;
use crate::engine::Depth;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::session::{Session, Token};
use crate::state::AppState;
use crate::wording::unit_label;

/// One field.
pub struct Field {
    /// Name of the fact.
    pub name: String,
    /// What it means.
    pub label: String,
    /// yes/no, code or number.
    pub kind: &'static str,
    /// What was entered.
    pub value: String,
    /// Options of a code, or units of a number.
    pub options: Vec<Choice>,
    /// The only unit.
    pub unit: String,
    /// Something is wrong with it: then the message leads to it.
    pub bad: bool,
}

/// One group.
pub struct Group {
    /// Its title.
    pub title: &'static str,
    /// Shown open.
    pub open: bool,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// Groups by the first asked fact of each, in the order of the knowledge; the order on the form is another.
const GROUPS: [(&str, &str); 12] = [
    ("age", "Person"),
    ("leg_cramps", "Cramp"),
    ("sudden_chest_sign", "Danger signs"),
    ("exam_normal", "Examination"),
    ("condition", "History"),
    ("test_days_ago", "Laboratory"),
    ("medicine", "Medicines"),
    ("generalised_weakness", "Nerves and muscles"),
    ("leg_pain", "Pain"),
    ("leg_newly_swollen", "Swelling, skin, vessels"),
    ("test_abpi", "Vascular tests"),
    ("fever", "Whole body"),
];

/// The order on the form.
const ORDER: [&str; 11] = [
    "Person",
    "Danger signs",
    "Cramp",
    "Examination",
    "Laboratory",
    "Vascular tests",
    "History",
    "Swelling, skin, vessels",
    "Pain",
    "Nerves and muscles",
    "Whole body",
];

/// Groups that are open at first.
const OPEN: usize = 5;

/// Facts that the form asks for in another way.
const ELSEWHERE: [&str; 12] = [
    "medicine",
    "medicine_absent",
    "new_medicine",
    "long_term_medicine",
    "medicine_after_cramps",
    "medicines_complete",
    "medicine_dose",
    "condition",
    "condition_absent",
    "conditions_complete",
    "medicine_started_before_cramps",
    "cramp_now",
];

#[derive(Template)]
#[template(path = "clinician/form.html")]
struct Form {
    page: Page,
    problems: Vec<(String, String)>,
    regions: Vec<Choice>,
    groups: Vec<Group>,
    medicines: String,
    medicines_complete: bool,
    illnesses: String,
    illnesses_complete: bool,
    more: String,
    all_clear: bool,
}

fn field(fact: &Fact, fields: &Fields, us_units: bool) -> Field {
    let value = fields.get(&fact.name).to_owned();
    let chosen_unit = fields.get(&format!("{}{}", fact.name, parse::UNIT)).to_owned();
    let asked: &[charley_knowledge::Opt] = fact.ask.as_ref().map_or(&[], |ask| &ask.options);
    let numeric = !matches!(fact.kind, FactKind::YesNo | FactKind::Code);
    let mut units: Vec<&str> = vec![fact.unit.as_str()];
    units.extend(fact.units.iter().map(|(unit, ..)| unit.as_str()));
    if us_units && fact.analyte.is_some() {
        units.sort_by_key(|unit| !(unit.contains("/dL") || unit.contains("mEq")));
    }
    let (kind, options) = match fact.kind {
        FactKind::YesNo => ("yn", Vec::new()),
        _ if !numeric && !asked.is_empty() => {
            ("code", asked.iter().map(|o| Choice::new(&o.value, &o.label, o.value == value)).collect())
        }
        _ if numeric && units.len() > 1 => {
            ("number", units.iter().map(|unit| Choice::new(unit, unit_label(unit), **unit == chosen_unit)).collect())
        }
        _ if numeric => ("number", Vec::new()),
        _ => ("text", Vec::new()),
    };
    Field {
        name: fact.name.clone(),
        label: fact.meaning.trim_start_matches("Examination: ").to_owned(),
        kind,
        value,
        options,
        unit: unit_label(&fact.unit).to_owned(),
        bad: false,
    }
}

/// The groups of the form with what was entered. `problems`: fields with what is wrong.
pub fn groups(knowledge: &Knowledge, fields: &Fields, us_units: bool, problems: &[(String, String)]) -> Vec<Group> {
    let mut all: Vec<Group> =
        GROUPS.iter().map(|(_, title)| Group { title, open: false, fields: Vec::new() }).collect();
    let mut at = 0;
    for (fact, _) in knowledge.asked_facts() {
        if let Some(next) = GROUPS.iter().position(|(first, _)| *first == fact.name) {
            at = next;
        }
        // A coded fact without a list, or a second value of a repeating one, goes into "Other facts".
        let open_code = fact.kind == FactKind::Code && fact.ask.as_ref().is_none_or(|ask| ask.options.is_empty());
        if !ELSEWHERE.contains(&fact.name.as_str()) && !open_code {
            let bad = problems.iter().any(|(name, _)| *name == fact.name);
            all[at].fields.push(Field { bad, ..field(fact, fields, us_units) });
        }
    }
    let mut ordered = Vec::new();
    for title in ORDER {
        if let Some(found) = all.iter().position(|group| group.title == title) {
            ordered.push(all.swap_remove(found));
        }
    }
    ordered.retain(|group| !group.fields.is_empty());
    for (at, group) in ordered.iter_mut().enumerate() {
        group.open = at < OPEN || group.fields.iter().any(|field| !field.value.is_empty());
    }
    ordered
}

fn form(state: &AppState, page: Page, fields: &Fields, problems: Vec<(String, String)>) -> Form {
    let regions = &state.knowledge().regions;
    let region = fields.get("region");
    let us_units = regions.iter().any(|known| known.id == region && known.units == "us");
    let groups = groups(state.knowledge(), fields, us_units, &problems);
    Form {
        page,
        problems,
        regions: regions.iter().map(|r| Choice::new(&r.id, &r.name, r.id == region)).collect(),
        groups,
        medicines: fields.get("medicines").to_owned(),
        medicines_complete: fields.get("medicines_complete") == "yes",
        illnesses: fields.get("illnesses").to_owned(),
        illnesses_complete: fields.get("illnesses_complete") == "yes",
        more: fields.get("more").to_owned(),
        all_clear: fields.get("all_clear") == "yes",
    }
}

/// Shows the form, with what was entered before.
pub async fn show(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let session = page.token.as_ref().and_then(|token| state.sessions.get(token, state.now()));
    let fields = session.and_then(|session| session.sheet).map(|sheet| sheet.fields).unwrap_or_default();
    write(&form(&state, page, &fields, Vec::new()))
}

/// Takes the form and leads to the result.
pub async fn set(State(state): State<AppState>, page: Page, fields: Fields) -> Result<Response, WebError> {
    let knowledge = state.knowledge();
    let facts = match parse::facts(knowledge, &fields) {
        Ok(facts) => facts,
        Err(problems) => return show_again(&form(&state, page, &fields, problems)),
    };
    let token = page.token.clone().filter(|token| state.sessions.get(token, state.now()).is_some());
    let before = token.as_ref().and_then(|token| state.sessions.get(token, state.now())).and_then(|s| s.sheet);
    let mut sheet = before.unwrap_or_default();
    sheet.region = state.engine.region(Some(fields.get("region"))).map(|region| region.id.clone());
    sheet.facts = facts;
    sheet.medicines.read(knowledge, Kind::Medicine, fields.get("medicines"));
    sheet.illnesses.read(knowledge, Kind::Illness, fields.get("illnesses"));
    // A clinician sees at once what a line was read as, so a name inside a line needs no separate yes.
    for line in sheet.medicines.lines.iter_mut().chain(&mut sheet.illnesses.lines) {
        super::rows::take_inside(knowledge, line);
    }
    sheet.medicines_complete = fields.get("medicines_complete") == "yes";
    sheet.illnesses_complete = fields.get("illnesses_complete") == "yes";
    sheet.over = None;
    sheet.fields = fields.clone();
    if let Err(WebError::Refused(errors)) = state.assess(sheet.case(), Depth::Questions).await {
        let problems = errors.into_iter().map(|error| (error.name, error.message)).collect();
        return show_again(&form(&state, page, &fields, problems));
    }
    let mut response = Redirect::to("/clinician/result").into_response();
    match token {
        Some(token) => {
            state.sessions.edit(&token, state.now(), |session| session.sheet = Some(sheet));
        }
        None => {
            let token = Token::new().map_err(|_| WebError::Internal("no randomness"))?;
            if let Some(cookie) = cookies::set(cookies::SESSION, token.as_str(), state.secure()) {
                response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
            }
            state.sessions.insert(token, Session { sheet: Some(sheet), ..Session::default() }, state.now());
        }
    }
    Ok(response)
}

/// Empties the form.
pub async fn clear(State(state): State<AppState>, page: Page) -> Response {
    if let Some(token) = &page.token {
        state.sessions.edit(token, state.now(), |session| session.sheet = None);
    }
    Redirect::to("/clinician").into_response()
}
