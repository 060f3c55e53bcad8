//! Moving, cancelling and marking a visit.

use charley_records::clinic::booking::{self, Booker, Booking, BookingState, NewBooking, NewTime, Waiting};
use charley_records::clinic::resources::{Service, Timetable};
use charley_records::clinic::rules::{self, Part};
use charley_records::clinic::visits::{VisitMessage, announce};
use charley_records::clinic::{Desk, reason};
use charley_records::{BookingId, RecordsError, ResourceId, Result};
use jiff::Timestamp;

use super::super::log::note_about;
use super::super::{sharing, timetable};
use super::make::{LONGEST, use_resources};
use super::{actor, messages, occupancy, rows, waiting};
use crate::sql::{Connection, failed};

/// Moves: what the visit had is given back and the new time taken in one transaction, so that the old one is kept when the
/// new one cannot be had.
pub async fn move_to(
    c: &mut Connection,
    by: Booker<'_>,
    id: BookingId,
    to: &NewTime,
    now: Timestamp,
) -> Result<Booking> {
    let kept = rows::find(c, id).await?.ok_or(RecordsError::NotFound)?;
    let before = kept.booking;
    let overrides = !to.override_reason.trim().is_empty();
    let part = rules::changing_part(by, &before, &kept.link.fingerprint(), overrides, now)?;
    if before.state == BookingState::Booked && before.start == to.start && before.resources == to.resources {
        return Ok(before);
    }
    let found = timetable::read(c, before.clinic, to.start, to.start + LONGEST).await?;
    let service = rules::service(&found, before.service)?;
    rules::may_move(&before, service, to.revision, part, now)?;
    let new = checked(&before, to, now)?;
    if part == Part::Person {
        sharing::shared(c, before.clinic, before.person, now).await?;
    }
    rules::admit(&found, service, new.start, &new.resources, part, now)?;
    note_about(c, &actor(by, before.person), before.person, "booking.move", 1, now).await?;
    occupancy::free(c, id).await?;
    use_resources(c, id, &new.resources).await?;
    sqlx::query(
        "UPDATE booking SET begins = $2, ends = $3, override_reason = $4, revision = revision + 1 WHERE id = $1",
    )
    .bind(id.0)
    .bind(new.start.as_millisecond())
    .bind(rules::end_of(service, new.start).as_millisecond())
    .bind(&new.override_reason)
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    occupancy::take(c, id, service, new.start, &new.resources, part).await?;
    tell(c, id, VisitMessage::Moved, now).await
}

/// What is asked for, checked as for a new visit.
fn checked(before: &Booking, to: &NewTime, now: Timestamp) -> Result<NewBooking> {
    let new = NewBooking {
        id: before.id,
        person: before.person,
        service: before.service,
        start: to.start,
        resources: to.resources.clone(),
        request: before.request,
        override_reason: to.override_reason.clone(),
        note: String::new(),
    };
    booking::check(&new, now)
}

/// Takes back what was to be said and is not true any more, and says what is.
async fn tell(c: &mut Connection, id: BookingId, says: VisitMessage, now: Timestamp) -> Result<Booking> {
    let after = rows::find(c, id).await?.ok_or(RecordsError::NotFound)?.booking;
    messages::take_back(c, id).await?;
    let contact = sharing::known(c, after.clinic, after.person).await?;
    messages::put(c, &after, after.person, &announce(&after, says, &contact, now)).await?;
    Ok(after)
}

/// Cancels; says who waits for such a time, longest first.
pub async fn cancel(
    c: &mut Connection,
    by: Booker<'_>,
    id: BookingId,
    why: &str,
    now: Timestamp,
) -> Result<Vec<Waiting>> {
    let kept = rows::find(c, id).await?.ok_or(RecordsError::NotFound)?;
    let before = kept.booking;
    let part = rules::changing_part(by, &before, &kept.link.fingerprint(), false, now)?;
    let found = timetable::read(c, before.clinic, before.start, before.end).await?;
    let service = rules::service(&found, before.service)?;
    if !rules::may_cancel(&before, service, part, now)? {
        return Ok(Vec::new());
    }
    let why = reason(why)?;
    note_about(c, &actor(by, before.person), before.person, "booking.cancel", 1, now).await?;
    occupancy::free(c, id).await?;
    let cancel =
        sqlx::query("UPDATE booking SET state = $2, cancel_reason = $3, revision = revision + 1 WHERE id = $1");
    let cancel = cancel.bind(id.0).bind(BookingState::Cancelled.code()).bind(why);
    cancel.execute(&mut *c).await.map_err(failed)?;
    tell(c, id, VisitMessage::Cancelled, now).await?;
    offer(c, &before, service, &found, now).await
}

/// Tells those who have waited longest for a time such as this one.
async fn offer(
    c: &mut Connection,
    was: &Booking,
    service: &Service,
    found: &Timetable,
    now: Timestamp,
) -> Result<Vec<Waiting>> {
    let gone = |id: &ResourceId| found.resources.iter().any(|known| known.id == *id && known.retired);
    let useless = was.start <= now || service.retired || was.resources.iter().any(gone);
    if useless || !occupancy::is_free(c, was, service).await? {
        return Ok(Vec::new());
    }
    let waiting = waiting::for_time(c, was, now).await?;
    for (place, contact) in waiting.iter().take(rules::MOST_OFFERS) {
        let news = charley_records::clinic::visits::offer(was, place.id, contact, now);
        messages::put(c, was, place.person, &news).await?;
    }
    Ok(waiting.into_iter().map(|(place, _)| place).collect())
}

/// Marks; the same again is no change.
pub async fn mark(c: &mut Connection, desk: &Desk, id: BookingId, state: BookingState, now: Timestamp) -> Result<()> {
    let before = rows::find(c, id).await?.ok_or(RecordsError::NotFound)?.booking;
    if before.clinic != desk.clinic() {
        return Err(RecordsError::NotFound);
    }
    rules::may_mark(&before, state, now)?;
    if before.state == state {
        return Ok(());
    }
    note_about(c, &desk.actor(), before.person, "booking.mark", 1, now).await?;
    let mark = sqlx::query("UPDATE booking SET state = $2 WHERE id = $1").bind(id.0).bind(state.code());
    mark.execute(c).await.map_err(failed)?;
    Ok(())
}
