//! Clinical documents.

use async_trait::async_trait;
use charley_records::clinic::documents::{self, Document, DocumentKind, Documents};
use charley_records::clinic::{Care, Duty};
use charley_records::{Access, AccountId, OrganisationId, RecordsError, Result, Right};
use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::note;
use crate::sql::{Connection, failed, some_time, time};
use crate::{PgStore, transaction};

type Row = (String, i64, i64, Uuid, String, Option<Uuid>, Option<i64>);

const CHANGED: &str = "Somebody has written here since. Look at what they wrote, then enter yours again.";

fn document((kind, version, at, author, body, signer, signed): Row) -> Result<Document> {
    Ok(Document {
        kind: DocumentKind::of_code(&kind)?,
        version: number(version)?,
        at: time(at)?,
        author: AccountId(author),
        body,
        signed: signer.map(AccountId).zip(some_time(signed)?),
    })
}

fn number(version: i64) -> Result<u32> {
    u32::try_from(version)
        .map_err(|error| RecordsError::Damaged { what: "the version of a document", why: error.to_string() })
}

#[async_trait]
impl Documents for PgStore {
    async fn write_document(
        &self,
        care: &Care,
        kind: DocumentKind,
        base: u32,
        body: &str,
        now: Timestamp,
    ) -> Result<Document> {
        care.desk().need(Duty::WriteRecord)?;
        documents::check(body)?;
        Ok(transaction!(self, |c| write(c, care, (kind, base), body, now)))
    }

    async fn documents(&self, care: &Care) -> Result<Vec<Document>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT kind, version, at, author, body, signer, signed FROM document d
             WHERE clinic = $1 AND person = $2 AND version = (
               SELECT MAX(version) FROM document n WHERE n.clinic = $1 AND n.person = $2 AND n.kind = d.kind)",
        )
        .bind(care.desk().clinic().0)
        .bind(care.person().0)
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        self.note_read(care.access(), "document.read", rows.len()).await?;
        let mut documents = rows.into_iter().map(document).collect::<Result<Vec<_>>>()?;
        documents.sort_by_key(|document| document.kind);
        Ok(documents)
    }

    async fn document_history(&self, care: &Care, kind: DocumentKind) -> Result<Vec<Document>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT kind, version, at, author, body, signer, signed FROM document
             WHERE clinic = $1 AND person = $2 AND kind = $3 ORDER BY version DESC",
        )
        .bind(care.desk().clinic().0)
        .bind(care.person().0)
        .bind(kind.code())
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        self.note_read(care.access(), "document.read", rows.len()).await?;
        rows.into_iter().map(document).collect()
    }

    async fn sign_document(&self, care: &Care, kind: DocumentKind, version: u32, now: Timestamp) -> Result<()> {
        care.desk().need(Duty::Sign)?;
        transaction!(self, |c| sign(c, care, (kind, version), now));
        Ok(())
    }

    async fn signed_plan(&self, access: &Access, clinic: OrganisationId) -> Result<Option<Document>> {
        access.need(Right::Read)?;
        let row: Option<Row> = sqlx::query_as(
            "SELECT kind, version, at, author, body, signer, signed FROM document
             WHERE clinic = $1 AND person = $2 AND kind = $3 AND signer IS NOT NULL ORDER BY version DESC LIMIT 1",
        )
        .bind(clinic.0)
        .bind(access.person().0)
        .bind(DocumentKind::Plan.code())
        .fetch_optional(&self.pool)
        .await
        .map_err(failed)?;
        self.note_read(access, "document.read", usize::from(row.is_some())).await?;
        row.map(document).transpose()
    }
}

/// The newest version; 0 when there is none.
async fn newest(c: &mut Connection, care: &Care, kind: DocumentKind) -> Result<u32> {
    let newest = sqlx::query_scalar(
        "SELECT COALESCE(MAX(version), 0) FROM document WHERE clinic = $1 AND person = $2 AND kind = $3",
    );
    let newest = newest.bind(care.desk().clinic().0).bind(care.person().0).bind(kind.code());
    number(newest.fetch_one(c).await.map_err(failed)?)
}

async fn write(
    c: &mut Connection,
    care: &Care,
    (kind, base): (DocumentKind, u32),
    body: &str,
    now: Timestamp,
) -> Result<Document> {
    if newest(c, care, kind).await? != base {
        return Err(RecordsError::Conflict(CHANGED));
    }
    // Logged first: that fails when the person is gone.
    note(c, care.access(), "document.write", 1, now).await?;
    let (version, author) = (base + 1, care.desk().account());
    sqlx::query(
        "INSERT INTO document (clinic, person, kind, version, at, author, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(care.desk().clinic().0)
    .bind(care.person().0)
    .bind(kind.code())
    .bind(i64::from(version))
    .bind(now.as_millisecond())
    .bind(author.0)
    .bind(body)
    .execute(c)
    .await
    .map_err(failed)?;
    let at = time(now.as_millisecond())?;
    Ok(Document { kind, version, at, author, body: body.to_owned(), signed: None })
}

async fn sign(c: &mut Connection, care: &Care, (kind, version): (DocumentKind, u32), now: Timestamp) -> Result<()> {
    let newest = newest(c, care, kind).await?;
    if version == 0 || version > newest {
        return Err(RecordsError::NotFound);
    }
    if version < newest {
        return Err(RecordsError::Conflict(CHANGED));
    }
    let signed = sqlx::query(
        "UPDATE document SET signer = $5, signed = $6
         WHERE clinic = $1 AND person = $2 AND kind = $3 AND version = $4 AND signer IS NULL",
    )
    .bind(care.desk().clinic().0)
    .bind(care.person().0)
    .bind(kind.code())
    .bind(i64::from(version))
    .bind(care.desk().account().0)
    .bind(now.as_millisecond())
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    if signed.rows_affected() == 0 {
        return Ok(());
    }
    note(c, care.access(), "document.sign", 1, now).await
}
