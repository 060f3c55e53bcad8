//! Visits.

use charley_records::clinic::booking::{Booker, Booking, BookingState, NewBooking, NewTime};
use charley_records::clinic::resources::{Closure, Resource, Service};
use charley_records::clinic::worklist::Urgency;
use charley_records::secret::Secret;
use charley_records::{Actor, BookingId, ClosureId, RecordsError, Result};
use uuid::Uuid;

use crate::Engine;
use crate::booking_world::{
    Scene, care, clinic, end_sharing, relative, request, resource, scene, services, share, thing, thursday, time_of,
    visit,
};
use crate::world::at;

impl<E: Engine> Scene<E> {
    async fn by_ann(&self, new: &NewBooking) -> Result<(Booking, Secret)> {
        self.store.book(Booker::Person(&self.ann.access), self.clinic.id, new, at(1)).await
    }

    async fn by_staff(&self, new: &NewBooking) -> Result<(Booking, Secret)> {
        self.store.book(Booker::Staff(&self.clinic.front), self.clinic.id, new, at(1)).await
    }

    fn of_ann(&self, number: u128, service: u128, time: &str) -> NewBooking {
        visit(number, self.ann.person.id, service, time)
    }

    async fn move_by_staff(&self, id: BookingId, revision: u32, to: &NewBooking, why: &str) -> Result<Booking> {
        let desk = Booker::Staff(&self.clinic.front);
        let to = NewTime { override_reason: why.to_owned(), ..time_of(to, revision) };
        self.store.move_booking(desk, id, &to, at(2)).await
    }

    async fn state(&self, number: u128) -> (BookingState, u32) {
        let id = BookingId(Uuid::from_u128(number));
        let found = self.store.booking(&self.clinic.front, id).await.unwrap().booking;
        (found.state, found.revision)
    }
}

fn conflict<T>(answer: Result<T>) -> bool {
    matches!(answer, Err(RecordsError::Conflict(_)))
}

/// A visit takes everything that it needs for its whole time and buffers; what only touches it has room.
pub async fn no_two_visits_use_one_thing_at_one_time<E: Engine>() {
    let scene = scene::<E>().await;
    let (booked, _) = scene.by_ann(&scene.of_ann(1, 1, "10:00")).await.unwrap();
    assert_eq!((booked.start, booked.end), (thursday("10:00"), thursday("10:30")));
    assert_eq!((booked.state, booked.revision, booked.service_name.as_str()), (BookingState::Booked, 0, "Service 1"));
    assert_eq!((booked.resources, booked.created), (vec![thing(1), thing(3)], at(1)));
    // The same clinician, the same room, in its time or in the ten minutes after it; and one that would run into it.
    for (number, service, time) in [(2, 1, "10:00"), (3, 2, "10:25"), (4, 3, "10:35"), (5, 1, "09:25"), (6, 4, "09:35")]
    {
        assert!(conflict(scene.by_ann(&scene.of_ann(number, service, time)).await), "{number}");
        assert!(conflict(scene.by_staff(&scene.of_ann(number, service, time)).await), "{number}");
    }
    for (number, service, time) in [(7, 1, "10:40"), (8, 1, "09:20")] {
        scene.by_ann(&scene.of_ann(number, service, time)).await.unwrap();
    }
    // What was refused left nothing behind.
    assert_eq!(scene.store.bookings_of(&scene.ann.access).await.unwrap().len(), 3);
    assert_eq!(scene.engine.sql("UPDATE occupancy SET lane = lane").await, 3 * 2 * 8);
    assert_eq!(scene.engine.sql("UPDATE booking_resource SET need = need").await, 3 * 2);
}

/// The same id and words answer the same visit and link, whatever became of it; other words are refused.
pub async fn the_same_booking_again_is_known<E: Engine>() {
    let scene = scene::<E>().await;
    let new = scene.of_ann(1, 1, "10:00");
    let first = scene.by_ann(&new).await.unwrap();
    assert_eq!(scene.by_ann(&new).await.unwrap(), first);
    let late = scene.store.book(Booker::Person(&scene.ann.access), scene.clinic.id, &new, thursday("12:00")).await;
    assert_eq!(late.unwrap(), first, "a retry after the visit is known too");
    for other in [
        scene.of_ann(1, 1, "11:00"),
        scene.of_ann(1, 3, "10:00"),
        NewBooking { note: "wheelchair".to_owned(), ..new.clone() },
    ] {
        assert!(conflict(scene.by_ann(&other).await), "{other:?}");
    }
    scene.store.cancel(Booker::Person(&scene.ann.access), new.id, "", at(2)).await.unwrap();
    let (again, link) = scene.by_ann(&new).await.unwrap();
    assert_eq!((again.state, link), (BookingState::Cancelled, first.1));
    assert_eq!(scene.engine.sql("UPDATE visit_message SET tries = tries WHERE says = 'booked'").await, 0);
}

