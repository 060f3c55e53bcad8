//! The record of Ann, as a clinician opens it.
#![allow(dead_code, missing_docs, clippy::unwrap_used, reason = "each test file uses a part; tests may panic")]

use axum::http::StatusCode;
use charley_records::clinic::Care;
use charley_records::clinic::documents::DocumentKind;
use charley_records::diary::{Body, Cramps, Episode, NewEntry, NightReport, Side};
use charley_records::{EntryId, ids};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use crate::common::{App, Reply};
use crate::world::{World, now};

/// A clinician with Ann's record open.
pub struct Chart {
    pub world: World,
    pub app: App,
    base: String,
}

impl Chart {
    pub async fn new() -> Self {
        let world = World::new().await;
        let app = world.staff(&world.clinician);
        let base = format!("/clinic/people/{}", world.ann.1.id);
        Self { world, app, base }
    }

    /// The same clinician some hours later: no two things are kept at the same moment in life.
    pub fn later(&mut self, clock: fn() -> Timestamp) {
        self.app = self.world.staff_at(&self.world.clinician, clock);
    }

    /// The address of a page.
    pub fn path(&self, tab: &str) -> String {
        if tab.is_empty() { self.base.clone() } else { format!("{}/{tab}", self.base) }
    }

    /// A page; it must be there.
    pub async fn see(&mut self, tab: &str) -> String {
        let reply = self.app.get(&self.path(tab)).await;
        assert_eq!(reply.status, StatusCode::OK, "{tab}: {} {}", reply.to(), reply.body);
        reply.body
    }

    pub async fn send(&mut self, tab: &str, form: &str) -> Reply {
        self.app.post(&self.path(tab), form).await
    }

    /// Sends a form that must be taken.
    pub async fn keep(&mut self, tab: &str, form: &str) {
        let reply = self.send(tab, form).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{tab} {form}: {}", reply.body);
    }

    /// Sends a form that must come back with what is wrong.
    pub async fn refuse(&mut self, tab: &str, form: &str) -> String {
        let reply = self.send(tab, form).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{tab} {form}: {}", reply.body);
        assert!(reply.body.contains("Error: ") || reply.body.contains("role=\"alert\""), "{}", reply.body);
        reply.body
    }

    /// A panel by hand.
    pub async fn panel(&mut self, date: &str, results: &[(&str, &str, &str)]) {
        let mut form = format!("date={date}&laboratory=Town");
        for (id, value, unit) in results {
            form.push_str(&format!("&v.{id}={value}&u.{id}={unit}"));
        }
        self.keep("laboratory", &form).await;
    }

    pub async fn care(&self) -> Care {
        let desk = self.world.clinician.desk(&self.world.store).await;
        self.world.store.care(&desk, self.world.ann.1.id, now()).await.unwrap()
    }

    /// The number of the newest version of a document.
    pub async fn version(&self, kind: DocumentKind) -> u32 {
        let documents = self.world.store.documents(&self.care().await).await.unwrap();
        documents.iter().find(|document| document.kind == kind).map_or(0, |document| document.version)
    }

    /// Nights of Ann, the last one being that before today: each with its cramps by side.
    pub async fn nights(&self, nights: &[&[Side]]) {
        let mut entries = Vec::new();
        let today: Date = "2026-11-24".parse().unwrap();
        let count = i32::try_from(nights.len()).unwrap();
        for (at, sides) in (0..count).zip(nights) {
            let night = today.saturating_sub((count - at).days());
            for (hour, side) in (1..).zip(*sides) {
                let start = night.tomorrow().unwrap().at(hour, 0, 0, 0).in_tz("UTC").unwrap().timestamp();
                let episode =
                    Episode { start: Some(start), minutes: Some(5.0), side: Some(*side), ..Episode::default() };
                entries.push((start, Body::Episode(episode)));
            }
            let report = NightReport {
                night: night.to_string(),
                cramps: Cramps::Exactly(u16::try_from(sides.len()).unwrap()),
                sleep: None,
                pain: None,
                by_partner: false,
            };
            let morning = night.tomorrow().unwrap().at(8, 0, 0, 0).in_tz("UTC").unwrap().timestamp();
            entries.push((morning, Body::Night(report)));
        }
        let entries: Vec<NewEntry> = entries
            .into_iter()
            .map(|(at, body)| NewEntry {
                id: EntryId(ids::random().unwrap()),
                at,
                zone: "Europe/London".to_owned(),
                body,
            })
            .collect();
        for some in entries.chunks(500) {
            self.world.store.append(&self.world.ann.2, some, now()).await.unwrap();
        }
    }
}

/// The text of a page without its tags, in one line.
pub fn bare(page: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in page.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
