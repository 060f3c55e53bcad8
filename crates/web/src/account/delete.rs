//! Deleting a person's record, in two steps, with a receipt.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_records::Right;
use charley_records::people::DeletionReceipt;

use super::close::owned;
use super::problems::Problems;
use super::visitor::Identity;
use super::{add_cookies, times};
use crate::cookies;
use crate::error::WebError;
use crate::log::words::short;
use crate::page::{Fields, Page, show as write, show_again};
use crate::signed::Signed;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "account/delete.html")]
struct Delete {
    page: Page,
    problems: Problems,
    identity: Identity,
}

#[derive(Template)]
#[template(path = "account/receipt.html")]
struct Deleted {
    page: Page,
    receipt: Receipt,
    may_close: bool,
}

/// A receipt in words.
pub(crate) struct Receipt {
    pub at: String,
    pub subject: String,
    pub destroyed: Vec<(&'static str, u64)>,
    pub backups_expire: String,
    pub listed: bool,
}

impl Receipt {
    /// Of a deletion at this moment, as it is to be read.
    pub fn of(receipt: DeletionReceipt, at: String) -> Self {
        let destroyed = receipt.destroyed.iter().filter(|(_, rows)| *rows > 0);
        Self {
            at,
            subject: receipt.subject.to_string(),
            destroyed: destroyed.map(|(table, rows)| (in_words(table), *rows)).collect(),
            backups_expire: short(receipt.backups_expire),
            listed: receipt.listed,
        }
    }
}

/// The first step says what goes; nothing is deleted yet.
pub async fn show(signed: Signed, page: Page) -> Result<Response, WebError> {
    signed.access.need(Right::Own)?;
    write(&Delete { page, problems: Problems::default(), identity: Identity::of(&signed.person) })
}

/// The second step deletes, and answers with the receipt.
pub async fn delete(
    State(state): State<AppState>,
    signed: Signed,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    signed.access.need(Right::Own)?;
    if fields.get("name") != signed.person.name.trim() {
        let problems = Problems::one("name", "Write the name as it is above");
        return show_again(&Delete { page, problems, identity: Identity::of(&signed.person) });
    }
    let receipt = state.store()?.delete_person(&signed.access, state.timestamp()).await?;
    let at = times::moment(receipt.at, &signed.person.zone);
    let may_close = owned(&state, &signed.account).await?.is_empty();
    let mut response = write(&Deleted { page, receipt: Receipt::of(receipt, at), may_close })?;
    add_cookies(&state, &mut response, &[(cookies::PERSON, "")]);
    Ok(response)
}

/// What a table of the store holds, in words.
fn in_words(table: &str) -> &'static str {
    match table {
        "one_time" => "Links that were not used",
        "entry" => "Things that were logged",
        "tombstone" => "Marks of what was deleted earlier",
        "saved_check" => "Checks",
        "trial" => "Trials",
        "device" => "Phones",
        "calendar" => "The address of the calendar",
        "message" => "Messages",
        "reminder" => "Settings of reminders",
        "membership" => "Rights to look",
        "booking" => "Visits",
        "booking_resource" | "occupancy" => "Times that visits took",
        "visit_message" => "Messages about visits",
        "waiting" => "Wishes for an earlier visit",
        "request" => "Requests to clinics",
        "request_event" => "What clinics did with requests",
        "follow_up" => "Follow-ups",
        "document" => "What clinics wrote",
        "emergency_look" => "Openings in an emergency",
        "patient" => "Sharing with clinics",
        "subject" => "The tie to the list of who looked",
        "person" => "Name, time zone and country",
        _ => "Other",
    }
}
