//! Results from a table (CSV) or from lines that were pasted. Every line says what became of it; nothing is guessed.

use std::collections::BTreeMap;

use charley_knowledge::Knowledge;
use charley_knowledge::medicines::normal_word;
use jiff::civil::Date;

use super::{Laboratory, Panel, Reading, number};

/// Most lines of a file.
const MOST_LINES: usize = 2_000;

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Read as a result of this day.
    Read(Date, Reading),
    /// Not read: what is wrong and what to do.
    Refused(String),
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Number in the text, from 1.
    pub number: usize,
    /// As it stands there.
    pub written: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What a text held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Every line that holds something.
    pub lines: Vec<Line>,
    /// What is wrong with the whole; empty when nothing is.
    pub problem: String,
}

impl Imported {
    /// The results as panels of one laboratory.
    pub fn panels(&self, laboratory: &str) -> Vec<Panel> {
        let mut days: BTreeMap<Date, Laboratory> = BTreeMap::new();
        for line in &self.lines {
            if let Outcome::Read(date, reading) = &line.outcome {
                let results = vec![reading.clone()];
                days.entry(*date).or_default().add(Panel { date: *date, laboratory: laboratory.to_owned(), results });
            }
        }
        days.into_values().flat_map(|day| day.panels).collect()
    }

    /// How many lines were read.
    pub fn read(&self) -> usize {
        self.lines.iter().filter(|line| matches!(line.outcome, Outcome::Read(..))).count()
    }
}

fn too_many() -> Imported {
    let problem = format!("This has more than {MOST_LINES} lines. Split it into smaller parts.");
    Imported { lines: Vec::new(), problem }
}

/// Reads lines such as `Potassium 3.2 mmol/L (3.5 - 5.0) L`, all of one day.
pub fn paste(knowledge: &Knowledge, text: &str, date: Date) -> Imported {
    let lines: Vec<(usize, &str)> =
        text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())).filter(|(_, line)| !line.is_empty()).collect();
    if lines.len() > MOST_LINES {
        return too_many();
    }
    let lines = lines.into_iter().map(|(number, line)| {
        let outcome = match plain_line(knowledge, line) {
            Ok(reading) => checked(knowledge, date, reading),
            Err(problem) => Outcome::Refused(problem),
        };
        Line { number, written: line.to_owned(), outcome }
    });
    Imported { lines: lines.collect(), problem: String::new() }
}

fn checked(knowledge: &Knowledge, date: Date, reading: Reading) -> Outcome {
    match super::check_reading(knowledge, &reading).into_iter().next() {
        None => Outcome::Read(date, reading),
        Some(fault) => Outcome::Refused(fault.problem),
    }
}

/// The name ends where the first number stands after which all that came before is the name of a test.
fn plain_line(knowledge: &Knowledge, line: &str) -> Result<Reading, String> {
    let (head, interval) = split_interval(line);
    let words: Vec<&str> = head.split([' ', '\t', ';', '=']).flat_map(colon).filter(|word| !word.is_empty()).collect();
    let places = (1..words.len()).filter(|at| number(words[*at]).is_some());
    for at in places {
        let name = words[..at].join(" ");
        let Some(analyte) = knowledge.find_analyte(&name) else { continue };
        let rest: Vec<&str> = words[at + 1..].iter().copied().filter(|word| !is_flag(word)).collect();
        let (low, high) = interval.clone().unwrap_or_default();
        return Ok(Reading {
            analyte: knowledge.analytes[analyte].id.clone(),
            value: words[at].to_owned(),
            unit: unit_of(&rest),
            low,
            high,
            note: String::new(),
        });
    }
    Err(match words.iter().position(|word| number(word).is_some()) {
        Some(0) | None => "We found no number after a name. Write it like: Potassium 3.2 mmol/L.".to_owned(),
        Some(at) => {
            format!("We do not know the test “{}”. Use its usual name, or its LOINC code.", words[..at].join(" "))
        }
    })
}

/// The unit behind a value: one word, and the area that eGFR is told for.
fn unit_of(rest: &[&str]) -> String {
    let area = rest.get(1).filter(|word| matches!(**word, "m2" | "m²" | "m^2"));
    let unit = rest.first().copied().unwrap_or_default();
    let unit = unit.strip_prefix(['x', '×']).filter(|unit| unit.starts_with("10")).unwrap_or(unit);
    if area.is_some() { format!("{unit}m2") } else { unit.to_owned() }
}

/// A colon ends a name: "Na:" and "Na:140" alike. One inside a word that is no number stays.
fn colon(word: &str) -> Vec<&str> {
    word.split(':').collect()
}

/// Marks that reports print behind a value.
fn is_flag(word: &str) -> bool {
    matches!(word.trim_matches(['*', '!', '+', '[', ']']), "" | "H" | "L" | "HH" | "LL" | "N" | "A" | "↑" | "↓")
}

/// The line without its interval, and the interval as two numbers.
fn split_interval(line: &str) -> (String, Option<(String, String)>) {
    for (open, close) in [('(', ')'), ('[', ']')] {
        // The name itself may hold brackets, as in "Vitamin D (25-OH)": the last pair is looked at.
        if let (Some(from), Some(to)) = (line.rfind(open), line.rfind(close))
            && from < to
            && let Some(ends) = interval(&line[from + open.len_utf8()..to])
        {
            return (format!("{} {}", &line[..from], &line[to + close.len_utf8()..]), Some(ends));
        }
    }
    (line.to_owned(), None)
}

