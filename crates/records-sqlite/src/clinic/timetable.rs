//! Reading services, resources, hours and what is taken.

use charley_records::clinic::booking;
use charley_records::clinic::resources::{
    Closure, LONGEST_MINUTES, MOST_BUFFER_MINUTES, Need, Opening, Resource, ResourceKind, SLOT_MINUTES, Service,
    Timetable,
};
use charley_records::{AccountId, ClosureId, OpeningId, OrganisationId, RecordsError, ResourceId, Result, ServiceId};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::sql::{Connection, failed, time};

type ServiceRow = (Uuid, String, i64, i64, i64, bool, i64, bool);
type OpeningRow = (Uuid, Uuid, i64, String, String, String, Option<String>);

/// Everything but what is taken; services that are no longer offered included.
pub async fn read(c: &mut Connection, clinic: OrganisationId, from: Timestamp, to: Timestamp) -> Result<Timetable> {
    let zone = sqlx::query_scalar("SELECT zone FROM clinic WHERE organisation = $1").bind(clinic.0);
    let zone: Option<String> = zone.fetch_optional(&mut *c).await.map_err(failed)?;
    Ok(Timetable {
        zone: zone.ok_or(RecordsError::NotFound)?,
        services: services(c, clinic).await?,
        resources: resources(c, clinic).await?,
        openings: openings(c, clinic).await?,
        closures: closures(c, clinic, from, to).await?,
        taken: Vec::new(),
    })
}

async fn services(c: &mut Connection, clinic: OrganisationId) -> Result<Vec<Service>> {
    let rows: Vec<ServiceRow> = sqlx::query_as(
        "SELECT id, name, minutes, buffer_before, buffer_after, online, notice_hours, retired FROM service
         WHERE clinic = $1 ORDER BY name, id",
    )
    .bind(clinic.0)
    .fetch_all(&mut *c)
    .await
    .map_err(failed)?;
    let needs: Vec<(Uuid, i64, Uuid, String)> = sqlx::query_as(
        "SELECT n.service, n.need, n.resource, r.kind
         FROM service s JOIN service_need n ON n.service = s.id JOIN resource r ON r.id = n.resource
         WHERE s.clinic = $1 ORDER BY n.service, n.need, n.resource",
    )
    .bind(clinic.0)
    .fetch_all(c)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|(id, name, minutes, before, after, online, notice, retired)| {
            let mut service = Service {
                id: ServiceId(id),
                name,
                minutes: small(minutes)?,
                buffer_before: small(before)?,
                buffer_after: small(after)?,
                needs: Vec::new(),
                online,
                notice_hours: small(notice)?,
                retired,
            };
            let mut last = None;
            for (_, place, resource, kind) in needs.iter().filter(|(service, ..)| *service == id) {
                if last.replace(*place) != Some(*place) {
                    service.needs.push(Need { kind: ResourceKind::of_code(kind)?, any_of: Vec::new() });
                }
                if let Some(need) = service.needs.last_mut() {
                    need.any_of.push(ResourceId(*resource));
                }
            }
            Ok(service)
        })
        .collect()
}

fn small(number: i64) -> Result<u16> {
    u16::try_from(number).map_err(|error| RecordsError::Damaged { what: "a service", why: error.to_string() })
}

/// Resources, retired ones included.
pub async fn resources(c: &mut Connection, clinic: OrganisationId) -> Result<Vec<Resource>> {
    let rows: Vec<(Uuid, String, String, Option<Uuid>, bool)> = sqlx::query_as(
        "SELECT id, kind, name, account, retired FROM resource WHERE clinic = $1 ORDER BY kind, name, id",
    )
    .bind(clinic.0)
    .fetch_all(c)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|(id, kind, name, account, retired)| {
            let kind = ResourceKind::of_code(&kind)?;
            Ok(Resource { id: ResourceId(id), kind, name, account: account.map(AccountId), retired })
        })
        .collect()
}

async fn openings(c: &mut Connection, clinic: OrganisationId) -> Result<Vec<Opening>> {
    let rows: Vec<OpeningRow> = sqlx::query_as(
        "SELECT o.id, o.resource, o.weekday, o.opens, o.closes, o.since, o.until
         FROM opening o JOIN resource r ON r.id = o.resource
         WHERE r.clinic = $1 ORDER BY o.resource, o.weekday, o.opens, o.id",
    )
    .bind(clinic.0)
    .fetch_all(c)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|(id, resource, weekday, opens, closes, since, until)| {
            Ok(Opening {
                id: OpeningId(id),
                resource: ResourceId(resource),
                weekday: i8::try_from(weekday).unwrap_or(0),
                from: read_time(&opens)?,
                to: read_time(&closes)?,
                since: read_day(&since)?,
                until: until.map(|day| read_day(&day)).transpose()?,
            })
        })
        .collect()
}

fn read_time(text: &str) -> Result<Time> {
    Time::strptime("%H:%M", text)
        .map_err(|error| RecordsError::Damaged { what: "opening hours", why: error.to_string() })
}

fn read_day(text: &str) -> Result<Date> {
    text.parse().map_err(|error: jiff::Error| RecordsError::Damaged { what: "opening hours", why: error.to_string() })
}

async fn closures(c: &mut Connection, clinic: OrganisationId, from: Timestamp, to: Timestamp) -> Result<Vec<Closure>> {
    // A visit that begins just before `to` lasts beyond it.
    let longest = SignedDuration::from_mins(LONGEST_MINUTES.into());
    let rows: Vec<(Uuid, Option<Uuid>, i64, i64, String)> = sqlx::query_as(
        "SELECT id, resource, begins, ends, reason FROM closure
         WHERE clinic = $1 AND ends > $2 AND begins < $3 ORDER BY begins, id",
    )
    .bind(clinic.0)
    .bind(from.as_millisecond())
    .bind((to + longest).as_millisecond())
    .fetch_all(c)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|(id, resource, begins, ends, reason)| {
            let resource = resource.map(ResourceId);
            Ok(Closure { id: ClosureId(id), resource, from: time(begins)?, to: time(ends)?, reason })
        })
        .collect()
}

/// Slots that visits take which begin in this time, or would.
pub async fn taken(
    c: &mut Connection,
    clinic: OrganisationId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(ResourceId, i64)>> {
    // What a visit that begins in this time takes, buffers included.
    let slots = |minutes: u16| i64::from(minutes.div_ceil(SLOT_MINUTES));
    let first = booking::slot_of(from) - slots(MOST_BUFFER_MINUTES);
    let last = booking::slot_of(to) + slots(LONGEST_MINUTES) + slots(MOST_BUFFER_MINUTES);
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "SELECT DISTINCT o.resource, o.slot FROM resource r JOIN occupancy o ON o.resource = r.id
         WHERE r.clinic = $1 AND o.slot BETWEEN $2 AND $3 ORDER BY o.resource, o.slot",
    )
    .bind(clinic.0)
    .bind(first)
    .bind(last)
    .fetch_all(c)
    .await
    .map_err(failed)?;
    Ok(rows.into_iter().map(|(resource, slot)| (ResourceId(resource), slot)).collect())
}