/// A person books for themselves, what is offered online, in time, in opening hours, at a clinic with which they share.
pub async fn a_person_books_within_the_rules<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic) = (&scene.store, &scene.clinic);
    let monday = |time: &str| format!("2026-11-30T{time}:00Z").parse().unwrap();
    let new = scene.of_ann(1, 1, "10:00");
    let today = NewBooking { start: "2026-11-24T10:00:00Z".parse().unwrap(), ..new.clone() };
    assert!(conflict(scene.by_ann(&today).await), "less than a day ahead");
    for time in ["08:55", "16:35", "03:00"] {
        let outside = NewBooking { start: monday(time), ..new.clone() };
        assert!(conflict(scene.by_ann(&outside).await), "{time}");
        assert!(conflict(scene.by_staff(&outside).await), "{time}");
    }
    let sunday = NewBooking { start: "2026-11-29T10:00:00Z".parse().unwrap(), ..new.clone() };
    assert!(conflict(scene.by_ann(&sunday).await));
    for resources in [vec![thing(2), thing(3)], vec![thing(1)], vec![thing(3), thing(1)], vec![thing(1), thing(9)]] {
        let unfit = NewBooking { resources, ..new.clone() };
        assert!(matches!(scene.by_ann(&unfit).await, Err(RecordsError::Invalid(_))), "{unfit:?}");
    }
    let odd = NewBooking { start: "2026-11-30T10:02:00Z".parse().unwrap(), ..new.clone() };
    assert!(matches!(scene.by_ann(&odd).await, Err(RecordsError::Invalid(_))));
    let over = NewBooking { override_reason: "I want it".to_owned(), ..new.clone() };
    assert!(matches!(scene.by_ann(&over).await, Err(RecordsError::Forbidden)));
    for unknown in [
        NewBooking { service: charley_records::ServiceId(Uuid::from_u128(9)), ..new.clone() },
        NewBooking { request: Some(request(9, Urgency::Soon).id), ..new.clone() },
        NewBooking { person: scene.bob.person.id, ..new.clone() },
    ] {
        assert!(matches!(scene.by_ann(&unknown).await, Err(RecordsError::NotFound)), "{unknown:?}");
    }
    let bob = Booker::Person(&scene.bob.access);
    let unshared = store.book(bob, clinic.id, &visit(1, scene.bob.person.id, 1, "10:00"), at(1)).await;
    assert!(matches!(unshared, Err(RecordsError::NotFound)));
    let reading = store.open(&scene.bob.actor(), scene.ann.person.id, at(1)).await.unwrap();
    let reading = store.book(Booker::Person(&reading), clinic.id, &new, at(1)).await;
    assert!(matches!(reading, Err(RecordsError::Forbidden)));
    // By the telephone it may be sooner, and what is not online.
    store.put_service(&clinic.manager, &Service { online: false, ..services()[0].clone() }, at(1)).await.unwrap();
    assert!(conflict(scene.by_ann(&new).await));
    scene.by_staff(&today).await.unwrap();
    store.put_service(&clinic.manager, &Service { retired: true, ..services()[2].clone() }, at(1)).await.unwrap();
    assert!(conflict(scene.by_staff(&scene.of_ann(2, 3, "10:00")).await));
    store.put_resource(&clinic.manager, &Resource { retired: true, ..resource(4) }, at(1)).await.unwrap();
    assert!(matches!(scene.by_staff(&scene.of_ann(3, 4, "10:00")).await, Err(RecordsError::Invalid(_))));
    end_sharing(&scene.engine).await;
    assert!(matches!(scene.by_staff(&scene.of_ann(4, 1, "10:00")).await, Err(RecordsError::NotFound)));
}

