//! What was just kept, and the button that takes it back.

use axum::extract::State;
use axum::response::Response;
use charley_records::EntryId;
use charley_records::diary::{Body, Entry};

use super::forms::{Mark, Said, done};
use super::{Log, convert, words};
use crate::error::WebError;
use crate::page::Fields;
use crate::state::AppState;

/// The query of a page to which a form leads.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Done {
    /// The first entry of what was kept.
    #[serde(default)]
    pub done: String,
    /// How many entries were kept, that one included.
    #[serde(default)]
    pub n: String,
}

/// The banner.
pub struct Banner {
    /// What was kept.
    pub text: String,
    /// The entry that the button names.
    pub entry: EntryId,
    /// How many it stands for.
    pub count: usize,
    /// "Undo", or "Bring it back".
    pub button: &'static str,
    /// Mark of the form.
    pub mark: Mark,
    /// Where the form comes back to.
    pub back: String,
}

/// The banner for an address that ends with `?done=`; none when there is no such entry.
///
/// # Errors
/// When the system has no randomness to give.
pub fn banner(log: &Log, query: &Done, back: &str) -> Result<Option<Banner>, WebError> {
    let Ok(id) = query.done.parse() else { return Ok(None) };
    let kept = together(log, id, count(&query.n));
    let Some(first) = kept.first() else { return Ok(None) };
    let undo = matches!(first.new.body, Body::Undo { .. });
    // Taken back by now: the banner of the undo says so.
    if log.diary.undone.contains(&convert::id(id)) {
        return Ok(None);
    }
    let text = match (&first.new.body, kept.len()) {
        (Body::Undo { .. }, 1) => "Taken back.".to_owned(),
        (Body::Undo { .. }, n) => format!("Taken back: {n} notes."),
        (body, 1) => format!("Saved: {}.", describe(body)),
        (_, n) => format!("Saved: {n} notes."),
    };
    let button = if undo { "Bring it back" } else { "Undo" };
    let (mark, back) = (Mark::new(log.now)?, back.to_owned());
    Ok(Some(Banner { text, entry: id, count: kept.len(), button, mark, back }))
}

fn count(text: &str) -> usize {
    text.parse().unwrap_or(1)
}

/// An entry and those that the same form kept after it: next to it in the order of arrival, at the same time.
fn together(log: &Log, id: EntryId, count: usize) -> Vec<&Entry> {
    let Some(at) = log.entries.iter().position(|entry| entry.new.id == id && !entry.disputed) else {
        return Vec::new();
    };
    let from = log.entries.get(at..).unwrap_or_default();
    let received = from.first().map(|first| first.received);
    let same = |entry: &&Entry| Some(entry.received) == received && entry.device.is_none() && !entry.disputed;
    let first = from.iter().take(1);
    first.chain(from.iter().skip(1).take_while(same)).take(count.max(1)).collect()
}

fn describe(body: &Body) -> String {
    match (body, convert::what(body)) {
        (Body::Edit { body, .. }, _) => describe(body),
        (Body::Undo { .. }, _) => "taken back".to_owned(),
        (_, Some(charley_nights::diary::What::Report(report))) => match report.cramps {
            None => format!("not known, for {}", words::short(report.night)),
            count => format!("{}, night of {}", words::count(count), words::short(report.night)),
        },
        (_, Some(charley_nights::diary::What::Change(change))) => {
            format!("{}, on {}", words::change(change.how, &change.what), words::short(change.date))
        }
        (_, Some(charley_nights::diary::What::LegSwollen { night, swollen })) => {
            let what = if swollen { "one leg newly swollen" } else { "no leg newly swollen" };
            format!("{what}, night of {}", words::short(night))
        }
        (Body::Episode(_), _) => "a cramp".to_owned(),
        _ => "your note".to_owned(),
    }
}

/// Takes back what a form kept, or one entry, or brings it back.
///
/// # Errors
/// When there is no such entry or the store refuses.
pub async fn undo(State(state): State<AppState>, log: Log, fields: Fields) -> Result<Response, WebError> {
    let mark = Mark::read(&fields, log.now)?;
    let entry: EntryId = fields.get("entry").parse().map_err(|_| WebError::BadForm)?;
    let targets: Vec<EntryId> =
        together(&log, entry, count(fields.get("n"))).iter().map(|entry| entry.new.id).collect();
    if targets.is_empty() {
        return Err(WebError::NotFound);
    }
    let said = targets.into_iter().map(|target| Said::new(Body::Undo { target })).collect();
    let kept = log.say(&state, mark, said).await?;
    Ok(done(inside(fields.get("back")), kept))
}

/// Only a page of the log.
fn inside(back: &str) -> &str {
    let plain = back.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/' || b == b'-');
    if (back == "/log" || back.starts_with("/log/")) && plain { back } else { "/log" }
}
