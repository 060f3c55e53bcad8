//! From entries to nights.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::civil::night_of;
use super::entry::{Change, Count, Entry, Episode, Exposure, Id, Report, What};

/// Something that holds, with where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Told<T> {
    /// The entry it stands in: the target of an undo or an edit.
    pub id: Id,
    /// When the entry was made.
    pub at: Timestamp,
    /// Where.
    pub zone: TimeZone,
    /// The value, edits included.
    pub value: T,
}

impl Told<Episode> {
    /// When the cramp began.
    pub fn start(&self) -> Timestamp {
        self.value.start.unwrap_or(self.at)
    }
}

/// One night with everything told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Night {
    /// The day on which it began.
    pub date: Date,
    /// How many cramps; none when the night is not recorded.
    pub count: Option<Count>,
    /// Cramps that were logged, by start.
    pub episodes: Vec<Told<Episode>>,
    /// Words on the whole night; the one that counts comes first.
    pub reports: Vec<Told<Report>>,
    /// "No cramp" was said, and a cramp was logged. The cramp counts.
    pub contradiction: bool,
    /// What was done, the last word on each.
    pub exposures: Vec<Told<Exposure>>,
    /// The last guess of the arm; "I don't know" is one.
    pub guess: Option<Told<Option<bool>>>,
    /// The last word on whether one leg was newly swollen; none when nothing was said.
    pub leg_swollen: Option<Told<bool>>,
    /// Bad things that happened.
    pub adverse: Vec<Told<String>>,
}

impl Night {
    /// A night of which nothing is known.
    pub fn unknown(date: Date) -> Self {
        Self {
            date,
            count: None,
            episodes: Vec::new(),
            reports: Vec::new(),
            contradiction: false,
            exposures: Vec::new(),
            guess: None,
            leg_swollen: None,
            adverse: Vec::new(),
        }
    }

    /// The word that counts.
    pub fn report(&self) -> Option<&Told<Report>> {
        self.reports.first()
    }

    fn settle(&mut self) {
        let logged = u32::try_from(self.episodes.len()).unwrap_or(u32::MAX);
        let said = self.report().and_then(|told| told.value.cramps);
        self.contradiction = logged > 0 && said == Some(Count::Exactly(0));
        self.count = match said {
            None => (logged > 0).then_some(Count::Exactly(logged)),
            Some(Count::Exactly(n)) => Some(Count::Exactly(n.max(logged))),
            Some(Count::AtLeast(n)) => Some(Count::AtLeast(n.max(logged))),
        };
    }
}

/// All nights, and what stands beside them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Diary {
    /// Nights of which something was told, by date.
    pub nights: Vec<Night>,
    /// Changes of medicines and habits, by date.
    pub changes: Vec<Told<Change>>,
    /// Entries that were not counted because their id was taken.
    pub disputed: Vec<Entry>,
    /// Entries that an undo took back, and that no undo of the undo brought back.
    pub undone: Vec<Id>,
}

impl Diary {
    /// One night, if anything was told of it.
    pub fn night(&self, date: Date) -> Option<&Night> {
        let at = self.nights.binary_search_by_key(&date, |night| night.date).ok()?;
        self.nights.get(at)
    }

    /// The count of a night; none when it is not recorded.
    pub fn count(&self, date: Date) -> Option<Count> {
        self.night(date).and_then(|night| night.count)
    }

    /// The nights that are recorded.
    pub fn recorded(&self) -> impl Iterator<Item = (Date, Count)> {
        self.nights.iter().filter_map(|night| Some((night.date, night.count?)))
    }
}

/// Folds entries into nights.
///
/// The order of the slice does not matter, and neither does an entry that comes twice. Of two words on the same thing the
/// one said later holds ([`Entry::told`], then the id).
pub fn fold(entries: &[Entry]) -> Diary {
    let mut disputed: Vec<Entry> = entries.iter().filter(|entry| entry.disputed).cloned().collect();
    disputed.sort_by_key(|entry| (entry.told, entry.id));
    let mut by_id: BTreeMap<Id, &Entry> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !entry.disputed) {
        let kept = by_id.entry(entry.id).or_insert(entry);
        if entry.told < kept.told {
            *kept = entry;
        }
    }
    let undone = undone(&by_id);
    let edits = edits(&by_id, &undone);
    let mut roots: Vec<(&Entry, &What)> = by_id
        .values()
        .filter(|entry| !undone.contains(&entry.id) && !matches!(entry.what, What::Undo(_) | What::Edit { .. }))
        .map(|entry| (*entry, edits.get(&entry.id).map_or(&entry.what, |edit| edit.what)))
        .collect();
    // Later words come later. An edit is a word of its own.
    roots.sort_by_key(|(entry, _)| edits.get(&entry.id).map_or((entry.told, entry.id), |edit| edit.said));

    let mut nights: BTreeMap<Date, Night> = BTreeMap::new();
    let mut changes = Vec::new();
    for (entry, what) in roots {
        place(entry, what, &mut nights, &mut changes);
    }
    let mut nights: Vec<Night> = nights.into_values().collect();
    for night in &mut nights {
        night.episodes.sort_by_key(|told| (told.start(), told.id));
        // The last word first, and any word before "I don't know".
        night.reports.reverse();
        night.reports.sort_by_key(|told| told.value.cramps.is_none());
        night.settle();
    }
    changes.sort_by_key(|told: &Told<Change>| (told.value.date, told.id));
    let mut undone: Vec<Id> = undone.into_iter().collect();
    undone.sort();
    Diary { nights, changes, disputed, undone }
}

