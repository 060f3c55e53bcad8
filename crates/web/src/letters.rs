//! Letters as PDF. They are set by a program of their own (`crates/letters`), because the typesetter is large and pages do well
//! without it: where it is missing, nothing is offered and people print the page.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use charley_clinic::handover::Letter;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::error::WebError;
use crate::state::AppState;

/// Letters that are made side by side.
const AT_ONCE: usize = 2;
/// A letter waits so long for its turn, and then takes so long at most.
const PATIENCE: Duration = Duration::from_secs(10);
/// Largest PDF that is passed on: a sheet has some tens of kilobytes.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// The program that makes letters into PDF.
#[derive(Debug, Clone)]
pub struct Press {
    program: PathBuf,
    turns: Arc<Semaphore>,
    patience: Duration,
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("it took too long")]
    TooLong(#[from] tokio::time::error::Elapsed),
    #[error("the program cannot be run: {0}")]
    Run(#[from] std::io::Error),
    #[error("the letter cannot be written: {0}")]
    Write(#[from] serde_json::Error),
    #[error("the program gave no PDF")]
    NoPdf,
}

impl Press {
    /// A press over this program, which reads a letter from its standard input and writes a PDF.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), turns: Arc::new(Semaphore::new(AT_ONCE)), patience: PATIENCE }
    }

    async fn pdf(&self, letter: &Letter) -> Result<Vec<u8>, Failed> {
        let json = serde_json::to_vec(letter)?;
        let turn = timeout(self.patience, self.turns.acquire()).await?;
        let pdf = timeout(self.patience, self.run(&json)).await?;
        drop(turn);
        pdf
    }

    async fn run(&self, json: &[u8]) -> Result<Vec<u8>, Failed> {
        // Nothing of our surroundings goes along, and what it complains of goes where our own complaints go.
        let mut child = Command::new(&self.program)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failed::NoPdf);
        };
        input.write_all(json).await?;
        // It begins when the letter is at its end.
        drop(input);
        let mut pdf = Vec::new();
        output.take(MOST_BYTES as u64 + 1).read_to_end(&mut pdf).await?;
        let whole = pdf.len() <= MOST_BYTES && pdf.starts_with(b"%PDF-");
        if whole && child.wait().await?.success() { Ok(pdf) } else { Err(Failed::NoPdf) }
    }
}

/// The answer with a letter as a file. `page`: where the same can be read and printed.
///
/// # Errors
/// [`WebError::NotFound`] when no letters are made here; [`WebError::NoPdf`] when this one was not.
pub async fn answer(state: &AppState, letter: &Letter, page: String) -> Result<Response, WebError> {
    let press = state.letters().ok_or(WebError::NotFound)?;
    let pdf = press.pdf(letter).await.map_err(|_| WebError::NoPdf(page))?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"hand-over.pdf\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, pdf).into_response())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn press(program: &str) -> Press {
        Press { patience: Duration::from_millis(500), ..Press::new(program) }
    }

    fn script(name: &str) -> String {
        format!("{}/tests/letters/{name}", env!("CARGO_MANIFEST_DIR"))
    }

    fn letter() -> Letter {
        let empty = || String::new();
        let (urgency, blocks) = (Vec::new(), Vec::new());
        Letter { title: "Hand-over".to_owned(), notice: empty(), about: empty(), urgency, blocks, foot: empty() }
    }

    async fn failed(press: &Press) -> String {
        press.pdf(&letter()).await.expect_err("it fails").to_string()
    }

    #[tokio::test]
    async fn the_program_gets_the_letter_and_nothing_else() {
        let pdf = Press::new(script("echo")).pdf(&letter()).await.expect("a PDF");
        let said = String::from_utf8(pdf).expect("text");
        assert!(said.starts_with("%PDF-0 {\"title\":\"Hand-over\""), "{said}");
        assert!(!said.contains("CARGO"), "{said}");
    }

    #[tokio::test]
    async fn what_is_no_pdf_or_has_no_end_is_a_failure() {
        assert!(failed(&press("/no/such/program")).await.contains("cannot be run"));
        // One that gives back what it gets, one that ends badly, one that writes for ever.
        for program in ["/bin/cat", "/bin/false", "/usr/bin/yes"] {
            let said = failed(&Press::new(program)).await;
            assert!(said.contains("no PDF") || said.contains("cannot be run"), "{program}: {said}");
        }
        assert_eq!(failed(&press(&script("slow"))).await, "it took too long");
    }

    #[tokio::test]
    async fn no_more_than_two_run_and_nobody_waits_for_ever() {
        let press = press(&script("echo"));
        let turns = [press.turns.acquire().await, press.turns.acquire().await];
        assert_eq!(failed(&press).await, "it took too long");
        drop(turns);
        assert!(press.pdf(&letter()).await.is_ok());
    }
}
