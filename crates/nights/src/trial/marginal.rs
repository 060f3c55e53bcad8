//! From nodes to densities: each coefficient as a mixture over the nodes, normal or walked over, and each outer parameter from
//! the weights of its nodes.

use super::laplace::{Predictor, Workspace};
use super::posterior::{LEVEL, Node};
use super::quadrature::{Density, Spline, gauss_legendre};

/// Where the effect's density is worked out at a node: standard deviations from its mode.
const WALK: [f64; 7] = [-3.6, -2.4, -1.2, 0.0, 1.2, 2.4, 3.6];
/// Share of the weight whose nodes are walked; the light rest stays normal.
const WALKED: f64 = 0.995;
/// Points of the effect's density, over six standard deviations to each side.
const POINTS: usize = 481;

/// Nodes and weights along one outer parameter.
pub struct Axis {
    /// Places and weights.
    pub nodes: Vec<(f64, f64)>,
}

impl Axis {
    /// So many Gauss-Legendre nodes on a range.
    pub fn new(count: usize, low: f64, high: f64) -> Self {
        Self { nodes: gauss_legendre(count, low, high) }
    }

    /// One node, for a parameter that the model does not have.
    pub fn at(place: f64) -> Self {
        Self { nodes: vec![(place, 1.0)] }
    }
}

/// A density under construction on an even grid.
struct Grid {
    low: f64,
    step: f64,
    values: Vec<f64>,
}

impl Grid {
    #[expect(clippy::cast_precision_loss, reason = "hundreds of points")]
    fn point(&self, at: usize) -> f64 {
        self.low + self.step * at as f64
    }

    fn density(self) -> Density {
        Density::new(self.low, self.step, self.values)
    }
}

/// An empty grid that covers the mixture of one coefficient.
#[expect(clippy::cast_precision_loss, reason = "hundreds of points")]
fn mixture_grid(nodes: &[Node], which: usize) -> Grid {
    let mean: f64 = nodes.iter().map(|node| node.weight * node.mean[which]).sum();
    let variance: f64 = nodes
        .iter()
        .map(|node| {
            let off = node.mean[which] - mean;
            node.weight * (node.covariance[which][which] + off * off)
        })
        .sum();
    let reach = 6.0 * libm::sqrt(variance);
    Grid { low: mean - reach, step: 2.0 * reach / (POINTS - 1) as f64, values: vec![0.0; POINTS] }
}

fn fill_normal(nodes: &[Node], which: usize, grid: &mut Grid) {
    for node in nodes.iter().filter(|node| node.weight > 0.0) {
        add_normal(node, which, node.weight, grid);
    }
}

fn add_normal(node: &Node, which: usize, weight: f64, grid: &mut Grid) {
    let sd = libm::sqrt(node.covariance[which][which]);
    for at in 0..grid.values.len() {
        let scaled = (grid.point(at) - node.mean[which]) / sd;
        if scaled.abs() < 8.0 {
            grid.values[at] += weight / sd * libm::exp(-0.5 * scaled * scaled);
        }
    }
}

/// One coefficient as a mixture of the nodes' normals.
pub fn normal_mixture(nodes: &[Node], which: usize) -> Density {
    let mut grid = mixture_grid(nodes, which);
    fill_normal(nodes, which, &mut grid);
    grid.density()
}

