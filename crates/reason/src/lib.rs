//! Facts in, assessment out.
//!
//! Pure: no I/O, no clock, no randomness it was not given. Same facts and same knowledge give the same answer.

pub mod assess;
pub mod causes;
pub mod checks;
mod derive;
pub mod eval;
pub mod facts;
pub mod infer;
pub mod network;
pub mod plan;
pub mod questions;
mod reads;
mod rough;
pub mod triage;
mod untold;
pub mod what_if;

pub use assess::{Assessment, Cause, Options, Reasoner};
pub use facts::{FactError, Facts, Given, Value, close_names};
pub use triage::Urgency;
pub use untold::Untold;
