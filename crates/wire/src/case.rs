//! A case as it arrives: an optional id and a list of facts.

use serde::Deserialize;
use serde_json::Value;

use crate::brief::brief;

/// Largest case that is read, in bytes: a thousand facts fit many times over.
pub const MAX_CASE_BYTES: usize = 1 << 20;
/// Most facts in one case.
pub const MAX_FACTS: usize = 2_000;

/// One case: members beyond these are ignored.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Case {
    /// Returned unchanged in the result.
    #[serde(default)]
    pub id: Option<String>,
    /// What is known.
    pub facts: Vec<FactIn>,
}

/// One fact as it arrives.
#[derive(Debug, Clone, Deserialize)]
pub struct FactIn {
    /// Name from the fact vocabulary.
    pub name: String,
    /// `yes`, `no`, true, false, a number, or a code.
    pub value: Value,
    /// Unit of a number.
    #[serde(default)]
    pub unit: Option<String>,
    /// Days between this fact and today, when it is not of today (laboratory results).
    #[serde(default)]
    pub days_ago: Option<f64>,
}

/// Why a case cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// Not JSON at all, or cut off.
    #[error(
        "not valid JSON at line {line}, column {column}: {message}. Send one object like {{\"facts\":[{{\"name\":\"age\",\"value\":70,\"unit\":\"yr\"}}]}}"
    )]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// JSON, but of another shape.
    #[error(
        "the case has the wrong shape at `{path}`: {message}. Expected {{\"id\"?, \"facts\":[{{\"name\",\"value\",\"unit\"?}}, ...]}}"
    )]
    Shape {
        /// Where.
        path: String,
        /// What the parser says.
        message: String,
    },
    /// Beyond a bound.
    #[error("the case is too large: {what}. Send at most {limit}")]
    TooLarge {
        /// What was counted.
        what: String,
        /// The bound.
        limit: String,
    },
}

/// Reads one case from JSON text.
///
/// # Errors
/// [`CaseError`] says where and what; nothing is half-read.
pub fn read_case(text: &str) -> Result<Case, CaseError> {
    if text.len() > MAX_CASE_BYTES {
        return Err(CaseError::TooLarge {
            what: format!("{} bytes", text.len()),
            limit: format!("{MAX_CASE_BYTES} bytes"),
        });
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let case: Case = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = brief(&error.path().to_string());
        let inner = error.into_inner();
        if inner.is_data() { CaseError::Shape { path, message: brief(&inner.to_string()) } } else { syntax(&inner) }
    })?;
    json.end().map_err(|error| syntax(&error))?;
    if case.facts.len() > MAX_FACTS {
        return Err(CaseError::TooLarge {
            what: format!("{} facts", case.facts.len()),
            limit: format!("{MAX_FACTS} facts"),
        });
    }
    Ok(case)
}

fn syntax(error: &serde_json::Error) -> CaseError {
    CaseError::Syntax { line: error.line(), column: error.column(), message: brief(&error.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        read_case(text).expect_err("a case that must be refused").to_string()
    }

    #[test]
    fn further_members_are_ignored() {
        let case = read_case(r#"{"id":"a","facts":[{"name":"age","value":70,"unit":"yr","x":1}],"gold":"y"}"#);
        assert_eq!(case.expect("reads").facts.len(), 1);
    }

    #[test]
    fn broken_json_says_where() {
        assert!(message("{\"facts\":[{]}").contains("line 1, column 12"));
        assert!(message("").contains("not valid JSON"));
        assert!(message("{\"facts\":[]} x").contains("not valid JSON"));
    }

    #[test]
    fn what_is_quoted_is_cut_short() {
        let long = "x".repeat(10_000);
        let refused = message(&format!(r#"{{"facts":"{long}"}}"#));
        assert!(
            refused.chars().count() < 600 && refused.contains("facts") && refused.contains("sequence"),
            "{refused}"
        );
    }

    #[test]
    fn wrong_types_name_the_path() {
        assert!(message(r#"{"facts":[{"name":3,"value":1}]}"#).contains("facts[0].name"));
        assert!(message(r#"{"facts":"none"}"#).contains("`facts`"));
        assert!(message(r#"{}"#).contains("missing field `facts`"));
    }

    #[test]
    fn nan_is_not_json() {
        assert!(message(r#"{"facts":[{"name":"age","value":NaN}]}"#).contains("not valid JSON"));
    }

    #[test]
    fn ten_megabytes_are_refused() {
        assert!(message(&"x".repeat(10 << 20)).contains("too large"));
    }
}
