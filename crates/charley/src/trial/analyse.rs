//! `charley trial analyse`.

use std::path::PathBuf;
use std::process::ExitCode;

use charley_nights::trial::analysis::{Question, USUAL_PAIR_NIGHTS, analyse as answer};
use charley_nights::trial::blinding::blinding;
use charley_nights::trial::classical;
use charley_nights::trial::design::rule;
use charley_nights::trial::given::{Given, MOST_PERIOD_NIGHTS};
use charley_nights::trial::score::{self, Scored};
use charley_nights::trial::signflip::Pair;
use charley_nights::trial::table::{PERSON, Row, Table};
use charley_nights::trial::{Count, Effort, Look, Priors, Series, Summary, posterior};
use charley_wire::trial::{AsDone, Besides, Classical, Paired, Report, ScoreReport, read_given};

use super::columns::Named;
use super::text;
use crate::input::{self, Refused};

/// What is recorded of a night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Outcome {
    /// Whole numbers, or "2+".
    Count,
    /// Any numbers, such as sleep disturbance; no verdict.
    Score,
}

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// JSON or CSV file, or - for standard input (JSON).
    file: PathBuf,
    /// What is recorded of a night.
    #[arg(long, value_enum, default_value = "count")]
    outcome: Outcome,
    /// Standard deviation of the prior on the log rate ratio (0.75; sceptical 0.5, open 1.5), or on the difference of
    /// scores in their own units.
    #[arg(long, value_name = "S")]
    prior_sd: Option<f64>,
    /// JSON for programs.
    #[arg(long)]
    json: bool,
    /// Adds Welch, paired t, GLS with AR(1) and the log response ratio: for comparison only.
    #[arg(long)]
    classical: bool,
    /// Reads one row a person (CSV) and compares two columns by paired t: --columns X,Y.
    #[arg(long)]
    paired: bool,
    /// With --paired: the two columns; X less Y.
    #[arg(long, value_name = "X,Y", value_delimiter = ',')]
    columns: Vec<String>,
    /// The rate ratio below which the remedy is worth its trouble, fixed before the start: 0.6 to 0.95 (0.8); also read
    /// from JSON.
    #[arg(long, value_name = "R")]
    margin: Option<f64>,
    /// Adds the second answer, on nights with and without a cramp, even where the model of counts fits.
    #[arg(long)]
    yes_no: bool,
    /// This is a look before the planned end: only clear answers count.
    #[arg(long)]
    early: bool,
    /// CSV: whose rows, when there are several people.
    #[arg(long, value_name = "WHO")]
    person: Option<String>,
    /// Nights of a period; also read from JSON.
    #[arg(long, value_name = "N")]
    period_nights: Option<usize>,
    /// First nights of each period that are left out; also read from JSON.
    #[arg(long, value_name = "N")]
    washout_nights: Option<usize>,
    #[command(flatten)]
    named: Named,
}

/// Runs the command.
pub fn analyse(args: &Args) -> anyhow::Result<ExitCode> {
    let text = input::read(&args.file)?;
    let name = args.file.display().to_string();
    if args.paired {
        let found = paired(&text, &name, &args.columns)?;
        if args.json {
            println!("{}", serde_json::to_string_pretty(&found)?)
        } else {
            print!("{}", text::paired(&found))
        }
        return Ok(ExitCode::SUCCESS);
    }
    let score = args.outcome == Outcome::Score;
    let refuse = |error: &dyn std::fmt::Display| Refused(format!("{name}: {error}"));
    let mut nights = if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        read_given(&text).map_err(|error| refuse(&error))?
    } else {
        Table::read(&text)
            .and_then(|table| table.one(&args.named.columns(), args.person.as_deref(), score))
            .map_err(|error| refuse(&error))?
    };
    nights.period_nights = args.period_nights.or(nights.period_nights);
    nights.washout_nights = args.washout_nights.unwrap_or(nights.washout_nights);
    if let Some(period) = nights.period_nights {
        if !(1..=MOST_PERIOD_NIGHTS).contains(&period) {
            let said =
                format!("{name}: a period of {period} nights: give a whole number from 1 to {MOST_PERIOD_NIGHTS}");
            return Err(Refused(said).into());
        }
        if nights.washout_nights >= period {
            let washout = nights.washout_nights;
            return Err(Refused(format!(
                "{name}: a washout of {washout} nights leaves nothing of a period of {period}"
            ))
            .into());
        }
    }
    if score { scores(args, &nights, &name) } else { counts(args, &nights, &name) }
}

