//! The answer of a trial as JSON: what `charley trial analyse --json` prints and what is kept when a trial ends.

mod convert;
mod series;

pub use convert::Besides;
pub use series::{GivenError, read_given};

use serde::{Deserialize, Serialize};

use crate::Sig6;

/// A summary on the wire.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SummaryOut {
    pub mean: Sig6,
    pub sd: Sig6,
    pub q025: Sig6,
    pub q05: Sig6,
    pub q25: Sig6,
    pub q50: Sig6,
    pub q75: Sig6,
    pub q95: Sig6,
    pub q975: Sig6,
}

impl Report {
    /// P(rate ratio < the margin that was fixed at the start).
    pub fn p_worthwhile(&self) -> f64 {
        self.p_rr_below_margin.unwrap_or(self.p_rr_below_0_8).get()
    }
}

/// The answer on counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Report {
    pub outcome: String,
    pub said: Vec<String>,
    pub nights: NightsOut,
    pub verdict: String,
    pub look: String,
    pub alpha: SummaryOut,
    pub beta: SummaryOut,
    pub gamma: SummaryOut,
    pub sigma: SummaryOut,
    pub rho: SummaryOut,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isq: Option<SummaryOut>,
    pub p_rr_below_1: Sig6,
    pub p_rr_below_0_8: Sig6,
    /// Below the margin of the protocol (`prior.worthwhile_below`); answers of older releases have none: 0.8 then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_rr_below_margin: Option<Sig6>,
    pub rate_ratio: RatioOut,
    pub cramps_a_week: WeeklyOut,
    pub cramps_avoided_per_week: SummaryOut,
    pub sign_flip_p: Option<Sig6>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_flip_why_not: Option<String>,
    pub sign_flip_pairs: Option<usize>,
    /// Where the start was drawn by lot in the place of pairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_day: Option<StartDayOut>,
    pub nights_needed: Option<u32>,
    pub nights_needed_says: String,
    pub forecasts: Vec<ForecastOut>,
    pub checks: Checks,
    pub prior: PriorOut,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_done: Option<AsDone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classical: Option<Classical>,
    /// Where a helper prepared capsules; none where the person knew which nights were which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blinding: Option<BlindingOut>,
    pub cannot_say: Vec<String>,
}

/// A start that was drawn by lot.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct StartDayOut {
    /// Nights of the series that could have been drawn, from 0, and the one that was.
    pub first: usize,
    pub last: usize,
    pub drawn: usize,
    /// Share of the possible days whose difference is as far from zero; none where a day leaves a side empty.
    pub p: Option<Sig6>,
    pub difference: Option<Sig6>,
}

/// Guesses of a blinded person against chance.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct BlindingOut {
    pub nights_guessed: usize,
    pub nights_right: usize,
    pub nights_unknown: usize,
    /// Pairs of periods whose guesses lean one way: the unit of the interval, because nights of a period are guessed alike.
    pub pairs_judged: usize,
    pub pairs_right: usize,
    /// Exact 95 % interval of the chance to guess a pair right.
    pub interval: [Sig6; 2],
    /// `kept`, `lost` or `cannot_tell`.
    pub secret: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct NightsOut {
    pub treatment: usize,
    pub control: usize,
    pub missing_treatment: usize,
    pub missing_control: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct RatioOut {
    pub median: Sig6,
    pub q025: Sig6,
    pub q975: Sig6,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct WeeklyOut {
    pub control: SummaryOut,
    pub treatment: SummaryOut,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PriorOut {
    pub beta_sd: Sig6,
    pub worthwhile_below: Sig6,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ForecastOut {
    pub more_pairs: u32,
    pub more_nights: u32,
    pub chances: std::collections::BTreeMap<String, Sig6>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Checks {
    pub predictive: Vec<PredictiveOut>,
    pub fits: bool,
    pub carry_over: Vec<CarryOut>,
    pub missing_nights_gone_bad: Option<TippingOut>,
    pub under_priors: Vec<PriorCheck>,
    pub test_disagrees: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative: Option<AlternativeOut>,
}

/// The second answer: did a night have a cramp, yes or no.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AlternativeOut {
    pub label: String,
    pub endpoint: String,
    pub link: String,
    /// Names of the predictive checks that the first answer fails; empty where it was only asked for.
    pub why: Vec<String>,
    pub nights_with_cramp: CrampNightsOut,
    pub chance_of_cramp_a_night: WeeklyOut,
    pub beta: SummaryOut,
    pub rate_ratio: RatioOut,
    pub p_rr_below_1: Sig6,
    pub p_rr_below_0_8: Sig6,
    pub p_rr_below_margin: Sig6,
    pub sign_flip_p: Option<Sig6>,
    pub predictive: Vec<PredictiveOut>,
    pub fits: bool,
    /// The verdict's code, were this the answer of the protocol.
    pub rule_would_say: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CrampNightsOut {
    pub treatment: usize,
    pub of_treatment: usize,
    pub control: usize,
    pub of_control: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PredictiveOut {
    pub name: String,
    pub observed: Sig6,
    pub expected: Sig6,
    pub tail: Sig6,
    pub unusual: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CarryOut {
    pub half_life_nights: Sig6,
    pub beta_mean: Sig6,
    pub p_rr_below_1: Sig6,
    pub log_evidence_gain: Sig6,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TippingOut {
    pub nights_filled: usize,
    pub cramps_a_night: Sig6,
    pub p_rr_below_1: Sig6,
    pub p_rr_below_0_8: Sig6,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_rr_below_margin: Option<Sig6>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PriorCheck {
    pub name: String,
    pub beta_sd: Sig6,
    pub p_rr_below_1: Sig6,
    pub p_rr_below_0_8: Sig6,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_rr_below_margin: Option<Sig6>,
    pub verdict: String,
}

/// The second answer, by what was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AsDone {
    pub label: String,
    pub beta: SummaryOut,
    pub p_rr_below_1: Sig6,
}

/// Classical companions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Classical {
    pub label: String,
    pub welch: Option<TestOut>,
    pub paired_t: Option<TestOut>,
    pub gls_ar1: Option<GlsOut>,
    pub log_response_ratio: Option<LrrOut>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TestOut {
    pub difference: Sig6,
    pub se: Sig6,
    pub t: Sig6,
    pub df: Sig6,
    pub p: Sig6,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct GlsOut {
    pub estimate: Sig6,
    pub se: Sig6,
    pub t: Sig6,
    pub df: Sig6,
    pub p: Sig6,
    pub phi: Sig6,
    pub sigma: Sig6,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LrrOut {
    pub estimate: Sig6,
    pub se: Sig6,
}

/// A comparison of two columns over people.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Paired {
    pub label: String,
    pub said: Vec<String>,
    pub x: String,
    pub y: String,
    pub people: usize,
    pub left_out: usize,
    pub paired_t: TestOut,
}

/// The answer on scores.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ScoreReport {
    pub outcome: String,
    pub said: Vec<String>,
    pub nights: [usize; 2],
    pub means: [Sig6; 2],
    pub alpha: SummaryOut,
    pub beta: SummaryOut,
    pub gamma: SummaryOut,
    pub sigma_mean: Sig6,
    pub rho_mean: Sig6,
    pub p_below_0: Sig6,
    pub prior_sd: Sig6,
    pub verdict: Option<String>,
    pub why_no_verdict: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classical: Option<Classical>,
}
