//! For tests of the pages in a browser, not for people: a clinic in memory with its staff, somebody who shares, and requests,
//! on a free port of this machine.
//!
//! Prints one line for the session of each: `person=`, `administrator=`, `clinician=`, `front_desk=`, and `newcomer=`, a
//! clinician without a second factor; then `patient=`, the id of the person, and the address.

use std::sync::Arc;

use charley_reason::Reasoner;
use charley_records::accounts::{Account, OneTime};
use charley_records::clinic::patients::Contact;
use charley_records::clinic::second_factor::code_of;
use charley_records::clinic::worklist::{Act, NewRequest, Urgency};
use charley_records::clinic::{Desk, NewClinic, StaffRole};
use charley_records::people::NewPerson;
use charley_records::secret::Secret;
use charley_records::{Actor, RecordsError, RequestId, SharedStore, ids};
use charley_records_sqlite::SqliteStore;
use charley_web::{AppState, router};
use jiff::{Timestamp, ToSpan as _};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const PASSWORD: &str = "correct horse battery staple lamp";

#[tokio::main]
async fn main() -> Outcome<()> {
    let now = Timestamp::now();
    let store: SharedStore = Arc::new(SqliteStore::in_memory().await?);
    let link = store.issue_link(&OneTime::FirstAccount, now + 1.hours(), now).await?;
    let person = NewPerson { name: "Anna".into(), zone: "Europe/London".into(), region: "uk".into() };
    let account = store.create_first(&link, "anna", &Secret::new(PASSWORD), &person, now).await?;
    println!("person={}", sign_in(&store, &account, now).await?.expose());
    let person = store.people_of(account.id, now).await?.into_iter().next().ok_or(RecordsError::NotFound)?;
    let access = store.open(&Actor::Account { account: account.id }, person.id, now).await?;

    let new = NewClinic {
        name: "Hill Street".into(),
        zone: "Europe/London".into(),
        region: "uk".into(),
        demonstration: true,
    };
    let clinic = store.found_clinic(account.id, &new, now).await?;
    let desk = Desk::grant(account.id, clinic.id, &[StaffRole::Administrator], Some(now), now)?;
    for (name, role, factor) in [
        ("administrator", StaffRole::Administrator, true),
        ("clinician", StaffRole::Clinician, true),
        ("front_desk", StaffRole::FrontDesk, true),
        ("newcomer", StaffRole::Clinician, false),
    ] {
        let link = store.invite_staff(&desk, role, now + 1.hours(), now).await?;
        let account = store.join_staff(&link, name, &Secret::new(PASSWORD), now).await?;
        let token = sign_in(&store, &account, now).await?;
        if factor {
            let (_, session) = store.session(&token, now).await?;
            let secret = store.begin_second_factor(account.id, now).await?;
            let code = code_of(&secret, now.as_second().div_euclid(30)).ok_or("no code")?;
            store.confirm_second_factor(account.id, session, &code, now).await?;
        }
        println!("{name}={}", token.expose());
    }
    let contact = Contact { phone: "020 7946 0000".into(), ..Contact::default() };
    store.share(&access, clinic.id, &contact, Some("1958-11-24".parse()?), now).await?;
    for (urgency, flags, hours) in [
        (Urgency::Routine, &["A medicine that may add to cramps"][..], 26),
        (Urgency::Soon, &["A swelling that stays", "Pain in the calf on walking"][..], 100),
        (Urgency::SameDay, &["One leg newly swollen"][..], 2),
        (Urgency::Emergency, &["One leg cold and pale"][..], 0),
    ] {
        let id = RequestId(ids::random()?);
        let new = NewRequest {
            id,
            urgency,
            provisional: urgency == Urgency::Routine,
            red_flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            complaint: "My left calf cramps most nights, and I can’t get back to sleep.".into(),
            wish: "To know what it is, and to sleep through.".into(),
            case: None,
            knowledge: String::new(),
        };
        store.send_request(&access, clinic.id, &new, now - hours.hours()).await?;
        let said = Act::Called { reached: false, text: "No answer, will try at noon.".into() };
        if urgency == Urgency::SameDay {
            store.act(&desk, id, &said, now).await?;
        }
    }
    println!("patient={}", person.id);

    let knowledge = charley_knowledge::embedded().map_err(|_| "the shipped knowledge has faults")?;
    let state = AppState::new(Arc::new(Reasoner::new(knowledge)), || (2026, 11, 24)).with_store(store);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("Charley is ready: http://{}", listener.local_addr()?);
    axum::serve(listener, router(state)).await?;
    Ok(())
}

async fn sign_in(store: &SharedStore, account: &Account, now: Timestamp) -> Outcome<Secret> {
    Ok(store.sign_in(&account.login, &Secret::new(PASSWORD), "", "test", now).await?.1)
}