/// "3.5 - 5.0", "3.5–5.0 mmol/L", "<5", ">60".
fn interval(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    let first = |part: &str| part.split_whitespace().next().unwrap_or_default().to_owned();
    if let Some(high) = text.strip_prefix(['<', '≤']) {
        let high = first(high.trim_start_matches('='));
        return number(&high).map(|_| (String::new(), high));
    }
    if let Some(low) = text.strip_prefix(['>', '≥']) {
        let low = first(low.trim_start_matches('='));
        return number(&low).map(|_| (low, String::new()));
    }
    let (low, high) = text.split_once(['-', '–', '—']).or_else(|| text.split_once(" to "))?;
    let (low, high) = (first(low), first(high));
    (number(&low).is_some() && number(&high).is_some()).then_some((low, high))
}

/// Columns of a table by the words of its first row.
#[derive(Default)]
struct Columns {
    name: Option<usize>,
    code: Option<usize>,
    value: Option<usize>,
    unit: Option<usize>,
    date: Option<usize>,
    low: Option<usize>,
    high: Option<usize>,
    note: Option<usize>,
}

impl Columns {
    fn read(head: &csv::StringRecord) -> Self {
        let mut columns = Self::default();
        for (at, word) in head.iter().enumerate() {
            let place = match normal_word(word.trim_start_matches('\u{feff}')).as_str() {
                "name" | "test" | "analyte" | "test_name" | "component" | "investigation" => &mut columns.name,
                "loinc" | "code" | "loinc_code" => &mut columns.code,
                "value" | "result" | "result_value" => &mut columns.value,
                "unit" | "units" => &mut columns.unit,
                "date" | "collected" | "sample_date" | "collection_date" | "date_taken" => &mut columns.date,
                "low" | "ref_low" | "lower" => &mut columns.low,
                "high" | "ref_high" | "upper" => &mut columns.high,
                "note" | "comment" | "remark" => &mut columns.note,
                _ => continue,
            };
            place.get_or_insert(at);
        }
        columns
    }
}

/// Reads a table whose first row names its columns: name (or loinc), value, unit, date; low, high and note may follow.
/// `date` is that of rows without a date.
pub fn table(knowledge: &Knowledge, text: &str, date: Option<Date>) -> Imported {
    let problem = |words: String| Imported { lines: Vec::new(), problem: words };
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|sign| first.bytes().filter(|b| b == sign).count());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let Ok(head) = reader.headers().cloned() else { return problem("This is not a table. Save it as CSV.".to_owned()) };
    let columns = Columns::read(&head);
    let saw = head.iter().collect::<Vec<_>>().join(", ");
    if columns.name.or(columns.code).is_none() {
        return problem(format!("No column names the test. Call it “name” or “loinc”. We saw: {saw}."));
    }
    if columns.value.is_none() {
        return problem(format!("No column holds the result. Call it “value”. We saw: {saw}."));
    }
    let mut lines = Vec::new();
    for (at, record) in reader.records().enumerate() {
        if at >= MOST_LINES {
            return too_many();
        }
        let (written, outcome) = match record {
            Ok(record) if record.iter().all(str::is_empty) => continue,
            Ok(record) => (record.iter().collect::<Vec<_>>().join(", "), row(knowledge, &columns, &record, date)),
            Err(_) => (String::new(), Outcome::Refused("This row cannot be read. Save the file as UTF-8.".to_owned())),
        };
        lines.push(Line { number: at + 2, written, outcome });
    }
    if lines.is_empty() {
        return problem("The table has no rows below its first one.".to_owned());
    }
    Imported { lines, problem: String::new() }
}

fn row(knowledge: &Knowledge, columns: &Columns, record: &csv::StringRecord, date: Option<Date>) -> Outcome {
    let cell = |column: Option<usize>| column.and_then(|at| record.get(at)).unwrap_or_default();
    let words = [cell(columns.code), cell(columns.name)];
    let Some(analyte) = words.iter().filter(|word| !word.is_empty()).find_map(|word| knowledge.find_analyte(word))
    else {
        let word = words.into_iter().rfind(|word| !word.is_empty()).unwrap_or_default();
        return Outcome::Refused(format!("We do not know the test “{word}”. Use its usual name, or its LOINC code."));
    };
    let day = match cell(columns.date) {
        "" => date.ok_or_else(|| "This row has no date. Add one, or say the day above.".to_owned()),
        written => read_date(written),
    };
    match day {
        Ok(day) => checked(
            knowledge,
            day,
            Reading {
                analyte: knowledge.analytes[analyte].id.clone(),
                value: cell(columns.value).to_owned(),
                unit: cell(columns.unit).to_owned(),
                low: cell(columns.low).to_owned(),
                high: cell(columns.high).to_owned(),
                note: cell(columns.note).to_owned(),
            },
        ),
        Err(problem) => Outcome::Refused(problem),
    }
}

/// `2026-11-24`, with or without a time, `24.11.2026` or `24 Nov 2026`. A date that can be read two ways is refused.
fn read_date(written: &str) -> Result<Date, String> {
    let day = written.split(['T', ' ']).next().unwrap_or_default();
    let forms = ["%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y"];
    day.parse()
        .ok()
        .or_else(|| forms.iter().find_map(|form| Date::strptime(form, written).ok()))
        .ok_or_else(|| format!("“{written}” is no date that can be read only one way. Write it like 2026-11-24."))
}
