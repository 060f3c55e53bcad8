//! Pooling many people's trials: beta_i ~ N(mu, tau), mu ~ N(0, mu_sd), tau ~ HalfNormal(tau_sd).
//!
//! Only the curve p(y_i | beta) leaves a diary. It is kept on a grid as fine as that person's own spread asks for; pooling is
//! a two-dimensional quadrature over mu and tau.

use super::posterior::{Effort, posterior};
use super::priors::Priors;
use super::quadrature::{Density, Spline, gauss_legendre};
use super::series::Series;
use super::summary::Summary;

/// What one person's nights say of the effect, whatever was believed before: ln p(y | beta) up to a constant.
#[derive(Debug, Clone)]
pub struct Curve {
    points: Vec<f64>,
    logs: Vec<f64>,
    spline: Spline,
    step: f64,
    mean: f64,
}

/// Scale of the prior under which curves are worked out: wide, and divided out again.
const OPEN_SD: f64 = 1.5;

/// The curve of a person's series.
pub fn curve(series: &Series, priors: &Priors) -> Curve {
    let open = priors.with_beta_sd(OPEN_SD);
    let found = posterior(series, &open, Effort::Precise);
    let (mut points, mut logs) = (Vec::new(), Vec::new());
    for (x, value) in found.beta.points().step_by(2) {
        if value > 1e-9 {
            let scaled = (x - open.beta.mean) / OPEN_SD;
            points.push(x);
            logs.push(libm::log(value) + 0.5 * scaled * scaled);
        }
    }
    let step = points[1] - points[0];
    let spline = Spline::new(points.clone(), logs.clone());
    Curve { points, logs, spline, step, mean: found.beta.expect(|x| x) }
}

/// A person's effect after pooling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunken {
    /// Alone, under the wide prior.
    pub alone: f64,
    /// Mean with the others.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// P(rate ratio < 1).
    pub below_one: f64,
}

/// The pooled answer.
#[derive(Debug, Clone)]
pub struct Pooled {
    /// The mean of people's log rate ratios.
    pub mu: Summary,
    /// Their spread.
    pub tau: Summary,
    /// P(exp(mu) < 1).
    pub mu_below_zero: f64,
    /// Each person, in the order given.
    pub people: Vec<Shrunken>,
}

const MUS: usize = 61;
const TAUS: usize = 24;

/// Pools curves; at least one.
pub fn pool(curves: &[Curve], mu_sd: f64, tau_sd: f64) -> Pooled {
    let (low, high) = curves.iter().fold((-0.5 * mu_sd, 0.5 * mu_sd), |(low, high), curve| {
        (low.min(curve.points[0]), high.max(curve.points[curve.points.len() - 1]))
    });
    // Where mu lies is found on a coarse grid first: with many people it is far narrower than any one of them.
    let (low, high) = (low.max(-5.0 * mu_sd), high.min(5.0 * mu_sd));
    let first = Summary::of(&over(curves, mu_sd, tau_sd, low, high).0);
    let reach = 6.0 * first.sd;
    let (mu, tau, people) = over(curves, mu_sd, tau_sd, first.mean - reach, first.mean + reach);
    Pooled { mu_below_zero: mu.below(0.0), mu: Summary::of(&mu), tau: Summary::of(&tau), people }
}

/// The quadrature over mu in this range.
fn over(curves: &[Curve], mu_sd: f64, tau_sd: f64, low: f64, high: f64) -> (Density, Density, Vec<Shrunken>) {
    #[expect(clippy::cast_precision_loss, reason = "tens of points")]
    let mu_step = (high - low) / (MUS - 1) as f64;
    #[expect(clippy::cast_precision_loss, reason = "tens of points")]
    let mus: Vec<f64> = (0..MUS).map(|at| low + mu_step * at as f64).collect();
    let taus = gauss_legendre(TAUS, 0.0, 4.0 * tau_sd);
    let mut cells = Vec::with_capacity(MUS * TAUS);
    for (tau, width) in &taus {
        for mu in &mus {
            let parts: Vec<Part> = curves.iter().map(|curve| part(curve, *mu, *tau)).collect();
            let log = parts.iter().map(|part| part.log).sum::<f64>()
                - 0.5 * (mu / mu_sd) * (mu / mu_sd)
                - 0.5 * (tau / tau_sd) * (tau / tau_sd)
                + libm::log(*width);
            cells.push((log, parts));
        }
    }
    let top = cells.iter().map(|cell| cell.0).fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = cells.iter().map(|cell| libm::exp(cell.0 - top)).sum();
    let mut mu_mass = [0.0; MUS];
    let mut tau_mass = [0.0; TAUS];
    let mut people = vec![[0.0; 3]; curves.len()];
    for (at, (log, parts)) in cells.iter().enumerate() {
        let weight = libm::exp(log - top) / sum;
        mu_mass[at % MUS] += weight;
        tau_mass[at / MUS] += weight;
        for (person, part) in people.iter_mut().zip(parts) {
            person[0] += weight * part.mean;
            person[1] += weight * part.square;
            person[2] += weight * part.below;
        }
    }
    let heights = tau_mass.iter().zip(&taus).map(|(mass, (_, width))| libm::log((mass / width).max(1e-12))).collect();
    let spline = Spline::new(taus.iter().map(|(tau, _)| *tau).collect(), heights);
    let step = 4.0 * tau_sd / 400.0;
    let tau = Density::new(0.0, step, (0..=400).map(|at| libm::exp(spline.at(step * f64::from(at)))).collect());
    let people = people
        .iter()
        .zip(curves)
        .map(|([mean, square, below], curve)| Shrunken {
            alone: curve.mean,
            mean: *mean,
            sd: libm::sqrt((square - mean * mean).max(0.0)),
            below_one: *below,
        })
        .collect();
    (Density::new(low, mu_step, mu_mass.to_vec()), tau, people)
}

/// One person at fixed mu and tau: the log of the integral, and moments of their effect.
struct Part {
    log: f64,
    mean: f64,
    square: f64,
    below: f64,
}

/// The integral of curve times normal: over the curve's own grid, or, where the normal is narrower than that grid shows,
/// over the normal.
fn part(curve: &Curve, mu: f64, tau: f64) -> Part {
    const NARROW: usize = 33;
    let narrow = tau < 4.0 * curve.step;
    let places: Vec<(f64, f64)> = if narrow {
        (0..NARROW)
            .map(|at| {
                #[expect(clippy::cast_precision_loss, reason = "tens of points")]
                let t = -5.0 + 10.0 * at as f64 / (NARROW - 1) as f64;
                let x = mu + tau * t;
                (x, curve.spline.at(x) - 0.5 * t * t + libm::log(10.0 / 32.0))
            })
            .collect()
    } else {
        curve
            .points
            .iter()
            .zip(&curve.logs)
            .map(|(x, log)| {
                let t = (x - mu) / tau;
                (*x, log - 0.5 * t * t + libm::log(curve.step / tau))
            })
            .collect()
    };
    let top = places.iter().map(|place| place.1).fold(f64::NEG_INFINITY, f64::max);
    let mut sums = [0.0; 4];
    for (x, log) in places {
        let weight = libm::exp(log - top);
        sums[0] += weight;
        sums[1] += weight * x;
        sums[2] += weight * x * x;
        sums[3] += if x < 0.0 { weight } else { 0.0 };
    }
    Part { log: top + libm::log(sums[0]), mean: sums[1] / sums[0], square: sums[2] / sums[0], below: sums[3] / sums[0] }
}
