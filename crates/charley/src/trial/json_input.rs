//! A series from JSON: `{"arm":[0,1,...],"y":[n,"2+" or null,...],"period_nights"?,"pairs"?,"washout_nights"?,"margin"?,"guess"?,
//! "start_window"?}`.

use charley_nights::trial::blinding::Guess;
use charley_nights::trial::{Count, Priors};
use serde::Deserialize;
use serde_json::Value;

use super::analyse::Nights;
use crate::input::Refused;

/// The members that are read; others are ignored.
#[derive(Debug, Deserialize)]
struct File {
    arm: Vec<Value>,
    y: Vec<Value>,
    #[serde(alias = "period")]
    period_nights: Option<Value>,
    #[serde(alias = "n_pairs")]
    pairs: Option<Value>,
    washout_nights: Option<Value>,
    done: Option<Vec<Value>>,
    guess: Option<Vec<Value>>,
    start_window: Option<[usize; 2]>,
    covariates: Option<Vec<Vec<f64>>>,
    #[serde(alias = "worthwhile_below")]
    margin: Option<f64>,
    priors: Option<PriorsFile>,
}

/// Priors that may stand in a file; what is left out keeps its default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PriorsFile {
    alpha_mean: Option<f64>,
    alpha_sd: Option<f64>,
    beta_mean: Option<f64>,
    beta_sd: Option<f64>,
    gamma_mean: Option<f64>,
    gamma_sd: Option<f64>,
    sigma_halfnormal_sd: Option<f64>,
    rho01_beta: Option<[f64; 2]>,
    inv_sqrt_phi_halfnormal_sd: Option<f64>,
    delta_sd: Option<f64>,
}

impl PriorsFile {
    fn priors(&self) -> Priors {
        let mut priors = Priors::default();
        let put = |place: &mut f64, value: Option<f64>| {
            if let Some(value) = value {
                *place = value;
            }
        };
        put(&mut priors.alpha.mean, self.alpha_mean);
        put(&mut priors.alpha.sd, self.alpha_sd);
        put(&mut priors.beta.mean, self.beta_mean);
        put(&mut priors.beta.sd, self.beta_sd);
        put(&mut priors.gamma.mean, self.gamma_mean);
        put(&mut priors.gamma.sd, self.gamma_sd);
        put(&mut priors.sigma_sd, self.sigma_halfnormal_sd);
        put(&mut priors.isq_sd, self.inv_sqrt_phi_halfnormal_sd);
        put(&mut priors.delta.sd, self.delta_sd);
        if let Some([a, b]) = self.rho01_beta {
            priors.rho = (a, b);
        }
        priors
    }
}

