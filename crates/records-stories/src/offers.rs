//! What a clinic offers, with whom, where and when.

use charley_records::clinic::booking::{Booker, slot_of};
use charley_records::clinic::hours::free_starts;
use charley_records::clinic::resources::{Closure, Need, Opening, Resource, ResourceKind, Service};
use charley_records::{ClosureId, OrganisationId, RecordsError, ResourceId, ServiceId};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::Engine;
use crate::booking_world::{clinic, opening, resource, scene, service, services, thing, thursday, visit};
use crate::world::at;

fn leave(number: u128, of: Option<u128>) -> Closure {
    Closure {
        id: ClosureId(Uuid::from_u128(number)),
        resource: of.map(thing),
        from: thursday("09:00"),
        to: thursday("12:00"),
        reason: "leave".to_owned(),
    }
}

/// What was put in comes back, changed as it was changed last; what is no longer offered is not shown.
pub async fn what_a_clinic_offers_comes_back_as_it_went<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic) = (&scene.store, &scene.clinic);
    let found = async || store.timetable(clinic.id, thursday("00:00"), thursday("23:00")).await.unwrap();
    let before = found().await;
    assert_eq!((before.zone.as_str(), &before.services), ("Europe/London", &services()));
    let mut things: Vec<_> = before.resources.clone();
    things.sort_by_key(|thing| thing.id);
    assert_eq!(things, (1..=5).map(resource).collect::<Vec<_>>());
    assert_eq!(before.openings.len(), 10);
    assert!(before.openings.contains(&opening(41, 1, 4)));
    let any_of = vec![thing(1), thing(2)];
    let needs = vec![Need { kind: ResourceKind::Clinician, any_of }];
    let changed = Service { name: "Long scan".to_owned(), minutes: 60, online: false, needs, ..services()[0].clone() };
    store.put_service(&clinic.manager, &changed, at(1)).await.unwrap();
    store.put_service(&clinic.manager, &Service { retired: true, ..services()[1].clone() }, at(1)).await.unwrap();
    let renamed = Resource { name: "Dr A".to_owned(), retired: true, account: Some(clinic.staff), ..resource(1) };
    store.put_resource(&clinic.manager, &renamed, at(1)).await.unwrap();
    let shorter =
        Opening { to: "12:00".parse().unwrap(), until: Some("2027-01-01".parse().unwrap()), ..opening(41, 1, 4) };
    store.put_opening(&clinic.manager, &shorter, at(1)).await.unwrap();
    store.delete_opening(&clinic.manager, opening(42, 2, 4).id, at(1)).await.unwrap();
    for closure in [leave(1, None), leave(2, Some(3))] {
        store.put_closure(&clinic.front, &closure, at(1)).await.unwrap();
    }
    let after = found().await;
    // By name: "Long scan" comes before the others.
    assert_eq!(after.services, [changed, services()[2].clone(), services()[3].clone()]);
    assert!(after.resources.contains(&renamed) && after.openings.contains(&shorter));
    assert_eq!((after.openings.len(), after.closures.clone()), (9, vec![leave(1, None), leave(2, Some(3))]));
    store.delete_closure(&clinic.front, leave(1, None).id, at(2)).await.unwrap();
    assert_eq!(found().await.closures, [leave(2, Some(3))]);
    let elsewhere = store.timetable(clinic.id, thursday("12:00"), thursday("23:00")).await.unwrap();
    assert_eq!(elsewhere.closures, [], "a closure that is over does not matter");
}

/// Roles are kept apart, and what is wrong is said.
pub async fn who_may_change_what_a_clinic_offers<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic) = (&scene.store, &scene.clinic);
    for desk in [&clinic.front, &clinic.doctor] {
        assert!(matches!(store.put_resource(desk, &resource(6), at(1)).await, Err(RecordsError::Forbidden)));
        assert!(matches!(store.put_service(desk, &service(6, &[1]), at(1)).await, Err(RecordsError::Forbidden)));
        assert!(matches!(store.put_opening(desk, &opening(6, 1, 6), at(1)).await, Err(RecordsError::Forbidden)));
        let deleted = store.delete_opening(desk, opening(41, 1, 4).id, at(1)).await;
        assert!(matches!(deleted, Err(RecordsError::Forbidden)));
    }
    let manager = &clinic.manager;
    let put = async |resource: Resource| store.put_resource(manager, &resource, at(1)).await;
    let account = Some(scene.bob.account.id);
    for wrong in [
        Resource { name: " ".to_owned(), ..resource(6) },
        Resource { account: Some(clinic.staff), ..resource(6) },
        Resource { account, ..resource(1) },
        Resource { kind: ResourceKind::Room, ..resource(1) },
    ] {
        assert!(matches!(put(wrong.clone()).await, Err(RecordsError::Invalid(_))), "{wrong:?}");
    }
    let need = |kind, number| {
        vec![Need { kind: ResourceKind::Clinician, any_of: vec![thing(1)] }, Need { kind, any_of: vec![thing(number)] }]
    };
    for (kind, number) in [(ResourceKind::Room, 4), (ResourceKind::Room, 99)] {
        let wrong = Service { needs: need(kind, number), ..service(6, &[1]) };
        assert!(matches!(store.put_service(manager, &wrong, at(1)).await, Err(RecordsError::Invalid(_))));
    }
    let backwards = Opening { from: "17:00".parse().unwrap(), to: "09:00".parse().unwrap(), ..opening(6, 1, 6) };
    assert!(matches!(store.put_opening(manager, &backwards, at(1)).await, Err(RecordsError::Invalid(_))));
    let wordless = Closure { reason: String::new(), ..leave(1, None) };
    assert!(matches!(store.put_closure(manager, &wordless, at(1)).await, Err(RecordsError::Invalid(_))));
    let years = store.timetable(clinic.id, at(0), at(60 * 24 * 101)).await;
    assert!(matches!(years, Err(RecordsError::Invalid(_))));
    let nowhere = store.timetable(OrganisationId(Uuid::from_u128(9)), at(0), at(60)).await;
    assert!(matches!(nowhere, Err(RecordsError::NotFound)));
}

