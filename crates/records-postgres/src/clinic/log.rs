//! What staff and links did, in the audit log.

use charley_records::clinic::Desk;
use charley_records::{Actor, PersonId, RecordsError, Result, chain};
use jiff::Timestamp;

use crate::PgStore;
use crate::sql::{Connection, failed};

/// Logs what concerns a person and was done without a handle on their record, in the transaction that does it.
///
/// # Errors
/// [`RecordsError::NotFound`] when the person was deleted meanwhile.
pub async fn note_about(
    c: &mut Connection,
    actor: &Actor,
    person: PersonId,
    action: &'static str,
    count: i64,
    now: Timestamp,
) -> Result<()> {
    let noted = sqlx::query(
        "INSERT INTO audit (at, actor, action, subject, count)
         SELECT $1, $2, $3, id, $4 FROM subject WHERE person = $5",
    )
    .bind(now.as_millisecond())
    .bind(chain::actor_code(actor))
    .bind(action)
    .bind(count)
    .bind(person.0)
    .execute(c)
    .await
    .map_err(failed)?;
    if noted.rows_affected() == 1 { Ok(()) } else { Err(RecordsError::NotFound) }
}

/// Logs what concerns the clinic, or a list of people.
pub async fn note_clinic(
    c: &mut Connection,
    desk: &Desk,
    action: &'static str,
    count: usize,
    now: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT INTO audit (at, actor, action, count) VALUES ($1, $2, $3, $4)")
        .bind(now.as_millisecond())
        .bind(chain::actor_code(&desk.actor()))
        .bind(action)
        .bind(i64::try_from(count).unwrap_or(i64::MAX))
        .execute(c)
        .await
        .map_err(failed)?;
    Ok(())
}

impl PgStore {
    /// Logs that a list was read. It is handed out only after.
    pub(super) async fn note_list(&self, desk: &Desk, action: &'static str, count: usize) -> Result<()> {
        // One statement that depends on nothing it could disturb: no need to be serializable.
        let mut c = self.pool.acquire().await.map_err(failed)?;
        note_clinic(&mut c, desk, action, count, desk.opened()).await
    }

    /// Logs that something about one person was read. It is handed out only after.
    pub(super) async fn note_look(
        &self,
        actor: &Actor,
        person: PersonId,
        action: &'static str,
        count: usize,
        now: Timestamp,
    ) -> Result<()> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let mut c = self.pool.acquire().await.map_err(failed)?;
        note_about(&mut c, actor, person, action, count, now).await
    }
}
