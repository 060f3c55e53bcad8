//! Copies that the program makes itself before it migrates a database.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use crate::people::BACKUP_DAYS;

/// How the time stands in a name: it sorts as it passes.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// Where such copies lie, and how they are named: `NAME.before-vVERSION.TIME.ENDING`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    folder: PathBuf,
    prefix: String,
    ending: &'static str,
}

impl Copies {
    /// Copies of the database `name`, in a folder.
    pub fn of(folder: &Path, name: &str, ending: &'static str) -> Self {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        // A name of a database on a server may hold anything; in a file name it must not lead elsewhere.
        let name = name.replace(|sign: char| !(sign.is_alphanumeric() || "-_. ".contains(sign)), "_");
        Self { folder: folder.to_path_buf(), prefix: format!("{name}.before-v"), ending }
    }

    /// The place for one that is made now, before a migration to a version.
    pub fn next(&self, version: i64, now: Timestamp) -> PathBuf {
        self.folder.join(format!("{}{version}.{}.{}", self.prefix, now.strftime(TIME), self.ending))
    }

    /// Destroys those that are past their day: the receipts of deletions promise it. Failing to is no reason not to open.
    pub fn forget(&self, now: Timestamp) {
        let oldest = (now - SignedDuration::from_hours(24 * BACKUP_DAYS)).strftime(TIME).to_string();
        for file in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = file.file_name();
            let made = name.to_str().and_then(|name| {
                let rest = name.strip_prefix(&self.prefix)?.strip_suffix(self.ending)?.strip_suffix('.')?;
                rest.split_once('.').map(|(_, made)| made)
            });
            if made.is_some_and(|made| made.len() == oldest.len() && made < oldest.as_str()) {
                let _ = std::fs::remove_file(file.path());
            }
        }
    }
}

/// Makes a folder for its owner only: it will hold health data.
///
/// # Errors
/// When the system refuses.
pub fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-24T03:00:00Z".parse().unwrap()
    }

    #[test]
    fn copies_are_forgotten_after_their_days_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let copies = Copies::of(folder.path(), "legs", "charley");
        let days = |days: i64| now() + SignedDuration::from_hours(24 * days);
        let others = [
            "legs.db",
            "legs.before-v2.txt",
            "legs.before-v2.20260101T000000Z.txt",
            "other.before-v2.20260101T000000Z.charley",
        ];
        let (old, young) = (copies.next(2, now()), copies.next(3, days(1)));
        assert!(old.ends_with("legs.before-v2.20261124T030000Z.charley"));
        for path in others.iter().map(|name| folder.path().join(name)).chain([old.clone(), young.clone()]) {
            std::fs::write(path, "x").unwrap();
        }
        copies.forget(days(BACKUP_DAYS));
        assert!(old.exists(), "on its last day it is still there");
        copies.forget(days(BACKUP_DAYS) + SignedDuration::from_secs(1));
        assert!(!old.exists() && young.exists());
        assert!(others.iter().all(|name| folder.path().join(name).exists()));
    }

    #[test]
    fn a_name_does_not_lead_out_of_the_folder() {
        let path = Copies::of(Path::new("/data"), "../../etc/legs\n", "charley").next(2, now());
        assert_eq!(path, Path::new("/data/.._.._etc_legs_.before-v2.20261124T030000Z.charley"));
    }
}
