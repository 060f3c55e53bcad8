//! A series from CSV. Columns are named on the command line or guessed, and what was guessed is said.

use std::collections::BTreeMap;

use charley_nights::trial::Priors;

use super::analyse::Nights;
use crate::input::Refused;

/// Names that are taken for a column when none is given, best first.
const ARM: &[&str] = &["arm", "treatment", "treated", "trt", "condition", "phase", "melatonin"];
const COUNT: &[&str] =
    &["y", "count", "cramps", "cramp_count", "count_rounded", "episodes", "n_cramps", "headache", "events"];
const SCORE: &[&str] = &["y", "score", "mood", "sleep_quality", "pain", "sleep", "sleep_hours"];
const NIGHT: &[&str] = &["night", "study_day", "session", "day", "time", "date", "t"];
/// Names of a person column.
pub const PERSON: &[&str] = &["person", "participant", "patient", "id", "subject"];
/// Words for the arm without treatment.
const WITHOUT: &[&str] = &["0", "false", "no", "control", "placebo", "usual", "baseline", "off", "a", "without"];
const WITH: &[&str] = &["1", "true", "yes", "treatment", "active", "on", "b", "with"];

/// Columns named on the command line.
#[derive(Debug, Default, clap::Args)]
pub struct Columns {
    /// CSV: column of the arm (0/1, or two words).
    #[arg(long, value_name = "NAME")]
    pub arm_column: Option<String>,
    /// CSV: column of the count or score.
    #[arg(long, value_name = "NAME")]
    pub y_column: Option<String>,
    /// CSV: column of the night's number or date; gaps in it are missing nights.
    #[arg(long, value_name = "NAME")]
    pub night_column: Option<String>,
    /// CSV: column that tells people apart.
    #[arg(long, value_name = "NAME")]
    pub person_column: Option<String>,
}

/// A table of text.
#[derive(Debug)]
pub struct Table {
    /// Column names.
    pub header: Vec<String>,
    /// Rows with their line in the file.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Most rows that are read.
const MOST_ROWS: usize = 200_000;

/// Reads a table; commas, semicolons or tabs.
pub fn table(text: &str, name: &str) -> Result<Table, Refused> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|delimiter| first.bytes().filter(|byte| byte == delimiter).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header: Vec<String> =
        reader.headers().map_err(|error| Refused(format!("{name}: {error}")))?.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| Refused(format!("{name}: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((line, record.iter().map(str::to_owned).collect()));
        if rows.len() > MOST_ROWS {
            return Err(Refused(format!("{name}: more than {MOST_ROWS} rows")));
        }
    }
    if rows.is_empty() {
        return Err(Refused(format!("{name}: no row under the header")));
    }
    Ok(Table { header, rows })
}

impl Table {
    /// The place of a column: the one named, else the first of the usual names that is there.
    pub fn column(&self, named: Option<&str>, usual: &[&str], what: &str) -> Result<usize, Refused> {
        let find = |name: &str| self.header.iter().position(|column| column.eq_ignore_ascii_case(name));
        match named {
            Some(name) => {
                find(name).ok_or_else(|| Refused(format!("no column {name:?}; there are: {}", self.header.join(", "))))
            }
            None => usual
                .iter()
                .find_map(|name| find(name))
                .ok_or_else(|| Refused(format!("no column for {what}: name one of: {}", self.header.join(", ")))),
        }
    }
}

/// Reads one person's series.
pub fn read(text: &str, name: &str, columns: &Columns, person: Option<&str>, score: bool) -> anyhow::Result<Nights> {
    let table = table(text, name)?;
    let y =
        table.column(columns.y_column.as_deref(), if score { SCORE } else { COUNT }, "what is counted (--y-column)")?;
    let mut people: BTreeMap<String, Vec<&(u64, Vec<String>)>> = BTreeMap::new();
    let by = table.column(columns.person_column.as_deref(), PERSON, "people").ok();
    for row in &table.rows {
        people.entry(by.map_or(String::new(), |by| row.1[by].clone())).or_default().push(row);
    }
    let rows = match person {
        Some(person) => people.remove(person).ok_or_else(|| {
            let known: Vec<String> = people.keys().take(20).cloned().collect();
            Refused(format!("{name}: no person {person:?}; there are: {}", known.join(", ")))
        })?,
        None if people.len() == 1 => people.pop_first().map(|(_, rows)| rows).unwrap_or_default(),
        None => {
            let known: Vec<String> = people.keys().take(20).cloned().collect();
            return Err(Refused(format!(
                "{name}: {} people in column {:?}: choose one with --person ({})",
                people.len(),
                by.map_or("", |by| table.header[by].as_str()),
                known.join(", ")
            ))
            .into());
        }
    };
    let arm = table.column(columns.arm_column.as_deref(), ARM, "the arm (--arm-column)")?;
    let night = table.column(columns.night_column.as_deref(), NIGHT, "the night").ok();
    let mut said =
        vec![format!("arm: column {:?}", table.header[arm]), format!("counted: column {:?}", table.header[y])];
    let words = words(&rows, arm, name, &mut said)?;
    let mut nights: Vec<(i64, bool, String, String)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let place = format!("line {}", row.0);
        let number = match night {
            None => i64::try_from(at)?,
            Some(night) => day(&row.1[night]).ok_or_else(|| {
                Refused(format!(
                    "{name}, {place}: {:?} in column {:?} is no whole number and no date",
                    row.1[night], table.header[night]
                ))
            })?,
        };
        nights.push((number, words[&row.1[arm].to_lowercase()], row.1[y].clone(), place));
    }
    if let Some(night) = night {
        said.push(format!("night: column {:?}; gaps are nights that were not recorded", table.header[night]));
    }
    nights.sort_by_key(|night| night.0);
    series(nights, name, said)
}

