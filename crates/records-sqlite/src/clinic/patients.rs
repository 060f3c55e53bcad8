//! People who share their record with a clinic, and those whom the clinic registers.

use async_trait::async_trait;
use charley_records::clinic::patients::{
    self, Contact, EMERGENCY_LASTS, EmergencyLook, NewPatient, Patient, Patients, Sharing, check_contact, check_reason,
};
use charley_records::clinic::{Care, Desk, Duty};
use charley_records::deletions::Deleted;
use charley_records::people::{DeletionReceipt, NewPerson};
use charley_records::{Access, AccountId, OrganisationId, PersonId, RecordsError, Result, Right};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::log::note_about;
use super::staff;
use crate::audit::note;
use crate::sql::{Connection, day, failed, some_time, time};
use crate::{SqliteStore, people, transaction};

type Row = (Uuid, String, Option<String>, String, String, String, i64, bool);

fn patient((person, name, born, phone, mail, topic, since, registered): Row) -> Result<Patient> {
    let (person, since) = (PersonId(person), time(since)?);
    let born = born.as_deref().map(day).transpose()?;
    Ok(Patient { person, name, born, contact: Contact { phone, mail, topic }, since, registered })
}

#[async_trait]
impl Patients for SqliteStore {
    async fn share(
        &self,
        access: &Access,
        clinic: OrganisationId,
        contact: &Contact,
        born: Option<Date>,
        now: Timestamp,
    ) -> Result<()> {
        access.need(Right::Own)?;
        let contact = check_contact(contact)?;
        transaction!(self, |c| share(c, access, clinic, (&contact, born), now));
        Ok(())
    }

    async fn end_sharing(&self, access: &Access, clinic: OrganisationId, now: Timestamp) -> Result<()> {
        access.need(Right::Own)?;
        transaction!(self, |c| end(c, access, clinic, now));
        Ok(())
    }

    async fn sharings(&self, access: &Access) -> Result<Vec<Sharing>> {
        access.need(Right::Read)?;
        let rows: Vec<(Uuid, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT c.organisation, c.name, t.since, t.until FROM patient t JOIN clinic c ON c.organisation = t.clinic
             WHERE t.person = $1 ORDER BY t.since DESC, c.organisation",
        )
        .bind(access.person().0)
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        self.note_read(access, "sharing.read", rows.len()).await?;
        rows.into_iter()
            .map(|(clinic, name, since, until)| {
                let (since, until) = (time(since)?, some_time(until)?);
                Ok(Sharing { clinic: OrganisationId(clinic), name, since, until })
            })
            .collect()
    }

    async fn emergency_looks(&self, access: &Access) -> Result<Vec<EmergencyLook>> {
        access.need(Right::Read)?;
        let rows: Vec<(Uuid, String, Uuid, i64, String)> = sqlx::query_as(
            "SELECT c.organisation, c.name, e.account, e.at, e.reason
             FROM emergency_look e JOIN clinic c ON c.organisation = e.clinic
             WHERE e.person = $1 ORDER BY e.at DESC, e.id",
        )
        .bind(access.person().0)
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        self.note_read(access, "emergency.read", rows.len()).await?;
        rows.into_iter()
            .map(|(clinic, clinic_name, account, at, reason)| {
                let (clinic, account) = (OrganisationId(clinic), AccountId(account));
                Ok(EmergencyLook { clinic, clinic_name, account, at: time(at)?, reason })
            })
            .collect()
    }

    async fn register(&self, desk: &Desk, new: &NewPatient, now: Timestamp) -> Result<Patient> {
        desk.need(Duty::Book)?;
        Ok(transaction!(self, |c| register(c, desk, new, now)))
    }

    async fn change_patient(&self, desk: &Desk, person: PersonId, new: &NewPatient, now: Timestamp) -> Result<Patient> {
        desk.need(Duty::Book)?;
        Ok(transaction!(self, |c| change(c, desk, person, new, now)))
    }

    async fn delete_registered(&self, desk: &Desk, person: PersonId, now: Timestamp) -> Result<DeletionReceipt> {
        desk.need(Duty::Manage)?;
        let mut receipt = transaction!(self, |c| delete(c, desk, person, now));
        receipt.listed = self.list(&Deleted::person(receipt.subject));
        self.forget_log().await;
        Ok(receipt)
    }

