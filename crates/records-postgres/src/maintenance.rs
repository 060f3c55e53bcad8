//! Backup and restore.

use std::path::Path;

use async_trait::async_trait;
use charley_records::backup::{Backup, BackupWriter, Cell, Kind, TABLES, Table};
use charley_records::maintenance::{BackupInfo, Maintenance};
use charley_records::{Actor, RecordsError, Result};
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row as _};

use crate::audit::note_plain;
use crate::sql::{Connection, failed};
use crate::{PgStore, transaction};

#[async_trait]
impl Maintenance for PgStore {
    async fn backup(&self, to: &Path, now: Timestamp) -> Result<BackupInfo> {
        let mut writer = BackupWriter::create(to, now)?;
        {
            // A read transaction sees one moment for as long as it lasts, whatever is written meanwhile.
            let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
            let mut transaction = self.pool.begin_with(begin).await.map_err(failed)?;
            for table in TABLES {
                write(&mut transaction, table, &mut writer).await?;
            }
        }
        let info = writer.finish()?;
        transaction!(self, |c| note_plain(c, &Actor::Job { name: "backup".to_owned() }, "database.backup", now));
        Ok(info)
    }

    async fn restore(&self, from: &Path, now: Timestamp) -> Result<BackupInfo> {
        let from = from.to_path_buf();
        let backup = tokio::task::spawn_blocking(move || Backup::open(&from)).await.map_err(RecordsError::engine)??;
        transaction!(self, |c| restore(c, &backup, now));
        Ok(backup.info().clone())
    }
}

async fn write(c: &mut Connection, table: &Table, writer: &mut BackupWriter) -> Result<()> {
    // Names come from a constant of this program, never from a user.
    let mut rows = sqlx::query(AssertSqlSafe(table.select())).fetch(c);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        writer.row(table, &cells(&row, table).map_err(failed)?)?;
    }
    Ok(())
}

fn cells(row: &PgRow, table: &Table) -> std::result::Result<Vec<Cell>, sqlx::Error> {
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

async fn restore(c: &mut Connection, backup: &Backup, now: Timestamp) -> Result<()> {
    let used: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM person)")
        .fetch_one(&mut *c)
        .await
        .map_err(failed)?;
    if used {
        return Err(RecordsError::Backup(
            "This database is in use. Restore into a new one: name an empty database.".to_owned(),
        ));
    }
    for table in TABLES.iter().rev() {
        sqlx::query(AssertSqlSafe(table.clear())).execute(&mut *c).await.map_err(failed)?;
    }
    for (table, cells) in backup.rows()? {
        let query = sqlx::query(AssertSqlSafe(table.insert()));
        let query = cells.into_iter().fold(query, |query, cell| match cell {
            Cell::Id(id) => query.bind(id),
            Cell::Text(text) => query.bind(text),
            Cell::Number(number) => query.bind(number),
            Cell::Flag(flag) => query.bind(flag),
            Cell::Bytes(bytes) => query.bind(bytes),
        });
        query.execute(&mut *c).await.map_err(failed)?;
    }
    // Ids that the server counts go on after those that were restored.
    for sql in [
        "SELECT setval(pg_get_serial_sequence('audit', 'id'), (SELECT COALESCE(MAX(id), 1) FROM audit))",
        "SELECT setval(pg_get_serial_sequence('request_event', 'id'), (SELECT COALESCE(MAX(id), 1) FROM request_event))",
    ] {
        sqlx::query(sql).execute(&mut *c).await.map_err(failed)?;
    }
    note_plain(c, &Actor::Job { name: "restore".to_owned() }, "database.restore", now).await
}
