//! Small things that every query needs.

use charley_records::{RecordsError, Result};
use jiff::Timestamp;
use jiff::civil::Date;

/// A connection.
pub type Connection = sqlx::PgConnection;

/// A failure of the engine.
pub fn failed(error: sqlx::Error) -> RecordsError {
    RecordsError::engine(error)
}

/// A time from the database.
pub fn time(milliseconds: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(milliseconds)
        .map_err(|error| RecordsError::Damaged { what: "a time", why: error.to_string() })
}

/// A time that may be empty.
pub fn some_time(milliseconds: Option<i64>) -> Result<Option<Timestamp>> {
    milliseconds.map(time).transpose()
}

/// A day from the database.
pub fn day(text: &str) -> Result<Date> {
    text.parse().map_err(|error: jiff::Error| RecordsError::Damaged { what: "a day", why: error.to_string() })
}

/// A number of rows as the log counts them.
pub fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
