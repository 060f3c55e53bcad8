//! A clinic of the stories, and who works there.

use charley_records::accounts::Account;
use charley_records::clinic::documents::DocumentKind;
use charley_records::clinic::patients::{Contact, NewPatient};
use charley_records::clinic::second_factor::code_of;
use charley_records::clinic::{Care, Clinic, Desk, NewClinic, StaffRole};
use charley_records::secret::Secret;
use charley_records::{Access, OrganisationId, PersonId, SessionId, SharedStore};
use uuid::Uuid;

use crate::Engine;
use crate::world::{at, password};

/// An identifier that nothing has.
pub const NOBODY: PersonId = PersonId(Uuid::from_u128(77));
/// A clinic that does not exist.
pub const NOWHERE: OrganisationId = OrganisationId(Uuid::from_u128(78));

/// A clinic of this name.
pub fn new_clinic(name: &str) -> NewClinic {
    NewClinic { name: name.to_owned(), zone: "Europe/London".to_owned(), region: "uk".to_owned(), demonstration: false }
}

/// How to reach somebody.
pub fn contact() -> Contact {
    Contact { phone: "020 7946 0000".to_owned(), mail: "ann@home.example".to_owned(), topic: "ann-1".to_owned() }
}

/// Somebody whom the clinic registers.
pub fn new_patient(name: &str) -> NewPatient {
    NewPatient { name: name.to_owned(), born: Some("1951-03-07".parse().unwrap()), contact: contact() }
}

/// Somebody of the staff, signed in.
#[derive(Debug, Clone)]
pub struct Colleague {
    /// Their account.
    pub account: Account,
    /// The session in which they gave their second factor.
    pub session: SessionId,
    /// What their authenticator holds.
    pub secret: Vec<u8>,
    /// Their recovery codes.
    pub recovery: Vec<Secret>,
}

impl Colleague {
    /// What the authenticator shows, so many half minutes after the beginning.
    pub fn code(&self, half_minutes: i64) -> String {
        code(&self.secret, half_minutes)
    }

    /// Enters a clinic.
    pub async fn enter(&self, store: &SharedStore, clinic: OrganisationId) -> Desk {
        store.enter(self.account.id, self.session, clinic, at(0)).await.unwrap()
    }
}

/// The code of an authenticator, so many half minutes after the beginning.
pub fn code(secret: &[u8], half_minutes: i64) -> String {
    code_of(secret, at(0).as_second() / 30 + half_minutes).unwrap()
}

/// Signs in, so many minutes later.
pub async fn sign_in(store: &SharedStore, login: &str, minutes: i64) -> (Account, SessionId) {
    let (_, token) = store.sign_in(login, &password(), "", "Firefox", at(minutes)).await.unwrap();
    store.session(&token, at(minutes)).await.unwrap()
}

/// Signs in and sets up a second factor, at minute 0.
pub async fn colleague(store: &SharedStore, login: &str) -> Colleague {
    let (account, session) = sign_in(store, login, 0).await;
    let secret = store.begin_second_factor(account.id, at(0)).await.unwrap();
    let recovery = store.confirm_second_factor(account.id, session, &code(&secret, 0), at(0)).await.unwrap();
    Colleague { account, session, secret, recovery }
}

/// A clinic with somebody in each role, everybody with a second factor.
#[derive(Debug, Clone)]
pub struct Staffed {
    /// Where.
    pub clinic: Clinic,
    /// Who founded it.
    pub administrator: Colleague,
    /// Its clinician.
    pub clinician: Colleague,
    /// Who answers the telephone.
    pub front_desk: Colleague,
    /// The administrator's handle.
    pub managing: Desk,
    /// The clinician's handle.
    pub treating: Desk,
    /// The front desk's handle.
    pub booking: Desk,
}

impl Staffed {
    /// The clinician opens the record of somebody who shares.
    pub async fn care(&self, store: &SharedStore, person: PersonId) -> Care {
        store.care(&self.treating, person, at(0)).await.unwrap()
    }
}

/// Somebody whom the administrator invites to a role.
pub async fn joined(store: &SharedStore, managing: &Desk, login: &str, role: StaffRole) -> Colleague {
    let link = store.invite_staff(managing, role, at(60), at(0)).await.unwrap();
    store.join_staff(&link, login, &password(), at(0)).await.unwrap();
    colleague(store, login).await
}

