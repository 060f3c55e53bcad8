//! Reading the files, from the binary or from a folder.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::check;
use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::draft::{File, parse};
use crate::model::Knowledge;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../knowledge");

/// Knowledge as written: parsed, not checked.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Files in order of their path.
    pub files: Vec<File>,
    version: String,
}

/// Why knowledge cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}. Give a folder laid out like the project's knowledge/")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Faults in the files.
    #[error(transparent)]
    Faults(#[from] Faults),
}

/// The knowledge that is built into the binary.
///
/// # Errors
/// [`Faults`]; the test suite holds that there are none in what is shipped.
pub fn embedded() -> Result<Knowledge, Faults> {
    Draft::embedded()?.check()
}

impl Draft {
    /// Parses the embedded files.
    ///
    /// # Errors
    /// [`Faults`] of shape.
    pub fn embedded() -> Result<Self, Faults> {
        let mut texts = Vec::new();
        collect(&EMBEDDED, &mut texts);
        Self::from_texts(texts)
    }

    /// Parses a folder.
    ///
    /// # Errors
    /// [`LoadError`] when a file cannot be read or has the wrong shape.
    pub fn read(folder: &Path) -> Result<Self, LoadError> {
        let mut texts = Vec::new();
        walk(folder, folder, &mut texts)?;
        Ok(Self::from_texts(texts)?)
    }

    /// Parses texts with their paths.
    ///
    /// # Errors
    /// [`Faults`] of shape, all of them.
    pub fn from_texts(mut texts: Vec<(String, String)>) -> Result<Self, Faults> {
        texts.retain(|(path, _)| path.ends_with(".toml"));
        texts.sort();
        let mut hash = Sha256::new();
        let mut files = Vec::new();
        let mut faults = Vec::new();
        for (path, text) in texts {
            let text = text.replace("\r\n", "\n");
            hash.update(path.as_bytes());
            hash.update([0]);
            hash.update(text.as_bytes());
            hash.update([0]);
            match parse(&path, &text) {
                Ok(part) => files.push(File { path, text, part }),
                Err((message, offset)) => faults.push(Diagnostic {
                    place: Place { line: offset.map_or(0, |at| line_of(&text, at)), file: path },
                    message,
                }),
            }
        }
        if faults.is_empty() { Ok(Self { files, version: hex(&hash.finalize()) }) } else { Err(Faults(faults)) }
    }

    /// Resolves every name and checks every number.
    ///
    /// # Errors
    /// [`Faults`], each with its line.
    pub fn check(self) -> Result<Knowledge, Faults> {
        check::check(&self.files, self.version)
    }
}

/// Line of a byte offset, from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn collect(dir: &Dir<'_>, texts: &mut Vec<(String, String)>) {
    for file in dir.files() {
        if let Some(text) = file.contents_utf8() {
            texts.push((file.path().to_string_lossy().replace('\\', "/"), text.to_owned()));
        }
    }
    for sub in dir.dirs() {
        collect(sub, texts);
    }
}

fn walk(root: &Path, folder: &Path, texts: &mut Vec<(String, String)>) -> Result<(), LoadError> {
    let fail = |path: &Path| {
        let path = path.to_path_buf();
        move |source| LoadError::Read { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(fail(folder))? {
        let path = entry.map_err(fail(folder))?.path();
        if path.is_dir() {
            walk(root, &path, texts)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).map_err(fail(&path))?;
            let below = path.strip_prefix(root).unwrap_or(&path);
            texts.push((below.to_string_lossy().replace('\\', "/"), text));
        }
    }
    Ok(())
}
