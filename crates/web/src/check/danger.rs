//! The danger check: three tick-lists, and one plain follow-up for "not sure".

use askama::Template;
use axum::extract::{Path, Query as Ask, State};
use axum::response::Response;
use charley_knowledge::DangerList;

use super::{Check, Choice, Frame, Problem, Query, is_change};
use crate::answers::danger::{self as signs, Sign};
use crate::error::WebError;
use crate::flow::Step;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "check/danger.html")]
struct TickList {
    page: Page,
    frame: Frame,
    title: String,
    help: String,
    call_now: bool,
    other: bool,
    items: Vec<Choice>,
    none: bool,
    not_sure: bool,
}

fn list<'s>(state: &'s AppState, id: &str) -> Result<&'s DangerList, WebError> {
    signs::list(state.knowledge(), id).ok_or(WebError::NotFound)
}

fn tick_list(state: &AppState, check: Check, list: &DangerList, change: bool) -> TickList {
    let answers = check.answers();
    let shown = signs::shown(answers, &state.engine, list);
    let done = answers.is_done(&signs::list_page(&list.id));
    let any = shown.iter().any(|item| answers.ticked.contains(&item.id));
    let not_sure = shown.iter().any(|item| answers.unsure.contains(&item.id));
    let items = shown
        .iter()
        .map(|item| Choice {
            value: item.id.clone(),
            label: check.say(state, &item.label),
            hint: check.say(state, &item.help),
            checked: answers.ticked.contains(&item.id),
        })
        .collect();
    TickList {
        title: check.say(state, &list.title),
        help: check.say(state, &list.help),
        frame: Frame::new(state, answers, &Step::Danger(list.id.clone()), change),
        call_now: list.id == signs::CALL_NOW,
        other: answers.for_other(),
        items,
        none: done && !any && !not_sure,
        not_sure,
        page: check.page,
    }
}

/// Shows a list.
pub async fn show(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Ask(query): Ask<Query>,
    check: Check,
) -> Result<Response, WebError> {
    write(&tick_list(&state, check, list(&state, &id)?, query.is_change()))
}

/// Takes a list. A *call now* sign leads to the call page at once.
pub async fn set(
    State(state): State<AppState>,
    Path(id): Path<String>,
    check: Check,
    fields: Fields,
) -> Result<Response, WebError> {
    let list = list(&state, &id)?;
    let change = is_change(&fields);
    let ticked: Vec<&str> = fields.all("sign").collect();
    let (none, not_sure) = (fields.has("rest", "none"), fields.has("rest", "not_sure"));
    let problem = match () {
        // Safety goes before tidiness: a ticked call-now sign counts whatever else is ticked.
        () if id == signs::CALL_NOW && !ticked.is_empty() => None,
        () if ticked.is_empty() && !none && !not_sure => Some("Tick what is true, or “None of these”"),
        () if none && !ticked.is_empty() => Some("You ticked a sign and “None of these”. Untick the one that is wrong"),
        () if none && not_sure => Some("You ticked “None of these” and “I’m not sure”. Untick the one that is wrong"),
        () => None,
    };
    if let Some(text) = problem {
        let mut again = tick_list(&state, check, list, change);
        for item in &mut again.items {
            item.checked = ticked.contains(&item.value.as_str());
        }
        (again.none, again.not_sure) = (none, not_sure);
        again.frame.problem = Some(Problem::new("sign", text));
        return show_again(&again);
    }
    let engine = state.engine.clone();
    check.answer(&state, change, |answers| signs::record_list(answers, &engine, list, &ticked, not_sure)).await
}

#[derive(Template)]
#[template(path = "check/which.html")]
struct Which {
    page: Page,
    frame: Frame,
    items: Vec<Choice>,
}

/// Signs of a list that were not ticked.
fn unticked<'s>(state: &AppState, check: &Check, list: &'s DangerList) -> Vec<&'s charley_knowledge::DangerItem> {
    let answers = check.answers();
    let shown = signs::shown(answers, &state.engine, list);
    shown.into_iter().filter(|item| !answers.ticked.contains(&item.id)).collect()
}

fn which_page(state: &AppState, check: Check, list: &DangerList, change: bool) -> Which {
    let answers = check.answers();
    let done = answers.is_done(&signs::which_page(&list.id));
    let items = unticked(state, &check, list)
        .into_iter()
        .map(|item| {
            let checked = done && answers.unsure.contains(&item.id);
            Choice::new(&item.id, &check.say(state, &item.label), checked)
        })
        .collect();
    let frame = Frame::new(state, answers, &Step::Which(list.id.clone()), change);
    Which { frame, items, page: check.page }
}

