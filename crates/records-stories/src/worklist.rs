//! The worklist.

use charley_records::clinic::worklist::{Act, Closing, NewRequest, Urgency, Which};
use charley_records::{AccountId, Actor, RecordsError, RequestId};
use uuid::Uuid;

use crate::Engine;
use crate::at_work::{self, staffed};
use crate::booking_world::{Scene, care, clinic, end_sharing, relative, request, scene};
use crate::world::{ann, at};

fn words() -> String {
    "as agreed".to_owned()
}

async fn open<E: Engine>(scene: &Scene<E>) -> Vec<u128> {
    let lines = scene.store.requests(&scene.clinic.front, Which::Open).await.unwrap();
    lines.iter().map(|line| line.id.0.as_u128()).collect()
}

/// The same request again is known; other words under its id are refused; nobody sends to a clinic with which they do not
/// share.
pub async fn a_request_is_sent_once_and_to_a_clinic_one_shares_with<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic, new) = (&scene.store, &scene.clinic, request(1, Urgency::Soon));
    for _ in 0..2 {
        store.send_request(&scene.ann.access, clinic.id, &new, at(1)).await.unwrap();
    }
    assert_eq!(open(&scene).await, [1]);
    let other = NewRequest { wish: "A letter".to_owned(), ..new.clone() };
    let refused = store.send_request(&scene.ann.access, clinic.id, &other, at(1)).await;
    assert!(matches!(refused, Err(RecordsError::Conflict(_))));
    let stranger = store.send_request(&scene.bob.access, clinic.id, &request(2, Urgency::Soon), at(1)).await;
    assert!(matches!(stranger, Err(RecordsError::NotFound)));
    let taken = store.take_request(&clinic.front, scene.bob.person.id, &request(2, Urgency::Soon), at(1)).await;
    assert!(matches!(taken, Err(RecordsError::NotFound)));
    // Bob reads Ann's record, and does not write in it.
    let reading = store.open(&scene.bob.actor(), scene.ann.person.id, at(1)).await.unwrap();
    let reading = store.send_request(&reading, clinic.id, &request(2, Urgency::Soon), at(1)).await;
    assert!(matches!(reading, Err(RecordsError::Forbidden)));
    let bad = NewRequest { case: Some("no case".to_owned()), ..request(2, Urgency::Soon) };
    let bad = store.send_request(&scene.ann.access, clinic.id, &bad, at(1)).await;
    assert!(matches!(bad, Err(RecordsError::Invalid(_))));
    end_sharing(&scene.engine).await;
    let ended = store.send_request(&scene.ann.access, clinic.id, &request(2, Urgency::Soon), at(1)).await;
    assert!(matches!(ended, Err(RecordsError::NotFound)));
    assert_eq!(open(&scene).await, [1], "what was sent stays");
}

/// Most urgent first, longest waiting first; a closed one leaves the list only with the words that its ending asks for.
pub async fn the_list_is_in_order_and_nothing_falls_off<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic) = (&scene.store, &scene.clinic);
    let (gran, of_gran) = relative(&scene, "Gran").await;
    store.send_request(&scene.ann.access, clinic.id, &request(1, Urgency::Routine), at(1)).await.unwrap();
    store.send_request(&of_gran, clinic.id, &request(2, Urgency::SameDay), at(2)).await.unwrap();
    store.take_request(&clinic.front, gran.id, &request(3, Urgency::SameDay), at(3)).await.unwrap();
    assert_eq!(open(&scene).await, [2, 3, 1]);
    let act = async |request: u128, act: Act| {
        store.act(&clinic.front, RequestId(Uuid::from_u128(request)), &act, at(9)).await
    };
    let wordless = Act::Close { how: Closing::NotReached, text: " ".to_owned() };
    assert!(matches!(act(2, wordless).await, Err(RecordsError::Invalid(_))));
    assert_eq!(open(&scene).await, [2, 3, 1]);
    act(2, Act::Close { how: Closing::NotReached, text: words() }).await.unwrap();
    assert_eq!(open(&scene).await, [3, 1]);
    let again = Act::Close { how: Closing::Seen, text: String::new() };
    assert!(matches!(act(2, again.clone()).await, Err(RecordsError::Conflict(_))));
    assert!(matches!(act(2, Act::Note { text: words() }).await, Err(RecordsError::Conflict(_))));
    assert!(matches!(act(3, Act::Reopen { reason: words() }).await, Err(RecordsError::Conflict(_))));
    let closed = async |since| store.requests(&clinic.front, Which::ClosedSince(at(since))).await.unwrap();
    assert_eq!((closed(10).await.len(), closed(9).await.len()), (0, 1));
    assert_eq!(closed(9).await[0].closed, Some((Closing::NotReached, at(9))));
    act(2, Act::Reopen { reason: words() }).await.unwrap();
    assert_eq!((open(&scene).await, closed(9).await.len()), (vec![2, 3, 1], 0));
}

