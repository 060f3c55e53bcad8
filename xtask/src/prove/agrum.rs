//! pyAgrum, an outside library for Bayesian networks, in a folder of its own under the build folder.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use crate::net::cut::Cut;
use crate::shell::{bounded, show, tail};

/// Answers of the library.
#[derive(Debug, Deserialize)]
pub struct Answers {
    /// Name and version.
    pub library: String,
    /// For each cut: of each condition.
    pub posteriors: Vec<Vec<f64>>,
}

/// A Python that has the library; installed once.
///
/// # Errors
/// When there is no Python or the package index does not answer.
pub fn python() -> anyhow::Result<PathBuf> {
    let folder = crate::root::proofs().join("venv");
    let python = folder.join("bin/python");
    let works = |python: &PathBuf| {
        Command::new(python).args(["-c", "import pyagrum"]).output().is_ok_and(|output| output.status.success())
    };
    if works(&python) {
        return Ok(python);
    }
    println!("   installing pyAgrum into the build folder");
    show(Command::new("python3").args(["-m", "venv"]).arg(&folder)).context("python3 with venv is needed")?;
    let requirements = crate::root::root().join("proofs/requirements.txt");
    show(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(requirements))?;
    ensure!(works(&python), "pyAgrum is installed but does not load");
    Ok(python)
}

/// Posteriors of these cuts by pyAgrum.
///
/// # Errors
/// When the library cannot be run or its answer cannot be read.
pub fn posteriors(cuts: &[Cut]) -> anyhow::Result<Answers> {
    let python = python()?;
    let folder = crate::root::proofs();
    let (asked, answered) = (folder.join("cuts.json"), folder.join("cuts-answered.json"));
    std::fs::write(&asked, serde_json::to_string(cuts)?)?;
    let _ = std::fs::remove_file(&answered);
    let script = crate::root::root().join("proofs/pyagrum_cuts.py");
    let mut command = Command::new(python);
    command.arg(script).arg(&asked).arg(&answered);
    let ended = bounded(&mut command, Duration::from_secs(3_600))?;
    ensure!(ended.success, "pyAgrum did not answer: {}", tail(&ended.text, 10));
    let text = std::fs::read_to_string(&answered)?;
    let answers: Answers = serde_json::from_str(&text)?;
    ensure!(answers.posteriors.len() == cuts.len(), "pyAgrum answered {} cuts", answers.posteriors.len());
    Ok(answers)
}
