//! Call now: the number, what to say, and nothing else in the way.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use charley_wire::Disposition;

use super::{Check, assessed};
use crate::answers::danger as signs;
use crate::engine::Depth;
use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::wording;

#[derive(Template)]
#[template(path = "check/call.html")]
struct Call {
    page: Page,
    number: String,
    dial: Option<String>,
    other: bool,
    say: Vec<String>,
    action: String,
    hold: Vec<String>,
    safety_net: String,
    ticked: Vec<String>,
    back: String,
}

/// The page. Without a reason to call it leads on.
pub async fn show(State(state): State<AppState>, check: Check) -> Result<Response, WebError> {
    let answers = check.answers();
    let knowledge = state.knowledge();
    let ticked_now = answers.call_now(knowledge);
    let assessment = assessed(&state, &check.token, answers, Depth::Questions).await?;
    if !ticked_now && assessment.disposition != Disposition::Emergency {
        return Ok(Redirect::to("/check/next").into_response());
    }
    let flags = || assessment.red_flags.iter().filter(|flag| flag.disposition == Disposition::Emergency);
    let number = check.region(&state).map_or("your emergency number", |region| region.emergency_number.as_str());
    let action = knowledge.action("emergency");
    let mut say: Vec<String> =
        flags().filter_map(|flag| flag.say.as_deref()).map(|say| check.quote(&state, say)).collect();
    say.truncate(2);
    let items = signs::list(knowledge, signs::CALL_NOW).map(|list| list.items.as_slice()).unwrap_or_default();
    let mut ticked: Vec<String> = items
        .iter()
        .filter(|item| answers.ticked.contains(&item.id))
        .map(|item| check.say(&state, &item.label))
        .collect();
    if ticked.is_empty() {
        ticked = flags().map(|flag| check.say(&state, &flag.title)).take(3).collect();
    }
    write(&Call {
        dial: wording::dial(number),
        number: number.to_owned(),
        other: answers.for_other(),
        say,
        action: check.say(&state, action.map_or("Call now.", |action| action.what.as_str())),
        hold: flags().filter_map(|flag| flag.urgent_hold.as_deref()).map(|hold| check.say(&state, hold)).collect(),
        safety_net: check.say(&state, action.map_or("", |action| action.safety_net.as_str())),
        ticked,
        back: if ticked_now { "/check/danger/call_now?change=1".to_owned() } else { "/check/answers".to_owned() },
        page: check.page,
    })
}
