//! People, households, roles.

use charley_records::accounts::OneTime;
use charley_records::clinic::documents::DocumentKind;
use charley_records::people::{NewPerson, Role};
use charley_records::{Actor, PersonId, RecordsError, Right};
use uuid::Uuid;

use crate::world::{ann, at, cramp, invited, named, password, phone, stranger};
use crate::{Engine, at_work, reminders};

/// Somebody without a role gets the same answer for a record that exists and one that does not.
pub async fn a_stranger_cannot_tell_whether_a_record_exists<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let eve = stranger(&store, &ann, "eve").await;
    for person in [ann.person.id, PersonId(Uuid::from_u128(1))] {
        assert!(matches!(store.open(&eve.actor(), person, at(1)).await, Err(RecordsError::NotFound)));
        let (device, _) = phone(&store, &eve, "Phone").await;
        let actor = Actor::Device { device: device.id, person };
        assert!(matches!(store.open(&actor, person, at(1)).await, Err(RecordsError::NotFound)));
    }
    let people = store.people_of(eve.account.id, at(1)).await.unwrap();
    assert_eq!(people, [eve.person]);
    let job = Actor::Job { name: "reminders".to_owned() };
    assert!(matches!(store.open(&job, PersonId(Uuid::from_u128(1)), at(1)).await, Err(RecordsError::NotFound)));
    assert_eq!(store.open(&job, ann.person.id, at(1)).await.unwrap().right(), Right::Read);
}

/// The owner of a household opens every record in it and adds one for somebody without an account.
pub async fn the_owner_sees_everybody_in_the_household<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    let gran = store.add_person(ann.account.id, &named("  Gran "), at(1)).await.unwrap();
    assert_eq!(gran.name, "Gran");
    assert!(matches!(store.add_person(bob.account.id, &named("X"), at(1)).await, Err(RecordsError::Forbidden)));
    let people = store.people_of(ann.account.id, at(1)).await.unwrap();
    assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Ann", "Gran", "bob"]);
    for person in people {
        let access = store.open(&ann.actor(), person.id, at(1)).await.unwrap();
        assert_eq!(access.right(), Right::Own);
        assert_eq!(store.person(&access).await.unwrap(), person);
    }
}

/// Whom the owner invites reads the records of the household, owns an own one, and shows in the list of members.
pub async fn an_invited_member_reads_and_has_an_own_record<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let link = store.invite(ann.account.id, at(60), at(0)).await.unwrap();
    assert!(matches!(store.look_at_link(&link, at(1)).await.unwrap(), OneTime::JoinHousehold(_)));
    let account = store.join(&link, "bob", &password(), &named("Bob"), at(1)).await.unwrap();
    assert!(matches!(store.join(&link, "eve", &password(), &named("Eve"), at(1)).await, Err(RecordsError::NotFound)));
    let bob = Actor::Account { account: account.id };
    let people = store.people_of(account.id, at(1)).await.unwrap();
    assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Bob", "Ann"]);
    assert_eq!(store.open(&bob, people[0].id, at(1)).await.unwrap().right(), Right::Own);
    let reading = store.open(&bob, ann.person.id, at(1)).await.unwrap();
    assert_eq!(reading.right(), Right::Read);
    let members = store.members(&ann.access, at(1)).await.unwrap();
    let mut roles: Vec<_> = members.iter().map(|member| (member.login.as_str(), member.role.code())).collect();
    roles.sort_unstable();
    assert_eq!(roles, [("ann", "oneself"), ("ann", "owner"), ("bob", "member")]);
    // Bob may leave by himself.
    let own = members.iter().find(|member| member.account == account.id).unwrap();
    store.end_membership(&reading, own.id, at(2)).await.unwrap();
    assert!(matches!(store.open(&bob, ann.person.id, at(2)).await, Err(RecordsError::NotFound)));
    assert_eq!(store.open(&bob, people[0].id, at(2)).await.unwrap().right(), Right::Own);
}

/// A carer writes until the person withdraws consent.
pub async fn consent_of_a_carer_can_be_withdrawn<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let eve = stranger(&store, &ann, "eve").await;
    assert!(matches!(store.add_carer(&ann.access, "nobody", at(1)).await, Err(RecordsError::Invalid(_))));
    let role = store.add_carer(&ann.access, " EVE ", at(1)).await.unwrap();
    assert_eq!(store.add_carer(&ann.access, "eve", at(1)).await.unwrap(), role);
    let access = store.open(&eve.actor(), ann.person.id, at(2)).await.unwrap();
    assert_eq!(access.right(), Right::Write);
    store.append(&access, &[cramp(1, 5.0)], at(2)).await.unwrap();
    // A carer gives no rights away and does not delete the record.
    assert!(matches!(store.add_carer(&access, "ann", at(2)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.delete_person(&access, at(2)).await, Err(RecordsError::Forbidden)));
    store.end_membership(&ann.access, role, at(3)).await.unwrap();
    assert!(matches!(store.open(&eve.actor(), ann.person.id, at(3)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.end_membership(&ann.access, role, at(3)).await, Err(RecordsError::NotFound)));
    assert_eq!(store.people_of(eve.account.id, at(3)).await.unwrap(), [eve.person]);
    assert_eq!(store.entries(&ann.access).await.unwrap().len(), 1);
}

/// The roles by which somebody owns the record cannot be ended, nor those of others be.
pub async fn an_owner_cannot_be_locked_out<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    let cat = invited(&store, &ann, "cat").await;
    for member in store.members(&ann.access, at(1)).await.unwrap() {
        let ended = match member.role {
            Role::Owner | Role::Oneself => store.end_membership(&ann.access, member.id, at(1)).await,
            _ => continue,
        };
        assert!(matches!(ended, Err(RecordsError::Conflict(_))), "{member:?}");
    }
    // Bob owns his own record, and still cannot turn Cat out of the household.
    let members = store.members(&bob.access, at(1)).await.unwrap();
    let of_cat = members.iter().find(|member| member.account == cat.account.id).unwrap();
    assert!(matches!(store.end_membership(&bob.access, of_cat.id, at(1)).await, Err(RecordsError::Forbidden)));
}

