//! A made-up person for the servers of this folder and for the measuring of pages: six months of nights, a kept check, and a
//! trial whose nights are over.

use std::sync::Arc;

use charley_knowledge::Knowledge;
use charley_nights::trial::order::commitment;
use charley_records::accounts::OneTime;
use charley_records::checks::Check;
use charley_records::diary::{Body, Changed, Cramps, Episode, Muscle, NewEntry, NightReport, Relief, Side};
use charley_records::people::{NewPerson, Person};
use charley_records::secret::Secret;
use charley_records::trials::Trial;
use charley_records::{Access, Actor, CheckId, EntryId, SharedStore, TrialId, ids};
use charley_records_sqlite::SqliteStore;
use charley_web::answers::danger::fact_names;
use charley_web::trial::kept::{Baseline, Choice, Protocol};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// The morning of Tuesday 24 November 2026 in London.
pub fn now() -> Timestamp {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

fn entry(at: Timestamp, body: Body) -> NewEntry {
    NewEntry { id: EntryId(ids::random().unwrap()), at, zone: "Europe/London".to_owned(), body }
}

/// Six months of nights: more cramps in summer, some nights not recorded, a change, long cramps, a contradiction.
pub fn diary() -> Vec<NewEntry> {
    let mut entries = Vec::new();
    for back in 2..180_i32 {
        let night = date(2026, 11, 24) - back.days();
        let mix = (back * 7919 + back * back * 31) % 17;
        if mix < 3 {
            continue;
        }
        let summer = matches!(night.month(), 6..=8);
        let cramps = match (mix, summer) {
            (3..=5, _) => Cramps::TwoOrMore,
            (6..=8, _) | (9..=11, true) => Cramps::Exactly(1),
            _ => Cramps::Exactly(0),
        };
        let report = NightReport { night: night.to_string(), cramps, sleep: Some(4), pain: None, by_partner: false };
        entries.push(entry(now() - (back * 24 - 30).hours(), Body::Night(report)));
    }
    let cramp = |minutes, danger| {
        Body::Episode(Episode {
            minutes: Some(minutes),
            side: Some(Side::Left),
            muscle: Some(Muscle::Calf),
            pain: Some(7),
            relief: vec![Relief::Stretch, Relief::Walking],
            danger,
            ..Episode::default()
        })
    };
    for (at, minutes) in [("2026-11-20T02:10:00Z", 12.0), ("2026-11-22T03:40:00Z", 14.0), ("2026-11-22T05:00:00Z", 3.0)]
    {
        entries.push(entry(at.parse().unwrap(), cramp(minutes, false)));
    }
    let change = |date: &str, what: &str, how| Body::Change { date: date.to_owned(), what: what.to_owned(), how };
    entries.push(entry(now(), change("2026-10-14", "water tablet in the morning", Changed::Altered)));
    entries.push(entry(now(), change("2026-11-04", "magnesium", Changed::Started)));
    entries
}

/// A finished check: ordinary cramps, no danger sign, and these facts more.
pub fn check(knowledge: &Knowledge, more: &[&str]) -> Check {
    let signs = knowledge.danger_lists.iter().flat_map(|list| &list.items).flat_map(fact_names);
    let mut facts: Vec<serde_json::Value> =
        signs.map(|name| serde_json::json!({ "name": name, "value": false })).collect();
    facts.push(serde_json::json!({ "name": "age", "value": 56, "unit": "yr" }));
    for name in ["leg_cramps", "calf_cramps", "nocturnal_symptoms"].iter().chain(more) {
        facts.push(serde_json::json!({ "name": name, "value": true }));
    }
    Check {
        id: CheckId(ids::random().unwrap()),
        at: now() - 48.hours(),
        knowledge: "made up".to_owned(),
        disposition: "routine".to_owned(),
        answers: serde_json::json!({ "facts": facts }).to_string(),
    }
}

/// Six pairs of seven nights from 20 August: over by now.
pub fn trial(knowledge: &Knowledge) -> Trial {
    let remedy = knowledge.remedies.iter().find(|remedy| remedy.period_nights == 7).unwrap();
    let seed = [7; 32];
    let choice = Choice { first_night: date(2026, 8, 20), pairs: 6, margin: 0.7, capsules: false };
    Trial {
        id: TrialId(ids::random().unwrap()),
        created: now() - (24 * 97).hours(),
        protocol: Protocol::new(remedy, &choice, Baseline { nights: 24, rate: 0.8 }).write(),
        commitment: commitment(&seed),
        seed,
        ended: None,
    }
}

/// Six pairs of fourteen nights of capsules from 20 August: the seventh box is open.
pub fn capsules(knowledge: &Knowledge) -> Trial {
    let remedy = knowledge.remedies.iter().find(|remedy| remedy.capsules.is_some()).unwrap();
    let seed = [9; 32];
    let choice = Choice { first_night: date(2026, 8, 20), pairs: 6, margin: 0.8, capsules: true };
    Trial {
        protocol: Protocol::new(remedy, &choice, Baseline { nights: 24, rate: 1.1 }).write(),
        commitment: commitment(&seed),
        seed,
        ..trial(knowledge)
    }
}

/// Four months of nights that have seven cramps or none, and what Ann thinks the capsules were.
pub fn bursts() -> Vec<NewEntry> {
    let mut entries = Vec::new();
    for back in 1..130_i32 {
        let night = date(2026, 11, 24) - back.days();
        let mix = (back * 7919 + back * back * 31) % 17;
        if mix == 0 {
            continue;
        }
        let cramps = Cramps::Exactly(if mix < 6 { 7 } else { 0 });
        let report = NightReport { night: night.to_string(), cramps, sleep: Some(4), pain: None, by_partner: false };
        entries.push(entry(now() - (back * 24 - 24).hours(), Body::Night(report)));
        let arm = [None, Some(1), Some(0)][usize::try_from(mix).unwrap() % 3];
        entries.push(entry(now() - (back * 24 - 14).hours(), Body::Guess { night: night.to_string(), arm }));
    }
    entries
}

/// Ann, signed in.
pub struct Home {
    pub store: SharedStore,
    pub person: Person,
    pub access: Access,
    /// Of her session.
    pub token: Secret,
}

/// Ann with an empty log.
pub async fn ann(store: SqliteStore) -> Home {
    let store: SharedStore = Arc::new(store);
    let link = store.issue_link(&OneTime::FirstAccount, now() + SignedDuration::from_hours(1), now()).await.unwrap();
    let new = NewPerson { name: "Ann".to_owned(), zone: "Europe/London".to_owned(), region: "uk".to_owned() };
    let password = Secret::new("seven quiet lanterns");
    let account = store.create_first(&link, "ann", &password, &new, now()).await.unwrap();
    let person = store.people_of(account.id, now()).await.unwrap().remove(0);
    let access = store.open(&Actor::Account { account: account.id }, person.id, now()).await.unwrap();
    let (_, token) = store.sign_in("ann", &password, "", "test", now()).await.unwrap();
    Home { store, person, access, token }
}

impl Home {
    /// Fills the log, keeps the check, and starts the trial.
    pub async fn furnish(&self, knowledge: &Knowledge) {
        self.fill(diary(), check(knowledge, &[]), trial(knowledge)).await;
    }

    /// The same with nights in bursts, a check that allows magnesium, and capsules.
    pub async fn furnish_blinded(&self, knowledge: &Knowledge) {
        self.fill(bursts(), check(knowledge, &["day_harmed"]), capsules(knowledge)).await;
    }

    async fn fill(&self, nights: Vec<NewEntry>, check: Check, trial: Trial) {
        self.store.append(&self.access, &nights, now()).await.unwrap();
        self.store.save_check(&self.access, &check).await.unwrap();
        self.store.start_trial(&self.access, &trial).await.unwrap();
    }
}
