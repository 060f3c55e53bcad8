//! The decision rule, fixed before night 1, and what more nights may bring.

use super::posterior::Posterior;

/// The usual margin: a fifth fewer cramps.
pub const USUAL_MARGIN: f64 = 0.8;
/// Margins that a person may choose before the start: from hardly fewer cramps to two fifths fewer.
pub const MARGINS: std::ops::RangeInclusive<f64> = 0.6..=0.95;

/// Thresholds of the rule. The defaults are the protocol's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// P(rate ratio < 1) at the planned end, or > 1 at any look, from which a claim is made.
    pub sure: f64,
    /// P(rate ratio < 1) before the planned end from which a claim is made: higher, because each look is one more chance
    /// to be fooled. Set on made-up trials (`cargo xtask prove trials`).
    pub sure_early: f64,
    /// P(rate ratio < 1) from which "probably" is said at the planned end.
    pub probable: f64,
    /// The rate ratio below which the remedy is worth its trouble ([`MARGINS`]).
    pub margin: f64,
    /// P(rate ratio < margin) up to which a worthwhile benefit is taken as unlikely.
    pub unlikely: f64,
}

impl Default for Rule {
    fn default() -> Self {
        Self { sure: 0.975, sure_early: 0.985, probable: 0.95, margin: USUAL_MARGIN, unlikely: 0.10 }
    }
}

impl Rule {
    /// The same rule with another margin.
    #[must_use]
    pub fn with_margin(self, margin: f64) -> Self {
        Self { margin, ..self }
    }
}

/// P(rate ratio < x) at the places that are told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Below {
    /// Below 1: better at all.
    pub one: f64,
    /// Below the usual margin, so that answers can be compared.
    pub usual: f64,
    /// Below the margin of the rule: worth the trouble.
    pub margin: f64,
}

impl Below {
    /// Of a posterior.
    pub fn of(posterior: &Posterior, rule: &Rule) -> Self {
        Self {
            one: posterior.ratio_below(1.0),
            usual: posterior.ratio_below(USUAL_MARGIN),
            margin: posterior.ratio_below(rule.margin),
        }
    }
}

/// When the rule is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// At the end of a pair before the planned end.
    Early,
    /// At the planned end.
    End,
}

/// What the rule says; the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// P(rate ratio > 1) is high.
    MakesWorse,
    /// P(rate ratio < 1) is high, and a worthwhile benefit is not ruled out.
    Helps,
    /// P(rate ratio < 1) is high, but a worthwhile benefit is unlikely.
    SmallBenefit,
    /// Planned end only.
    ProbablyHelps,
    /// Planned end only.
    NoWorthwhileBenefit,
    /// Otherwise.
    NotSureYet,
}

impl Verdict {
    /// All, in the order of the rule.
    pub const ALL: [Self; 6] = [
        Self::MakesWorse,
        Self::Helps,
        Self::SmallBenefit,
        Self::ProbablyHelps,
        Self::NoWorthwhileBenefit,
        Self::NotSureYet,
    ];

    /// The name in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::MakesWorse => "makes_worse",
            Self::Helps => "helps",
            Self::SmallBenefit => "small_benefit",
            Self::ProbablyHelps => "probably_helps",
            Self::NoWorthwhileBenefit => "no_worthwhile_benefit",
            Self::NotSureYet => "not_sure_yet",
        }
    }
}

/// Applies the rule.
pub fn judge(rule: &Rule, below_one: f64, below_margin: f64, look: Look) -> Verdict {
    let sure = match look {
        Look::Early => rule.sure_early,
        Look::End => rule.sure,
    };
    if 1.0 - below_one >= rule.sure {
        Verdict::MakesWorse
    } else if below_one >= sure {
        if below_margin > rule.unlikely { Verdict::Helps } else { Verdict::SmallBenefit }
    } else if look == Look::End && below_one >= rule.probable {
        Verdict::ProbablyHelps
    } else if look == Look::End && below_margin <= rule.unlikely {
        Verdict::NoWorthwhileBenefit
    } else {
        Verdict::NotSureYet
    }
}

/// Applies the rule to a posterior.
pub fn verdict(rule: &Rule, posterior: &Posterior, look: Look) -> Verdict {
    judge(rule, posterior.ratio_below(1.0), posterior.ratio_below(rule.margin), look)
}

/// True when a probability lies so near a threshold of this look that the quick form must not decide.
pub fn is_close(rule: &Rule, posterior: &Posterior, look: Look) -> bool {
    const CLOSE: f64 = 0.02;
    let below_one = posterior.ratio_below(1.0);
    let near = |value: f64, threshold: f64| (value - threshold).abs() < CLOSE;
    near(below_one, 1.0 - rule.sure)
        || match look {
            Look::Early => near(below_one, rule.sure_early),
            Look::End => {
                near(below_one, rule.sure)
                    || near(below_one, rule.probable)
                    || near(posterior.ratio_below(rule.margin), rule.unlikely)
            }
        }
}

