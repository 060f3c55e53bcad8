//! Changing services, resources and hours.

use async_trait::async_trait;
use charley_records::clinic::resources::{
    self, Closure, MOST_DAYS_AT_ONCE, Need, Opening, Resource, Resources, Service, Timetable,
};
use charley_records::clinic::{Desk, Duty};
use charley_records::{ClosureId, OpeningId, OrganisationId, RecordsError, ResourceId, Result};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::log::note_clinic;
use super::{sharing, timetable};
use crate::sql::{Connection, failed};
use crate::{PgStore, transaction};

#[async_trait]
impl Resources for PgStore {
    async fn timetable(&self, clinic: OrganisationId, from: Timestamp, to: Timestamp) -> Result<Timetable> {
        if to.duration_since(from) > SignedDuration::from_hours(24 * MOST_DAYS_AT_ONCE) {
            return Err(RecordsError::field("to", format!("Ask for at most {MOST_DAYS_AT_ONCE} days at once.")));
        }
        // All from one moment.
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut transaction = self.pool.begin_with(begin).await.map_err(failed)?;
        let mut found = timetable::read(&mut transaction, clinic, from, to).await?;
        found.services.retain(|service| !service.retired);
        found.taken = timetable::taken(&mut transaction, clinic, from, to).await?;
        Ok(found)
    }

    async fn put_resource(&self, desk: &Desk, resource: &Resource, now: Timestamp) -> Result<()> {
        desk.need(Duty::Manage)?;
        let resource = resources::check_resource(resource)?;
        transaction!(self, |c| put_resource(c, desk, &resource, now));
        Ok(())
    }

    async fn put_service(&self, desk: &Desk, service: &Service, now: Timestamp) -> Result<()> {
        desk.need(Duty::Manage)?;
        let service = resources::check_service(service)?;
        transaction!(self, |c| put_service(c, desk, &service, now));
        Ok(())
    }

    async fn put_opening(&self, desk: &Desk, opening: &Opening, now: Timestamp) -> Result<()> {
        desk.need(Duty::Manage)?;
        resources::check_opening(opening)?;
        transaction!(self, |c| put_opening(c, desk, opening, now));
        Ok(())
    }

    async fn delete_opening(&self, desk: &Desk, opening: OpeningId, now: Timestamp) -> Result<()> {
        desk.need(Duty::Manage)?;
        transaction!(self, |c| delete_opening(c, desk, opening, now));
        Ok(())
    }

    async fn put_closure(&self, desk: &Desk, closure: &Closure, now: Timestamp) -> Result<()> {
        desk.need(Duty::Book)?;
        let closure = resources::check_closure(closure)?;
        transaction!(self, |c| put_closure(c, desk, &closure, now));
        Ok(())
    }

    async fn delete_closure(&self, desk: &Desk, closure: ClosureId, now: Timestamp) -> Result<()> {
        desk.need(Duty::Book)?;
        transaction!(self, |c| delete_closure(c, desk, closure, now));
        Ok(())
    }
}

async fn put_resource(c: &mut Connection, desk: &Desk, resource: &Resource, now: Timestamp) -> Result<()> {
    if let Some(account) = resource.account {
        sharing::need_staff(c, desk.clinic(), account.0, "account", now).await?;
    }
    let known = sqlx::query_as("SELECT clinic, kind FROM resource WHERE id = $1").bind(resource.id.0);
    let known: Option<(Uuid, String)> = known.fetch_optional(&mut *c).await.map_err(failed)?;
    if known.as_ref().is_some_and(|(clinic, _)| *clinic != desk.clinic().0) {
        return Err(RecordsError::NotFound);
    }
    if known.is_some_and(|(_, kind)| kind != resource.kind.code()) {
        return Err(RecordsError::field("kind", "This stays what it is. Add a new one instead."));
    }
    sqlx::query(
        "INSERT INTO resource (id, clinic, kind, name, account, retired) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, account = excluded.account, retired = excluded.retired",
    )
    .bind(resource.id.0)
    .bind(desk.clinic().0)
    .bind(resource.kind.code())
    .bind(&resource.name)
    .bind(resource.account.map(|account| account.0))
    .bind(resource.retired)
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    note_clinic(c, desk, "resource.put", 1, now).await
}