/// Name, zone and region are checked when they change.
pub async fn what_is_said_of_a_person_is_checked<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bad = NewPerson { name: "x".repeat(61), zone: "Mars/Olympus".to_owned(), region: "no such place".to_owned() };
    match store.change_person(&ann.access, &bad, at(1)).await {
        Err(RecordsError::Invalid(fields)) => {
            assert_eq!(fields.iter().map(|field| field.name).collect::<Vec<_>>(), ["name", "zone", "region"]);
        }
        other => panic!("{other:?}"),
    }
    let new = NewPerson { name: "Anna".to_owned(), zone: "Asia/Kolkata".to_owned(), region: String::new() };
    let changed = store.change_person(&ann.access, &new, at(1)).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.zone.as_str(), changed.created), ("Anna", "Asia/Kolkata", at(0)));
    assert_eq!(store.person(&ann.access).await.unwrap(), changed);
}

/// Nothing of a deleted person is left in any table, the receipt says what went, and the audit chain holds.
pub async fn a_deleted_person_is_gone_from_every_table<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    let (_, on_phone) = phone(&store, &ann, "Phone").await;
    store.append(&on_phone, &[cramp(1, 5.0), cramp(2, 5.0), cramp(3, 5.0)], at(1)).await.unwrap();
    store.delete_entries(&ann.access, &[crate::world::id(3)], at(1)).await.unwrap();
    store.save_check(&ann.access, &crate::records::check(1)).await.unwrap();
    store.start_trial(&ann.access, &crate::records::trial(1)).await.unwrap();
    store.calendar_token(&ann.access, false, at(1)).await.unwrap();
    store.issue_link(&OneTime::PairDevice(ann.person.id), at(60), at(1)).await.unwrap();
    store.set_reminders(&ann.access, &reminders::wanted(), at(1)).await.unwrap();
    let message = reminders::message(ann.person.id, charley_records::reminders::Channel::Mail);
    store.enqueue(&[message], at(1)).await.unwrap();
    store.add_carer(&ann.access, "bob", at(1)).await.unwrap();
    let staffed = at_work::staffed(&store, &bob.account, "legs").await;
    at_work::treat(&store, &ann.access, &staffed).await;
    at_work::fill(&engine).await;
    let care = staffed.care(&store, ann.person.id).await;
    store.link_audit(at(1)).await.unwrap();
    assert!(engine.tables_holding(ann.person.id.0).await.len() >= 19);
    let receipt = store.delete_person(&ann.access, at(2)).await.unwrap();
    let destroyed: Vec<_> = receipt.destroyed.iter().map(|(table, rows)| (table.as_str(), *rows)).collect();
    assert_eq!(
        destroyed,
        [
            ("one_time", 1),
            ("occupancy", 1),
            ("booking_resource", 1),
            ("visit_message", 1),
            ("booking", 1),
            ("waiting", 1),
            ("request_event", 1),
            ("request", 1),
            ("follow_up", 4),
            ("document", 1),
            ("emergency_look", 1),
            ("patient", 1),
            ("entry", 2),
            ("tombstone", 1),
            ("saved_check", 1),
            ("trial", 1),
            ("device", 1),
            ("calendar", 1),
            ("message", 1),
            ("reminder", 1),
            ("membership", 2),
            ("subject", 1),
            ("person", 1)
        ]
    );
    assert_eq!((receipt.at, receipt.backups_expire), (at(2), jiff::civil::date(2026, 12, 29)));
    assert_eq!(engine.tables_holding(ann.person.id.0).await, Vec::<String>::new());
    assert_eq!(engine.tables_holding(receipt.subject.0).await, ["audit"]);
    // Handles from before lead nowhere; others are untouched.
    assert!(matches!(store.open(&ann.actor(), ann.person.id, at(3)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.person(&ann.access).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.entries(&ann.access).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.append(&ann.access, &[cramp(4, 5.0)], at(3)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.append(&on_phone, &[cramp(4, 5.0)], at(3)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.save_check(&ann.access, &crate::records::check(2)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.start_trial(&ann.access, &crate::records::trial(2)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.delete_person(&ann.access, at(3)).await, Err(RecordsError::NotFound)));
    let (notes, day) = (DocumentKind::Notes, "2026-11-24".parse().unwrap());
    assert!(matches!(store.documents(&care).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.write_document(&care, notes, 0, "{}", at(3)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.plan_follow_ups(&care, day, at(3)).await, Err(RecordsError::NotFound)));
    let shared = store.share(&ann.access, staffed.clinic.id, &at_work::contact(), None, at(3)).await;
    assert!(matches!(shared, Err(RecordsError::NotFound)));
    assert!(matches!(store.care(&staffed.treating, ann.person.id, at(3)).await, Err(RecordsError::NotFound)));
    assert_eq!(store.person(&bob.access).await.unwrap(), bob.person);
    store.link_audit(at(3)).await.unwrap();
    let found = store.verify_audit().await.unwrap();
    assert_eq!((found.fault, found.waiting), (None, 0));
}
