//! Follow-ups.

use async_trait::async_trait;
use charley_records::clinic::follow_up::{self, FollowUp, FollowUpState, FollowUps, Outcome};
use charley_records::clinic::{Care, Desk, Duty};
use charley_records::{AccountId, FollowUpId, PersonId, RecordsError, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::audit::note;
use crate::sql::{Connection, day, failed, some_time};
use crate::{PgStore, transaction};

type Row = (Uuid, Uuid, i64, String, String, String, Option<String>, Option<Uuid>, Option<i64>);
type NamedRow = (Uuid, Uuid, i64, String, String, String, Option<String>, Option<Uuid>, Option<i64>, String);

fn follow_up((id, person, week, began, due, state, result, account, recorded): Row) -> Result<FollowUp> {
    let week = u16::try_from(week)
        .map_err(|error| RecordsError::Damaged { what: "the week of a follow-up", why: error.to_string() })?;
    Ok(FollowUp {
        id: FollowUpId(id),
        person: PersonId(person),
        week,
        began: day(&began)?,
        due: day(&due)?,
        state: FollowUpState::of_code(&state)?,
        result,
        recorded: account.map(AccountId).zip(some_time(recorded)?),
    })
}

#[async_trait]
impl FollowUps for PgStore {
    async fn plan_follow_ups(&self, care: &Care, began: Date, now: Timestamp) -> Result<()> {
        care.desk().need(Duty::Sign)?;
        let days = follow_up::days(began)?;
        transaction!(self, |c| plan(c, care, began, &days, now));
        Ok(())
    }

    async fn follow_ups(&self, care: &Care) -> Result<Vec<FollowUp>> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, person, week, began, due, state, result, account, recorded FROM follow_up
             WHERE clinic = $1 AND person = $2 ORDER BY due, id",
        )
        .bind(care.desk().clinic().0)
        .bind(care.person().0)
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        self.note_read(care.access(), "follow_up.read", rows.len()).await?;
        rows.into_iter().map(follow_up).collect()
    }

    async fn due_follow_ups(&self, desk: &Desk, until: Date) -> Result<Vec<(FollowUp, String)>> {
        desk.need(Duty::SeeList)?;
        let rows: Vec<NamedRow> = sqlx::query_as(
            "SELECT f.id, f.person, f.week, f.began, f.due, f.state, f.result, f.account, f.recorded, p.name
             FROM follow_up f JOIN person p ON p.id = f.person
             JOIN patient t ON t.clinic = f.clinic AND t.person = f.person
             WHERE f.clinic = $1 AND f.state = 'due' AND f.due <= $2 AND t.until IS NULL ORDER BY f.due, f.id",
        )
        .bind(desk.clinic().0)
        .bind(until.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        self.note_list(desk, "follow_up.list", rows.len()).await?;
        rows.into_iter()
            .map(|(id, person, week, began, due, state, result, account, recorded, name)| {
                Ok((follow_up((id, person, week, began, due, state, result, account, recorded))?, name))
            })
            .collect()
    }

    async fn record_follow_up(
        &self,
        care: &Care,
        follow_up: FollowUpId,
        state: FollowUpState,
        result: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        care.desk().need(Duty::WriteRecord)?;
        follow_up::check(state, result)?;
        transaction!(self, |c| record(c, care, follow_up, (state, result), now));
        Ok(())
    }

    async fn outcomes(&self, desk: &Desk, until: Date) -> Result<Vec<Outcome>> {
        desk.need(Duty::Outcomes)?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, person, week, began, due, state, result, account, recorded FROM follow_up
             WHERE clinic = $1 AND due <= $2 ORDER BY person, due, id",
        )
        .bind(desk.clinic().0)
        .bind(until.to_string())
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        self.note_list(desk, "outcome.list", rows.len()).await?;
        Ok(follow_up::outcomes(rows.into_iter().map(follow_up).collect::<Result<_>>()?))
    }
}

async fn plan(c: &mut Connection, care: &Care, began: Date, days: &[(u16, Date)], now: Timestamp) -> Result<()> {
    // Logged first: that fails when the person is gone.
    note(c, care.access(), "follow_up.plan", 1, now).await?;
    let (clinic, person) = (care.desk().clinic().0, care.person().0);
    for (week, due) in days {
        let moved = sqlx::query(
            "UPDATE follow_up SET began = $4, due = $5
             WHERE clinic = $1 AND person = $2 AND week = $3 AND state = 'due'",
        )
        .bind(clinic)
        .bind(person)
        .bind(i64::from(*week))
        .bind(began.to_string())
        .bind(due.to_string())
        .execute(&mut *c)
        .await
        .map_err(failed)?;
        if moved.rows_affected() > 0 {
            continue;
        }
        // One of this very plan that was recorded already is not planned again.
        sqlx::query(
            "INSERT INTO follow_up (id, clinic, person, week, began, due, state)
             SELECT $1, $2, $3, $4, $5, $6, 'due' WHERE NOT EXISTS (
               SELECT 1 FROM follow_up WHERE clinic = $2 AND person = $3 AND week = $4 AND began = $5)",
        )
        .bind(charley_records::random()?)
        .bind(clinic)
        .bind(person)
        .bind(i64::from(*week))
        .bind(began.to_string())
        .bind(due.to_string())
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    }
    Ok(())
}

async fn record(
    c: &mut Connection,
    care: &Care,
    id: FollowUpId,
    (state, result): (FollowUpState, Option<&str>),
    now: Timestamp,
) -> Result<()> {
    let known: Option<(String, Option<String>)> =
        sqlx::query_as("SELECT state, result FROM follow_up WHERE id = $1 AND clinic = $2 AND person = $3")
            .bind(id.0)
            .bind(care.desk().clinic().0)
            .bind(care.person().0)
            .fetch_optional(&mut *c)
            .await
            .map_err(failed)?;
    let (before, answers) = known.ok_or(RecordsError::NotFound)?;
    if before == state.code() && answers.as_deref() == result {
        return Ok(());
    }
    if answers.is_some() {
        return Err(RecordsError::Conflict("The answers of this follow-up are there already."));
    }
    sqlx::query("UPDATE follow_up SET state = $2, result = $3, account = $4, recorded = $5 WHERE id = $1")
        .bind(id.0)
        .bind(state.code())
        .bind(result)
        .bind(care.desk().account().0)
        .bind(now.as_millisecond())
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    note(c, care.access(), "follow_up.record", 1, now).await
}
