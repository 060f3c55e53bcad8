//! Numbers rounded to six significant digits.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, Serializer};

/// A finite number written with six significant digits.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Deserialize)]
#[serde(from = "f64")]
pub struct Sig6(f64);

impl Sig6 {
    /// The rounded value.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl From<f64> for Sig6 {
    /// Rounds to six significant digits through the decimal text, so that the shortest form is short.
    fn from(value: f64) -> Self {
        if value == 0.0 || !value.is_finite() {
            return Self(value);
        }
        Self(format!("{value:.5e}").parse().unwrap_or(value))
    }
}

impl Serialize for Sig6 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

impl JsonSchema for Sig6 {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sig6".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "number", "description": "six significant digits" })
    }
}

#[cfg(test)]
mod tests {
    use super::Sig6;

    #[test]
    fn six_significant_digits() {
        assert_eq!(Sig6::from(0.123_456_789).get(), 0.123_457);
        assert_eq!(Sig6::from(1_234_567.0).get(), 1_234_570.0);
        assert_eq!(Sig6::from(0.0).get(), 0.0);
    }
}