/// Every act is kept with its time and who did it, and the line says how things stand.
pub async fn what_is_done_with_a_request_is_kept<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic, new) = (&scene.store, &scene.clinic, request(1, Urgency::Routine));
    store.send_request(&scene.ann.access, clinic.id, &new, at(1)).await.unwrap();
    let acts = [
        Act::Assign { to: Some(clinic.staff) },
        Act::Called { reached: false, text: String::new() },
        Act::Called { reached: false, text: words() },
        Act::Called { reached: true, text: words() },
        Act::Note { text: words() },
        Act::Regrade { urgency: Urgency::Emergency, reason: words() },
    ];
    for (minute, act) in (2..).zip(&acts) {
        store.act(&clinic.doctor, new.id, act, at(minute)).await.unwrap();
    }
    let found = store.request(&care(clinic, scene.ann.person.id), new.id).await.unwrap();
    assert_eq!(found.sent, new);
    assert_eq!((found.line.urgency, found.line.not_reached), (Urgency::Emergency, 2));
    assert_eq!((found.line.name.as_str(), found.line.red_flags), ("Ann", 1));
    assert_eq!((found.line.assigned, found.line.created, found.line.closed), (Some(clinic.staff), at(1), None));
    let kept: Vec<_> = found.events.iter().map(|event| (event.at, event.account, event.act.clone())).collect();
    let done: Vec<_> = (2..).zip(acts).map(|(minute, act)| (at(minute), Some(clinic.staff), act)).collect();
    assert_eq!(kept, done);
    store.act(&clinic.front, new.id, &Act::Assign { to: None }, at(9)).await.unwrap();
    assert_eq!(store.request_line(&clinic.front, new.id).await.unwrap().assigned, None);
    // To somebody who does not work here, or by somebody who must not.
    let stranger = Act::Assign { to: Some(scene.bob.account.id) };
    assert!(matches!(store.act(&clinic.front, new.id, &stranger, at(9)).await, Err(RecordsError::Invalid(_))));
    let nobody = Act::Assign { to: Some(AccountId(Uuid::from_u128(9))) };
    assert!(matches!(store.act(&clinic.front, new.id, &nobody, at(9)).await, Err(RecordsError::Invalid(_))));
    let regrade = Act::Regrade { urgency: Urgency::SelfCare, reason: words() };
    assert!(matches!(store.act(&clinic.front, new.id, &regrade, at(9)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.act(&clinic.doctor, new.id, &Act::Withdraw, at(9)).await, Err(RecordsError::Forbidden)));
    let found = store.request(&care(clinic, scene.ann.person.id), new.id).await.unwrap();
    assert_eq!((found.events.len(), found.line.urgency), (7, Urgency::Emergency));
}

