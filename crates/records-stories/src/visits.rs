//! Messages about visits, and the waiting list.

use charley_records::clinic::booking::{Booker, Waiting};
use charley_records::clinic::resources::Service;
use charley_records::clinic::visits::{LeasedVisit, VisitMessage};
use charley_records::reminders::Channel;
use charley_records::{PersonId, RecordsError, ServiceId, WaitingId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::Engine;
use crate::booking_world::{Scene, end_sharing, relative, scene, services, share, thursday, time_of, visit};
use crate::world::at;

async fn lease<E: Engine>(scene: &Scene<E>, now: Timestamp) -> Vec<LeasedVisit> {
    scene.store.lease_visits(20, 60, now).await.unwrap()
}

fn told(leased: &[LeasedVisit]) -> Vec<(VisitMessage, Channel)> {
    let mut told: Vec<_> = leased.iter().map(|leased| (leased.says, leased.channel)).collect();
    told.sort_unstable();
    told
}

async fn book<E: Engine>(scene: &Scene<E>, number: u128, time: &str) {
    let new = visit(number, scene.ann.person.id, 1, time);
    scene.store.book(Booker::Person(&scene.ann.access), scene.clinic.id, &new, at(1)).await.unwrap();
}

fn id(number: u128) -> charley_records::BookingId {
    charley_records::BookingId(Uuid::from_u128(number))
}

/// A visit is confirmed at once and reminded of a day before, by each way that the person gave, with time, place and link.
pub async fn a_visit_is_confirmed_and_reminded_of<E: Engine>() {
    let scene = scene::<E>().await;
    let new = visit(1, scene.ann.person.id, 1, "10:00");
    let (_, link) = scene.store.book(Booker::Staff(&scene.clinic.front), scene.clinic.id, &new, at(1)).await.unwrap();
    let first = lease(&scene, at(1)).await;
    assert_eq!(told(&first), [(VisitMessage::Booked, Channel::Mail), (VisitMessage::Booked, Channel::Ntfy)]);
    let mail = first.iter().find(|leased| leased.channel == Channel::Mail).unwrap();
    assert_eq!(
        (mail.to.as_str(), mail.clinic_name.as_str(), mail.zone.as_str()),
        ("a@home.example", "Leg clinic", "Europe/London")
    );
    assert_eq!((mail.booking.id, mail.booking.start, &mail.link, mail.tries), (new.id, new.start, &link, 1));
    assert_eq!(first.iter().find(|leased| leased.channel == Channel::Ntfy).unwrap().to, "legs-1");
    for leased in &first {
        scene.store.visit_sent(&leased.id, at(1)).await.unwrap();
    }
    assert_eq!(lease(&scene, "2026-11-25T09:59:00Z".parse().unwrap()).await, []);
    // The address as it is now; no way, no message.
    scene.engine.sql("UPDATE patient SET mail = '', topic = 'legs-2'").await;
    let reminder = lease(&scene, "2026-11-25T10:00:00Z".parse().unwrap()).await;
    assert_eq!(told(&reminder), [(VisitMessage::Reminder, Channel::Ntfy)]);
    assert_eq!(reminder[0].to, "legs-2");
    scene.store.visit_not_sent(&reminder[0].id, Some(thursday("10:00"))).await.unwrap();
    assert_eq!(lease(&scene, thursday("10:00")).await, [], "of no use any more");
}

/// Somebody who wants neither e-mail nor ntfy gets nothing; a visit within a day has no reminder.
pub async fn nothing_is_said_where_nothing_is_wanted<E: Engine>() {
    let scene = scene::<E>().await;
    let desk = Booker::Staff(&scene.clinic.front);
    let today = |number, time: &str| {
        let start = format!("2026-11-24T{time}:00Z").parse().unwrap();
        charley_records::clinic::booking::NewBooking { start, ..visit(number, scene.ann.person.id, 1, "10:00") }
    };
    scene.store.book(desk, scene.clinic.id, &today(1, "10:00"), at(1)).await.unwrap();
    assert_eq!(scene.engine.sql("UPDATE visit_message SET tries = tries WHERE says = 'reminder'").await, 0);
    assert_eq!(scene.engine.sql("DELETE FROM visit_message").await, 2);
    scene.engine.sql("UPDATE patient SET mail = '', topic = ''").await;
    scene.store.book(desk, scene.clinic.id, &today(2, "14:00"), at(1)).await.unwrap();
    assert_eq!(scene.engine.sql("DELETE FROM visit_message").await, 0);
}

/// A move and a cancellation take back what is not true any more, and say what is.
pub async fn what_is_not_true_any_more_is_not_sent<E: Engine>() {
    let scene = scene::<E>().await;
    let ann = Booker::Person(&scene.ann.access);
    book(&scene, 1, "10:00").await;
    let to = visit(1, scene.ann.person.id, 1, "14:00");
    scene.store.move_booking(ann, id(1), &time_of(&to, 0), at(2)).await.unwrap();
    let moved = lease(&scene, at(2)).await;
    assert_eq!(told(&moved), [(VisitMessage::Moved, Channel::Mail), (VisitMessage::Moved, Channel::Ntfy)]);
    assert!(moved.iter().all(|leased| (leased.booking.start, leased.booking.revision) == (to.start, 1)));
    let (old, new): (Timestamp, Timestamp) =
        ("2026-11-25T10:00:00Z".parse().unwrap(), "2026-11-25T14:00:00Z".parse().unwrap());
    for leased in &moved {
        scene.store.visit_sent(&leased.id, at(2)).await.unwrap();
    }
    assert_eq!(lease(&scene, old).await, [], "the reminder moved too");
    assert_eq!(told(&lease(&scene, new).await).len(), 2);
    scene.store.cancel(Booker::Staff(&scene.clinic.front), id(1), "", new).await.unwrap();
    let cancelled = lease(&scene, new).await;
    assert_eq!(told(&cancelled), [(VisitMessage::Cancelled, Channel::Mail), (VisitMessage::Cancelled, Channel::Ntfy)]);
    assert!(cancelled.iter().all(|leased| leased.booking.revision == 2));
    // Somebody who is there is not reminded.
    book(&scene, 2, "15:00").await;
    for leased in lease(&scene, at(3)).await {
        scene.store.visit_sent(&leased.id, at(3)).await.unwrap();
    }
    let arrived = charley_records::clinic::booking::BookingState::Arrived;
    scene.store.mark(&scene.clinic.front, id(2), arrived, at(3)).await.unwrap();
    let due = lease(&scene, "2026-11-25T15:00:00Z".parse().unwrap()).await;
    assert!(due.iter().all(|leased| leased.booking.id == id(1)), "{due:?}");
}

/// What one sender holds no other gets before the lease is over; what was sent is never handed out again.
pub async fn a_visit_message_is_held_by_one_sender_at_a_time<E: Engine>() {
    let scene = scene::<E>().await;
    book(&scene, 1, "10:00").await;
    let store = &scene.store;
    let (one, two) = tokio::join!(store.lease_visits(1, 300, at(1)), store.lease_visits(1, 300, at(1)));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.len(), two.len()), (1, 1));
    assert_ne!(one[0].id, two[0].id, "two senders at once get different ones");
    assert_eq!(lease(&scene, at(5)).await, []);
    store.visit_sent(&one[0].id, at(5)).await.unwrap();
    store.visit_not_sent(&one[0].id, Some(at(5))).await.unwrap();
    let again = store.lease_visits(9, 60, at(6)).await.unwrap();
    assert_eq!((again.len(), again[0].id.as_str(), again[0].tries), (1, two[0].id.as_str(), 2));
    store.visit_not_sent(&again[0].id, None).await.unwrap();
    assert_eq!(lease(&scene, at(60)).await, [], "given up");
}

