//! The plan: goals, what is chosen behind the gates, signature, and the copy for the person.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_clinic::Fault;
use charley_clinic::outcome::counted;
use charley_clinic::plan::{self, Allowed, Chosen, Copy, Lane, Plan};
use charley_clinic::vascular::judge;
use charley_nights::rate;
use charley_records::clinic::documents::DocumentKind;
use charley_records::{RecordsError, clinic::Duty};
use charley_wire::{Assessment, PlanItem};
use jiff::ToSpan as _;

use super::content::Content;
use super::laboratory::date;
use super::load::{Loaded, assess};
use super::open::{Head, Record};
use super::save::{self, Saved};
use crate::account::times;
use crate::clinic::door::Frame;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;
use crate::view::{Cited, cited, grade_words};

/// An item that may be chosen, or not.
struct Item {
    id: String,
    name: String,
    grade: String,
    grade_words: &'static str,
    because: Vec<String>,
    how: String,
    effect: String,
    cited: Vec<Cited>,
    unconfirmed: bool,
    open: bool,
    chosen: bool,
    note: String,
}

struct LaneView {
    title: &'static str,
    intro: &'static str,
    closed: bool,
    items: Vec<Item>,
}

#[derive(Template)]
#[template(path = "clinic/record/plan.html")]
struct PlanPage {
    page: Page,
    frame: Frame,
    head: Head,
    base: u32,
    problems: Vec<(String, String)>,
    goals: String,
    advice: String,
    began: String,
    lanes: Vec<LaneView>,
    version: u32,
    signed: String,
    may_sign: bool,
    wish: String,
    before: String,
    gone: Vec<String>,
}

/// The gates with everything that is known, and whether measured arteries bar stockings.
async fn gates(state: &AppState, record: &Record, loaded: &Loaded) -> Result<(Assessment, bool), WebError> {
    let assessment = assess(state, &loaded.gathered(state, record)).await?;
    let barred = loaded
        .vascular
        .as_ref()
        .is_some_and(|newest| judge(state.knowledge(), &newest.content, None, None).compression_barred());
    Ok((assessment, barred))
}

/// Nights before the plan that its follow-ups are compared with.
const BEFORE: i32 = 28;

fn before(record: &Record, loaded: &Loaded) -> Option<plan::Counted> {
    let nights: Vec<_> = loaded.diary.recorded().collect();
    let last = loaded.last_night(record);
    counted(rate::between(&nights, last.saturating_sub((BEFORE - 1).days()), last))
}

fn item(state: &AppState, record: &Record, fields: &Fields, entry: &PlanItem, open: bool) -> Item {
    Item {
        id: entry.id.clone(),
        name: record.say(state, &entry.name),
        grade: entry.grade.clone(),
        grade_words: grade_words(&entry.grade),
        because: entry.because.iter().map(|text| record.say(state, text)).collect(),
        how: record.say(state, &entry.how),
        effect: record.say(state, &entry.effect),
        cited: cited(state.knowledge(), &entry.source),
        unconfirmed: entry.unconfirmed,
        open,
        chosen: fields.has("chosen", &entry.id),
        note: fields.get(&format!("note.{}", entry.id)).to_owned(),
    }
}

async fn view(
    state: &AppState,
    record: &Record,
    loaded: &Loaded,
    fields: &Fields,
    problems: Vec<(String, String)>,
) -> Result<PlanPage, WebError> {
    let (assessment, barred) = gates(state, record, loaded).await?;
    let choices = plan::choices(&assessment.plan, barred);
    let lanes = Lane::ALL.into_iter().map(|lane| {
        let of_lane = choices.iter().filter(|choice| choice.lane == lane);
        LaneView {
            title: lane.title(),
            intro: match lane.allows() {
                Allowed::Ask => "Chosen here, these become questions. Nothing is started, and no medicine is stopped.",
                Allowed::No => "These cannot be chosen.",
                Allowed::Choose if lane == Lane::ClinicOption => {
                    "The grade is about cramps. It stands in the person’s copy too."
                }
                Allowed::Choose => "",
            },
            closed: lane.allows() == Allowed::No,
            items: of_lane
                .map(|choice| item(state, record, fields, choice.item, lane.allows() != Allowed::No))
                .collect(),
        }
    });
    let gone = fields.all("chosen").filter(|id| !choices.iter().any(|choice| choice.item.id == **id));
    let newest = loaded.plan.as_ref();
    Ok(PlanPage {
        page: record.page.clone(),
        frame: record.frame(),
        head: record.head("plan"),
        base: loaded.version(DocumentKind::Plan),
        problems,
        goals: fields.get("goals").to_owned(),
        advice: fields.get("advice").to_owned(),
        began: match fields.get("began") {
            "" => record.today.to_string(),
            began => began.to_owned(),
        },
        lanes: lanes.filter(|lane| !lane.items.is_empty()).collect(),
        version: newest.map_or(0, |newest| newest.version),
        signed: newest
            .and_then(|newest| newest.signed)
            .map(|at| times::moment(at, &record.here.clinic.zone))
            .unwrap_or_default(),
        may_sign: record.here.desk.roles().allow(Duty::Sign),
        wish: loaded.wish(),
        before: before(record, loaded)
            .map(|counted| format!("{} cramps in {} recorded nights", counted.cramps, counted.nights))
            .unwrap_or_default(),
        gone: gone.map(str::to_owned).collect(),
    })
}

