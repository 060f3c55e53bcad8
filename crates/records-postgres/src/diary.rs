//! The diary.

use std::collections::HashSet;

use async_trait::async_trait;
use charley_records::diary::{Diary, Entry, MOST_ENTRIES, NewEntry, Receipt, appender, check_all, content};
use charley_records::{Access, DeviceId, EntryId, RecordsError, Result, Right};
use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::note;
use crate::sql::{Connection, count, failed, time};
use crate::{PgStore, transaction};

#[async_trait]
impl Diary for PgStore {
    async fn append(&self, access: &Access, entries: &[NewEntry], now: Timestamp) -> Result<Vec<Receipt>> {
        let device = appender(access)?;
        check_all(entries, now)?;
        Ok(transaction!(self, |c| append(c, access, device, entries, now)))
    }

    async fn entries(&self, access: &Access) -> Result<Vec<Entry>> {
        access.need(Right::Read)?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT sequence, id, at, zone, body, device, received, disputed FROM entry
             WHERE person = $1 ORDER BY sequence",
        )
        .bind(access.person().0)
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        self.note_read(access, "diary.read", rows.len()).await?;
        rows.into_iter().map(entry).collect()
    }

    async fn delete_entries(&self, access: &Access, ids: &[EntryId], now: Timestamp) -> Result<u64> {
        access.need(Right::Write)?;
        if ids.len() > MOST_ENTRIES {
            return Err(RecordsError::field("ids", format!("Delete at most {MOST_ENTRIES} entries at once.")));
        }
        let destroyed = transaction!(self, |c| delete(c, access, ids, now));
        Ok(destroyed)
    }
}

type Row = (i64, Uuid, i64, String, String, Option<Uuid>, i64, bool);

fn entry((sequence, id, at, zone, body, device, received, disputed): Row) -> Result<Entry> {
    let body = serde_json::from_str(&body)
        .map_err(|error| RecordsError::Damaged { what: "a diary entry", why: error.to_string() })?;
    let new = NewEntry { id: EntryId(id), at: time(at)?, zone, body };
    Ok(Entry { sequence, new, device: device.map(DeviceId), received: time(received)?, disputed })
}

async fn append(
    c: &mut Connection,
    access: &Access,
    device: Option<DeviceId>,
    entries: &[NewEntry],
    now: Timestamp,
) -> Result<Vec<Receipt>> {
    let person = access.person().0;
    let before: Option<i64> = sqlx::query_scalar("SELECT entries FROM person WHERE id = $1")
        .bind(person)
        .fetch_optional(&mut *c)
        .await
        .map_err(failed)?;
    let before = before.ok_or(RecordsError::NotFound)?;
    if let Some(device) = device {
        seen(c, device, now).await?;
    }
    let mut arrived = before;
    let mut receipts = Vec::with_capacity(entries.len());
    for entry in entries {
        receipts.push(keep(c, person, device, entry, &mut arrived, now).await?);
    }
    if arrived > before {
        let update = sqlx::query("UPDATE person SET entries = $2 WHERE id = $1");
        update.bind(person).bind(arrived).execute(&mut *c).await.map_err(failed)?;
    }
    note(c, access, "diary.append", arrived - before, now).await?;
    Ok(receipts)
}

/// Marks a device as seen, and refuses a revoked one.
async fn seen(c: &mut Connection, device: DeviceId, now: Timestamp) -> Result<()> {
    let update = sqlx::query("UPDATE device SET seen = $2 WHERE id = $1 AND revoked IS NULL");
    let live = update.bind(device.0).bind(now.as_millisecond()).execute(c).await.map_err(failed)?;
    if live.rows_affected() == 1 { Ok(()) } else { Err(RecordsError::Forbidden) }
}

async fn keep(
    c: &mut Connection,
    person: Uuid,
    device: Option<DeviceId>,
    entry: &NewEntry,
    arrived: &mut i64,
    now: Timestamp,
) -> Result<Receipt> {
    if is_dead(c, person, entry.id).await? {
        return Ok(Receipt::Deleted);
    }
    let content = content(entry);
    let known: Vec<(String, bool)> =
        sqlx::query_as("SELECT content, disputed FROM entry WHERE person = $1 AND id = $2")
            .bind(person)
            .bind(entry.id.0)
            .fetch_all(&mut *c)
            .await
            .map_err(failed)?;
    if let Some((_, disputed)) = known.iter().find(|(kept, _)| *kept == content) {
        return Ok(if *disputed { Receipt::Disputed } else { Receipt::Known });
    }
    let target = entry.body.target();
    if let Some(target) = target {
        if is_dead(c, person, target).await? {
            return Ok(Receipt::Deleted);
        }
        if let Some(device) = device {
            need_own(c, person, device, target).await?;
        }
    }
    *arrived += 1;
    let disputed = !known.is_empty();
    let body = serde_json::to_string(&entry.body).map_err(RecordsError::engine)?;
    sqlx::query(
        "INSERT INTO entry (person, sequence, id, at, zone, body, content, target, device, received, disputed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(person)
    .bind(*arrived)
    .bind(entry.id.0)
    .bind(entry.at.as_millisecond())
    .bind(&entry.zone)
    .bind(body)
    .bind(content)
    .bind(target.map(|target| target.0))
    .bind(device.map(|device| device.0))
    .bind(now.as_millisecond())
    .bind(disputed)
    .execute(c)
    .await
    .map_err(failed)?;
    Ok(if disputed { Receipt::Disputed } else { Receipt::Stored })
}

async fn is_dead(c: &mut Connection, person: Uuid, id: EntryId) -> Result<bool> {
    let stone = sqlx::query("SELECT 1 FROM tombstone WHERE person = $1 AND id = $2").bind(person).bind(id.0);
    Ok(stone.fetch_optional(c).await.map_err(failed)?.is_some())
}

/// A device changes only what it sent. That an entry of another exists is not told.
async fn need_own(c: &mut Connection, person: Uuid, device: DeviceId, target: EntryId) -> Result<()> {
    let own = sqlx::query("SELECT 1 FROM entry WHERE person = $1 AND id = $2 AND device = $3 AND NOT disputed");
    let own = own.bind(person).bind(target.0).bind(device.0).fetch_optional(c).await.map_err(failed)?;
    own.map(|_| ()).ok_or(RecordsError::Forbidden)
}

async fn delete(c: &mut Connection, access: &Access, ids: &[EntryId], now: Timestamp) -> Result<u64> {
    let person = access.person().0;
    let links: Vec<(Uuid, Uuid)> =
        sqlx::query_as("SELECT id, target FROM entry WHERE person = $1 AND target IS NOT NULL")
            .bind(person)
            .fetch_all(&mut *c)
            .await
            .map_err(failed)?;
    let mut dead: HashSet<Uuid> = ids.iter().map(|id| id.0).collect();
    // An edit may itself be undone, and so on: until nothing more hangs on what goes.
    while links.iter().filter(|(id, target)| dead.contains(target) && dead.insert(*id)).count() > 0 {}
    let mut destroyed = 0;
    for id in dead {
        let delete = sqlx::query("DELETE FROM entry WHERE person = $1 AND id = $2").bind(person).bind(id);
        let rows = delete.execute(&mut *c).await.map_err(failed)?.rows_affected();
        destroyed += rows;
        if rows > 0 {
            sqlx::query("INSERT INTO tombstone (person, id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                .bind(person)
                .bind(id)
                .bind(now.as_millisecond())
                .execute(&mut *c)
                .await
                .map_err(failed)?;
        }
    }
    note(c, access, "diary.delete", count(destroyed), now).await?;
    Ok(destroyed)
}
