//! The whole answer of one trial: posterior, verdict, randomisation test, forecast, checks.

use super::alternative::{Alternative, yes_no};
use super::checks::{CarryOver, Predictive, TippingPoint, carry_over, predictive, tipping_point};
use super::posterior::{Effort, Posterior, posterior};
use super::priors::Priors;
use super::random::{Draws, draw};
use super::series::{Count, Series};
use super::signflip::{Pair, SignFlip, sign_flip};
use super::start_day::{StartDay, StartTest, borne_out};
use super::summary::Summary;
use super::verdict::{Below, Forecast, Look, PAIRS_AHEAD, Rule, Verdict, forecast, nights_needed, verdict};

/// Draws behind figures that have no density of their own.
pub(super) const DRAWS: usize = 4_000;
/// Seed of those draws and of the predictive checks: the same nights give the same answer.
pub(super) const SEED: u64 = 0x6e69_6768_7473;
/// Nights of a pair when none is given: two periods of a week.
pub const USUAL_PAIR_NIGHTS: u32 = 14;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question<'q> {
    /// The nights, washout taken out.
    pub series: &'q Series,
    /// The nights with washout still in, for the carry-over check; the same when there is none.
    pub whole: &'q Series,
    /// Nights of each pair, where the order was drawn in pairs.
    pub pairs: Option<&'q [Pair]>,
    /// The start day, where one was drawn in the place of pairs.
    pub start: Option<StartDay>,
    /// Nights of one pair, for the forecast.
    pub pair_nights: u32,
    /// Which look.
    pub look: Look,
    /// Priors.
    pub priors: Priors,
    /// The rule.
    pub rule: Rule,
    /// Asks for the answer on yes and no even where the model of counts fits.
    pub yes_no: bool,
}

/// Posterior summaries of the parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// Log cramps a night without treatment.
    pub alpha: Summary,
    /// Log rate ratio.
    pub beta: Summary,
    /// Log trend per 28 nights.
    pub gamma: Summary,
    /// Night-to-night spread.
    pub sigma: Summary,
    /// Autocorrelation.
    pub rho: Summary,
    /// 1/sqrt(phi); none for a series of yes and no.
    pub isq: Option<Summary>,
}

/// P(rate ratio < 1) and the verdict under another prior.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderPrior {
    /// `sceptical` or `open`.
    pub name: &'static str,
    /// Its standard deviation.
    pub sd: f64,
    /// P(rate ratio < 1), and below the margins.
    pub below: Below,
    /// What the rule would say.
    pub verdict: Verdict,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// Recorded nights with and without treatment.
    pub nights: [usize; 2],
    /// Missing nights with and without treatment, washout included.
    pub missing: [usize; 2],
    /// Parameters.
    pub parameters: Parameters,
    /// P(rate ratio < 1), and below the margins.
    pub below: Below,
    /// Cramps a week without and with treatment at the trial's centre.
    pub weekly: [Summary; 2],
    /// Cramps avoided a week at the trial's centre.
    pub avoided_weekly: Summary,
    /// The randomisation test.
    pub sign_flip: Option<SignFlip>,
    /// The test over the days that could have been drawn.
    pub start_test: Option<StartTest>,
    /// The verdict.
    pub verdict: Verdict,
    /// Nights more until a verdict is likely; none when there is one, or when more than 40 pairs would be needed.
    pub nights_needed: Option<u32>,
    /// Chances after 1 to 6 more pairs; empty when there is a verdict.
    pub forecasts: Vec<Forecast>,
    /// Predictive checks.
    pub predictive: Vec<Predictive>,
    /// Carry-over.
    pub carry_over: Vec<CarryOver>,
    /// The answer on yes and no: where a predictive check fails, or when it was asked for.
    pub alternative: Option<Alternative>,
    /// Missing nights gone bad.
    pub tipping_point: Option<TippingPoint>,
    /// Under the sceptical and the open prior.
    pub under_priors: Vec<UnderPrior>,
}

/// Answers.
pub fn analyse(question: &Question) -> Analysis {
    let Question { series, priors, rule, look, .. } = question;
    let found = posterior(series, priors, Effort::Precise);
    let start_test = question.start.and_then(|start| start.test(question.whole.counts()));
    let said = match question.start {
        None => verdict(rule, &found, *look),
        Some(_) => borne_out(verdict(rule, &found, *look), start_test.as_ref()),
    };
    let count = |arm: f64, missing: bool| {
        series
            .exposure()
            .iter()
            .zip(series.counts())
            .filter(|(treated, count)| **treated == arm && (**count == Count::Missing) == missing)
            .count()
    };
    let recorded = count(1.0, false) + count(0.0, false);
    // More pairs are no answer to a start that was drawn once.
    let undecided = said == Verdict::NotSureYet && question.start.is_none();
    let forecasts = (1..=PAIRS_AHEAD)
        .filter(|_| undecided)
        .map(|more| forecast(rule, &found, priors.beta.sd, recorded, question.pair_nights, more))
        .collect();
    let (weekly, avoided_weekly) = weekly(&found);
    let predictive = predictive(series, &found, SEED);
    let misfits = predictive.iter().any(Predictive::unusual);
    Analysis {
        nights: [count(1.0, false), count(0.0, false)],
        missing: [count(1.0, true), count(0.0, true)],
        below: Below::of(&found, rule),
        weekly,
        avoided_weekly,
        sign_flip: question.pairs.and_then(|pairs| sign_flip(series.counts(), pairs)),
        start_test,
        verdict: said,
        nights_needed: if undecided {
            nights_needed(rule, &found, priors.beta.sd, recorded, question.pair_nights)
        } else {
            None
        },
        forecasts,
        predictive,
        alternative: (misfits || question.yes_no).then(|| yes_no(question)),
        carry_over: carry_over(question.whole, priors),
        tipping_point: tipping_point(series, priors, rule),
        under_priors: [("sceptical", 0.5), ("open", 1.5)].map(|(name, sd)| under(question, name, sd)).to_vec(),
        parameters: Parameters {
            alpha: Summary::of(&found.alpha),
            beta: Summary::of(&found.beta),
            gamma: Summary::of(&found.gamma),
            sigma: Summary::of(&found.sigma),
            rho: Summary::of(&found.rho),
            isq: found.isq.as_ref().map(Summary::of),
        },
    }
}

fn under(question: &Question, name: &'static str, sd: f64) -> UnderPrior {
    let found = posterior(question.series, &question.priors.with_beta_sd(sd), Effort::Precise);
    UnderPrior {
        name,
        sd,
        below: Below::of(&found, &question.rule),
        verdict: verdict(&question.rule, &found, question.look),
    }
}

/// Cramps a week at the trial's centre: 7·exp(alpha + sigma²/2), with and without exp(beta). The half variance is the mean of
/// good and bad nights.
fn weekly(found: &Posterior) -> ([Summary; 2], Summary) {
    let mut draws = Draws::new(SEED);
    let (mut without, mut with, mut avoided) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..DRAWS {
        let drawn = draw(found, &mut draws);
        let base = 7.0 * libm::exp(drawn.alpha + 0.5 * drawn.sigma * drawn.sigma);
        let treated = base * libm::exp(drawn.beta);
        without.push(base);
        with.push(treated);
        avoided.push(base - treated);
    }
    ([Summary::of_draws(&mut without), Summary::of_draws(&mut with)], Summary::of_draws(&mut avoided))
}
