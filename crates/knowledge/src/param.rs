//! Parameters: a value, a range, a kind and a source.

use serde::Deserialize;

/// How a number came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Read in the source.
    Measured,
    /// Computed from the source.
    Derived,
    /// Our judgement.
    Elicited,
}

impl Basis {
    /// The word as written in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Derived => "derived",
            Self::Elicited => "elicited",
        }
    }
}

/// The scale on which a parameter varies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// A probability: normal on the logit.
    Probability,
    /// A ratio: normal on the logarithm.
    Ratio,
}

/// One number with its range and evidence.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// Best value.
    pub m: f64,
    /// Low end of the central 90 % range.
    pub lo: f64,
    /// High end.
    pub hi: f64,
    /// Basis.
    pub kind: Basis,
    /// Source keys.
    #[serde(default)]
    pub src: Vec<String>,
    /// True where the number was written from memory.
    #[serde(default)]
    pub unconfirmed: bool,
    /// How it was derived, or a caution.
    #[serde(default)]
    pub note: String,
    /// Study design of a ratio, where it is given with the number.
    #[serde(default)]
    pub design: Option<Design>,
}

/// Study design: how much of the logarithm of a ratio is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// Randomised trial.
    Trial,
    /// Cohort.
    Cohort,
    /// Prescription sequence symmetry.
    Symmetry,
    /// Case-control.
    CaseControl,
    /// Cross-sectional.
    CrossSectional,
    /// Our own judgement, already shrunk.
    Elicited,
}

impl Design {
    /// Share of the log ratio kept. Trial 1, cohort and symmetry 0.6, case-control and cross-sectional 0.3
    /// (the design's own figures; our judgement, open to revision by a clinician).
    pub fn shrinkage(self) -> f64 {
        match self {
            Self::Trial | Self::Elicited => 1.0,
            Self::Cohort | Self::Symmetry => 0.6,
            Self::CaseControl | Self::CrossSectional => 0.3,
        }
    }
}

impl Param {
    /// What is wrong with the number on this scale, if anything.
    pub fn fault(&self, scale: Scale) -> Option<String> {
        let Self { m, lo, hi, .. } = self;
        if !(m.is_finite() && lo.is_finite() && hi.is_finite()) {
            return Some("a parameter must be finite".to_owned());
        }
        if !(lo < m && m < hi) {
            return Some(format!("a parameter needs lo < m < hi, found {lo} , {m} , {hi}"));
        }
        match scale {
            Scale::Probability if *lo <= 0.0 || *hi >= 1.0 => {
                return Some(format!("a probability must lie inside (0, 1), found {lo} to {hi}"));
            }
            Scale::Ratio if *lo <= 0.0 => {
                return Some(format!("a ratio must be above 0, found {lo}"));
            }
            _ => {}
        }
        if self.kind != Basis::Elicited && self.src.is_empty() {
            return Some(format!("a {} number needs `src = [\"key\"]`", self.kind.as_str()));
        }
        None
    }

    /// Centre and standard deviation on the scale where the parameter is normal; 1.645 standard
    /// deviations either side hold the central 90 %.
    pub fn normal(&self, scale: Scale) -> (f64, f64) {
        let on_scale = |value: f64| match scale {
            Scale::Probability => libm::log(value / (1.0 - value)),
            Scale::Ratio => libm::log(value),
        };
        (on_scale(self.m), (on_scale(self.hi) - on_scale(self.lo)) / (2.0 * 1.645))
    }
}