/// The person takes a request back, once; that is kept as theirs, and others cannot.
pub async fn a_person_takes_a_request_back<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic, new) = (&scene.store, &scene.clinic, request(1, Urgency::Routine));
    store.send_request(&scene.ann.access, clinic.id, &new, at(1)).await.unwrap();
    let bob = store.withdraw_request(&scene.bob.access, new.id, at(2)).await;
    assert!(matches!(bob, Err(RecordsError::NotFound)));
    for minute in [2, 3] {
        store.withdraw_request(&scene.ann.access, new.id, at(minute)).await.unwrap();
    }
    assert_eq!(open(&scene).await, [0_u128; 0]);
    let own = store.requests_of(&scene.ann.access).await.unwrap();
    assert_eq!((own.len(), own[0].0, own[0].1.closed), (1, clinic.id, Some((Closing::Withdrawn, at(2)))));
    let found = store.request(&care(clinic, scene.ann.person.id), new.id).await.unwrap();
    assert_eq!(found.events.len(), 1);
    assert_eq!((found.events[0].account, found.events[0].act.clone()), (None, Act::Withdraw));
    store.send_request(&scene.ann.access, clinic.id, &request(2, Urgency::Soon), at(4)).await.unwrap();
    let close = Act::Close { how: Closing::Seen, text: String::new() };
    store.act(&clinic.front, request(2, Urgency::Soon).id, &close, at(5)).await.unwrap();
    let late = store.withdraw_request(&scene.ann.access, request(2, Urgency::Soon).id, at(6)).await;
    assert!(matches!(late, Err(RecordsError::Conflict(_))));
}

/// Another clinic finds nothing, by whatever way it asks; nor does a clinician through the record of somebody else.
pub async fn a_request_is_of_one_clinic_and_one_person<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, new) = (&scene.store, request(1, Urgency::Emergency));
    store.send_request(&scene.ann.access, scene.clinic.id, &new, at(1)).await.unwrap();
    let other = clinic(&scene.engine, 77, scene.bob.account.id).await;
    crate::booking_world::share(&scene.engine, &other, scene.ann.person.id).await;
    assert_eq!(store.requests(&other.front, Which::Open).await.unwrap(), []);
    assert!(matches!(store.request_line(&other.front, new.id).await, Err(RecordsError::NotFound)));
    let note = Act::Note { text: words() };
    assert!(matches!(store.act(&other.front, new.id, &note, at(2)).await, Err(RecordsError::NotFound)));
    let elsewhere = care(&other, scene.ann.person.id);
    assert!(matches!(store.request(&elsewhere, new.id).await, Err(RecordsError::NotFound)));
    assert_eq!(store.requests_of(elsewhere.access()).await.unwrap(), []);
    let of_bob = care(&scene.clinic, scene.bob.person.id);
    assert!(matches!(store.request(&of_bob, new.id).await, Err(RecordsError::NotFound)));
    let here = care(&scene.clinic, scene.ann.person.id);
    assert_eq!(store.requests_of(here.access()).await.unwrap().len(), 1);
}

/// Each look and each act leaves one line in the log of the person; a list leaves one without a name.
pub async fn looks_at_requests_are_logged<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic, new) = (&scene.store, &scene.clinic, request(1, Urgency::Routine));
    let staff = Actor::Staff { account: clinic.staff, clinic: clinic.id };
    while store.link_audit(at(0)).await.unwrap() > 0 {}
    store.send_request(&scene.ann.access, clinic.id, &new, at(1)).await.unwrap();
    store.requests(&clinic.front, Which::Open).await.unwrap();
    store.request_line(&clinic.front, new.id).await.unwrap();
    store.request(&care(clinic, scene.ann.person.id), new.id).await.unwrap();
    store.act(&clinic.front, new.id, &Act::Note { text: words() }, at(2)).await.unwrap();
    store.requests_of(&scene.ann.access).await.unwrap();
    store.withdraw_request(&scene.ann.access, new.id, at(3)).await.unwrap();
    assert_eq!(store.link_audit(at(3)).await.unwrap(), 7);
    let mut log = store.audit_of(&scene.ann.access, 6).await.unwrap();
    log.reverse();
    let lines: Vec<_> = log.iter().map(|entry| (entry.action.as_str(), entry.actor.clone())).collect();
    assert_eq!(
        lines,
        [
            ("request.send", scene.ann.actor()),
            ("request.read", staff.clone()),
            ("request.read", staff.clone()),
            ("request.act", staff),
            ("request.read", scene.ann.actor()),
            ("request.act", scene.ann.actor()),
        ]
    );
}