/// The request that a visit answers is named with it, and must be the person's own.
pub async fn a_visit_answers_a_request<E: Engine>() {
    let scene = scene::<E>().await;
    let (gran, of_gran) = relative(&scene, "Gran").await;
    let asked = request(1, Urgency::Soon);
    scene.store.send_request(&scene.ann.access, scene.clinic.id, &asked, at(1)).await.unwrap();
    let answering = NewBooking { request: Some(asked.id), ..scene.of_ann(1, 1, "10:00") };
    assert_eq!(scene.by_ann(&answering).await.unwrap().0.request, Some(asked.id));
    let others = NewBooking { request: Some(asked.id), ..visit(2, gran.id, 1, "11:00") };
    let others = scene.store.book(Booker::Person(&of_gran), scene.clinic.id, &others, at(1)).await;
    assert!(matches!(others, Err(RecordsError::NotFound)));
    let line = scene.store.request_line(&scene.clinic.front, asked.id).await.unwrap();
    assert_eq!(line.closed, None, "it stays open until somebody closes it");
}

/// Staff book over a visit, over closing time and over a closure with a reason, never without; each time in the next lane.
pub async fn staff_book_over_with_a_reason<E: Engine>() {
    let scene = scene::<E>().await;
    let over = |number, time: &str| NewBooking {
        override_reason: " must be seen ".to_owned(),
        ..scene.of_ann(number, 1, time)
    };
    scene.by_ann(&scene.of_ann(100, 1, "10:00")).await.unwrap();
    // Only its end is in the way of the visit at ten: it takes the next lane all the same.
    scene.by_staff(&over(20, "09:30")).await.unwrap();
    for number in 1..=7 {
        let (booked, _) = scene.by_staff(&over(number, "10:20")).await.unwrap();
        assert_eq!(booked.override_reason, "must be seen");
    }
    assert!(conflict(scene.by_staff(&over(8, "10:20")).await), "eight visits at one time are enough");
    assert_eq!(scene.engine.sql("UPDATE occupancy SET lane = lane WHERE lane = 7").await, 2 * 8);
    // When the visit below is cancelled, the ones on top are there still.
    scene.store.cancel(Booker::Staff(&scene.clinic.front), BookingId(Uuid::from_u128(100)), "", at(2)).await.unwrap();
    for time in ["10:20", "10:10"] {
        assert!(conflict(scene.by_ann(&scene.of_ann(9, 1, time)).await), "{time}");
    }
    scene.by_staff(&over(10, "10:20")).await.unwrap();
    let late = |why: &str| NewBooking { override_reason: why.to_owned(), ..scene.of_ann(11, 1, "18:00") };
    assert!(conflict(scene.by_staff(&late(" ")).await));
    scene.by_staff(&late("evening surgery")).await.unwrap();
    let closure = Closure {
        id: ClosureId(Uuid::from_u128(1)),
        resource: None,
        from: thursday("13:00"),
        to: thursday("14:00"),
        reason: "holiday".to_owned(),
    };
    scene.store.put_closure(&scene.clinic.front, &closure, at(1)).await.unwrap();
    assert!(conflict(scene.by_staff(&scene.of_ann(12, 1, "12:45")).await));
    scene.by_staff(&over(12, "12:45")).await.unwrap();
    // What the person sees is without what staff wrote.
    let own = scene.store.bookings_of(&scene.ann.access).await.unwrap();
    assert!(own.iter().all(|booking| booking.override_reason.is_empty()));
}