/// Kept plan as the fields of the form.
fn fields(plan: &Plan) -> Fields {
    let mut all = vec![
        ("goals".to_owned(), plan.goals.join("\n")),
        ("advice".to_owned(), plan.advice.clone()),
        ("began".to_owned(), plan.began.map(|began| began.to_string()).unwrap_or_default()),
    ];
    for chosen in &plan.chosen {
        all.push(("chosen".to_owned(), chosen.id.clone()));
        all.push((format!("note.{}", chosen.id), chosen.note.clone()));
    }
    all.into()
}

/// The page.
pub async fn show(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let fields = loaded.plan.as_ref().map(|newest| fields(&newest.content)).unwrap_or_default();
    write(&view(&state, &record, &loaded, &fields, Vec::new()).await?)
}

/// Takes the form.
pub async fn set(State(state): State<AppState>, record: Record, fields: Fields) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let base = save::base(&fields)?;
    let (assessment, barred) = gates(&state, &record, &loaded).await?;
    let choices = plan::choices(&assessment.plan, barred);
    let lines = |name: &str| -> Vec<String> {
        fields.get(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let mut made = Plan {
        goals: lines("goals"),
        chosen: fields
            .all("chosen")
            .map(|id| Chosen { id: id.to_owned(), note: fields.get(&format!("note.{id}")).to_owned() })
            .collect(),
        advice: fields.get("advice").to_owned(),
        began: date(&fields, "began").ok(),
        // A plan that goes on keeps the nights before it.
        before: loaded
            .plan
            .as_ref()
            .filter(|newest| newest.content.began == date(&fields, "began").ok())
            .map_or_else(|| before(&record, &loaded), |newest| newest.content.before),
        copy: None,
    };
    let refused = |faults: Vec<Fault>| -> Vec<(String, String)> {
        faults.into_iter().map(|fault| (fault.field, fault.problem)).collect()
    };
    if let Err(faults) = made.check(&choices) {
        return show_again(&view(&state, &record, &loaded, &fields, refused(faults)).await?);
    }
    let say = |text: &str| record.say(&state, text);
    let version = &assessment.knowledge.version;
    made.copy = Some(plan::copy(&made, &choices, &assessment.advice.safety_net, version, &say));
    match save::save(&state, &record, loaded, base, Content::Plan(made), &fields).await? {
        Saved::Done(_) => Ok(Redirect::to(&record.path("plan#sign")).into_response()),
        Saved::Conflict(page) => Ok(page),
        Saved::Refused(faults) => {
            let loaded = Loaded::read(&state, &record).await?;
            show_again(&view(&state, &record, &loaded, &fields, refused(faults)).await?)
        }
    }
}

/// Signs the newest version, if it is the one that was read, and plans its follow-ups. A gate that has closed since is found
/// here too: what was chosen then may be barred now.
pub async fn sign(State(state): State<AppState>, record: Record, fields: Fields) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let version: u32 = fields.get("version").parse().map_err(|_| WebError::BadForm)?;
    let newest = loaded.plan.as_ref().ok_or(WebError::NotFound)?;
    let (assessment, barred) = gates(&state, &record, &loaded).await?;
    let form = self::fields(&newest.content);
    if let Err(faults) = newest.content.check(&plan::choices(&assessment.plan, barred)) {
        let problems = faults.into_iter().map(|fault| (fault.field, fault.problem)).collect();
        return show_again(&view(&state, &record, &loaded, &form, problems).await?);
    }
    let store = state.store()?;
    match store.sign_document(&record.care, DocumentKind::Plan, version, record.now).await {
        Ok(()) => {}
        Err(RecordsError::Conflict(words)) => {
            let problems = vec![("version".to_owned(), format!("{words} Read the newest version, then sign it."))];
            return show_again(&view(&state, &record, &loaded, &form, problems).await?);
        }
        Err(other) => return Err(other.into()),
    }
    if let Some(began) = newest.content.began {
        store.plan_follow_ups(&record.care, began, record.now).await?;
    }
    Ok(Redirect::to(&record.path("plan/copy")).into_response())
}

#[derive(Template)]
#[template(path = "clinic/record/copy.html")]
struct CopyPage {
    page: Page,
    frame: Frame,
    head: Head,
    copy: Copy,
    signed: String,
    version: u32,
}

/// The copy for the person, to print.
pub async fn copy(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let newest = loaded.plan.ok_or(WebError::NotFound)?;
    write(&CopyPage {
        frame: record.frame(),
        head: record.head("plan"),
        copy: newest.content.copy.unwrap_or_default(),
        signed: newest.signed.map(|at| times::day(at, &record.here.clinic.zone)).unwrap_or_default(),
        version: newest.version,
        page: record.page,
    })
}
