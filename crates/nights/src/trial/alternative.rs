//! The second answer where the model of counts seldom makes nights like these: did a night have a cramp, yes or no?
//!
//! The states, the trend, the priors and the rule stay; only the likelihood is another ([`Endpoint::YesNo`]). It is told
//! beside the answer of the protocol, never in its place.
//!
//! [`Endpoint::YesNo`]: super::likelihood::Endpoint::YesNo

use super::analysis::{DRAWS, Question, SEED};
use super::checks::{Predictive, predictive};
use super::posterior::{Effort, Posterior, posterior};
use super::random::{Draws, draw};
use super::series::Count;
use super::signflip::{SignFlip, sign_flip};
use super::summary::Summary;
use super::verdict::{Below, Verdict, normal_quantile, verdict};

/// Places of a night's state over which the chance of a cramp is averaged.
const STATES: u32 = 15;

/// The answer on yes and no.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Nights with a cramp, of the recorded ones: with treatment, then without.
    pub cramp_nights: [(usize, usize); 2],
    /// Log rate ratio.
    pub beta: Summary,
    /// P(rate ratio < 1), and below the margins.
    pub below: Below,
    /// Chance that a night at the trial's centre has a cramp, without and with treatment.
    pub chance: [Summary; 2],
    /// The randomisation test on the share of nights with a cramp.
    pub sign_flip: Option<SignFlip>,
    /// Predictive checks of this model.
    pub predictive: Vec<Predictive>,
    /// What the rule would say of it.
    pub verdict: Verdict,
}

/// Answers on yes and no.
pub fn yes_no(question: &Question) -> Alternative {
    let series = question.series.yes_no();
    let found = posterior(&series, &question.priors, Effort::Precise);
    let nights = |arm: f64| {
        let of_arm = || series.recorded().filter(move |(treated, _)| *treated == arm);
        (of_arm().filter(|(_, count)| count.any()).count(), of_arm().count())
    };
    let told: Vec<Count> = series.counts().iter().map(|count| count.yes_or_no()).collect();
    Alternative {
        cramp_nights: [nights(1.0), nights(0.0)],
        beta: Summary::of(&found.beta),
        below: Below::of(&found, &question.rule),
        chance: chance(&found),
        sign_flip: question.pairs.and_then(|pairs| sign_flip(&told, pairs)),
        predictive: predictive(&series, &found, SEED),
        verdict: verdict(&question.rule, &found, question.look),
    }
}

/// 1 - exp(-exp(alpha + beta·a + u)), on average over the states u of a night.
fn chance(found: &Posterior) -> [Summary; 2] {
    let states: Vec<f64> = (0..STATES).map(|at| normal_quantile((f64::from(at) + 0.5) / f64::from(STATES))).collect();
    let mut draws = Draws::new(SEED);
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..DRAWS {
        let drawn = draw(found, &mut draws);
        let of = |eta: f64| {
            let cramp = |state: &f64| -libm::expm1(-libm::exp(eta + drawn.sigma * state));
            states.iter().map(cramp).sum::<f64>() / f64::from(STATES)
        };
        without.push(of(drawn.alpha));
        with.push(of(drawn.alpha + drawn.beta));
    }
    [Summary::of_draws(&mut without), Summary::of_draws(&mut with)]
}