/// Works out one coefficient's density at the heavy nodes: the inner step with the coefficient held fixed, at a few places.
/// The integral over them is a better evidence than the inner step's own: with the level, it corrects the weights.
pub fn walk(predictor: &Predictor, nodes: &mut [Node], which: usize, work: &mut Workspace) -> Density {
    let mut held = predictor.clone();
    let column = held.columns.remove(which);
    let prior = held.priors.remove(which);
    let mut order: Vec<usize> = (0..nodes.len()).filter(|at| nodes[*at].weight > 0.0).collect();
    order.sort_by(|a, b| nodes[*b].weight.total_cmp(&nodes[*a].weight).then(a.cmp(b)));
    let mut covered = 0.0;
    let mut bends = Vec::new();
    for at in &order {
        let node = &mut nodes[*at];
        if covered > WALKED {
            break;
        }
        covered += node.weight;
        let sd = libm::sqrt(node.covariance[which][which]);
        let mut others = node.mean.to_vec();
        others.remove(which);
        let middle = WALK.len() / 2;
        let mut logs = [0.0; WALK.len()];
        let outward: [Vec<usize>; 2] = [(middle..WALK.len()).collect(), (0..middle).rev().collect()];
        for places in outward {
            work.start_at(&others[..held.columns.len()]);
            for place in places {
                let value = node.mean[which] + sd * WALK[place];
                for (offset, x) in held.offset.iter_mut().zip(&column) {
                    *offset = value * x;
                }
                let scaled = (value - prior.mean) / prior.sd;
                logs[place] = work.find(&held, node.outer).log_evidence - 0.5 * scaled * scaled - libm::log(prior.sd);
            }
        }
        let bend = WALK.iter().zip(logs).map(|(t, log)| log - logs[middle] + 0.5 * t * t).collect();
        let bend = Spline::new(WALK.to_vec(), bend);
        if which == LEVEL {
            // Integral over the level against the normal's, which the inner step took for it.
            let inside: f64 = (-60..=60)
                .map(|at| f64::from(at) * 0.1)
                .map(|t| libm::exp((bend.at(t) - 0.5 * t * t).min(50.0)) * 0.1)
                .sum();
            node.weight *= libm::exp(logs[middle] + libm::log(sd * inside / root_two_pi()) - node.log_evidence);
        }
        bends.push(bend);
    }
    if which == LEVEL {
        let sum: f64 = nodes.iter().map(|node| node.weight).sum();
        nodes.iter_mut().for_each(|node| node.weight /= sum);
    }
    let mut grid = mixture_grid(nodes, which);
    for (place, at) in order.iter().enumerate() {
        match bends.get(place) {
            Some(bend) => add_bent(&nodes[*at], which, bend, &mut grid),
            None => add_normal(&nodes[*at], which, nodes[*at].weight, &mut grid),
        }
    }
    grid.density()
}

fn root_two_pi() -> f64 {
    libm::sqrt(2.0 * std::f64::consts::PI)
}

/// Adds a node whose log density differs from the normal by a curve over standard deviations.
fn add_bent(node: &Node, which: usize, bend: &Spline, grid: &mut Grid) {
    let sd = libm::sqrt(node.covariance[which][which]);
    let mut shape = vec![0.0; grid.values.len()];
    for (point, value) in shape.iter_mut().enumerate() {
        let scaled = (grid.point(point) - node.mean[which]) / sd;
        if scaled.abs() < 7.0 {
            *value = libm::exp((bend.at(scaled) - 0.5 * scaled * scaled).min(50.0));
        }
    }
    // `add_normal` leaves the root of two pi out of its heights; so does this.
    let height = root_two_pi() * node.weight / (shape.iter().sum::<f64>() * grid.step);
    for (value, shape) in grid.values.iter_mut().zip(&shape) {
        *value += height * shape;
    }
}

/// The density of one outer parameter, from the weights of its nodes.
pub fn axis_density(axis: &Axis, nodes: &[Node], cells: &[[usize; 3]], which: usize) -> Density {
    let mut mass = vec![0.0; axis.nodes.len()];
    for (node, cell) in nodes.iter().zip(cells) {
        mass[cell[which]] += node.weight;
    }
    let heights = mass.iter().zip(&axis.nodes).map(|(mass, (_, width))| libm::log((mass / width).max(1e-12)));
    let spline = Spline::new(axis.nodes.iter().map(|(x, _)| *x).collect(), heights.collect());
    let (first, last) = (axis.nodes[0].0, axis.nodes[axis.nodes.len() - 1].0);
    // The outermost nodes of Gauss-Legendre lie close to the ends of the range.
    let (low, high) =
        (first - 0.3 * (axis.nodes[1].0 - first), last + 0.3 * (last - axis.nodes[axis.nodes.len() - 2].0));
    let low = if first > 0.0 { low.max(0.0) } else { low };
    #[expect(clippy::cast_precision_loss, reason = "hundreds of points")]
    let step = (high - low) / (POINTS - 1) as f64;
    #[expect(clippy::cast_precision_loss, reason = "hundreds of points")]
    let values = (0..POINTS).map(|at| libm::exp(spline.at(low + step * at as f64))).collect();
    Density::new(low, step, values)
}
