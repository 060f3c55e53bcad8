//! Saved checks and trials.

use charley_records::checks::Check;
use charley_records::trials::{Ended, Trial};
use charley_records::{CheckId, RecordsError, TrialId};
use uuid::Uuid;

use crate::Engine;
use crate::world::{ann, at, invited};

/// A check.
pub fn check(number: u128) -> Check {
    Check {
        id: CheckId(Uuid::from_u128(number)),
        at: at(i64::try_from(number).unwrap()),
        knowledge: "abc123".to_owned(),
        disposition: "routine".to_owned(),
        answers: r#"{"facts":[]}"#.to_owned(),
    }
}

/// A trial.
pub fn trial(number: u128) -> Trial {
    Trial {
        id: TrialId(Uuid::from_u128(number)),
        created: at(i64::try_from(number).unwrap()),
        protocol: r#"{"remedy":"stretching"}"#.to_owned(),
        commitment: "c0ffee".to_owned(),
        seed: [200; 32],
        ended: None,
    }
}

/// A check is kept once under its id, newest first, and can be deleted.
pub async fn checks_are_kept_once<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    for number in [1, 2, 2, 1] {
        store.save_check(&ann.access, &check(number)).await.unwrap();
    }
    assert_eq!(store.checks(&ann.access).await.unwrap(), [check(2), check(1)]);
    let other = Check { disposition: "emergency".to_owned(), ..check(1) };
    assert!(matches!(store.save_check(&ann.access, &other).await, Err(RecordsError::Conflict(_))));
    let broken = Check { answers: "{".to_owned(), ..check(3) };
    assert!(matches!(store.save_check(&ann.access, &broken).await, Err(RecordsError::Invalid(_))));
    store.delete_check(&ann.access, check(2).id, at(5)).await.unwrap();
    assert!(matches!(store.delete_check(&ann.access, check(2).id, at(5)).await, Err(RecordsError::NotFound)));
    let bob = invited(&store, &ann, "bob").await;
    assert!(matches!(store.delete_check(&bob.access, check(1).id, at(5)).await, Err(RecordsError::NotFound)));
    assert_eq!(store.checks(&ann.access).await.unwrap(), [check(1)]);
}

/// A second trial waits until the first has ended.
pub async fn one_trial_at_a_time<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let ended = Ended { at: at(9), why: "planned_end".to_owned(), result: None, decision: None };
    let already = Trial { ended: Some(ended.clone()), ..trial(1) };
    assert!(matches!(store.start_trial(&ann.access, &already).await, Err(RecordsError::Invalid(_))));
    store.start_trial(&ann.access, &trial(1)).await.unwrap();
    store.start_trial(&ann.access, &trial(1)).await.unwrap();
    assert!(matches!(store.start_trial(&ann.access, &trial(2)).await, Err(RecordsError::Conflict(_))));
    let other = Trial { protocol: r#"{"remedy":"magnesium"}"#.to_owned(), ..trial(1) };
    assert!(matches!(store.start_trial(&ann.access, &other).await, Err(RecordsError::Conflict(_))));
    store.end_trial(&ann.access, trial(1).id, &ended).await.unwrap();
    store.start_trial(&ann.access, &trial(2)).await.unwrap();
    let first = Trial { ended: Some(ended), ..trial(1) };
    assert_eq!(store.trials(&ann.access).await.unwrap(), [trial(2), first]);
    // Another person's trial is no obstacle. At the same moment only one of two starts wins.
    let bob = invited(&store, &ann, "bob").await;
    let (three, four) = (trial(3), trial(4));
    let (one, two) = tokio::join!(store.start_trial(&bob.access, &three), store.start_trial(&bob.access, &four));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}

/// How a trial ended is said once; the decision may follow.
pub async fn a_trial_ends_once<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    store.start_trial(&ann.access, &trial(1)).await.unwrap();
    let id = trial(1).id;
    let mut ended =
        Ended { at: at(9), why: "planned_end".to_owned(), result: Some(r#"{"with":6}"#.to_owned()), decision: None };
    assert!(matches!(store.end_trial(&ann.access, trial(2).id, &ended).await, Err(RecordsError::NotFound)));
    store.end_trial(&ann.access, id, &ended).await.unwrap();
    let harm = Ended { why: "harm".to_owned(), ..ended.clone() };
    assert!(matches!(store.end_trial(&ann.access, id, &harm).await, Err(RecordsError::Conflict(_))));
    ended.decision = Some("keep".to_owned());
    store.end_trial(&ann.access, id, &ended).await.unwrap();
    store.end_trial(&ann.access, id, &ended).await.unwrap();
    assert_eq!(store.trials(&ann.access).await.unwrap()[0].ended, Some(ended));
}

/// Whoever may only read changes nothing.
pub async fn readers_change_nothing<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    let reading = store.open(&bob.actor(), ann.person.id, at(1)).await.unwrap();
    let ended = Ended { at: at(9), why: "left".to_owned(), result: None, decision: None };
    assert!(matches!(store.save_check(&reading, &check(1)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.delete_check(&reading, check(1).id, at(1)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.start_trial(&reading, &trial(1)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.end_trial(&reading, trial(1).id, &ended).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.pair_device(&reading, "Phone", at(1)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.delete_entries(&reading, &[], at(1)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.calendar_token(&reading, true, at(1)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(
        store.change_person(&reading, &crate::world::named("X"), at(1)).await,
        Err(RecordsError::Forbidden)
    ));
    assert!(matches!(store.add_carer(&reading, "bob", at(1)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.delete_person(&reading, at(1)).await, Err(RecordsError::Forbidden)));
    assert!(store.entries(&reading).await.unwrap().is_empty());
}
