//! The diary.

use charley_records::accounts::OneTime;
use charley_records::diary::{Body, Changed, Cramps, Episode, Muscle, NewEntry, NightReport, Receipt, Relief, Side};
use charley_records::{Access, Actor, RecordsError, SharedStore, TrialId};

use crate::Engine;
use crate::world::{ann, at, cramp, entry, id, invited, night, phone};

async fn kept(store: &SharedStore, access: &Access) -> Vec<(u128, bool)> {
    let entries = store.entries(access).await.unwrap();
    entries.iter().map(|entry| (entry.new.id.0.as_u128(), entry.disputed)).collect()
}

/// A phone adds to the diary of its person. It reads nothing and changes nothing else.
pub async fn a_device_appends_and_does_nothing_else<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let (device, on_phone) = phone(&store, &ann, " Kitchen phone ").await;
    assert_eq!(device.name, "Kitchen phone");
    assert_eq!(store.append(&on_phone, &[cramp(1, 5.0)], at(1)).await.unwrap(), [Receipt::Stored]);
    assert_eq!(store.person(&on_phone).await.unwrap(), ann.person);
    assert!(matches!(store.entries(&on_phone).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.checks(&on_phone).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.trials(&on_phone).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.devices(&on_phone).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.members(&on_phone, at(1)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.audit_of(&on_phone, 9).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.delete_entries(&on_phone, &[id(1)], at(1)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.pair_device(&on_phone, "Other", at(1)).await, Err(RecordsError::Forbidden)));
    let entries = store.entries(&ann.access).await.unwrap();
    assert_eq!((entries[0].device, entries[0].received, &entries[0].new), (Some(device.id), at(1), &cramp(1, 5.0)));
    let listed = store.devices(&ann.access).await.unwrap();
    assert_eq!((listed[0].id, listed[0].seen, listed[0].revoked), (device.id, Some(at(1)), None));
}

/// A phone undoes and edits its own entries only; it is not told of others.
pub async fn a_device_changes_only_what_it_sent<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let (_, one) = phone(&store, &ann, "One").await;
    let (_, two) = phone(&store, &ann, "Two").await;
    store.append(&ann.access, &[cramp(1, 5.0)], at(1)).await.unwrap();
    store.append(&one, &[cramp(2, 5.0)], at(1)).await.unwrap();
    let undo = |number, target| entry(number, Body::Undo { target: id(target) });
    for target in [1, 2, 99] {
        // Refused as a whole: the cramp before the undo is not kept either.
        let both = [cramp(50, 5.0), undo(51, target)];
        assert!(matches!(store.append(&two, &both, at(2)).await, Err(RecordsError::Forbidden)), "{target}");
    }
    assert_eq!(store.append(&one, &[undo(3, 2)], at(2)).await.unwrap(), [Receipt::Stored]);
    // Its own from the same call.
    assert_eq!(store.append(&two, &[cramp(4, 5.0), undo(5, 4)], at(2)).await.unwrap(), [Receipt::Stored; 2]);
    // A person undoes anything.
    assert_eq!(store.append(&ann.access, &[undo(6, 2)], at(2)).await.unwrap(), [Receipt::Stored]);
    let numbers: Vec<_> = kept(&store, &ann.access).await.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
}

/// The pages can explain a revoked phone; what it sent stays, and it sends no more.
pub async fn a_revoked_device_is_told_so<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let (device, token) = store.pair_device(&ann.access, "Phone", at(0)).await.unwrap();
    let actor = Actor::Device { device: device.id, person: ann.person.id };
    let before = store.open(&actor, ann.person.id, at(1)).await.unwrap();
    store.append(&before, &[cramp(1, 5.0)], at(1)).await.unwrap();
    store.revoke_device(&ann.access, device.id, at(2)).await.unwrap();
    store.revoke_device(&ann.access, device.id, at(3)).await.unwrap();
    assert_eq!(store.device(&token, at(3)).await.unwrap().revoked, Some(at(2)));
    assert!(matches!(store.open(&actor, ann.person.id, at(3)).await, Err(RecordsError::NotFound)));
    // A handle from before the revocation is of no use either.
    assert!(matches!(store.append(&before, &[cramp(2, 5.0)], at(3)).await, Err(RecordsError::Forbidden)));
    assert_eq!(kept(&store, &ann.access).await, [(1, false)]);
    let bob = invited(&store, &ann, "bob").await;
    assert!(matches!(store.revoke_device(&bob.access, device.id, at(3)).await, Err(RecordsError::NotFound)));
}