fn wish(number: u128, person: PersonId, from: &str, until: &str) -> Waiting {
    Waiting {
        id: WaitingId(Uuid::from_u128(number)),
        person,
        service: ServiceId(Uuid::from_u128(1)),
        from: thursday(from),
        until: thursday(until),
        created: at(0),
    }
}

/// A freed time is offered to those who wait for such a time, longest first, at most five, without a word about who had it.
pub async fn a_freed_time_is_offered_to_the_longest_waiting<E: Engine>() {
    let scene = scene::<E>().await;
    let store = &scene.store;
    book(&scene, 1, "10:00").await;
    book(&scene, 2, "11:00").await;
    let mut people = Vec::new();
    for (number, until) in (1..).zip(["12:00", "12:00", "10:25", "12:00", "12:00", "12:00", "12:00"]) {
        let (person, access) = relative(&scene, &format!("Aunt {number}")).await;
        let minute = 100 - i64::try_from(number).unwrap();
        let wish = wish(number, person.id, "10:00", until);
        store.wait(Booker::Person(&access), scene.clinic.id, &wish, at(minute)).await.unwrap();
        people.push(person.id);
    }
    // Ann waits for her own time too, and Bob for another.
    share(&scene.engine, &scene.clinic, scene.bob.person.id).await;
    let desk = Booker::Staff(&scene.clinic.front);
    let late = wish(8, scene.bob.person.id, "12:00", "16:00");
    store.wait(desk, scene.clinic.id, &late, at(2)).await.unwrap();
    let own = wish(9, scene.ann.person.id, "09:00", "16:00");
    store.wait(desk, scene.clinic.id, &own, at(2)).await.unwrap();
    scene.engine.sql("DELETE FROM visit_message").await;
    let waiting = store.cancel(desk, id(1), "", at(200)).await.unwrap();
    let numbers: Vec<_> = waiting.iter().map(|place| place.id.0.as_u128()).collect();
    assert_eq!(numbers, [7, 6, 5, 4, 2, 1]);
    let offers: Vec<_> =
        lease(&scene, at(200)).await.into_iter().filter(|leased| leased.says == VisitMessage::Offer).collect();
    assert_eq!(offers.len(), 10, "five people, two ways each");
    let mut offered: Vec<_> = offers.iter().map(|offer| offer.booking.person).collect();
    offered.sort_unstable();
    offered.dedup();
    let mut expected: Vec<_> = [6, 5, 4, 3, 1].map(|place| people[place]).into();
    expected.sort_unstable();
    assert_eq!(offered, expected);
    for offer in &offers {
        assert_eq!((offer.booking.start, offer.link.expose()), (thursday("10:00"), ""));
    }
    // Whoever cancels is not told who waits.
    assert_eq!(store.cancel(Booker::Person(&scene.ann.access), id(2), "", at(200)).await.unwrap(), []);
    // A time below another visit is not free.
    book(&scene, 3, "10:00").await;
    let over = charley_records::clinic::booking::NewBooking {
        override_reason: "must be seen".to_owned(),
        ..visit(4, scene.ann.person.id, 1, "10:00")
    };
    store.book(desk, scene.clinic.id, &over, at(201)).await.unwrap();
    assert_eq!(store.cancel(desk, id(3), "", at(202)).await.unwrap(), []);
    end_sharing(&scene.engine).await;
    assert_eq!(store.cancel(desk, id(4), "", at(203)).await.unwrap(), []);
}

