//! The posterior of one person's trial: a grid over (sigma, rho, phi), the inner step at each node, and a weighted mixture.
//!
//! The quick form takes the effect as normal at each node. The precise form walks over the effect as an outer dimension at
//! the nodes that carry weight, so that skewness is kept. Both are deterministic. Method: nested Laplace approximation (Rue,
//! Martino and Chopin 2009, J R Stat Soc B 71:319).

use super::laplace::{Inner, MOST_COEFFICIENTS, Outer, Predictor, Workspace};
use super::likelihood::{Endpoint, phi_of};
use super::marginal::{Axis, axis_density, normal_mixture, walk};
use super::priors::Priors;
use super::quadrature::Density;
use super::series::Series;

/// Place of the level among the coefficients.
pub const LEVEL: usize = 0;
/// Place of the log rate ratio.
pub const EFFECT: usize = 1;
/// Place of the trend.
pub const TREND: usize = 2;

/// How much work to put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A coarse grid, the effect normal at each node: for simulations and first looks.
    Quick,
    /// The effect as an outer dimension; level and trend normal at each node: for a verdict.
    Effect,
    /// A fine grid with level, effect and trend as outer dimensions: what a person is told.
    Precise,
}

/// Nodes lighter than this share of the heaviest are dropped.
const NEGLIGIBLE: f64 = 1e-6;

/// One node of the grid.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its outer parameters.
    pub outer: Outer,
    /// 1/sqrt(phi), the scale on which phi has its prior.
    pub isq: f64,
    /// Log evidence of the inner step.
    pub log_evidence: f64,
    /// Posterior weight; all sum to 1.
    pub weight: f64,
    /// Mode of the coefficients.
    pub mean: [f64; MOST_COEFFICIENTS],
    /// Their covariance.
    pub covariance: [[f64; MOST_COEFFICIENTS]; MOST_COEFFICIENTS],
}

/// The posterior.
#[derive(Debug, Clone)]
pub struct Posterior {
    /// Nodes that carry weight.
    pub nodes: Vec<Node>,
    /// Log cramps a night without treatment at the centre.
    pub alpha: Density,
    /// Log rate ratio.
    pub beta: Density,
    /// Log trend per 28 nights.
    pub gamma: Density,
    /// Night-to-night spread.
    pub sigma: Density,
    /// Autocorrelation.
    pub rho: Density,
    /// 1/sqrt(phi); none for yes or no, which has no such spread.
    pub isq: Option<Density>,
    /// Log evidence of the series: comparable between models of the same counts only.
    pub log_evidence: f64,
}

impl Posterior {
    /// P(rate ratio < ratio).
    pub fn ratio_below(&self, ratio: f64) -> f64 {
        self.beta.below(libm::log(ratio))
    }
}

/// The grid over (sigma, rho, 1/sqrt(phi)) with the inner step at each node.
struct Outers {
    axes: [Axis; 3],
    nodes: Vec<Node>,
    logs: Vec<f64>,
    cells: Vec<[usize; 3]>,
}

/// Ranges of the three outer parameters.
type Ranges = [(f64, f64); 3];

impl Outers {
    fn run(predictor: &Predictor, priors: &Priors, ranges: &Ranges, counts: [usize; 3], work: &mut Workspace) -> Self {
        let axis = |which: usize| Axis::new(counts[which], ranges[which].0, ranges[which].1);
        let isq = match predictor.endpoint {
            Endpoint::Cramps => axis(2),
            Endpoint::YesNo => Axis::at(0.0),
        };
        let axes = [axis(0), axis(1), isq];
        let (mut nodes, mut logs, mut cells) = (Vec::new(), Vec::new(), Vec::new());
        for (k, (isq, isq_width)) in axes[2].nodes.iter().enumerate() {
            for (j, (rho, rho_width)) in axes[1].nodes.iter().enumerate() {
                for i in 0..counts[0] {
                    // Back and forth, so that every node starts warm from its neighbour.
                    let i = if (j + k) % 2 == 0 { i } else { counts[0] - 1 - i };
                    let (sigma, sigma_width) = axes[0].nodes[i];
                    let outer = Outer { sigma, rho: *rho, phi: phi_of(*isq) };
                    let inner = work.find(predictor, outer);
                    let widths = libm::log(sigma_width * rho_width * isq_width);
                    let prior = log_prior(priors, sigma, *rho)
                        + match predictor.endpoint {
                            Endpoint::Cramps => log_half_normal(*isq, priors.isq_sd),
                            Endpoint::YesNo => 0.0,
                        };
                    logs.push(inner.log_evidence + widths + prior);
                    cells.push([i, j, k]);
                    nodes.push(node(outer, *isq, &inner));
                }
            }
        }
        Self { axes, nodes, logs, cells }
    }

    /// The box that holds all nodes which matter, with a node's room to each side.
    fn around(&self, ranges: &Ranges) -> Ranges {
        let top = self.logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        std::array::from_fn(|which| {
            let axis = &self.axes[which].nodes;
            let matters = |at: &usize| {
                self.cells.iter().zip(&self.logs).any(|(cell, log)| cell[which] == *at && *log > top - MATTERS)
            };
            let (full_low, full_high) = ranges[which];
            let first = (0..axis.len()).find(matters).unwrap_or(0);
            let last = (0..axis.len()).rev().find(matters).unwrap_or(axis.len() - 1);
            let low = if first == 0 { full_low } else { axis[first - 1].0 };
            let high = axis.get(last + 1).map_or(full_high, |node| node.0);
            (low, high)
        })
    }
}