    async fn patients(&self, desk: &Desk, search: &str, most: u32) -> Result<Vec<Patient>> {
        desk.need(Duty::SeeList)?;
        // Found here: the engines differ in which letters they know in both cases.
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT p.id, p.name, t.born, t.phone, t.mail, t.topic, t.since, p.organisation = t.clinic
             FROM patient t JOIN person p ON p.id = t.person WHERE t.clinic = $1 AND t.until IS NULL",
        )
        .bind(desk.clinic().0)
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        let all = rows.into_iter().map(patient).collect::<Result<Vec<_>>>()?;
        let found = patients::find(all, search, most);
        self.note_list(desk, "patient.list", found.len()).await?;
        Ok(found)
    }

    async fn patient(&self, desk: &Desk, person: PersonId) -> Result<Patient> {
        desk.need(Duty::SeeList)?;
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let found = one(&mut c, desk.clinic(), person).await?;
        drop(c);
        self.note_look(&desk.actor(), person, "patient.read", 1, desk.opened()).await?;
        Ok(found)
    }

    async fn care(&self, desk: &Desk, person: PersonId, now: Timestamp) -> Result<Care> {
        desk.need(Duty::ReadRecord)?;
        Ok(transaction!(self, |c| open(c, desk, person, now)))
    }

    async fn emergency(&self, desk: &Desk, person: PersonId, reason: &str, now: Timestamp) -> Result<Care> {
        desk.need(Duty::ReadRecord)?;
        let reason = check_reason(reason)?;
        Ok(transaction!(self, |c| emergency(c, desk, person, &reason, now)))
    }
}

/// Whether the person shares now; none when the person never did.
pub async fn shares(c: &mut Connection, clinic: OrganisationId, person: PersonId) -> Result<Option<bool>> {
    let shares = sqlx::query_scalar("SELECT until IS NULL FROM patient WHERE clinic = $1 AND person = $2");
    shares.bind(clinic.0).bind(person.0).fetch_optional(c).await.map_err(failed)
}

async fn one(c: &mut Connection, clinic: OrganisationId, person: PersonId) -> Result<Patient> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT p.id, p.name, t.born, t.phone, t.mail, t.topic, t.since, p.organisation = t.clinic
         FROM patient t JOIN person p ON p.id = t.person
         WHERE t.clinic = $1 AND t.person = $2 AND t.until IS NULL",
    )
    .bind(clinic.0)
    .bind(person.0)
    .fetch_optional(c)
    .await
    .map_err(failed)?;
    row.map(patient).ok_or(RecordsError::NotFound)?
}

/// Checks what is said of somebody by the calendar of the clinic.
fn check(zone: &str, new: &NewPatient, now: Timestamp) -> Result<NewPatient> {
    let zone = TimeZone::get(zone)
        .map_err(|error| RecordsError::Damaged { what: "the zone of a clinic", why: error.to_string() })?;
    patients::check(new, now.to_zoned(zone).date())
}

async fn share(
    c: &mut Connection,
    access: &Access,
    clinic: OrganisationId,
    (contact, born): (&Contact, Option<Date>),
    now: Timestamp,
) -> Result<()> {
    let zone = staff::one(c, clinic).await?.zone;
    // Logged first: that fails when the person is gone.
    note(c, access, "sharing.start", 1, now).await?;
    let name = sqlx::query_scalar("SELECT name FROM person WHERE id = $1").bind(access.person().0);
    let name: String = name.fetch_one(&mut *c).await.map_err(failed)?;
    let new = check(&zone, &NewPatient { name, born, contact: contact.clone() }, now)?;
    sqlx::query(
        "INSERT INTO patient (clinic, person, since, born, phone, mail, topic) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (clinic, person) DO UPDATE SET
           since = CASE WHEN patient.until IS NULL THEN patient.since ELSE excluded.since END, until = NULL,
           born = excluded.born, phone = excluded.phone, mail = excluded.mail, topic = excluded.topic",
    )
    .bind(clinic.0)
    .bind(access.person().0)
    .bind(now.as_millisecond())
    .bind(new.born.map(|born| born.to_string()))
    .bind(&new.contact.phone)
    .bind(&new.contact.mail)
    .bind(&new.contact.topic)
    .execute(c)
    .await
    .map_err(failed)?;
    Ok(())
}

