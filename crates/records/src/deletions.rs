//! The list of what was deleted, kept beside the database and not in it.
//!
//! A backup that was made before a deletion still holds the person, and a database into which it is restored cannot know
//! that they are gone. This list knows: opaque numbers, one a line, and nothing else. An engine writes it at every deletion,
//! completes it from the audit log whenever it opens the database, and keeps whatever is on it out of what is restored.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::{AccountId, RecordsError, Result, SubjectId};

/// What was deleted: of people the number on their receipt, of accounts their key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deleted {
    /// People, as the audit log knew them.
    pub people: BTreeSet<SubjectId>,
    /// Accounts that were closed.
    pub accounts: BTreeSet<AccountId>,
}

impl Deleted {
    /// One person.
    pub fn person(subject: SubjectId) -> Self {
        Self { people: BTreeSet::from([subject]), ..Self::default() }
    }

    /// One account.
    pub fn account(account: AccountId) -> Self {
        Self { accounts: BTreeSet::from([account]), ..Self::default() }
    }

    /// Takes up what another list says.
    pub fn extend(&mut self, other: Self) {
        self.people.extend(other.people);
        self.accounts.extend(other.accounts);
    }

    fn without(&self, known: &Self) -> Self {
        Self {
            people: self.people.difference(&known.people).copied().collect(),
            accounts: self.accounts.difference(&known.accounts).copied().collect(),
        }
    }

    fn lines(&self) -> String {
        let mut text = String::new();
        for person in &self.people {
            let _ = writeln!(text, "person {person}");
        }
        for account in &self.accounts {
            let _ = writeln!(text, "account {account}");
        }
        text
    }
}

/// The first lines of a new list, for whoever finds the file.
const HEADING: &str = "# What was deleted in this Charley: numbers that lead to nobody. A backup that is restored is kept\n\
                       # from bringing it back by this list. Keep it as long as any backup, and in another place too.\n";

/// A list in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletions {
    path: PathBuf,
}

impl Deletions {
    /// The list in this file, which need not be there yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is on it; nothing when there is no file. A line is `person NUMBER`, `account NUMBER`, or the bare number of a
    /// receipt, so that a list can also be written by hand from receipts.
    ///
    /// # Errors
    /// [`RecordsError::Damaged`] when the file cannot be read, or names the line that is no number.
    pub fn read(&self) -> Result<Deleted> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Deleted::default()),
            Err(error) => return Err(self.damaged(&error.to_string())),
        };
        let mut deleted = Deleted::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |_| {
                self.damaged(&format!("line {} is no number of a receipt: `{line}`. Correct it or take it out", at + 1))
            };
            match line.strip_prefix("account ") {
                Some(number) => drop(deleted.accounts.insert(number.trim().parse().map_err(wrong)?)),
                None => {
                    let number = line.strip_prefix("person ").unwrap_or(line);
                    deleted.people.insert(number.trim().parse().map_err(wrong)?);
                }
            }
        }
        Ok(deleted)
    }

    /// Writes what is not on it yet, and brings it to disk. A list that is not there is made.
    ///
    /// # Errors
    /// [`RecordsError::Damaged`] when it cannot be read or written.
    pub fn add(&self, more: &Deleted) -> Result<()> {
        let new = !self.path.exists();
        let more = more.without(&self.read()?).lines();
        if more.is_empty() && !new {
            return Ok(());
        }
        let text = if new { format!("{HEADING}{more}") } else { more };
        self.append(&text).map_err(|error| self.damaged(&error.to_string()))
    }

    fn append(&self, text: &str) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
            crate::backup::make_folder(folder)?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        // In one piece, so that two programs that append do not mix their lines.
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    fn damaged(&self, why: &str) -> RecordsError {
        RecordsError::Damaged { what: "the list of deletions", why: format!("{}: {why}", self.path.display()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn person(number: u128) -> SubjectId {
        SubjectId(Uuid::from_u128(number))
    }

    #[test]
    fn what_is_written_is_read_and_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let list = Deletions::at(folder.path().join("deep/charley.deleted"));
        assert_eq!(list.read().unwrap(), Deleted::default());
        list.add(&Deleted::default()).unwrap();
        assert!(list.path().is_file(), "an empty list is there too: it says that nothing was deleted");
        let mut deleted = Deleted::person(person(1));
        list.add(&deleted).unwrap();
        deleted.extend(Deleted::account(AccountId(Uuid::from_u128(2))));
        deleted.extend(Deleted::person(person(3)));
        list.add(&deleted).unwrap();
        list.add(&deleted).unwrap();
        assert_eq!(list.read().unwrap(), deleted);
        let text = std::fs::read_to_string(list.path()).unwrap();
        assert_eq!(text.lines().filter(|line| !line.starts_with('#')).count(), 3, "{text}");
    }

    #[test]
    fn a_list_by_hand_is_read_and_a_bad_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let list = Deletions::at(folder.path().join("receipts.txt"));
        let number = person(7);
        std::fs::write(list.path(), format!("# from paper\n\n  {number}  \r\nperson {}\n", person(8))).unwrap();
        assert_eq!(list.read().unwrap().people, BTreeSet::from([person(7), person(8)]));
        std::fs::write(list.path(), format!("{number}\nAnna Example\n")).unwrap();
        let error = list.read().unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("receipts.txt"), "{error}");
        std::fs::write(list.path(), [0xff, 0xfe]).unwrap();
        assert!(matches!(list.read(), Err(RecordsError::Damaged { .. })));
    }
}
