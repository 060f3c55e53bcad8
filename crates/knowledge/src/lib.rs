//! Loads and checks Charley's knowledge.
//!
//! [`Draft`] is what the files say; [`Draft::check`] turns it into [`Knowledge`], in which every name is
//! resolved and every number has its evidence, or into [`Faults`] that point at the lines.

mod check;
pub mod diagnostic;
pub mod draft;
pub mod expr;
mod load;
pub mod medicines;
pub mod model;
pub mod param;

pub use diagnostic::{Diagnostic, Faults, Place};
pub use expr::Expr;
pub use load::{Draft, LoadError, embedded};
pub use model::*;