/// The waiting list is kept, longest waiting first; a wish is known again, checked, and ended by those whose it is.
pub async fn a_wish_is_kept_until_it_is_ended<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic) = (&scene.store, &scene.clinic);
    let (gran, of_gran) = relative(&scene, "Gran").await;
    let (ann, desk) = (Booker::Person(&scene.ann.access), Booker::Staff(&clinic.front));
    let own = wish(1, scene.ann.person.id, "10:00", "12:00");
    for minute in [5, 6] {
        store.wait(ann, clinic.id, &own, at(minute)).await.unwrap();
    }
    store.wait(desk, clinic.id, &wish(2, gran.id, "10:00", "12:00"), at(4)).await.unwrap();
    let list = store.waiting(&clinic.front, at(7)).await.unwrap();
    let told: Vec<_> = list.iter().map(|(place, name)| (name.as_str(), place.created)).collect();
    assert_eq!(told, [("Gran", at(4)), ("Ann", at(5))], "since when is told by the clock");
    assert_eq!(list[1].0, Waiting { created: at(5), ..own.clone() });
    let mine = store.waiting_of(&scene.ann.access, at(7)).await.unwrap();
    assert_eq!(mine, [(clinic.id, list[1].0.clone())], "of nobody else");
    assert_eq!(store.waiting_of(&scene.ann.access, thursday("12:00")).await.unwrap(), [], "over");
    assert_eq!(store.waiting_of(&scene.bob.access, at(7)).await.unwrap(), []);
    assert_eq!(store.waiting(&clinic.front, thursday("12:00")).await.unwrap(), [], "over");
    let other = Waiting { until: thursday("13:00"), ..own.clone() };
    assert!(matches!(store.wait(ann, clinic.id, &other, at(7)).await, Err(RecordsError::Conflict(_))));
    let backwards = Waiting { until: thursday("09:00"), ..wish(3, scene.ann.person.id, "10:00", "12:00") };
    assert!(matches!(store.wait(ann, clinic.id, &backwards, at(7)).await, Err(RecordsError::Invalid(_))));
    let foreign = store.wait(ann, clinic.id, &wish(3, gran.id, "10:00", "12:00"), at(7)).await;
    assert!(matches!(foreign, Err(RecordsError::NotFound)));
    let bob = Booker::Person(&scene.bob.access);
    let unshared = store.wait(bob, clinic.id, &wish(3, scene.bob.person.id, "10:00", "12:00"), at(7)).await;
    assert!(matches!(unshared, Err(RecordsError::NotFound)));
    let unknown = Waiting { service: ServiceId(Uuid::from_u128(9)), ..wish(3, gran.id, "10:00", "12:00") };
    assert!(matches!(store.wait(desk, clinic.id, &unknown, at(7)).await, Err(RecordsError::NotFound)));
    store.put_service(&clinic.manager, &Service { online: false, ..services()[0].clone() }, at(7)).await.unwrap();
    let offline = store.wait(ann, clinic.id, &wish(3, scene.ann.person.id, "10:00", "12:00"), at(7)).await;
    assert!(matches!(offline, Err(RecordsError::Conflict(_))));
    assert!(matches!(store.end_waiting(bob, own.id, at(8)).await, Err(RecordsError::NotFound)));
    store.end_waiting(ann, own.id, at(8)).await.unwrap();
    assert!(matches!(store.end_waiting(ann, own.id, at(8)).await, Err(RecordsError::NotFound)));
    store.end_waiting(desk, wish(2, gran.id, "10:00", "12:00").id, at(8)).await.unwrap();
    assert_eq!(store.waiting(&clinic.front, at(9)).await.unwrap(), []);
    let log = store.audit_of(&of_gran, 10).await.unwrap();
    let actions: Vec<_> = log.iter().rev().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["person.add", "waiting.add", "waiting.end"]);
}

/// An offer that has not gone out is not made to somebody who waits no more.
pub async fn who_waits_no_more_is_offered_nothing<E: Engine>() {
    let scene = scene::<E>().await;
    book(&scene, 1, "10:00").await;
    let (gran, of_gran) = relative(&scene, "Gran").await;
    let (by, place) = (Booker::Person(&of_gran), wish(1, gran.id, "10:00", "12:00"));
    scene.store.wait(by, scene.clinic.id, &place, at(2)).await.unwrap();
    scene.store.cancel(Booker::Person(&scene.ann.access), id(1), "", at(3)).await.unwrap();
    assert_eq!(scene.engine.sql("UPDATE visit_message SET tries = tries WHERE says = 'offer'").await, 2);
    scene.store.end_waiting(by, place.id, at(4)).await.unwrap();
    assert_eq!(scene.engine.sql("UPDATE visit_message SET tries = tries WHERE says = 'offer'").await, 0);
}
