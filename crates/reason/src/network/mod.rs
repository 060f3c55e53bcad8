//! The belief network: conditions, findings, exact inference.

pub mod build;
pub mod draws;
mod enumerate;
mod gibbs;
mod greedy;
mod lanes;
mod numbers;
mod order;
mod pass;
mod problem;
mod quickscore;
mod solve;
mod table;
mod what_if;

pub use enumerate::enumerate;
pub use gibbs::{Sampled, sample};
pub use order::Order;
pub use problem::{Effect, Parent, Positive, Posterior, Presence, Problem};
pub use quickscore::quickscore;
pub use what_if::Change;