/// A clinic of this name, which somebody with an account founds.
pub async fn staffed(store: &SharedStore, founder: &Account, name: &str) -> Staffed {
    let clinic = store.found_clinic(founder.id, &new_clinic(name), at(0)).await.unwrap();
    let administrator = colleague(store, &founder.login).await;
    let managing = administrator.enter(store, clinic.id).await;
    let clinician = joined(store, &managing, &format!("cleo.{name}"), StaffRole::Clinician).await;
    let front_desk = joined(store, &managing, &format!("fred.{name}"), StaffRole::FrontDesk).await;
    let treating = clinician.enter(store, clinic.id).await;
    let booking = front_desk.enter(store, clinic.id).await;
    Staffed { clinic, administrator, clinician, front_desk, managing, treating, booking }
}

/// Shares a record with a clinic.
pub async fn share(store: &SharedStore, access: &Access, clinic: &Clinic) {
    store.share(access, clinic.id, &contact(), Some("1951-03-07".parse().unwrap()), at(0)).await.unwrap();
}

/// Somebody who was looked at in an emergency, shares again, and has a signed plan with its follow-ups.
pub async fn treat(store: &SharedStore, access: &Access, staffed: &Staffed) {
    share(store, access, &staffed.clinic).await;
    store.end_sharing(access, staffed.clinic.id, at(0)).await.unwrap();
    store.emergency(&staffed.treating, access.person(), "Found unconscious.", at(0)).await.unwrap();
    share(store, access, &staffed.clinic).await;
    let care = staffed.care(store, access.person()).await;
    store.write_document(&care, DocumentKind::Plan, 0, r#"{"goal":"sleep"}"#, at(1)).await.unwrap();
    store.sign_document(&care, DocumentKind::Plan, 1, at(1)).await.unwrap();
    store.plan_follow_ups(&care, "2026-11-24".parse().unwrap(), at(1)).await.unwrap();
}

/// A row in each of a clinic's tables that say who comes when, for one who shares: by SQL that every engine knows, with the
/// identifiers that are at hand, because it is the tables that matter here and not the rules of booking.
pub async fn fill<E: Engine>(engine: &E) {
    for sql in [
        "INSERT INTO resource (id, clinic, kind, name, retired)
         SELECT organisation, organisation, 'room', 'Room 1', 1 = 0 FROM clinic",
        "INSERT INTO service (id, clinic, name, minutes, buffer_before, buffer_after, online, notice_hours, retired)
         SELECT organisation, organisation, 'Scan', 30, 5, 0, 1 = 1, 24, 1 = 0 FROM clinic",
        "INSERT INTO service_need (service, need, resource) SELECT organisation, 0, organisation FROM clinic",
        "INSERT INTO opening (id, resource, weekday, opens, closes, since)
         SELECT organisation, organisation, 1, '09:00', '17:00', '2026-01-01' FROM clinic",
        "INSERT INTO closure (id, clinic, resource, begins, ends, reason)
         SELECT organisation, organisation, organisation, 0, 1, 'Repairs' FROM clinic",
        "INSERT INTO request (id, clinic, person, urgency, provisional, red_flags, created, sent)
         SELECT person, clinic, person, 'routine', 1 = 0, 0, 0, '{}' FROM patient",
        "INSERT INTO request_event (request, at, act) SELECT id, 0, '{\"act\":\"withdraw\"}' FROM request",
        "INSERT INTO booking (id, clinic, person, service, begins, ends, request, state, revision, override_reason, note,
           cancel_reason, link, fingerprint, wanted, created)
         SELECT person, clinic, person, clinic, 0, 1, person, 'booked', 0, '', '', '', 'link', 'hash', '{}', 0 FROM patient",
        "INSERT INTO booking_resource (booking, need, resource) SELECT id, 0, clinic FROM booking",
        "INSERT INTO occupancy (resource, slot, lane, booking) SELECT clinic, 0, 0, id FROM booking",
        "INSERT INTO waiting (id, clinic, person, service, begins, ends, created)
         SELECT person, clinic, person, clinic, 0, 1, 0 FROM patient",
        "INSERT INTO visit_message (id, booking, person, says, channel, due)
         SELECT 'one', id, person, 'booked', 'mail', 0 FROM booking",
    ] {
        assert_eq!(engine.sql(sql).await, 1, "{sql}");
    }
}
