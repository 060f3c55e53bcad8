//! Trials from a table (CSV): columns are named or guessed, and what was guessed is said.

mod arms;

use std::collections::BTreeMap;

use super::given::{Given, TooManyNights};
use crate::{list, short};

/// Names that are taken for a column when none is given, best first.
const ARM: &[&str] = &["arm", "treatment", "treated", "trt", "condition", "phase", "melatonin"];
const COUNT: &[&str] =
    &["y", "count", "cramps", "cramp_count", "count_rounded", "episodes", "n_cramps", "headache", "events"];
const SCORE: &[&str] = &["y", "score", "mood", "sleep_quality", "pain", "sleep", "sleep_hours"];
const NIGHT: &[&str] = &["night", "study_day", "session", "day", "time", "date", "t"];
/// Names of a column that tells people apart.
pub const PERSON: &[&str] = &["person", "participant", "patient", "id", "subject"];

/// Most rows that are read.
pub const MOST_ROWS: usize = 200_000;
/// Widest gap between two nights of one person.
const WIDEST_GAP: u64 = 4_000;

/// Columns that were named; the others are guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Column of the arm (0/1, or two words).
    pub arm: Option<String>,
    /// Column of the count or score.
    pub counted: Option<String>,
    /// Column of the night's number or date; gaps in it are missing nights.
    pub night: Option<String>,
    /// Column that tells people apart.
    pub person: Option<String>,
}

/// Why a table cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No table at all, or lines of different length.
    #[error("{0}")]
    Csv(String),
    /// More than [`MOST_ROWS`].
    #[error("more than {MOST_ROWS} rows: split the file")]
    TooManyRows,
    /// Nothing but a header.
    #[error("no row under the header")]
    NoRows,
    /// A column that was named is not there.
    #[error("no column {named:?}; there are: {there}")]
    NoColumn {
        /// What was asked for.
        named: String,
        /// What there is.
        there: String,
    },
    /// No column has one of the usual names.
    #[error("no column for {what}: name one of: {there}")]
    NotFound {
        /// What it would hold.
        what: &'static str,
        /// What there is.
        there: String,
    },
    /// Nobody of that name.
    #[error("no person {named:?}; there are: {there}")]
    NoPerson {
        /// Who was asked for.
        named: String,
        /// Who there is.
        there: String,
    },
    /// Several people, and none was chosen.
    #[error("{count} people in column {column:?}: choose one with --person ({there})")]
    SeveralPeople {
        /// How many.
        count: usize,
        /// The column that tells them apart.
        column: String,
        /// Who there is.
        there: String,
    },
    /// A night that is no number and no date.
    #[error("line {line}: {value:?} in column {column:?} is no whole number and no date")]
    NoNight {
        /// Line in the file, from 1.
        line: u64,
        /// What stands there.
        value: String,
        /// The column.
        column: String,
    },
    /// A night that is there twice.
    #[error("line {line}: night {night} comes twice: keep one of the two rows")]
    Twice {
        /// Line of the second.
        line: u64,
        /// Which night.
        night: i64,
    },
    /// Two nights too far apart.
    #[error("line {line}: a gap of {nights} nights before it: check the number or date of this night")]
    Gap {
        /// Line in the file, from 1.
        line: u64,
        /// How many nights are missing.
        nights: u64,
    },
    /// More nights than a series may have, gaps included.
    #[error(transparent)]
    Nights(#[from] TooManyNights),
    /// Words of the arm column that cannot be told apart.
    #[error("the arm column holds {0}; write 0 for without and 1 for on treatment")]
    Arms(String),
}

/// A row with its line in the file, from 1. Every row has a cell for each column.
pub type Row = (u64, Vec<String>);

/// A table of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Column names.
    pub header: Vec<String>,
    /// Rows.
    pub rows: Vec<Row>,
}

