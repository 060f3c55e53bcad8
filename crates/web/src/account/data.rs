//! What is kept of a person: take it away, look who looked, delete it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_records::{Actor, Right};

use super::times;
use super::visitor::Identity;
use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::signed::Signed;
use crate::state::AppState;

/// Entries of the audit log on the page; the file holds more.
const SHOWN: u32 = 50;

struct LookRow {
    at: String,
    who: String,
    what: String,
}

#[derive(Template)]
#[template(path = "account/data.html")]
struct Data {
    page: Page,
    identity: Identity,
    looks: Vec<LookRow>,
    may_delete: bool,
}

/// The page.
pub async fn show(State(state): State<AppState>, signed: Signed, page: Page) -> Result<Response, WebError> {
    let store = state.store()?;
    let devices = store.devices(&signed.access).await?;
    let clinics = store.clinics().await?;
    let who = |actor: &Actor| match actor {
        Actor::Account { account } if *account == signed.account.id => "You".to_owned(),
        Actor::Account { .. } => "Somebody else who may".to_owned(),
        Actor::Device { device, .. } => devices
            .iter()
            .find(|known| known.id == *device)
            .map_or_else(|| "A phone".to_owned(), |known| known.name.clone()),
        Actor::Staff { clinic, .. } => clinics
            .iter()
            .find(|known| known.id == *clinic)
            .map_or_else(|| "Staff of a clinic".to_owned(), |known| format!("Staff of {}", known.name)),
        Actor::Link { .. } => "The calendar link".to_owned(),
        Actor::Job { .. } => "Charley itself".to_owned(),
    };
    let looks = store.audit_of(&signed.access, SHOWN).await?.into_iter().map(|entry| LookRow {
        at: times::moment(entry.at, &signed.person.zone),
        who: who(&entry.actor),
        what: in_words(&entry.action, entry.count),
    });
    let looks = looks.collect();
    write(&Data {
        page,
        identity: Identity::of(&signed.person),
        looks,
        may_delete: signed.access.right() == Right::Own,
    })
}

/// A code of the audit log in words; one that these pages do not know is shown as it is.
pub(crate) fn in_words(action: &str, count: i64) -> String {
    let words = match action {
        "diary.append" => "Added to the nights",
        "diary.read" => "Read the nights",
        "diary.delete" => "Deleted from the nights",
        "check.save" => "Kept a check",
        "check.read" => "Read the checks",
        "check.delete" => "Deleted a check",
        "trial.start" => "Began a trial",
        "trial.read" => "Read the trials",
        "trial.end" => "Ended a trial",
        "person.add" => "Opened this record",
        "person.change" => "Changed name, zone or country",
        "device.pair" => "Paired a phone",
        "device.read" => "Looked at the phones",
        "device.revoke" => "Unpaired a phone",
        "carer.add" => "Let somebody help",
        "members.read" => "Looked at who else may look",
        "membership.end" => "Ended somebody’s right to look",
        "calendar.renew" => "Made a calendar link",
        "audit.read" => "Looked at this list",
        "reminders.read" => "Looked at the reminders",
        "reminders.change" => "Changed the reminders",
        "sharing.read" => "Looked at the sharing with clinics",
        "sharing.start" => "Shared with a clinic, or changed the contact",
        "sharing.end" => "Ended sharing with a clinic",
        "patient.read" => "Looked at name, birthday and contact",
        "patient.register" => "Opened this record at a clinic",
        "patient.change" => "Changed birthday or contact",
        "record.open" => "Opened the record",
        "emergency.open" => "Opened the record in an emergency",
        "emergency.read" => "Looked at the openings in an emergency",
        "document.read" => "Read what the clinic wrote",
        "document.write" => "Wrote in the clinic’s record",
        "document.sign" => "Signed what the clinic wrote",
        "request.send" => "Sent a request to a clinic",
        "request.read" => "Looked at a request",
        "request.flags" => "Read the danger signs of a request",
        "request.act" => "Did something with a request",
        "booking.book" => "Booked a visit",
        "booking.move" => "Moved a visit",
        "booking.cancel" => "Cancelled a visit",
        "booking.mark" => "Noted whether a visit took place",
        "booking.read" => "Looked at the visits",
        "waiting.add" => "Asked for an earlier visit",
        "waiting.read" => "Looked at the wishes for an earlier visit",
        "waiting.end" => "Took the wish for an earlier visit back",
        "follow_up.plan" => "Planned follow-ups",
        "follow_up.read" => "Looked at the follow-ups",
        "follow_up.record" => "Wrote down a follow-up",
        other => return format!("{other} ({count})"),
    };
    if count > 1 { format!("{words} ({count})") } else { words.to_owned() }
}