/// A move frees the old time; one that fails keeps it; one that was overtaken is told so; the same again is no error.
pub async fn a_failed_move_keeps_the_old_time<E: Engine>() {
    let scene = scene::<E>().await;
    let (new, there) = (scene.of_ann(1, 1, "10:00"), scene.of_ann(2, 1, "11:00"));
    scene.by_ann(&new).await.unwrap();
    scene.by_ann(&there).await.unwrap();
    let before = scene.store.timetable(scene.clinic.id, thursday("09:00"), thursday("17:00")).await.unwrap().taken;
    for (to, why) in
        [(scene.of_ann(1, 1, "11:20"), ""), (scene.of_ann(1, 1, "16:45"), ""), (scene.of_ann(1, 1, "10:35"), "")]
    {
        assert!(conflict(scene.move_by_staff(new.id, 0, &to, why).await), "{to:?}");
    }
    let unfit = NewBooking { resources: vec![thing(1), thing(5)], ..scene.of_ann(1, 1, "14:00") };
    assert!(matches!(scene.move_by_staff(new.id, 0, &unfit, "").await, Err(RecordsError::Invalid(_))));
    let after = scene.store.timetable(scene.clinic.id, thursday("09:00"), thursday("17:00")).await.unwrap().taken;
    assert_eq!((before, scene.state(1).await), (after, (BookingState::Booked, 0)));
    // It may overlap itself.
    let later = scene.of_ann(1, 1, "10:15");
    let moved = scene.move_by_staff(new.id, 0, &later, "").await.unwrap();
    assert_eq!((moved.start, moved.end, moved.revision), (thursday("10:15"), thursday("10:45"), 1));
    assert_eq!(scene.move_by_staff(new.id, 0, &later, "").await.unwrap(), moved, "the same again");
    assert!(conflict(scene.move_by_staff(new.id, 0, &scene.of_ann(1, 1, "14:00"), "").await), "overtaken");
    let over = scene.move_by_staff(new.id, 1, &there, "both at once").await.unwrap();
    assert_eq!((over.override_reason.as_str(), over.revision), ("both at once", 2));
    let back = scene.move_by_staff(new.id, 2, &scene.of_ann(1, 1, "14:00"), "").await.unwrap();
    assert_eq!((back.override_reason.as_str(), back.revision), ("", 3));
    assert_eq!(scene.engine.sql("UPDATE occupancy SET lane = lane WHERE lane > 0").await, 0);
}

/// The person moves and cancels until the notice that the service asks; after that they call.
pub async fn a_person_changes_a_visit_in_time<E: Engine>() {
    let scene = scene::<E>().await;
    let (new, to) = (scene.of_ann(1, 1, "10:00"), scene.of_ann(1, 1, "14:00"));
    scene.by_ann(&new).await.unwrap();
    let ann = Booker::Person(&scene.ann.access);
    let moving = async |by, revision, now: &str| {
        scene.store.move_booking(by, new.id, &time_of(&to, revision), now.parse().unwrap()).await
    };
    assert!(conflict(moving(ann, 0, "2026-11-25T10:05:00Z").await), "the old time is too near");
    assert!(matches!(
        moving(Booker::Person(&scene.bob.access), 0, "2026-11-25T09:00:00Z").await,
        Err(RecordsError::NotFound)
    ));
    let over = NewTime { override_reason: "I must".to_owned(), ..time_of(&to, 0) };
    let over = scene.store.move_booking(ann, new.id, &over, at(2)).await;
    assert!(matches!(over, Err(RecordsError::Forbidden)));
    moving(ann, 0, "2026-11-25T10:00:00Z").await.unwrap();
    let cancel = async |now: &str| scene.store.cancel(ann, new.id, "better now", now.parse().unwrap()).await;
    assert!(conflict(cancel("2026-11-25T14:00:01Z").await));
    assert!(matches!(
        scene.store.cancel(Booker::Person(&scene.bob.access), new.id, "", at(2)).await,
        Err(RecordsError::NotFound)
    ));
    for now in ["2026-11-25T14:00:00Z", "2026-11-27T14:00:00Z"] {
        assert_eq!(cancel(now).await.unwrap(), [], "cancelling again is no error");
    }
    assert_eq!(scene.state(1).await, (BookingState::Cancelled, 2));
    let own = scene.store.bookings_of(&scene.ann.access).await.unwrap();
    assert_eq!(own[0].cancel_reason, "better now");
}

