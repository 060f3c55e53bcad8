//! How likely each verdict is before a trial starts, from the person's own rate: quick enough for a page.
//!
//! The posterior of the log rate ratio is taken as normal. Its precision is the prior's plus n/4 times the information of one
//! night, mu/(1 + mu·d) with d the overdispersion of a night, times a gain that was set on made-up trials.
//! `simulate` is the slow obvious way; a test holds the two together.

use std::sync::LazyLock;

use super::verdict::{Look, Rule, Verdict, judge, normal_below, normal_quantile};

/// What a trial is planned on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Cramps a night now.
    pub rate: f64,
    /// Nights that will be recorded, both arms together.
    pub nights: f64,
    /// Standard deviation of the prior on the log rate ratio.
    pub prior_sd: f64,
}

/// Overdispersion of a night beyond Poisson: (1 + 1/phi)·exp(sigma²) - 1 at the middle of what diaries show.
const OVERDISPERSION: f64 = 0.76;
/// Autocorrelation takes information away, looks at pair ends and comparison within pairs give more back: together, from made-up
/// trials, the nights count for this much more.
const GAIN: f64 = 1.35;

/// Slices of equal weight into which the normal distribution of what is found is cut.
const STEPS: usize = 400;
/// The middle of each slice. Found once: a page asks for six plans.
static MIDDLES: LazyLock<[f64; STEPS]> = LazyLock::new(|| {
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let middle = |step: usize| normal_quantile((step as f64 + 0.5) / STEPS as f64);
    std::array::from_fn(middle)
});

/// Chance of each verdict at the planned end, in the order of [`Verdict::ALL`], when the true rate ratio is `ratio`.
pub fn chances(plan: &Plan, rule: &Rule, ratio: f64) -> [f64; 6] {
    // The two arms have different means: their information adds as resistances do.
    let arm = |mean: f64| plan.nights / 2.0 * mean / (1.0 + OVERDISPERSION * mean) * GAIN;
    let (control, treated) = (arm(plan.rate), arm(plan.rate * ratio));
    let information = control * treated / (control + treated);
    let prior = 1.0 / (plan.prior_sd * plan.prior_sd);
    let sd = 1.0 / libm::sqrt(information + prior);
    let shrink = information / (information + prior);
    let centre = shrink * libm::log(ratio);
    let moves = shrink / libm::sqrt(information);
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let weight = 1.0 / STEPS as f64;
    let mut chances = [0.0; 6];
    for middle in MIDDLES.iter() {
        let mean = centre + moves * middle;
        let below = |value: f64| normal_below((value - mean) / sd);
        let found = judge(rule, below(0.0), below(libm::log(rule.margin)), Look::End);
        let place = Verdict::ALL.iter().position(|known| *known == found).unwrap_or(5);
        chances[place] += weight;
    }
    chances
}

/// Chance that the trial says "helps", "small benefit" or "probably helps".
pub fn says_it_helps(plan: &Plan, rule: &Rule, ratio: f64) -> f64 {
    let chances = chances(plan, rule, ratio);
    chances[1] + chances[2] + chances[3]
}

/// Chance that the trial says "no worthwhile benefit".
pub fn says_no_benefit(plan: &Plan, rule: &Rule, ratio: f64) -> f64 {
    chances(plan, rule, ratio)[4]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::simulate::{Truth, rates, usual};

    #[test]
    fn the_quick_sum_is_near_the_made_up_trials() {
        let rule = Rule::default();
        for (rate, ratio) in [(0.67, 0.4), (0.67, 0.6), (0.3, 0.5)] {
            let truth = Truth { rate, ratio, ..Truth::default() };
            let found = rates(&usual(8, 7, 0, rule), &truth, 0..40);
            let claims = found.count(&[Verdict::Helps, Verdict::SmallBenefit, Verdict::ProbablyHelps]);
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let slow = claims as f64 / found.trials as f64;
            let quick = says_it_helps(&Plan { rate, nights: 112.0 * 0.9, prior_sd: 0.75 }, &rule, ratio);
            assert!((quick - slow).abs() < 0.2, "{rate} {ratio}: {quick:.2} {slow:.2}");
        }
    }

    #[test]
    fn who_asks_for_more_hears_sooner_that_it_is_not_there() {
        let plan = Plan { rate: 0.7, nights: 100.0, prior_sd: 0.75 };
        let at = |margin: f64| says_no_benefit(&plan, &Rule::default().with_margin(margin), 1.0);
        assert!(at(0.6) > at(0.8) && at(0.8) > at(0.95), "{} {} {}", at(0.6), at(0.8), at(0.95));
        // How sure a claim must be does not hang on the margin.
        let claims = |margin: f64| says_it_helps(&plan, &Rule::default().with_margin(margin), 0.5);
        assert!((claims(0.6) - claims(0.95)).abs() < 1e-12);
    }

    #[test]
    fn more_nights_and_stronger_remedies_are_found_more_often() {
        let rule = Rule::default();
        let at = |nights: f64, ratio: f64| says_it_helps(&Plan { rate: 0.5, nights, prior_sd: 0.75 }, &rule, ratio);
        assert!(at(84.0, 0.5) < at(168.0, 0.5) && at(84.0, 0.5) > at(84.0, 0.8));
    }
}
