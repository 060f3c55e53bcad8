//! The table of results: a row for each analyte, a column for each panel, bands and trends.

use charley_knowledge::expr::Band;
use charley_knowledge::{Analyte, FactIx, Knowledge};
use charley_reason::Facts;
use charley_wire::FactIn;
use jiff::civil::Date;

use super::{Laboratory, Panel, Reading, number};
use crate::text::{days_between, plain, unit};

/// Where a value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// Very low.
    VeryLow,
    /// Low.
    Low,
    /// In the interval.
    Normal,
    /// High.
    High,
    /// Very high.
    VeryHigh,
    /// There is no interval for it.
    NoInterval,
}

impl Label {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::VeryLow => "very low",
            Self::Low => "low",
            Self::Normal => "in range",
            Self::High => "high",
            Self::VeryHigh => "very high",
            Self::NoInterval => "no interval",
        }
    }

    /// True outside the interval.
    pub fn outside(self) -> bool {
        !matches!(self, Self::Normal | Self::NoInterval)
    }
}

/// A panel as a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Day.
    pub date: Date,
    /// Laboratory.
    pub laboratory: String,
}

/// One result.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// As printed, with its unit.
    pub written: String,
    /// In the unit of the row, when that is another; empty otherwise.
    pub converted: String,
    /// Where it lies.
    pub label: Label,
    /// True when the report's own interval decided; otherwise that of the knowledge.
    pub printed_interval: bool,
    /// Remark.
    pub note: String,
    value: f64,
    /// With `<` or `>`: the number is a limit.
    limit: bool,
}

/// Which way a value went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It rose.
    Up,
    /// It fell.
    Down,
    /// It is the same.
    Same,
}

/// What became of a value since the result before. It says nothing of why, nor whether the change is more than the method's
/// own spread.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// Difference with its sign, in the unit of the row.
    pub difference: String,
    /// Which way.
    pub direction: Direction,
    /// Days between the two.
    pub days: i32,
    /// The earlier value, in the unit of the row.
    pub from: String,
}

/// The results of one analyte.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Id of the analyte.
    pub analyte: String,
    /// Name.
    pub name: String,
    /// Unit of the row.
    pub unit: String,
    /// The interval of the knowledge for this person's sex; empty when there is none.
    pub interval: String,
    /// A cell for each column, newest first.
    pub cells: Vec<Option<Cell>>,
    /// Since the result before; none with one result, or when a result is only a limit.
    pub trend: Option<Trend>,
    /// What the newest result means; empty in the interval.
    pub meaning: String,
    /// Sources of the interval.
    pub source: Vec<String>,
    /// True when the interval was written from memory.
    pub unconfirmed: bool,
}

/// All results.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Panels, newest first.
    pub columns: Vec<Column>,
    /// Analytes in the order of the panel.
    pub rows: Vec<Row>,
}

/// Where a value lies by the interval of the knowledge.
pub(super) fn label(facts: &Facts<'_>, fact: FactIx) -> Label {
    let is = |band| facts.band(fact, band) == Some(true);
    let analyte = facts.knowledge.facts[fact.at()].analyte.and_then(|at| facts.knowledge.analytes.get(at));
    let open = analyte.is_none_or(|analyte| [analyte.low, analyte.high].iter().flatten().all(Option::is_none));
    match () {
        () if open => Label::NoInterval,
        () if is(Band::VeryLow) => Label::VeryLow,
        () if is(Band::Low) => Label::Low,
        () if is(Band::VeryHigh) => Label::VeryHigh,
        () if is(Band::High) => Label::High,
        () => Label::Normal,
    }
}

/// The interval that the report prints decides before that of the knowledge.
fn label_of(facts: &Facts<'_>, fact: FactIx, reading: &Reading, value: f64) -> (Label, bool) {
    let ours = label(facts, fact);
    let (low, high) = (number(&reading.low), number(&reading.high));
    if low.is_none() && high.is_none() {
        return (ours, false);
    }
    let theirs = match () {
        () if low.is_some_and(|low| value < low) => Label::Low,
        () if high.is_some_and(|high| value > high) => Label::High,
        () => Label::Normal,
    };
    // "Very" is ours alone, and no printed interval takes it away.
    match ours {
        Label::VeryLow | Label::VeryHigh => (ours, false),
        _ => (theirs, true),
    }
}

