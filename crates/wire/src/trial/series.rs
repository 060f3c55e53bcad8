//! A trial from JSON: `{"arm":[0,1,...],"y":[n,"2+" or null,...],"period_nights"?,"pairs"?,"washout_nights"?,"margin"?,"guess"?,
//! "start_window"?}`.

use charley_nights::trial::Priors;
use charley_nights::trial::blinding::Guess;
use charley_nights::trial::given::{Given, MOST_PERIOD_NIGHTS, PairsGiven, TooManyNights};
use serde::Deserialize;
use serde_json::Value;

use crate::brief::brief;

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

/// Why a series cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GivenError {
    /// Not JSON, or of another shape.
    #[error("{0}; a series is {{\"arm\":[0,1,...],\"y\":[0,2,\"2+\",null,...]}}")]
    Shape(String),
    /// A list without one entry a night.
    #[error("there are {arms} arms but {entries} {what}: both lists need one entry a night")]
    Lengths {
        /// Entries of the arm list.
        arms: usize,
        /// The other list.
        what: &'static str,
        /// Its entries.
        entries: usize,
    },
    /// Guesses without one entry a night.
    #[error("guess has {entries} entries for {nights} nights")]
    Guesses {
        /// Entries of the list.
        entries: usize,
        /// Nights of the trial.
        nights: usize,
    },
    /// A value that cannot be used.
    #[error("{place} is {value}: give {wanted}")]
    Value {
        /// Where.
        place: String,
        /// The beginning of what stands there.
        value: String,
        /// What would do.
        wanted: String,
    },
    /// More nights than a series may have.
    #[error(transparent)]
    Nights(#[from] TooManyNights),
}

/// Reads a series. The cells of the nights are kept as text: what is recorded, counts or scores, is not known here.
///
/// # Errors
/// [`GivenError`] says where and what; nothing is half-read.
pub fn read_given(text: &str) -> Result<Given, GivenError> {
    let mut json = serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}'));
    let file: File =
        serde_path_to_error::deserialize(&mut json).map_err(|error| GivenError::Shape(brief(&error.to_string())))?;
    json.end().map_err(|error| GivenError::Shape(brief(&error.to_string())))?;
    let length = |what: &'static str, entries: usize| match entries == file.arm.len() {
        true => Ok(()),
        false => Err(GivenError::Lengths { arms: file.arm.len(), what, entries }),
    };
    length("nights", file.y.len())?;
    length("entries of done", file.done.as_ref().map_or(file.arm.len(), Vec::len))?;
    let mut given = Given {
        period_nights: whole(file.period_nights.as_ref(), "period_nights", 1, MOST_PERIOD_NIGHTS)?,
        washout_nights: whole(file.washout_nights.as_ref(), "washout_nights", 0, MOST_PERIOD_NIGHTS - 1)?.unwrap_or(0),
        pairs: pairs(file.pairs.as_ref(), file.arm.len())?,
        done: file.done.as_deref().map(done).transpose()?,
        guesses: file.guess.as_deref().map(|list| guesses(list, file.arm.len())).transpose()?,
        start_window: file.start_window,
        margin: file.margin,
        covariates: file.covariates.unwrap_or_default(),
        priors: file.priors.map(|priors| priors.priors()).unwrap_or_default(),
        ..Given::empty(Vec::new())
    };
    for (at, (value, y)) in file.arm.iter().zip(&file.y).enumerate() {
        let Some(Some(treated)) = arm(value) else {
            return Err(wrong(format!("arm[{at}]"), value, "0 (without) or 1 (on treatment)"));
        };
        given.push(treated, cell(y), format!("y[{at}]"))?;
    }
    Ok(given)
}

/// The beginning of a value, for a message.
fn wrong(place: String, value: &Value, wanted: impl Into<String>) -> GivenError {
    const MOST: usize = 60;
    let text = value.to_string();
    let value = if text.chars().count() > MOST { text.chars().take(MOST).chain(['…']).collect() } else { text };
    GivenError::Value { place, value, wanted: wanted.into() }
}

fn whole(value: Option<&Value>, name: &str, least: usize, most: usize) -> Result<Option<usize>, GivenError> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    match number.filter(|number| (least..=most).contains(number)) {
        Some(number) => Ok(Some(number)),
        None => Err(wrong(name.to_owned(), value, format!("a whole number from {least} to {most}"))),
    }
}

/// 0, 1, true, false, or null for unknown; none for anything else.
fn arm(value: &Value) -> Option<Option<bool>> {
    match value {
        Value::Null => Some(None),
        Value::Bool(yes) => Some(Some(*yes)),
        Value::Number(number) if number.as_f64() == Some(0.0) => Some(Some(false)),
        Value::Number(number) if number.as_f64() == Some(1.0) => Some(Some(true)),
        _ => None,
    }
}

fn done(list: &[Value]) -> Result<Vec<Option<bool>>, GivenError> {
    let one = |(at, value)| arm(value).ok_or_else(|| wrong(format!("done[{at}]"), value, "0, 1 or null"));
    list.iter().enumerate().map(one).collect()
}

