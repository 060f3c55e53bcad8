//! The protocol as it is kept: fixed before the first night, never changed.

use charley_knowledge::{Capsules, Remedy};
use charley_nights::trial::design::Protocol as Design;
use charley_nights::trial::{Priors, Rule};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::error::WebError;

/// What is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct File {
    version: u32,
    remedy: String,
    label: String,
    on: String,
    off: String,
    exposure: String,
    slow: bool,
    first_night: Date,
    period_nights: usize,
    pairs: usize,
    washout_nights: usize,
    beta_sd: f64,
    sure: f64,
    sure_early: f64,
    probable: f64,
    margin: f64,
    unlikely: f64,
    baseline: Baseline,
    /// Trials of older releases have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    capsules: Option<Filling>,
}

/// What a helper fills into capsules.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Filling {
    active: String,
    dummy: String,
    how: String,
}

/// The person's nights before the start: for planning, outside the analysis.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Recorded nights.
    pub nights: u32,
    /// Cramps a night.
    pub rate: f64,
}

/// A protocol with the words of its remedy.
#[derive(Debug, Clone)]
pub struct Protocol {
    /// The plan item it tests.
    pub remedy: String,
    /// "stretching before bed"
    pub label: String,
    /// What to do on treatment nights.
    pub on: String,
    /// What to do on the other nights.
    pub off: String,
    /// Its name in the diary.
    pub exposure: String,
    /// May need longer than a period.
    pub slow: bool,
    /// Nights before the start.
    pub baseline: Baseline,
    /// What a helper fills into numbered boxes; none where the person knows which nights are which.
    pub capsules: Option<Capsules>,
    /// What the statistics need.
    pub design: Design,
}

/// What a person chooses before the start.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// First night of the first period.
    pub first_night: Date,
    /// Pairs of periods.
    pub pairs: usize,
    /// The ratio below which the remedy is worth its trouble.
    pub margin: f64,
    /// A helper prepares capsules.
    pub capsules: bool,
}

impl Protocol {
    /// A new one for a remedy.
    pub fn new(remedy: &Remedy, choice: &Choice, baseline: Baseline) -> Self {
        let capsules = remedy.capsules.clone().filter(|_| choice.capsules);
        // Taking a capsule is not taking the remedy: it has a name of its own in the diary.
        let exposure =
            if capsules.is_some() { format!("{}_capsule", remedy.exposure) } else { remedy.exposure.clone() };
        Self {
            remedy: remedy.intervention.clone(),
            label: remedy.label.clone(),
            on: remedy.on.clone(),
            off: remedy.off.clone(),
            exposure,
            slow: remedy.slow,
            baseline,
            capsules,
            design: Design {
                first_night: choice.first_night,
                period_nights: remedy.period_nights as usize,
                pairs: choice.pairs,
                washout_nights: remedy.washout_nights as usize,
                balanced: false,
                priors: Priors::default(),
                rule: Rule::default().with_margin(choice.margin),
            },
        }
    }

    /// As JSON.
    pub fn write(&self) -> String {
        let Design { first_night, period_nights, pairs, washout_nights, priors, rule, .. } = self.design;
        let file = File {
            version: 1,
            remedy: self.remedy.clone(),
            label: self.label.clone(),
            on: self.on.clone(),
            off: self.off.clone(),
            exposure: self.exposure.clone(),
            slow: self.slow,
            first_night,
            period_nights,
            pairs,
            washout_nights,
            beta_sd: priors.beta.sd,
            sure: rule.sure,
            sure_early: rule.sure_early,
            probable: rule.probable,
            margin: rule.margin,
            unlikely: rule.unlikely,
            baseline: self.baseline,
            capsules: self.capsules.as_ref().map(|fill| Filling {
                active: fill.active.clone(),
                dummy: fill.dummy.clone(),
                how: fill.how.clone(),
            }),
        };
        // Strings, numbers and a date only: writing them cannot fail.
        serde_json::to_string(&file).unwrap_or_default()
    }

    /// From JSON.
    ///
    /// # Errors
    /// When it is not what [`Self::write`] writes, or no trial can run by it.
    pub fn read(text: &str) -> Result<Self, WebError> {
        let file: File = serde_json::from_str(text).map_err(|_| WebError::Internal("a kept protocol"))?;
        let rule = Rule {
            sure: file.sure,
            sure_early: file.sure_early,
            probable: file.probable,
            margin: file.margin,
            unlikely: file.unlikely,
        };
        let design = Design {
            first_night: file.first_night,
            period_nights: file.period_nights,
            pairs: file.pairs,
            washout_nights: file.washout_nights,
            balanced: false,
            priors: Priors::default().with_beta_sd(file.beta_sd),
            rule,
        };
        design.check().map_err(|_| WebError::Internal("a kept protocol"))?;
        Ok(Self {
            remedy: file.remedy,
            label: file.label,
            on: file.on,
            off: file.off,
            exposure: file.exposure,
            slow: file.slow,
            baseline: file.baseline,
            capsules: file.capsules.map(|fill| Capsules { active: fill.active, dummy: fill.dummy, how: fill.how }),
            design,
        })
    }
}
