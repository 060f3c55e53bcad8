//! The margin of the rule: from what ratio on a remedy is worth its trouble.

use charley_nights::trial::Rule;
use charley_nights::trial::design::ProtocolError;
use charley_nights::trial::verdict::MARGINS;

/// The rule with a margin; the usual one for none.
pub fn rule(margin: Option<f64>) -> Result<Rule, ProtocolError> {
    match margin {
        None => Ok(Rule::default()),
        Some(margin) if MARGINS.contains(&margin) => Ok(Rule::default().with_margin(margin)),
        Some(margin) => Err(ProtocolError::Margin(margin)),
    }
}
