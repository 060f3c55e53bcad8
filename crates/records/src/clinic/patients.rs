//! People who share their record with a clinic, and those whom the clinic registers.

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Care, Desk, name, sound, text};
use crate::people::DeletionReceipt;
use crate::reminders::Reminders;
use crate::{Access, AccountId, Field, OrganisationId, PersonId, Result};

/// How a clinic reaches somebody. Every part may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// Telephone number, as it is dialled.
    pub phone: String,
    /// E-mail address.
    pub mail: String,
    /// Topic on the operator's ntfy server.
    pub topic: String,
}

/// Longest telephone number.
const MOST_PHONE_CHARS: usize = 40;
/// Nobody is older, in years.
const MOST_YEARS: i16 = 125;

/// Checks a contact; returns it trimmed.
///
/// # Errors
/// [`crate::RecordsError::Invalid`] with everything that is wrong.
pub fn check_contact(contact: &Contact) -> Result<Contact> {
    let mut faults = Vec::new();
    let phone = contact.phone.trim();
    let plain = phone.chars().all(|sign| sign.is_ascii_digit() || "+()-/. ".contains(sign));
    if !plain || phone.len() > MOST_PHONE_CHARS {
        let problem = format!("A telephone number has digits, spaces and + ( ) - only, at most {MOST_PHONE_CHARS}.");
        faults.push(Field { name: "phone", problem });
    }
    let way = Reminders { mail: contact.mail.clone(), topic: contact.topic.clone(), ..Reminders::default() };
    let way = match crate::reminders::check(&way) {
        Ok(way) => way,
        Err(crate::RecordsError::Invalid(more)) => {
            faults.extend(more);
            way
        }
        Err(other) => return Err(other),
    };
    sound(Contact { phone: phone.to_owned(), mail: way.mail, topic: way.topic }, faults)
}

/// Somebody whom the clinic registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPatient {
    /// 1 to 80 characters.
    pub name: String,
    /// Date of birth; none when not known.
    pub born: Option<Date>,
    /// How to reach them.
    pub contact: Contact,
}

/// Checks somebody whom the clinic registers; returns it trimmed. `today` is the day at the clinic.
///
/// # Errors
/// [`crate::RecordsError::Invalid`] with everything that is wrong.
pub fn check(new: &NewPatient, today: Date) -> Result<NewPatient> {
    let mut faults = Vec::new();
    let name = name("name", &new.name, &mut faults);
    if new.born.is_some_and(|born| born > today || born.year() < today.year() - MOST_YEARS) {
        let problem = "Check the date of birth: it is in the future, or too long ago.".to_owned();
        faults.push(Field { name: "born", problem });
    }
    let contact = match check_contact(&new.contact) {
        Ok(contact) => contact,
        Err(crate::RecordsError::Invalid(more)) => {
            faults.extend(more);
            new.contact.clone()
        }
        Err(other) => return Err(other),
    };
    sound(NewPatient { name, born: new.born, contact }, faults)
}

/// Checks the reason of an emergency; returns it trimmed.
///
/// # Errors
/// [`crate::RecordsError::Invalid`] when there is none, or it is too long.
pub fn check_reason(reason: &str) -> Result<String> {
    let mut faults = Vec::new();
    let reason = text("reason", reason, true, &mut faults);
    sound(reason, faults)
}

/// Those whose name holds this text, in any case, by name, at most `most`.
pub fn find(mut patients: Vec<Patient>, search: &str, most: u32) -> Vec<Patient> {
    let search = search.trim().to_lowercase();
    patients.retain(|patient| patient.name.to_lowercase().contains(&search));
    patients.sort_by_cached_key(|patient| (patient.name.to_lowercase(), patient.born, patient.person));
    patients.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    patients
}

/// Somebody on the clinic's list: what the front desk may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patient {
    /// Who.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// Date of birth; none when not known.
    pub born: Option<Date>,
    /// How to reach them.
    pub contact: Contact,
    /// Sharing, or registered, since.
    pub since: Timestamp,
    /// Registered by the clinic; otherwise the person keeps the record and shares it.
    pub registered: bool,
}

/// Sharing, as the person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// With which clinic.
    pub clinic: OrganisationId,
    /// Its name.
    pub name: String,
    /// Since.
    pub since: Timestamp,
    /// Until, when it was ended.
    pub until: Option<Timestamp>,
}

