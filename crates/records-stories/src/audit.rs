//! The audit log.

use charley_records::Actor;
use charley_records::secret::Secret;

use crate::world::{ann, at, cramp, id, password, phone};
use crate::{Engine, records};

/// Each call about a person leaves one line: who, what, how many.
pub async fn every_read_and_write_is_counted<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let (device, on_phone) = phone(&store, &ann, "Phone").await;
    let ended = charley_records::trials::Ended { at: at(9), why: "left".to_owned(), result: None, decision: None };
    store.append(&on_phone, &[cramp(1, 5.0), cramp(2, 5.0), cramp(2, 5.0)], at(1)).await.unwrap();
    store.entries(&ann.access).await.unwrap();
    store.delete_entries(&ann.access, &[id(1)], at(1)).await.unwrap();
    store.save_check(&ann.access, &records::check(1)).await.unwrap();
    store.checks(&ann.access).await.unwrap();
    store.delete_check(&ann.access, records::check(1).id, at(1)).await.unwrap();
    store.start_trial(&ann.access, &records::trial(1)).await.unwrap();
    store.end_trial(&ann.access, records::trial(1).id, &ended).await.unwrap();
    store.trials(&ann.access).await.unwrap();
    store.devices(&ann.access).await.unwrap();
    store.revoke_device(&ann.access, device.id, at(1)).await.unwrap();
    store.calendar_token(&ann.access, false, at(1)).await.unwrap();
    store.members(&ann.access, at(1)).await.unwrap();
    store.add_carer(&ann.access, "ann", at(1)).await.unwrap();
    store.change_person(&ann.access, &crate::world::named("Anna"), at(1)).await.unwrap();
    let mut log = store.audit_of(&ann.access, 100).await.unwrap();
    log.reverse();
    let lines: Vec<_> = log.iter().map(|entry| (entry.action.as_str(), entry.count)).collect();
    assert_eq!(
        lines,
        [
            ("person.add", 1),
            ("device.pair", 1),
            ("diary.append", 2),
            ("diary.read", 2),
            ("diary.delete", 1),
            ("check.save", 1),
            ("check.read", 1),
            ("check.delete", 1),
            ("trial.start", 1),
            ("trial.end", 1),
            ("trial.read", 1),
            ("device.read", 1),
            ("device.revoke", 1),
            ("calendar.renew", 1),
            ("members.read", 2),
            ("carer.add", 1),
            ("person.change", 1),
        ]
    );
    assert_eq!(log[2].actor, Actor::Device { device: device.id, person: ann.person.id });
    assert_eq!((log[3].actor.clone(), log[3].at), (ann.actor(), at(0)));
    assert!(log.iter().all(|entry| entry.subject == log[0].subject && entry.subject.is_some()));
    // Reading the log is logged, and what fails is not.
    assert!(store.delete_check(&ann.access, records::check(7).id, at(1)).await.is_err());
    let newest = store.audit_of(&ann.access, 1).await.unwrap();
    assert_eq!((newest[0].action.as_str(), newest[0].count), ("audit.read", 17));
}

/// The sequencer links in batches; the chain holds at every moment, and what waits is counted.
pub async fn the_chain_holds_while_people_write<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let writing = {
        let (store, access) = (store.clone(), ann.access.clone());
        tokio::spawn(async move {
            for number in 1..=40 {
                store.append(&access, &[cramp(number, 5.0)], at(1)).await.unwrap();
            }
        })
    };
    let mut linked = 0;
    while !writing.is_finished() {
        linked += store.link_audit(at(1)).await.unwrap();
        let found = store.verify_audit().await.unwrap();
        assert_eq!((found.fault, found.linked), (None, linked));
    }
    writing.await.unwrap();
    linked += store.link_audit(at(2)).await.unwrap();
    assert_eq!(store.link_audit(at(2)).await.unwrap(), 0);
    let found = store.verify_audit().await.unwrap();
    assert_eq!((found.fault, found.linked, found.waiting), (None, linked, 0));
    assert!(linked >= 40 && found.heads >= 1);
    store.entries(&ann.access).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap().waiting, 1);
    let log = store.audit_of(&ann.access, 2).await.unwrap();
    assert_eq!((log[0].sequence, log[0].hash.clone()), (None, None));
    assert_eq!(log[1].sequence, i64::try_from(linked).ok());
}

/// A changed, a lost and a forged line are each found.
pub async fn tampering_is_found<E: Engine>() {
    for (sql, fault) in [
        ("UPDATE audit SET count = count + 1 WHERE sequence = 3", "entry 3 was changed"),
        ("UPDATE audit SET at = at + 1 WHERE sequence = 1", "entry 1 was changed"),
        ("UPDATE audit SET actor = 'job:nobody' WHERE sequence = 2", "entry 2 was changed"),
        ("DELETE FROM audit WHERE sequence = 2", "entry 2 is missing"),
        ("DELETE FROM audit WHERE sequence = 6", "entry 6 is missing"),
        ("UPDATE audit SET sequence = NULL, hash = NULL WHERE sequence = 6", "entry 6 is missing"),
        ("DELETE FROM audit_head", "the head of entry 6 is missing"),
        ("UPDATE audit_head SET at = at + 1", "the signature of head 6 does not hold"),
    ] {
        let engine = E::fresh().await;
        let store = engine.store();
        let ann = ann(&store).await;
        for number in 1..=3 {
            store.append(&ann.access, &[cramp(number, 5.0)], at(1)).await.unwrap();
        }
        store.link_audit(at(2)).await.unwrap();
        let sound = store.verify_audit().await.unwrap();
        assert_eq!((sound.linked, sound.heads, sound.fault), (6, 1, None));
        assert_eq!(engine.sql(sql).await, 1, "{sql}");
        let found = store.verify_audit().await.unwrap().fault.unwrap_or_default();
        assert!(found.starts_with(fault), "{sql}: {found}");
    }
}

/// Sign-ins and refusals wait for the chain too.
pub async fn sign_ins_are_logged<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    ann(&store).await;
    let before = store.link_audit(at(0)).await.unwrap();
    assert!(before > 0);
    store.sign_in("ann", &password(), "", "Firefox", at(1)).await.unwrap();
    assert!(store.sign_in("ann", &Secret::new("wrong password"), "", "Firefox", at(1)).await.is_err());
    assert!(store.sign_in("nobody", &password(), "", "Firefox", at(1)).await.is_err());
    assert_eq!(store.link_audit(at(1)).await.unwrap(), 3);
}
