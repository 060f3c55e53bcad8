//! Backup files.

use std::io::Write as _;

use charley_records::RecordsError;
use charley_records::backup::{Row, SCHEMA, check, rows};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::said;

/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A backup: bytes that begin like gzip are the file; anything else is the lines of its rows, to which header, counts and
/// sum are made that fit, because no mutation ever hits the right SHA-256. It is whole or refused with words, and what is
/// whole can be written and read again.
pub fn backup(bytes: &[u8]) {
    if bytes.starts_with(&GZIP) {
        return file(bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let named: Vec<String> = lines.iter().map(|line| name(line)).collect();
    file(&pack(&lines, &named));
}

fn file(bytes: &[u8]) {
    let counts = match check("this", bytes) {
        Ok(counts) => counts,
        Err(error @ RecordsError::Backup(_)) => return said(&error),
        Err(error) => panic!("a file that is no backup is no fault of the engine: {error}"),
    };
    let read: Vec<Row> = rows(bytes).expect("was read before").collect();
    assert_eq!(counts.iter().map(|(_, count)| *count).sum::<u64>(), read.len() as u64, "a row is missing");
    assert!(
        read.iter().all(|row| row.columns.len() == row.cells.len() && row.columns.len() <= row.table.columns.len())
    );
    let lines: Vec<String> = read.iter().map(line).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let named: Vec<String> = read.iter().map(|row| row.table.name.to_owned()).collect();
    let again = pack(&lines, &named);
    assert_eq!(check("this", again.as_slice()).expect("what was written is whole"), counts);
    assert!(rows(again.as_slice()).expect("was read before").eq(read), "a value has changed");
}

fn line(row: &Row) -> String {
    let values: serde_json::Map<String, serde_json::Value> =
        row.columns.iter().zip(&row.cells).map(|(column, cell)| (column.name.to_owned(), cell.to_json())).collect();
    json!([row.table.name, values]).to_string()
}

/// The table that a line names, if it is a row.
fn name(line: &str) -> String {
    let row: Result<(String, serde_json::Value), _> = serde_json::from_str(line);
    row.map(|(name, _)| name).unwrap_or_default()
}

/// A file of these lines, each of the table that stands beside it.
fn pack(lines: &[&str], named: &[String]) -> Vec<u8> {
    let header = json!({ "format": "charley backup 1", "schema": SCHEMA, "made": "2026-11-24T03:00:00Z" }).to_string();
    let mut counts: Vec<(&str, u64)> = Vec::new();
    for name in named {
        match counts.last_mut() {
            Some((last, count)) if last == name => *count += 1,
            _ => counts.push((name, 1)),
        }
    }
    let mut text = header + "\n";
    lines.iter().for_each(|line| text += &format!("{line}\n"));
    let sum: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    text += &json!({ "rows": counts, "sha256": sum }).to_string();
    text.push('\n');
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).expect("memory takes it");
    gzip.finish().expect("memory takes it")
}
