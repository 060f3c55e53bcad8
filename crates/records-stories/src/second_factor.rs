//! The second factor of staff.

use charley_records::accounts::OneTime;
use charley_records::backup::Cell;
use charley_records::clinic::StaffRole;
use charley_records::clinic::second_factor::{RECOVERY_CODES, SecondFactorState, recovery_fingerprint};
use charley_records::secret::Secret;
use charley_records::{AccountId, RecordsError, SessionId, SharedStore};

use crate::at_work::{code, colleague, joined, sign_in, staffed};
use crate::maintenance::content;
use crate::world::{ann, at, invited};
use crate::{Engine, at_work};

async fn prove(
    store: &SharedStore,
    (account, session): (AccountId, SessionId),
    code: &str,
    minutes: i64,
) -> Result<(), RecordsError> {
    store.prove_second_factor(account, session, code, at(minutes)).await
}

/// Staff enter with a second factor only; it counts in its own session, for twelve hours.
pub async fn the_second_factor_is_asked_for_and_ages<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let clinic = store.found_clinic(ann.account.id, &at_work::new_clinic("legs"), at(0)).await.unwrap();
    let (account, session) = sign_in(&store, "ann", 0).await;
    let enter = async |session, minutes| store.enter(account.id, session, clinic.id, at(minutes)).await;
    assert!(matches!(enter(session, 0).await, Err(RecordsError::SecondFactor)));
    let none = store.second_factor(account.id).await.unwrap();
    assert_eq!(none, SecondFactorState { confirmed: false, recovery_codes: 0 });
    assert!(matches!(prove(&store, (account.id, session), "000000", 0).await, Err(RecordsError::Invalid(_))));
    let first = store.begin_second_factor(account.id, at(0)).await.unwrap();
    let secret = store.begin_second_factor(account.id, at(0)).await.unwrap();
    assert_ne!(first, secret);
    // What is not confirmed proves nothing, and the replaced secret confirms nothing.
    assert!(prove(&store, (account.id, session), &code(&secret, 0), 0).await.is_err());
    assert!(store.confirm_second_factor(account.id, session, &code(&first, 0), at(0)).await.is_err());
    let codes = store.confirm_second_factor(account.id, session, &code(&secret, 0), at(0)).await.unwrap();
    assert_eq!(codes.len(), RECOVERY_CODES);
    let some = store.second_factor(account.id).await.unwrap();
    assert_eq!(some, SecondFactorState { confirmed: true, recovery_codes: 10 });
    let desk = enter(session, 0).await.unwrap();
    assert_eq!((desk.account(), desk.clinic()), (account.id, clinic.id));
    let (_, other) = sign_in(&store, "ann", 1).await;
    assert!(matches!(enter(other, 1).await, Err(RecordsError::SecondFactor)));
    assert!(enter(session, 719).await.is_ok());
    assert!(matches!(enter(session, 720).await, Err(RecordsError::SecondFactor)));
    prove(&store, (account.id, session), &code(&secret, 1_440), 720).await.unwrap();
    assert!(enter(session, 720).await.is_ok());
    assert!(matches!(store.begin_second_factor(account.id, at(720)).await, Err(RecordsError::Conflict(_))));
    let again = store.confirm_second_factor(account.id, session, &code(&secret, 1_441), at(720)).await;
    assert!(matches!(again, Err(RecordsError::Conflict(_))));
}

/// A code works once, the one that confirmed included, and also when it comes twice at the same moment.
pub async fn a_code_works_once<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    ann(&store).await;
    let ann = colleague(&store, "ann").await;
    let who = (ann.account.id, ann.session);
    assert!(matches!(prove(&store, who, &ann.code(0), 0).await, Err(RecordsError::Invalid(_))));
    prove(&store, who, &ann.code(1), 0).await.unwrap();
    assert!(matches!(prove(&store, who, &ann.code(1), 0).await, Err(RecordsError::Invalid(_))));
    let code = ann.code(4);
    let (one, two) = tokio::join!(prove(&store, who, &code, 2), prove(&store, who, &code, 2));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    // Another account's session is not proved by it, and then the code is not used up either.
    let other = (ann.account.id, SessionId(ann.account.id.0));
    assert!(matches!(prove(&store, other, &ann.code(8), 4).await, Err(RecordsError::NotFound)));
    prove(&store, who, &ann.code(8), 4).await.unwrap();
}

/// A recovery code stands in for a code, once; only its hash is kept.
pub async fn recovery_codes_work_once_and_are_kept_as_hashes<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    ann(&store).await;
    let ann = colleague(&store, "ann").await;
    let who = (ann.account.id, ann.session);
    let typed = ann.recovery[3].expose().to_lowercase().replace('-', " ");
    prove(&store, who, &typed, 1).await.unwrap();
    assert!(matches!(prove(&store, who, &typed, 1).await, Err(RecordsError::Invalid(_))));
    assert_eq!(store.second_factor(ann.account.id).await.unwrap().recovery_codes, 9);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.charley");
    store.backup(&file, at(2)).await.unwrap();
    let mut kept: Vec<_> = content(&file)
        .into_iter()
        .filter(|row| row.table.name == "recovery_code")
        .map(|row| row.cells[1].clone())
        .collect();
    let hash = |code: &Secret| Cell::Text(Some(recovery_fingerprint(code.expose())));
    let mut hashes: Vec<_> = ann.recovery.iter().filter(|code| **code != ann.recovery[3]).map(hash).collect();
    for cells in [&mut kept, &mut hashes] {
        cells.sort_by_key(|cell| format!("{cell:?}"));
    }
    assert_eq!(kept, hashes);
}

