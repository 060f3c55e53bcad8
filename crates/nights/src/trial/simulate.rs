//! Trials that are made up from known truths: error rates, power, coverage.

use super::design::{FIRST_LOOK, Protocol};
use super::order::Seed;
use super::posterior::{Effort, Posterior, posterior};
use super::random::Draws;
use super::series::Count;
use super::verdict::{Look, Rule, Verdict, is_close, verdict};

/// How the nights really are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// Cramps a night without treatment, at the centre of the trial and in a middling night.
    pub rate: f64,
    /// Rate ratio of the remedy.
    pub ratio: f64,
    /// Log trend per 28 nights.
    pub trend: f64,
    /// Night-to-night spread on the log scale.
    pub sigma: f64,
    /// Its autocorrelation.
    pub rho: f64,
    /// Shape of the negative binomial.
    pub phi: f64,
    /// Log amplitude of a yearly cycle, at a random phase.
    pub season: f64,
    /// Log amplitude of a weekly cycle, at a random phase.
    pub week: f64,
    /// Share of nights not recorded.
    pub missing: f64,
    /// Share of nights with two or more that are logged as "2 or more".
    pub coarse: f64,
}

impl Default for Truth {
    fn default() -> Self {
        Self {
            rate: 0.67,
            ratio: 1.0,
            trend: 0.0,
            sigma: 0.4,
            rho: 0.3,
            phi: 2.0,
            season: 0.0,
            week: 0.0,
            missing: 0.1,
            coarse: 0.0,
        }
    }
}

/// Nights of a trial under a truth.
#[expect(clippy::cast_precision_loss, reason = "nights")]
pub fn nights(truth: &Truth, arms: &[bool], draws: &mut Draws) -> Vec<Count> {
    let states = draws.states(arms.len(), truth.sigma, truth.rho);
    let (of_year, of_week) = (draws.uniform(), draws.uniform());
    let wave = |night: f64, period: f64, phase: f64| libm::sin(2.0 * std::f64::consts::PI * (night / period + phase));
    let centre = (arms.len() as f64 - 1.0) / 2.0;
    arms.iter()
        .zip(states)
        .enumerate()
        .map(|(night, (treated, state))| {
            let night = night as f64;
            let eta = libm::log(truth.rate)
                + if *treated { libm::log(truth.ratio) } else { 0.0 }
                + truth.trend * (night - centre) / 28.0
                + truth.season * wave(night, 365.25, of_year)
                + truth.week * wave(night, 7.0, of_week)
                + state;
            let count = draws.count(libm::exp(eta), truth.phi).min(super::series::MOST_CRAMPS);
            let (lost, coarse) = (draws.uniform() < truth.missing, draws.uniform() < truth.coarse);
            match count {
                _ if lost => Count::Missing,
                2.. if coarse => Count::TwoOrMore,
                count => Count::Exactly(count),
            }
        })
        .collect()
}

/// How one made-up trial ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The verdict that ended it.
    pub verdict: Verdict,
    /// Complete pairs at that moment.
    pub pairs: usize,
    /// The 95 % interval there holds the truth.
    pub covered_at_stop: bool,
    /// The 95 % interval at the planned end would hold the truth.
    pub covered_at_end: bool,
    /// Mean of the log rate ratio at the stop.
    pub beta_mean: f64,
}

/// Runs one trial: a look at each pair end from the third, until a verdict or the planned end. The quick form decides,
/// the precise form where the quick one is close to a threshold, as for a person.
pub fn run(protocol: &Protocol, truth: &Truth, seed: u64) -> Outcome {
    let mut draws = Draws::new(seed);
    let mut order: Seed = [0; 32];
    for byte in &mut order {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        {
            *byte = draws.below(256) as u8;
        }
    }
    let counts = nights(truth, &protocol.arms(&order), &mut draws);
    let beta = libm::log(truth.ratio);
    let holds = |found: &Posterior| (0.025..=0.975).contains(&found.beta.below(beta));
    let analyse = |pairs: usize, look: Look| {
        protocol.series(&order, &counts, pairs).ok().map(|series| decide(protocol, &series, look))
    };
    let end = analyse(protocol.pairs, Look::End);
    let covered_at_end = end.as_ref().is_none_or(holds);
    for pairs in FIRST_LOOK..protocol.pairs {
        let Some(found) = analyse(pairs, Look::Early) else { continue };
        let said = verdict(&protocol.rule, &found, Look::Early);
        if said != Verdict::NotSureYet {
            let beta_mean = found.beta.expect(|x| x);
            return Outcome { verdict: said, pairs, covered_at_stop: holds(&found), covered_at_end, beta_mean };
        }
    }
    let said = end.as_ref().map_or(Verdict::NotSureYet, |found| verdict(&protocol.rule, found, Look::End));
    let beta_mean = end.as_ref().map_or(0.0, |found| found.beta.expect(|x| x));
    Outcome { verdict: said, pairs: protocol.pairs, covered_at_stop: covered_at_end, covered_at_end, beta_mean }
}

