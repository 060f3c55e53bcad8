//! Reading input, and refusing it clearly.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use charley_reason::FactError;

/// Input that is refused: the exit code says so.
#[derive(Debug)]
pub struct Refused(pub String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// Largest input of a single case: beyond it nothing is read into memory.
const MAX_BYTES: u64 = 4 << 20;

/// Reads a whole file, or standard input for `-`.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().take(MAX_BYTES + 1).read_to_end(&mut bytes).context("cannot read standard input")?;
    } else {
        let file = std::fs::File::open(path)
            .with_context(|| format!("cannot open {}: give a case file, or - for standard input", path.display()))?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {}", path.display()))?;
    }
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!(
            "{}: larger than {MAX_BYTES} bytes; a case is a few kilobytes (use --jsonl for many)",
            path.display()
        );
        return Err(Refused(message).into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Refused(format!("{}: not UTF-8 text (byte {at})", path.display())).into()
    })
}

/// All refused facts in one message.
pub fn refuse(errors: &[FactError]) -> Refused {
    let lines: Vec<String> = errors.iter().map(|error| format!("  {error}")).collect();
    Refused(format!("the case has {} fact(s) that cannot be used:\n{}", errors.len(), lines.join("\n")))
}