/// A phone on which nobody is signed in is paired with a link, once.
pub async fn a_phone_pairs_with_a_link<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let link = store.issue_link(&OneTime::PairDevice(ann.person.id), at(10), at(0)).await.unwrap();
    assert!(matches!(store.pair_with_link(&link, "", at(1)).await, Err(RecordsError::Invalid(_))));
    let (device, token) = store.pair_with_link(&link, "Phone", at(1)).await.unwrap();
    assert_eq!(store.device(&token, at(1)).await.unwrap(), device);
    assert!(matches!(store.pair_with_link(&link, "Phone", at(1)).await, Err(RecordsError::NotFound)));
    let access =
        store.open(&Actor::Device { device: device.id, person: device.person }, device.person, at(1)).await.unwrap();
    store.append(&access, &[cramp(1, 5.0)], at(1)).await.unwrap();
    assert_eq!(kept(&store, &ann.access).await, [(1, false)]);
}

/// A retry changes nothing and says so, whoever sends it.
pub async fn the_same_entry_again_is_known<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let (_, on_phone) = phone(&store, &ann, "Phone").await;
    assert_eq!(
        store.append(&on_phone, &[cramp(1, 5.0), cramp(1, 5.0)], at(1)).await.unwrap(),
        [Receipt::Stored, Receipt::Known]
    );
    assert_eq!(
        store.append(&on_phone, &[cramp(1, 5.0), night(2, 0)], at(2)).await.unwrap(),
        [Receipt::Known, Receipt::Stored]
    );
    assert_eq!(store.append(&ann.access, &[cramp(1, 5.0)], at(3)).await.unwrap(), [Receipt::Known]);
    let entries = store.entries(&ann.access).await.unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!((entries[0].sequence, entries[0].received), (1, at(1)));
    assert_eq!((entries[1].sequence, entries[1].received), (2, at(2)));
    // The same id in the diary of another is another entry.
    let bob = invited(&store, &ann, "bob").await;
    assert_eq!(store.append(&bob.access, &[cramp(1, 9.0)], at(3)).await.unwrap(), [Receipt::Stored]);
}

/// The second content under an id is kept beside the first, marked, and a retry of either gives the same answer.
pub async fn another_content_under_an_id_is_disputed<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    assert_eq!(store.append(&ann.access, &[cramp(1, 5.0)], at(1)).await.unwrap(), [Receipt::Stored]);
    for _ in 0..2 {
        assert_eq!(store.append(&ann.access, &[cramp(1, 6.0)], at(2)).await.unwrap(), [Receipt::Disputed]);
        assert_eq!(store.append(&ann.access, &[cramp(1, 5.0)], at(2)).await.unwrap(), [Receipt::Known]);
    }
    let entries = store.entries(&ann.access).await.unwrap();
    let minutes: Vec<_> = entries.iter().map(|entry| (entry.new.clone(), entry.disputed)).collect();
    assert_eq!(minutes, [(cramp(1, 5.0), false), (cramp(1, 6.0), true)]);
}

/// Undo and edit come after what they change and leave it in place.
pub async fn undo_and_edit_are_entries<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let edit = entry(2, Body::Edit { target: id(1), body: Box::new(cramp(9, 7.5).body) });
    let undo = entry(3, Body::Undo { target: id(2) });
    let sent = [cramp(1, 5.0), edit, undo];
    assert_eq!(store.append(&ann.access, &sent, at(1)).await.unwrap(), [Receipt::Stored; 3]);
    let entries: Vec<NewEntry> = store.entries(&ann.access).await.unwrap().into_iter().map(|entry| entry.new).collect();
    assert_eq!(entries, sent);
}

/// A deletion takes edits with it, and no late retry, edit or undo brings anything back. Places are not used twice.
pub async fn what_is_deleted_stays_dead<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let (_, on_phone) = phone(&store, &ann, "Phone").await;
    let edit = |number, target| entry(number, Body::Edit { target: id(target), body: Box::new(cramp(9, 7.5).body) });
    let undo = entry(4, Body::Undo { target: id(3) });
    store.append(&on_phone, &[cramp(1, 5.0), cramp(2, 5.0), edit(3, 2), undo.clone()], at(1)).await.unwrap();
    store.append(&on_phone, &[cramp(2, 6.0)], at(1)).await.unwrap();
    // The entry, its disputed double, its edit and the undo of that.
    assert_eq!(store.delete_entries(&ann.access, &[id(2), id(77)], at(2)).await.unwrap(), 4);
    assert_eq!(store.delete_entries(&ann.access, &[id(2)], at(2)).await.unwrap(), 0);
    assert_eq!(kept(&store, &ann.access).await, [(1, false)]);
    let late = [cramp(2, 5.0), cramp(2, 8.0), edit(3, 2), undo, edit(5, 2), cramp(6, 5.0)];
    let mut expected = vec![Receipt::Deleted; 5];
    expected.push(Receipt::Stored);
    assert_eq!(store.append(&on_phone, &late, at(3)).await.unwrap(), expected);
    let entries = store.entries(&ann.access).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 6]);
}

