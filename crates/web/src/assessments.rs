//! Assessments of what is kept in accounts, kept in memory for a while: the page of every evening asks for the same again.
//!
//! The key is what goes in: the version of the knowledge, the depth, the facts. The check of a visitor without an account is
//! not kept here; its session keeps its own, and takes it along when it ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use charley_wire::{Assessment, Case};
use sha2::{Digest as _, Sha256};

use crate::engine::Depth;
use crate::error::WebError;
use crate::state::AppState;

/// Most assessments at a time. At some 100 KB each this bounds the memory to about 20 MB.
const MOST: usize = 200;
/// How long one is kept.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// What an assessment is kept under.
pub type Key = [u8; 32];

/// Assessments by what went in.
#[derive(Debug, Default)]
pub struct Assessments(Mutex<HashMap<Key, (Instant, Arc<Assessment>)>>);

impl Assessments {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, (Instant, Arc<Assessment>)>> {
        // Entries are put in whole, so that a panic elsewhere leaves none half made.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: &Key, now: Instant) -> Option<Arc<Assessment>> {
        self.lock().get(key).filter(|(made, _)| fresh(*made, now)).map(|(_, assessment)| Arc::clone(assessment))
    }

    fn put(&self, key: Key, assessment: Arc<Assessment>, now: Instant) {
        let mut kept = self.lock();
        kept.retain(|_, (made, _)| fresh(*made, now));
        if kept.len() >= MOST
            && let Some(oldest) = kept.iter().min_by_key(|(_, (made, _))| *made).map(|(key, _)| *key)
        {
            kept.remove(&oldest);
        }
        kept.insert(key, (now, assessment));
    }

    /// Drops what is over its time and says how many are left.
    pub fn sweep(&self, now: Instant) -> usize {
        let mut kept = self.lock();
        kept.retain(|_, (made, _)| fresh(*made, now));
        kept.len()
    }
}

fn fresh(made: Instant, now: Instant) -> bool {
    now.saturating_duration_since(made) < KEPT
}

/// The key of what goes into an assessment.
pub fn key(version: &str, case: &Case, depth: Depth) -> Key {
    let mut hash = Sha256::new();
    hash.update(format!("{version} {depth:?}"));
    for fact in &case.facts {
        // One line each, quoted: no fact can run into the next.
        hash.update(format!("\n{}", serde_json::json!([fact.name, fact.value, fact.unit, fact.days_ago])));
    }
    hash.finalize().into()
}

impl AppState {
    /// The assessment of facts from somebody's account, from memory when it was made a short while ago.
    ///
    /// # Errors
    /// As [`AppState::assess`].
    pub async fn assess_kept(&self, case: Case, depth: Depth) -> Result<Arc<Assessment>, WebError> {
        let key = key(&self.knowledge().version, &case, depth);
        if let Some(kept) = self.assessments.get(&key, self.now()) {
            return Ok(kept);
        }
        let made = Arc::new(self.assess(case, depth).await?);
        self.assessments.put(key, Arc::clone(&made), self.now());
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use charley_reason::Reasoner;
    use charley_wire::FactIn;
    use serde_json::Value;

    use super::*;

    fn case(age: u32) -> Case {
        let fact = |name: &str, value: Value, unit: Option<&str>| FactIn {
            name: name.to_owned(),
            value,
            unit: unit.map(str::to_owned),
            days_ago: None,
        };
        Case { id: None, facts: vec![fact("age", age.into(), Some("yr")), fact("leg_cramps", "yes".into(), None)] }
    }

    fn state() -> AppState {
        let knowledge = charley_knowledge::embedded().unwrap();
        AppState::new(Arc::new(Reasoner::new(knowledge)), || (2026, 11, 24))
    }

    #[tokio::test]
    async fn the_same_facts_are_assessed_once_and_others_anew() {
        let state = state();
        let first = state.assess_kept(case(66), Depth::Questions).await.unwrap();
        let again = state.assess_kept(case(66), Depth::Questions).await.unwrap();
        assert!(Arc::ptr_eq(&first, &again), "it comes from memory");
        let other = state.assess_kept(case(67), Depth::Questions).await.unwrap();
        let deeper = state.assess_kept(case(66), Depth::Person).await.unwrap();
        assert!(!Arc::ptr_eq(&first, &other) && !Arc::ptr_eq(&first, &deeper));
        assert_eq!(state.assessments.sweep(Instant::now()), 3);
        let mut wrong = case(66);
        wrong.facts[0].value = "old".into();
        assert!(matches!(state.assess_kept(wrong, Depth::Questions).await, Err(WebError::Refused(_))));
        assert_eq!(state.assessments.sweep(Instant::now()), 3, "a refusal is not kept");
    }

    #[test]
    fn a_key_holds_everything_that_decides_the_answer() {
        let base = key("v1", &case(66), Depth::Person);
        assert_eq!(base, key("v1", &case(66), Depth::Person));
        assert_ne!(base, key("v2", &case(66), Depth::Person));
        assert_ne!(base, key("v1", &case(66), Depth::Questions));
        let mut days = case(66);
        days.facts[0].days_ago = Some(3.0);
        assert_ne!(base, key("v1", &days, Depth::Person));
        let mut unit = case(66);
        unit.facts[0].unit = None;
        assert_ne!(base, key("v1", &unit, Depth::Person));
    }

    #[test]
    fn they_are_few_and_short_lived() {
        let state = state();
        let made = Arc::new(state.engine.assess(&case(66), Depth::Questions).unwrap());
        let (kept, start) = (Assessments::default(), Instant::now());
        let number = |n: usize| key(&n.to_string(), &case(66), Depth::Person);
        for n in 0..=MOST {
            kept.put(number(n), Arc::clone(&made), start + Duration::from_millis(n as u64));
        }
        assert_eq!(kept.sweep(start), MOST);
        assert!(
            kept.get(&number(0), start).is_none() && kept.get(&number(1), start).is_some(),
            "the oldest goes first"
        );
        let late = start + KEPT + Duration::from_millis(MOST as u64);
        assert!(kept.get(&number(MOST), late).is_none());
        assert_eq!(kept.sweep(late), 0);
    }
}