async fn put_service(c: &mut Connection, desk: &Desk, service: &Service, now: Timestamp) -> Result<()> {
    let known = sqlx::query_scalar("SELECT clinic FROM service WHERE id = $1").bind(service.id.0);
    let known: Option<Uuid> = known.fetch_optional(&mut *c).await.map_err(failed)?;
    if known.is_some_and(|clinic| clinic != desk.clinic().0) {
        return Err(RecordsError::NotFound);
    }
    let resources = timetable::resources(c, desk.clinic()).await?;
    let of_kind = |need: &Need, id| resources.iter().any(|known| known.id == id && known.kind == need.kind);
    if !service.needs.iter().all(|need| need.any_of.iter().all(|id| of_kind(need, *id))) {
        let problem = "Choose clinicians, rooms and machines of this clinic, each under its own kind.";
        return Err(RecordsError::field("needs", problem));
    }
    sqlx::query(
        "INSERT INTO service (id, clinic, name, minutes, buffer_before, buffer_after, online, notice_hours, retired)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, minutes = excluded.minutes,
           buffer_before = excluded.buffer_before, buffer_after = excluded.buffer_after, online = excluded.online,
           notice_hours = excluded.notice_hours, retired = excluded.retired",
    )
    .bind(service.id.0)
    .bind(desk.clinic().0)
    .bind(&service.name)
    .bind(i64::from(service.minutes))
    .bind(i64::from(service.buffer_before))
    .bind(i64::from(service.buffer_after))
    .bind(service.online)
    .bind(i64::from(service.notice_hours))
    .bind(service.retired)
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    let needs = sqlx::query("DELETE FROM service_need WHERE service = $1").bind(service.id.0);
    needs.execute(&mut *c).await.map_err(failed)?;
    for (place, need) in (0_i64..).zip(&service.needs) {
        for resource in &need.any_of {
            // One that is named twice is named once.
            sqlx::query(
                "INSERT INTO service_need (service, need, resource) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            )
            .bind(service.id.0)
            .bind(place)
            .bind(resource.0)
            .execute(&mut *c)
            .await
            .map_err(failed)?;
        }
    }
    note_clinic(c, desk, "service.put", 1, now).await
}

/// Refuses a resource of another clinic.
async fn need_own(c: &mut Connection, desk: &Desk, resource: ResourceId) -> Result<()> {
    let own = sqlx::query("SELECT 1 FROM resource WHERE id = $1 AND clinic = $2").bind(resource.0);
    let own = own.bind(desk.clinic().0).fetch_optional(c).await.map_err(failed)?;
    own.map(|_| ()).ok_or(RecordsError::NotFound)
}

async fn put_opening(c: &mut Connection, desk: &Desk, opening: &Opening, now: Timestamp) -> Result<()> {
    need_own(c, desk, opening.resource).await?;
    let known = sqlx::query_scalar("SELECT resource FROM opening WHERE id = $1").bind(opening.id.0);
    if let Some(resource) = known.fetch_optional(&mut *c).await.map_err(failed)? {
        need_own(c, desk, ResourceId(resource)).await?;
    }
    sqlx::query(
        "INSERT INTO opening (id, resource, weekday, opens, closes, since, until) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET resource = excluded.resource, weekday = excluded.weekday,
           opens = excluded.opens, closes = excluded.closes, since = excluded.since, until = excluded.until",
    )
    .bind(opening.id.0)
    .bind(opening.resource.0)
    .bind(i64::from(opening.weekday))
    .bind(opening.from.strftime("%H:%M").to_string())
    .bind(opening.to.strftime("%H:%M").to_string())
    .bind(opening.since.to_string())
    .bind(opening.until.map(|day| day.to_string()))
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    note_clinic(c, desk, "opening.put", 1, now).await
}

async fn delete_opening(c: &mut Connection, desk: &Desk, opening: OpeningId, now: Timestamp) -> Result<()> {
    let delete =
        sqlx::query("DELETE FROM opening WHERE id = $1 AND resource IN (SELECT id FROM resource WHERE clinic = $2)");
    let gone = delete.bind(opening.0).bind(desk.clinic().0).execute(&mut *c).await.map_err(failed)?;
    if gone.rows_affected() == 0 {
        return Err(RecordsError::NotFound);
    }
    note_clinic(c, desk, "opening.delete", 1, now).await
}

async fn put_closure(c: &mut Connection, desk: &Desk, closure: &Closure, now: Timestamp) -> Result<()> {
    if let Some(resource) = closure.resource {
        need_own(c, desk, resource).await?;
    }
    let put = sqlx::query(
        "INSERT INTO closure (id, clinic, resource, begins, ends, reason) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET resource = excluded.resource, begins = excluded.begins, ends = excluded.ends,
           reason = excluded.reason
         WHERE closure.clinic = excluded.clinic",
    )
    .bind(closure.id.0)
    .bind(desk.clinic().0)
    .bind(closure.resource.map(|resource| resource.0))
    .bind(closure.from.as_millisecond())
    .bind(closure.to.as_millisecond())
    .bind(&closure.reason)
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    if put.rows_affected() == 0 {
        return Err(RecordsError::NotFound);
    }
    note_clinic(c, desk, "closure.put", 1, now).await
}

async fn delete_closure(c: &mut Connection, desk: &Desk, closure: ClosureId, now: Timestamp) -> Result<()> {
    let delete = sqlx::query("DELETE FROM closure WHERE id = $1 AND clinic = $2").bind(closure.0);
    let gone = delete.bind(desk.clinic().0).execute(&mut *c).await.map_err(failed)?;
    if gone.rows_affected() == 0 {
        return Err(RecordsError::NotFound);
    }
    note_clinic(c, desk, "closure.delete", 1, now).await
}
