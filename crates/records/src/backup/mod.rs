//! The backup file: one form for every engine, so that a backup of one restores into another.
//!
//! Gzip over lines of JSON. The first line is the header: form, version of the schema, when it was made. Then one line a row,
//! `["table",{"column":value}]`, tables in an order in which each refers only to those before it. The last line counts the
//! rows of each table and holds the SHA-256 of all lines before it, so that a file that was cut or changed is found out.
//! Ids are text, bytes are hexadecimal, times are milliseconds since 1970.

mod copies;
mod read;
mod tables;
mod write;

pub use copies::{Copies, make_folder};
pub use read::{Backup, Row, check, rows};
pub use tables::{Cell, Column, Kind, TABLES, Table};
pub use write::BackupWriter;

use serde::{Deserialize, Serialize};

/// Form of the file.
const FORMAT: &str = "charley backup 1";
/// Version of the schema: the number of the last migration. Both engines count alike. Backups of older ones restore: a
/// table that they lack stays empty, and so does a column.
pub const SCHEMA: i64 = 2;

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    format: String,
    schema: i64,
    made: jiff::Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct Trailer {
    rows: Vec<(String, u64)>,
    sha256: String,
}
