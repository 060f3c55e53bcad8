//! The waiting list.

use charley_records::clinic::booking::{Booker, Booking, Waiting};
use charley_records::clinic::patients::Contact;
use charley_records::clinic::rules::{self, Part};
use charley_records::{OrganisationId, PersonId, RecordsError, Result, ServiceId, WaitingId};
use jiff::Timestamp;
use uuid::Uuid;

use super::super::log::note_about;
use super::super::{sharing, timetable};
use super::actor;
use crate::sql::{Connection, failed, time};

type Row = (Uuid, Uuid, Uuid, i64, i64, i64);
/// A place with how the clinic reaches its person: telephone, e-mail, topic.
type RowWithContact = (Uuid, Uuid, Uuid, i64, i64, i64, String, String, String);

fn waiting((id, person, service, begins, ends, created): Row) -> Result<Waiting> {
    Ok(Waiting {
        id: WaitingId(id),
        person: PersonId(person),
        service: ServiceId(service),
        from: time(begins)?,
        until: time(ends)?,
        created: time(created)?,
    })
}

/// Puts somebody on the list. Since when they wait is told by the clock, not by them.
pub async fn add(
    c: &mut Connection,
    by: Booker<'_>,
    part: Part,
    clinic: OrganisationId,
    new: &Waiting,
    now: Timestamp,
) -> Result<()> {
    let known =
        sqlx::query_as("SELECT clinic, person, service, begins, ends FROM waiting WHERE id = $1").bind(new.id.0);
    let known: Option<(Uuid, Uuid, Uuid, i64, i64)> = known.fetch_optional(&mut *c).await.map_err(failed)?;
    let (begins, ends) = (new.from.as_millisecond(), new.until.as_millisecond());
    if let Some(known) = known {
        return if known == (clinic.0, new.person.0, new.service.0, begins, ends) {
            Ok(())
        } else {
            Err(RecordsError::Conflict("This wish was sent before, with other words. Look at your visits."))
        };
    }
    if new.until <= new.from || new.until <= now {
        return Err(RecordsError::field("until", "The end must be after the beginning, and still to come."));
    }
    sharing::shared(c, clinic, new.person, now).await?;
    let found = timetable::read(c, clinic, now, now).await?;
    rules::offered(rules::service(&found, new.service)?, part)?;
    let places = sqlx::query_scalar("SELECT COUNT(*) FROM waiting WHERE person = $1 AND clinic = $2 AND ends > $3");
    let places: i64 =
        places.bind(new.person.0).bind(clinic.0).bind(now.as_millisecond()).fetch_one(&mut *c).await.map_err(failed)?;
    if places >= rules::MOST_PLACES {
        return Err(RecordsError::Conflict("You wait for many times already. End one of them first."));
    }
    note_about(c, &actor(by, new.person), new.person, "waiting.add", 1, now).await?;
    sqlx::query(
        "INSERT INTO waiting (id, clinic, person, service, begins, ends, created) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.id.0)
    .bind(clinic.0)
    .bind(new.person.0)
    .bind(new.service.0)
    .bind(begins)
    .bind(ends)
    .bind(now.as_millisecond())
    .execute(c)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Who waits for a time that is still to come, with their name, longest first.
pub async fn list(c: &mut Connection, clinic: OrganisationId, now: Timestamp) -> Result<Vec<(Waiting, String)>> {
    let rows: Vec<(Uuid, Uuid, Uuid, i64, i64, i64, String)> = sqlx::query_as(
        "SELECT w.id, w.person, w.service, w.begins, w.ends, w.created, p.name
         FROM waiting w JOIN person p ON p.id = w.person
         WHERE w.clinic = $1 AND w.ends > $2 ORDER BY w.created, w.id",
    )
    .bind(clinic.0)
    .bind(now.as_millisecond())
    .fetch_all(c)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|(id, person, service, begins, ends, created, name)| {
            Ok((waiting((id, person, service, begins, ends, created))?, name))
        })
        .collect()
}

/// What one person waits for that is still to come, and where, longest first.
pub async fn of_person(c: &mut Connection, person: PersonId, now: Timestamp) -> Result<Vec<(OrganisationId, Waiting)>> {
    let rows: Vec<(Uuid, Uuid, Uuid, Uuid, i64, i64, i64)> = sqlx::query_as(
        "SELECT clinic, id, person, service, begins, ends, created FROM waiting
         WHERE person = $1 AND ends > $2 ORDER BY created, id",
    )
    .bind(person.0)
    .bind(now.as_millisecond())
    .fetch_all(c)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|(clinic, id, person, service, begins, ends, created)| {
            Ok((OrganisationId(clinic), waiting((id, person, service, begins, ends, created))?))
        })
        .collect()
}

/// Who waits for a time such as the one that this visit had, and shares with the clinic still, longest first. Whoever gave
/// the time up does not wait for it.
pub async fn for_time(c: &mut Connection, was: &Booking, now: Timestamp) -> Result<Vec<(Waiting, Contact)>> {
    let rows: Vec<RowWithContact> = sqlx::query_as(
        "SELECT w.id, w.person, w.service, w.begins, w.ends, w.created, p.phone, p.mail, p.topic
         FROM waiting w JOIN patient p ON p.clinic = w.clinic AND p.person = w.person
         WHERE w.clinic = $1 AND w.service = $2 AND w.begins <= $3 AND w.ends >= $4 AND w.person <> $5
           AND p.since <= $6 AND (p.until IS NULL OR p.until > $6)
         ORDER BY w.created, w.id",
    )
    .bind(was.clinic.0)
    .bind(was.service.0)
    .bind(was.start.as_millisecond())
    .bind(was.end.as_millisecond())
    .bind(was.person.0)
    .bind(now.as_millisecond())
    .fetch_all(c)
    .await
    .map_err(failed)?;
    rows.into_iter()
        .map(|(id, person, service, begins, ends, created, phone, mail, topic)| {
            Ok((waiting((id, person, service, begins, ends, created))?, Contact { phone, mail, topic }))
        })
        .collect()
}

/// Takes somebody off the list; what was to be offered to them for it is not said any more.
pub async fn end(c: &mut Connection, by: Booker<'_>, id: WaitingId, now: Timestamp) -> Result<()> {
    let known = sqlx::query_as("SELECT clinic, person, service FROM waiting WHERE id = $1").bind(id.0);
    let known: Option<(Uuid, Uuid, Uuid)> = known.fetch_optional(&mut *c).await.map_err(failed)?;
    let (clinic, person, service) = known.ok_or(RecordsError::NotFound)?;
    let person = PersonId(person);
    rules::waiting_part(by, OrganisationId(clinic), person)?;
    note_about(c, &actor(by, person), person, "waiting.end", 1, now).await?;
    sqlx::query(
        "DELETE FROM visit_message WHERE person = $1 AND says = 'offer' AND next IS NOT NULL
           AND booking IN (SELECT id FROM booking WHERE clinic = $2 AND service = $3)",
    )
    .bind(person.0)
    .bind(clinic)
    .bind(service)
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    sqlx::query("DELETE FROM waiting WHERE id = $1").bind(id.0).execute(c).await.map_err(failed)?;
    Ok(())
}
