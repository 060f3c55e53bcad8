//! Follow-ups.

use charley_records::FollowUpId;
use charley_records::RecordsError;
use charley_records::clinic::follow_up::FollowUpState;
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::Engine;
use crate::at_work::{new_patient, share, staffed};
use crate::world::{ann, at};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Four follow-ups of a plan; a later plan moves those that are due and leaves what was recorded.
pub async fn follow_ups_are_planned_moved_and_recorded<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    share(&store, &ann.access, &at_work.clinic).await;
    let care = at_work.care(&store, ann.person.id).await;
    assert!(matches!(store.plan_follow_ups(&care, Date::MAX, at(1)).await, Err(RecordsError::Invalid(_))));
    let lines = async || {
        let all = store.follow_ups(&care).await.unwrap();
        all.iter().map(|one| format!("{} {} {}", one.week, one.due, one.state.code())).collect::<Vec<_>>()
    };
    for _ in 0..2 {
        store.plan_follow_ups(&care, date(2026, 11, 24), at(1)).await.unwrap();
        let planned = ["4 2026-12-22 due", "12 2027-02-16 due", "26 2027-05-25 due", "52 2027-11-23 due"];
        assert_eq!(lines().await, planned);
    }
    let due = store.due_follow_ups(&at_work.booking, day("2027-02-16")).await.unwrap();
    let names: Vec<_> = due.iter().map(|(one, name)| (one.week, name.as_str())).collect();
    assert_eq!(names, [(4, "Ann"), (12, "Ann")]);
    assert!(store.due_follow_ups(&at_work.booking, day("2026-12-21")).await.unwrap().is_empty());
    let first = due[0].0.id;
    let record = async |id, state, result, minutes| store.record_follow_up(&care, id, state, result, at(minutes)).await;
    let (done, lost) = (FollowUpState::Done, FollowUpState::Lost);
    for (state, result) in [(done, None), (done, Some("no JSON")), (lost, Some("{}")), (FollowUpState::Due, None)] {
        assert!(matches!(record(first, state, result, 2).await, Err(RecordsError::Invalid(_))), "{state:?}");
    }
    let unknown = FollowUpId(Uuid::from_u128(5));
    assert!(matches!(record(unknown, lost, None, 2).await, Err(RecordsError::NotFound)));
    // Somebody who was lost comes back; then the answers stay.
    record(first, lost, None, 2).await.unwrap();
    record(first, done, Some(r#"{"nights":3}"#), 3).await.unwrap();
    record(first, done, Some(r#"{"nights":3}"#), 4).await.unwrap();
    assert!(matches!(record(first, done, Some(r#"{"nights":4}"#), 4).await, Err(RecordsError::Conflict(_))));
    assert!(matches!(record(first, lost, None, 4).await, Err(RecordsError::Conflict(_))));
    let recorded = store.follow_ups(&care).await.unwrap().remove(0);
    assert_eq!(recorded.result.as_deref(), Some(r#"{"nights":3}"#));
    assert_eq!(recorded.recorded, Some((at_work.clinician.account.id, at(3))));
    // Planned again from the same day nothing changes; a later plan has a fourth week of its own.
    store.plan_follow_ups(&care, date(2026, 11, 24), at(5)).await.unwrap();
    assert_eq!(lines().await.len(), 4);
    store.plan_follow_ups(&care, date(2027, 1, 5), at(5)).await.unwrap();
    let moved =
        ["4 2026-12-22 done", "4 2027-02-02 due", "12 2027-03-30 due", "26 2027-07-06 due", "52 2028-01-04 due"];
    assert_eq!(lines().await, moved);
}

/// The page of outcomes counts everybody, those who were lost and those who left included, and names nobody.
pub async fn outcomes_count_everybody_and_name_nobody<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    share(&store, &ann.access, &at_work.clinic).await;
    let zoe = store.register(&at_work.booking, &new_patient("Zoe"), at(0)).await.unwrap().person;
    for person in [ann.person.id, zoe] {
        let care = at_work.care(&store, person).await;
        store.plan_follow_ups(&care, date(2026, 11, 24), at(1)).await.unwrap();
    }
    let care = at_work.care(&store, zoe).await;
    let first = store.follow_ups(&care).await.unwrap()[0].id;
    store.record_follow_up(&care, first, FollowUpState::Declined, None, at(2)).await.unwrap();
    store.end_sharing(&ann.access, at_work.clinic.id, at(3)).await.unwrap();
    let until = day("2027-02-16");
    assert_eq!(store.due_follow_ups(&at_work.booking, until).await.unwrap().len(), 1, "Ann shares no more");
    let outcomes = store.outcomes(&at_work.managing, until).await.unwrap();
    let mut lines: Vec<_> = outcomes.iter().map(|one| (one.number, one.week, one.state)).collect();
    assert_eq!(lines.iter().map(|(number, ..)| *number).collect::<Vec<_>>(), [1, 1, 2, 2]);
    lines.sort_by_key(|(_, week, state)| (*week, *state));
    let states: Vec<_> = lines.iter().map(|(_, week, state)| (*week, *state)).collect();
    let (due, declined) = (FollowUpState::Due, FollowUpState::Declined);
    assert_eq!(states, [(4, due), (4, declined), (12, due), (12, due)]);
}
