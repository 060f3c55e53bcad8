//! Gauss-Legendre nodes, and a density given on nodes.

/// Nodes and weights of Gauss-Legendre quadrature on [low, high]. Newton's method on the Legendre polynomial, from the usual
/// cosine start.
pub fn gauss_legendre(count: usize, low: f64, high: f64) -> Vec<(f64, f64)> {
    #[expect(clippy::cast_precision_loss, reason = "tens of nodes")]
    let degree = count as f64;
    let (middle, half) = (f64::midpoint(low, high), 0.5 * (high - low));
    (0..count)
        .map(|at| {
            #[expect(clippy::cast_precision_loss, reason = "tens of nodes")]
            let mut x = -libm::cos(std::f64::consts::PI * (at as f64 + 0.75) / (degree + 0.5));
            let mut slope = 1.0;
            for _ in 0..50 {
                let (value, before) = legendre(count, x);
                slope = degree * (x * value - before) / (x * x - 1.0);
                let step = value / slope;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            (middle + half * x, half * 2.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

/// The Legendre polynomial of this degree and the one before.
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=degree {
        #[expect(clippy::cast_precision_loss, reason = "tens of nodes")]
        let k = k as f64;
        (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
    }
    (value, before)
}

/// A density on an even grid: mean, standard deviation, quantiles and tail probabilities by trapezoids.
#[derive(Debug, Clone, PartialEq)]
pub struct Density {
    low: f64,
    step: f64,
    values: Vec<f64>,
    /// Share below each grid point.
    below: Vec<f64>,
}

impl Density {
    /// From values on an even grid; they are scaled to integrate to 1.
    pub fn new(low: f64, step: f64, mut values: Vec<f64>) -> Self {
        let mut below = Vec::with_capacity(values.len());
        let mut sum = 0.0;
        let mut before: Option<f64> = None;
        for value in &values {
            sum += before.map_or(0.0, |before| 0.5 * step * (before + value));
            below.push(sum);
            before = Some(*value);
        }
        for (value, below) in values.iter_mut().zip(&mut below) {
            *value /= sum;
            *below /= sum;
        }
        Self { low, step, values, below }
    }

    /// Grid points and values.
    pub fn points(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.values.iter().enumerate().map(|(at, value)| (self.point(at), *value))
    }

    #[expect(clippy::cast_precision_loss, reason = "hundreds of points")]
    fn point(&self, at: usize) -> f64 {
        self.low + self.step * at as f64
    }

    /// Integral of a function against the density.
    pub fn expect(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.points().map(|(x, value)| of(x) * value).sum::<f64>() * self.step
    }

    /// P(X < x).
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the grid")]
    pub fn below(&self, x: f64) -> f64 {
        let place = (x - self.low) / self.step;
        if place <= 0.0 {
            return 0.0;
        }
        let at = place as usize;
        if at + 1 >= self.values.len() {
            return 1.0;
        }
        let part = x - self.point(at);
        let rise = (self.values[at + 1] - self.values[at]) / self.step;
        self.below[at] + part * (self.values[at] + 0.5 * rise * part)
    }

    /// The value below which this share lies.
    pub fn quantile(&self, share: f64) -> f64 {
        let at = self.below.partition_point(|below| *below < share).clamp(1, self.values.len() - 1) - 1;
        let (mut low, mut high) = (self.point(at), self.point(at + 1));
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if self.below(middle) < share { low = middle } else { high = middle }
        }
        f64::midpoint(low, high)
    }
}

/// Natural cubic spline through points (ascending in x).
#[derive(Debug, Clone)]
pub struct Spline {
    x: Vec<f64>,
    y: Vec<f64>,
    second: Vec<f64>,
}

impl Spline {
    /// Through these points; at least two.
    pub fn new(x: Vec<f64>, y: Vec<f64>) -> Self {
        let last = x.len() - 1;
        let mut second = vec![0.0; x.len()];
        let mut work = vec![0.0; x.len()];
        for at in 1..last {
            let share = (x[at] - x[at - 1]) / (x[at + 1] - x[at - 1]);
            let pivot = share * second[at - 1] + 2.0;
            second[at] = (share - 1.0) / pivot;
            let bend = (y[at + 1] - y[at]) / (x[at + 1] - x[at]) - (y[at] - y[at - 1]) / (x[at] - x[at - 1]);
            work[at] = (6.0 * bend / (x[at + 1] - x[at - 1]) - share * work[at - 1]) / pivot;
        }
        for at in (1..last).rev() {
            second[at] = second[at] * second[at + 1] + work[at];
        }
        Self { x, y, second }
    }

    /// The value at x; straight on beyond the ends.
    pub fn at(&self, x: f64) -> f64 {
        let last = self.x.len() - 1;
        let right = self.x.partition_point(|known| *known < x).clamp(1, last);
        let (low, high) = (self.x[right - 1], self.x[right]);
        let width = high - low;
        let (a, b) = ((high - x) / width, (x - low) / width);
        let inside = a * self.y[right - 1] + b * self.y[right];
        if x < self.x[0] || x > self.x[last] {
            return inside;
        }
        inside + ((a * a * a - a) * self.second[right - 1] + (b * b * b - b) * self.second[right]) * width * width / 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_integrate_polynomials_exactly() {
        for count in [2usize, 5, 9, 12] {
            let power = 2 * count - 1;
            let nodes = gauss_legendre(count, 0.0, 2.0);
            #[expect(clippy::cast_possible_wrap, clippy::cast_possible_truncation, reason = "small")]
            let found: f64 = nodes.iter().map(|(x, weight)| weight * x.powi(power as i32)).sum();
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let wanted = 2f64.powi(power as i32 + 1) / (power as f64 + 1.0);
            assert!((found / wanted - 1.0).abs() < 1e-12, "{count}: {found} {wanted}");
        }
    }

    #[test]
    fn a_normal_density_has_its_textbook_quantiles() {
        let values = (0..=400).map(|at| (-0.5 * (f64::from(at) * 0.03 - 6.0).powi(2)).exp()).collect();
        let density = Density::new(-6.0, 0.03, values);
        assert!((density.quantile(0.975) - 1.959_964).abs() < 5e-4);
        assert!((density.below(0.0) - 0.5).abs() < 1e-9);
        assert!((density.expect(|x| x * x) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_spline_keeps_its_points_and_straight_lines() {
        let spline = Spline::new(vec![0.0, 1.0, 3.0, 4.0], vec![1.0, 3.0, 7.0, 9.0]);
        for x in [-1.0, 0.0, 0.4, 1.0, 2.2, 4.0, 6.0] {
            assert!((spline.at(x) - (1.0 + 2.0 * x)).abs() < 1e-12);
        }
    }
}
