//! Whom to call: first the number, then what for. Nothing is asked, nothing is saved before it is shown.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use charley_knowledge::Region;

use super::relief::Counted;
use super::{Made, Who, fresh};
use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::wording;

/// A number of another country.
struct Other {
    name: String,
    number: String,
    dial: String,
}

#[derive(Template)]
#[template(path = "now/call.html")]
struct Call {
    page: Page,
    made: Made,
    /// Empty when the country was never chosen; then all numbers are shown.
    number: String,
    dial: Option<String>,
    others: Vec<Other>,
    action: String,
    advice: String,
    advice_dial: Option<String>,
}

fn other(region: &Region) -> Option<Other> {
    let dial = wording::dial(&region.emergency_number)?;
    Some(Other { name: region.name.clone(), number: region.emergency_number.clone(), dial })
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    Query(counted): Query<Counted>,
    who: Who,
    page: Page,
) -> Result<Response, WebError> {
    let made = counted.or_new(state.timestamp())?;
    let region = who.region(&state, &page);
    let knowledge = state.knowledge();
    let others = if region.is_some() { Vec::new() } else { knowledge.regions.iter().filter_map(other).collect() };
    let action = knowledge.action("emergency").map_or("", |action| action.what.as_str());
    write(&Call {
        number: region.map(|region| region.emergency_number.clone()).unwrap_or_default(),
        dial: region.and_then(|region| wording::dial(&region.emergency_number)),
        others,
        action: wording::fill(action, region),
        advice: wording::fill("{advice_line}", region),
        advice_dial: region.and_then(|region| wording::dial(&region.advice_line)),
        made,
        page,
    })
    .map(fresh)
}