/// The quick form, or the one for verdicts where the quick one is close to a threshold.
pub fn decide(protocol: &Protocol, series: &super::series::Series, look: Look) -> Posterior {
    let quick = posterior(series, &protocol.priors, Effort::Quick);
    if is_close(&protocol.rule, &quick, look) { posterior(series, &protocol.priors, Effort::Effect) } else { quick }
}

/// Counts over many made-up trials.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rates {
    /// Trials run.
    pub trials: u64,
    /// Trials by verdict, in the order of [`Verdict::ALL`].
    pub verdicts: [u64; 6],
    /// Trials whose interval at the stop held the truth.
    pub covered_at_stop: u64,
    /// Trials whose interval at the planned end held the truth.
    pub covered_at_end: u64,
    /// Sum of complete pairs at the stop.
    pub pairs: u64,
}

impl Rates {
    /// Adds a trial.
    pub fn add(&mut self, outcome: &Outcome) {
        self.trials += 1;
        let place = Verdict::ALL.iter().position(|known| *known == outcome.verdict).unwrap_or(5);
        self.verdicts[place] += 1;
        self.covered_at_stop += u64::from(outcome.covered_at_stop);
        self.covered_at_end += u64::from(outcome.covered_at_end);
        self.pairs += outcome.pairs as u64;
    }

    /// Adds another count.
    pub fn merge(&mut self, other: &Self) {
        self.trials += other.trials;
        for (mine, theirs) in self.verdicts.iter_mut().zip(other.verdicts) {
            *mine += theirs;
        }
        self.covered_at_stop += other.covered_at_stop;
        self.covered_at_end += other.covered_at_end;
        self.pairs += other.pairs;
    }

    /// Trials that ended with any of these verdicts.
    pub fn count(&self, verdicts: &[Verdict]) -> u64 {
        verdicts
            .iter()
            .filter_map(|verdict| Verdict::ALL.iter().position(|known| known == verdict))
            .map(|place| self.verdicts[place])
            .sum()
    }
}

/// Runs trials with seeds `from..to`; the same seeds give the same counts, in any split.
pub fn rates(protocol: &Protocol, truth: &Truth, seeds: std::ops::Range<u64>) -> Rates {
    let mut rates = Rates::default();
    for seed in seeds {
        rates.add(&run(protocol, truth, seed));
    }
    rates
}

/// The same with a remedy drawn anew for each trial from the prior of the protocol: over it the intervals must hold 95 % of
/// the truths, where a single truth near the middle of the prior is held more often.
pub fn rates_over_prior(protocol: &Protocol, truth: &Truth, seeds: std::ops::Range<u64>) -> Rates {
    /// Keeps the draw of the remedy apart from the draws of its trial.
    const APART: u64 = 0x7072_696f_7200_0000;
    let mut rates = Rates::default();
    for seed in seeds {
        let beta = protocol.priors.beta;
        let ratio = libm::exp(beta.mean + beta.sd * Draws::new(seed ^ APART).normal());
        rates.add(&run(protocol, &Truth { ratio, ..*truth }, seed));
    }
    rates
}

/// A share with its 95 % interval (Wilson 1927).
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub fn share(count: u64, of: u64) -> (f64, f64, f64) {
    if of == 0 {
        return (0.0, 0.0, 1.0);
    }
    const Z: f64 = 1.959_964;
    let (n, p) = (of as f64, count as f64 / of as f64);
    let scale = 1.0 + Z * Z / n;
    let centre = (p + Z * Z / (2.0 * n)) / scale;
    let half = Z / scale * libm::sqrt(p * (1.0 - p) / n + Z * Z / (4.0 * n * n));
    (p, (centre - half).max(0.0), (centre + half).min(1.0))
}

/// A protocol for made-up trials: the default rule and priors.
pub fn usual(pairs: usize, period_nights: usize, washout_nights: usize, rule: Rule) -> Protocol {
    Protocol {
        first_night: jiff::civil::Date::constant(2026, 1, 1),
        period_nights,
        pairs,
        washout_nights,
        balanced: false,
        priors: super::priors::Priors::default(),
        rule,
    }
}
