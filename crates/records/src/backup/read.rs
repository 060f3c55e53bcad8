//! Reading a backup.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Cell, Column, FORMAT, Header, SCHEMA, TABLES, Table, Trailer};
use crate::maintenance::BackupInfo;
use crate::secret::hex;
use crate::{RecordsError, Result};

/// Longest line: the largest row is a saved check.
const MOST_LINE_BYTES: u64 = 4 * 1024 * 1024;

/// A backup that was read once from end to end and found whole.
#[derive(Debug)]
pub struct Backup {
    path: PathBuf,
    info: BackupInfo,
}

/// A row as a backup holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Of which table.
    pub table: &'static Table,
    /// Its columns; a backup of an older version lacks those that came later.
    pub columns: Vec<Column>,
    /// Their values.
    pub cells: Vec<Cell>,
}

type Lines<R> = BufReader<GzDecoder<BufReader<R>>>;

impl Backup {
    /// Reads the whole file and checks it: form, version, counts, sums.
    ///
    /// # Errors
    /// [`RecordsError::Backup`] when it is damaged, no backup, or of a newer version.
    pub fn open(path: &Path) -> Result<Self> {
        let rows = check(&path.display().to_string(), open(path)?)?;
        Ok(Self { path: path.to_path_buf(), info: BackupInfo { rows, sha256: file_hash(path)? } })
    }

    /// What it holds.
    pub fn info(&self) -> &BackupInfo {
        &self.info
    }

    /// The rows, in the order in which they can be written.
    ///
    /// # Errors
    /// When the file can no longer be read.
    pub fn rows(&self) -> Result<impl Iterator<Item = Row> + Send + use<>> {
        rows(open(&self.path)?)
    }
}

/// Reads a backup from end to end and checks it: form, version, counts, sums. Says how many rows each table has, in the
/// order of the file; `name` is what messages call it.
///
/// # Errors
/// [`RecordsError::Backup`] when it is damaged, no backup, or of a newer version.
pub fn check(name: &str, file: impl Read) -> Result<Vec<(String, u64)>> {
    let damaged = || RecordsError::Backup(format!("{name} is damaged: it is not whole. Use another backup."));
    let mut lines = lines(file);
    let mut hash = Sha256::new();
    let mut rows: Vec<(String, u64)> = Vec::new();
    header(name, &next(&mut lines).ok().flatten().unwrap_or_default(), &mut hash)?;
    loop {
        let line = next(&mut lines).map_err(|_| damaged())?.ok_or_else(damaged)?;
        if let Ok(trailer) = serde_json::from_str::<Trailer>(&line) {
            let ended = matches!(next(&mut lines), Ok(None));
            let whole = ended && trailer.rows == rows && trailer.sha256 == hex(&hash.finalize());
            return if whole { Ok(rows) } else { Err(damaged()) };
        }
        let Row { table, .. } = row(&line).ok_or_else(damaged)?;
        match rows.last_mut() {
            Some((name, count)) if name == table.name => *count += 1,
            _ => rows.push((table.name.to_owned(), 1)),
        }
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
}

/// The rows of a backup that [`check`] found whole, in the order of the file.
///
/// # Errors
/// When it can no longer be read.
pub fn rows<R: Read + Send>(file: R) -> Result<impl Iterator<Item = Row> + Send> {
    let mut lines = lines(file);
    // The header. What follows was read before, so the first line that is no row is the trailer.
    next(&mut lines).map_err(RecordsError::engine)?;
    Ok(std::iter::from_fn(move || row(&next(&mut lines).ok()??)))
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| RecordsError::Backup(format!("cannot read {}: {error}", path.display())))
}

fn lines<R: Read>(file: R) -> Lines<R> {
    BufReader::new(GzDecoder::new(BufReader::new(file)))
}

fn next<R: Read>(lines: &mut Lines<R>) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    lines.take(MOST_LINE_BYTES).read_line(&mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    match line.pop() {
        Some('\n') => Ok(Some(line)),
        _ => Err(std::io::ErrorKind::UnexpectedEof.into()),
    }
}

