//! What can go wrong, as a caller would treat it.

/// One field of an input and what is wrong with it, in plain words with what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name of the field.
    pub name: &'static str,
    /// A sentence for the person.
    pub problem: String,
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// There is no such thing, or this actor must not know of it. The two are never told apart.
    #[error("not found")]
    NotFound,
    /// The actor may see this but not do that.
    #[error("not allowed")]
    Forbidden,
    /// The actor is staff and must give the second factor first.
    #[error("a second factor is needed")]
    SecondFactor,
    /// The input cannot be accepted.
    #[error("{}", .0.iter().map(|field| field.problem.as_str()).collect::<Vec<_>>().join(" "))]
    Invalid(Vec<Field>),
    /// The name is taken, or the thing exists with other content.
    #[error("{0}")]
    Conflict(&'static str),
    /// Too many attempts; try again after so many seconds.
    #[error("too many attempts: try again in {retry_after_s} seconds")]
    Throttled {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// The database failed. Nothing of the call was kept.
    #[error("the database failed: {0}")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What lies in the database cannot be read.
    #[error("{what} cannot be read: {why}")]
    Damaged {
        /// Which thing.
        what: &'static str,
        /// Why not.
        why: String,
    },
    /// A backup cannot be used.
    #[error("{0}")]
    Backup(String),
}

impl RecordsError {
    /// One wrong field.
    pub fn field(name: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid(vec![Field { name, problem: problem.into() }])
    }

    /// A failure of the engine.
    pub fn engine(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Engine(error.into())
    }
}

impl From<getrandom::Error> for RecordsError {
    fn from(error: getrandom::Error) -> Self {
        Self::engine(error)
    }
}
