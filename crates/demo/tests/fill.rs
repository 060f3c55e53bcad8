//! A whole demonstration, over a store in memory.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

use std::collections::BTreeSet;
use std::sync::Arc;

use charley_clinic::outcome::{FollowUpResult, Verdict};
use charley_demo::{DemoError, Filled, Wanted, fill};
use charley_reason::Reasoner;
use charley_records::clinic::booking::BookingState;
use charley_records::clinic::documents::DocumentKind;
use charley_records::clinic::follow_up::FollowUpState;
use charley_records::clinic::second_factor::{accepted_step, base32};
use charley_records::clinic::worklist::{Closing, Urgency, Which};
use charley_records::clinic::{Desk, StaffRole};
use charley_records::{Actor, SharedStore};
use charley_records_sqlite::SqliteStore;
use jiff::{SignedDuration, Timestamp};

/// Tuesday 24 November 2026 in London, in the middle of the day.
fn now() -> Timestamp {
    "2026-11-24T12:30:00Z".parse().unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

async fn filled(people: u32) -> (SharedStore, Filled) {
    let store: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
    let knowledge = charley_knowledge::embedded().unwrap();
    let wanted = Wanted { people, ..Wanted::default() };
    let filled = fill(&store, &Arc::new(Reasoner::new(knowledge)), wanted, now()).await.unwrap();
    (store, filled)
}

async fn desk(store: &SharedStore, filled: &Filled, role: StaffRole) -> Desk {
    let account = store.account_named("demo-clinician").await.unwrap();
    Desk::grant(account.id, filled.clinic.id, &[role], Some(now()), now()).unwrap()
}

#[tokio::test]
async fn a_year_has_everything_that_a_clinic_sees() {
    let (store, filled) = filled(40).await;
    assert!(filled.clinic.demonstration);
    let front = desk(&store, &filled, StaffRole::FrontDesk).await;

    // The worklist: every urgency, some overdue, some with red flags, every ending.
    let open = store.requests(&front, Which::Open).await.unwrap();
    let urgencies: BTreeSet<Urgency> = open.iter().map(|line| line.urgency).collect();
    assert_eq!(urgencies.into_iter().collect::<Vec<_>>(), Urgency::ALL, "{open:#?}");
    assert!(open.iter().any(|line| line.overdue(now())) && open.iter().any(|line| !line.overdue(now())));
    assert!(open.iter().filter(|line| line.red_flags > 0).count() >= 3, "{open:#?}");
    assert!(open.iter().any(|line| line.not_reached > 0 && line.assigned.is_some()));
    let closed = store.requests(&front, Which::ClosedSince(now() - days(400))).await.unwrap();
    let endings: BTreeSet<Closing> = closed.iter().filter_map(|line| line.closed).map(|(how, _)| how).collect();
    assert_eq!(endings.into_iter().collect::<Vec<_>>(), Closing::ALL);

    // Visits: every state, past and to come, and a full day today.
    let visits = store.bookings(&front, now() - days(400), now() + days(60)).await.unwrap();
    let states: BTreeSet<BookingState> = visits.iter().map(|line| line.booking.state).collect();
    assert_eq!(states.into_iter().collect::<Vec<_>>(), BookingState::ALL, "today must have somebody in the house");
    let to_come = visits.iter().filter(|line| line.booking.start > now()).count();
    let today = visits.iter().filter(|line| (line.booking.start - now()).get_hours().abs() < 9).count();
    assert!(to_come >= 8 && today >= 3, "{to_come} to come, {today} today");
    assert!(visits.iter().any(|line| line.booking.revision > 0));
    for line in visits.iter().filter(|line| line.booking.start > now()) {
        assert!(matches!(line.booking.state, BookingState::Booked | BookingState::Cancelled), "{line:?}");
    }
    assert!(!store.waiting(&front, now()).await.unwrap().is_empty());
    let names = store.patients(&front, "", 1_000).await.unwrap();
    assert!(names.len() >= 36 && names.iter().all(|patient| patient.name.starts_with("Demo Person ")));
    assert!(filled.nights > 3_000 && filled.visits > 60 && filled.requests >= 40, "{filled:?}");

    // Documents and follow-ups, by the person whose sign-in is told, and what became of everybody.
    let clinician = desk(&store, &filled, StaffRole::Clinician).await;
    let first = store.patients(&front, "Person 01", 1).await.unwrap().remove(0);
    let care = store.care(&clinician, first.person, now()).await.unwrap();
    let kinds: BTreeSet<DocumentKind> =
        store.documents(&care).await.unwrap().into_iter().map(|document| document.kind).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), &DocumentKind::ALL[..6], "all but notes");
    let plan = store.signed_plan(care.access(), filled.clinic.id).await.unwrap();
    assert!(plan.is_some_and(|plan| plan.signed.is_some()));
    let today = "2026-11-24".parse().unwrap();
    let outcomes = store.outcomes(&clinician, today).await.unwrap();
    let states: BTreeSet<FollowUpState> = outcomes.iter().map(|outcome| outcome.state).collect();
    assert_eq!(states.into_iter().collect::<Vec<_>>(), FollowUpState::ALL, "{outcomes:#?}");
    let seen = outcomes.iter().filter_map(|outcome| outcome.result.as_deref());
    let verdicts: BTreeSet<Verdict> = seen
        .filter_map(|text| serde_json::from_str::<FollowUpResult>(text).unwrap().verdict())
        .map(|(verdict, _)| verdict)
        .collect();
    assert_eq!(verdicts.into_iter().collect::<Vec<_>>(), [Verdict::Improved, Verdict::NotImproved, Verdict::Worse]);
    assert_eq!(store.verify_audit().await.unwrap().fault, None);
}

