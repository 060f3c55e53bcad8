//! A signed-in household over a store in memory.
#![allow(dead_code, missing_docs, clippy::unwrap_used, reason = "each test file uses a part; tests may panic")]

use std::sync::Arc;

use axum::http::{Request, header};
use charley_records::accounts::OneTime;
use charley_records::diary::{Body, Episode, NewEntry};
use charley_records::people::{NewPerson, Person};
use charley_records::secret::Secret;
use charley_records::{Access, Actor, EntryId, SharedStore, ids};
use charley_records_sqlite::SqliteStore;
use charley_web::AppState;
use jiff::Timestamp;

use crate::common::{App, Reply, reasoner};

/// The morning of Tuesday 24 November 2026 in London.
pub fn morning() -> Timestamp {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

const PASSWORD: &str = "seven quiet lanterns";

/// One household: its store, and the owner's browser.
pub struct Household {
    pub store: SharedStore,
    pub person: Person,
    pub access: Access,
    pub app: App,
}

impl Household {
    pub async fn new() -> Self {
        Self::in_zone("Europe/London").await
    }

    pub async fn in_zone(zone: &str) -> Self {
        Self::at(zone, morning).await
    }

    pub async fn at(zone: &str, clock: fn() -> Timestamp) -> Self {
        let store: SharedStore = Arc::new(SqliteStore::in_memory().await.unwrap());
        let now = clock();
        let link =
            store.issue_link(&OneTime::FirstAccount, now + jiff::SignedDuration::from_hours(1), now).await.unwrap();
        let new = NewPerson { name: "Ann".to_owned(), zone: zone.to_owned(), region: "uk".to_owned() };
        let account = store.create_first(&link, "ann", &Secret::new(PASSWORD), &new, now).await.unwrap();
        let person = store.people_of(account.id, now).await.unwrap().remove(0);
        let access = store.open(&Actor::Account { account: account.id }, person.id, now).await.unwrap();
        let state = AppState::new(reasoner(), || (2026, 11, 24)).with_store(store.clone()).with_timestamp(clock);
        let mut app = App::with(state);
        sign_in(&store, &mut app, now).await;
        Self { store, person, access, app }
    }

    /// Another browser of the same person.
    pub async fn second_browser(&self) -> App {
        let mut app = self.app.stranger();
        sign_in(&self.store, &mut app, morning()).await;
        app
    }

    /// The browser of somebody else in the household, who looks at this person.
    pub async fn member(&self) -> App {
        let now = morning();
        let later = now + jiff::SignedDuration::from_hours(1);
        let Actor::Account { account } = self.access.actor() else { panic!("the owner") };
        let link = self.store.invite(*account, later, now).await.unwrap();
        let new = NewPerson { name: "Bob".to_owned(), zone: "Europe/London".to_owned(), region: "uk".to_owned() };
        self.store.join(&link, "bob", &Secret::new(PASSWORD), &new, now).await.unwrap();
        let (_, token) = self.store.sign_in("bob", &Secret::new(PASSWORD), "", "test", now).await.unwrap();
        let mut app = self.app.stranger();
        app.put_cookie(charley_web::cookies::SIGNED_IN, token.expose());
        app.put_cookie(charley_web::cookies::PERSON, &self.person.id.to_string());
        app
    }

    /// Keeps what was told, at its time.
    pub async fn tell(&self, entries: &[(&str, Body)]) {
        let entries: Vec<NewEntry> = entries
            .iter()
            .map(|(at, body)| NewEntry {
                id: EntryId(ids::random().unwrap()),
                at: at.parse().unwrap(),
                zone: self.person.zone.clone(),
                body: body.clone(),
            })
            .collect();
        for some in entries.chunks(1_000) {
            self.store.append(&self.access, some, morning()).await.unwrap();
        }
    }

    pub async fn entries(&self) -> usize {
        self.store.entries(&self.access).await.unwrap().len()
    }
}

async fn sign_in(store: &SharedStore, app: &mut App, now: Timestamp) {
    let (_, token) = store.sign_in("ann", &Secret::new(PASSWORD), "", "test", now).await.unwrap();
    app.put_cookie(charley_web::cookies::SIGNED_IN, token.expose());
}

/// A cramp of so many minutes.
pub fn cramp(minutes: f64, danger: bool) -> Body {
    Body::Episode(Episode { minutes: Some(minutes), danger, ..Episode::default() })
}

/// The hidden fields of the form on a page that sends to this address.
pub fn hidden(page: &str, action: &str) -> String {
    let form = match action {
        "" => {
            ["<form class=\"narrow\" method=\"post\">", "<form method=\"post\""].iter().find_map(|form| page.find(form))
        }
        action => page.find(&format!("action=\"{action}\"")),
    };
    let form = &page[form.unwrap_or_else(|| panic!("no form for {action} on\n{page}"))..];
    let form = &form[..form.find("</form>").unwrap()];
    let mut pairs = Vec::new();
    for input in form.split("<input type=\"hidden\"").skip(1) {
        let value = |name: &str| {
            let from = input.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
            input[from..].split('"').next().unwrap().to_owned()
        };
        pairs.push(format!("{}={}", value("name"), value("value").replace('+', "%2B")));
    }
    pairs.join("&")
}

/// Sends a file, as a browser does.
pub async fn upload(app: &mut App, path: &str, parts: &[(&str, &str)]) -> Reply {
    let mut body = String::new();
    for (name, text) in parts {
        let file = if *name == "file" { "; filename=\"nights.csv\"" } else { "" };
        body.push_str(&format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n"));
    }
    body.push_str("--edge--\r\n");
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .header(header::CONTENT_LENGTH, body.len())
        .header("sec-fetch-site", "same-origin");
    app.send(request, body).await
}