/// Puts missing nights into the gaps.
fn series(rows: Vec<(i64, bool, String, String)>, name: &str, said: Vec<String>) -> anyhow::Result<Nights> {
    let mut nights = Nights::empty(Priors::default(), said);
    let mut before: Option<(i64, bool)> = None;
    for (number, treated, value, place) in rows {
        if let Some((last, arm)) = before {
            if number == last {
                return Err(Refused(format!("{name}, {place}: night {number} comes twice")).into());
            }
            if number - last > 4_000 {
                return Err(Refused(format!("{name}, {place}: a gap of {} nights", number - last)).into());
            }
            for missing in 1..number - last {
                // A gap belongs to the period it began in; it has no likelihood term, so this only fills the list.
                nights.push(arm, String::new(), format!("night {}", last + missing));
            }
        }
        nights.push(treated, value, place);
        before = Some((number, treated));
    }
    Ok(nights)
}

/// A night as a number: a whole number, or a date as days.
fn day(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(number);
    }
    let date: jiff::civil::Date = text.get(..10).unwrap_or(text).parse().ok()?;
    Some(i64::from((date - jiff::civil::Date::constant(1970, 1, 1)).get_days()))
}

/// Which words of the arm column mean treatment.
fn words(
    rows: &[&(u64, Vec<String>)],
    arm: usize,
    name: &str,
    said: &mut Vec<String>,
) -> Result<BTreeMap<String, bool>, Refused> {
    let mut found: Vec<String> = rows.iter().map(|row| row.1[arm].to_lowercase()).collect();
    found.sort();
    found.dedup();
    let known = |word: &String| {
        if WITHOUT.contains(&word.as_str()) { Some(false) } else { WITH.contains(&word.as_str()).then_some(true) }
    };
    let meanings: Vec<Option<bool>> = found.iter().map(known).collect();
    let meanings: Vec<bool> = match (found.len(), meanings.as_slice()) {
        (1 | 2, all) if all.iter().all(Option::is_some) => all.iter().map(|known| *known == Some(true)).collect(),
        (2, [Some(first), None]) => vec![*first, !*first],
        (2, [None, Some(second)]) => vec![!*second, *second],
        _ => {
            let list = found.iter().take(8).map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
            return Err(Refused(format!(
                "{name}: the arm column holds {list}; write 0 for without and 1 for on treatment"
            )));
        }
    };
    for (word, treated) in found.iter().zip(&meanings) {
        said.push(format!("{word:?} is {}", if *treated { "on treatment" } else { "without" }));
    }
    Ok(found.into_iter().zip(meanings).collect())
}
