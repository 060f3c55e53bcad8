//! One A4 for a colleague: JSON in, PDF out.
//!
//! A [`Letter`] says what stands on the sheet; how it looks is in `templates/letter.typ`. The text of a letter is data and
//! never run as markup. The sheet is set in the largest of a few sizes in which it fits one page; when it fits in none, that is
//! an error and nothing is written, because half a hand-over is worse than none. The same holds for a sign that the font does
//! not have.

mod letter;
mod sheet;

use std::collections::BTreeSet;

use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

pub use letter::{Block, Letter, MOST_BYTES, Row, Run};
use sheet::Sheet;

/// Sizes of the text in points, largest first. Below the last it is hard to read on paper.
pub const SIZES: [f64; 7] = [11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0];

/// A PDF.
#[derive(Debug, Clone, PartialEq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Size of its text in points.
    pub size: f64,
}

/// What can go wrong. No message holds words of the letter.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The letter is larger than [`MOST_BYTES`].
    #[error("the letter has {0} bytes; at most {MOST_BYTES} are read")]
    TooLarge(usize),
    /// The JSON is not that of a letter.
    #[error("this is not a letter: line {}, column {}", .0.line(), .0.column())]
    NotALetter(#[from] serde_json::Error),
    /// The font has no shape for some signs.
    #[error("the font does not have {0}")]
    Signs(String),
    /// It does not fit one page in any size.
    #[error("the letter does not fit one A4 in {smallest} points: shorten it", smallest = SIZES[SIZES.len() - 1])]
    TooLong,
    /// The sheet cannot be set: a fault of ours.
    #[error("the sheet cannot be set: {0}")]
    Typesetting(String),
}

/// Sets a letter on one A4.
///
/// # Errors
/// [`LetterError::Signs`] when the font lacks some, [`LetterError::TooLong`] when it fits in no size.
pub fn pdf(letter: &Letter) -> Result<Pdf, LetterError> {
    let letter = letter.tidy();
    known(&letter)?;
    let sheet = Sheet::new(serde_json::to_vec(&letter)?)?;
    for size in SIZES {
        let document = typst::compile::<PagedDocument>(&sheet.at(size)).output.map_err(|faults| in_words(&faults))?;
        if document.pages().len() == 1 {
            return Ok(Pdf { bytes: export(&document)?, size });
        }
    }
    Err(LetterError::TooLong)
}

fn known(letter: &Letter) -> Result<(), LetterError> {
    let known = |sign: &char| *sign == letter::BREAK || sheet::has(*sign);
    let signs: BTreeSet<char> = letter.texts().flat_map(str::chars).filter(|sign| !known(sign)).collect();
    if signs.is_empty() {
        return Ok(());
    }
    let codes: Vec<String> = signs.iter().map(|sign| format!("U+{:04X}", u32::from(*sign))).collect();
    Err(LetterError::Signs(codes.join(", ")))
}

fn export(document: &PagedDocument) -> Result<Vec<u8>, LetterError> {
    // Tagged, so that it can be read aloud.
    let standards = PdfStandards::new(&[PdfStandard::Ua_1])
        .map_err(|error| LetterError::Typesetting(error.message().to_string()))?;
    let options = PdfOptions { creator: Smart::Custom(Some("Charley".into())), standards, ..PdfOptions::default() };
    typst_pdf::pdf(document, &options).map_err(|faults| in_words(&faults))
}

fn in_words(faults: &[typst::diag::SourceDiagnostic]) -> LetterError {
    LetterError::Typesetting(faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; "))
}