/// Entries that are taken back. An undo holds unless an undo that holds takes it back. Undos that take back each other in
/// a ring hold nothing.
fn undone(by_id: &BTreeMap<Id, &Entry>) -> HashSet<Id> {
    let undos: HashMap<Id, Id> = by_id
        .values()
        .filter_map(|entry| match entry.what {
            What::Undo(target) => Some((entry.id, target)),
            _ => None,
        })
        .collect();
    // How many undos that are not decided yet point at each undo.
    let mut open: HashMap<Id, usize> = undos.keys().map(|id| (*id, 0)).collect();
    for target in undos.values() {
        if let Some(pointing) = open.get_mut(target) {
            *pointing += 1;
        }
    }
    let mut ready: Vec<Id> = open.iter().filter(|(_, pointing)| **pointing == 0).map(|(id, _)| *id).collect();
    let mut gone: HashSet<Id> = HashSet::new();
    while let Some(undo) = ready.pop() {
        let Some(target) = undos.get(&undo) else { continue };
        if !gone.contains(&undo) {
            gone.insert(*target);
        }
        if let Some(pointing) = open.get_mut(target) {
            *pointing -= 1;
            if *pointing == 0 {
                ready.push(*target);
            }
        }
    }
    gone
}

struct Edit<'e> {
    said: (Timestamp, Id),
    what: &'e What,
}

/// The last edit that holds, by the entry at the root: an edit of an edit changes what that one changed.
fn edits<'e>(by_id: &BTreeMap<Id, &'e Entry>, undone: &HashSet<Id>) -> HashMap<Id, Edit<'e>> {
    let mut last: HashMap<Id, Edit<'e>> = HashMap::new();
    for entry in by_id.values() {
        let What::Edit { target, what } = &entry.what else { continue };
        if undone.contains(&entry.id) || matches!(**what, What::Undo(_) | What::Edit { .. }) {
            continue;
        }
        let Some(root) = root(by_id, *target) else { continue };
        let said = (entry.told, entry.id);
        let known = last.get(&root).map(|edit| edit.said);
        if known.is_none_or(|known| known < said) {
            last.insert(root, Edit { said, what });
        }
    }
    last
}

/// The entry that a chain of edits changes; none for a ring.
fn root(by_id: &BTreeMap<Id, &Entry>, from: Id) -> Option<Id> {
    let mut at = from;
    let mut seen = HashSet::new();
    while let Some(What::Edit { target, .. }) = by_id.get(&at).map(|entry| &entry.what) {
        if !seen.insert(at) {
            return None;
        }
        at = *target;
    }
    Some(at)
}

fn place(entry: &Entry, what: &What, nights: &mut BTreeMap<Date, Night>, changes: &mut Vec<Told<Change>>) {
    match what {
        What::Episode(episode) => {
            let date = night_of(episode.start.unwrap_or(entry.at), &entry.zone);
            night(nights, date).episodes.push(told(entry, episode.clone()));
        }
        What::Report(report) => night(nights, report.night).reports.push(told(entry, report.clone())),
        What::Exposure(exposure) => {
            let exposures = &mut night(nights, exposure.night).exposures;
            exposures.retain(|known| known.value.what != exposure.what);
            exposures.push(told(entry, exposure.clone()));
        }
        What::Guess { night: date, treatment } => night(nights, *date).guess = Some(told(entry, *treatment)),
        What::LegSwollen { night: date, swollen } => {
            night(nights, *date).leg_swollen = Some(told(entry, *swollen));
        }
        What::Adverse { night: date, what } => night(nights, *date).adverse.push(told(entry, what.clone())),
        What::Change(change) => changes.push(told(entry, change.clone())),
        What::Undo(_) | What::Edit { .. } => {}
    }
}

fn night(nights: &mut BTreeMap<Date, Night>, date: Date) -> &mut Night {
    nights.entry(date).or_insert_with(|| Night::unknown(date))
}

fn told<T>(entry: &Entry, value: T) -> Told<T> {
    Told { id: entry.id, at: entry.at, zone: entry.zone.clone(), value }
}