impl Table {
    /// Reads a table; commas, semicolons or tabs.
    ///
    /// # Errors
    /// [`TableError`] when it is no table, is empty or too long.
    pub fn read(text: &str) -> Result<Self, TableError> {
        let text = text.trim_start_matches('\u{feff}');
        let first = text.lines().next().unwrap_or_default();
        // Of equally many the last is taken: the comma.
        let marks = [b'\t', b';', b','];
        let most = marks.into_iter().max_by_key(|mark| first.bytes().filter(|byte| byte == mark).count());
        let mut reader =
            csv::ReaderBuilder::new().delimiter(most.unwrap_or(b',')).trim(csv::Trim::All).from_reader(text.as_bytes());
        let broken = |error: csv::Error| TableError::Csv(error.to_string());
        let header: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((line, record.iter().map(str::to_owned).collect()));
            if rows.len() > MOST_ROWS {
                return Err(TableError::TooManyRows);
            }
        }
        if rows.is_empty() { Err(TableError::NoRows) } else { Ok(Self { header, rows }) }
    }

    /// The place of a column: the one named, else the first of the usual names that is there.
    ///
    /// # Errors
    /// When there is none; the message lists what there is.
    pub fn column(&self, named: Option<&str>, usual: &[&str], what: &'static str) -> Result<usize, TableError> {
        let find = |name: &str| self.header.iter().position(|column| column.eq_ignore_ascii_case(name));
        let there = || list(self.header.iter().map(String::as_str));
        match named {
            Some(name) => find(name).ok_or_else(|| TableError::NoColumn { named: short(name), there: there() }),
            None => {
                usual.iter().find_map(|name| find(name)).ok_or_else(|| TableError::NotFound { what, there: there() })
            }
        }
    }

    /// The rows of each person, by name, in the order of the file. Without a column that tells people apart all rows are
    /// of one person without a name.
    ///
    /// # Errors
    /// When the column that was named is not there.
    pub fn people(&self, columns: &Columns) -> Result<BTreeMap<String, Vec<&Row>>, TableError> {
        let by = self.maybe(columns.person.as_deref(), PERSON, "people")?;
        let mut people: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            people.entry(by.map_or(String::new(), |by| row.1[by].clone())).or_default().push(row);
        }
        Ok(people)
    }

    /// A column that need not be there unless it is named.
    fn maybe(&self, named: Option<&str>, usual: &[&str], what: &'static str) -> Result<Option<usize>, TableError> {
        match self.column(named, usual, what) {
            Err(TableError::NotFound { .. }) => Ok(None),
            found => found.map(Some),
        }
    }

    /// One person's nights: of the one named, else of the only one there is.
    ///
    /// # Errors
    /// When the person is not there, there are several and none is named, or the rows cannot be read.
    pub fn one(&self, columns: &Columns, person: Option<&str>, score: bool) -> Result<Given, TableError> {
        let mut people = self.people(columns)?;
        let there = |people: &BTreeMap<String, Vec<&Row>>| list(people.keys().map(String::as_str));
        let rows = match person {
            Some(named) => people
                .remove(named)
                .ok_or_else(|| TableError::NoPerson { named: short(named), there: there(&people) })?,
            None if people.len() == 1 => people.pop_first().map(|(_, rows)| rows).unwrap_or_default(),
            None => {
                let by = self.column(columns.person.as_deref(), PERSON, "people")?;
                return Err(TableError::SeveralPeople {
                    count: people.len(),
                    column: short(&self.header[by]),
                    there: there(&people),
                });
            }
        };
        self.nights(columns, &rows, score)
    }

    /// The nights of these rows, by number or date; gaps are nights that were not recorded.
    ///
    /// # Errors
    /// When a column is missing, a night is no night or comes twice, or the arms cannot be told apart.
    pub fn nights(&self, columns: &Columns, rows: &[&Row], score: bool) -> Result<Given, TableError> {
        let usual = if score { SCORE } else { COUNT };
        let y = self.column(columns.counted.as_deref(), usual, "what is counted (--y-column)")?;
        let arm = self.column(columns.arm.as_deref(), ARM, "the arm (--arm-column)")?;
        let night = self.maybe(columns.night.as_deref(), NIGHT, "the night")?;
        let column = |at: usize| short(&self.header[at]);
        let mut said = vec![format!("arm: column {:?}", column(arm)), format!("counted: column {:?}", column(y))];
        let meanings = arms::meanings(rows.iter().map(|row| row.1[arm].as_str()), &mut said)?;
        let mut nights = Vec::with_capacity(rows.len());
        for ((line, row), at) in rows.iter().map(|row| (row.0, &row.1)).zip(0_i64..) {
            let number = match night {
                None => at,
                Some(night) => day(&row[night]).ok_or_else(|| TableError::NoNight {
                    line,
                    value: short(&row[night]),
                    column: column(night),
                })?,
            };
            nights.push(Night { number, treated: meanings.treated(&row[arm]), value: row[y].clone(), line });
        }
        if let Some(night) = night {
            said.push(format!("night: column {:?}; gaps are nights that were not recorded", column(night)));
        }
        nights.sort_by_key(|night| night.number);
        series(nights, said)
    }
}