/// Another clinic's things are not found, whoever guesses their ids.
pub async fn what_another_clinic_has_is_out_of_reach<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, here) = (&scene.store, &scene.clinic);
    store.put_closure(&here.front, &leave(1, None), at(1)).await.unwrap();
    let other = clinic(&scene.engine, 77, scene.bob.account.id).await;
    let manager = &other.manager;
    assert!(matches!(store.put_resource(manager, &resource(1), at(1)).await, Err(RecordsError::NotFound)));
    let own = Resource { id: ResourceId(Uuid::from_u128(50)), ..resource(1) };
    store.put_resource(manager, &own, at(1)).await.unwrap();
    let needs = vec![Need { kind: ResourceKind::Clinician, any_of: vec![own.id] }];
    let theirs = Service { needs: needs.clone(), ..service(1, &[1]) };
    assert!(matches!(store.put_service(manager, &theirs, at(1)).await, Err(RecordsError::NotFound)));
    let with_theirs = service(60, &[1]);
    assert!(matches!(store.put_service(manager, &with_theirs, at(1)).await, Err(RecordsError::Invalid(_))));
    let taken_over = Opening { resource: own.id, ..opening(41, 1, 4) };
    for opening in [opening(70, 1, 6), taken_over] {
        assert!(matches!(store.put_opening(manager, &opening, at(1)).await, Err(RecordsError::NotFound)));
    }
    let deleted = store.delete_opening(manager, opening(41, 1, 4).id, at(1)).await;
    assert!(matches!(deleted, Err(RecordsError::NotFound)));
    for closure in [leave(1, None), leave(2, Some(1))] {
        assert!(matches!(store.put_closure(&other.front, &closure, at(1)).await, Err(RecordsError::NotFound)));
    }
    assert!(matches!(store.delete_closure(&other.front, leave(1, None).id, at(1)).await, Err(RecordsError::NotFound)));
    store
        .put_service(manager, &Service { id: ServiceId(Uuid::from_u128(60)), needs, ..service(60, &[1]) }, at(1))
        .await
        .unwrap();
    let found = store.timetable(other.id, thursday("00:00"), thursday("23:00")).await.unwrap();
    assert_eq!((found.services.len(), found.resources.len(), found.openings.len()), (1, 1, 0));
    assert_eq!((found.closures.len(), found.taken.len()), (0, 0));
    let here = store.timetable(here.id, thursday("00:00"), thursday("23:00")).await.unwrap();
    assert_eq!((here.services.len(), here.resources.len(), here.openings.len()), (4, 5, 10));
}

/// What a visit takes is in the timetable, buffers included, and no free time touches it.
pub async fn a_visit_is_in_the_timetable_until_it_is_cancelled<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic) = (&scene.store, &scene.clinic);
    let free = async || {
        let timetable = store.timetable(clinic.id, thursday("09:00"), thursday("11:00")).await.unwrap();
        let free = free_starts(&timetable, &services()[0], thursday("09:00"), thursday("11:00"), 15).unwrap();
        (timetable.taken, free.into_iter().map(|free| free.start).collect::<Vec<_>>())
    };
    let all: Vec<_> = (0..8).map(|step| thursday("09:00") + SignedDuration::from_mins(15 * step)).collect();
    assert_eq!(free().await, (Vec::new(), all.clone()));
    let new = visit(1, scene.ann.person.id, 1, "10:00");
    store.book(Booker::Person(&scene.ann.access), clinic.id, &new, at(1)).await.unwrap();
    let (taken, left) = free().await;
    let mut expected: Vec<_> = [thing(1), thing(3)]
        .into_iter()
        .flat_map(|of| (0..8).map(move |slot| (of, slot_of(thursday("10:00")) + slot)))
        .collect();
    expected.sort_unstable();
    assert_eq!(taken, expected);
    assert_eq!(left, ["09:00", "09:15", "10:45"].map(thursday), "09:30 ends with ten minutes that are not free");
    store.cancel(Booker::Staff(&clinic.front), new.id, "", at(2)).await.unwrap();
    assert_eq!(free().await, (Vec::new(), all));
}
