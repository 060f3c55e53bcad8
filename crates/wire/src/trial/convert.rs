//! From an analysis to its wire form: rounded, named, with what it cannot say.

use charley_nights::trial::alternative::Alternative;
use charley_nights::trial::analysis::{Analysis, Question};
use charley_nights::trial::blinding::{Blinding, Secret};
use charley_nights::trial::checks::Predictive;
use charley_nights::trial::classical::{Gls, ResponseRatio, Test};
use charley_nights::trial::score::{ScorePosterior, Scored};
use charley_nights::trial::verdict::{Forecast, Verdict};
use charley_nights::trial::{Look, Summary};

use super::*;

impl From<&Summary> for SummaryOut {
    fn from(summary: &Summary) -> Self {
        let [q025, q05, q25, q50, q75, q95, q975] = summary.quantiles.map(Sig6::from);
        Self { mean: summary.mean.into(), sd: summary.sd.into(), q025, q05, q25, q50, q75, q95, q975 }
    }
}

impl AsDone {
    /// Labels it.
    pub fn new(beta: &Summary, below_one: f64) -> Self {
        Self {
            label:
                "by what was done, not by what was drawn: people do more on bad or on good nights, so this can mislead"
                    .to_owned(),
            beta: beta.into(),
            p_rr_below_1: below_one.into(),
        }
    }
}

/// What stands beside an analysis.
#[derive(Debug, Default)]
pub struct Besides {
    /// Why there are no pairs, where there are none.
    pub why_no_pairs: Option<String>,
    /// The second answer, by what was done.
    pub as_done: Option<AsDone>,
    /// Classical companions.
    pub classical: Option<Classical>,
    /// Guesses of a blinded person.
    pub blinding: Option<Blinding>,
    /// What was guessed when the nights were read.
    pub said: Vec<String>,
}

impl From<&Blinding> for BlindingOut {
    fn from(found: &Blinding) -> Self {
        Self {
            nights_guessed: found.guessed,
            nights_right: found.right,
            nights_unknown: found.unknown,
            pairs_judged: found.pairs,
            pairs_right: found.pairs_right,
            interval: [found.interval.0.into(), found.interval.1.into()],
            secret: match found.secret {
                Secret::Kept => "kept",
                Secret::Lost => "lost",
                Secret::CannotTell => "cannot_tell",
            }
            .to_owned(),
        }
    }
}