/// The front desk reads what was done and by whom; what clinicians wrote to it, also those who have left, is for clinicians.
pub async fn the_front_desk_reads_no_words_of_clinicians<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    at_work::share(&store, &ann.access, &at_work.clinic).await;
    let new = request(1, Urgency::Routine);
    store.send_request(&ann.access, at_work.clinic.id, &new, at(1)).await.unwrap();
    let regrade = Act::Regrade { urgency: Urgency::Soon, reason: "A new swelling".to_owned() };
    let called = Act::Called { reached: false, text: "Engaged".to_owned() };
    store.act(&at_work.treating, new.id, &regrade, at(2)).await.unwrap();
    store.act(&at_work.booking, new.id, &called, at(3)).await.unwrap();
    let wordless = Act::Regrade { urgency: Urgency::Soon, reason: String::new() };
    let seen = async || {
        let events = store.request_events(&at_work.booking, new.id).await.unwrap();
        events.into_iter().map(|event| (event.account, event.act)).collect::<Vec<_>>()
    };
    let (cleo, fred) = (at_work.clinician.account.id, at_work.front_desk.account.id);
    let expected = [(Some(cleo), wordless), (Some(fred), called)];
    assert_eq!(seen().await, expected);
    let role = store.staff(&at_work.managing).await.unwrap().into_iter().find(|one| one.account == cleo).unwrap();
    store.end_role(&at_work.managing, role.id, at(4)).await.unwrap();
    assert_eq!(seen().await, expected, "who was a clinician stays one");
    let full = store.request(&at_work.care(&store, ann.person.id).await, new.id).await.unwrap();
    assert_eq!(full.events[0].act, regrade);
    let unknown = RequestId(Uuid::from_u128(2));
    assert!(matches!(store.request_events(&at_work.booking, unknown).await, Err(RecordsError::NotFound)));
}

/// A clinician reads the red flags of all open requests at once, of those who share; each reading is in the person's log.
pub async fn red_flags_of_the_list_are_for_clinicians<E: Engine>() {
    let scene = scene::<E>().await;
    let (store, clinic) = (&scene.store, &scene.clinic);
    let (_, of_gran) = relative(&scene, "Gran").await;
    let (first, second) = (request(1, Urgency::Emergency), request(2, Urgency::Routine));
    let none = NewRequest { red_flags: Vec::new(), ..request(3, Urgency::Routine) };
    store.send_request(&scene.ann.access, clinic.id, &first, at(1)).await.unwrap();
    store.send_request(&of_gran, clinic.id, &second, at(1)).await.unwrap();
    store.send_request(&of_gran, clinic.id, &none, at(1)).await.unwrap();
    let mut flags = store.open_red_flags(&clinic.doctor).await.unwrap();
    flags.sort();
    assert_eq!(flags, [(first.id, first.red_flags.clone()), (second.id, second.red_flags.clone())]);
    for desk in [&clinic.front, &clinic.manager] {
        assert!(matches!(store.open_red_flags(desk).await, Err(RecordsError::Forbidden)));
    }
    let log = store.audit_of(&of_gran, 10).await.unwrap();
    let read: Vec<_> = log.iter().filter(|entry| entry.action == "request.flags").collect();
    assert_eq!((read.len(), read[0].count), (1, 1));
    let close = Act::Close { how: Closing::Seen, text: String::new() };
    store.act(&clinic.front, first.id, &close, at(2)).await.unwrap();
    assert_eq!(store.open_red_flags(&clinic.doctor).await.unwrap().len(), 1);
    end_sharing(&scene.engine).await;
    assert!(store.open_red_flags(&clinic.doctor).await.unwrap().is_empty());
}
