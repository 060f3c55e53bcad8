//! Closing an account.

use charley_records::{AccountId, RecordsError, Result, throttle};
use jiff::Timestamp;
use uuid::Uuid;

use super::actor;
use crate::audit::note_plain;
use crate::sql::{Connection, failed};

/// Closes an account that owns nobody, with its sessions, links and roles, and the household that it leaves empty.
pub async fn close(c: &mut Connection, account: AccountId, now: Timestamp) -> Result<()> {
    let login = sqlx::query_scalar("SELECT login FROM account WHERE id = $1").bind(account.0);
    let login: Option<String> = login.fetch_optional(&mut *c).await.map_err(failed)?;
    let login = login.ok_or(RecordsError::NotFound)?;
    let owns: bool = sqlx::query_scalar(
        "SELECT EXISTS (
           SELECT 1 FROM membership m JOIN person p ON m.person = p.id OR m.organisation = p.organisation
           WHERE m.account = $1 AND m.role IN ('oneself', 'owner') AND (m.until IS NULL OR m.until > $2))",
    )
    .bind(account.0)
    .bind(now.as_millisecond())
    .fetch_one(&mut *c)
    .await
    .map_err(failed)?;
    if owns {
        return Err(RecordsError::Conflict("This account still owns somebody’s record. Delete that record first."));
    }
    let staff = "SELECT EXISTS (SELECT 1 FROM membership WHERE account = $1
                   AND role IN ('clinician', 'front_desk', 'administrator'))";
    let staff: bool = sqlx::query_scalar(staff).bind(account.0).fetch_one(&mut *c).await.map_err(failed)?;
    if staff {
        return Err(RecordsError::Conflict(
            "This account works or worked in a clinic, whose papers name it. It can’t be closed.",
        ));
    }
    let households = "SELECT DISTINCT organisation FROM membership WHERE account = $1 AND organisation IS NOT NULL";
    let households: Vec<Uuid> =
        sqlx::query_scalar(households).bind(account.0).fetch_all(&mut *c).await.map_err(failed)?;
    // The log tells from this entry which account was closed.
    note_plain(c, &actor(account), "account.close", now).await?;
    let tries = sqlx::query("DELETE FROM attempt WHERE name = $1").bind(throttle::name_key(&login));
    tries.execute(&mut *c).await.map_err(failed)?;
    for delete in [
        "DELETE FROM session WHERE account = $1",
        "DELETE FROM one_time WHERE target = $1",
        "DELETE FROM second_factor WHERE account = $1",
        "DELETE FROM recovery_code WHERE account = $1",
        "DELETE FROM membership WHERE account = $1",
        "DELETE FROM account WHERE id = $1",
    ] {
        sqlx::query(delete).bind(account.0).execute(&mut *c).await.map_err(failed)?;
    }
    for household in households {
        let empty: bool = sqlx::query_scalar(
            "SELECT NOT EXISTS (SELECT 1 FROM membership WHERE organisation = $1)
                AND NOT EXISTS (SELECT 1 FROM person WHERE organisation = $1)",
        )
        .bind(household)
        .fetch_one(&mut *c)
        .await
        .map_err(failed)?;
        if empty {
            for delete in ["DELETE FROM one_time WHERE target = $1", "DELETE FROM organisation WHERE id = $1"] {
                sqlx::query(delete).bind(household).execute(&mut *c).await.map_err(failed)?;
            }
        }
    }
    Ok(())
}
