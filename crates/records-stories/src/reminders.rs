//! Reminders and their outbox.

use charley_records::access::LinkAction;
use charley_records::reminders::{Channel, Kind, NewMessage, Reminders};
use charley_records::{Actor, PersonId, RecordsError};

use crate::Engine;
use crate::world::{ann, at, invited, phone};

/// Wanted in the evening, by e-mail and on a phone.
pub fn wanted() -> Reminders {
    Reminders {
        evening: Some("21:30".parse().unwrap()),
        morning: None,
        mail: "ann@home.example".to_owned(),
        topic: "ann-1".to_owned(),
    }
}

/// A message of minute 0, of use for two hours.
pub fn message(person: PersonId, channel: Channel) -> NewMessage {
    let id = format!("{person}.{}", channel.code());
    NewMessage { id, person, kind: Kind::Evening, channel, due: at(0), until: at(120) }
}

/// Settings are kept, checked, and changed by those only who may write; the calendar link may read the times.
pub async fn reminders_are_the_persons_own<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    assert_eq!(store.reminders(&ann.access).await.unwrap(), Reminders::default());
    store.set_reminders(&ann.access, &wanted(), at(0)).await.unwrap();
    assert_eq!(store.reminders(&ann.access).await.unwrap(), wanted());
    let bad = Reminders { mail: "ann@home.example\r\nBcc: x@y.example".to_owned(), ..wanted() };
    assert!(matches!(store.set_reminders(&ann.access, &bad, at(0)).await, Err(RecordsError::Invalid(_))));
    let bob = invited(&store, &ann, "bob").await;
    let reading = store.open(&bob.actor(), ann.person.id, at(0)).await.unwrap();
    assert!(matches!(store.set_reminders(&reading, &wanted(), at(0)).await, Err(RecordsError::Forbidden)));
    let (_, on_phone) = phone(&store, &ann, "Phone").await;
    assert!(matches!(store.reminders(&on_phone).await, Err(RecordsError::Forbidden)));
    let link = Actor::Link { person: ann.person.id, action: LinkAction::Calendar };
    let link = store.open(&link, ann.person.id, at(0)).await.unwrap();
    assert_eq!(store.reminders(&link).await.unwrap().evening, wanted().evening);
    let who = store.to_remind().await.unwrap();
    assert_eq!(who.len(), 1);
    assert_eq!((who[0].person, who[0].zone.as_str(), &who[0].wanted), (ann.person.id, "Europe/London", &wanted()));
    store.set_reminders(&ann.access, &Reminders::default(), at(1)).await.unwrap();
    assert_eq!(store.to_remind().await.unwrap(), []);
}

/// What one sender holds no other gets before the lease is over; what was sent is never handed out again.
pub async fn a_message_is_held_by_one_sender_at_a_time<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    store.set_reminders(&ann.access, &wanted(), at(0)).await.unwrap();
    let messages = [message(ann.person.id, Channel::Mail), message(ann.person.id, Channel::Ntfy)];
    assert_eq!(store.enqueue(&messages, at(0)).await.unwrap(), 2);
    assert_eq!(store.enqueue(&messages, at(0)).await.unwrap(), 0, "the same message made twice is one");
    assert_eq!(store.lease(9, 60, at(-1)).await.unwrap(), [], "not before it is due");
    let (one, two) = tokio::join!(store.lease(1, 300, at(0)), store.lease(1, 300, at(0)));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.len(), two.len()), (1, 1));
    assert_ne!(one[0].message.id, two[0].message.id, "two senders at once get different ones");
    assert_eq!(store.lease(9, 300, at(4)).await.unwrap(), []);
    store.sent(&one[0].message.id, at(4)).await.unwrap();
    store.not_sent(&one[0].message.id, Some(at(4))).await.unwrap();
    let again = store.lease(9, 60, at(5)).await.unwrap();
    assert_eq!((again.len(), again[0].message.id.as_str()), (1, two[0].message.id.as_str()));
    assert_eq!(again[0].tries, 2);
    store.not_sent(&again[0].message.id, Some(at(20))).await.unwrap();
    assert_eq!(store.lease(9, 60, at(19)).await.unwrap(), []);
    assert_eq!(store.lease(9, 60, at(20)).await.unwrap().len(), 1);
    assert_eq!(store.lease(9, 60, at(120)).await.unwrap(), [], "of no use any more");
}

/// A message is for somebody who still wants it, by the way they want it now.
pub async fn what_is_not_wanted_any_more_is_not_handed_out<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let messages = [message(ann.person.id, Channel::Mail), message(ann.person.id, Channel::Ntfy)];
    store.set_reminders(&ann.access, &wanted(), at(0)).await.unwrap();
    store.enqueue(&messages, at(0)).await.unwrap();
    let moved = Reminders { topic: String::new(), mail: "ann@new.example".to_owned(), ..wanted() };
    store.set_reminders(&ann.access, &moved, at(0)).await.unwrap();
    let leased = store.lease(9, 60, at(0)).await.unwrap();
    assert_eq!(leased.iter().map(|leased| leased.to.as_str()).collect::<Vec<_>>(), ["ann@new.example"]);
    store.set_reminders(&ann.access, &Reminders { evening: None, ..wanted() }, at(0)).await.unwrap();
    assert_eq!(store.lease(9, 60, at(2)).await.unwrap(), []);
    store.set_reminders(&ann.access, &wanted(), at(3)).await.unwrap();
    store.delete_person(&ann.access, at(3)).await.unwrap();
    assert_eq!(store.lease(9, 60, at(4)).await.unwrap(), []);
    assert_eq!(store.enqueue(&messages, at(4)).await.unwrap(), 0);
}
