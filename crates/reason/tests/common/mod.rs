//! Random small networks, and how close answers have to be.

use charley_reason::network::{Parent, Positive, Problem};
use proptest::prelude::*;

/// A random small network: up to 9 conditions, up to 6 positive findings, links from lower to higher index.
pub fn problem(with_links: bool) -> impl Strategy<Value = Problem> {
    (1usize..=9).prop_flat_map(move |n| {
        let prior = prop_oneof![Just(0.0), Just(1.0), 1e-5..0.9f64, 1e-5..0.9f64, 1e-5..0.9f64];
        let parent = (0..n, 0.01..0.99f64, any::<bool>());
        let positive = (1e-4..0.5f64, 0.1..3.0f64, prop::collection::vec(parent, 0..=n));
        let link = (0..n, 0..n, 0.01..0.95f64);
        (
            prop::collection::vec(prior, n),
            prop::collection::vec(0.05..=1.0f64, n),
            prop::collection::vec(any::<bool>(), n),
            prop::collection::vec(positive, 0..=6),
            prop::collection::vec(link, 0..=if with_links { 5 } else { 0 }),
        )
            .prop_map(|(prior, absorbed, untouched, positives, links)| {
                let absorbed = absorbed.into_iter().zip(untouched).map(|(a, u)| if u { 1.0 } else { a }).collect();
                let positives = positives
                    .into_iter()
                    .map(|(leak, information, parents)| Positive { leak, information, parents: distinct(parents) })
                    .collect();
                Problem { prior, absorbed, positives, links: forward(links) }
            })
    })
}

pub fn distinct(mut parents: Vec<(usize, f64, bool)>) -> Vec<Parent> {
    parents.sort_by_key(|parent| parent.0);
    parents.dedup_by_key(|parent| parent.0);
    parents.into_iter().map(|(condition, weight, counts)| Parent { condition, weight, counts }).collect()
}

/// Links from lower to higher index, each pair once: free of circles.
fn forward(links: Vec<(usize, usize, f64)>) -> Vec<(usize, usize, f64)> {
    let mut links: Vec<_> = links.into_iter().filter(|(from, to, _)| from < to).collect();
    links.sort_by_key(|link| (link.0, link.1));
    links.dedup_by_key(|link| (link.0, link.1));
    links
}

pub fn close(found: &[f64], expected: &[f64], within: f64, what: &str) {
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= within, "{what} of condition {at}: {found}, expected {expected}");
    }
}