/// Five wrong codes, then one waits, even with the right one; another account does not.
pub async fn guessing_codes_is_throttled<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let owner = ann(&store).await;
    invited(&store, &owner, "bob").await;
    let (ann, bob) = (colleague(&store, "ann").await, colleague(&store, "bob").await);
    let who = (ann.account.id, ann.session);
    for _ in 0..5 {
        assert!(matches!(prove(&store, who, "12345", 1).await, Err(RecordsError::Invalid(_))));
    }
    let next = prove(&store, who, &ann.code(2), 1).await;
    assert!(matches!(next, Err(RecordsError::Throttled { retry_after_s: 15 })), "{next:?}");
    prove(&store, (bob.account.id, bob.session), &bob.code(2), 1).await.unwrap();
    // Signing in with the password again is no way around it.
    let (_, session) = sign_in(&store, "ann", 1).await;
    assert!(matches!(prove(&store, (ann.account.id, session), "12345", 1).await, Err(RecordsError::Throttled { .. })));
    prove(&store, who, &ann.code(4), 2).await.unwrap();
    // The right code forgets the failures.
    assert!(matches!(prove(&store, who, "12345", 2).await, Err(RecordsError::Invalid(_))));
}

/// An administrator takes away the second factor of somebody who lost theirs; only in the own clinic.
pub async fn a_lost_second_factor_is_taken_away<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    let stranger = store.remove_second_factor(&at_work.managing, bob.account.id, at(1)).await;
    assert!(matches!(stranger, Err(RecordsError::NotFound)));
    let cleo = &at_work.clinician;
    store.remove_second_factor(&at_work.managing, cleo.account.id, at(1)).await.unwrap();
    let none = store.second_factor(cleo.account.id).await.unwrap();
    assert_eq!(none, SecondFactorState { confirmed: false, recovery_codes: 0 });
    assert!(store.sessions(cleo.account.id, at(1)).await.unwrap().is_empty());
    let again = colleague(&store, "cleo.legs").await;
    assert_ne!(again.secret, cleo.secret);
    again.enter(&store, at_work.clinic.id).await;
    // Whoever runs the machine may as well, for an administrator who is alone.
    let head = at_work.administrator.account.id;
    store.reset_second_factor(head, at(2)).await.unwrap();
    assert!(!store.second_factor(head).await.unwrap().confirmed);
    assert!(store.sessions(head, at(2)).await.unwrap().is_empty());
    store.reset_second_factor(head, at(2)).await.unwrap();
}

/// A new password ends all sessions; the second factor stays and is asked for.
pub async fn a_reset_keeps_the_second_factor<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    let dora = joined(&store, &at_work.managing, "dora", StaffRole::Clinician).await;
    let link = store.issue_link(&OneTime::ResetPassword(dora.account.id), at(60), at(0)).await.unwrap();
    store.reset_password(&link, &crate::world::password(), at(1)).await.unwrap();
    assert!(store.sessions(dora.account.id, at(1)).await.unwrap().is_empty());
    let (_, session) = sign_in(&store, "dora", 2).await;
    let entered = store.enter(dora.account.id, session, at_work.clinic.id, at(2)).await;
    assert!(matches!(entered, Err(RecordsError::SecondFactor)));
    prove(&store, (dora.account.id, session), &dora.code(4), 2).await.unwrap();
    store.enter(dora.account.id, session, at_work.clinic.id, at(2)).await.unwrap();
}

/// Each step with a second factor leaves a line in the log, wrong codes too.
pub async fn second_factors_are_logged<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    ann(&store).await;
    let (account, session) = sign_in(&store, "ann", 0).await;
    store.link_audit(at(0)).await.unwrap();
    let secret = store.begin_second_factor(account.id, at(0)).await.unwrap();
    assert!(store.confirm_second_factor(account.id, session, "", at(0)).await.is_err());
    store.confirm_second_factor(account.id, session, &code(&secret, 0), at(0)).await.unwrap();
    assert!(prove(&store, (account.id, session), "", 0).await.is_err());
    prove(&store, (account.id, session), &code(&secret, 2), 1).await.unwrap();
    assert_eq!(store.link_audit(at(1)).await.unwrap(), 5);
    for (action, rows) in [
        ("UPDATE audit SET count = 1 WHERE action = 'second_factor.begin'", 1),
        ("UPDATE audit SET count = 1 WHERE action = 'second_factor.confirm'", 1),
        ("UPDATE audit SET count = 1 WHERE action = 'second_factor.prove'", 1),
        ("UPDATE audit SET count = 1 WHERE action = 'second_factor.refused'", 2),
    ] {
        assert_eq!(engine.sql(action).await, rows, "{action}");
    }
}
