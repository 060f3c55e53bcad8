//! What is wrong with a form, field by field.

use charley_records::RecordsError;

use crate::check::Problem;
use crate::error::WebError;

/// What is wrong, in the order of the fields; empty when nothing is.
#[derive(Debug, Clone, Default)]
pub struct Problems(Vec<Problem>);

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        Self(problems.into_iter().collect())
    }
}

impl Problems {
    /// One problem.
    pub fn one(field: &str, text: &str) -> Self {
        Self(vec![Problem::new(field, text)])
    }

    /// True when nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// What is wrong with a field; empty when nothing is.
    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|problem| problem.field == field).map_or("", |problem| problem.text.as_str())
    }

    /// What the store refused, for a form that is shown again. `taken` is the field of which a conflict speaks.
    ///
    /// # Errors
    /// Every error that no other input would mend.
    pub fn of_store(error: RecordsError, taken: &str) -> Result<Self, WebError> {
        match error {
            RecordsError::Invalid(fields) => {
                Ok(Self(fields.iter().map(|field| Problem::new(field.name, &field.problem)).collect()))
            }
            RecordsError::Conflict(words) => Ok(Self::one(taken, words)),
            other => Err(other.into()),
        }
    }
}
