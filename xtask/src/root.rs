//! Where things are.

use std::path::{Path, PathBuf};

/// The folder of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The build folder: where this program runs from, unless the environment names it.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// A folder for partial results of the proofs.
pub fn proofs() -> PathBuf {
    target().join("proofs")
}

/// The folder of reference data (published cases, survey data), which is not part of the repository.
///
/// Set by the environment only: building and testing must not depend on what lies beside the clone.
pub fn reference_data() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("CHARLEY_REFERENCE_DATA")?);
    folder.is_dir().then_some(folder)
}

/// What is said when reference data are absent.
pub const NO_REFERENCE_DATA: &str =
    "SKIPPED: CHARLEY_REFERENCE_DATA does not name a folder, so published cases were NOT checked";
