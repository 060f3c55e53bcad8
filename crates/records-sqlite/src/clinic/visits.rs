//! The outbox of messages about visits.

use async_trait::async_trait;
use charley_records::clinic::booking::Booking;
use charley_records::clinic::rules;
use charley_records::clinic::visits::{LeasedVisit, VisitMessage, Visits};
use charley_records::reminders::Channel;
use charley_records::secret::Secret;
use charley_records::{PersonId, Result};
use jiff::{SignedDuration, Timestamp};
use sqlx::Row as _;
use uuid::Uuid;

use super::booking::{Row, booking_of};
use crate::sql::{Connection, failed};
use crate::{SqliteStore, transaction};

#[async_trait]
impl Visits for SqliteStore {
    async fn lease_visits(&self, most: u32, seconds: u32, now: Timestamp) -> Result<Vec<LeasedVisit>> {
        Ok(transaction!(self, |c| lease(c, most, seconds, now)))
    }

    async fn visit_sent(&self, id: &str, now: Timestamp) -> Result<()> {
        transaction!(self, |c| close(c, id, Some(now)));
        Ok(())
    }

    async fn visit_not_sent(&self, id: &str, again: Option<Timestamp>) -> Result<()> {
        match again {
            Some(again) => transaction!(self, |c| put_off(c, id, again)),
            None => transaction!(self, |c| close(c, id, None)),
        }
        Ok(())
    }
}

/// Messages that are due and still of use: the visit has not begun and stands as they say, and there is an address.
async fn lease(c: &mut Connection, most: u32, seconds: u32, now: Timestamp) -> Result<Vec<LeasedVisit>> {
    let held = now + SignedDuration::from_secs(seconds.into());
    let rows = sqlx::query(
        "SELECT m.id AS message, m.person AS recipient, m.says, m.channel, m.tries, k.name AS clinic_name, k.zone, b.link,
                CASE m.channel WHEN 'mail' THEN p.mail ELSE p.topic END AS address,
                b.id, b.clinic, b.person, b.service, s.name AS service_name, b.begins, b.ends, b.request, b.state,
                b.revision, b.override_reason, b.note, b.cancel_reason, b.created,
                (SELECT json_group_array(lower(hex(u.resource)) ORDER BY u.need)
                 FROM booking_resource u WHERE u.booking = b.id) AS resources
         FROM visit_message m JOIN booking b ON b.id = m.booking JOIN service s ON s.id = b.service
           JOIN clinic k ON k.organisation = b.clinic JOIN patient p ON p.clinic = b.clinic AND p.person = m.person
         WHERE m.next IS NOT NULL AND m.next <= $1 AND b.begins > $1
           AND CASE m.channel WHEN 'mail' THEN p.mail ELSE p.topic END <> ''
           AND CASE WHEN m.says IN ('cancelled', 'offer') THEN b.state = 'cancelled' ELSE b.state = 'booked' END
           AND (m.says <> 'offer' OR p.until IS NULL OR p.until > $1)
         ORDER BY m.next, m.id LIMIT $2",
    )
    .bind(now.as_millisecond())
    .bind(i64::from(most))
    .fetch_all(&mut *c)
    .await
    .map_err(failed)?;
    let mut leased = Vec::with_capacity(rows.len());
    for row in &rows {
        let message = message(row)?;
        let update = sqlx::query("UPDATE visit_message SET next = $2, tries = tries + 1 WHERE id = $1");
        update.bind(&message.id).bind(held.as_millisecond()).execute(&mut *c).await.map_err(failed)?;
        leased.push(message);
    }
    Ok(leased)
}

fn message(row: &Row) -> Result<LeasedVisit> {
    let text = |column| row.try_get::<String, _>(column).map_err(failed);
    let says = VisitMessage::of_code(&text("says")?)?;
    let tries: i64 = row.try_get("tries").map_err(failed)?;
    let booking = rules::for_person(booking_of(row)?);
    let (booking, link) = if says == VisitMessage::Offer {
        // Of another person: only the time that became free.
        let recipient = PersonId(row.try_get::<Uuid, _>("recipient").map_err(failed)?);
        (Booking { person: recipient, request: None, cancel_reason: String::new(), ..booking }, String::new())
    } else {
        (booking, text("link")?)
    };
    Ok(LeasedVisit {
        id: text("message")?,
        says,
        channel: Channel::of_code(&text("channel")?)?,
        to: text("address")?,
        booking,
        clinic_name: text("clinic_name")?,
        zone: text("zone")?,
        link: Secret::new(link),
        tries: u32::try_from(tries + 1).unwrap_or(u32::MAX),
    })
}

async fn close(c: &mut Connection, id: &str, sent: Option<Timestamp>) -> Result<()> {
    let update = sqlx::query("UPDATE visit_message SET next = NULL, sent = $2 WHERE id = $1");
    update.bind(id).bind(sent.map(Timestamp::as_millisecond)).execute(c).await.map_err(failed)?;
    Ok(())
}

async fn put_off(c: &mut Connection, id: &str, again: Timestamp) -> Result<()> {
    let update = sqlx::query("UPDATE visit_message SET next = $2 WHERE id = $1 AND next IS NOT NULL");
    update.bind(id).bind(again.as_millisecond()).execute(c).await.map_err(failed)?;
    Ok(())
}