/// How long a record stays open for the clinician who opened it in an emergency: the record has several pages.
pub const EMERGENCY_LASTS: SignedDuration = SignedDuration::from_mins(60);

/// A record that was opened without sharing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyLook {
    /// By which clinic.
    pub clinic: OrganisationId,
    /// Its name.
    pub clinic_name: String,
    /// By whom.
    pub account: AccountId,
    /// When.
    pub at: Timestamp,
    /// The reason that was given.
    pub reason: String,
}

/// People of a clinic.
#[async_trait]
pub trait Patients {
    /// Shares the person's record with a clinic until it is ended (right: own). Sharing again changes the contact.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when there is no such clinic.
    async fn share(
        &self,
        access: &Access,
        clinic: OrganisationId,
        contact: &Contact,
        born: Option<Date>,
        now: Timestamp,
    ) -> Result<()>;

    /// Ends sharing (right: own). The clinic keeps what it wrote itself, and opens it no more but in an emergency.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when the person does not share with it.
    async fn end_sharing(&self, access: &Access, clinic: OrganisationId, now: Timestamp) -> Result<()>;

    /// With whom the person shares or shared, newest first (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn sharings(&self, access: &Access) -> Result<Vec<Sharing>>;

    /// Every look at the record in an emergency, newest first (right: read).
    ///
    /// # Errors
    /// When the engine fails.
    async fn emergency_looks(&self, access: &Access) -> Result<Vec<EmergencyLook>>;

    /// Registers somebody who has no account here (duty: book). The record lies in the clinic.
    ///
    /// # Errors
    /// When a field is wrong.
    async fn register(&self, desk: &Desk, new: &NewPatient, now: Timestamp) -> Result<Patient>;

    /// Changes name (of registered people only), date of birth and contact (duty: book).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when the person is not on the list.
    async fn change_patient(&self, desk: &Desk, person: PersonId, new: &NewPatient, now: Timestamp) -> Result<Patient>;

    /// Destroys everything of somebody whom this clinic registered, as [`crate::people::People::delete_person`] does (duty:
    /// manage). Who has an account deletes for themselves.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when the person is not on the list; [`crate::RecordsError::Forbidden`] for a record
    /// that does not lie in the clinic.
    async fn delete_registered(&self, desk: &Desk, person: PersonId, now: Timestamp) -> Result<DeletionReceipt>;

    /// People who share now and whose name holds this text (any case; empty: all), by name, at most `most` (duty: see
    /// list).
    ///
    /// # Errors
    /// When the engine fails.
    async fn patients(&self, desk: &Desk, search: &str, most: u32) -> Result<Vec<Patient>>;

    /// One of them (duty: see list).
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`].
    async fn patient(&self, desk: &Desk, person: PersonId) -> Result<Patient>;

    /// Opens the record of somebody who shares (duty: read record), or whose record this account opened in an emergency less
    /// than [`EMERGENCY_LASTS`] ago. It is logged.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when neither holds, whether the person exists or not.
    async fn care(&self, desk: &Desk, person: PersonId, now: Timestamp) -> Result<Care>;

    /// Opens the record of somebody who shared before and has ended it, because of an emergency (duty: read record). The
    /// reason is kept, and the person can read it.
    ///
    /// # Errors
    /// [`crate::RecordsError::NotFound`] when the person never shared with this clinic; [`crate::RecordsError::Invalid`]
    /// without a reason.
    async fn emergency(&self, desk: &Desk, person: PersonId, reason: &str, now: Timestamp) -> Result<Care>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_with_somebody_is_told_at_once() {
        let [phone, mail, topic] = ["call me", "nowhere", "a topic"].map(str::to_owned);
        let new = NewPatient { name: " ".to_owned(), born: None, contact: Contact { phone, mail, topic } };
        match check(&new, "2026-11-24".parse().unwrap()) {
            Err(crate::RecordsError::Invalid(faults)) => {
                let fields: Vec<_> = faults.iter().map(|fault| fault.name).collect();
                assert_eq!(fields, ["name", "phone", "mail", "topic"]);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_telephone_number_is_trimmed_and_kept_as_it_is_dialled() {
        let contact = Contact { phone: " +44 (0)20 7946-0000 ".to_owned(), ..Contact::default() };
        assert_eq!(check_contact(&contact).unwrap().phone, "+44 (0)20 7946-0000");
        let long = Contact { phone: "1".repeat(41), ..Contact::default() };
        assert!(check_contact(&long).is_err());
    }
}
