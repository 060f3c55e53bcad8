//! Quickscore on the whole network, with links, in numbers of 31 digits.
//!
//! Quickscore (Heckerman 1990) sums over the subsets of the positive findings with changing sign. Where the evidence
//! is improbable its terms cancel: with 12 positive findings of the shipped network doubles keep no digit at all. It
//! also assumes that conditions are independent. So this version carries twice the digits, and sums every group of
//! linked conditions over all its states; nothing is left out of the network.

use charley_reason::network::Problem;

use super::dd::Dd;

/// Posterior of every condition and the probability of the evidence.
pub fn quickscore(problem: &Problem) -> (Vec<f64>, f64) {
    let n = problem.prior.len();
    let groups = groups(problem);
    let mut with = vec![Dd::ZERO; n];
    let mut evidence = Dd::ZERO;
    for subset in 0u32..1 << problem.positives.len() {
        let mut factor: Vec<Dd> = problem.absorbed.iter().map(|value| Dd::new(*value)).collect();
        let mut product = Dd::ONE;
        for (at, positive) in problem.positives.iter().enumerate() {
            if subset >> at & 1 == 1 {
                product = product.times(Dd::new(positive.leak).complement());
                for parent in &positive.parents {
                    let silent = Dd::new(parent.weight).complement();
                    factor[parent.condition] = factor[parent.condition].times(silent);
                }
            }
        }
        let sums: Vec<Sums> = groups.iter().map(|group| group.sums(&factor)).collect();
        // The sum of a group may be 0 for no group but an impossible one, so products without it are by division.
        let total = sums.iter().fold(product, |product, sums| product.times(sums.total));
        let add = |sum: &mut Dd, term: Dd| {
            *sum = if subset.count_ones() % 2 == 0 { sum.plus(term) } else { sum.minus(term) };
        };
        add(&mut evidence, total);
        for (group, sums) in groups.iter().zip(&sums) {
            if sums.total.get() > 0.0 {
                let others = total.over(sums.total);
                for (condition, present) in group.members.iter().zip(&sums.present) {
                    add(&mut with[*condition], others.times(*present));
                }
            }
        }
    }
    (with.into_iter().map(|value| value.over(evidence).get()).collect(), evidence.get())
}

/// Conditions joined by links, with the probability of each of their joint states.
struct Group {
    members: Vec<usize>,
    states: Vec<Dd>,
}

struct Sums {
    total: Dd,
    present: Vec<Dd>,
}

impl Group {
    fn new(problem: &Problem, members: Vec<usize>) -> Self {
        let own: Vec<(usize, usize, f64)> = problem
            .links
            .iter()
            .filter_map(|(from, to, weight)| {
                let place = |wanted| members.iter().position(|member| *member == wanted);
                Some((place(*from)?, place(*to)?, *weight))
            })
            .collect();
        let states = (0usize..1 << members.len())
            .map(|state| {
                let is = |member: usize| state >> member & 1 == 1;
                let mut joint = Dd::ONE;
                for (member, condition) in members.iter().enumerate() {
                    let mut absent = Dd::new(problem.prior[*condition]).complement();
                    for (_, _, weight) in own.iter().filter(|(from, to, _)| *to == member && is(*from)) {
                        absent = absent.times(Dd::new(*weight).complement());
                    }
                    joint = joint.times(if is(member) { absent.complement() } else { absent });
                }
                joint
            })
            .collect();
        Self { members, states }
    }

    /// Sums over the states, each weighted by the factors of the conditions that are present.
    fn sums(&self, factor: &[Dd]) -> Sums {
        let mut weights = vec![Dd::ONE; self.states.len()];
        let mut total = Dd::ZERO;
        let mut present = vec![Dd::ZERO; self.members.len()];
        for state in 0..self.states.len() {
            if state > 0 {
                let lowest = state.trailing_zeros() as usize;
                weights[state] = weights[state & (state - 1)].times(factor[self.members[lowest]]);
            }
            let term = self.states[state].times(weights[state]);
            total = total.plus(term);
            for (member, sum) in present.iter_mut().enumerate() {
                if state >> member & 1 == 1 {
                    *sum = sum.plus(term);
                }
            }
        }
        Sums { total, present }
    }
}

fn groups(problem: &Problem) -> Vec<Group> {
    let n = problem.prior.len();
    let mut label: Vec<usize> = (0..n).collect();
    for _ in 0..n {
        for (from, to, _) in &problem.links {
            let lower = label[*from].min(label[*to]);
            label[*from] = lower;
            label[*to] = lower;
        }
    }
    (0..n)
        .map(|wanted| (0..n).filter(|condition| label[*condition] == wanted).collect::<Vec<_>>())
        .filter(|members| !members.is_empty())
        .map(|members| Group::new(problem, members))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{random, rng::Rng, worst};
    use super::quickscore;
    use charley_reason::network::enumerate;

    #[test]
    fn quickscore_with_links_agrees_with_enumeration() {
        let mut rng = Rng::new(3);
        for _ in 0..100 {
            let problem = random::problem(&mut rng);
            let slow = enumerate(&problem);
            if slow.evidence > 1e-12 {
                let (present, evidence) = quickscore(&problem);
                assert!(worst(&present, &slow.present) < 1e-9, "{problem:?}");
                assert!((evidence - slow.evidence).abs() < 1e-12);
            }
        }
    }
}