/// Reads a series.
pub fn read(text: &str, name: &str) -> anyhow::Result<Nights> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let file: File = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        Refused(format!("{name}: {error}; a series is {{\"arm\":[0,1,...],\"y\":[0,2,\"2+\",null,...]}}"))
    })?;
    let refuse = |what: String| Refused(format!("{name}: {what}"));
    let arms = file
        .arm
        .iter()
        .enumerate()
        .map(|(at, value)| match arm(value) {
            Some(Some(treated)) => Ok(treated),
            _ => Err(refuse(format!("arm[{at}] is {value}: give 0 (without) or 1 (on treatment)"))),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let done = file
        .done
        .map(|done| {
            done.iter()
                .enumerate()
                .map(|(at, value)| {
                    arm(value).ok_or_else(|| refuse(format!("done[{at}] is {value}: give 0, 1 or null")))
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .transpose()?;
    let guesses = file.guess.map(|list| guesses(&list, arms.len())).transpose().map_err(refuse)?;
    let whole = |value: &Option<Value>, name: &str, least: u64, most: u64| -> Result<Option<usize>, Refused> {
        match value {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64() {
                Some(number) if (least..=most).contains(&number) => Ok(usize::try_from(number).ok()),
                _ => Err(refuse(format!("{name} is {value}: give a whole number from {least} to {most}"))),
            },
        }
    };
    Ok(Nights {
        period_nights: whole(&file.period_nights, "period_nights", 1, 365)?,
        washout_nights: whole(&file.washout_nights, "washout_nights", 0, 364)?.unwrap_or(0),
        pairs: pairs(file.pairs.as_ref(), arms.len()).map_err(refuse)?,
        values: file.y.iter().map(value_text).collect(),
        place: (0..arms.len()).map(|at| format!("y[{at}]")).collect(),
        arms,
        done,
        covariates: file.covariates.unwrap_or_default(),
        guesses,
        start_window: file.start_window,
        margin: file.margin,
        priors: file.priors.map(|priors| priors.priors()).unwrap_or_default(),
        said: Vec::new(),
    })
}

/// Guesses of a blinded person, an entry a night.
fn guesses(list: &[Value], nights: usize) -> Result<Vec<Option<Guess>>, String> {
    if list.len() != nights {
        return Err(format!("guess has {} entries for {nights} nights", list.len()));
    }
    let read = |(at, value): (usize, &Value)| match (value.as_str(), arm(value)) {
        (Some("unknown"), _) => Ok(Some(Guess::Unknown)),
        (_, Some(None)) => Ok(None),
        (_, Some(Some(true))) => Ok(Some(Guess::Treatment)),
        (_, Some(Some(false))) => Ok(Some(Guess::Control)),
        _ => Err(format!("guess[{at}] is {value}: give 0, 1, \"unknown\", or null where nothing was asked")),
    };
    list.iter().enumerate().map(read).collect()
}

fn arm(value: &Value) -> Option<Option<bool>> {
    match value {
        Value::Null => Some(None),
        Value::Bool(yes) => Some(Some(*yes)),
        Value::Number(number) if number.as_f64() == Some(0.0) => Some(Some(false)),
        Value::Number(number) if number.as_f64() == Some(1.0) => Some(Some(true)),
        _ => None,
    }
}

/// A cell as text: empty for null.
fn value_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

/// How the order was drawn in pairs: how many pairs, or for each night its pair.
#[derive(Debug, Clone, PartialEq)]
pub enum PairsGiven {
    /// So many pairs of periods, one after the other from the first night.
    Number(usize),
    /// The pair of each night; none for nights outside.
    Nights(Vec<Option<i64>>),
}

fn pairs(value: Option<&Value>, nights: usize) -> Result<Option<PairsGiven>, String> {
    let Some(value) = value else { return Ok(None) };
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => match number.as_u64() {
            Some(count) if count >= 1 && count as usize <= nights => Ok(Some(PairsGiven::Number(count as usize))),
            _ => Err(format!("pairs is {number}: give the number of pairs, or one pair number a night")),
        },
        Value::Array(list) if list.len() == nights => list
            .iter()
            .enumerate()
            .map(|(at, pair)| match pair {
                Value::Null => Ok(None),
                Value::Number(number) if number.is_i64() => Ok(number.as_i64()),
                other => Err(format!("pairs[{at}] is {other}: give the number of the night's pair, or null")),
            })
            .collect::<Result<Vec<_>, _>>()
            .map(|list| Some(PairsGiven::Nights(list))),
        // One entry a pair, such as "AB" or [0,1]: only their number matters, the arms are given.
        Value::Array(list) if !list.is_empty() && 2 * list.len() <= nights => Ok(Some(PairsGiven::Number(list.len()))),
        other => Err(format!("pairs is {other}: give the number of pairs, or one pair number a night ({nights})")),
    }
}

/// A cell as a count.
pub fn count(text: &str) -> Option<Count> {
    match text {
        "" | "null" | "NA" | "na" | "NaN" | "." => Some(Count::Missing),
        "2+" | ">=2" | "≥2" | "2 or more" => Some(Count::TwoOrMore),
        text => {
            let number: f64 = text.parse().ok()?;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just here")]
            (number >= 0.0 && number <= f64::from(u32::MAX) && number.fract() == 0.0)
                .then_some(Count::Exactly(number as u32))
        }
    }
}
