//! Two clinics over a store in memory, with staff in every role and a person who shares.
#![allow(dead_code, missing_docs, clippy::unwrap_used, reason = "each test file uses a part; tests may panic")]

use std::sync::Arc;

use charley_records::accounts::{Account, OneTime};
use charley_records::clinic::patients::Contact;
use charley_records::clinic::second_factor::code_of;
use charley_records::clinic::worklist::{NewRequest, Urgency};
use charley_records::clinic::{Clinic, Desk, NewClinic, StaffRole};
use charley_records::people::{NewPerson, Person};
use charley_records::secret::Secret;
use charley_records::{Access, Actor, RequestId, SharedStore, ids};
use charley_records_sqlite::SqliteStore;
use charley_web::AppState;
use charley_web::cookies::{CLINIC, DEVICE, PERSON, SIGNED_IN};
use charley_web::letters::Press;
use charley_web::site::Site;
use jiff::{SignedDuration, Timestamp};

use crate::common::{App, reasoner};

/// Tuesday 24 November 2026 in London.
pub fn now() -> Timestamp {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

pub fn in_hours(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

pub const PASSWORD: &str = "stove paper cloud";

/// A program that gives a letter back as if it were a PDF.
pub fn press() -> Press {
    Press::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/letters/echo"))
}

/// The pages over a store, at a moment.
pub fn app(store: &SharedStore, clock: fn() -> Timestamp) -> App {
    let site = Site {
        address: "https://legs.example".to_owned(),
        reachable: true,
        mail: true,
        ntfy: "https://ntfy.example".to_owned(),
        ..Site::default()
    };
    let state = AppState::new(reasoner(), || (2026, 11, 24)).with_store(store.clone());
    App::with(state.with_timestamp(clock).with_site(site).with_letters(press()))
}

/// The clinic on Hill Street with everybody around it.
pub struct World {
    pub store: SharedStore,
    pub clinic: Clinic,
    pub other: Clinic,
    /// Shares with the clinic on Hill Street; nobody of the clinic herself.
    pub ann: (Account, Person, Access),
    pub administrator: Member,
    pub clinician: Member,
    pub front_desk: Member,
    /// A clinician on Hill Street who has no second factor yet.
    pub newcomer: Member,
    /// Front desk on Hill Street, of whom a test may take away what it likes.
    pub spare: Member,
    /// Clinician, front desk and administrator of the other clinic.
    pub stranger: Member,
}

/// Somebody who works in a clinic, signed in.
#[derive(Clone)]
pub struct Member {
    pub account: Account,
    pub session: Secret,
    pub clinic: Clinic,
}

impl World {
    pub async fn new() -> Self {
        let store: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
        let link = store.issue_link(&OneTime::FirstAccount, in_hours(1), now()).await.unwrap();
        let new = NewPerson { name: "Ann".to_owned(), zone: "Europe/London".to_owned(), region: "uk".to_owned() };
        let account = store.create_first(&link, "ann", &Secret::new(PASSWORD), &new, now()).await.unwrap();
        let person = store.people_of(account.id, now()).await.unwrap().remove(0);
        let access = store.open(&Actor::Account { account: account.id }, person.id, now()).await.unwrap();
        let (clinic, administrator) = found(&store, &account, "Hill Street", "ada").await;
        let (other, head) = found(&store, &account, "Dale Road", "zoe").await;
        let desk = administrator.desk(&store).await;
        let clinician = join(&store, &desk, &clinic, StaffRole::Clinician, "clio").await;
        let front_desk = join(&store, &desk, &clinic, StaffRole::FrontDesk, "fay").await;
        prove(&store, &clinician).await;
        prove(&store, &front_desk).await;
        let newcomer = join(&store, &desk, &clinic, StaffRole::Clinician, "ned").await;
        let spare = join(&store, &desk, &clinic, StaffRole::FrontDesk, "tom").await;
        let there = head.desk(&store).await;
        for role in [StaffRole::Clinician, StaffRole::FrontDesk] {
            store.give_role(&there, "zoe", role, now()).await.unwrap();
        }
        let contact = Contact { phone: "020 7946 0000".to_owned(), ..Contact::default() };
        store.share(&access, clinic.id, &contact, Some("1958-11-24".parse().unwrap()), now()).await.unwrap();
        let ann = (account, person, access);
        Self { store, clinic, other, ann, administrator, clinician, front_desk, newcomer, spare, stranger: head }
    }

    /// A browser in which nobody is signed in.
    pub fn nobody(&self) -> App {
        app(&self.store, now)
    }

    /// Ann's browser.
    pub async fn person(&self) -> App {
        let (_, session) = self.store.sign_in("ann", &Secret::new(PASSWORD), "", "test", now()).await.unwrap();
        self.nobody().with_cookie(SIGNED_IN, session.expose())
    }

    /// The browser of somebody who cares for Ann.
    pub async fn carer(&self) -> App {
        let (account, person, access) = &self.ann;
        let link = self.store.invite(account.id, in_hours(1), now()).await.unwrap();
        let new = NewPerson { name: "Carl".to_owned(), zone: "Europe/London".to_owned(), region: "uk".to_owned() };
        self.store.join(&link, "carl", &Secret::new(PASSWORD), &new, now()).await.unwrap();
        self.store.add_carer(access, "carl", now()).await.unwrap();
        let (_, session) = self.store.sign_in("carl", &Secret::new(PASSWORD), "", "test", now()).await.unwrap();
        let app = self.nobody().with_cookie(SIGNED_IN, session.expose());
        app.with_cookie(PERSON, &person.id.to_string())
    }

    /// A paired phone on which nobody is signed in.
    pub async fn phone(&self) -> App {
        let (_, token) = self.store.pair_device(&self.ann.2, "Phone", now()).await.unwrap();
        self.nobody().with_cookie(DEVICE, token.expose())
    }

    /// The browser of a member of staff, who has given a second factor unless they have none.
    pub fn staff(&self, member: &Member) -> App {
        self.staff_at(member, now)
    }

    pub fn staff_at(&self, member: &Member, clock: fn() -> Timestamp) -> App {
        let app = app(&self.store, clock).with_cookie(SIGNED_IN, member.session.expose());
        app.with_cookie(CLINIC, &member.clinic.id.to_string())
    }

    /// Ann's request to be seen.
    pub async fn request(&self, urgency: Urgency, red_flags: &[&str]) -> RequestId {
        self.request_at(urgency, red_flags, now()).await
    }

    pub async fn request_at(&self, urgency: Urgency, red_flags: &[&str], at: Timestamp) -> RequestId {
        let id = RequestId(ids::random().unwrap());
        let new = NewRequest {
            id,
            urgency,
            provisional: false,
            red_flags: red_flags.iter().map(|flag| (*flag).to_owned()).collect(),
            complaint: "It tears at my left calf".to_owned(),
            wish: "To sleep through".to_owned(),
            case: Some("{\"facts\":[]}".to_owned()),
            knowledge: "0123456789abcdef".to_owned(),
        };
        self.store.send_request(&self.ann.2, self.clinic.id, &new, at).await.unwrap();
        id
    }
}

impl Member {
    /// The handle on the clinic.
    pub async fn desk(&self, store: &SharedStore) -> Desk {
        let (_, session) = store.session(&self.session, now()).await.unwrap();
        store.enter(self.account.id, session, self.clinic.id, now()).await.unwrap()
    }
}

/// A clinic with an administrator of its own who has given a second factor.
async fn found(store: &SharedStore, founder: &Account, name: &str, login: &str) -> (Clinic, Member) {
    let (zone, region) = ("Europe/London".to_owned(), "uk".to_owned());
    let new = NewClinic { name: name.to_owned(), zone, region, demonstration: false };
    let clinic = store.found_clinic(founder.id, &new, now()).await.unwrap();
    let desk = Desk::grant(founder.id, clinic.id, &[StaffRole::Administrator], Some(now()), now()).unwrap();
    let head = join(store, &desk, &clinic, StaffRole::Administrator, login).await;
    prove(store, &head).await;
    let own = store.staff(&desk).await.unwrap().into_iter().find(|member| member.account == founder.id).unwrap();
    store.end_role(&desk, own.id, now()).await.unwrap();
    (clinic, head)
}

async fn join(store: &SharedStore, desk: &Desk, clinic: &Clinic, role: StaffRole, login: &str) -> Member {
    let link = store.invite_staff(desk, role, in_hours(1), now()).await.unwrap();
    let account = store.join_staff(&link, login, &Secret::new(PASSWORD), now()).await.unwrap();
    let (_, session) = store.sign_in(login, &Secret::new(PASSWORD), "", "test", now()).await.unwrap();
    Member { account, session, clinic: clinic.clone() }
}

/// Sets a second factor up; the session counts as proved.
async fn prove(store: &SharedStore, member: &Member) {
    let (_, session) = store.session(&member.session, now()).await.unwrap();
    let secret = store.begin_second_factor(member.account.id, now()).await.unwrap();
    let code = code_at(&secret, now());
    store.confirm_second_factor(member.account.id, session, &code, now()).await.unwrap();
}

/// The code that an app shows at a moment.
pub fn code_at(secret: &[u8], at: Timestamp) -> String {
    code_of(secret, at.as_second().div_euclid(30)).unwrap()
}

/// The piece of a page between two marks.
pub fn between<'b>(body: &'b str, start: &str, end: &str) -> &'b str {
    let rest = body.split(start).nth(1).unwrap_or_else(|| panic!("no {start} in {body}"));
    rest.split(end).next().unwrap()
}
