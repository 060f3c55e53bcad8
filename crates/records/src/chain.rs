//! The chain of the audit log: how entries are linked, heads signed and the whole walked. Shared by the engines.
//!
//! An entry commits with its transaction and waits. The sequencer gives waiting entries their places, hashes each over the
//! one before it, and signs the last with HMAC-SHA256 under a key that lies in the database (table `secret`). That finds
//! edits by hand, lost rows and damage. It does not stop somebody who holds the whole database with its key: against that,
//! keep a head that [`crate::audit::Verified`] shows somewhere else and compare. A public-key signature would add no more
//! than that while its private key lies beside the log.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::access::LinkAction;
use crate::audit::Verified;
use crate::secret::hex;
use crate::{AccountId, Actor, OrganisationId, PersonId, RecordsError, Result, SubjectId};

/// Name of the key in the table `secret`.
pub const KEY: &str = "audit";
/// Most entries linked in one transaction: a head signs at most so many.
pub const BATCH: i64 = 10_000;

/// What a linked entry says, as it is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Place in the chain, from 1.
    pub sequence: i64,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// Who, as [`actor_code`].
    pub actor: String,
    /// What.
    pub action: String,
    /// Whose record.
    pub subject: Option<SubjectId>,
    /// How many things.
    pub count: i64,
}

impl Link {
    /// SHA-256 over the hash before (empty for the first) and the entry.
    pub fn hash(&self, before: &str) -> String {
        let Self { sequence, at_ms, actor, action, subject, count } = self;
        let text = serde_json::json!([before, sequence, at_ms, actor, action, subject, count]).to_string();
        hex(&Sha256::digest(text.as_bytes()))
    }
}

/// A signed head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Place of the last entry it covers.
    pub sequence: i64,
    /// Hash of that entry.
    pub hash: String,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// HMAC-SHA256 in hexadecimal.
    pub signature: String,
}

impl Head {
    /// Signs a head.
    ///
    /// # Errors
    /// [`RecordsError::Damaged`] when the key is none.
    pub fn sign(key: &[u8], sequence: i64, hash: String, at_ms: i64) -> Result<Self> {
        let signature = hex(&mac(key, sequence, &hash, at_ms)?.finalize().into_bytes());
        Ok(Self { sequence, hash, at_ms, signature })
    }

    /// Whether the signature holds.
    ///
    /// # Errors
    /// [`RecordsError::Damaged`] when the key is none.
    pub fn holds(&self, key: &[u8]) -> Result<bool> {
        let again = Self::sign(key, self.sequence, self.hash.clone(), self.at_ms)?;
        Ok(again.signature == self.signature)
    }
}

fn mac(key: &[u8], sequence: i64, hash: &str, at_ms: i64) -> Result<Hmac<Sha256>> {
    let damaged = |why: String| RecordsError::Damaged { what: "the key of the audit log", why };
    if key.len() != 32 {
        return Err(damaged(format!("it has {} bytes, not 32", key.len())));
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|error| damaged(error.to_string()))?;
    mac.update(format!("charley audit head {sequence} {hash} {at_ms}").as_bytes());
    Ok(mac)
}

/// Walks a chain, entry by entry in order of place.
#[derive(Debug)]
pub struct Walk {
    heads: BTreeMap<i64, Head>,
    signed: u64,
    last: i64,
    hash: String,
    fault: Option<String>,
}

impl Walk {
    /// Starts with all heads and the key.
    ///
    /// # Errors
    /// [`RecordsError::Damaged`] when the key is none.
    pub fn new(heads: Vec<Head>, key: &[u8]) -> Result<Self> {
        let mut walk = Self { heads: BTreeMap::new(), signed: 0, last: 0, hash: String::new(), fault: None };
        for head in heads {
            if head.holds(key)? {
                walk.signed += 1;
            } else {
                walk.fault(format!("the signature of head {} does not hold", head.sequence));
            }
            walk.heads.insert(head.sequence, head);
        }
        Ok(walk)
    }

    fn fault(&mut self, text: String) {
        self.fault.get_or_insert(text);
    }

    /// The next entry and the hash kept with it. False when there is no use in going on.
    pub fn step(&mut self, link: &Link, kept: &str) -> bool {
        if self.fault.is_some() {
            return false;
        }
        if link.sequence != self.last + 1 {
            self.fault(format!("entry {} is missing", self.last + 1));
            return false;
        }
        let hash = link.hash(&self.hash);
        if hash != kept {
            self.fault(format!("entry {} was changed, or the one before it", link.sequence));
            return false;
        }
        if self.heads.get(&link.sequence).is_some_and(|head| head.hash != hash) {
            self.fault(format!("entry {} is not the one that was signed", link.sequence));
            return false;
        }
        self.last = link.sequence;
        self.hash = hash;
        true
    }

    /// What the walk found; `waiting` entries are not linked yet.
    pub fn finish(mut self, waiting: u64) -> Verified {
        if let Some(signed) = self.heads.keys().next_back().copied()
            && signed > self.last
        {
            self.fault(format!("entry {} is missing: it was signed", self.last + 1));
        } else if self.last > 0 && !self.heads.contains_key(&self.last) {
            self.fault(format!("the head of entry {} is missing", self.last));
        }
        let head = (self.last > 0).then(|| format!("{}:{}", self.last, self.hash));
        let linked = u64::try_from(self.last).unwrap_or(0);
        Verified { linked, waiting, heads: self.signed, head, fault: self.fault }
    }
}

