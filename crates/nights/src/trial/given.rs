//! One person's nights as a file gives them: cells of text with their place, before they are a series.

use std::collections::BTreeMap;

use super::blinding::Guess;
use super::priors::Priors;
use super::series::{Count, MOST_NIGHTS};
use super::signflip::{MOST_PAIRS, Pair};
use super::start_day::{StartDay, StartError};

/// Longest period, in nights.
pub const MOST_PERIOD_NIGHTS: usize = 365;

/// Nights as they were given: one arm and one cell a night.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// True on treatment nights.
    pub arms: Vec<bool>,
    /// What was recorded, as text.
    pub values: Vec<String>,
    /// Where each value stands, for messages.
    pub places: Vec<String>,
    /// Nights of a period, 1 to [`MOST_PERIOD_NIGHTS`].
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
    /// The rate ratio below which the remedy is worth its trouble, as it was given: [`rule`](super::design::rule) checks it.
    pub margin: Option<f64>,
    /// Priors.
    pub priors: Priors,
    /// What was guessed of the file.
    pub said: Vec<String>,
}

/// How the order was drawn in pairs: how many pairs, or for each night its pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairsGiven {
    /// So many pairs of periods, one after the other from the first night; at least 1.
    Number(usize),
    /// The pair of each night; none for nights outside.
    Nights(Vec<Option<i64>>),
}

/// More nights than a series may have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("more than {MOST_NIGHTS} nights: give the nights of one trial")]
pub struct TooManyNights;

/// A cell that is no count or no score.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place} is {value}: give {wanted}")]
pub struct NoValue {
    /// Where.
    pub place: String,
    /// The beginning of what stands there.
    pub value: String,
    /// What would do.
    pub wanted: &'static str,
}

/// Why the nights make no pairs of periods.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPairs {
    /// Nothing was said of pairs.
    #[error("no pairs were given: the order of the periods is not known to be drawn in pairs")]
    NotGiven,
    /// A pair lies in one arm.
    #[error("pair {0} has no night of one arm: these are not pairs of periods")]
    OneArm(i64),
    /// More than are counted one by one.
    #[error("{0} pairs are more than the {MOST_PAIRS} that are counted")]
    TooMany(usize),
}

/// Why there is no start day, though one was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoStart {
    /// The order was drawn in pairs, or there are periods.
    #[error("start_window and pairs (or period_nights) do not go together: give one")]
    Pairs,
    /// Arms and days that do not fit.
    #[error(transparent)]
    Day(#[from] StartError),
}

impl Given {
    /// No night yet.
    pub fn empty(said: Vec<String>) -> Self {
        Self {
            arms: Vec::new(),
            values: Vec::new(),
            places: Vec::new(),
            period_nights: None,
            washout_nights: 0,
            pairs: None,
            done: None,
            covariates: Vec::new(),
            start_window: None,
            guesses: None,
            margin: None,
            priors: Priors::default(),
            said,
        }
    }

    /// Adds a night.
    ///
    /// # Errors
    /// When there are [`MOST_NIGHTS`] already: a small file with wide gaps must not fill the memory.
    pub fn push(&mut self, treated: bool, value: String, place: String) -> Result<(), TooManyNights> {
        if self.arms.len() >= MOST_NIGHTS {
            return Err(TooManyNights);
        }
        self.arms.push(treated);
        self.values.push(value);
        self.places.push(place);
        Ok(())
    }

    /// True for nights of washout: the first of each period, or, without a period length, after each change of arm. Where the
    /// start was drawn, the nights before it are all without the remedy, so only those after it count as such.
    pub fn washout(&self) -> Vec<bool> {
        let mut since_change = 0;
        (0..self.arms.len())
            .map(|night| {
                let changed = night == 0 || self.arms[night] != self.arms[night - 1];
                since_change = if changed { 0 } else { since_change + 1 };
                let in_period = self.period_nights.map_or(since_change, |period| night % period.max(1));
                in_period < self.washout_nights && (self.start_window.is_none() || self.arms[night])
            })
            .collect()
    }

    /// The start that was drawn, where one was.
    ///
    /// # Errors
    /// When the arms or the days do not fit, or there are pairs or periods too.
    pub fn start(&self) -> Result<Option<StartDay>, NoStart> {
        let Some([first, last]) = self.start_window else { return Ok(None) };
        if self.pairs.is_some() || self.period_nights.is_some() {
            return Err(NoStart::Pairs);
        }
        Ok(Some(StartDay::new(&self.arms, first, last, self.washout_nights)?))
    }

    /// Counts, a night each, washout still in.
    ///
    /// # Errors
    /// The first cell that is no count.
    pub fn counts(&self) -> Result<Vec<Count>, NoValue> {
        const WANTED: &str = "a whole number of cramps, \"2+\" or nothing (null)";
        self.cells().map(|(value, place)| count(value).ok_or_else(|| no_value(place, value, WANTED))).collect()
    }

    /// Scores, a night each, washout still in; "2+" counts as 2.
    ///
    /// # Errors
    /// The first cell that is no finite number.
    pub fn scores(&self) -> Result<Vec<Option<f64>>, NoValue> {
        const WANTED: &str = "a number or nothing (null)";
        self.cells()
            .map(|(value, place)| match count(value) {
                Some(Count::Missing) => Ok(None),
                Some(Count::TwoOrMore) => Ok(Some(2.0)),
                _ => match value.parse::<f64>() {
                    Ok(score) if score.is_finite() => Ok(Some(score)),
                    _ => Err(no_value(place, value, WANTED)),
                },
            })
            .collect()
    }