struct Night {
    number: i64,
    treated: bool,
    value: String,
    line: u64,
}

/// Puts missing nights into the gaps.
fn series(nights: Vec<Night>, said: Vec<String>) -> Result<Given, TableError> {
    let mut given = Given::empty(said);
    let mut before: Option<(i64, bool)> = None;
    for Night { number, treated, value, line } in nights {
        if let Some((last, arm)) = before {
            let apart = number.abs_diff(last);
            if apart == 0 {
                return Err(TableError::Twice { line, night: number });
            }
            if apart > WIDEST_GAP {
                return Err(TableError::Gap { line, nights: apart - 1 });
            }
            for missing in last + 1..number {
                // A gap belongs to the period it began in; it has no likelihood term, so this only fills the list.
                given.push(arm, String::new(), format!("night {missing}"))?;
            }
        }
        given.push(treated, value, format!("line {line}"))?;
        before = Some((number, treated));
    }
    Ok(given)
}

/// A night as a number: a whole number, or a date as days.
fn day(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(number);
    }
    let date: jiff::civil::Date = text.get(..10).unwrap_or(text).parse().ok()?;
    Some(i64::from((date - jiff::civil::Date::constant(1970, 1, 1)).get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Given, TableError> {
        Table::read(text)?.one(&Columns::default(), None, false)
    }

    fn refused(text: &str, words: &str) {
        let said = one(text).map_or_else(|error| error.to_string(), |given| format!("{given:?}"));
        assert!(said.contains(words), "{text}: {said}");
    }

    #[test]
    fn rows_are_put_in_order_and_gaps_are_filled() {
        let given = one("date;treatment;cramps\n2026-11-23;yes;0\n2026-11-20;no;2+\n2026-11-21;no;\n").unwrap();
        assert_eq!(given.arms, [false, false, false, true]);
        assert_eq!(given.values, ["2+", "", "", "0"]);
        assert_eq!(given.places, ["line 3", "line 4", "night 20779", "line 2"]);
        assert!(given.said.iter().any(|line| line == "\"yes\" is on treatment"), "{:?}", given.said);
    }

    #[test]
    fn nights_at_the_ends_of_all_numbers_are_a_gap() {
        let text = format!("night,arm,y\n{},0,1\n{},1,1\n", i64::MIN, i64::MAX);
        refused(&text, "line 3: a gap of 18446744073709551614 nights");
    }

    #[test]
    fn a_small_file_with_wide_gaps_stays_small() {
        let mut text = "night,arm,y\n".to_owned();
        for row in 0..MOST_ROWS {
            text += &format!("{},{},1\n", 4_000 * row, row % 2);
        }
        assert_eq!(one(&text), Err(TableError::Nights(TooManyNights)));
    }

    #[test]
    fn a_named_column_that_is_not_there_is_not_guessed() {
        let table = Table::read("night,arm,y\n1,0,1\n2,1,0\n").unwrap();
        let columns = Columns { night: Some("when".to_owned()), ..Columns::default() };
        let error = table.one(&columns, None, false).unwrap_err();
        assert_eq!(error.to_string(), "no column \"when\"; there are: night, arm, y");
    }

    #[test]
    fn messages_list_the_first_names_only() {
        let header: Vec<String> = (0..300).map(|at| format!("{}{at}", "x".repeat(60))).collect();
        let said = one(&format!("{}\n{}\n", header.join(","), vec!["1"; 300].join(","))).unwrap_err().to_string();
        assert!(said.len() < 700 && said.ends_with('…'), "{said}");
    }

    #[test]
    fn people_are_told_apart() {
        let table = Table::read("person,night,arm,y\na,1,0,1\nb,1,1,0\na,2,1,0\n").unwrap();
        let people = table.people(&Columns::default()).unwrap();
        assert_eq!(
            people.iter().map(|(name, rows)| (name.as_str(), rows.len())).collect::<Vec<_>>(),
            [("a", 2), ("b", 1)]
        );
        let said = table.one(&Columns::default(), None, false).unwrap_err().to_string();
        assert_eq!(said, "2 people in column \"person\": choose one with --person (a, b)");
        assert_eq!(table.one(&Columns::default(), Some("a"), false).unwrap().values, ["1", "0"]);
        assert!(table.one(&Columns::default(), Some("c"), false).unwrap_err().to_string().contains("there are: a, b"));
    }
}
