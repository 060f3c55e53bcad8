//! Backup and restore.

use std::path::Path;

use charley_records::backup::{Backup, Cell};
use charley_records::clinic::StaffRole;
use charley_records::{RecordsError, SharedStore};

use crate::world::{ann, at, cramp, entry, id, invited, night, password, phone};
use crate::{Engine, at_work, records, reminders};

/// Tables that a restore itself writes to.
const OWN: [&str; 1] = ["audit"];

/// Everything a backup holds, row by row, the audit log left out.
pub fn content(file: &Path) -> Vec<(&'static str, Vec<Cell>)> {
    let rows = Backup::open(file).unwrap();
    rows.rows().unwrap().map(|(table, cells)| (table.name, cells)).filter(|(table, _)| !OWN.contains(table)).collect()
}

/// A little of everything.
pub async fn furnish(store: &SharedStore) {
    let ann = ann(store).await;
    let bob = invited(store, &ann, "bob").await;
    let (_, on_phone) = phone(store, &ann, "Phone \"é\"").await;
    let edit = entry(3, charley_records::diary::Body::Undo { target: id(1) });
    store.append(&on_phone, &[cramp(1, 5.0), night(2, 3), edit, cramp(4, 1.5)], at(1)).await.unwrap();
    store.append(&bob.access, &[cramp(1, 6.0), cramp(1, 7.0)], at(1)).await.unwrap();
    store.delete_entries(&ann.access, &[id(4)], at(1)).await.unwrap();
    store.save_check(&ann.access, &records::check(1)).await.unwrap();
    store.start_trial(&ann.access, &records::trial(1)).await.unwrap();
    store.calendar_token(&ann.access, false, at(1)).await.unwrap();
    store.set_reminders(&ann.access, &reminders::wanted(), at(1)).await.unwrap();
    let message = reminders::message(ann.person.id, charley_records::reminders::Channel::Mail);
    store.enqueue(&[message], at(1)).await.unwrap();
    store.invite(ann.account.id, at(600), at(1)).await.unwrap();
    store.sign_in("ann", &password(), "192.0.2.1", "Firefox", at(1)).await.unwrap();
    let staffed = at_work::staffed(store, &bob.account, "legs").await;
    at_work::treat(store, &ann.access, &staffed).await;
    store.invite_staff(&staffed.managing, StaffRole::Clinician, at(600), at(1)).await.unwrap();
    store.link_audit(at(2)).await.unwrap();
}

/// A backup restores into an empty database with every row the same, and the audit chain goes on.
pub async fn a_backup_restores_identically<E: Engine>() {
    let folder = tempfile::tempdir().unwrap();
    let (file, again) = (folder.path().join("one.charley"), folder.path().join("two.charley"));
    let engine = E::fresh().await;
    furnish(&engine.store()).await;
    at_work::fill(&engine).await;
    let info = engine.store().backup(&file, at(3)).await.unwrap();
    let other = E::fresh().await;
    let store = other.store();
    assert_eq!(store.restore(&file, at(4)).await.unwrap(), info);
    store.backup(&again, at(5)).await.unwrap();
    let kept = content(&file);
    assert_eq!(content(&again), kept);
    let tables: std::collections::BTreeSet<_> = kept.iter().map(|(table, _)| *table).collect();
    assert_eq!(tables.len(), charley_records::backup::TABLES.len() - OWN.len(), "a table is not furnished: {tables:?}");
    // People can go on, and the chain holds over the seam.
    let (account, _) = store.sign_in("ann", &password(), "", "Firefox", at(6)).await.unwrap();
    let person = store.people_of(account.id, at(6)).await.unwrap().remove(0);
    let actor = charley_records::Actor::Account { account: account.id };
    let access = store.open(&actor, person.id, at(6)).await.unwrap();
    let entries = store.entries(&access).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    store.append(&access, &[cramp(9, 5.0)], at(6)).await.unwrap();
    assert!(store.link_audit(at(6)).await.unwrap() > 0);
    let found = store.verify_audit().await.unwrap();
    assert_eq!((found.fault, found.waiting, found.heads), (None, 0, 2));
}

/// A backup is whole and from one moment while others write.
pub async fn a_backup_made_while_others_write_is_from_one_moment<E: Engine>() {
    let folder = tempfile::tempdir().unwrap();
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let writing = {
        let (store, access) = (store.clone(), ann.access.clone());
        tokio::spawn(async move {
            for number in 1..=60_u128 {
                let two = [cramp(2 * number, 5.0), cramp(2 * number + 1, 5.0)];
                store.append(&access, &two, at(1)).await.unwrap();
            }
        })
    };
    for number in 0..5 {
        let file = folder.path().join(format!("{number}.charley"));
        store.backup(&file, at(2)).await.unwrap();
        let rows = content(&file);
        let entries = rows.iter().filter(|(table, _)| *table == "entry").count();
        // Two come in each transaction, and the person counts them in the same one.
        assert_eq!(entries % 2, 0);
        let counted = rows.iter().find(|(table, _)| *table == "person").map(|(_, cells)| cells[6].clone());
        assert_eq!(counted, Some(Cell::Number(i64::try_from(entries).ok())));
        let other = E::fresh().await;
        other.store().restore(&file, at(3)).await.unwrap();
    }
    writing.await.unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 5, "nothing but the backups is left");
}

/// Nothing is restored over somebody's records.
pub async fn a_database_in_use_is_not_restored_over<E: Engine>() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.charley");
    let engine = E::fresh().await;
    furnish(&engine.store()).await;
    engine.store().backup(&file, at(3)).await.unwrap();
    assert!(
        matches!(engine.store().backup(&file, at(3)).await, Err(RecordsError::Backup(_))),
        "no file is overwritten"
    );
    let other = E::fresh().await;
    ann(&other.store()).await;
    let refused = other.store().restore(&file, at(4)).await;
    assert!(matches!(refused, Err(RecordsError::Backup(_))), "{refused:?}");
    assert_eq!(other.store().account_named("ann").await.unwrap().login, "ann");
    assert!(matches!(other.store().account_named("bob").await, Err(RecordsError::NotFound)));
}

/// A backup that is cut, changed or none is refused, and the database stays as it was.
pub async fn a_damaged_backup_changes_nothing<E: Engine>() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.charley");
    let engine = E::fresh().await;
    furnish(&engine.store()).await;
    engine.store().backup(&file, at(3)).await.unwrap();
    let whole = std::fs::read(&file).unwrap();
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    let other = E::fresh().await;
    let store = other.store();
    for bytes in [&whole[..whole.len() / 2], &whole[..whole.len() - 1], &changed, b"Dear doctor", b""] {
        let damaged = folder.path().join("damaged.charley");
        std::fs::write(&damaged, bytes).unwrap();
        let refused = store.restore(&damaged, at(4)).await;
        assert!(matches!(refused, Err(RecordsError::Backup(_))), "{refused:?}");
    }
    assert!(matches!(store.restore(&folder.path().join("none"), at(4)).await, Err(RecordsError::Backup(_))));
    assert!(store.is_fresh().await.unwrap());
    store.restore(&file, at(4)).await.unwrap();
}