/// Chance of each verdict at a later end, in the order of [`Verdict::ALL`].
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Pairs more than now.
    pub more_pairs: u32,
    /// Nights more than now.
    pub more_nights: u32,
    /// Chance of each verdict.
    pub chances: [f64; 6],
}

impl Forecast {
    /// Chance of any verdict but "not sure yet".
    pub fn decided(&self) -> f64 {
        1.0 - self.chances[5]
    }
}

/// Pairs ahead that a forecast looks.
pub const PAIRS_AHEAD: u32 = 6;
/// Chance of a verdict that counts as enough nights.
pub const ENOUGH: f64 = 0.8;
/// Pairs beyond which "nights needed" says "more than that".
const MOST_MORE_PAIRS: u32 = 40;

/// What more nights may bring, before they are lived (preposterior analysis with a normal posterior: each new night brings
/// as much information on the log rate ratio as the nights so far did on average).
pub fn forecast(
    rule: &Rule,
    posterior: &Posterior,
    prior_sd: f64,
    nights: usize,
    pair_nights: u32,
    more_pairs: u32,
) -> Forecast {
    let mean = posterior.beta.expect(|x| x);
    let variance = posterior.beta.expect(|x| (x - mean) * (x - mean));
    let prior = 1.0 / (prior_sd * prior_sd);
    let learnt = (1.0 / variance - prior).max(1e-9);
    let more_nights = more_pairs * pair_nights;
    #[expect(clippy::cast_precision_loss, reason = "nights")]
    let later = 1.0 / (prior + learnt * (1.0 + f64::from(more_nights) / nights.max(1) as f64));
    let moves = libm::sqrt((variance - later).max(0.0));
    let later_sd = libm::sqrt(later);
    let mut chances = [0.0; 6];
    const STEPS: u32 = 200;
    for step in 0..STEPS {
        // Evenly likely places of the later mean.
        let share = (f64::from(step) + 0.5) / f64::from(STEPS);
        let later_mean = mean + moves * normal_quantile(share);
        let below = |value: f64| normal_below((value - later_mean) / later_sd);
        let found = judge(rule, below(0.0), below(libm::log(rule.margin)), Look::End);
        let place = Verdict::ALL.iter().position(|known| *known == found).unwrap_or(5);
        chances[place] += 1.0 / f64::from(STEPS);
    }
    Forecast { more_pairs, more_nights, chances }
}

/// Nights more until a verdict is likely; none when more than 40 pairs would be needed.
pub fn nights_needed(
    rule: &Rule,
    posterior: &Posterior,
    prior_sd: f64,
    nights: usize,
    pair_nights: u32,
) -> Option<u32> {
    (1..=MOST_MORE_PAIRS)
        .map(|pairs| forecast(rule, posterior, prior_sd, nights, pair_nights, pairs))
        .find(|forecast| forecast.decided() >= ENOUGH)
        .map(|forecast| forecast.more_nights)
}

/// The standard normal distribution function.
pub fn normal_below(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// Its inverse, by bisection: exact to 1e-12 and free of tables.
pub fn normal_quantile(share: f64) -> f64 {
    let (mut low, mut high) = (-9.0, 9.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if normal_below(middle) < share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_that_holds_decides() {
        let rule = Rule::default();
        let cases = [
            (0.02, 0.001, Look::Early, Verdict::MakesWorse),
            (0.98, 0.60, Look::End, Verdict::Helps),
            (0.98, 0.60, Look::Early, Verdict::NotSureYet),
            (0.99, 0.60, Look::Early, Verdict::Helps),
            (0.99, 0.05, Look::Early, Verdict::SmallBenefit),
            (0.96, 0.60, Look::Early, Verdict::NotSureYet),
            (0.96, 0.60, Look::End, Verdict::ProbablyHelps),
            (0.60, 0.08, Look::Early, Verdict::NotSureYet),
            (0.60, 0.08, Look::End, Verdict::NoWorthwhileBenefit),
            (0.80, 0.40, Look::End, Verdict::NotSureYet),
        ];
        for (one, margin, look, wanted) in cases {
            assert_eq!(judge(&rule, one, margin, look), wanted, "{one} {margin} {look:?}");
        }
    }

    proptest! {
        #[test]
        fn a_better_posterior_never_gets_a_worse_verdict(mean in -2.0..2.0f64, sd in 0.05..1.0f64, better in 0.0..1.0f64) {
            let rule = Rule::default();
            let at = |mean: f64| {
                let below = |value: f64| normal_below((value - mean) / sd);
                judge(&rule, below(0.0), below(rule.margin.ln()), Look::Early)
            };
            let claims = |verdict| matches!(verdict, Verdict::Helps | Verdict::SmallBenefit);
            if claims(at(mean)) {
                prop_assert!(claims(at(mean - better)));
            }
        }

        #[test]
        fn quantiles_invert(share in 0.0001..0.9999f64) {
            prop_assert!((normal_below(normal_quantile(share)) - share).abs() < 1e-9);
        }
    }
}
