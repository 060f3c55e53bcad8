//! People who share their record with a clinic.

use charley_records::clinic::StaffRole;
use charley_records::clinic::documents::DocumentKind;
use charley_records::clinic::patients::Contact;
use charley_records::{Actor, RecordsError, Right};

use crate::Engine;
use crate::at_work::{NOBODY, NOWHERE, contact, joined, new_patient, share, staffed};
use crate::world::{ann, at, cramp, invited};

/// Sharing opens the record to a clinician, who reads and changes nothing in it, until it is ended.
pub async fn sharing_opens_the_record_until_it_is_ended<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    let at_work = staffed(&store, &bob.account, "legs").await;
    let (id, desk) = (at_work.clinic.id, &at_work.treating);
    store.append(&ann.access, &[cramp(1, 5.0)], at(0)).await.unwrap();
    assert!(matches!(store.care(desk, ann.person.id, at(0)).await, Err(RecordsError::NotFound)));
    // Only whoever owns the record shares it, with a clinic that is there, and says what can be true.
    let reading = store.open(&bob.actor(), ann.person.id, at(0)).await.unwrap();
    assert!(matches!(store.share(&reading, id, &contact(), None, at(0)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.share(&ann.access, NOWHERE, &contact(), None, at(0)).await, Err(RecordsError::NotFound)));
    let bad = Contact { phone: "ring me".to_owned(), ..contact() };
    assert!(matches!(store.share(&ann.access, id, &bad, None, at(0)).await, Err(RecordsError::Invalid(_))));
    let tomorrow = Some("2026-11-25".parse().unwrap());
    assert!(matches!(store.share(&ann.access, id, &contact(), tomorrow, at(0)).await, Err(RecordsError::Invalid(_))));
    store.share(&ann.access, id, &contact(), None, at(1)).await.unwrap();
    let care = store.care(desk, ann.person.id, at(2)).await.unwrap();
    assert_eq!((care.person(), care.emergency(), care.access().right()), (ann.person.id, false, Right::Read));
    assert_eq!(store.entries(care.access()).await.unwrap().len(), 1);
    assert_eq!(store.person(care.access()).await.unwrap(), ann.person);
    assert!(matches!(store.delete_person(care.access(), at(2)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.end_sharing(care.access(), id, at(2)).await, Err(RecordsError::Forbidden)));
    // Sharing again changes the contact, and nothing of when it began.
    let other = Contact { phone: "020 7946 0001".to_owned(), ..Contact::default() };
    store.share(&ann.access, id, &other, None, at(3)).await.unwrap();
    let patient = store.patient(&at_work.booking, ann.person.id).await.unwrap();
    assert_eq!((patient.contact, patient.since, patient.registered), (other, at(1), false));
    store.end_sharing(&ann.access, id, at(4)).await.unwrap();
    assert!(matches!(store.end_sharing(&ann.access, id, at(4)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.care(desk, ann.person.id, at(4)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.patient(&at_work.booking, ann.person.id).await, Err(RecordsError::NotFound)));
    assert!(store.patients(&at_work.booking, "", 9).await.unwrap().is_empty());
    let sharings = store.sharings(&ann.access).await.unwrap();
    let rows: Vec<_> = sharings.iter().map(|one| (one.name.as_str(), one.since, one.until)).collect();
    assert_eq!(rows, [("legs", at(1), Some(at(4)))]);
    store.share(&ann.access, id, &contact(), None, at(5)).await.unwrap();
    let sharings = store.sharings(&ann.access).await.unwrap();
    assert_eq!((sharings[0].since, sharings[0].until), (at(5), None));
    assert!(store.care(desk, ann.person.id, at(5)).await.is_ok());
}

/// After sharing has ended a clinician still opens the record in an emergency, for a reason that the person reads.
pub async fn an_emergency_has_a_reason_that_the_person_reads<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    let desk = &at_work.treating;
    let never = store.emergency(desk, ann.person.id, "Found unconscious.", at(1)).await;
    assert!(matches!(never, Err(RecordsError::NotFound)));
    share(&store, &ann.access, &at_work.clinic).await;
    // Whoever shares is looked at without one.
    let care = store.emergency(desk, ann.person.id, "Found unconscious.", at(1)).await.unwrap();
    assert!(!care.emergency());
    assert!(store.emergency_looks(&ann.access).await.unwrap().is_empty());
    store.end_sharing(&ann.access, at_work.clinic.id, at(2)).await.unwrap();
    assert!(matches!(store.emergency(desk, ann.person.id, " ", at(3)).await, Err(RecordsError::Invalid(_))));
    let care = store.emergency(desk, ann.person.id, " Found unconscious. ", at(3)).await.unwrap();
    assert!(care.emergency());
    store.entries(care.access()).await.unwrap();
    // Its pages stay open for an hour, for whoever gave the reason.
    assert!(store.care(desk, ann.person.id, at(62)).await.unwrap().emergency());
    assert!(matches!(store.care(desk, ann.person.id, at(63)).await, Err(RecordsError::NotFound)));
    let other = joined(&store, &at_work.managing, "dora", StaffRole::Clinician).await;
    let other = other.enter(&store, at_work.clinic.id).await;
    assert!(matches!(store.care(&other, ann.person.id, at(4)).await, Err(RecordsError::NotFound)));
    let looks = store.emergency_looks(&ann.access).await.unwrap();
    let rows: Vec<_> = looks.iter().map(|look| (look.clinic_name.as_str(), look.at, look.reason.as_str())).collect();
    assert_eq!(rows, [("legs", at(3), "Found unconscious.")]);
    assert_eq!((looks[0].clinic, looks[0].account), (at_work.clinic.id, at_work.clinician.account.id));
    let log = store.audit_of(&ann.access, 100).await.unwrap();
    let opened = log.iter().find(|entry| entry.action == "emergency.open").unwrap();
    assert_eq!(opened.actor, Actor::Staff { account: at_work.clinician.account.id, clinic: at_work.clinic.id });
}

/// The record of somebody whom the clinic registers lies there; of others it changes the contact only.
pub async fn the_clinic_registers_people_and_changes_contacts<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    let desk = &at_work.booking;
    share(&store, &ann.access, &at_work.clinic).await;
    let mut unborn = new_patient(" ");
    unborn.born = Some("2026-11-25".parse().unwrap());
    match store.register(desk, &unborn, at(0)).await {
        Err(RecordsError::Invalid(fields)) => {
            assert_eq!(fields.iter().map(|field| field.name).collect::<Vec<_>>(), ["name", "born"]);
        }
        other => panic!("{other:?}"),
    }
    let emile = store.register(desk, &new_patient(" Émile Zola "), at(1)).await.unwrap();
    assert_eq!((emile.name.as_str(), emile.registered, emile.since), ("Émile Zola", true, at(1)));
    assert_eq!(store.patient(desk, emile.person).await.unwrap(), emile);
    let care = store.care(&at_work.treating, emile.person, at(1)).await.unwrap();
    assert_eq!(store.person(care.access()).await.unwrap().zone, "Europe/London");
    let found = |search: &'static str, most| {
        let (store, desk) = (store.clone(), desk.clone());
        async move {
            let found = store.patients(&desk, search, most).await.unwrap();
            found.into_iter().map(|patient| patient.name).collect::<Vec<_>>()
        }
    };
    assert_eq!(found("", 9).await, ["Ann", "Émile Zola"]);
    assert_eq!(found("", 1).await, ["Ann"]);
    assert_eq!(found(" ÉMILE z", 9).await, ["Émile Zola"]);
    assert_eq!(found("%", 9).await, Vec::<String>::new());
    let mut new = new_patient("Emil Zola");
    new.contact.phone = "020 7946 0002".to_owned();
    let changed = store.change_patient(desk, emile.person, &new, at(2)).await.unwrap();
    assert_eq!((changed.name.as_str(), &changed.contact), ("Emil Zola", &new.contact));
    let changed = store.change_patient(desk, ann.person.id, &new, at(2)).await.unwrap();
    assert_eq!((changed.name.as_str(), &changed.contact), ("Ann", &new.contact));
    assert_eq!(store.person(&ann.access).await.unwrap().name, "Ann");
}

