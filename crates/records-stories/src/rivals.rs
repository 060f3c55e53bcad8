//! Many who want the same time at once.

use std::time::Instant;

use charley_records::clinic::booking::{Booker, Booking, BookingState, NewBooking, NewTime, slots_of};
use charley_records::secret::Secret;
use charley_records::{Access, BookingId, OrganisationId, RecordsError, Result, SharedStore};
use uuid::Uuid;

use crate::Engine;
use crate::booking_world::{NEEDS, Scene, relative, scene, services, thing, thursday, time_of, visit};
use crate::world::at;

/// How many rivals; the long proof says more.
const RIVALS: &str = "CHARLEY_RIVALS";
const RIVALS_IN_THE_GATE: u128 = 50;

fn rivals() -> u128 {
    std::env::var(RIVALS).map_or(RIVALS_IN_THE_GATE, |rivals| rivals.parse().unwrap())
}

/// Some people, each with Ann's handle on their record.
async fn people<E: Engine>(scene: &Scene<E>) -> Vec<Access> {
    let mut people = vec![scene.ann.access.clone()];
    for number in 1..5 {
        people.push(relative(scene, &format!("Aunt {number}")).await.1);
    }
    people
}

type Answer = (NewBooking, Access, Result<(Booking, Secret)>);

/// All book at once.
async fn race(store: &SharedStore, clinic: OrganisationId, wishes: Vec<(NewBooking, Access)>) -> Vec<Answer> {
    let mut running = tokio::task::JoinSet::new();
    for (new, access) in wishes {
        let store = store.clone();
        running.spawn(async move {
            let answer = store.book(Booker::Person(&access), clinic, &new, at(1)).await;
            (new, access, answer)
        });
    }
    running.join_all().await
}

/// Wishes of these services and times in turn, by these people in turn.
fn wishes(first: u128, people: &[Access], of: &[(u128, &str)]) -> Vec<(NewBooking, Access)> {
    (0..rivals())
        .map(|number| {
            let place = usize::try_from(number).unwrap();
            let (access, (service, time)) = (&people[place % people.len()], of[place % of.len()]);
            (visit(first + number, access.person(), service, time), access.clone())
        })
        .collect()
}

/// The winners; everybody else was told that the time is taken, in words.
fn winners(answers: Vec<Answer>) -> Vec<(NewBooking, Access, (Booking, Secret))> {
    let mut winners = Vec::new();
    for (new, access, answer) in answers {
        match answer {
            Ok(booked) => winners.push((new, access, booked)),
            Err(RecordsError::Conflict(words)) => assert_eq!(words, "This time is taken. Choose another."),
            Err(other) => panic!("{new:?}: {other}"),
        }
    }
    winners
}

/// Of many who want one time, or times that need one room, one clinician or one machine, exactly one has it. When it is
/// given up, exactly one of the next has it.
pub async fn of_many_rivals_one_wins<E: Engine>() {
    let scene = scene::<E>().await;
    let people = people(&scene).await;
    let same: &[(u128, &str)] = &[(1, "10:00")];
    let one_room: &[(u128, &str)] = &[(1, "10:00"), (2, "10:25"), (1, "10:10"), (2, "10:05")];
    let one_clinician: &[(u128, &str)] = &[(1, "10:20"), (3, "10:00"), (3, "10:35"), (1, "10:05")];
    let one_machine: &[(u128, &str)] = &[(2, "10:00"), (4, "10:30"), (4, "10:15"), (2, "10:35")];
    let races =
        [("one time", same), ("one room", one_room), ("one clinician", one_clinician), ("one machine", one_machine)];
    for (place, (name, of)) in (0..).zip(races) {
        for turn in 0..2 {
            let first = (2 * place + turn) * 1_000_000 + 1;
            let begun = Instant::now();
            let answers = race(&scene.store, scene.clinic.id, wishes(first, &people, of)).await;
            let took = begun.elapsed();
            let winners = winners(answers);
            assert_eq!(winners.len(), 1, "{name}");
            println!("{} rivals for {name}: {} ms", rivals(), took.as_millis());
            let (new, access, booked) = &winners[0];
            let by = Booker::Person(access);
            assert_eq!(scene.store.book(by, scene.clinic.id, new, at(2)).await.unwrap(), *booked, "a retry");
            let rows = slots_of(&services()[0], new.start).count() * new.resources.len();
            assert_eq!(scene.engine.sql("UPDATE occupancy SET lane = lane").await, rows as u64);
            scene.store.cancel(by, new.id, "", at(3)).await.unwrap();
            assert_eq!(scene.engine.sql("UPDATE occupancy SET lane = lane").await, 0);
        }
    }
}