impl Report {
    /// From an analysis.
    pub fn new(question: &Question, found: &Analysis, besides: Besides) -> Self {
        let Besides { why_no_pairs, as_done, classical, blinding, said } = besides;
        let parameters = &found.parameters;
        let beta = &parameters.beta;
        // A strong disagreement: one of the two would make a claim that the other finds ordinary.
        let claims = matches!(found.verdict, Verdict::Helps | Verdict::SmallBenefit | Verdict::MakesWorse);
        let test_disagrees = found
            .sign_flip
            .as_ref()
            .is_some_and(|test| test.pairs >= 6 && ((claims && test.p > 0.2) || (!claims && test.p < 0.05)));
        Self {
            outcome: "count".to_owned(),
            said,
            nights: NightsOut {
                treatment: found.nights[0],
                control: found.nights[1],
                missing_treatment: found.missing[0],
                missing_control: found.missing[1],
            },
            verdict: found.verdict.code().to_owned(),
            look: match question.look {
                Look::Early => "before_the_planned_end".to_owned(),
                Look::End => "planned_end".to_owned(),
            },
            alpha: (&parameters.alpha).into(),
            beta: beta.into(),
            gamma: (&parameters.gamma).into(),
            sigma: (&parameters.sigma).into(),
            rho: (&parameters.rho).into(),
            isq: parameters.isq.as_ref().map(Into::into),
            p_rr_below_1: found.below.one.into(),
            p_rr_below_0_8: found.below.usual.into(),
            p_rr_below_margin: Some(found.below.margin.into()),
            rate_ratio: ratio(beta),
            cramps_a_week: WeeklyOut { control: (&found.weekly[0]).into(), treatment: (&found.weekly[1]).into() },
            cramps_avoided_per_week: (&found.avoided_weekly).into(),
            sign_flip_p: found.sign_flip.as_ref().map(|test| test.p.into()),
            sign_flip_why_not: why_no_pairs,
            sign_flip_pairs: found.sign_flip.as_ref().map(|test| test.pairs),
            start_day: question.start.map(|start| StartDayOut {
                first: start.first,
                last: start.last,
                drawn: start.drawn,
                p: found.start_test.map(|test| test.p.into()),
                difference: found.start_test.map(|test| test.difference.into()),
            }),
            nights_needed: found.nights_needed,
            nights_needed_says: match (found.verdict, found.nights_needed) {
                (Verdict::NotSureYet, _) if question.start.is_some() => {
                    "a start that was drawn once cannot be drawn again: turns tell more".to_owned()
                }
                (Verdict::NotSureYet, Some(nights)) => {
                    format!("about {nights} more nights for four chances in five of a verdict")
                }
                (Verdict::NotSureYet, None) => "more than 40 further pairs of periods".to_owned(),
                _ => "none: there is a verdict".to_owned(),
            },
            forecasts: found.forecasts.iter().map(forecast).collect(),
            checks: Checks {
                fits: fits(&found.predictive),
                predictive: found.predictive.iter().map(Into::into).collect(),
                carry_over: found
                    .carry_over
                    .iter()
                    .map(|check| CarryOut {
                        half_life_nights: check.half_life_nights.into(),
                        beta_mean: check.beta_mean.into(),
                        p_rr_below_1: check.below_one.into(),
                        log_evidence_gain: check.log_evidence_gain.into(),
                    })
                    .collect(),
                missing_nights_gone_bad: found.tipping_point.as_ref().map(|check| TippingOut {
                    nights_filled: check.nights_filled,
                    cramps_a_night: check.cramps_a_night.into(),
                    p_rr_below_1: check.below.one.into(),
                    p_rr_below_0_8: check.below.usual.into(),
                    p_rr_below_margin: Some(check.below.margin.into()),
                }),
                under_priors: found
                    .under_priors
                    .iter()
                    .map(|check| PriorCheck {
                        name: check.name.to_owned(),
                        beta_sd: check.sd.into(),
                        p_rr_below_1: check.below.one.into(),
                        p_rr_below_0_8: check.below.usual.into(),
                        p_rr_below_margin: Some(check.below.margin.into()),
                        verdict: check.verdict.code().to_owned(),
                    })
                    .collect(),
                test_disagrees,
                alternative: found.alternative.as_ref().map(|second| alternative(second, &found.predictive)),
            },
            prior: PriorOut { beta_sd: question.priors.beta.sd.into(), worthwhile_below: question.rule.margin.into() },
            as_done,
            classical,
            cannot_say: ["whether it would help somebody else", "whether it helps beyond the time of this trial"]
                .into_iter()
                .chain(expectation(blinding.as_ref()))
                .map(str::to_owned)
                .collect(),
            blinding: blinding.as_ref().map(Into::into),
        }
    }
}

/// What is open about expectation; nothing where a dummy kept its secret.
fn expectation(blinding: Option<&Blinding>) -> Option<&'static str> {
    match blinding.map(|found| found.secret) {
        None => Some("how much of it is expectation: you knew which nights were which"),
        Some(Secret::Lost) => Some("how much of it is expectation: guesses of the arm beat chance"),
        Some(Secret::CannotTell) => {
            Some("how much of it is expectation: too few guesses to tell whether the dummy kept its secret")
        }
        Some(Secret::Kept) => None,
    }
}

fn fits(checks: &[Predictive]) -> bool {
    !checks.iter().any(Predictive::unusual)
}

fn ratio(beta: &Summary) -> RatioOut {
    let ratio = |at: usize| Sig6::from(beta.quantiles[at].exp());
    RatioOut { median: ratio(3), q025: ratio(0), q975: ratio(6) }
}

impl From<&Predictive> for PredictiveOut {
    fn from(check: &Predictive) -> Self {
        Self {
            name: check.name.to_owned(),
            observed: check.observed.into(),
            expected: check.expected.into(),
            tail: check.tail.into(),
            unusual: check.unusual(),
        }
    }
}

