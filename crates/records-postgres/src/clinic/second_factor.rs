//! The second factor of staff.

use async_trait::async_trait;
use charley_records::clinic::second_factor::{
    RECOVERY_CODES, SecondFactorState, SecondFactors, accepted_step, new_recovery_code, new_secret,
    recovery_fingerprint,
};
use charley_records::clinic::{Desk, Duty};
use charley_records::secret::Secret;
use charley_records::throttle::{self, FREE_PER_FACTOR};
use charley_records::{AccountId, Actor, RecordsError, Result, SessionId};
use jiff::Timestamp;

use super::staff::roles;
use crate::accounts::{actor, attempts};
use crate::audit::note_plain;
use crate::sql::{Connection, failed};
use crate::{PgStore, transaction};

#[async_trait]
impl SecondFactors for PgStore {
    async fn second_factor(&self, account: AccountId) -> Result<SecondFactorState> {
        let mut c = self.pool.acquire().await.map_err(failed)?;
        let confirmed = find(&mut c, account).await?.is_some_and(|factor| factor.confirmed.is_some());
        let codes = sqlx::query_scalar("SELECT COUNT(*) FROM recovery_code WHERE account = $1").bind(account.0);
        let codes: i64 = codes.fetch_one(&mut *c).await.map_err(failed)?;
        Ok(SecondFactorState { confirmed, recovery_codes: u32::try_from(codes).unwrap_or(u32::MAX) })
    }

    async fn begin_second_factor(&self, account: AccountId, now: Timestamp) -> Result<Vec<u8>> {
        Ok(transaction!(self, |c| begin(c, account, now)))
    }

    async fn confirm_second_factor(
        &self,
        account: AccountId,
        session: SessionId,
        code: &str,
        now: Timestamp,
    ) -> Result<Vec<Secret>> {
        self.count_guess(account, now).await?;
        transaction!(self, |c| confirm(c, account, session, code, now)).ok_or_else(wrong)
    }

    async fn prove_second_factor(
        &self,
        account: AccountId,
        session: SessionId,
        code: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.count_guess(account, now).await?;
        if transaction!(self, |c| prove(c, account, session, code, now)) { Ok(()) } else { Err(wrong()) }
    }

    async fn remove_second_factor(&self, desk: &Desk, account: AccountId, now: Timestamp) -> Result<()> {
        desk.need(Duty::Manage)?;
        transaction!(self, |c| remove(c, desk, account, now));
        Ok(())
    }

    async fn reset_second_factor(&self, account: AccountId, now: Timestamp) -> Result<()> {
        let actor = Actor::Job { name: "admin".to_owned() };
        transaction!(self, |c| clear(c, &actor, account, now));
        Ok(())
    }
}

impl PgStore {
    /// Counts a code as wrong before it is looked at, so that many at once are no way around the throttle.
    async fn count_guess(&self, account: AccountId, now: Timestamp) -> Result<()> {
        let keys = [(throttle::factor_key(account), FREE_PER_FACTOR)];
        transaction!(self, |c| attempts::count(c, &keys, now));
        Ok(())
    }
}

fn wrong() -> RecordsError {
    RecordsError::field("code", "This code is wrong, or it was used already. Wait for the next one and try again.")
}

struct Factor {
    secret: Vec<u8>,
    confirmed: Option<i64>,
    last_step: Option<i64>,
}

async fn find(c: &mut Connection, account: AccountId) -> Result<Option<Factor>> {
    let row = sqlx::query_as("SELECT secret, confirmed, last_step FROM second_factor WHERE account = $1");
    let row: Option<(Vec<u8>, Option<i64>, Option<i64>)> =
        row.bind(account.0).fetch_optional(c).await.map_err(failed)?;
    Ok(row.map(|(secret, confirmed, last_step)| Factor { secret, confirmed, last_step }))
}

async fn begin(c: &mut Connection, account: AccountId, now: Timestamp) -> Result<Vec<u8>> {
    let known = sqlx::query("SELECT 1 FROM account WHERE id = $1").bind(account.0);
    known.fetch_optional(&mut *c).await.map_err(failed)?.ok_or(RecordsError::NotFound)?;
    refuse_confirmed(find(c, account).await?.as_ref())?;
    let secret = new_secret()?;
    sqlx::query(
        "INSERT INTO second_factor (account, secret) VALUES ($1, $2)
         ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, last_step = NULL",
    )
    .bind(account.0)
    .bind(&secret[..])
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    note_plain(c, &actor(account), "second_factor.begin", now).await?;
    Ok(secret.to_vec())
}

