//! The audit log.

use async_trait::async_trait;
use charley_records::audit::{Audit, AuditEntry, Verified};
use charley_records::chain::{self, Head, Link, Walk};
use charley_records::{Access, Actor, RecordsError, Result, Right, SubjectId};
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use uuid::Uuid;

use crate::sql::{Connection, failed, time};
use crate::{SqliteStore, transaction};

/// Logs what was done through a handle, in the transaction that does it.
///
/// # Errors
/// [`RecordsError::NotFound`] when the person was deleted meanwhile.
pub async fn note(c: &mut Connection, access: &Access, action: &'static str, count: i64, now: Timestamp) -> Result<()> {
    let noted = sqlx::query(
        "INSERT INTO audit (at, actor, action, subject, count)
         SELECT $1, $2, $3, id, $4 FROM subject WHERE person = $5",
    )
    .bind(now.as_millisecond())
    .bind(chain::actor_code(access.actor()))
    .bind(action)
    .bind(count)
    .bind(access.person().0)
    .execute(c)
    .await
    .map_err(failed)?;
    if noted.rows_affected() == 1 { Ok(()) } else { Err(RecordsError::NotFound) }
}

/// Logs what concerns no person's record.
pub async fn note_plain(c: &mut Connection, actor: &Actor, action: &'static str, now: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO audit (at, actor, action, count) VALUES ($1, $2, $3, 1)")
        .bind(now.as_millisecond())
        .bind(chain::actor_code(actor))
        .bind(action)
        .execute(c)
        .await
        .map_err(failed)?;
    Ok(())
}

impl SqliteStore {
    /// Logs a read. What was read is handed out only after.
    pub(crate) async fn note_read(&self, access: &Access, action: &'static str, count: usize) -> Result<()> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        transaction!(self, |c| note(c, access, action, count, access.opened()));
        Ok(())
    }
}

#[async_trait]
impl Audit for SqliteStore {
    async fn link_audit(&self, now: Timestamp) -> Result<u64> {
        Ok(transaction!(self, |c| link(c, now)))
    }

    async fn verify_audit(&self) -> Result<Verified> {
        // All from one moment.
        let mut transaction = self.reader.begin().await.map_err(failed)?;
        verify(&mut transaction).await
    }

    async fn audit_of(&self, access: &Access, most: u32) -> Result<Vec<AuditEntry>> {
        access.need(Right::Read)?;
        let rows: Vec<(Option<i64>, i64, String, String, Uuid, i64, Option<String>)> = sqlx::query_as(
            "SELECT sequence, at, actor, action, subject, count, hash FROM audit
             WHERE subject = (SELECT id FROM subject WHERE person = $1) ORDER BY id DESC LIMIT $2",
        )
        .bind(access.person().0)
        .bind(i64::from(most))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        self.note_read(access, "audit.read", rows.len()).await?;
        rows.into_iter()
            .map(|(sequence, at, actor, action, subject, count, hash)| {
                let actor = chain::actor_of(&actor, access.person())?;
                let subject = Some(SubjectId(subject));
                Ok(AuditEntry { sequence, at: time(at)?, actor, action, subject, count, hash })
            })
            .collect()
    }
}

async fn key(c: &mut Connection) -> Result<Vec<u8>> {
    let key = sqlx::query_scalar("SELECT value FROM secret WHERE name = $1").bind(chain::KEY);
    key.fetch_optional(c).await.map_err(failed)?.ok_or_else(|| RecordsError::Damaged {
        what: "the key of the audit log",
        why: "it is missing. Restore a backup.".to_owned(),
    })
}

async fn link(c: &mut Connection, now: Timestamp) -> Result<u64> {
    let last = "SELECT sequence, hash FROM audit WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1";
    let last: Option<(i64, String)> = sqlx::query_as(last).fetch_optional(&mut *c).await.map_err(failed)?;
    let (mut sequence, mut hash) = last.unwrap_or_default();
    let waiting: Vec<(i64, i64, String, String, Option<Uuid>, i64)> = sqlx::query_as(
        "SELECT id, at, actor, action, subject, count FROM audit WHERE sequence IS NULL ORDER BY id LIMIT $1",
    )
    .bind(chain::BATCH)
    .fetch_all(&mut *c)
    .await
    .map_err(failed)?;
    let linked = waiting.len();
    for (id, at_ms, actor, action, subject, count) in waiting {
        sequence += 1;
        hash = Link { sequence, at_ms, actor, action, subject: subject.map(SubjectId), count }.hash(&hash);
        let update = sqlx::query("UPDATE audit SET sequence = $1, hash = $2 WHERE id = $3");
        update.bind(sequence).bind(&hash).bind(id).execute(&mut *c).await.map_err(failed)?;
    }
    if linked > 0 {
        let head = Head::sign(&key(c).await?, sequence, hash, now.as_millisecond())?;
        sqlx::query("INSERT INTO audit_head (sequence, hash, at, signature) VALUES ($1, $2, $3, $4)")
            .bind(head.sequence)
            .bind(head.hash)
            .bind(head.at_ms)
            .bind(head.signature)
            .execute(c)
            .await
            .map_err(failed)?;
    }
    Ok(linked as u64)
}

async fn verify(c: &mut Connection) -> Result<Verified> {
    let key = key(c).await?;
    let heads: Vec<(i64, String, i64, String)> =
        sqlx::query_as("SELECT sequence, hash, at, signature FROM audit_head ORDER BY sequence")
            .fetch_all(&mut *c)
            .await
            .map_err(failed)?;
    let heads = heads.into_iter().map(|(sequence, hash, at_ms, signature)| Head { sequence, hash, at_ms, signature });
    let mut walk = Walk::new(heads.collect(), &key)?;
    let waiting: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE sequence IS NULL")
        .fetch_one(&mut *c)
        .await
        .map_err(failed)?;
    let mut rows = sqlx::query_as::<_, (i64, i64, String, String, Option<Uuid>, i64, String)>(
        "SELECT sequence, at, actor, action, subject, count, hash FROM audit
         WHERE sequence IS NOT NULL ORDER BY sequence",
    )
    .fetch(c);
    while let Some((sequence, at_ms, actor, action, subject, count, hash)) = rows.try_next().await.map_err(failed)? {
        let link = Link { sequence, at_ms, actor, action, subject: subject.map(SubjectId), count };
        if !walk.step(&link, &hash) {
            break;
        }
    }
    Ok(walk.finish(u64::try_from(waiting).unwrap_or(0)))
}