/// One bad entry refuses the whole call, with words for a person.
pub async fn one_bad_entry_refuses_all<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let mut ahead = cramp(3, 5.0);
    ahead.at = at(3 * 24 * 60);
    match store.append(&ann.access, &[cramp(1, 5.0), cramp(2, 2_000.0), ahead], at(0)).await {
        Err(RecordsError::Invalid(fields)) => {
            assert_eq!(fields.iter().map(|field| field.name).collect::<Vec<_>>(), ["minutes", "at"]);
            assert!(fields[1].problem.contains("clock"), "{}", fields[1].problem);
        }
        other => panic!("{other:?}"),
    }
    let many: Vec<NewEntry> = (1..=1_001).map(|number| cramp(number, 5.0)).collect();
    assert!(matches!(store.append(&ann.access, &many, at(0)).await, Err(RecordsError::Invalid(_))));
    assert!(kept(&store, &ann.access).await.is_empty());
    assert_eq!(store.append(&ann.access, &many[..1_000], at(0)).await.unwrap(), vec![Receipt::Stored; 1_000]);
    assert_eq!(store.append(&ann.access, &[], at(0)).await.unwrap(), []);
}

/// Every kind of entry, with everything known and nothing known, from before 1970 too.
pub async fn entries_come_back_as_they_went<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let night_of = || "1950-02-28".to_owned();
    let report =
        || NightReport { night: night_of(), cramps: Cramps::Unknown, sleep: Some(10), pain: Some(0), by_partner: true };
    let full = Episode {
        start: Some(at(-30)),
        minutes: Some(0.1 + 0.2),
        side: Some(Side::Both),
        muscle: Some(Muscle::Calf),
        pain: Some(10),
        relief: vec![Relief::Stretch, Relief::ByItself],
        danger: true,
    };
    let bodies = [
        Body::Episode(full),
        Body::Episode(Episode::default()),
        night(1, 200).body,
        Body::Exposure { night: night_of(), what: "stretching".to_owned(), done: false },
        Body::Guess { night: night_of(), arm: Some(1) },
        Body::Guess { night: night_of(), arm: None },
        Body::Opened { trial: TrialId(uuid::Uuid::from_u128(5)) },
        Body::LegSwollen { night: night_of(), swollen: true },
        Body::Night(NightReport { cramps: Cramps::OneOrMore, ..report() }),
        Body::Change { date: night_of(), what: "water tablet".to_owned(), how: Changed::Altered },
        Body::Adverse { night: night_of(), what: "Übel \u{0}? \"quoted\" 🦵\n".replace('\u{0}', "") },
    ];
    let mut sent: Vec<NewEntry> = (1..).zip(bodies).map(|(number, body)| entry(number, body)).collect();
    sent[1].at = "1950-03-01T02:00:00.123Z".parse().unwrap();
    store.append(&ann.access, &sent, at(0)).await.unwrap();
    let back: Vec<NewEntry> = store.entries(&ann.access).await.unwrap().into_iter().map(|entry| entry.new).collect();
    assert_eq!(back, sent);
    assert_eq!(store.append(&ann.access, &back, at(0)).await.unwrap(), [Receipt::Known; 11]);
}

/// Two phones that send at the same time, some entries twice: all are there, none twice, places without gap.
pub async fn two_devices_at_once_lose_nothing<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let mut sending = Vec::new();
    for phone_number in 0..2_u128 {
        let (_, access) = phone(&store, &ann, "Phone").await;
        let store = store.clone();
        sending.push(tokio::spawn(async move {
            let mut stored = 0;
            for number in 1..=25_u128 {
                // Its own, and one that the other sends as well.
                let own = cramp(1_000 * (phone_number + 1) + number, 5.0);
                let receipts = store.append(&access, &[own, cramp(number, 5.0)], at(1)).await.unwrap();
                assert_eq!(receipts[0], Receipt::Stored);
                assert!(matches!(receipts[1], Receipt::Stored | Receipt::Known));
                stored += receipts.iter().filter(|receipt| **receipt == Receipt::Stored).count();
            }
            stored
        }));
    }
    let mut stored = 0;
    for task in sending {
        stored += task.await.unwrap();
    }
    assert_eq!(stored, 75);
    let entries = store.entries(&ann.access).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), (1..=75).collect::<Vec<_>>());
    assert!(entries.iter().all(|entry| !entry.disputed));
}
