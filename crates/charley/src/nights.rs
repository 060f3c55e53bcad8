//! `charley nights`: folds a file of nights and says how often cramps come.

use std::path::PathBuf;
use std::process::ExitCode;

use charley_nights::diary::table::{self, DayOrder, Reading};
use charley_nights::diary::{Count, Diary};
use charley_nights::rate::{self, Rate, Summary};
use charley_web::log::{file, words};
use clap::{Args as ClapArgs, ValueEnum};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::input::{self, Refused};

/// What to read, and how.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Nights: a table with columns `night` and `cramps` (CSV), or a log saved by Charley (JSON); - for standard input.
    file: PathBuf,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
    /// Which number of 03/04/2026 is the day.
    #[arg(long, value_enum)]
    order: Option<Order>,
    /// The dates of the table are those of the mornings after.
    #[arg(long)]
    mornings: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// Runs the command; `today` bounds the dates.
pub fn nights(args: &Args, today: Date) -> anyhow::Result<ExitCode> {
    let text = input::read(&args.file)?;
    let (nights, notes) = if file::is_json(&text) { saved(&text)? } else { from_table(&text, args, today)? };
    let sum = rate::summary(&nights);
    if args.json {
        println!("{:#}", as_json(&nights, sum.as_ref()));
        return Ok(ExitCode::SUCCESS);
    }
    for note in notes {
        println!("{note}");
    }
    match sum {
        None => println!("No night is recorded."),
        Some(sum) => {
            if let (Some((first, _)), Some((last, _))) = (nights.first(), nights.last()) {
                println!("{} to {}", words::short(*first), words::short(*last));
            }
            words::summary(&sum).iter().for_each(|line| println!("{line}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

type Nights = Vec<(Date, Count)>;

fn saved(text: &str) -> anyhow::Result<(Nights, Vec<String>)> {
    let entries = file::read_json(text).map_err(|error| Refused(error.to_string()))?;
    let Diary { nights, .. } = file::nights(&entries);
    let contradictions = nights.iter().filter(|night| night.contradiction).count();
    let notes = match contradictions {
        0 => Vec::new(),
        n => {
            vec![format!("“No cramp” said and a cramp logged: {}. The cramp counts.", words::nights(u32::try_from(n)?))]
        }
    };
    Ok((nights.iter().filter_map(|night| Some((night.date, night.count?))).collect(), notes))
}

fn from_table(text: &str, args: &Args, today: Date) -> anyhow::Result<(Nights, Vec<String>)> {
    let order = args.order.map(|order| match order {
        Order::DayFirst => DayOrder::DayFirst,
        Order::MonthFirst => DayOrder::MonthFirst,
    });
    let table = table::read(text, &Reading { order, mornings: args.mornings, last: today });
    if !table.problems.is_empty() {
        let lines = table.problems.iter().map(|problem| match problem.line {
            Some(line) => format!("  line {line}: {}", problem.fault),
            None => format!("  {}", problem.fault),
        });
        let hint = if table.asks_for_order() { "\nUse --order day-first or --order month-first" } else { "" };
        let lines: Vec<String> = lines.collect();
        return Err(Refused(format!("the table cannot be used:\n{}{hint}", lines.join("\n"))).into());
    }
    let columns = &table.columns;
    let mut notes = vec![format!("Nights are in “{}”, cramps in “{}”.", columns.night, columns.count)];
    if !columns.unused.is_empty() {
        notes.push(format!("Not used: {}.", columns.not_used()));
    }
    if table.unknown > 0 {
        notes.push(format!("Lines without a number, not recorded: {}.", table.unknown));
    }
    Ok((table.rows.iter().map(|row| (row.night, row.count)).collect(), notes))
}

fn as_json(nights: &[(Date, Count)], sum: Option<&Summary>) -> Value {
    let six = |value: f64| charley_wire::Sig6::from(value);
    let rate = |rate: Rate| {
        json!({
            "per_14_nights": six(rate.per_14),
            "low": six(rate.low),
            "high": rate.high.map(six),
            "at_least": rate.high.is_none(),
        })
    };
    json!({
        "first": nights.first().map(|(date, _)| date.to_string()),
        "last": nights.last().map(|(date, _)| date.to_string()),
        "recorded": sum.map_or(0, |sum| sum.recorded),
        "cramp_free": sum.map_or(0, |sum| sum.free),
        "cramps": sum.map(|sum| json!({"least": sum.cramps, "at_least": sum.open})),
        "nights_with_cramp": sum.map(|sum| rate(sum.nights_rate)),
        "cramps_rate": sum.map(|sum| rate(sum.cramps_rate)),
        "interval": "95 %",
        "nights": nights.iter().map(|(date, count)| json!({
            "night": date.to_string(),
            "cramps": words::sign(Some(*count)),
        })).collect::<Vec<_>>(),
    })
}