fn refuse_confirmed(factor: Option<&Factor>) -> Result<()> {
    match factor {
        Some(Factor { confirmed: Some(_), .. }) => Err(RecordsError::Conflict(
            "There is a second factor already. An administrator of the clinic can take it away.",
        )),
        _ => Ok(()),
    }
}

/// The recovery codes; none when the code was wrong, which is kept in the log.
async fn confirm(
    c: &mut Connection,
    account: AccountId,
    session: SessionId,
    code: &str,
    now: Timestamp,
) -> Result<Option<Vec<Secret>>> {
    let factor = find(c, account).await?;
    refuse_confirmed(factor.as_ref())?;
    let factor = factor.ok_or(RecordsError::NotFound)?;
    let Some(step) = accepted_step(&factor.secret, code, None, now) else {
        note_plain(c, &actor(account), "second_factor.refused", now).await?;
        return Ok(None);
    };
    sqlx::query("UPDATE second_factor SET confirmed = $2, last_step = $3 WHERE account = $1")
        .bind(account.0)
        .bind(now.as_millisecond())
        .bind(step)
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let code = new_recovery_code()?;
        sqlx::query("INSERT INTO recovery_code (account, code) VALUES ($1, $2)")
            .bind(account.0)
            .bind(recovery_fingerprint(code.expose()))
            .execute(&mut *c)
            .await
            .map_err(failed)?;
        codes.push(code);
    }
    proved(c, account, session, now).await?;
    note_plain(c, &actor(account), "second_factor.confirm", now).await?;
    Ok(Some(codes))
}

/// Whether the code was right; a wrong one is kept in the log.
async fn prove(c: &mut Connection, account: AccountId, session: SessionId, code: &str, now: Timestamp) -> Result<bool> {
    let action = match find(c, account).await?.filter(|factor| factor.confirmed.is_some()) {
        Some(factor) => match accepted_step(&factor.secret, code, factor.last_step, now) {
            Some(step) => {
                let update = sqlx::query("UPDATE second_factor SET last_step = $2 WHERE account = $1");
                update.bind(account.0).bind(step).execute(&mut *c).await.map_err(failed)?;
                Some("second_factor.prove")
            }
            None => recover(c, account, code).await?.then_some("second_factor.recover"),
        },
        None => None,
    };
    if action.is_some() {
        proved(c, account, session, now).await?;
    }
    note_plain(c, &actor(account), action.unwrap_or("second_factor.refused"), now).await?;
    Ok(action.is_some())
}

/// Uses a recovery code up.
async fn recover(c: &mut Connection, account: AccountId, code: &str) -> Result<bool> {
    let delete = sqlx::query("DELETE FROM recovery_code WHERE account = $1 AND code = $2");
    let delete = delete.bind(account.0).bind(recovery_fingerprint(code));
    Ok(delete.execute(c).await.map_err(failed)?.rows_affected() == 1)
}

/// From now on the session counts as proved, and what failed before is forgotten.
async fn proved(c: &mut Connection, account: AccountId, session: SessionId, now: Timestamp) -> Result<()> {
    let update = sqlx::query("UPDATE session SET proved = $3 WHERE id = $1 AND account = $2");
    let update = update.bind(session.0).bind(account.0).bind(now.as_millisecond());
    if update.execute(&mut *c).await.map_err(failed)?.rows_affected() == 0 {
        return Err(RecordsError::NotFound);
    }
    attempts::forget(c, &throttle::factor_key(account)).await
}

async fn remove(c: &mut Connection, desk: &Desk, account: AccountId, now: Timestamp) -> Result<()> {
    if roles(c, account, desk.clinic(), now).await?.is_empty() {
        return Err(RecordsError::NotFound);
    }
    clear(c, &desk.actor(), account, now).await
}

async fn clear(c: &mut Connection, by: &Actor, account: AccountId, now: Timestamp) -> Result<()> {
    for delete in [
        "DELETE FROM second_factor WHERE account = $1",
        "DELETE FROM recovery_code WHERE account = $1",
        "DELETE FROM session WHERE account = $1",
    ] {
        sqlx::query(delete).bind(account.0).execute(&mut *c).await.map_err(failed)?;
    }
    attempts::forget(c, &throttle::factor_key(account)).await?;
    note_plain(c, by, "second_factor.remove", now).await
}
