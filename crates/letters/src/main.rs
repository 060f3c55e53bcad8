//! Reads a letter (JSON) from standard input and writes the PDF to standard output.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use charley_letters::{Letter, MOST_BYTES, pdf};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("charley-letters: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    if std::io::stdin().is_terminal() || std::env::args().len() > 1 {
        return Err("give the letter on standard input: charley-letters < letter.json > letter.pdf".into());
    }
    let mut json = Vec::new();
    std::io::stdin().take(MOST_BYTES as u64 + 1).read_to_end(&mut json)?;
    let sheet = pdf(&Letter::read(&json)?)?;
    std::io::stdout().write_all(&sheet.bytes)?;
    Ok(())
}