/// An actor as the log keeps it: opaque ids and codes. It does not hold the person, for whom the subject stands.
pub fn actor_code(actor: &Actor) -> String {
    match actor {
        Actor::Account { account } => format!("account:{account}"),
        Actor::Device { device, .. } => format!("device:{device}"),
        Actor::Link { action: LinkAction::Calendar, .. } => "link:calendar".to_owned(),
        Actor::Link { action: LinkAction::Visit, .. } => "link:visit".to_owned(),
        Actor::Staff { account, clinic } => format!("staff:{account}@{clinic}"),
        Actor::Job { name } => format!("job:{name}"),
    }
}

/// The actor of a code, in the log of this person.
///
/// # Errors
/// [`RecordsError::Damaged`].
pub fn actor_of(code: &str, person: PersonId) -> Result<Actor> {
    let damaged = || RecordsError::Damaged { what: "an entry of the audit log", why: format!("actor `{code}`") };
    match code.split_once(':') {
        Some(("account", id)) => id.parse().map(|account| Actor::Account { account }).map_err(|_| damaged()),
        Some(("device", id)) => id.parse().map(|device| Actor::Device { device, person }).map_err(|_| damaged()),
        Some(("link", "calendar")) => Ok(Actor::Link { person, action: LinkAction::Calendar }),
        Some(("link", "visit")) => Ok(Actor::Link { person, action: LinkAction::Visit }),
        Some(("staff", both)) => {
            let (account, clinic) = both.split_once('@').ok_or_else(damaged)?;
            let account = AccountId(account.parse().map_err(|_| damaged())?);
            Ok(Actor::Staff { account, clinic: OrganisationId(clinic.parse().map_err(|_| damaged())?) })
        }
        Some(("job", name)) => Ok(Actor::Job { name: name.to_owned() }),
        _ => Err(damaged()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn chain(count: i64) -> Vec<(Link, String)> {
        let mut before = String::new();
        let link = |sequence| Link {
            sequence,
            at_ms: 1_000 + sequence,
            actor: "job:test".to_owned(),
            action: "diary.append".to_owned(),
            subject: None,
            count: 1,
        };
        (1..=count)
            .map(|sequence| {
                before = link(sequence).hash(&before);
                (link(sequence), before.clone())
            })
            .collect()
    }

    fn heads(chain: &[(Link, String)]) -> Vec<Head> {
        [3, 5].iter().map(|n| Head::sign(&KEY, *n, chain[*n as usize - 1].1.clone(), 9).unwrap()).collect()
    }

    fn walk(heads: Vec<Head>, chain: &[(Link, String)]) -> Option<String> {
        let mut walk = Walk::new(heads, &KEY).unwrap();
        for (link, hash) in chain {
            if !walk.step(link, hash) {
                break;
            }
        }
        walk.finish(0).fault
    }

    #[test]
    fn a_sound_chain_holds() {
        let chain = chain(5);
        let mut walk = Walk::new(heads(&chain), &KEY).unwrap();
        assert!(chain.iter().all(|(link, hash)| walk.step(link, hash)));
        let found = walk.finish(2);
        assert_eq!((found.linked, found.waiting, found.heads, found.fault), (5, 2, 2, None));
        assert_eq!(found.head, Some(format!("5:{}", chain[4].1)));
        let empty = Walk::new(Vec::new(), &KEY).unwrap().finish(0);
        assert_eq!((empty.linked, empty.head, empty.fault), (0, None, None));
    }

    #[test]
    fn every_tampering_is_named() {
        let sound = chain(5);
        let heads = heads(&sound);
        let said = |chain: &[(Link, String)]| walk(heads.clone(), chain).unwrap_or_default();
        let mut changed = sound.clone();
        changed[1].0.count = 9;
        assert_eq!(said(&changed), "entry 2 was changed, or the one before it");
        // Changed, and the chain hashed again from there: the signed head gives it away.
        let mut again = sound.clone();
        again[1].0.count = 9;
        for n in 1..5 {
            let before = again[n - 1].1.clone();
            again[n].1 = again[n].0.hash(&before);
        }
        assert_eq!(said(&again), "entry 3 is not the one that was signed");
        assert_eq!(said(&[&sound[..2], &sound[3..]].concat()), "entry 3 is missing");
        assert_eq!(said(&sound[..4]), "entry 5 is missing: it was signed");
        assert_eq!(said(&[]), "entry 1 is missing: it was signed");
        assert_eq!(walk(heads[..1].to_vec(), &sound).unwrap(), "the head of entry 5 is missing");
        let mut forged = heads;
        forged[1].at_ms += 1;
        assert_eq!(walk(forged, &sound).unwrap(), "the signature of head 5 does not hold");
    }

    #[test]
    fn actors_come_back_as_they_went() {
        let person = PersonId(uuid::Uuid::from_u128(1));
        let device = crate::DeviceId(uuid::Uuid::from_u128(2));
        let account = crate::AccountId(uuid::Uuid::from_u128(3));
        for actor in [
            Actor::Account { account },
            Actor::Device { device, person },
            Actor::Staff { account, clinic: OrganisationId(uuid::Uuid::from_u128(4)) },
            Actor::Link { person, action: LinkAction::Calendar },
            Actor::Link { person, action: LinkAction::Visit },
            Actor::Job { name: "reminders".to_owned() },
        ] {
            assert_eq!(actor_of(&actor_code(&actor), person).unwrap(), actor);
            assert!(!actor_code(&actor).contains(&person.to_string()));
        }
        assert!(actor_of("account:x", person).is_err());
    }
}