/// Whom the clinic registered it can delete whole; who has a record of their own deletes for themselves.
pub async fn a_clinic_deletes_whom_it_registered<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let legs = staffed(&store, &ann.account, "legs").await;
    share(&store, &ann.access, &legs.clinic).await;
    let emile = store.register(&legs.booking, &new_patient("Émile Zola"), at(1)).await.unwrap();
    let care = legs.care(&store, emile.person).await;
    store.write_document(&care, DocumentKind::Plan, 0, "{}", at(1)).await.unwrap();
    for (desk, person) in [(&legs.booking, emile.person), (&legs.managing, ann.person.id)] {
        let refused = store.delete_registered(desk, person, at(2)).await;
        assert!(matches!(refused, Err(RecordsError::Forbidden)), "{refused:?}");
    }
    assert!(matches!(store.delete_registered(&legs.managing, NOBODY, at(2)).await, Err(RecordsError::NotFound)));
    let receipt = store.delete_registered(&legs.managing, emile.person, at(2)).await.unwrap();
    assert!(receipt.destroyed.contains(&("document".to_owned(), 1)), "{receipt:?}");
    assert_eq!(engine.tables_holding(emile.person.0).await, Vec::<String>::new());
    assert!(matches!(store.patient(&legs.booking, emile.person).await, Err(RecordsError::NotFound)));
    store.link_audit(at(3)).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap().fault, None);
}

