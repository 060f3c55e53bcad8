//! Partial results of a proof, so that an interrupted one goes on where it was.

use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::path::PathBuf;

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Results of finished parts. Most hold for one program only: what is built in (solver, knowledge, seeds) changes it.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    parts: Parts,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Parts {
    program: String,
    done: BTreeMap<String, serde_json::Value>,
}

impl Store {
    /// What earlier runs of this same program have done.
    ///
    /// # Errors
    /// When the folder cannot be made or this program cannot be read.
    pub fn open(name: &str, fresh: bool) -> anyhow::Result<Self> {
        Self::of(name, fingerprint()?, fresh)
    }

    /// What earlier runs have done, whatever the program was: for parts that say themselves what they hold for.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn lasting(name: &str, fresh: bool) -> anyhow::Result<Self> {
        Self::of(name, "any".to_owned(), fresh)
    }

    fn of(name: &str, program: String, fresh: bool) -> anyhow::Result<Self> {
        let folder = crate::root::proofs();
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let path = folder.join(format!("{name}.json"));
        let known = std::fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str::<Parts>(&text).ok());
        let parts = known
            .filter(|parts| !fresh && parts.program == program)
            .unwrap_or_else(|| Parts { program, done: BTreeMap::new() });
        Ok(Self { path, parts })
    }

    /// The result of a part that was done.
    pub fn known<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.parts.done.get(name).and_then(|known| serde_json::from_value(known.clone()).ok())
    }

    /// The result of a part: from an earlier run, else computed now and kept.
    ///
    /// # Errors
    /// When the part fails or cannot be kept.
    pub fn part<T: Serialize + DeserializeOwned>(
        &mut self,
        name: &str,
        run: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        if let Some(value) = self.known(name) {
            println!("   {name}: done in an earlier run");
            return Ok(value);
        }
        let started = std::time::Instant::now();
        let value = run()?;
        println!("   {name}: {:.1} s", started.elapsed().as_secs_f64());
        self.keep(name, &value)?;
        Ok(value)
    }

    /// Keeps the result of a part.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep<T: Serialize>(&mut self, name: &str, value: &T) -> anyhow::Result<()> {
        self.parts.done.insert(name.to_owned(), serde_json::to_value(value)?);
        let text = serde_json::to_string(&self.parts)?;
        let half = self.path.with_extension("part");
        std::fs::write(&half, text).with_context(|| format!("cannot write {}", half.display()))?;
        std::fs::rename(&half, &self.path)?;
        Ok(())
    }
}

/// A hash of this very program.
fn fingerprint() -> anyhow::Result<String> {
    let path = std::env::current_exe()?;
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    // Not for secrets: it only tells one build from another.
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(&bytes);
    Ok(format!("{:016x}", hasher.finish()))
}