/// The second answer, with the checks that the first fails.
fn alternative(second: &Alternative, first: &[Predictive]) -> AlternativeOut {
    let [(treatment, of_treatment), (control, of_control)] = second.cramp_nights;
    AlternativeOut {
        label: "a second answer, beside that of the protocol: did a night have a cramp, yes or no".to_owned(),
        endpoint: "any_cramp".to_owned(),
        link: "complementary log-log: the ratio is one of rates".to_owned(),
        why: first.iter().filter(|check| check.unusual()).map(|check| check.name.to_owned()).collect(),
        nights_with_cramp: CrampNightsOut { treatment, of_treatment, control, of_control },
        chance_of_cramp_a_night: WeeklyOut {
            control: (&second.chance[0]).into(),
            treatment: (&second.chance[1]).into(),
        },
        beta: (&second.beta).into(),
        rate_ratio: ratio(&second.beta),
        p_rr_below_1: second.below.one.into(),
        p_rr_below_0_8: second.below.usual.into(),
        p_rr_below_margin: second.below.margin.into(),
        sign_flip_p: second.sign_flip.as_ref().map(|test| test.p.into()),
        predictive: second.predictive.iter().map(Into::into).collect(),
        fits: fits(&second.predictive),
        rule_would_say: second.verdict.code().to_owned(),
    }
}

fn forecast(forecast: &Forecast) -> ForecastOut {
    ForecastOut {
        more_pairs: forecast.more_pairs,
        more_nights: forecast.more_nights,
        chances: Verdict::ALL
            .iter()
            .zip(forecast.chances)
            .map(|(verdict, chance)| (verdict.code().to_owned(), chance.into()))
            .collect(),
    }
}

impl From<&Test> for TestOut {
    fn from(test: &Test) -> Self {
        Self {
            difference: test.difference.into(),
            se: test.se.into(),
            t: test.t.into(),
            df: test.df.into(),
            p: test.p.into(),
        }
    }
}

impl Classical {
    /// Labels them.
    pub fn new(welch: Option<Test>, paired_t: Option<Test>, gls: Option<Gls>, ratio: Option<ResponseRatio>) -> Self {
        Self {
            label: "comparison only: none of these decides anything here".to_owned(),
            welch: welch.as_ref().map(Into::into),
            paired_t: paired_t.as_ref().map(Into::into),
            gls_ar1: gls.map(|gls| GlsOut {
                estimate: gls.test.difference.into(),
                se: gls.test.se.into(),
                t: gls.test.t.into(),
                df: gls.test.df.into(),
                p: gls.test.p.into(),
                phi: gls.phi.into(),
                sigma: gls.sigma.into(),
            }),
            log_response_ratio: ratio.map(|ratio| LrrOut { estimate: ratio.estimate.into(), se: ratio.se.into() }),
        }
    }
}

impl Paired {
    /// Names the columns.
    pub fn new((x, y): (&str, &str), people: usize, left_out: usize, test: &Test, said: Vec<String>) -> Self {
        Self {
            label: "comparison only; rows with an empty number are left out".to_owned(),
            said,
            x: x.to_owned(),
            y: y.to_owned(),
            people,
            left_out,
            paired_t: test.into(),
        }
    }
}

impl ScoreReport {
    /// From a posterior.
    pub fn new(
        nights: &[Scored],
        found: &ScorePosterior,
        prior_sd: f64,
        classical: Option<Classical>,
        said: Vec<String>,
    ) -> Self {
        let of = |arm: f64| nights.iter().filter(move |night| night.treated == arm).map(|night| night.score);
        #[expect(clippy::cast_precision_loss, reason = "nights")]
        let mean = |arm: f64| Sig6::from(of(arm).sum::<f64>() / of(arm).count().max(1) as f64);
        Self {
            outcome: "score".to_owned(),
            said,
            nights: [of(1.0).count(), of(0.0).count()],
            means: [mean(1.0), mean(0.0)],
            alpha: (&Summary::of(&found.alpha)).into(),
            beta: (&Summary::of(&found.beta)).into(),
            gamma: (&Summary::of(&found.gamma)).into(),
            sigma_mean: found.sigma_mean.into(),
            rho_mean: found.rho_mean.into(),
            p_below_0: found.beta.below(0.0).into(),
            prior_sd: prior_sd.into(),
            verdict: None,
            why_no_verdict: "scores get no verdict: the decision rule is for counts of cramps".to_owned(),
            classical,
        }
    }
}
