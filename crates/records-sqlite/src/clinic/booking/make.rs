//! Booking a visit.

use charley_records::clinic::booking::{self, Booker, Booking, NewBooking};
use charley_records::clinic::rules::{self, Part};
use charley_records::clinic::visits::{VisitMessage, announce};
use charley_records::clinic::{booking::BookingState, kept};
use charley_records::secret::Secret;
use charley_records::{BookingId, OrganisationId, PersonId, RecordsError, RequestId, ResourceId, Result};
use jiff::{SignedDuration, Timestamp};

use super::super::log::note_about;
use super::super::{sharing, timetable};
use super::{actor, messages, occupancy, rows};
use crate::sql::{Connection, failed};

/// Closures that touch a visit are looked for up to so long after its start.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(8);

/// Books, or finds what was booked by the same words before.
pub async fn book(
    c: &mut Connection,
    by: Booker<'_>,
    part: Part,
    clinic: OrganisationId,
    new: &NewBooking,
    now: Timestamp,
) -> Result<(Booking, Secret)> {
    let wanted = kept::wanted(clinic, new)?;
    if let Some(known) = rows::find(c, new.id).await? {
        return if known.wanted == wanted {
            Ok((known.booking, known.link))
        } else {
            Err(RecordsError::Conflict("This visit was booked before, with other words. Look at your visits."))
        };
    }
    let new = booking::check(new, now)?;
    let contact = sharing::shared(c, clinic, new.person, now).await?;
    let found = timetable::read(c, clinic, new.start, new.start + LONGEST).await?;
    let service = rules::service(&found, new.service)?;
    rules::offered(service, part)?;
    rules::admit(&found, service, new.start, &new.resources, part, now)?;
    if let Some(request) = new.request {
        need_request(c, clinic, new.person, request).await?;
    }
    if part == Part::Person {
        bound(c, clinic, new.person, now).await?;
    }
    // Logged first: that fails when the person is gone.
    note_about(c, &actor(by, new.person), new.person, "booking.book", 1, now).await?;
    let link = Secret::random()?;
    let end = rules::end_of(service, new.start);
    sqlx::query(
        "INSERT INTO booking (id, clinic, person, service, begins, ends, request, state, revision, override_reason, note,
           cancel_reason, link, fingerprint, wanted, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, '', $11, $12, $13, $14)",
    )
    .bind(new.id.0)
    .bind(clinic.0)
    .bind(new.person.0)
    .bind(new.service.0)
    .bind(new.start.as_millisecond())
    .bind(end.as_millisecond())
    .bind(new.request.map(|request| request.0))
    .bind(BookingState::Booked.code())
    .bind(&new.override_reason)
    .bind(&new.note)
    .bind(link.expose())
    .bind(link.fingerprint())
    .bind(wanted)
    .bind(now.as_millisecond())
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    use_resources(c, new.id, &new.resources).await?;
    occupancy::take(c, new.id, service, new.start, &new.resources, part).await?;
    let made = rows::find(c, new.id).await?.ok_or(RecordsError::NotFound)?;
    let news = announce(&made.booking, VisitMessage::Booked, &contact, now);
    messages::put(c, &made.booking, new.person, &news).await?;
    Ok((made.booking, made.link))
}

/// Keeps what a visit uses, in the order of the needs.
pub async fn use_resources(c: &mut Connection, booking: BookingId, resources: &[ResourceId]) -> Result<()> {
    let before = sqlx::query("DELETE FROM booking_resource WHERE booking = $1").bind(booking.0);
    before.execute(&mut *c).await.map_err(failed)?;
    for (need, resource) in (0_i64..).zip(resources) {
        let insert = sqlx::query("INSERT INTO booking_resource (booking, need, resource) VALUES ($1, $2, $3)");
        insert.bind(booking.0).bind(need).bind(resource.0).execute(&mut *c).await.map_err(failed)?;
    }
    Ok(())
}

/// The request that a visit answers is this person's, at this clinic.
async fn need_request(c: &mut Connection, clinic: OrganisationId, person: PersonId, request: RequestId) -> Result<()> {
    let own = sqlx::query("SELECT 1 FROM request WHERE id = $1 AND clinic = $2 AND person = $3");
    let own = own.bind(request.0).bind(clinic.0).bind(person.0).fetch_optional(c).await.map_err(failed)?;
    own.map(|_| ()).ok_or(RecordsError::NotFound)
}

/// Nobody fills the days of a clinic by themselves.
async fn bound(c: &mut Connection, clinic: OrganisationId, person: PersonId, now: Timestamp) -> Result<()> {
    let ahead = sqlx::query_scalar(
        "SELECT COUNT(*) FROM booking WHERE person = $1 AND clinic = $2 AND state = 'booked' AND begins > $3",
    );
    let ahead: i64 =
        ahead.bind(person.0).bind(clinic.0).bind(now.as_millisecond()).fetch_one(c).await.map_err(failed)?;
    if ahead < rules::MOST_VISITS_AHEAD {
        return Ok(());
    }
    Err(RecordsError::Conflict("You have many visits booked already. Please call the clinic for more."))
}