fn header(name: &str, line: &str, hash: &mut Sha256) -> Result<()> {
    let refuse = |why: String| Err(RecordsError::Backup(format!("{name} {why}")));
    let Ok(header) = serde_json::from_str::<Header>(line) else {
        return refuse("is no backup of Charley, or its beginning is damaged.".to_owned());
    };
    if header.format != FORMAT || header.schema > SCHEMA {
        return refuse(format!(
            "was made by a newer Charley (schema {}, this one knows {SCHEMA}). Restore it with that one.",
            header.schema
        ));
    }
    hash.update(line.as_bytes());
    hash.update(b"\n");
    Ok(())
}

fn row(line: &str) -> Option<Row> {
    let (name, values): (String, serde_json::Map<String, Value>) = serde_json::from_str(line).ok()?;
    let table = TABLES.iter().find(|table| table.name == name)?;
    let columns: Vec<Column> =
        table.columns.iter().filter(|column| values.contains_key(column.name)).copied().collect();
    let cells = columns.iter().map(|column| Cell::of_json(column.kind, values.get(column.name)?));
    let cells: Vec<Cell> = cells.collect::<Option<_>>()?;
    // A column that this program does not know is a fault: only a newer one could have written it.
    (columns.len() == values.len()).then_some(Row { table, columns, cells })
}

fn file_hash(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(RecordsError::engine)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 64 * 1024];
    loop {
        match file.read(&mut buffer).map_err(RecordsError::engine)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::BackupWriter;

    fn create(path: &Path) -> Result<BackupWriter> {
        BackupWriter::create(path, SCHEMA, "2026-11-24T03:00:00Z".parse().unwrap())
    }

    fn make(path: &Path) -> BackupInfo {
        let mut writer = create(path).unwrap();
        for n in 0..200_u8 {
            let value = Cell::Bytes(Some(vec![n; 40]));
            writer.row(&TABLES[0], TABLES[0].columns, &[Cell::Text(Some(n.to_string())), value]).unwrap();
        }
        writer.finish().unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.charley");
        let info = make(&path);
        let backup = Backup::open(&path).unwrap();
        assert_eq!(*backup.info(), info);
        assert_eq!(info.rows, [("secret".to_owned(), 200)]);
        let rows: Vec<_> = backup.rows().unwrap().collect();
        assert_eq!(rows.len(), 200);
        assert_eq!(rows[7].cells, [Cell::Text(Some("7".to_owned())), Cell::Bytes(Some(vec![7; 40]))]);
        assert!(matches!(create(&path), Err(RecordsError::Backup(_))));
    }

    #[test]
    fn an_unfinished_one_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(create(&folder.path().join("a")).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_an_older_version_did_not_have_is_left_to_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut writer = create(&path).unwrap();
        let columns = &TABLES[0].columns[..1];
        writer.row(&TABLES[0], columns, &[Cell::Text(Some("x".to_owned()))]).unwrap();
        writer.finish().unwrap();
        let row = Backup::open(&path).unwrap().rows().unwrap().next().unwrap();
        assert_eq!((row.columns.as_slice(), row.cells.len()), (columns, 1));
        assert_eq!(row.table.insert(&row.columns), "INSERT INTO secret (name) VALUES ($1)");
        assert_eq!(super::row(r#"["secret",{"name":"x","shoe":"y"}]"#), None);
        assert_eq!(super::row(r#"["shoe",{"name":"x"}]"#), None);
    }

    #[test]
    fn a_backup_of_a_newer_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        BackupWriter::create(&path, SCHEMA + 1, jiff::Timestamp::UNIX_EPOCH).unwrap().finish().unwrap();
        let error = Backup::open(&path).unwrap_err().to_string();
        assert!(error.contains("newer Charley"), "{error}");
    }

    #[test]
    fn any_cut_and_any_changed_byte_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        make(&path);
        let whole = std::fs::read(&path).unwrap();
        let other = folder.path().join("b");
        let refused = |bytes: &[u8]| {
            std::fs::write(&other, bytes).unwrap();
            matches!(Backup::open(&other), Err(RecordsError::Backup(_)))
        };
        // The first ten bytes are the gzip header: time and system in it carry nothing.
        for at in (10..whole.len()).step_by(7) {
            assert!(refused(&whole[..at]), "cut at {at}");
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            assert!(refused(&changed), "changed at {at}");
        }
        assert!(refused(b""));
        assert!(!refused(&whole));
    }
}