fn counts(args: &Args, nights: &Given, name: &str) -> anyhow::Result<ExitCode> {
    let refuse = |error: &dyn std::fmt::Display| Refused(format!("{name}: {error}"));
    let priors = match args.prior_sd {
        Some(sd) => nights.priors.with_beta_sd(sd),
        None => nights.priors,
    };
    priors.check().map_err(|error| refuse(&error))?;
    let all = nights.counts().map_err(|error| refuse(&error))?;
    let washout = nights.washout();
    let start = nights.start().map_err(|error| refuse(&error))?;
    let kept: Vec<Count> =
        all.iter().zip(&washout).map(|(count, washout)| if *washout { Count::Missing } else { *count }).collect();
    let series = |counts: Vec<Count>| Series::new(&nights.arms, counts)?.with_covariates(nights.covariates.clone());
    let whole = series(all).map_err(|error| refuse(&error))?;
    let series = series(kept).map_err(|error| refuse(&error))?;
    let pairs = nights.pairs();
    let question = Question {
        series: &series,
        whole: &whole,
        pairs: pairs.as_ref().ok().map(Vec::as_slice),
        start,
        pair_nights: nights
            .period_nights
            .and_then(|period| u32::try_from(2 * period).ok())
            .unwrap_or(USUAL_PAIR_NIGHTS),
        look: if args.early { Look::Early } else { Look::End },
        priors,
        rule: rule(args.margin.or(nights.margin)).map_err(|error| refuse(&error))?,
        yes_no: args.yes_no,
    };
    let found = answer(&question);
    let as_done = nights.done.as_ref().map(|done| as_done(&series, done, &priors)).transpose()?;
    let scored = scored(nights, &nights.scores().map_err(|error| refuse(&error))?);
    let classical = args.classical.then(|| classical(&scored, nights.arms.len(), pairs.as_deref().unwrap_or_default()));
    let besides = Besides {
        why_no_pairs: pairs.as_ref().err().map(ToString::to_string),
        as_done,
        classical,
        blinding: nights.guesses.as_ref().zip(pairs.as_ref().ok()).map(|(guesses, pairs)| blinding(guesses, pairs)),
        said: nights.said.clone(),
    };
    let report = Report::new(&question, &found, besides);
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", text::counts(&report));
    }
    Ok(ExitCode::SUCCESS)
}

/// The second, labelled answer: nights by what was done, not by what was drawn. Nights where that is unknown leave.
fn as_done(series: &Series, done: &[Option<bool>], priors: &Priors) -> anyhow::Result<AsDone> {
    if done.len() != series.nights() {
        return Err(Refused(format!("done has {} entries for {} nights", done.len(), series.nights())).into());
    }
    let exposure = done.iter().map(|done| f64::from(u8::from(*done == Some(true)))).collect();
    let counts = series
        .counts()
        .iter()
        .zip(done)
        .map(|(count, done)| if done.is_none() { Count::Missing } else { *count })
        .collect();
    let series = Series::with_exposure(exposure, counts)
        .and_then(|as_done| as_done.with_covariates(series.covariates().to_vec()))
        .map_err(|error| Refused(error.to_string()))?;
    let found = posterior(&series, priors, Effort::Precise);
    Ok(AsDone::new(&Summary::of(&found.beta), found.ratio_below(1.0)))
}

fn scored(nights: &Given, scores: &[Option<f64>]) -> Vec<Scored> {
    nights
        .arms
        .iter()
        .zip(scores)
        .zip(nights.washout())
        .enumerate()
        .filter(|(_, (_, washout))| !washout)
        .filter_map(|(night, ((treated, score), _))| {
            Some(Scored { night, treated: f64::from(u8::from(*treated)), score: (*score)? })
        })
        .collect()
}

