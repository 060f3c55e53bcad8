//! The plan that a clinic signed, in plain words.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_clinic::plan::Copy;
use charley_records::clinic::documents::DocumentKind;

use crate::account::times;
use crate::account::visitor::Identity;
use crate::clinic::record::content::Content;
use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::signed::Signed;
use crate::state::AppState;

struct Signature {
    clinic: String,
    on: String,
    copy: Copy,
}

#[derive(Template)]
#[template(path = "care/plan.html")]
struct PlanPage {
    page: Page,
    identity: Identity,
    plans: Vec<Signature>,
}

/// The newest signed plan of each clinic that the person has shared with. Ending sharing does not take the plan away.
pub async fn show(State(state): State<AppState>, signed: Signed, page: Page) -> Result<Response, WebError> {
    let store = state.store()?;
    let mut clinics = Vec::new();
    for sharing in store.sharings(&signed.access).await? {
        if !clinics.iter().any(|(id, _)| *id == sharing.clinic) {
            clinics.push((sharing.clinic, sharing.name));
        }
    }
    let mut plans = Vec::new();
    for (id, clinic) in clinics {
        let Some(document) = store.signed_plan(&signed.access, id).await? else { continue };
        let (Some((_, at)), Some((Content::Plan(plan), _))) =
            (document.signed, Content::read(DocumentKind::Plan, &document.body)?)
        else {
            continue;
        };
        let on = times::day(at, &signed.person.zone);
        plans.push((at, Signature { clinic, on, copy: plan.copy.unwrap_or_default() }));
    }
    plans.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let plans = plans.into_iter().map(|(_, plan)| plan).collect();
    write(&PlanPage { page, identity: Identity::of(&signed.person), plans })
}
