//! `charley trial analyse`.

use std::path::PathBuf;
use std::process::ExitCode;

use charley_nights::trial::analysis::{Question, USUAL_PAIR_NIGHTS, analyse as answer};
use charley_nights::trial::blinding::{Guess, blinding};
use charley_nights::trial::classical;
use charley_nights::trial::score::{self, Scored};
use charley_nights::trial::signflip::{self, Pair};
use charley_nights::trial::start_day::StartDay;
use charley_nights::trial::{Count, Effort, Look, Priors, Series, Summary, posterior};

use super::csv_input::{self, Columns};
use super::json_input::{self, PairsGiven};
use super::{margin, text};
use crate::input::{self, Refused};
use charley_wire::trial::{AsDone, Besides, Classical, Paired, Report, ScoreReport};

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
    named: Columns,
}

/// One person's nights as they were given.
#[derive(Debug)]
pub struct Nights {
    /// True on treatment nights.
    pub arms: Vec<bool>,
    /// What was recorded, as text.
    pub values: Vec<String>,
    /// Where each value stands, for messages.
    pub place: Vec<String>,
    /// Nights of a period.
    pub period_nights: Option<usize>,
    /// First nights of a period that are left out.
    pub washout_nights: usize,
    /// How the order was drawn in pairs.
    pub pairs: Option<PairsGiven>,
    /// What was really done, where known.
    pub done: Option<Vec<Option<bool>>>,
    /// Covariates, a list a night each.
    pub covariates: Vec<Vec<f64>>,
    /// First and last night, from 0, that could have been drawn as the start; none where the order was drawn in pairs.
    pub start_window: Option<[usize; 2]>,
    /// What a blinded person thinks each night was; none where the person knew.
    pub guesses: Option<Vec<Option<Guess>>>,
    /// The rate ratio below which the remedy is worth its trouble, where the file says it.
    pub margin: Option<f64>,
    /// Priors.
    pub priors: Priors,
    /// What was guessed.
    pub said: Vec<String>,
}

impl Nights {
    /// No night yet.
    pub fn empty(priors: Priors, said: Vec<String>) -> Self {
        Self {
            arms: Vec::new(),
            values: Vec::new(),
            place: Vec::new(),
            period_nights: None,
            washout_nights: 0,
            pairs: None,
            done: None,
            covariates: Vec::new(),
            start_window: None,
            guesses: None,
            margin: None,
            priors,
            said,
        }
    }

    /// Adds a night.
    pub fn push(&mut self, treated: bool, value: String, place: String) {
        self.arms.push(treated);
        self.values.push(value);
        self.place.push(place);
    }

    /// True for nights of washout: the first of each period, or, without a period length, after each change of arm. Where the
    /// start was drawn, the nights before it are all without the remedy, so only those after it count as such.
    fn washout(&self, night: usize) -> bool {
        if self.start_window.is_some() && !self.arms[night] {
            return false;
        }
        let in_period = match self.period_nights {
            Some(period) => night % period,
            None => {
                night - (0..=night).rev().take_while(|at| self.arms[*at] == self.arms[night]).last().unwrap_or(night)
            }
        };
        in_period < self.washout_nights
    }

    /// The start that was drawn, where one was.
    fn start(&self) -> Result<Option<StartDay>, String> {
        let Some([first, last]) = self.start_window else { return Ok(None) };
        if self.pairs.is_some() || self.period_nights.is_some() {
            return Err("start_window and pairs (or period_nights) do not go together: give one".to_owned());
        }
        StartDay::new(&self.arms, first, last, self.washout_nights).map(Some).map_err(|error| error.to_string())
    }

    /// Counts, a night each, washout still in.
    fn counts(&self) -> Result<Vec<Count>, Refused> {
        self.values
            .iter()
            .zip(&self.place)
            .map(|(value, place)| {
                json_input::count(value).ok_or_else(|| {
                    Refused(format!("{place} is {value}: give a whole number of cramps, \"2+\" or nothing (null)"))
                })
            })
            .collect()
    }

    fn scores(&self) -> Result<Vec<Option<f64>>, Refused> {
        self.values
            .iter()
            .zip(&self.place)
            .map(|(value, place)| match json_input::count(value) {
                Some(Count::Missing) => Ok(None),
                Some(Count::TwoOrMore) => Ok(Some(2.0)),
                _ => match value.parse::<f64>() {
                    Ok(score) if score.is_finite() => Ok(Some(score)),
                    _ => Err(Refused(format!("{place} is {value}: give a number or nothing (null)"))),
                },
            })
            .collect()
    }

