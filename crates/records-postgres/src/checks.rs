//! Saved checks.

use async_trait::async_trait;
use charley_records::checks::{self, Check, Checks};
use charley_records::{Access, CheckId, RecordsError, Result, Right};
use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::note;
use crate::sql::{Connection, failed, time};
use crate::{PgStore, transaction};

type Row = (Uuid, i64, String, String, String);

#[async_trait]
impl Checks for PgStore {
    async fn save_check(&self, access: &Access, check: &Check) -> Result<()> {
        access.need(Right::Write)?;
        checks::check(check)?;
        transaction!(self, |c| save(c, access, check));
        Ok(())
    }

    async fn checks(&self, access: &Access) -> Result<Vec<Check>> {
        access.need(Right::Read)?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, at, knowledge, disposition, answers FROM saved_check WHERE person = $1 ORDER BY at DESC, id",
        )
        .bind(access.person().0)
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        self.note_read(access, "check.read", rows.len()).await?;
        rows.into_iter()
            .map(|(id, at, knowledge, disposition, answers)| {
                Ok(Check { id: CheckId(id), at: time(at)?, knowledge, disposition, answers })
            })
            .collect()
    }

    async fn delete_check(&self, access: &Access, check: CheckId, now: Timestamp) -> Result<()> {
        access.need(Right::Write)?;
        transaction!(self, |c| delete(c, access, check, now));
        Ok(())
    }
}

async fn save(c: &mut Connection, access: &Access, check: &Check) -> Result<()> {
    let saved = sqlx::query(
        "INSERT INTO saved_check (person, id, at, knowledge, disposition, answers)
         SELECT id, $2, $3, $4, $5, $6 FROM person WHERE id = $1 ON CONFLICT DO NOTHING",
    )
    .bind(access.person().0)
    .bind(check.id.0)
    .bind(check.at.as_millisecond())
    .bind(&check.knowledge)
    .bind(&check.disposition)
    .bind(&check.answers)
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    if saved.rows_affected() == 1 {
        return note(c, access, "check.save", 1, access.opened()).await;
    }
    let known: Option<(i64, String, String, String)> =
        sqlx::query_as("SELECT at, knowledge, disposition, answers FROM saved_check WHERE person = $1 AND id = $2")
            .bind(access.person().0)
            .bind(check.id.0)
            .fetch_optional(c)
            .await
            .map_err(failed)?;
    let Some((at, knowledge, disposition, answers)) = known else { return Err(RecordsError::NotFound) };
    let same = at == check.at.as_millisecond()
        && knowledge == check.knowledge
        && disposition == check.disposition
        && answers == check.answers;
    if same { Ok(()) } else { Err(RecordsError::Conflict("Another check was saved under this number.")) }
}

async fn delete(c: &mut Connection, access: &Access, check: CheckId, now: Timestamp) -> Result<()> {
    let delete = sqlx::query("DELETE FROM saved_check WHERE person = $1 AND id = $2");
    let gone = delete.bind(access.person().0).bind(check.0).execute(&mut *c).await.map_err(failed)?;
    if gone.rows_affected() == 0 {
        return Err(RecordsError::NotFound);
    }
    note(c, access, "check.delete", 1, now).await
}