    fn cells(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(String::as_str).zip(self.places.iter().map(String::as_str))
    }

    /// Nights of each pair without washout.
    ///
    /// # Errors
    /// Why there are none.
    pub fn pairs(&self) -> Result<Vec<Pair>, NoPairs> {
        let given = self.pairs.as_ref().ok_or(NoPairs::NotGiven)?;
        let number_of = |night: usize| -> Option<i64> {
            match given {
                PairsGiven::Nights(list) => *list.get(night)?,
                PairsGiven::Number(count) => {
                    let count = (*count).max(1);
                    let of_pair = self.period_nights.map_or(self.arms.len() / count, |period| 2 * period).max(1);
                    let pair = night / of_pair;
                    (pair < count).then_some(i64::try_from(pair).unwrap_or(i64::MAX))
                }
            }
        };
        let mut pairs: BTreeMap<i64, Pair> = BTreeMap::new();
        for (night, (treated, washout)) in self.arms.iter().zip(self.washout()).enumerate() {
            if !washout && let Some(number) = number_of(night) {
                let pair = pairs.entry(number).or_insert(Pair { treated: Vec::new(), control: Vec::new() });
                if *treated { pair.treated.push(night) } else { pair.control.push(night) }
            }
        }
        if let Some((number, _)) = pairs.iter().find(|(_, pair)| pair.treated.is_empty() || pair.control.is_empty()) {
            return Err(NoPairs::OneArm(*number));
        }
        if pairs.len() > MOST_PAIRS {
            return Err(NoPairs::TooMany(pairs.len()));
        }
        Ok(pairs.into_values().collect())
    }
}

fn no_value(place: &str, value: &str, wanted: &'static str) -> NoValue {
    NoValue { place: place.to_owned(), value: crate::short(value), wanted }
}

/// A cell as a count: a whole number, "2+", or nothing.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn given(arms: &[u8], values: &[&str]) -> Given {
        let mut given = Given::empty(Vec::new());
        for (at, (arm, value)) in arms.iter().zip(values).enumerate() {
            given.push(*arm == 1, (*value).to_owned(), format!("y[{at}]")).unwrap();
        }
        given
    }

    #[test]
    fn washout_follows_the_period_or_else_each_change_of_arm() {
        let mut nights = given(&[0, 0, 0, 1, 1, 1], &["0"; 6]);
        assert_eq!(nights.washout(), [false; 6]);
        nights.washout_nights = 1;
        assert_eq!(nights.washout(), [true, false, false, true, false, false]);
        nights.period_nights = Some(2);
        assert_eq!(nights.washout(), [true, false, true, false, true, false]);
    }

    #[test]
    fn cells_are_counts_or_scores_or_refused_with_their_place() {
        let nights = given(&[0, 1, 0], &["3", "2+", ""]);
        assert_eq!(nights.counts().unwrap(), [Count::Exactly(3), Count::TwoOrMore, Count::Missing]);
        assert_eq!(nights.scores().unwrap(), [Some(3.0), Some(2.0), None]);
        let nights = given(&[0, 1], &["1", "6.5"]);
        assert_eq!(nights.scores().unwrap(), [Some(1.0), Some(6.5)]);
        assert!(nights.counts().unwrap_err().to_string().starts_with("y[1] is 6.5: give a whole number"));
        assert!(given(&[0], &["inf"]).scores().is_err());
    }

    #[test]
    fn pairs_need_both_arms() {
        let mut nights = given(&[0, 1, 1, 0, 1, 1], &["0"; 6]);
        assert_eq!(nights.pairs(), Err(NoPairs::NotGiven));
        nights.pairs = Some(PairsGiven::Number(3));
        assert_eq!(nights.pairs(), Err(NoPairs::OneArm(2)));
        nights.pairs = Some(PairsGiven::Nights(vec![Some(7), Some(7), Some(9), Some(9), None, None]));
        assert_eq!(nights.pairs().unwrap().len(), 2);
    }

    #[test]
    fn only_nights_after_a_drawn_start_are_washout() {
        let mut nights = given(&[0, 0, 0, 1, 1, 1], &["0"; 6]);
        nights.washout_nights = 1;
        nights.start_window = Some([2, 3]);
        assert_eq!(nights.washout(), [false, false, false, true, false, false]);
        let start = nights.start().unwrap().unwrap();
        assert_eq!((start.first, start.last, start.drawn, start.settle), (2, 3, 3, 1));
    }

    #[test]
    fn a_drawn_start_has_no_pairs_and_no_periods() {
        let mut nights = given(&[0, 0, 1, 1], &["0"; 4]);
        assert_eq!(nights.start(), Ok(None));
        nights.start_window = Some([1, 2]);
        nights.period_nights = Some(2);
        assert_eq!(nights.start(), Err(NoStart::Pairs));
        nights.period_nights = None;
        nights.pairs = Some(PairsGiven::Number(1));
        assert_eq!(nights.start(), Err(NoStart::Pairs));
        nights.pairs = None;
        nights.start_window = Some([1, usize::MAX]);
        assert!(matches!(nights.start(), Err(NoStart::Day(StartError::Window { .. }))));
    }

    #[test]
    fn nights_are_bounded() {
        let mut nights = Given::empty(Vec::new());
        for night in 0..MOST_NIGHTS {
            nights.push(false, String::new(), night.to_string()).unwrap();
        }
        assert_eq!(nights.push(true, String::new(), String::new()), Err(TooManyNights));
    }
}