/// Staff of another clinic get the same answer for a record that exists and one that does not.
pub async fn another_clinic_finds_nobody<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    let legs = staffed(&store, &ann.account, "legs").await;
    let veins = staffed(&store, &bob.account, "veins").await;
    share(&store, &ann.access, &legs.clinic).await;
    let care = legs.care(&store, ann.person.id).await;
    store.write_document(&care, DocumentKind::Plan, 0, "{}", at(1)).await.unwrap();
    store.sign_document(&care, DocumentKind::Plan, 1, at(1)).await.unwrap();
    store.plan_follow_ups(&care, "2026-11-24".parse().unwrap(), at(1)).await.unwrap();
    for person in [ann.person.id, NOBODY] {
        assert!(matches!(store.patient(&veins.booking, person).await, Err(RecordsError::NotFound)));
        let changed = store.change_patient(&veins.booking, person, &new_patient("X"), at(1)).await;
        assert!(matches!(changed, Err(RecordsError::NotFound)));
        assert!(matches!(store.care(&veins.treating, person, at(1)).await, Err(RecordsError::NotFound)));
        let emergency = store.emergency(&veins.treating, person, "Found unconscious.", at(1)).await;
        assert!(matches!(emergency, Err(RecordsError::NotFound)));
    }
    assert!(store.patients(&veins.booking, "", 9).await.unwrap().is_empty());
    let day = "2027-12-31".parse().unwrap();
    assert!(store.due_follow_ups(&veins.booking, day).await.unwrap().is_empty());
    assert!(store.outcomes(&veins.managing, day).await.unwrap().is_empty());
    // Nor do the clinics see each other's documents when the person shares with both.
    share(&store, &ann.access, &veins.clinic).await;
    let there = veins.care(&store, ann.person.id).await;
    assert!(store.documents(&there).await.unwrap().is_empty());
    assert!(store.follow_ups(&there).await.unwrap().is_empty());
    assert_eq!(store.signed_plan(&ann.access, veins.clinic.id).await.unwrap(), None);
    assert!(store.signed_plan(&ann.access, legs.clinic.id).await.unwrap().is_some());
    let follow_up = store.follow_ups(&care).await.unwrap()[0].id;
    let lost = charley_records::clinic::follow_up::FollowUpState::Lost;
    let recorded = store.record_follow_up(&there, follow_up, lost, None, at(1)).await;
    assert!(matches!(recorded, Err(RecordsError::NotFound)));
}

/// Each look of staff leaves one line under the person; a list of many leaves one with how many, under nobody.
pub async fn the_person_sees_who_looked<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    let day = "2026-11-24".parse().unwrap();
    store.share(&ann.access, at_work.clinic.id, &contact(), None, at(0)).await.unwrap();
    let before = store.audit_of(&ann.access, 100).await.unwrap().len();
    store.register(&at_work.booking, &new_patient("Zoe"), at(0)).await.unwrap();
    store.link_audit(at(0)).await.unwrap();
    store.patients(&at_work.booking, "", 9).await.unwrap();
    store.due_follow_ups(&at_work.booking, day).await.unwrap();
    store.outcomes(&at_work.managing, day).await.unwrap();
    assert_eq!(store.link_audit(at(0)).await.unwrap(), 3);
    let list = "UPDATE audit SET count = 2 WHERE action = 'patient.list' AND count = 2 AND subject IS NULL";
    assert_eq!(engine.sql(list).await, 1);
    store.patient(&at_work.booking, ann.person.id).await.unwrap();
    let care = at_work.care(&store, ann.person.id).await;
    store.entries(care.access()).await.unwrap();
    store.write_document(&care, DocumentKind::Plan, 0, "{}", at(1)).await.unwrap();
    store.documents(&care).await.unwrap();
    store.document_history(&care, DocumentKind::Plan).await.unwrap();
    store.sign_document(&care, DocumentKind::Plan, 1, at(1)).await.unwrap();
    store.sign_document(&care, DocumentKind::Plan, 1, at(1)).await.unwrap();
    store.plan_follow_ups(&care, day, at(1)).await.unwrap();
    store.follow_ups(&care).await.unwrap();
    store.change_patient(&at_work.booking, ann.person.id, &new_patient("Ann"), at(1)).await.unwrap();
    let mut log = store.audit_of(&ann.access, 100).await.unwrap();
    log.reverse();
    let clinic = at_work.clinic.id;
    let (cleo, fred) = (at_work.clinician.account.id, at_work.front_desk.account.id);
    // The first line after those before is this person's own reading of the log.
    let lines: Vec<_> = log[before + 1..]
        .iter()
        .map(|entry| match &entry.actor {
            Actor::Staff { account, clinic: at } if *at == clinic && *account == cleo => {
                ("cleo", entry.action.as_str())
            }
            Actor::Staff { account, clinic: at } if *at == clinic && *account == fred => {
                ("fred", entry.action.as_str())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("fred", "patient.read"),
            ("cleo", "record.open"),
            ("cleo", "diary.read"),
            ("cleo", "document.write"),
            ("cleo", "document.read"),
            ("cleo", "document.read"),
            ("cleo", "document.sign"),
            ("cleo", "follow_up.plan"),
            ("cleo", "follow_up.read"),
            ("fred", "patient.change"),
        ]
    );
    store.link_audit(at(2)).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap().fault, None);
}