#[tokio::test]
async fn the_told_sign_ins_work() {
    let (store, filled) = filled(3).await;
    let logins: Vec<&str> = filled.sign_ins.iter().map(|sign_in| sign_in.login.as_str()).collect();
    assert_eq!(logins, ["demo-admin", "demo-clinician", "demo-desk", "demo-person"]);
    for sign_in in &filled.sign_ins {
        let (account, token) = store.sign_in(&sign_in.login, &sign_in.password, "", "test", now()).await.unwrap();
        let (_, session) = store.session(&token, now()).await.unwrap();
        assert_eq!(store.sessions(account.id, now()).await.unwrap().len(), 1, "the session of the founding has ended");
        let Some(totp) = &sign_in.totp else {
            let person = store.people_of(account.id, now()).await.unwrap().remove(0);
            let access = store.open(&Actor::Account { account: account.id }, person.id, now()).await.unwrap();
            assert_eq!(store.trials(&access).await.unwrap().len(), 1);
            assert!(store.entries(&access).await.unwrap().len() > 250);
            continue;
        };
        let secret = from_base32(totp.expose());
        assert_eq!(base32(&secret), totp.expose());
        let code = (0..1_000_000)
            .map(|code| format!("{code:06}"))
            .find(|code| accepted_step(&secret, code, None, now()).is_some());
        store.prove_second_factor(account.id, session, &code.unwrap(), now()).await.unwrap();
        assert!(store.enter(account.id, session, filled.clinic.id, now()).await.is_ok());
    }
}

fn from_base32(text: &str) -> Vec<u8> {
    let bits: String = text
        .bytes()
        .map(|sign| if sign.is_ascii_uppercase() { sign - b'A' } else { sign - b'2' + 26 })
        .map(|five| format!("{five:05b}"))
        .collect();
    bits.as_bytes()
        .chunks_exact(8)
        .map(|eight| u8::from_str_radix(std::str::from_utf8(eight).unwrap(), 2).unwrap())
        .collect()
}

#[tokio::test]
async fn a_second_one_in_the_same_database_is_refused() {
    let (store, _) = filled(1).await;
    let knowledge = charley_knowledge::embedded().unwrap();
    let again = fill(&store, &Arc::new(Reasoner::new(knowledge)), Wanted::default(), now()).await;
    assert!(matches!(again, Err(DemoError::Taken(login)) if login == "demo-admin"));
}
