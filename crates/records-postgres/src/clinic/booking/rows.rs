//! Reading visits.

use charley_records::clinic::booking::{Booking, BookingLine, BookingState};
use charley_records::clinic::{Desk, rules};
use charley_records::secret::Secret;
use charley_records::{BookingId, OrganisationId, PersonId, RecordsError, RequestId, ResourceId, Result, ServiceId};
use jiff::Timestamp;
use sqlx::Row as _;
use uuid::Uuid;

use crate::sql::{Connection, failed, time};

/// A row of the engine.
pub type Row = sqlx::postgres::PgRow;

/// Visits, by a condition. $1 is the moment from which missed visits count.
macro_rules! select_lines {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.clinic, b.person, b.service, s.name AS service_name, b.begins, b.ends, b.request, b.state,
                    b.revision, b.override_reason, b.note, b.cancel_reason, b.created, p.name,
                    ARRAY(SELECT u.resource FROM booking_resource u WHERE u.booking = b.id ORDER BY u.need) AS resources,
                    (SELECT COUNT(*) FROM booking m WHERE m.person = b.person AND m.clinic = b.clinic
                     AND m.state = 'no_show' AND m.begins >= $1) AS missed
             FROM booking b JOIN service s ON s.id = b.service JOIN person p ON p.id = b.person ",
            $rest
        )
    };
}

/// Visits without names, by a condition.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.clinic, b.person, b.service, s.name AS service_name, b.begins, b.ends, b.request, b.state,
                    b.revision, b.override_reason, b.note, b.cancel_reason, b.created, b.link, b.wanted,
                    ARRAY(SELECT u.resource FROM booking_resource u WHERE u.booking = b.id ORDER BY u.need) AS resources
             FROM booking b JOIN service s ON s.id = b.service ",
            $rest
        )
    };
}

/// A visit with what only the engine knows of it.
pub struct Kept {
    /// The visit.
    pub booking: Booking,
    /// The secret of its link.
    pub link: Secret,
    /// What was asked for.
    pub wanted: String,
}

/// The visit in a row that has its columns.
pub fn booking(row: &Row) -> Result<Booking> {
    let number = |column| row.try_get::<i64, _>(column).map_err(failed);
    let text = |column| row.try_get::<String, _>(column).map_err(failed);
    let id = |column| row.try_get::<Uuid, _>(column).map_err(failed);
    let resources: Vec<Uuid> = row.try_get("resources").map_err(failed)?;
    Ok(Booking {
        id: BookingId(id("id")?),
        clinic: OrganisationId(id("clinic")?),
        person: PersonId(id("person")?),
        service: ServiceId(id("service")?),
        service_name: text("service_name")?,
        start: time(number("begins")?)?,
        end: time(number("ends")?)?,
        resources: resources.into_iter().map(ResourceId).collect(),
        request: row.try_get::<Option<Uuid>, _>("request").map_err(failed)?.map(RequestId),
        state: BookingState::of_code(&text("state")?)?,
        revision: u32::try_from(number("revision")?).unwrap_or(0),
        override_reason: text("override_reason")?,
        note: text("note")?,
        cancel_reason: text("cancel_reason")?,
        created: time(number("created")?)?,
    })
}

fn with_name(row: &Row) -> Result<BookingLine> {
    let missed: i64 = row.try_get("missed").map_err(failed)?;
    Ok(BookingLine {
        booking: booking(row)?,
        name: row.try_get("name").map_err(failed)?,
        missed: u32::try_from(missed).unwrap_or(u32::MAX),
    })
}

fn kept(row: &Row) -> Result<Kept> {
    Ok(Kept {
        booking: booking(row)?,
        link: Secret::new(row.try_get::<String, _>("link").map_err(failed)?),
        wanted: row.try_get("wanted").map_err(failed)?,
    })
}

/// The visit of this id, of whatever clinic.
pub async fn find(c: &mut Connection, id: BookingId) -> Result<Option<Kept>> {
    let row = sqlx::query(select!("WHERE b.id = $1")).bind(id.0).fetch_optional(c).await.map_err(failed)?;
    row.map(|row| kept(&row)).transpose()
}

/// The visit of this link.
pub async fn by_link(c: &mut Connection, link: &Secret) -> Result<Kept> {
    let row = sqlx::query(select!("WHERE b.fingerprint = $1")).bind(link.fingerprint());
    kept(&row.fetch_optional(c).await.map_err(failed)?.ok_or(RecordsError::NotFound)?)
}

/// Every visit of a person, newest first.
pub async fn of_person(c: &mut Connection, person: PersonId) -> Result<Vec<Booking>> {
    let rows = sqlx::query(select!("WHERE b.person = $1 ORDER BY b.begins DESC, b.id")).bind(person.0);
    rows.fetch_all(c).await.map_err(failed)?.iter().map(booking).collect()
}

/// The clinic's visits that begin in this time.
pub async fn between(c: &mut Connection, desk: &Desk, from: Timestamp, to: Timestamp) -> Result<Vec<BookingLine>> {
    let rows =
        sqlx::query(select_lines!("WHERE b.clinic = $2 AND b.begins >= $3 AND b.begins < $4 ORDER BY b.begins, b.id"))
            .bind(missed_since(desk))
            .bind(desk.clinic().0)
            .bind(from.as_millisecond())
            .bind(to.as_millisecond());
    rows.fetch_all(c).await.map_err(failed)?.iter().map(with_name).collect()
}

/// One visit of the clinic.
pub async fn line(c: &mut Connection, desk: &Desk, id: BookingId) -> Result<BookingLine> {
    let row = sqlx::query(select_lines!("WHERE b.clinic = $2 AND b.id = $3"))
        .bind(missed_since(desk))
        .bind(desk.clinic().0)
        .bind(id.0);
    with_name(&row.fetch_optional(c).await.map_err(failed)?.ok_or(RecordsError::NotFound)?)
}

fn missed_since(desk: &Desk) -> i64 {
    (desk.opened() - rules::MISSED_COUNT_FOR).as_millisecond()
}
