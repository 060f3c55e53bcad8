//! Backup and restore.

use std::path::Path;

use async_trait::async_trait;
use charley_records::backup::{Backup, BackupWriter, Cell, Kind, Row, SCHEMA, TABLES, Table};
use charley_records::deletions::Deleted;
use charley_records::maintenance::{BackupInfo, Maintenance, Restored};
use charley_records::{Actor, RecordsError, Result};
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _};

use crate::audit::note_plain;
use crate::deletions::keep_out;
use crate::sql::{Connection, failed};
use crate::{SqliteStore, transaction};

impl SqliteStore {
    /// Empties the write-ahead log after a deletion, so that what was deleted does not linger there. Readers may hold it
    /// open; then the next checkpoint does it.
    pub(crate) async fn forget_log(&self) {
        let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await;
    }
}

#[async_trait]
impl Maintenance for SqliteStore {
    async fn backup(&self, to: &Path, now: Timestamp) -> Result<BackupInfo> {
        let mut writer = BackupWriter::create(to, SCHEMA, now)?;
        {
            // A read transaction sees one moment for as long as it lasts, whatever is written meanwhile.
            let mut transaction = self.reader.begin().await.map_err(failed)?;
            for table in TABLES {
                write(&mut transaction, table, &mut writer).await?;
            }
        }
        let info = writer.finish()?;
        transaction!(self, |c| note_plain(c, &Actor::Job { name: "backup".to_owned() }, "database.backup", now));
        Ok(info)
    }

    async fn restore(&self, from: &Path, deleted: &Deleted, now: Timestamp) -> Result<Restored> {
        let from = from.to_path_buf();
        let backup = tokio::task::spawn_blocking(move || Backup::open(&from)).await.map_err(RecordsError::engine)??;
        let mut deleted = deleted.clone();
        if let Some(list) = &self.deletions {
            deleted.extend(list.read()?);
            list.add(&deleted)?;
        }
        let (people_kept_out, accounts_kept_out) = transaction!(self, |c| restore(c, &backup, &deleted, now));
        self.forget_log().await;
        Ok(Restored { backup: backup.info().clone(), people_kept_out, accounts_kept_out })
    }

    async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

async fn write(c: &mut Connection, table: &Table, writer: &mut BackupWriter) -> Result<()> {
    // Names come from a constant of this program, never from a user.
    let mut rows = sqlx::query(AssertSqlSafe(table.select(table.columns))).fetch(c);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        writer.row(table, table.columns, &cells(&row, table).map_err(failed)?)?;
    }
    Ok(())
}

fn cells(row: &SqliteRow, table: &Table) -> std::result::Result<Vec<Cell>, sqlx::Error> {
    let cell = |(at, kind)| {
        Ok(match kind {
            Kind::Id => Cell::Id(row.try_get(at)?),
            Kind::Text => Cell::Text(row.try_get(at)?),
            Kind::Number => Cell::Number(row.try_get(at)?),
            Kind::Flag => Cell::Flag(row.try_get(at)?),
            Kind::Bytes => Cell::Bytes(row.try_get(at)?),
        })
    };
    table.columns.iter().map(|column| column.kind).enumerate().map(cell).collect()
}

async fn restore(c: &mut Connection, backup: &Backup, deleted: &Deleted, now: Timestamp) -> Result<(u64, u64)> {
    let used: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM person)")
        .fetch_one(&mut *c)
        .await
        .map_err(failed)?;
    if used {
        return Err(RecordsError::Backup(
            "This database is in use. Restore into a new one: name another file or folder, which need not exist yet."
                .to_owned(),
        ));
    }
    for table in TABLES.iter().rev() {
        sqlx::query(AssertSqlSafe(table.clear())).execute(&mut *c).await.map_err(failed)?;
    }
    for Row { table, columns, cells } in backup.rows()? {
        let query = sqlx::query(AssertSqlSafe(table.insert(&columns)));
        let query = cells.into_iter().fold(query, |query, cell| match cell {
            Cell::Id(id) => query.bind(id),
            Cell::Text(text) => query.bind(text),
            Cell::Number(number) => query.bind(number),
            Cell::Flag(flag) => query.bind(flag),
            Cell::Bytes(bytes) => query.bind(bytes),
        });
        query.execute(&mut *c).await.map_err(failed)?;
    }
    note_plain(c, &Actor::Job { name: "restore".to_owned() }, "database.restore", now).await?;
    keep_out(c, deleted, "restore", now).await
}
