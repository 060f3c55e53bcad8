//! Visits and the waiting list.

mod change;
mod make;
mod messages;
mod occupancy;
mod rows;
mod waiting;

use async_trait::async_trait;
use charley_records::access::LinkAction;
use charley_records::clinic::booking::{
    Booker, Booking, BookingLine, BookingState, Bookings, NewBooking, NewTime, Waiting,
};
use charley_records::clinic::{Desk, Duty, rules};
use charley_records::secret::Secret;
use charley_records::{Access, Actor, BookingId, OrganisationId, PersonId, RecordsError, Result, Right, WaitingId};
use jiff::Timestamp;

use crate::sql::failed;
use crate::{SqliteStore, transaction};

pub use rows::{Row, booking as booking_of};

#[async_trait]
impl Bookings for SqliteStore {
    async fn book(
        &self,
        by: Booker<'_>,
        clinic: OrganisationId,
        new: &NewBooking,
        now: Timestamp,
    ) -> Result<(Booking, Secret)> {
        let part = rules::booking_part(by, clinic, new)?;
        let (booking, link) = transaction!(self, |c| make::book(c, by, part, clinic, new, now));
        Ok((seen(by, booking), link))
    }

    async fn move_booking(&self, by: Booker<'_>, booking: BookingId, to: &NewTime, now: Timestamp) -> Result<Booking> {
        Ok(seen(by, transaction!(self, |c| change::move_to(c, by, booking, to, now))))
    }

    async fn cancel(&self, by: Booker<'_>, booking: BookingId, reason: &str, now: Timestamp) -> Result<Vec<Waiting>> {
        let waiting = transaction!(self, |c| change::cancel(c, by, booking, reason, now));
        Ok(if matches!(by, Booker::Staff(_)) { waiting } else { Vec::new() })
    }

    async fn mark(&self, desk: &Desk, booking: BookingId, state: BookingState, now: Timestamp) -> Result<()> {
        desk.need(Duty::Book)?;
        transaction!(self, |c| change::mark(c, desk, booking, state, now));
        Ok(())
    }

    async fn bookings(&self, desk: &Desk, from: Timestamp, to: Timestamp) -> Result<Vec<BookingLine>> {
        desk.need(Duty::SeeList)?;
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let lines = rows::between(&mut c, desk, from, to).await?;
        drop(c);
        self.note_list(desk, "booking.list", lines.len()).await?;
        Ok(lines)
    }

    async fn booking(&self, desk: &Desk, booking: BookingId) -> Result<BookingLine> {
        desk.need(Duty::SeeList)?;
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let line = rows::line(&mut c, desk, booking).await?;
        drop(c);
        self.note_look(&desk.actor(), line.booking.person, "booking.read", 1, desk.opened()).await?;
        Ok(line)
    }

    async fn bookings_of(&self, access: &Access) -> Result<Vec<Booking>> {
        access.need(Right::Read)?;
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let mut found = rows::of_person(&mut c, access.person()).await?;
        drop(c);
        // Staff see the visits to their own clinic.
        if let Actor::Staff { clinic, .. } = access.actor() {
            found.retain(|booking| booking.clinic == *clinic);
        }
        self.note_read(access, "booking.read", found.len()).await?;
        Ok(found.into_iter().map(rules::for_person).collect())
    }

    async fn bookings_with(&self, desk: &Desk, person: PersonId) -> Result<Vec<Booking>> {
        desk.need(Duty::SeeList)?;
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let mut found = rows::of_person(&mut c, person).await?;
        drop(c);
        found.retain(|booking| booking.clinic == desk.clinic());
        if !found.is_empty() {
            self.note_look(&desk.actor(), person, "booking.read", found.len(), desk.opened()).await?;
        }
        Ok(found)
    }

    async fn booking_by_link(&self, link: &Secret, now: Timestamp) -> Result<Booking> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let found = rows::by_link(&mut c, link).await?.booking;
        drop(c);
        if !rules::link_lives(&found, now) {
            return Err(RecordsError::NotFound);
        }
        self.note_look(&link_actor(found.person), found.person, "booking.read", 1, now).await?;
        Ok(Booking { request: None, ..rules::for_person(found) })
    }

    async fn wait(&self, by: Booker<'_>, clinic: OrganisationId, waiting: &Waiting, now: Timestamp) -> Result<()> {
        let part = rules::waiting_part(by, clinic, waiting.person)?;
        transaction!(self, |c| waiting::add(c, by, part, clinic, waiting, now));
        Ok(())
    }

    async fn waiting(&self, desk: &Desk, now: Timestamp) -> Result<Vec<(Waiting, String)>> {
        desk.need(Duty::SeeList)?;
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let found = waiting::list(&mut c, desk.clinic(), now).await?;
        drop(c);
        self.note_list(desk, "waiting.list", found.len()).await?;
        Ok(found)
    }

    async fn waiting_of(&self, access: &Access, now: Timestamp) -> Result<Vec<(OrganisationId, Waiting)>> {
        access.need(Right::Read)?;
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let mut found = waiting::of_person(&mut c, access.person(), now).await?;
        drop(c);
        // Staff see the waiting list of their own clinic.
        if let Actor::Staff { clinic, .. } = access.actor() {
            found.retain(|(at, _)| at == clinic);
        }
        self.note_read(access, "waiting.read", found.len()).await?;
        Ok(found)
    }

    async fn end_waiting(&self, by: Booker<'_>, waiting: WaitingId, now: Timestamp) -> Result<()> {
        transaction!(self, |c| waiting::end(c, by, waiting, now));
        Ok(())
    }
}

/// A visit as this booker may see it.
fn seen(by: Booker<'_>, booking: Booking) -> Booking {
    match by {
        Booker::Staff(_) => booking,
        Booker::Person(_) => rules::for_person(booking),
        Booker::Link(_) => Booking { request: None, ..rules::for_person(booking) },
    }
}

fn link_actor(person: PersonId) -> Actor {
    Actor::Link { person, action: LinkAction::Visit }
}

/// How the audit log knows whoever books for this person.
fn actor(by: Booker<'_>, person: PersonId) -> Actor {
    match by {
        Booker::Person(access) => access.actor().clone(),
        Booker::Link(_) => link_actor(person),
        Booker::Staff(desk) => desk.actor(),
    }
}
