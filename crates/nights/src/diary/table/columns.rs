//! Which column is which.

use super::Fault;
use super::cells;
use crate::{list, short};

/// The columns that were found, by name; "column 2" where the table has no heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    /// Dates.
    pub night: String,
    /// Counts.
    pub count: String,
    /// Columns that are not used.
    pub unused: Vec<String>,
}

impl Columns {
    /// The columns that are not used, in one line; the first ones where there are many.
    pub fn not_used(&self) -> String {
        list(self.unused.iter().map(String::as_str))
    }
}

/// Where the columns are.
pub struct Found {
    pub night: usize,
    pub count: usize,
    /// The first line is a heading.
    pub headed: bool,
    pub columns: Columns,
}

const NIGHT_NAMES: [&str; 6] = ["night", "date", "day", "night of", "date of night", "morning"];
const COUNT_NAMES: [&str; 11] = [
    "cramps",
    "cramp",
    "count",
    "number of cramps",
    "cramp count",
    "how many",
    "episodes",
    "number",
    "leg cramps",
    "had cramp",
    "y",
];

/// Rows that are looked at to guess a column.
const LOOKED_AT: usize = 200;

/// Finds the columns.
pub fn find(lines: &[&[String]]) -> Result<Found, Fault> {
    let width = lines.iter().map(|line| line.len()).max().unwrap_or_default();
    let first = lines.first().copied().unwrap_or_default();
    let headed = !first.iter().any(|cell| cells::written(cell.trim()).is_some());
    let body = lines.get(usize::from(headed)..).unwrap_or_default();
    let body = body.get(..body.len().min(LOOKED_AT)).unwrap_or_default();
    let name = |at: usize| match first.get(at).map(|cell| cell.trim()) {
        Some(text) if headed && !text.is_empty() => short(text),
        _ => format!("column {}", at + 1),
    };
    let names = |columns: &[usize]| {
        let names: Vec<String> = columns.iter().map(|at| name(*at)).collect();
        list(names.iter().map(String::as_str))
    };
    let saw = || names(&(0..width).collect::<Vec<usize>>());
    let named = |names: &[&str]| {
        let lower = |at: usize| first.get(at).map(|cell| cell.trim().to_lowercase().replace('_', " "));
        let place = |known: &&str| (0..width).find(|at| lower(*at).as_deref() == Some(*known));
        if headed { names.iter().find_map(place) } else { None }
    };
    let column = |at: usize| body.iter().filter_map(move |line| line.get(at)).map(|cell| cell.trim());
    let dates = |at: &usize| column(*at).any(|cell| cells::written(cell).is_some());
    let night = named(&NIGHT_NAMES).or_else(|| (0..width).find(dates)).ok_or_else(|| Fault::NoNights(saw()))?;
    let counts = |at: &usize| {
        *at != night
            && column(*at).any(|cell| matches!(cells::count(cell), Ok(Some(_))))
            && column(*at).all(|cell| cells::count(cell).is_ok())
    };
    let count = match named(&COUNT_NAMES) {
        Some(at) => at,
        None => {
            let mut likely: Vec<usize> = (0..width).filter(counts).collect();
            if likely.iter().any(|at| name(*at).to_lowercase().contains("cramp")) {
                likely.retain(|at| name(*at).to_lowercase().contains("cramp"));
            }
            match likely.as_slice() {
                [] => return Err(Fault::NoCounts(saw())),
                [one] => *one,
                many => return Err(Fault::ManyCounts(names(many))),
            }
        }
    };
    let unused = (0..width).filter(|at| *at != night && *at != count).map(name).collect();
    Ok(Found { night, count, headed, columns: Columns { night: name(night), count: name(count), unused } })
}
