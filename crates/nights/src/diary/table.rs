//! Nights from a table (CSV): finds the columns, says which, and names every line that cannot be read.

mod cells;
mod columns;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Count;
use crate::short;
use cells::Written;
pub use columns::Columns;

/// Most rows of a table: 27 years of nights.
pub const MOST_ROWS: usize = 10_000;
/// Most cramps of one night that are believed.
pub const MOST_CRAMPS: u32 = 99;

/// Which number of `03/04/2026` is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// What the table itself cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Order of day and month, if the person has said it.
    pub order: Option<DayOrder>,
    /// True when a date is that of the morning after the night.
    pub mornings: bool,
    /// The last night that can have happened.
    pub last: Date,
}

/// One night of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Line in the file, from 1.
    pub line: u64,
    /// The day on which the night began.
    pub night: Date,
    /// How many cramps.
    pub count: Count,
}

/// What is wrong, in plain words with what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing in it.
    #[error("The file is empty. Choose another file")]
    Empty,
    /// Too many rows.
    #[error("The file has more than {MOST_ROWS} rows. Split it into smaller files")]
    TooManyRows,
    /// No column of dates.
    #[error("We found no column of dates. Name one “night”. We saw: {0}")]
    NoNights(String),
    /// No column of counts.
    #[error("We found no column that says how many cramps. Name one “cramps”. We saw: {0}")]
    NoCounts(String),
    /// Several columns may hold the counts.
    #[error("More than one column may hold the cramps: {0}. Name the right one “cramps”")]
    ManyCounts(String),
    /// `03/04/2026` can be read both ways.
    #[error("“{0}” can be read two ways. Say which number is the day")]
    Ambiguous(String),
    /// Some lines put the day first and some the month.
    #[error(
        "Some dates put the day first and some the month, such as “{0}” and “{1}”. Write all dates like 2026-11-24"
    )]
    Mixed(String, String),
    /// Not a date.
    #[error("“{0}” is not a date we can read. Write it like 2026-11-24, without a time")]
    NotDate(String),
    /// No date.
    #[error("The date is missing")]
    NoDate,
    /// After the last night.
    #[error("{0} is in the future. Use the date of a night that has begun")]
    Future(Date),
    /// Before anybody who uses this was born.
    #[error("{0} is too long ago. Check the year")]
    TooOld(Date),
    /// Not a count.
    #[error("“{0}” is not a number of cramps. Write 0, 1, 2, 2+, yes or no")]
    NotCount(String),
    /// Too many cramps to be believed.
    #[error("{0} cramps in one night is too many. The most is {MOST_CRAMPS}")]
    TooMany(String),
    /// The night is there twice, with two counts.
    #[error("{night} is in the file twice with other numbers, first in line {first}. Keep one of them")]
    Twice {
        /// Which.
        night: Date,
        /// Where first.
        first: u64,
    },
}

/// A fault and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1; none for the whole file.
    pub line: Option<u64>,
    /// What.
    pub fault: Fault,
}

/// A table as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The columns, as far as they were found.
    pub columns: Columns,
    /// Nights, by date; each once.
    pub rows: Vec<Row>,
    /// Rows that say that the night is not known.
    pub unknown: usize,
    /// Rows that repeat another with the same number.
    pub repeats: usize,
    /// Faults. With any, the table must not be used.
    pub problems: Vec<Problem>,
}

impl Table {
    /// True when the only thing missing is the order of day and month.
    pub fn asks_for_order(&self) -> bool {
        self.problems.iter().any(|problem| matches!(problem.fault, Fault::Ambiguous(_)))
    }

    fn fault(&mut self, line: Option<u64>, fault: Fault) {
        self.problems.push(Problem { line, fault });
    }
}

struct Line {
    number: u64,
    cells: Vec<String>,
}

