//! One-time links, but for those of staff, which are the clinic's.

use charley_records::accounts::OneTime;
use charley_records::secret::Secret;
use charley_records::{AccountId, Actor, OrganisationId, PersonId, RecordsError, Result, throttle};
use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::note_plain;
use crate::people::owned;
use crate::sql::{Connection, failed};

use super::{actor, attempts, is_fresh};

/// How a purpose is kept: a code, and whom or what it is about.
pub fn code(purpose: &OneTime) -> (&'static str, Option<Uuid>) {
    match purpose {
        OneTime::FirstAccount => ("first_account", None),
        OneTime::ResetPassword(account) => ("reset_password", Some(account.0)),
        OneTime::PairDevice(person) => ("pair_device", Some(person.0)),
        OneTime::JoinHousehold(organisation) => ("join_household", Some(organisation.0)),
        // A household that is not there yet.
        OneTime::OwnHousehold => ("join_household", None),
    }
}

fn purpose((code, target): (String, Option<Uuid>)) -> Result<OneTime> {
    Ok(match (code.as_str(), target) {
        ("first_account", None) => OneTime::FirstAccount,
        ("reset_password", Some(account)) => OneTime::ResetPassword(AccountId(account)),
        ("pair_device", Some(person)) => OneTime::PairDevice(PersonId(person)),
        ("join_household", Some(organisation)) => OneTime::JoinHousehold(OrganisationId(organisation)),
        ("join_household", None) => OneTime::OwnHousehold,
        _ => return Err(RecordsError::Damaged { what: "a one-time link", why: format!("its purpose is `{code}`") }),
    })
}

/// Makes a link; its token is known to the caller only.
pub async fn issue(c: &mut Connection, purpose: &OneTime, until: Timestamp, now: Timestamp) -> Result<Secret> {
    if *purpose == OneTime::FirstAccount && !is_fresh(c).await? {
        return Err(RecordsError::Conflict(
            "There is an account already. For a forgotten password: charley admin reset-password NAME.",
        ));
    }
    let over = sqlx::query("DELETE FROM one_time WHERE until <= $1").bind(now.as_millisecond());
    over.execute(&mut *c).await.map_err(failed)?;
    let token = Secret::random()?;
    let (code, target) = code(purpose);
    sqlx::query("INSERT INTO one_time (token, purpose, target, until, created) VALUES ($1, $2, $3, $4, $5)")
        .bind(token.fingerprint())
        .bind(code)
        .bind(target)
        .bind(until.as_millisecond())
        .bind(now.as_millisecond())
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    note_plain(c, &Actor::Job { name: format!("link.{code}") }, "link.issue", now).await?;
    Ok(token)
}

/// A link into the household of its owner.
pub async fn invite(c: &mut Connection, owner: AccountId, until: Timestamp, now: Timestamp) -> Result<Secret> {
    let household = owned(c, owner, now).await?.ok_or(RecordsError::NotFound)?;
    note_plain(c, &actor(owner), "household.invite", now).await?;
    issue(c, &OneTime::JoinHousehold(household), until, now).await
}

/// What a link is for.
pub async fn look(c: &mut Connection, token: &Secret, now: Timestamp) -> Result<OneTime> {
    let row: Option<(String, Option<Uuid>)> = sqlx::query_as(
        "SELECT purpose, target FROM one_time WHERE token = $1 AND until > $2 AND purpose <> 'join_clinic'",
    )
    .bind(token.fingerprint())
    .bind(now.as_millisecond())
    .fetch_optional(&mut *c)
    .await
    .map_err(failed)?;
    let found = row.map(purpose).transpose()?.ok_or(RecordsError::NotFound)?;
    if found == OneTime::FirstAccount && !is_fresh(c).await? {
        return Err(RecordsError::NotFound);
    }
    Ok(found)
}

/// Uses a link up: a second use finds nothing.
pub async fn use_up(c: &mut Connection, token: &Secret, now: Timestamp) -> Result<OneTime> {
    let row: Option<(String, Option<Uuid>)> = sqlx::query_as(
        "DELETE FROM one_time WHERE token = $1 AND until > $2 AND purpose <> 'join_clinic'
             RETURNING purpose, target",
    )
    .bind(token.fingerprint())
    .bind(now.as_millisecond())
    .fetch_optional(c)
    .await
    .map_err(failed)?;
    row.map(purpose).transpose()?.ok_or(RecordsError::NotFound)
}

/// Sets a password by a link, ends every session, and makes other reset links void.
pub async fn reset(
    c: &mut Connection,
    link: &Secret,
    account: AccountId,
    login: &str,
    hash: &str,
    now: Timestamp,
) -> Result<()> {
    if use_up(c, link, now).await? != OneTime::ResetPassword(account) {
        return Err(RecordsError::NotFound);
    }
    let update = sqlx::query("UPDATE account SET password = $2 WHERE id = $1");
    update.bind(account.0).bind(hash).execute(&mut *c).await.map_err(failed)?;
    let sessions = sqlx::query("DELETE FROM session WHERE account = $1").bind(account.0);
    sessions.execute(&mut *c).await.map_err(failed)?;
    let links = sqlx::query("DELETE FROM one_time WHERE target = $1 AND purpose = 'reset_password'").bind(account.0);
    links.execute(&mut *c).await.map_err(failed)?;
    attempts::forget(c, &throttle::name_key(login)).await?;
    note_plain(c, &actor(account), "account.reset", now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_come_back_as_they_went() {
        let id = Uuid::from_u128(4);
        for one in [
            OneTime::FirstAccount,
            OneTime::ResetPassword(AccountId(id)),
            OneTime::PairDevice(PersonId(id)),
            OneTime::JoinHousehold(OrganisationId(id)),
            OneTime::OwnHousehold,
        ] {
            let (code, target) = code(&one);
            assert_eq!(purpose((code.to_owned(), target)).unwrap(), one);
        }
        assert!(purpose(("pair_device".to_owned(), None)).is_err());
    }
}
