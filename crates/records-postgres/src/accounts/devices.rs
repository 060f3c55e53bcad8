//! Paired phones and the calendar feed.

use charley_records::accounts::{Device, OneTime};
use charley_records::secret::Secret;
use charley_records::{Access, Actor, DeviceId, PersonId, RecordsError, Result};
use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::note;
use crate::sql::{Connection, failed, some_time, time};

use super::links;

type Row = (Uuid, Uuid, String, i64, Option<i64>, Option<i64>);

fn device((id, person, name, created, seen, revoked): Row) -> Result<Device> {
    let (seen, revoked) = (some_time(seen)?, some_time(revoked)?);
    Ok(Device { id: DeviceId(id), person: PersonId(person), name, created: time(created)?, seen, revoked })
}

/// Pairs a device.
pub async fn pair(c: &mut Connection, access: &Access, name: &str, now: Timestamp) -> Result<(Device, Secret)> {
    // Logged first: that fails when the person is gone.
    note(c, access, "device.pair", 1, now).await?;
    insert(c, access.person(), DeviceId(charley_records::random()?), name, now).await
}

/// Pairs the phone that holds a link.
pub async fn pair_with_link(c: &mut Connection, link: &Secret, name: &str, now: Timestamp) -> Result<(Device, Secret)> {
    let OneTime::PairDevice(person) = links::use_up(c, link, now).await? else { return Err(RecordsError::NotFound) };
    let device = DeviceId(charley_records::random()?);
    let access = Access::grant(&Actor::Device { device, person }, person, &[], now)?;
    note(c, &access, "device.pair", 1, now).await?;
    insert(c, person, device, name, now).await
}

async fn insert(
    c: &mut Connection,
    person: PersonId,
    id: DeviceId,
    name: &str,
    now: Timestamp,
) -> Result<(Device, Secret)> {
    let token = Secret::random()?;
    sqlx::query("INSERT INTO device (id, person, token, name, created) VALUES ($1, $2, $3, $4, $5)")
        .bind(id.0)
        .bind(person.0)
        .bind(token.fingerprint())
        .bind(name)
        .bind(now.as_millisecond())
        .execute(c)
        .await
        .map_err(failed)?;
    let created = time(now.as_millisecond())?;
    Ok((Device { id, person, name: name.to_owned(), created, seen: None, revoked: None }, token))
}

/// The device of a token, revoked or not.
pub async fn find(c: &mut Connection, token: &Secret) -> Result<Device> {
    let row = sqlx::query_as("SELECT id, person, name, created, seen, revoked FROM device WHERE token = $1");
    let row: Option<Row> = row.bind(token.fingerprint()).fetch_optional(c).await.map_err(failed)?;
    row.map(device).ok_or(RecordsError::NotFound)?
}

/// All devices of a person, oldest first.
pub async fn list(c: &mut Connection, access: &Access) -> Result<Vec<Device>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, person, name, created, seen, revoked FROM device WHERE person = $1 ORDER BY created, id",
    )
    .bind(access.person().0)
    .fetch_all(c)
    .await
    .map_err(failed)?;
    rows.into_iter().map(device).collect()
}

/// Revokes a device; once more changes nothing.
pub async fn revoke(c: &mut Connection, access: &Access, device: DeviceId, now: Timestamp) -> Result<()> {
    let update = sqlx::query("UPDATE device SET revoked = COALESCE(revoked, $3) WHERE id = $1 AND person = $2");
    let update = update.bind(device.0).bind(access.person().0).bind(now.as_millisecond());
    if update.execute(&mut *c).await.map_err(failed)?.rows_affected() == 0 {
        return Err(RecordsError::NotFound);
    }
    note(c, access, "device.revoke", 1, now).await
}

/// The token of the calendar feed.
pub async fn calendar(c: &mut Connection, access: &Access, renew: bool, now: Timestamp) -> Result<Secret> {
    let person = access.person().0;
    let known = sqlx::query_scalar("SELECT token FROM calendar WHERE person = $1").bind(person);
    let known: Option<String> = known.fetch_optional(&mut *c).await.map_err(failed)?;
    if let Some(known) = known.filter(|_| !renew) {
        return Ok(Secret::new(known));
    }
    // Logged first: that fails when the person is gone.
    note(c, access, "calendar.renew", 1, now).await?;
    let token = Secret::random()?;
    sqlx::query(
        "INSERT INTO calendar (person, token, fingerprint) VALUES ($1, $2, $3)
         ON CONFLICT (person) DO UPDATE SET token = excluded.token, fingerprint = excluded.fingerprint",
    )
    .bind(person)
    .bind(token.expose())
    .bind(token.fingerprint())
    .execute(c)
    .await
    .map_err(failed)?;
    Ok(token)
}
