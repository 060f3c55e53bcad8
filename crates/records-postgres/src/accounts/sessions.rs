//! Sign-in attempts and sessions.

use charley_records::accounts::{Account, SESSION_IDLE, SESSION_SEEN_EVERY, SESSION_WHOLE, SessionInfo};
use charley_records::secret::Secret;
use charley_records::throttle::{self, FREE_PER_NAME, FREE_PER_ORIGIN};
use charley_records::{AccountId, Actor, RecordsError, Result, SessionId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::note_plain;
use crate::sql::{Connection, failed, time};

use super::{actor, attempts};

/// Longest name of a browser that is kept.
const MOST_BROWSER_CHARS: usize = 200;

/// Counts an attempt as failed before the password is looked at, or refuses it. Returns the account and its hash.
pub async fn attempt(c: &mut Connection, login: &str, from: &str, now: Timestamp) -> Result<Option<(Account, String)>> {
    let mut keys = vec![(throttle::name_key(login), FREE_PER_NAME)];
    if !from.is_empty() {
        keys.push((throttle::origin_key(from), FREE_PER_ORIGIN));
    }
    attempts::count(c, &keys, now).await?;
    let row: Option<(Uuid, String, String)> =
        sqlx::query_as("SELECT id, login, password FROM account WHERE login = $1")
            .bind(login)
            .fetch_optional(c)
            .await
            .map_err(failed)?;
    Ok(row.map(|(id, login, hash)| (Account { id: AccountId(id), login }, hash)))
}

/// Opens a session: the password fitted the hash, which must still be the one on file.
pub async fn start(
    c: &mut Connection,
    account: &Account,
    hash: &str,
    (from, device): (&str, &str),
    now: Timestamp,
) -> Result<Secret> {
    let same = sqlx::query("SELECT 1 FROM account WHERE id = $1 AND password = $2").bind(account.id.0).bind(hash);
    if same.fetch_optional(&mut *c).await.map_err(failed)?.is_none() {
        return Err(RecordsError::NotFound);
    }
    // The name is known good; of the origin only this attempt is, for others may share it.
    attempts::forget(c, &throttle::name_key(&account.login)).await?;
    let origin = sqlx::query("UPDATE attempt SET failures = failures - 1 WHERE name = $1 AND failures > 0");
    origin.bind(throttle::origin_key(from)).execute(&mut *c).await.map_err(failed)?;
    let over = sqlx::query("DELETE FROM session WHERE seen <= $1 OR created <= $2");
    let over = over.bind((now - SESSION_IDLE).as_millisecond()).bind((now - SESSION_WHOLE).as_millisecond());
    over.execute(&mut *c).await.map_err(failed)?;
    let token = Secret::random()?;
    sqlx::query("INSERT INTO session (id, account, token, device, created, seen) VALUES ($1, $2, $3, $4, $5, $5)")
        .bind(charley_records::random()?)
        .bind(account.id.0)
        .bind(token.fingerprint())
        .bind(device.chars().take(MOST_BROWSER_CHARS).collect::<String>())
        .bind(now.as_millisecond())
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    note_plain(c, &actor(account.id), "session.start", now).await?;
    Ok(token)
}

/// Logs a refusal: of a known account under its id, of an unknown name under none.
pub async fn refused(c: &mut Connection, account: Option<&Account>, now: Timestamp) -> Result<()> {
    let who = account.map_or_else(|| Actor::Job { name: "sign_in".to_owned() }, |account| actor(account.id));
    note_plain(c, &who, "session.refused", now).await
}

/// A session that was found.
pub struct Found {
    /// Whose.
    pub account: Account,
    /// Which.
    pub session: SessionId,
    /// It should be marked as seen.
    pub stale: bool,
}

/// The live session of a token.
pub async fn find(c: &mut Connection, token: &Secret, now: Timestamp) -> Result<Found> {
    let row: Option<(Uuid, Uuid, String, i64)> = sqlx::query_as(
        "SELECT s.id, a.id, a.login, s.seen FROM session s JOIN account a ON a.id = s.account
         WHERE s.token = $1 AND s.seen > $2 AND s.created > $3",
    )
    .bind(token.fingerprint())
    .bind((now - SESSION_IDLE).as_millisecond())
    .bind((now - SESSION_WHOLE).as_millisecond())
    .fetch_optional(c)
    .await
    .map_err(failed)?;
    let (session, id, login, seen) = row.ok_or(RecordsError::NotFound)?;
    let stale = now.duration_since(time(seen)?) >= SESSION_SEEN_EVERY;
    Ok(Found { account: Account { id: AccountId(id), login }, session: SessionId(session), stale })
}

/// Marks a session as seen.
pub async fn seen(c: &mut Connection, session: SessionId, now: Timestamp) -> Result<()> {
    let update = sqlx::query("UPDATE session SET seen = $2 WHERE id = $1 AND seen < $2");
    update.bind(session.0).bind(now.as_millisecond()).execute(c).await.map_err(failed)?;
    Ok(())
}

/// Live sessions, the one last used first.
pub async fn list(c: &mut Connection, account: AccountId, now: Timestamp) -> Result<Vec<SessionInfo>> {
    let rows: Vec<(Uuid, String, i64, i64)> = sqlx::query_as(
        "SELECT id, device, created, seen FROM session
         WHERE account = $1 AND seen > $2 AND created > $3 ORDER BY seen DESC, id",
    )
    .bind(account.0)
    .bind((now - SESSION_IDLE).as_millisecond())
    .bind((now - SESSION_WHOLE).as_millisecond())
    .fetch_all(c)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|(id, device, created, seen)| {
            Ok(SessionInfo { id: SessionId(id), device, created: time(created)?, seen: time(seen)? })
        })
        .collect()
}

/// A new token in place of the old one.
pub async fn renew(c: &mut Connection, account: AccountId, session: SessionId) -> Result<Secret> {
    let token = Secret::random()?;
    let update = sqlx::query("UPDATE session SET token = $3 WHERE id = $1 AND account = $2");
    let update = update.bind(session.0).bind(account.0).bind(token.fingerprint());
    if update.execute(&mut *c).await.map_err(failed)?.rows_affected() == 0 {
        return Err(RecordsError::NotFound);
    }
    Ok(token)
}

/// Ends a session of this account.
pub async fn end(c: &mut Connection, account: AccountId, session: SessionId, now: Timestamp) -> Result<()> {
    let delete = sqlx::query("DELETE FROM session WHERE id = $1 AND account = $2");
    let gone = delete.bind(session.0).bind(account.0).execute(&mut *c).await.map_err(failed)?;
    if gone.rows_affected() == 0 {
        return Err(RecordsError::NotFound);
    }
    note_plain(c, &actor(account), "session.end", now).await
}