/// The table. `background` tells the sex, and may hold more.
pub fn table(knowledge: &Knowledge, laboratory: &Laboratory, background: &[FactIn]) -> Table {
    let panels: Vec<&Panel> = laboratory.panels.iter().rev().collect();
    let facts: Vec<Option<Facts<'_>>> = panels.iter().map(|panel| panel.read(knowledge, background)).collect();
    let mut analytes: Vec<&Analyte> = knowledge
        .analytes
        .iter()
        .filter(|analyte| panels.iter().any(|panel| panel.results.iter().any(|r| r.analyte == analyte.id)))
        .collect();
    analytes.sort_by_key(|analyte| analyte.order);
    let columns = panels.iter().map(|panel| Column { date: panel.date, laboratory: panel.laboratory.clone() });
    Table {
        columns: columns.collect(),
        rows: analytes.into_iter().map(|analyte| row(knowledge, analyte, &panels, &facts)).collect(),
    }
}

fn row(knowledge: &Knowledge, analyte: &Analyte, panels: &[&Panel], facts: &[Option<Facts<'_>>]) -> Row {
    let cells: Vec<Option<Cell>> = panels
        .iter()
        .zip(facts)
        .map(|(panel, facts)| {
            let reading = panel.results.iter().find(|reading| reading.analyte == analyte.id)?;
            Some(cell(analyte, reading, facts.as_ref()?))
        })
        .collect();
    let newest = cells.iter().flatten().next().map(|cell| cell.label);
    let meaning = match newest {
        Some(Label::Low | Label::VeryLow) => analyte.meaning_low.clone(),
        Some(Label::High | Label::VeryHigh) => analyte.meaning_high.clone(),
        _ => String::new(),
    };
    Row {
        analyte: analyte.id.clone(),
        name: analyte.name.clone(),
        unit: unit(&knowledge.facts[analyte.fact.at()].unit).to_owned(),
        interval: facts.iter().flatten().next().map(|facts| interval(analyte, facts)).unwrap_or_default(),
        trend: trend(&cells, panels),
        cells,
        meaning,
        source: analyte.src.clone(),
        unconfirmed: analyte.unconfirmed,
    }
}

fn cell(analyte: &Analyte, reading: &Reading, facts: &Facts<'_>) -> Cell {
    let printed = number(&reading.value).unwrap_or_default();
    let value = facts.get(analyte.fact).number.unwrap_or(printed);
    let (label, printed_interval) = label_of(facts, analyte.fact, reading, printed);
    let same = (value - printed).abs() <= 1e-9 * value.abs().max(1.0);
    Cell {
        written: format!("{} {}", reading.value.trim(), unit(&reading.unit)).trim().to_owned(),
        converted: if same { String::new() } else { format!("{} {}", plain(value), unit(&analyte.unit)) },
        label,
        printed_interval,
        note: reading.note.clone(),
        value,
        limit: reading.value.trim_start().starts_with(['<', '>', '≤', '≥']),
    }
}

fn trend(cells: &[Option<Cell>], panels: &[&Panel]) -> Option<Trend> {
    let mut known = cells.iter().zip(panels).filter_map(|(cell, panel)| Some((cell.as_ref()?, panel.date)));
    let ((now, on), (before, earlier)) = (known.next()?, known.next()?);
    if now.limit || before.limit {
        return None;
    }
    let difference = now.value - before.value;
    let direction = match () {
        () if difference > 1e-9 => Direction::Up,
        () if difference < -1e-9 => Direction::Down,
        () => Direction::Same,
    };
    let sign = if direction == Direction::Up { "+" } else { "" };
    Some(Trend {
        difference: format!("{sign}{}", plain(difference)).replace('-', "−"),
        direction,
        days: days_between(earlier, on),
        from: plain(before.value),
    })
}

/// "3.5 to 5", "40 or less"; "women 45 to 84, men 59 to 104" while the sex is not known.
fn interval(analyte: &Analyte, facts: &Facts<'_>) -> String {
    let sex = if facts.has_code("sex", "female") {
        Some(0)
    } else if facts.has_code("sex", "male") {
        Some(1)
    } else {
        None
    };
    let of = |at: usize| match (analyte.low[at].map(plain), analyte.high[at].map(plain)) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("{low} or more"),
        (None, Some(high)) => format!("{high} or less"),
        (None, None) => String::new(),
    };
    match sex {
        Some(at) => of(at),
        None if of(0) == of(1) => of(0),
        None => format!("women {}, men {}", of(0), of(1)),
    }
}
