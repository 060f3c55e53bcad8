//! What a form carries, and how its words become entries.

use axum::response::{IntoResponse, Redirect, Response};
use charley_records::diary::{Body, MOST_ENTRIES, NewEntry};
use charley_records::{EntryId, ids};
use jiff::{Timestamp, ToSpan as _};
use sha2::{Digest as _, Sha256};

use super::{Log, convert};
use crate::error::WebError;
use crate::page::Fields;
use crate::state::AppState;

/// Id and time that a form carries, made when its page was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// All ids of entries that the form makes are derived from it.
    pub id: EntryId,
    /// Time of the entries.
    pub at: Timestamp,
}

impl Mark {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new(now: Timestamp) -> Result<Self, WebError> {
        let id = ids::random().map_err(|_| WebError::Internal("no randomness"))?;
        Ok(Self { id: EntryId(id), at: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now) })
    }

    /// What a form brought back.
    ///
    /// # Errors
    /// When it is missing, or from the future.
    pub fn read(fields: &Fields, now: Timestamp) -> Result<Self, WebError> {
        let id = fields.get("id").parse().map_err(|_| WebError::BadForm)?;
        let at: Timestamp = fields.get("at").parse().map_err(|_| WebError::BadForm)?;
        if at > now { Err(WebError::BadForm) } else { Ok(Self { id, at }) }
    }
}

/// An id that follows from another and from what is said.
pub fn derived(from: EntryId, said: &str) -> EntryId {
    let digest = Sha256::new().chain_update(from.0.as_bytes()).chain_update(said.as_bytes()).finalize();
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, from)| *byte = from);
    EntryId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Something that a form says: new, or in the place of what an entry said.
pub struct Said {
    /// What.
    pub body: Body,
    /// The entry that it changes.
    pub of: Option<EntryId>,
    /// It is known already: not kept again.
    pub known: bool,
}

impl Said {
    /// Something new.
    pub fn new(body: Body) -> Self {
        Self { body, of: None, known: false }
    }
}

/// What was kept of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// The first entry, by which the banner finds all of them.
    pub first: Option<EntryId>,
    /// How many came one after the other, this one included.
    pub count: usize,
}

impl Log {
    /// Keeps what a form says. The same form sent twice changes nothing the second time; the same form sent again with
    /// other words, or after its entry was taken back, says something new.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn say(&self, state: &AppState, mark: Mark, said: Vec<Said>) -> Result<Kept, WebError> {
        let at = self.after_all(mark.at);
        let mut entries = Vec::new();
        let mut kept = Kept::default();
        for Said { body, of, known } in said {
            let words = serde_json::to_string(&body).map_err(|_| WebError::Internal("an entry is not JSON"))?;
            let mut id = derived(mark.id, &words);
            if self.has(id) && self.diary.undone.contains(&convert::id(id)) {
                id = derived(id, &self.entries.len().to_string());
            }
            let here = self.has(id);
            if here || !known {
                kept.first = kept.first.or(Some(id));
                kept.count += 1;
            }
            if here || known {
                continue;
            }
            let body = match of {
                None => body,
                Some(target) => Body::Edit { target, body: Box::new(body) },
            };
            entries.push(NewEntry { id, at, zone: self.signed.person.zone.clone(), body });
        }
        self.append(state, &entries).await?;
        Ok(kept)
    }

    /// Keeps entries, some at a time.
    ///
    /// # Errors
    /// When the visitor may only read, or the store refuses. What was kept before stays; the same entries again complete it.
    pub async fn append(&self, state: &AppState, entries: &[NewEntry]) -> Result<(), WebError> {
        self.writer()?;
        let store = state.store()?;
        for some in entries.chunks(MOST_ENTRIES) {
            store.append(&self.signed.access, some, self.now).await?;
        }
        Ok(())
    }

    /// True when there is an entry with this id.
    pub fn has(&self, id: EntryId) -> bool {
        self.ids.contains(&id)
    }

    /// The time of a form, but after everything said so far: a page that lay open for hours still has the last word.
    fn after_all(&self, at: Timestamp) -> Timestamp {
        let last = self.entries.iter().map(|entry| entry.new.at.min(entry.received)).max();
        match last.and_then(|last| last.checked_add(1.millisecond()).ok()) {
            Some(next) if next > at => next,
            _ => at,
        }
    }
}

/// Sends back to a page, with the banner of what was kept.
pub fn done(path: &str, kept: Kept) -> Response {
    match kept.first {
        Some(first) => Redirect::to(&format!("{path}?done={first}&n={}", kept.count)).into_response(),
        None => Redirect::to(path).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_have_the_same_id_and_other_words_another() {
        let one = EntryId(uuid::Uuid::from_u128(1));
        assert_eq!(derived(one, "a"), derived(one, "a"));
        assert_ne!(derived(one, "a"), derived(one, "b"));
        assert_ne!(derived(one, "a"), derived(EntryId(uuid::Uuid::from_u128(2)), "a"));
    }
}
