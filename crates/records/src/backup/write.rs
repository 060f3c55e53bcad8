//! Writing a backup.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{Cell, Column, FORMAT, Header, Table, Trailer};
use crate::maintenance::BackupInfo;
use crate::secret::hex;
use crate::{RecordsError, Result};

/// Writes a backup beside its place and moves it there when it is whole and on disk. Dropped before, it leaves nothing.
#[derive(Debug)]
pub struct BackupWriter {
    to: PathBuf,
    part: PathBuf,
    gzip: GzEncoder<Hashed>,
    lines: Sha256,
    rows: Vec<(String, u64)>,
    finished: bool,
}

#[derive(Debug)]
struct Hashed {
    file: File,
    hash: Sha256,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn failed(path: &Path, error: impl std::fmt::Display) -> RecordsError {
    RecordsError::Backup(format!("{} cannot be written: {error}", path.display()))
}

impl BackupWriter {
    /// Starts a backup of a database whose schema is of this version.
    ///
    /// # Errors
    /// [`RecordsError::Backup`] when the file exists or its folder cannot be written.
    pub fn create(to: &Path, schema: i64, now: Timestamp) -> Result<Self> {
        refuse_existing(to)?;
        let name = to.file_name().ok_or_else(|| failed(to, "it has no file name"))?.to_string_lossy();
        let random = crate::random()?;
        let part = to.with_file_name(format!(".{name}.{random}.part"));
        let file = private(&part).map_err(|error| failed(to, error))?;
        let gzip = GzEncoder::new(Hashed { file, hash: Sha256::new() }, Compression::default());
        let mut writer =
            Self { to: to.to_path_buf(), part, gzip, lines: Sha256::new(), rows: Vec::new(), finished: false };
        let header = Header { format: FORMAT.to_owned(), schema, made: now };
        writer.line(&serde_json::to_string(&header).map_err(RecordsError::engine)?)?;
        Ok(writer)
    }

    /// A row of a table: the values of these columns. Tables come one after the other.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, table: &Table, columns: &[Column], cells: &[Cell]) -> Result<()> {
        let row: serde_json::Map<String, serde_json::Value> =
            columns.iter().zip(cells).map(|(column, cell)| (column.name.to_owned(), cell.to_json())).collect();
        match self.rows.last_mut() {
            Some((name, count)) if name == table.name => *count += 1,
            _ => self.rows.push((table.name.to_owned(), 1)),
        }
        self.line(&serde_json::json!([table.name, row]).to_string())
    }

    /// Ends the file, brings it to disk and moves it to its place.
    ///
    /// # Errors
    /// When that fails; then there is no file.
    pub fn finish(mut self) -> Result<BackupInfo> {
        let rows = std::mem::take(&mut self.rows);
        let trailer = Trailer { rows: rows.clone(), sha256: hex(&self.lines.clone().finalize()) };
        self.line(&serde_json::to_string(&trailer).map_err(RecordsError::engine)?)?;
        self.gzip.try_finish().map_err(|error| failed(&self.to, error))?;
        let hashed = self.gzip.get_mut();
        hashed.file.sync_all().map_err(|error| failed(&self.to, error))?;
        let sha256 = hex(&hashed.hash.clone().finalize());
        refuse_existing(&self.to)?;
        std::fs::rename(&self.part, &self.to).map_err(|error| failed(&self.to, error))?;
        self.finished = true;
        // The new name is on disk only when its folder is. Not every system can open a folder, hence no error.
        let folder = self.to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
        Ok(BackupInfo { rows, sha256 })
    }

    fn line(&mut self, text: &str) -> Result<()> {
        self.lines.update(text.as_bytes());
        self.lines.update(b"\n");
        writeln!(self.gzip, "{text}").map_err(|error| failed(&self.to, error))
    }
}

impl Drop for BackupWriter {
    fn drop(&mut self) {
        if !self.finished {
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

fn refuse_existing(to: &Path) -> Result<()> {
    if to.exists() { Err(failed(to, "it exists already; choose another name")) } else { Ok(()) }
}

/// A new file that only its owner may read: it holds health data.
fn private(path: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
