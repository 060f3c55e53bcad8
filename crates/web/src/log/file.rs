//! The log as files: a table of nights (CSV), and everything (JSON).

use std::fmt::Write as _;

use charley_nights::diary::{Diary, Entry, fold};
use charley_records::diary::NewEntry;
use serde::{Deserialize, Serialize};

use super::{convert, words};

/// Version of the JSON form.
const VERSION: u32 = 1;
/// Most entries of a file: as many as a table has rows at most, ten times over.
pub const MOST_ENTRIES: usize = 100_000;

#[derive(Serialize, Deserialize)]
struct File {
    charley_nights: u32,
    entries: Vec<NewEntry>,
}

/// Why a JSON file cannot be used, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Not our form.
    #[error("This is not a night log that Charley saved. Line {0} can’t be read. Choose another file")]
    Shape(usize),
    /// A later form.
    #[error("This file is from a newer Charley. Use the newer one to open it")]
    Newer,
    /// Too many.
    #[error("The file has more than {MOST_ENTRIES} notes. Split it into smaller files")]
    TooMany,
}

/// True when a text is meant as JSON.
pub fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '['])
}

/// Everything, to be read again by [`read_json`].
///
/// # Errors
/// When an entry cannot be written.
pub fn write_json(entries: impl Iterator<Item = NewEntry>) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&File { charley_nights: VERSION, entries: entries.collect() })
}

/// The entries of a file.
///
/// # Errors
/// [`FileError`] says what is wrong; nothing is half-read.
pub fn read_json(text: &str) -> Result<Vec<NewEntry>, FileError> {
    let text = text.trim_start_matches('\u{feff}');
    let file: File = serde_json::from_str(text).map_err(|error| FileError::Shape(error.line()))?;
    match file {
        File { charley_nights: VERSION, entries } if entries.len() <= MOST_ENTRIES => Ok(entries),
        File { charley_nights: VERSION, .. } => Err(FileError::TooMany),
        _ => Err(FileError::Newer),
    }
}

/// The nights of entries that were kept nowhere yet: each arrived when it was made.
pub fn nights(entries: &[NewEntry]) -> Diary {
    let told: Vec<Entry> = entries
        .iter()
        .filter_map(|new| {
            let kept = charley_records::diary::Entry {
                sequence: 0,
                new: new.clone(),
                device: None,
                received: new.at,
                disputed: false,
            };
            convert::entry(&kept)
        })
        .collect();
    fold(&told)
}

/// The table: one row a night of which something was told that it shows. A night that is not recorded has no number.
pub fn write_csv(diary: &Diary) -> String {
    let mut text =
        "night,cramps,logged,longest_minutes,worst_pain,sleep_disturbed,told_by_partner,leg_swollen\r\n".to_owned();
    for night in diary.nights.iter().filter(|night| night.count.is_some() || night.leg_swollen.is_some()) {
        let report = night.report().map(|told| &told.value);
        let longest = night.episodes.iter().filter_map(|told| told.value.minutes).fold(0.0_f64, f64::max);
        let pains = night.episodes.iter().filter_map(|told| told.value.pain);
        let pain = pains.chain(report.and_then(|report| report.pain)).max();
        let number = |value: Option<u8>| value.map(|n| n.to_string()).unwrap_or_default();
        let _ = write!(
            text,
            "{},{},{},{},{},{},{},{}\r\n",
            night.date,
            night.count.map(|count| words::sign(Some(count))).unwrap_or_default(),
            night.episodes.len(),
            if longest > 0.0 { words::number(longest) } else { String::new() },
            number(pain),
            number(report.and_then(|report| report.sleep)),
            if report.is_some_and(|report| report.by_partner) { "yes" } else { "" },
            night.leg_swollen.as_ref().map_or("", |told| if told.value { "yes" } else { "no" }),
        );
    }
    text
}