/// Asks which signs the person is not sure about.
pub async fn which(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Ask(query): Ask<Query>,
    check: Check,
) -> Result<Response, WebError> {
    write(&which_page(&state, check, list(&state, &id)?, query.is_change()))
}

/// Takes which signs the person is not sure about; the others are not there.
pub async fn set_which(
    State(state): State<AppState>,
    Path(id): Path<String>,
    check: Check,
    fields: Fields,
) -> Result<Response, WebError> {
    let list = list(&state, &id)?;
    let change = is_change(&fields);
    let open: Vec<String> = unticked(&state, &check, list).iter().map(|item| item.id.clone()).collect();
    let all = fields.has("rest", "all");
    let unsure: Vec<String> = open.iter().filter(|id| all || fields.has("sign", id)).cloned().collect();
    if unsure.is_empty() {
        let mut again = which_page(&state, check, list, change);
        again.frame.problem = Some(Problem::new("sign", "Tick the one you are not sure about"));
        return show_again(&again);
    }
    check
        .answer(&state, change, |answers| {
            for item in list.items.iter().filter(|item| open.contains(&item.id)) {
                let sign = if unsure.contains(&item.id) { Sign::NotSure } else { Sign::No };
                signs::record(answers, item, sign);
            }
            answers.done.remove(&signs::follow_page(&list.id));
            answers.finish(&signs::which_page(&list.id));
        })
        .await
}

/// One sign of the follow-up.
struct Look {
    id: String,
    label: String,
    look: String,
    chosen: String,
}

#[derive(Template)]
#[template(path = "check/look.html")]
struct Follow {
    page: Page,
    frame: Frame,
    items: Vec<Look>,
}

fn follow_page(state: &AppState, check: Check, list: &DangerList, change: bool) -> Follow {
    let answers = check.answers();
    let done = answers.is_done(&signs::follow_page(&list.id));
    let items = list
        .items
        .iter()
        .filter(|item| answers.unsure.contains(&item.id))
        .map(|item| Look {
            id: item.id.clone(),
            label: check.say(state, &item.label),
            look: check.say(state, item.follow_up.as_deref().unwrap_or_default()),
            chosen: if done { "not_sure".to_owned() } else { String::new() },
        })
        .collect();
    Follow { frame: Frame::new(state, answers, &Step::Follow(list.id.clone()), change), items, page: check.page }
}

/// Shows the follow-up.
pub async fn follow(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Ask(query): Ask<Query>,
    check: Check,
) -> Result<Response, WebError> {
    write(&follow_page(&state, check, list(&state, &id)?, query.is_change()))
}

/// Takes the follow-up. What is still not sure stays unknown, and the result says so.
pub async fn set_follow(
    State(state): State<AppState>,
    Path(id): Path<String>,
    check: Check,
    fields: Fields,
) -> Result<Response, WebError> {
    let list = list(&state, &id)?;
    let change = is_change(&fields);
    let any_call = id == signs::CALL_NOW && list.items.iter().any(|item| fields.get(&item.id) == "yes");
    let mut again = follow_page(&state, check, list, change);
    let missing = again.items.iter().find(|item| fields.get(&item.id).is_empty()).map(|item| item.id.clone());
    if let Some(field) = missing.filter(|_| !any_call) {
        for item in &mut again.items {
            item.chosen = fields.get(&item.id).to_owned();
        }
        again.frame.problem = Some(Problem::new(&field, "Choose Yes, No or Still not sure for each sign"));
        return show_again(&again);
    }
    let token = again.page.token.clone().ok_or(WebError::NoAnswers)?;
    let session = state.sessions.get(&token, state.now()).ok_or(WebError::NoAnswers)?;
    let check = Check { page: again.page, token, session };
    check
        .answer(&state, change, |answers| {
            for item in &list.items {
                match fields.get(&item.id) {
                    "yes" => signs::record(answers, item, Sign::Yes),
                    "no" => signs::record(answers, item, Sign::No),
                    "not_sure" => signs::record(answers, item, Sign::NotSure),
                    _ => {}
                }
            }
            answers.finish(&signs::follow_page(&list.id));
        })
        .await
}
