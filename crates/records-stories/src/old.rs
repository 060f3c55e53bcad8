//! A database that an older release furnished ([`crate::maintenance::furnish`] of that time).

use charley_records::deletions::Deleted;
use charley_records::{Actor, SharedStore};

use crate::Engine;
use crate::world::{at, cramp, id, password};

/// It opens with everything in it, and is of use: people sign in, the chain holds and goes on.
pub async fn opens_with_everything(store: &SharedStore) {
    let found = store.verify_audit().await.unwrap();
    assert_eq!(found.fault, None);
    assert!(found.linked > 10 && found.heads == 1, "{found:?}");
    let (account, _) = store.sign_in("ann", &password(), "", "Firefox", at(10)).await.unwrap();
    let people = store.people_of(account.id, at(10)).await.unwrap();
    assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Ann", "bob"]);
    let actor = Actor::Account { account: account.id };
    let access = store.open(&actor, people[0].id, at(10)).await.unwrap();
    let entries = store.entries(&access).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.new.id).collect::<Vec<_>>(), [id(1), id(2), id(3)]);
    assert_eq!(entries[0].new, cramp(1, 5.0));
    let of_bob = store.open(&actor, people[1].id, at(10)).await.unwrap();
    assert_eq!(store.entries(&of_bob).await.unwrap().iter().filter(|entry| entry.disputed).count(), 1);
    assert_eq!(store.checks(&access).await.unwrap(), [crate::records::check(1)]);
    assert_eq!(store.trials(&access).await.unwrap(), [crate::records::trial(1)]);
    assert_eq!(store.devices(&access).await.unwrap().len(), 1);
    store.append(&access, &[cramp(9, 5.0)], at(10)).await.unwrap();
    assert!(store.link_audit(at(10)).await.unwrap() > 0);
    assert_eq!(store.verify_audit().await.unwrap().fault, None);
}

/// A backup of version 1, made when that was the newest. It is never made again.
const BACKUP: &[u8] = include_bytes!("../old/v1.charley");

/// A backup that an older release made restores into this one, with nothing in the tables that it did not know.
pub async fn a_backup_of_version_1_restores<E: Engine>() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("v1.charley");
    std::fs::write(&file, BACKUP).unwrap();
    let engine = E::fresh().await;
    let store = engine.store();
    store.restore(&file, &Deleted::default(), at(9)).await.unwrap();
    opens_with_everything(&store).await;
    assert!(store.clinics().await.unwrap().is_empty());
    // Backed up anew it is of this version.
    let again = folder.path().join("again.charley");
    store.backup(&again, at(11)).await.unwrap();
    E::fresh().await.store().restore(&again, &Deleted::default(), at(12)).await.unwrap();
}
