//! Messages about visits, put into the outbox by the transaction that changes the visit.

use charley_records::clinic::booking::Booking;
use charley_records::clinic::visits::NewVisitMessage;
use charley_records::{BookingId, PersonId, Result};

use crate::sql::{Connection, failed};

/// Puts messages about a visit into the outbox; those that are or were there are left as they are.
pub async fn put(c: &mut Connection, about: &Booking, to: PersonId, news: &[NewVisitMessage]) -> Result<()> {
    for message in news {
        sqlx::query(
            "INSERT INTO visit_message (id, booking, person, says, channel, due, next)
             VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING",
        )
        .bind(&message.id)
        .bind(about.id.0)
        .bind(to.0)
        .bind(message.says.code())
        .bind(message.channel.code())
        .bind(message.due.as_millisecond())
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    }
    Ok(())
}

/// Takes back what has not gone out about a visit: it is not true any more.
pub async fn take_back(c: &mut Connection, about: BookingId) -> Result<()> {
    let gone = sqlx::query("DELETE FROM visit_message WHERE booking = $1 AND next IS NOT NULL").bind(about.0);
    gone.execute(c).await.map_err(failed)?;
    Ok(())
}
