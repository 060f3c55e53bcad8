//! Letters as PDF: which program makes them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use charley_web::letters::Press;

/// Where the program may stand instead of on the command line.
const LETTERS: &str = "CHARLEY_LETTERS";
/// Its name.
const PROGRAM: &str = "charley-letters";

/// Arguments.
#[derive(Debug, Default, clap::Args)]
pub struct Setting {
    /// Program that makes a hand-over into a PDF [default: `charley-letters` beside this program, if it is there]; or set
    /// CHARLEY_LETTERS.
    #[arg(long, value_name = "FILE")]
    letters: Option<PathBuf>,
}

impl Setting {
    /// What makes letters; none where there is no such program.
    pub fn press(&self) -> anyhow::Result<Option<Press>> {
        let named = self.letters.clone().or_else(|| std::env::var_os(LETTERS).map(PathBuf::from));
        let here = std::env::current_exe().ok();
        Ok(program(named.as_deref(), here.as_deref())?.map(Press::new))
    }
}

/// The program that was named, which must be there, or the one beside this program, which may be.
fn program(named: Option<&Path>, here: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    let Some(named) = named else {
        let beside = here.map(|here| here.with_file_name(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX)));
        return Ok(beside.filter(|path| path.is_file()));
    };
    // In full, so that a bare name is never looked for elsewhere.
    let path = named.canonicalize().with_context(|| format!("there is no program at {}", named.display()))?;
    ensure!(path.is_file(), "{} is no program: name the file `{PROGRAM}`", named.display());
    Ok(Some(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_named_must_be_there_and_one_beside_this_may_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let here = folder.path().join("charley");
        assert_eq!(program(None, Some(&here)).expect("no fault"), None);
        let beside = folder.path().join(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX));
        assert!(program(Some(&beside), Some(&here)).is_err() && program(Some(folder.path()), None).is_err());
        std::fs::write(&beside, "").expect("a file");
        assert_eq!(program(None, Some(&here)).expect("no fault"), Some(beside.clone()));
        let named = program(Some(&beside), None).expect("no fault").expect("a program");
        assert!(named.is_absolute() && named.ends_with(beside.file_name().expect("a name")));
    }
}