async fn end(c: &mut Connection, access: &Access, clinic: OrganisationId, now: Timestamp) -> Result<()> {
    let end = sqlx::query("UPDATE patient SET until = $3 WHERE clinic = $1 AND person = $2 AND until IS NULL");
    let end = end.bind(clinic.0).bind(access.person().0).bind(now.as_millisecond());
    if end.execute(&mut *c).await.map_err(failed)?.rows_affected() == 0 {
        return Err(RecordsError::NotFound);
    }
    note(c, access, "sharing.end", 1, now).await
}

async fn register(c: &mut Connection, desk: &Desk, new: &NewPatient, now: Timestamp) -> Result<Patient> {
    let clinic = staff::one(c, desk.clinic()).await?;
    let new = check(&clinic.zone, new, now)?;
    let person = NewPerson { name: new.name.clone(), zone: clinic.zone, region: clinic.region };
    let person = people::insert(c, clinic.id, &person, now).await?;
    sqlx::query(
        "INSERT INTO patient (clinic, person, since, born, phone, mail, topic) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(clinic.id.0)
    .bind(person.id.0)
    .bind(now.as_millisecond())
    .bind(new.born.map(|born| born.to_string()))
    .bind(&new.contact.phone)
    .bind(&new.contact.mail)
    .bind(&new.contact.topic)
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    note_about(c, &desk.actor(), person.id, "patient.register", 1, now).await?;
    one(c, clinic.id, person.id).await
}

async fn change(
    c: &mut Connection,
    desk: &Desk,
    person: PersonId,
    new: &NewPatient,
    now: Timestamp,
) -> Result<Patient> {
    let known = one(c, desk.clinic(), person).await?;
    let new = check(&staff::one(c, desk.clinic()).await?.zone, new, now)?;
    if known.registered {
        let update = sqlx::query("UPDATE person SET name = $2 WHERE id = $1");
        update.bind(person.0).bind(&new.name).execute(&mut *c).await.map_err(failed)?;
    }
    sqlx::query("UPDATE patient SET born = $3, phone = $4, mail = $5, topic = $6 WHERE clinic = $1 AND person = $2")
        .bind(desk.clinic().0)
        .bind(person.0)
        .bind(new.born.map(|born| born.to_string()))
        .bind(&new.contact.phone)
        .bind(&new.contact.mail)
        .bind(&new.contact.topic)
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    note_about(c, &desk.actor(), person, "patient.change", 1, now).await?;
    one(c, desk.clinic(), person).await
}

async fn delete(c: &mut Connection, desk: &Desk, person: PersonId, now: Timestamp) -> Result<DeletionReceipt> {
    if !one(c, desk.clinic(), person).await?.registered {
        return Err(RecordsError::Forbidden);
    }
    people::delete(c, &desk.actor(), person, now).await
}

async fn open(c: &mut Connection, desk: &Desk, person: PersonId, now: Timestamp) -> Result<Care> {
    let shares = shares(c, desk.clinic(), person).await?;
    // Whoever never shared was not opened in an emergency either.
    let emergency = shares == Some(false) && opened_lately(c, desk, person, now).await?;
    let care = Care::grant(desk, person, shares.unwrap_or(false), emergency)?;
    note(c, care.access(), "record.open", 1, now).await?;
    Ok(care)
}

/// Whether this account opened the record in an emergency not long ago.
async fn opened_lately(c: &mut Connection, desk: &Desk, person: PersonId, now: Timestamp) -> Result<bool> {
    let after = now - EMERGENCY_LASTS;
    let look = sqlx::query(
        "SELECT 1 FROM emergency_look WHERE clinic = $1 AND person = $2 AND account = $3 AND at > $4 AND at <= $5",
    );
    let look = look.bind(desk.clinic().0).bind(person.0).bind(desk.account().0).bind(after.as_millisecond());
    Ok(look.bind(now.as_millisecond()).fetch_optional(c).await.map_err(failed)?.is_some())
}

async fn emergency(c: &mut Connection, desk: &Desk, person: PersonId, reason: &str, now: Timestamp) -> Result<Care> {
    if shares(c, desk.clinic(), person).await?.ok_or(RecordsError::NotFound)? {
        // Whoever shares needs no emergency to be looked at.
        return open(c, desk, person, now).await;
    }
    let care = Care::grant(desk, person, false, true)?;
    sqlx::query("INSERT INTO emergency_look (id, clinic, person, account, at, reason) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(charley_records::random()?)
        .bind(desk.clinic().0)
        .bind(person.0)
        .bind(desk.account().0)
        .bind(now.as_millisecond())
        .bind(reason)
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    note(c, care.access(), "emergency.open", 1, now).await?;
    Ok(care)
}
