//! Trials.

use async_trait::async_trait;
use charley_records::trials::{self, Ended, Trial, Trials};
use charley_records::{Access, RecordsError, Result, Right, TrialId};
use uuid::Uuid;

use crate::audit::note;
use crate::sql::{Connection, failed, some_time, time};
use crate::{PgStore, transaction};

type Row = (Uuid, i64, String, String, Vec<u8>, Option<i64>, Option<String>, Option<String>, Option<String>);

#[async_trait]
impl Trials for PgStore {
    async fn start_trial(&self, access: &Access, trial: &Trial) -> Result<()> {
        access.need(Right::Write)?;
        trials::check(trial)?;
        transaction!(self, |c| start(c, access, trial));
        Ok(())
    }

    async fn trials(&self, access: &Access) -> Result<Vec<Trial>> {
        access.need(Right::Read)?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, created, protocol, commitment, seed, ended, why, result, decision FROM trial
             WHERE person = $1 ORDER BY created DESC, id",
        )
        .bind(access.person().0)
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        self.note_read(access, "trial.read", rows.len()).await?;
        rows.into_iter().map(trial).collect()
    }

    async fn end_trial(&self, access: &Access, trial: TrialId, ended: &Ended) -> Result<()> {
        access.need(Right::Write)?;
        trials::check_end(ended)?;
        transaction!(self, |c| end(c, access, trial, ended));
        Ok(())
    }
}

fn trial((id, created, protocol, commitment, seed, ended, why, result, decision): Row) -> Result<Trial> {
    let seed = seed.try_into().map_err(|seed: Vec<u8>| RecordsError::Damaged {
        what: "a trial",
        why: format!("its seed has {} bytes", seed.len()),
    })?;
    let ended = some_time(ended)?.zip(why).map(|(at, why)| Ended { at, why, result, decision });
    Ok(Trial { id: TrialId(id), created: time(created)?, protocol, commitment, seed, ended })
}

async fn find(c: &mut Connection, access: &Access, id: TrialId) -> Result<Option<Trial>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, created, protocol, commitment, seed, ended, why, result, decision FROM trial
         WHERE person = $1 AND id = $2",
    )
    .bind(access.person().0)
    .bind(id.0)
    .fetch_optional(c)
    .await
    .map_err(failed)?;
    row.map(trial).transpose()
}

async fn start(c: &mut Connection, access: &Access, new: &Trial) -> Result<()> {
    if let Some(known) = find(c, access, new.id).await? {
        let same = known.protocol == new.protocol && known.commitment == new.commitment && known.seed == new.seed;
        return if same { Ok(()) } else { Err(RecordsError::Conflict("Another trial has this number.")) };
    }
    let under_way = sqlx::query("SELECT 1 FROM trial WHERE person = $1 AND ended IS NULL").bind(access.person().0);
    if under_way.fetch_optional(&mut *c).await.map_err(failed)?.is_some() {
        return Err(RecordsError::Conflict("A trial is under way. End it first: one question at a time."));
    }
    // Logged first: that fails when the person is gone.
    note(c, access, "trial.start", 1, access.opened()).await?;
    sqlx::query("INSERT INTO trial (person, id, created, protocol, commitment, seed) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(access.person().0)
        .bind(new.id.0)
        .bind(new.created.as_millisecond())
        .bind(&new.protocol)
        .bind(&new.commitment)
        .bind(&new.seed[..])
        .execute(c)
        .await
        .map_err(failed)?;
    Ok(())
}

async fn end(c: &mut Connection, access: &Access, id: TrialId, ended: &Ended) -> Result<()> {
    let trial = find(c, access, id).await?.ok_or(RecordsError::NotFound)?;
    if let Some(known) = &trial.ended {
        let same = known.at.as_millisecond() == ended.at.as_millisecond()
            && known.why == ended.why
            && known.result == ended.result;
        if !same {
            return Err(RecordsError::Conflict("This trial ended before."));
        }
        if known.decision == ended.decision {
            return Ok(());
        }
    }
    sqlx::query("UPDATE trial SET ended = $3, why = $4, result = $5, decision = $6 WHERE person = $1 AND id = $2")
        .bind(access.person().0)
        .bind(id.0)
        .bind(ended.at.as_millisecond())
        .bind(&ended.why)
        .bind(&ended.result)
        .bind(&ended.decision)
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    note(c, access, "trial.end", 1, access.opened()).await
}