    /// Nights of each pair without washout, or why there are none.
    fn pairs(&self) -> Result<Vec<Pair>, String> {
        let number_of = |night: usize| -> Option<i64> {
            match self.pairs.as_ref()? {
                PairsGiven::Nights(list) => list[night],
                PairsGiven::Number(count) => {
                    let of_pair = self.period_nights.map_or(self.arms.len() / count, |period| 2 * period).max(1);
                    let pair = night / of_pair;
                    (pair < *count).then_some(i64::try_from(pair).unwrap_or(i64::MAX))
                }
            }
        };
        if self.pairs.is_none() {
            return Err("no pairs were given: the order of the periods is not known to be drawn in pairs".to_owned());
        }
        let mut pairs: std::collections::BTreeMap<i64, Pair> = std::collections::BTreeMap::new();
        for night in (0..self.arms.len()).filter(|night| !self.washout(*night)) {
            if let Some(number) = number_of(night) {
                let pair = pairs.entry(number).or_insert(Pair { treated: Vec::new(), control: Vec::new() });
                if self.arms[night] { pair.treated.push(night) } else { pair.control.push(night) }
            }
        }
        if let Some((number, _)) = pairs.iter().find(|(_, pair)| pair.treated.is_empty() || pair.control.is_empty()) {
            return Err(format!("pair {number} has no night of one arm: these are not pairs of periods"));
        }
        if pairs.len() > signflip::MOST_PAIRS {
            return Err(format!("{} pairs are more than the {} that are counted", pairs.len(), signflip::MOST_PAIRS));
        }
        Ok(pairs.into_values().collect())
    }
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
    let mut nights = if text.trim_start().starts_with('{') {
        json_input::read(&text, &name)?
    } else {
        csv_input::read(&text, &name, &args.named, args.person.as_deref(), score)?
    };
    nights.period_nights = args.period_nights.or(nights.period_nights);
    nights.washout_nights = args.washout_nights.unwrap_or(nights.washout_nights);
    if let Some(period) = nights.period_nights
        && (period == 0 || nights.washout_nights >= period)
    {
        return Err(Refused(format!(
            "{name}: a washout of {} nights leaves nothing of a period of {period}",
            nights.washout_nights
        ))
        .into());
    }
    if score { scores(args, &nights) } else { counts(args, &nights, &name) }
}

fn counts(args: &Args, nights: &Nights, name: &str) -> anyhow::Result<ExitCode> {
    let refuse = |error: &dyn std::fmt::Display| Refused(format!("{name}: {error}"));
    let priors = match args.prior_sd {
        Some(sd) => nights.priors.with_beta_sd(sd),
        None => nights.priors,
    };
    priors.check().map_err(|error| refuse(&error))?;
    let all = nights.counts()?;
    let start = nights.start().map_err(|error| refuse(&error))?;
    let kept: Vec<Count> =
        all.iter().enumerate().map(|(at, count)| if nights.washout(at) { Count::Missing } else { *count }).collect();
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
        rule: margin::rule(args.margin.or(nights.margin)).map_err(|error| refuse(&error))?,
        yes_no: args.yes_no,
    };
    let found = answer(&question);
    let as_done = nights.done.as_ref().map(|done| as_done(&series, done, &priors)).transpose()?;
    let scored = scored(nights, &nights.scores()?);
    let classical = args.classical.then(|| classical(&scored, nights.arms.len(), pairs.as_deref().unwrap_or_default()));
    let besides = Besides {
        why_no_pairs: pairs.as_ref().err().cloned(),
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

fn scored(nights: &Nights, scores: &[Option<f64>]) -> Vec<Scored> {
    nights
        .arms
        .iter()
        .zip(scores)
        .enumerate()
        .filter(|(night, _)| !nights.washout(*night))
        .filter_map(|(night, (treated, score))| {
            Some(Scored { night, treated: f64::from(u8::from(*treated)), score: (*score)? })
        })
        .collect()
}

fn scores(args: &Args, nights: &Nights) -> anyhow::Result<ExitCode> {
    let mut scores = nights.scores()?;
    for (night, score) in scores.iter_mut().enumerate() {
        if nights.washout(night) {
            *score = None;
        }
    }
    let recorded = score::recorded(&nights.arms, &scores).map_err(|error| Refused(error.to_string()))?;
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
    let table = csv_input::table(text, name)?;
    let numeric: Vec<usize> = (0..table.header.len())
        .filter(|column| {
            !csv_input::PERSON.contains(&table.header[*column].to_lowercase().as_str())
                && table.rows.iter().all(|row| row.1[*column].is_empty() || row.1[*column].parse::<f64>().is_ok())
        })
        .collect();
    let names = || numeric.iter().map(|column| table.header[*column].as_str()).collect::<Vec<_>>().join(", ");
    let (x, y, said) = match (columns, numeric.as_slice()) {
        ([x, y], _) => (table.column(Some(x), &[], "X")?, table.column(Some(y), &[], "Y")?, Vec::new()),
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
    let complete = |row: &&(u64, Vec<String>)| numeric.iter().all(|column| !row.1[*column].is_empty());
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
