//! What is taken. No two visits use one resource at one time, by the key (resource, slot, lane).

use charley_records::clinic::booking::{Booking, slots_of};
use charley_records::clinic::resources::Service;
use charley_records::clinic::rules::{self, Part};
use charley_records::{BookingId, ResourceId, Result};
use jiff::Timestamp;

use crate::sql::{Connection, failed};

/// Takes the slots of a visit, resource by resource in the order of their ids, so that two who take several never wait for
/// each other.
///
/// # Errors
/// [`charley_records::RecordsError::Conflict`] when one is taken.
pub async fn take(
    c: &mut Connection,
    booking: BookingId,
    service: &Service,
    start: Timestamp,
    resources: &[ResourceId],
    part: Part,
) -> Result<()> {
    let slots = slots_of(service, start);
    let mut sorted = resources.to_vec();
    sorted.sort_unstable();
    for resource in sorted {
        let lane = rules::lane(&lanes(c, resource, &slots).await?, part)?;
        let taken = sqlx::query(
            "INSERT INTO occupancy (resource, slot, lane, booking)
             SELECT $1, slot, $4, $5 FROM generate_series($2, $3 - 1) AS slot ORDER BY slot",
        )
        .bind(resource.0)
        .bind(slots.start)
        .bind(slots.end)
        .bind(lane)
        .bind(booking.0)
        .execute(&mut *c)
        .await;
        if let Err(error) = taken {
            let unique = error.as_database_error().is_some_and(|error| error.is_unique_violation());
            // With an override the next run takes the next lane.
            return Err(if unique && !part.overrides() { rules::TAKEN } else { failed(error) });
        }
    }
    Ok(())
}

/// The lanes that are taken in some of these slots.
async fn lanes(c: &mut Connection, resource: ResourceId, slots: &std::ops::Range<i64>) -> Result<Vec<i64>> {
    sqlx::query_scalar("SELECT DISTINCT lane FROM occupancy WHERE resource = $1 AND slot >= $2 AND slot < $3")
        .bind(resource.0)
        .bind(slots.start)
        .bind(slots.end)
        .fetch_all(c)
        .await
        .map_err(failed)
}

/// Gives the slots of a visit back.
pub async fn free(c: &mut Connection, booking: BookingId) -> Result<()> {
    let free = sqlx::query("DELETE FROM occupancy WHERE booking = $1").bind(booking.0);
    free.execute(c).await.map_err(failed)?;
    Ok(())
}

/// Whether nothing else is where this visit was.
pub async fn is_free(c: &mut Connection, was: &Booking, service: &Service) -> Result<bool> {
    let slots = slots_of(service, was.start);
    for resource in &was.resources {
        if !lanes(c, *resource, &slots).await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}
