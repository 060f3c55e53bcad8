//! Clinical documents.

use charley_records::RecordsError;
use charley_records::clinic::StaffRole;
use charley_records::clinic::documents::{DocumentKind, MOST_BODY_BYTES};

use crate::Engine;
use crate::at_work::{joined, share, staffed};
use crate::world::{ann, at};

/// Nothing that somebody wrote is overwritten: of two who write at the same moment one is told.
pub async fn two_who_write_the_same_document<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    share(&store, &ann.access, &at_work.clinic).await;
    let cleo = at_work.care(&store, ann.person.id).await;
    let dora = joined(&store, &at_work.managing, "dora", StaffRole::Clinician).await;
    let desk = dora.enter(&store, at_work.clinic.id).await;
    let dora = store.care(&desk, ann.person.id, at(0)).await.unwrap();
    let notes = DocumentKind::Notes;
    let early = store.write_document(&cleo, notes, 1, "{}", at(1)).await;
    assert!(matches!(early, Err(RecordsError::Conflict(_))));
    let first = store.write_document(&cleo, notes, 0, r#"{"text":"one"}"#, at(1)).await.unwrap();
    assert_eq!((first.version, first.author, first.at), (1, at_work.clinician.account.id, at(1)));
    let (one, two) = tokio::join!(
        store.write_document(&cleo, notes, 1, r#"{"text":"two"}"#, at(2)),
        store.write_document(&dora, notes, 1, r#"{"text":"too"}"#, at(2))
    );
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    assert!(matches!(lost, Err(RecordsError::Conflict(_))), "{lost:?}");
    let second = won.unwrap();
    store.write_document(&cleo, DocumentKind::Intake, 0, "{}", at(3)).await.unwrap();
    let documents = store.documents(&dora).await.unwrap();
    let kinds: Vec<_> = documents.iter().map(|document| (document.kind, document.version)).collect();
    assert_eq!(kinds, [(DocumentKind::Intake, 1), (notes, 2)]);
    assert_eq!(store.document_history(&dora, notes).await.unwrap(), [second, first]);
}

/// A body is a JSON object of a size that can be kept.
pub async fn what_cannot_be_kept_is_refused<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    share(&store, &ann.access, &at_work.clinic).await;
    let care = at_work.care(&store, ann.person.id).await;
    let long = format!(r#"{{"text":"{}"}}"#, "x".repeat(MOST_BODY_BYTES));
    for body in ["", "[]", "{", &long] {
        let refused = store.write_document(&care, DocumentKind::Notes, 0, body, at(1)).await;
        assert!(matches!(refused, Err(RecordsError::Invalid(_))));
    }
    assert!(store.documents(&care).await.unwrap().is_empty());
    assert!(store.document_history(&care, DocumentKind::Notes).await.unwrap().is_empty());
}

/// Only the newest version is signed, once; the person sees the newest that is signed.
pub async fn only_the_newest_version_is_signed<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    share(&store, &ann.access, &at_work.clinic).await;
    let care = at_work.care(&store, ann.person.id).await;
    let plan = DocumentKind::Plan;
    for version in [0, 1] {
        assert!(matches!(store.sign_document(&care, plan, version, at(1)).await, Err(RecordsError::NotFound)));
    }
    store.write_document(&care, plan, 0, r#"{"goal":"sleep"}"#, at(1)).await.unwrap();
    assert_eq!(store.signed_plan(&ann.access, at_work.clinic.id).await.unwrap(), None);
    store.write_document(&care, plan, 1, r#"{"goal":"walk"}"#, at(2)).await.unwrap();
    assert!(matches!(store.sign_document(&care, plan, 1, at(3)).await, Err(RecordsError::Conflict(_))));
    store.sign_document(&care, plan, 2, at(3)).await.unwrap();
    store.write_document(&care, plan, 2, r#"{"goal":"run"}"#, at(4)).await.unwrap();
    let signed = store.signed_plan(&ann.access, at_work.clinic.id).await.unwrap().unwrap();
    let signer = Some((at_work.clinician.account.id, at(3)));
    assert_eq!((signed.version, signed.body.as_str(), signed.signed), (2, r#"{"goal":"walk"}"#, signer));
    // Signed again it stays as it was; the copy stays the person's when sharing has ended.
    store.sign_document(&care, plan, 3, at(5)).await.unwrap();
    store.sign_document(&care, plan, 3, at(9)).await.unwrap();
    store.end_sharing(&ann.access, at_work.clinic.id, at(9)).await.unwrap();
    let signed = store.signed_plan(&ann.access, at_work.clinic.id).await.unwrap().unwrap();
    assert_eq!((signed.version, signed.signed.map(|(_, at)| at)), (3, Some(at(5))));
}
