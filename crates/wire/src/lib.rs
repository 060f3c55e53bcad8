//! The case and result JSON that every interface of Charley shares, with its schema.
//!
//! Wire types are not domain types: `charley-reason` works on its own types and converts by hand.
//! Numbers on the wire carry six significant digits, so the same facts and the same knowledge give
//! the same bytes on every machine.

mod brief;
mod case;
mod convert;
mod number;
mod result;
pub mod trial;

pub use case::{Case, CaseError, FactIn, read_case};
pub use convert::{Options, assess, convert, given};
pub use number::Sig6;
pub use result::*;

/// The JSON Schema of one result, as `charley assess --schema` prints it.
pub fn result_schema() -> serde_json::Value {
    schemars::schema_for!(Assessment).into()
}