/// Guesses of a blinded person, an entry a night.
fn guesses(list: &[Value], nights: usize) -> Result<Vec<Option<Guess>>, GivenError> {
    if list.len() != nights {
        return Err(GivenError::Guesses { entries: list.len(), nights });
    }
    let one = |(at, value): (usize, &Value)| match (value.as_str(), arm(value)) {
        (Some("unknown"), _) => Ok(Some(Guess::Unknown)),
        (_, Some(None)) => Ok(None),
        (_, Some(Some(true))) => Ok(Some(Guess::Treatment)),
        (_, Some(Some(false))) => Ok(Some(Guess::Control)),
        _ => Err(wrong(format!("guess[{at}]"), value, "0, 1, \"unknown\", or null where nothing was asked")),
    };
    list.iter().enumerate().map(one).collect()
}

/// A cell as text: empty for null.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

fn pairs(value: Option<&Value>, nights: usize) -> Result<Option<PairsGiven>, GivenError> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
    match value {
        Value::Array(list) if list.len() == nights => list
            .iter()
            .enumerate()
            .map(|(at, pair)| match pair {
                Value::Null => Ok(None),
                Value::Number(number) if number.is_i64() => Ok(number.as_i64()),
                other => Err(wrong(format!("pairs[{at}]"), other, "the number of the night's pair, or null")),
            })
            .collect::<Result<Vec<_>, _>>()
            .map(|list| Some(PairsGiven::Nights(list))),
        // One entry a pair, such as "AB" or [0,1]: only their number matters, the arms are given.
        Value::Array(list) if !list.is_empty() && 2 * list.len() <= nights => Ok(Some(PairsGiven::Number(list.len()))),
        other => {
            let count = other.as_u64().and_then(|count| usize::try_from(count).ok());
            match count.filter(|count| (1..=nights).contains(count)) {
                Some(count) => Ok(Some(PairsGiven::Number(count))),
                None => {
                    let wanted = format!("the number of pairs, or one pair number a night ({nights})");
                    Err(wrong("pairs".to_owned(), other, wanted))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        read_given(text).map_or_else(|error| error.to_string(), |given| format!("read: {given:?}"))
    }

    #[test]
    fn a_wrong_name_is_quoted_in_brief() {
        let said = said(&format!(r#"{{"priors":{{"{}":1}}}}"#, "beta_sd1".repeat(1_000)));
        assert!(said.chars().count() < 700, "{said}");
        assert!(said.contains("priors.beta_sd1") && said.contains("column"), "{said}");
    }

    #[test]
    fn a_series_is_read_with_everything_it_says() {
        let text = r#"{"arm":[0,true,1,0],"y":[2,"2+",null," 1 "],"period":1,"n_pairs":2,"washout_nights":null,
            "done":[0,null,1,false],"guess":[0,1,"unknown",null],"start_window":[1,2],"margin":0.7,"covariates":[[0.5,1,2,3]],"priors":{"beta_sd":0.5},"more":1}"#;
        let given = read_given(text).expect("reads");
        assert_eq!(given.arms, [false, true, true, false]);
        assert_eq!(given.values, ["2", "2+", "", "1"]);
        assert_eq!((given.period_nights, given.washout_nights), (Some(1), 0));
        assert_eq!(given.pairs, Some(PairsGiven::Number(2)));
        assert_eq!(given.done, Some(vec![Some(false), None, Some(true), Some(false)]));
        assert_eq!(given.guesses, Some(vec![Some(Guess::Control), Some(Guess::Treatment), Some(Guess::Unknown), None]));
        assert_eq!((given.start_window, given.margin), (Some([1, 2]), Some(0.7)));
        assert_eq!(read_given(r#"{"arm":[],"y":[],"worthwhile_below":0.7}"#).map(|given| given.margin), Ok(Some(0.7)));
        assert!((given.priors.beta.sd - 0.5).abs() < 1e-12);
    }

    #[test]
    fn every_list_has_one_entry_a_night() {
        assert!(said(r#"{"arm":[0,1],"y":[1]}"#).contains("2 arms but 1 nights"));
        assert!(said(r#"{"arm":[0,1],"y":[1,0,5]}"#).contains("2 arms but 3 nights"));
        assert!(said(r#"{"arm":[0,1],"y":[1,0],"done":[1]}"#).contains("2 arms but 1 entries of done"));
        assert_eq!(said(r#"{"arm":[0,1],"y":[1,0],"guess":[1]}"#), "guess has 1 entries for 2 nights");
    }

    #[test]
    fn what_follows_the_series_is_refused() {
        assert!(said(r#"{"arm":[0,1],"y":[1,0]} x"#).contains("trailing characters"));
    }

    #[test]
    fn long_values_are_cut_in_messages() {
        let text = format!(r#"{{"arm":[0,"{}"],"y":[1,0]}}"#, "x".repeat(10_000));
        let said = said(&text);
        assert!(said.starts_with("arm[1] is \"xxx") && said.len() < 150, "{said}");
    }

    #[test]
    fn nights_are_bounded() {
        let many = vec!["0"; 5_000].join(",");
        assert!(said(&format!(r#"{{"arm":[{many}],"y":[{many}]}}"#)).contains("more than 4000 nights"));
    }
}