/// What is cancelled blocks nothing and does not come back; what is over is not cancelled.
pub async fn a_cancelled_visit_blocks_nothing<E: Engine>() {
    let scene = scene::<E>().await;
    let desk = Booker::Staff(&scene.clinic.front);
    let new = scene.of_ann(1, 1, "10:00");
    scene.by_ann(&new).await.unwrap();
    for _ in 0..2 {
        scene.store.cancel(desk, new.id, "machine broken", at(2)).await.unwrap();
    }
    assert_eq!(scene.engine.sql("UPDATE occupancy SET lane = lane").await, 0);
    scene.by_ann(&scene.of_ann(2, 1, "10:00")).await.unwrap();
    for state in [BookingState::Booked, BookingState::Arrived, BookingState::Done, BookingState::NoShow] {
        assert!(conflict(scene.store.mark(&scene.clinic.front, new.id, state, thursday("11:00")).await), "{state:?}");
    }
    assert!(conflict(scene.move_by_staff(new.id, 1, &scene.of_ann(1, 1, "14:00"), "please").await));
    let second = BookingId(Uuid::from_u128(2));
    let by_mark = scene.store.mark(&scene.clinic.front, second, BookingState::Cancelled, at(2)).await;
    assert!(matches!(by_mark, Err(RecordsError::Invalid(_))));
    scene.store.mark(&scene.clinic.front, second, BookingState::Done, thursday("10:30")).await.unwrap();
    assert!(conflict(scene.store.cancel(desk, second, "", thursday("11:00")).await));
    assert!(matches!(
        scene.store.cancel(desk, BookingId(Uuid::from_u128(9)), "", at(2)).await,
        Err(RecordsError::NotFound)
    ));
}

/// Visits are marked, back and forth; those that were missed are counted for two years.
pub async fn missed_visits_are_counted<E: Engine>() {
    let scene = scene::<E>().await;
    let (front, new) = (&scene.clinic.front, scene.of_ann(1, 1, "10:00"));
    scene.by_ann(&new).await.unwrap();
    scene.by_ann(&scene.of_ann(2, 1, "14:00")).await.unwrap();
    assert!(conflict(scene.store.mark(front, new.id, BookingState::NoShow, at(2)).await), "it has not begun");
    for state in [BookingState::Arrived, BookingState::Booked, BookingState::NoShow, BookingState::NoShow] {
        scene.store.mark(front, new.id, state, thursday("11:00")).await.unwrap();
        assert_eq!(scene.state(1).await, (state, 0));
    }
    let lines = async || scene.store.bookings(front, thursday("10:00"), thursday("23:00")).await.unwrap();
    let told: Vec<_> = lines().await.iter().map(|line| (line.booking.id, line.name.clone(), line.missed)).collect();
    assert_eq!(told, [(new.id, "Ann".to_owned(), 1), (BookingId(Uuid::from_u128(2)), "Ann".to_owned(), 1)]);
    assert_eq!(scene.store.bookings(front, thursday("10:05"), thursday("14:00")).await.unwrap(), []);
    assert_eq!(scene.engine.sql("UPDATE occupancy SET lane = lane").await, 2 * 2 * 8, "a missed visit was there");
    scene.engine.sql("UPDATE booking SET begins = begins - 63331200000 WHERE state = 'no_show'").await;
    assert_eq!(lines().await[0].missed, 0, "more than two years ago");
}

/// The link of a visit shows, moves and cancels that visit, and nothing else.
pub async fn a_link_opens_its_own_visit<E: Engine>() {
    let scene = scene::<E>().await;
    let store = &scene.store;
    let new = NewBooking { note: "bring the letter".to_owned(), ..scene.of_ann(1, 1, "10:00") };
    let (_, link) = scene.by_staff(&new).await.unwrap();
    let (other, other_link) = scene.by_ann(&scene.of_ann(2, 1, "11:00")).await.unwrap();
    assert_ne!(link, other_link);
    let shown = store.booking_by_link(&link, at(2)).await.unwrap();
    assert_eq!((shown.id, shown.start, shown.note.as_str()), (new.id, new.start, ""));
    assert!(matches!(store.booking_by_link(&Secret::new("guess"), at(2)).await, Err(RecordsError::NotFound)));
    let late = "2027-01-01T00:00:00Z".parse().unwrap();
    assert!(matches!(store.booking_by_link(&link, late).await, Err(RecordsError::NotFound)));
    let by = Booker::Link(&link);
    let book = store.book(by, scene.clinic.id, &scene.of_ann(3, 1, "15:00"), at(2)).await;
    assert!(matches!(book, Err(RecordsError::Forbidden)));
    assert!(matches!(store.cancel(by, other.id, "", at(2)).await, Err(RecordsError::NotFound)));
    let to = scene.of_ann(1, 1, "14:00");
    let moved = store.move_booking(by, new.id, &time_of(&to, 0), at(2)).await.unwrap();
    assert_eq!((moved.start, moved.revision, moved.note.as_str()), (to.start, 1, ""));
    let moving = store.move_booking(by, other.id, &time_of(&to, 0), at(2)).await;
    assert!(matches!(moving, Err(RecordsError::NotFound)));
    assert_eq!(store.cancel(by, new.id, "", at(3)).await.unwrap(), []);
    assert_eq!(store.booking_by_link(&link, at(4)).await.unwrap().state, BookingState::Cancelled);
    let log = store.audit_of(&scene.ann.access, 100).await.unwrap();
    let by_link: Vec<_> = log.iter().filter(|entry| matches!(entry.actor, Actor::Link { .. })).collect();
    let actions: Vec<_> = by_link.iter().rev().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["booking.read", "booking.move", "booking.cancel", "booking.read"]);
}

