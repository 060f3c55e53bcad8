//! Backup and restore.

use std::path::Path;

use charley_records::backup::{Backup, Cell, Row};
use charley_records::clinic::StaffRole;
use charley_records::deletions::{Deleted, Deletions};
use charley_records::{Actor, RecordsError, SharedStore};

use crate::world::{ann, at, cramp, entry, id, invited, night, password, phone};
use crate::{Engine, at_work, records, reminders};

/// Tables that a restore itself writes to.
const OWN: [&str; 1] = ["audit"];

/// Everything a backup holds, row by row, the audit log left out.
pub fn content(file: &Path) -> Vec<Row> {
    Backup::open(file).unwrap().rows().unwrap().filter(|row| !OWN.contains(&row.table.name)).collect()
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
    let kim = invited(store, &ann, "kim").await;
    let staffed = at_work::staffed(store, &kim.account, "legs").await;
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
    let restored = store.restore(&file, &Deleted::default(), at(4)).await.unwrap();
    assert_eq!((restored.backup, restored.people_kept_out, restored.accounts_kept_out), (info, 0, 0));
    store.backup(&again, at(5)).await.unwrap();
    let kept = content(&file);
    assert_eq!(content(&again), kept);
    let tables: std::collections::BTreeSet<_> = kept.iter().map(|row| row.table.name).collect();
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

/// A backup from before a deletion does not bring the deleted back: not with the list, and not at a second restore from
/// there. Others come back whole, and the chain holds.
pub async fn a_backup_from_before_a_deletion_revives_nobody<E: Engine>() {
    let folder = tempfile::tempdir().unwrap();
    let (file, again) = (folder.path().join("one.charley"), folder.path().join("two.charley"));
    let engine = E::fresh().await;
    let store = engine.store();
    furnish(&store).await;
    let bob = store.account_named("bob").await.unwrap();
    store.backup(&file, at(3)).await.unwrap();
    let actor = Actor::Account { account: bob.id };
    let person = store.people_of(bob.id, at(4)).await.unwrap().remove(0);
    let access = store.open(&actor, person.id, at(4)).await.unwrap();
    let mut deleted = Deleted::person(store.delete_person(&access, at(4)).await.unwrap().subject);
    store.close_account(bob.id, at(4)).await.unwrap();
    deleted.extend(Deleted::account(bob.id));
    // The list as it is kept and handed on: in a file.
    let list = Deletions::at(folder.path().join("charley.deleted"));
    list.add(&deleted).unwrap();
    let other = E::fresh().await;
    let store = other.store();
    let restored = store.restore(&file, &list.read().unwrap(), at(5)).await.unwrap();
    assert_eq!((restored.people_kept_out, restored.accounts_kept_out), (1, 1));
    assert_eq!(other.tables_holding(person.id.0).await, Vec::<String>::new());
    assert!(matches!(store.account_named("bob").await, Err(RecordsError::NotFound)));
    assert!(matches!(store.sign_in("bob", &password(), "", "Firefox", at(6)).await, Err(RecordsError::NotFound)));
    let ann = store.account_named("ann").await.unwrap();
    let people = store.people_of(ann.id, at(6)).await.unwrap();
    assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Ann", "kim"]);
    let access = store.open(&Actor::Account { account: ann.id }, people[0].id, at(6)).await.unwrap();
    assert_eq!(store.entries(&access).await.unwrap().len(), 3);
    assert!(store.link_audit(at(6)).await.unwrap() > 0);
    assert_eq!(store.verify_audit().await.unwrap().fault, None);
    // A backup of what was restored no longer holds them.
    store.backup(&again, at(7)).await.unwrap();
    let third = E::fresh().await;
    let restored = third.store().restore(&again, &deleted, at(8)).await.unwrap();
    assert_eq!((restored.people_kept_out, restored.accounts_kept_out), (0, 0));
}

/// An account on the list that owns somebody in the backup stays: nobody's record is left without an owner.
pub async fn a_listed_account_that_owns_somebody_stays<E: Engine>() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.charley");
    let engine = E::fresh().await;
    furnish(&engine.store()).await;
    engine.store().backup(&file, at(3)).await.unwrap();
    let ann = engine.store().account_named("ann").await.unwrap();
    let other = E::fresh().await;
    let restored = other.store().restore(&file, &Deleted::account(ann.id), at(4)).await.unwrap();
    assert_eq!((restored.people_kept_out, restored.accounts_kept_out), (0, 0));
    assert_eq!(other.store().account_named("ann").await.unwrap(), ann);
}

/// A store that was closed does nothing any more, and what it acknowledged is there.
pub async fn a_closed_store_has_kept_what_it_acknowledged<E: Engine>() {
    let engine = E::fresh().await;
    let address = engine.address();
    let store = engine.store();
    let ann = ann(&store).await;
    store.append(&ann.access, &[cramp(1, 5.0)], at(1)).await.unwrap();
    store.close().await;
    assert!(matches!(store.entries(&ann.access).await, Err(RecordsError::Engine(_))));
    let again = E::open(&address).await;
    let access = again.open(&ann.actor(), ann.person.id, at(2)).await.unwrap();
    assert_eq!(again.entries(&access).await.unwrap().len(), 1);
    drop(engine);
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
        let entries = rows.iter().filter(|row| row.table.name == "entry").count();
        // Two come in each transaction, and the person counts them in the same one.
        assert_eq!(entries % 2, 0);
        let counted = rows.iter().find(|row| row.table.name == "person").map(|row| row.cells[6].clone());
        assert_eq!(counted, Some(Cell::Number(i64::try_from(entries).ok())));
        let other = E::fresh().await;
        other.store().restore(&file, &Deleted::default(), at(3)).await.unwrap();
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
    let refused = other.store().restore(&file, &Deleted::default(), at(4)).await;
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
        let refused = store.restore(&damaged, &Deleted::default(), at(4)).await;
        assert!(matches!(refused, Err(RecordsError::Backup(_))), "{refused:?}");
    }
    assert!(matches!(
        store.restore(&folder.path().join("none"), &Deleted::default(), at(4)).await,
        Err(RecordsError::Backup(_))
    ));
    assert!(store.is_fresh().await.unwrap());
    store.restore(&file, &Deleted::default(), at(4)).await.unwrap();
}