/// Reads a table. Nothing is dropped silently: every line is a night, unknown, a repeat, or a problem.
pub fn read(text: &str, reading: &Reading) -> Table {
    let mut table = Table::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = match split(text) {
        Ok(lines) => lines,
        Err(fault) => {
            table.fault(None, fault);
            return table;
        }
    };
    let cells: Vec<&[String]> = lines.iter().map(|line| line.cells.as_slice()).collect();
    let found = match columns::find(&cells) {
        Ok(found) => found,
        Err(fault) => {
            table.fault(None, fault);
            return table;
        }
    };
    table.columns = found.columns;
    let body = lines.get(usize::from(found.headed)..).unwrap_or_default();
    let cell = |line: &Line, at: usize| line.cells.get(at).map_or("", |cell| cell.trim()).to_owned();
    let dates: Vec<(u64, String)> = body.iter().map(|line| (line.number, cell(line, found.night))).collect();
    let order = match order(&dates, reading.order) {
        Ok(order) => order,
        Err(problem) => {
            table.problems.push(problem);
            return table;
        }
    };
    let mut nights: BTreeMap<Date, Row> = BTreeMap::new();
    for (line, (number, date)) in body.iter().zip(&dates) {
        let count = cell(line, found.count);
        match row(date, &count, order, reading) {
            Ok(None) => table.unknown += 1,
            Ok(Some((night, count))) => match nights.get(&night) {
                None => drop(nights.insert(night, Row { line: *number, night, count })),
                Some(known) if known.count == count => table.repeats += 1,
                Some(known) => {
                    let first = known.line;
                    table.fault(Some(*number), Fault::Twice { night, first });
                }
            },
            Err(fault) => table.fault(Some(*number), fault),
        }
    }
    table.rows = nights.into_values().collect();
    table
}

fn split(text: &str) -> Result<Vec<Line>, Fault> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    // Reading from text in memory cannot fail, and text is UTF-8: what the reader refuses is no row.
    for record in reader.records().map_while(Result::ok) {
        let number = record.position().map_or(0, csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() > MOST_ROWS {
            return Err(Fault::TooManyRows);
        }
        lines.push(Line { number, cells: record.iter().map(str::to_owned).collect() });
    }
    if lines.is_empty() { Err(Fault::Empty) } else { Ok(lines) }
}

/// Comma, semicolon or tab: whichever the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let most = [b',', b';', b'\t'].into_iter().max_by_key(|mark| first.bytes().filter(|b| b == mark).count());
    match most {
        Some(mark) if first.as_bytes().contains(&mark) => mark,
        _ => b',',
    }
}

/// The order of day and month that all dates of the file share.
fn order(dates: &[(u64, String)], said: Option<DayOrder>) -> Result<DayOrder, Problem> {
    let (mut day_first, mut month_first, mut open) = (None, None, None);
    for (line, text) in dates {
        match cells::written(text) {
            Some(Written::Order(DayOrder::DayFirst)) => day_first = day_first.or(Some((*line, text))),
            Some(Written::Order(DayOrder::MonthFirst)) => month_first = month_first.or(Some((*line, text))),
            Some(Written::Open) => open = open.or(Some((*line, text))),
            _ => {}
        }
    }
    match (day_first, month_first, open, said) {
        (Some((_, one)), Some((line, other)), ..) => {
            Err(Problem { line: Some(line), fault: Fault::Mixed(one.clone(), other.clone()) })
        }
        (Some(_), None, ..) => Ok(DayOrder::DayFirst),
        (None, Some(_), ..) => Ok(DayOrder::MonthFirst),
        (None, None, _, Some(said)) => Ok(said),
        (None, None, Some((line, text)), None) => {
            Err(Problem { line: Some(line), fault: Fault::Ambiguous(text.clone()) })
        }
        (None, None, None, None) => Ok(DayOrder::DayFirst),
    }
}

/// The first night that is believed: nobody keeps an older diary here.
const FIRST_YEAR: i16 = 1950;

fn row(date: &str, count: &str, order: DayOrder, reading: &Reading) -> Result<Option<(Date, Count)>, Fault> {
    if date.is_empty() {
        return Err(Fault::NoDate);
    }
    let date = cells::date(date, order).ok_or_else(|| Fault::NotDate(short(date)))?;
    let night = if reading.mornings { date.yesterday().map_err(|_| Fault::TooOld(date))? } else { date };
    if night > reading.last {
        return Err(Fault::Future(date));
    }
    if night.year() < FIRST_YEAR {
        return Err(Fault::TooOld(date));
    }
    Ok(cells::count(count)?.map(|count| (night, count)))
}