/// Another clinic sees and changes nothing, and a clinician there does not see it in the person's record.
pub async fn a_visit_is_of_one_clinic<E: Engine>() {
    let scene = scene::<E>().await;
    let store = &scene.store;
    let new = scene.of_ann(1, 1, "10:00");
    scene.by_ann(&new).await.unwrap();
    let other = clinic(&scene.engine, 77, scene.bob.account.id).await;
    share(&scene.engine, &other, scene.ann.person.id).await;
    let by = Booker::Staff(&other.front);
    assert!(matches!(store.booking(&other.front, new.id).await, Err(RecordsError::NotFound)));
    assert_eq!(store.bookings(&other.front, thursday("00:00"), thursday("23:00")).await.unwrap(), []);
    assert_eq!(store.bookings_with(&other.front, scene.ann.person.id).await.unwrap(), []);
    assert_eq!(store.bookings_of(care(&other, scene.ann.person.id).access()).await.unwrap(), []);
    assert!(matches!(store.cancel(by, new.id, "", at(2)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.mark(&other.front, new.id, BookingState::Done, at(2)).await, Err(RecordsError::NotFound)));
    let to = scene.of_ann(1, 1, "14:00");
    let moving = store.move_booking(by, new.id, &time_of(&to, 0), at(2)).await;
    assert!(matches!(moving, Err(RecordsError::NotFound)));
    // Nor do they book this clinic's services, in its name or in their own.
    for at_clinic in [scene.clinic.id, other.id] {
        let booked = store.book(by, at_clinic, &scene.of_ann(2, 1, "14:00"), at(2)).await;
        assert!(matches!(booked, Err(RecordsError::NotFound)));
    }
    assert_eq!(store.bookings_with(&scene.clinic.front, scene.ann.person.id).await.unwrap().len(), 1);
    assert_eq!(store.bookings_of(care(&scene.clinic, scene.ann.person.id).access()).await.unwrap().len(), 1);
}

/// Each call about a visit leaves one line in the log of the person; a list leaves one without a name.
pub async fn calls_about_visits_are_logged<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, front, new) = (&scene.store, &scene.clinic.front, scene.of_ann(1, 1, "10:00"));
    while store.link_audit(at(0)).await.unwrap() > 0 {}
    scene.by_ann(&new).await.unwrap();
    scene.by_ann(&new).await.unwrap();
    scene.move_by_staff(new.id, 0, &scene.of_ann(1, 1, "14:00"), "").await.unwrap();
    store.booking(front, new.id).await.unwrap();
    store.bookings(front, thursday("00:00"), thursday("23:00")).await.unwrap();
    store.bookings_with(front, scene.ann.person.id).await.unwrap();
    store.bookings_of(&scene.ann.access).await.unwrap();
    store.mark(front, new.id, BookingState::Arrived, at(2)).await.unwrap();
    store.cancel(Booker::Staff(front), new.id, "", at(2)).await.unwrap();
    assert!(scene.by_ann(&scene.of_ann(2, 1, "03:00")).await.is_err());
    assert_eq!(store.link_audit(at(3)).await.unwrap(), 8);
    let mut log = store.audit_of(&scene.ann.access, 7).await.unwrap();
    log.reverse();
    let staff = Actor::Staff { account: scene.clinic.staff, clinic: scene.clinic.id };
    let lines: Vec<_> = log.iter().map(|entry| (entry.action.as_str(), entry.actor == staff)).collect();
    assert_eq!(
        lines,
        [
            ("booking.book", false),
            ("booking.move", true),
            ("booking.read", true),
            ("booking.read", true),
            ("booking.read", false),
            ("booking.mark", true),
            ("booking.cancel", true),
        ]
    );
}
