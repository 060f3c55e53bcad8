//! Whether somebody is on a clinic's list.

use charley_records::clinic::patients::Contact;
use charley_records::{OrganisationId, PersonId, RecordsError, Result};
use jiff::Timestamp;
use uuid::Uuid;

use crate::sql::{Connection, failed};

/// How the clinic reaches somebody who shares with it now.
///
/// # Errors
/// [`RecordsError::NotFound`] when the person does not share with it.
pub async fn shared(c: &mut Connection, clinic: OrganisationId, person: PersonId, now: Timestamp) -> Result<Contact> {
    let row: Option<(String, String, String)> = sqlx::query_as(
        "SELECT phone, mail, topic FROM patient
         WHERE clinic = $1 AND person = $2 AND since <= $3 AND (until IS NULL OR until > $3)",
    )
    .bind(clinic.0)
    .bind(person.0)
    .bind(now.as_millisecond())
    .fetch_optional(c)
    .await
    .map_err(failed)?;
    row.map(contact).ok_or(RecordsError::NotFound)
}

/// How the clinic reaches somebody whose visit it has, whether they still share or not.
pub async fn known(c: &mut Connection, clinic: OrganisationId, person: PersonId) -> Result<Contact> {
    let row: Option<(String, String, String)> =
        sqlx::query_as("SELECT phone, mail, topic FROM patient WHERE clinic = $1 AND person = $2")
            .bind(clinic.0)
            .bind(person.0)
            .fetch_optional(c)
            .await
            .map_err(failed)?;
    Ok(row.map(contact).unwrap_or_default())
}

fn contact((phone, mail, topic): (String, String, String)) -> Contact {
    Contact { phone, mail, topic }
}

/// Refuses an account that does not work in the clinic.
///
/// # Errors
/// [`RecordsError::Invalid`].
pub async fn need_staff(
    c: &mut Connection,
    clinic: OrganisationId,
    account: Uuid,
    field: &'static str,
    now: Timestamp,
) -> Result<()> {
    let held = sqlx::query(
        "SELECT 1 FROM membership
         WHERE organisation = $1 AND account = $2 AND since <= $3 AND (until IS NULL OR until > $3)",
    );
    let held = held.bind(clinic.0).bind(account).bind(now.as_millisecond()).fetch_optional(c).await.map_err(failed)?;
    held.map(|_| ()).ok_or_else(|| RecordsError::field(field, "Choose somebody who works in this clinic."))
}
