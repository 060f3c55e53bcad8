//! A person's own trial: design, order, analysis, verdict.

pub mod alternative;
pub mod analysis;
pub mod blinding;
pub mod calibrate;
pub mod checks;
pub mod classical;
pub mod design;
pub mod given;
pub mod laplace;
pub mod likelihood;
mod marginal;
pub mod order;
pub mod pool;
pub mod posterior;
pub mod power;
pub mod priors;
mod propagation;
pub mod quadrature;
pub mod random;
pub mod score;
pub mod series;
pub mod signflip;
pub mod simulate;
pub mod start_day;
pub mod summary;
pub mod table;
pub mod verdict;

pub use likelihood::Endpoint;
pub use posterior::{Effort, Posterior, posterior};
pub use priors::{Normal, Priors};
pub use series::{Count, Series, SeriesError};
pub use summary::Summary;
pub use verdict::{Look, Rule, Verdict};
