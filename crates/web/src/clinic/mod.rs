//! The clinic's pages, for staff. Each concern is a module; [`door`] is how staff come in, [`access`] says who may open what.
//!
//! Every handler takes a [`door::Here`]: signed in, a role, and a second factor given today. What a role may do is decided by
//! [`charley_records::clinic::StaffRoles::allow`] alone; pages hide what a role may not do, and the store refuses it.

pub mod access;
pub mod act;
pub mod contact;
pub mod delete;
pub mod door;
pub mod emergency;
pub mod entrance;
pub mod people;
pub mod record;
pub mod request;
pub mod settings;
pub mod staff_names;
pub mod take;
pub mod urgency;
pub mod visits;
pub mod words;
pub mod worklist;

use axum::Router;
use charley_records::clinic::Duty;

use crate::state::AppState;
use access::Pages;

/// Every page of the clinic, with the duty that it needs.
pub fn pages() -> Pages {
    desk().and(record::pages()).and(visits::pages()).and(settings::pages())
}

/// Requests and people, as the front desk sees them.
fn desk() -> Pages {
    Pages::default()
        .get("/clinic", Duty::SeeList, worklist::show)
        .get("/clinic/requests/new", Duty::Book, take::show)
        .post("/clinic/requests/new", Duty::Book, take::take)
        .get("/clinic/requests/{request}", Duty::SeeList, request::show)
        .post("/clinic/requests/{request}/assign", Duty::Book, act::assign)
        .post("/clinic/requests/{request}/note", Duty::Book, act::note)
        .post("/clinic/requests/{request}/called", Duty::Book, act::called)
        .post("/clinic/requests/{request}/regrade", Duty::WriteRecord, act::regrade)
        .post("/clinic/requests/{request}/close", Duty::Book, act::close)
        .post("/clinic/requests/{request}/reopen", Duty::Book, act::reopen)
        .get("/clinic/people", Duty::SeeList, people::list)
        .get("/clinic/people/new", Duty::Book, people::new)
        .post("/clinic/people/new", Duty::Book, people::register)
        .get("/clinic/people/{person}/contact", Duty::SeeList, contact::show)
        .post("/clinic/people/{person}/contact", Duty::Book, contact::change)
        .get("/clinic/people/{person}/delete", Duty::Manage, delete::show)
        .post("/clinic/people/{person}/delete", Duty::Manage, delete::delete)
        .get("/clinic/people/{person}/emergency", Duty::ReadRecord, emergency::show)
        .post("/clinic/people/{person}/emergency", Duty::ReadRecord, emergency::open)
}

/// Routes of the clinic, and those that staff pass before.
pub fn router(state: &AppState) -> Router<AppState> {
    entrance::router().merge(pages().router(state))
}