/// A node whose log weight lies this far below the heaviest does not matter for where the grid lies.
const MATTERS: f64 = 8.0;
/// The grid is laid anew when the box is narrower than this share of the one before.
const NARROWER: f64 = 0.6;
/// Most times that it is laid anew.
const MOST_LAYS: usize = 5;
/// Nodes of the grid that finds the box.
const COARSE: [usize; 3] = [6, 5, 5];

/// The posterior of a series under priors.
pub fn posterior(series: &Series, priors: &Priors, effort: Effort) -> Posterior {
    let predictor = predictor(series, priors);
    let mut work = Workspace::new(series.nights());
    work.start_at(&start(series));
    // Half-normals reach four scales: beyond lies less than 1 in 15,000 of the prior.
    let mut ranges: Ranges = [(0.0, 4.0 * priors.sigma_sd), (-0.995, 0.995), (0.0, 4.0 * priors.isq_sd)];
    let mut outers = Outers::run(&predictor, priors, &ranges, COARSE, &mut work);
    for _ in 0..MOST_LAYS {
        let narrow = outers.around(&ranges);
        let width = |range: &(f64, f64)| range.1 - range.0;
        if narrow.iter().zip(&ranges).all(|(new, old)| width(new) > NARROWER * width(old)) {
            break;
        }
        ranges = narrow;
        outers = Outers::run(&predictor, priors, &ranges, COARSE, &mut work);
    }
    if effort != Effort::Quick {
        let counts = if effort == Effort::Effect { [7, 5, 6] } else { [8, 6, 7] };
        outers = Outers::run(&predictor, priors, &ranges, counts, &mut work);
    }
    let Outers { axes, mut nodes, logs, cells } = outers;
    let top = weigh(&mut nodes, &logs);
    let mut coefficient = |which: usize, nodes: &mut [Node]| {
        let walked = match (effort, series.endpoint()) {
            (Effort::Quick, _) => false,
            (Effort::Precise, Endpoint::Cramps) => true,
            // Yes and no: means and variances are matched already; only the effect's skewness matters to a verdict.
            _ => which == EFFECT,
        };
        if walked { walk(&predictor, nodes, which, &mut work) } else { normal_mixture(nodes, which) }
    };
    // The level first: its walk also corrects the weights of the nodes.
    let alpha = coefficient(LEVEL, &mut nodes);
    let beta = coefficient(EFFECT, &mut nodes);
    let gamma = coefficient(TREND, &mut nodes);
    let marginal = |axis: usize| axis_density(&axes[axis], &nodes, &cells, axis);
    let (sigma, rho) = (marginal(0), marginal(1));
    let isq = (series.endpoint() == Endpoint::Cramps).then(|| marginal(2));
    nodes.retain(|node| node.weight > 0.0);
    Posterior { alpha, beta, gamma, sigma, rho, isq, log_evidence: top, nodes }
}

/// Level, effect, trend, then covariates.
fn predictor<'s>(series: &'s Series, priors: &Priors) -> Predictor<'s> {
    let nights = series.nights();
    let mut columns = vec![
        vec![1.0; nights],
        series.exposure().to_vec(),
        (0..nights).map(|night| series.trend(night)).collect::<Vec<f64>>(),
    ];
    let mut scales = vec![priors.alpha, priors.beta, priors.gamma];
    for covariate in series.covariates() {
        columns.push(covariate.clone());
        scales.push(priors.delta);
    }
    Predictor {
        endpoint: series.endpoint(),
        counts: series.counts(),
        offset: vec![0.0; nights],
        columns,
        priors: scales,
    }
}

/// A start near the mode: the log of the mean count.
fn start(series: &Series) -> [f64; 1] {
    use super::series::Count;
    let (mut sum, mut nights) = (0.5, 1.0);
    for (_, count) in series.recorded() {
        nights += 1.0;
        sum += match (count, series.endpoint()) {
            (Count::TwoOrMore, Endpoint::Cramps) => 2.5,
            (count, _) => series.value(count).unwrap_or(0.0),
        };
    }
    [libm::log(sum / nights)]
}

/// Log density of a half-normal.
fn log_half_normal(value: f64, sd: f64) -> f64 {
    -0.5 * (value / sd) * (value / sd) - libm::log(sd) + 0.5 * libm::log(2.0 / std::f64::consts::PI)
}

/// Log density of the prior of the states: their spread and autocorrelation.
fn log_prior(priors: &Priors, sigma: f64, rho: f64) -> f64 {
    let (a, b) = priors.rho;
    log_half_normal(sigma, priors.sigma_sd)
        + (a - 1.0) * libm::log(f64::midpoint(1.0, rho))
        + (b - 1.0) * libm::log(0.5 * (1.0 - rho))
        + libm::lgamma(a + b)
        - libm::lgamma(a)
        - libm::lgamma(b)
        // The stretch from (0, 1) to (-1, 1).
        - libm::log(2.0)
}

fn node(outer: Outer, isq: f64, inner: &Inner) -> Node {
    Node { outer, isq, log_evidence: inner.log_evidence, weight: 0.0, mean: inner.mean, covariance: inner.covariance }
}

/// Turns logs into weights that sum to 1; returns the log of their sum.
fn weigh(nodes: &mut [Node], logs: &[f64]) -> f64 {
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for (node, log) in nodes.iter_mut().zip(logs) {
        let weight = libm::exp(log - top);
        node.weight = if weight < NEGLIGIBLE { 0.0 } else { weight };
        sum += node.weight;
    }
    for node in nodes.iter_mut() {
        node.weight /= sum;
    }
    top + libm::log(sum)
}