fn scores(args: &Args, nights: &Given, name: &str) -> anyhow::Result<ExitCode> {
    let refuse = |error: &dyn std::fmt::Display| Refused(format!("{name}: {error}"));
    let mut scores = nights.scores().map_err(|error| refuse(&error))?;
    for (score, washout) in scores.iter_mut().zip(nights.washout()) {
        if washout {
            *score = None;
        }
    }
    let recorded = score::recorded(&nights.arms, &scores).map_err(|error| refuse(&error))?;
    let spread = {
        let values: Vec<f64> = recorded.iter().map(|night| night.score).collect();
        #[expect(clippy::cast_precision_loss, reason = "nights")]
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count).sqrt()
    };
    // Two and a half spreads: wide enough to let any difference be seen.
    let prior_sd = args.prior_sd.unwrap_or(2.5 * spread);
    if !(prior_sd > 0.0 && prior_sd.is_finite()) {
        return Err(Refused(format!("--prior-sd {prior_sd}: give a number above 0")).into());
    }
    let found = score::posterior(&recorded, nights.arms.len(), &nights.priors, prior_sd);
    let classical =
        args.classical.then(|| classical(&recorded, nights.arms.len(), nights.pairs().as_deref().unwrap_or_default()));
    let report = ScoreReport::new(&recorded, &found, prior_sd, classical, nights.said.clone());
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", text::scores(&report));
    }
    Ok(ExitCode::SUCCESS)
}

fn classical(nights: &[Scored], all_nights: usize, pairs: &[Pair]) -> Classical {
    let of = |arm: f64| -> Vec<f64> {
        nights.iter().filter(|night| night.treated == arm).map(|night| night.score).collect()
    };
    let (treated, control) = (of(1.0), of(0.0));
    let mean = |wanted: &[usize]| {
        let known: Vec<f64> =
            nights.iter().filter(|night| wanted.contains(&night.night)).map(|night| night.score).collect();
        #[expect(clippy::cast_precision_loss, reason = "nights")]
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    let differences: Vec<(f64, f64)> =
        pairs.iter().filter_map(|pair| Some((mean(&pair.treated)?, mean(&pair.control)?))).collect();
    Classical::new(
        classical::welch(&treated, &control),
        classical::paired(&differences),
        classical::gls_ar1(nights, all_nights),
        classical::response_ratio(&treated, &control),
    )
}

/// Paired t over people: rows with an empty number are left out and counted.
fn paired(text: &str, name: &str, columns: &[String]) -> anyhow::Result<Paired> {
    let refuse = |error: &dyn std::fmt::Display| Refused(format!("{name}: {error}"));
    let table = Table::read(text).map_err(|error| refuse(&error))?;
    let column = |named: &str, what| table.column(Some(named), &[], what).map_err(|error| refuse(&error));
    let numeric: Vec<usize> = (0..table.header.len())
        .filter(|column| {
            !PERSON.contains(&table.header[*column].to_lowercase().as_str())
                && table.rows.iter().all(|row| row.1[*column].is_empty() || row.1[*column].parse::<f64>().is_ok())
        })
        .collect();
    let names = || numeric.iter().map(|column| table.header[*column].as_str()).collect::<Vec<_>>().join(", ");
    let (x, y, said) = match (columns, numeric.as_slice()) {
        ([x, y], _) => (column(x, "X")?, column(y, "Y")?, Vec::new()),
        ([], [y, x]) => {
            let said = format!("compared: {:?} less {:?}", table.header[*x], table.header[*y]);
            (*x, *y, vec![said])
        }
        _ => {
            return Err(Refused(format!(
                "{name}: say which two columns to compare with --columns X,Y; there are: {}",
                names()
            ))
            .into());
        }
    };
    let complete = |row: &&Row| numeric.iter().all(|column| !row.1[*column].is_empty());
    let mut pairs = Vec::new();
    for (line, row) in table.rows.iter().filter(complete) {
        let number = |column: usize| {
            row[column].parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| {
                Refused(format!(
                    "{name}, line {line}: {:?} in column {:?} is no number",
                    row[column], table.header[column]
                ))
            })
        };
        pairs.push((number(x)?, number(y)?));
    }
    let test = classical::paired(&pairs)
        .ok_or_else(|| Refused(format!("{name}: fewer than two complete rows, or no difference at all")))?;
    Ok(Paired::new((&table.header[x], &table.header[y]), pairs.len(), table.rows.len() - pairs.len(), &test, said))
}