/// The same booking sent many times at once is one visit with one link, and every answer is the same.
pub async fn many_retries_at_once_are_one_visit<E: Engine>() {
    let scene = scene::<E>().await;
    let new = visit(1, scene.ann.person.id, 2, "10:00");
    let wishes = (0..rivals().min(200)).map(|_| (new.clone(), scene.ann.access.clone())).collect();
    let answers = race(&scene.store, scene.clinic.id, wishes).await;
    let first = answers[0].2.as_ref().unwrap();
    assert!(answers.iter().all(|(.., answer)| answer.as_ref().unwrap() == first));
    assert_eq!(scene.engine.sql("UPDATE booking SET revision = revision").await, 1);
    assert_eq!(scene.engine.sql("UPDATE visit_message SET tries = tries").await, 4);
}

/// Rivals for times all over the day, while others move and cancel: at the end no two visits use one thing at one time, what
/// is taken is what the visits need, and whoever was refused would still be.
pub async fn a_busy_day_has_no_double_booking<E: Engine>() {
    let scene = scene::<E>().await;
    let people = people(&scene).await;
    // A fixed sequence by lot, so that a failure can be seen again.
    let mut state = 2_026_u64;
    let mut lot = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut wish = |number: u128| {
        let access = people[usize::try_from(lot(5)).unwrap()].clone();
        let time = format!("{:02}:{:02}", 9 + lot(3), 5 * lot(12));
        (visit(number, access.person(), u128::from(1 + lot(4)), &time), access)
    };
    let booked = race(&scene.store, scene.clinic.id, (1..=rivals()).map(&mut wish).collect()).await;
    let mut winners = winners(booked);
    assert!(winners.len() > 3);
    let mut running = tokio::task::JoinSet::new();
    for (place, (new, access, _)) in winners.iter().enumerate() {
        let (store, access, id) = (scene.store.clone(), access.clone(), new.id);
        let to = NewTime { start: wish(0).0.start, ..time_of(new, 0) };
        running.spawn(async move {
            let by = Booker::Person(&access);
            let answer = if place % 3 == 0 {
                store.cancel(by, id, "", at(2)).await.map(|_| ())
            } else {
                store.move_booking(by, id, &to, at(2)).await.map(|_| ())
            };
            assert!(matches!(answer, Ok(()) | Err(RecordsError::Conflict(_))), "{answer:?}");
        });
    }
    let more = (0..rivals()).map(|number| wish(10_000 + number)).collect();
    let answers = race(&scene.store, scene.clinic.id, more).await;
    running.join_all().await;
    winners.extend(self::winners(answers));
    let lines = scene.store.bookings(&scene.clinic.front, thursday("00:00"), thursday("23:00")).await.unwrap();
    assert_eq!(lines.len(), winners.len(), "whoever was told that they have a visit has one");
    let mut used: Vec<_> = lines
        .iter()
        .filter(|line| line.booking.state == BookingState::Booked)
        .flat_map(|line| {
            let slots = slots_of(&services()[0], line.booking.start);
            line.booking.resources.iter().flat_map(move |of| slots.clone().map(move |slot| (*of, slot)))
        })
        .collect();
    used.sort_unstable();
    let all = used.len();
    used.dedup();
    assert_eq!(used.len(), all, "two visits use one thing at one time");
    let timetable = scene.store.timetable(scene.clinic.id, thursday("00:00"), thursday("23:00")).await.unwrap();
    assert_eq!(timetable.taken, used);
    // Each free time can be had, and each taken one cannot.
    for (service, needs) in (1..).zip(NEEDS) {
        for number in 0..36_u128 {
            let time = format!("{:02}:{:02}", 9 + number / 12, 5 * (number % 12));
            let new = NewBooking {
                id: BookingId(Uuid::from_u128(100_000 + 100 * service + number)),
                ..visit(0, people[0].person(), service, &time)
            };
            let free = needs.iter().all(|of| {
                slots_of(&services()[0], new.start).all(|slot| used.binary_search(&(thing(*of), slot)).is_err())
            });
            let desk = Booker::Staff(&scene.clinic.front);
            let answer = scene.store.book(desk, scene.clinic.id, &new, at(3)).await;
            assert_eq!(answer.is_ok(), free, "{service} {time}");
            if free {
                scene.store.cancel(desk, new.id, "", at(3)).await.unwrap();
            }
        }
    }
}
