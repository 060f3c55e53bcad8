//! The belief network: conditions, findings, exact inference.

pub mod build;
pub mod draws;
mod eliminate;
mod enumerate;
mod gibbs;
mod problem;
mod quickscore;

pub use eliminate::Order;
pub use enumerate::enumerate;
pub use gibbs::{Sampled, sample};
pub use problem::{Parent, Positive, Posterior, Problem};
pub use quickscore::quickscore;
