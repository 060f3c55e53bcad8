//! One A4 for the clinic: JSON in, PDF out.
//!
//! A [`Letter`] says what stands on the sheet; how it looks is in `templates/letter.typ`. The text of a letter is data and
//! never run as markup. The sheet is set in the largest of a few sizes in which it fits one page; when it fits in none, that is
//! an error and nothing is written, because half a hand-over is worse than none.

mod world;

use serde::{Deserialize, Serialize};
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use world::Sheet;

/// Sizes of the text in points, largest first. Below the last nobody can read it on paper.
pub const SIZES: [f64; 6] = [10.0, 9.5, 9.0, 8.5, 8.0, 7.5];
/// Largest letter that is read, in bytes.
pub const MOST_BYTES: usize = 256 * 1024;

/// What stands on the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// First line, such as "Hand-over: leg cramps".
    pub title: String,
    /// Who it is about: name, date of birth.
    pub about: String,
    /// Day on which it was made, as it is to be read.
    pub date: String,
    /// Made-up data: said across the top.
    #[serde(default)]
    pub demonstration: bool,
    /// The box at the top; none on a letter without urgency.
    #[serde(default)]
    pub urgency: Option<Urgency>,
    /// What follows, in two columns.
    pub sections: Vec<Section>,
    /// Last lines: where it comes from, and what it is not.
    pub foot: Vec<String>,
}

/// The box at the top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Urgency {
    /// How soon, in words.
    pub word: String,
    /// 1 for the most urgent to 5: so many bars are drawn, so that it is not told by colour.
    pub level: u8,
    /// Red flags, and what else belongs there.
    pub lines: Vec<String>,
}

/// A part of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// Lines of text.
    #[serde(default)]
    pub text: Vec<String>,
    /// Items of a list.
    #[serde(default)]
    pub items: Vec<String>,
    /// A table; each row has as many cells as there are columns.
    #[serde(default)]
    pub table: Option<Table>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Headings of the columns.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

/// A PDF.
#[derive(Debug, Clone, PartialEq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Size of its text in points.
    pub size: f64,
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The letter is larger than [`MOST_BYTES`].
    #[error("the letter has {0} bytes; at most {MOST_BYTES} are read")]
    TooLarge(usize),
    /// The JSON is not that of a letter.
    #[error("this is not a letter: {0}")]
    NotALetter(#[from] serde_json::Error),
    /// A level that is none, or a table with a row of another length.
    #[error("{0}")]
    Wrong(String),
    /// It does not fit one page in any size.
    #[error("the letter does not fit one A4 in {smallest} points: shorten it", smallest = SIZES[SIZES.len() - 1])]
    TooLong,
    /// The sheet cannot be set: a fault of ours.
    #[error("the sheet cannot be set: {0}")]
    Typesetting(String),
}

/// Reads a letter from JSON.
///
/// # Errors
/// When it is too large, or not a letter.
pub fn read(json: &str) -> Result<Letter, LetterError> {
    if json.len() > MOST_BYTES {
        return Err(LetterError::TooLarge(json.len()));
    }
    let letter: Letter = serde_json::from_str(json)?;
    check(&letter)?;
    Ok(letter)
}

fn check(letter: &Letter) -> Result<(), LetterError> {
    if let Some(urgency) = &letter.urgency
        && !(1..=5).contains(&urgency.level)
    {
        return Err(LetterError::Wrong(format!("urgency.level is {}; give 1 (most urgent) to 5", urgency.level)));
    }
    for section in &letter.sections {
        let Some(table) = &section.table else { continue };
        let uneven = table.rows.iter().any(|row| row.len() != table.columns.len());
        if table.columns.is_empty() || uneven {
            let heading = &section.heading;
            return Err(LetterError::Wrong(format!("the table under \"{heading}\" has a row of another length")));
        }
    }
    Ok(())
}

/// Sets a letter on one A4.
///
/// # Errors
/// [`LetterError::TooLong`] when it fits in no size; [`LetterError::Wrong`].
pub fn pdf(letter: &Letter) -> Result<Pdf, LetterError> {
    check(letter)?;
    let sheet = Sheet::new(serde_json::to_vec(letter)?)?;
    for size in SIZES {
        let document = set(&sheet.at(size))?;
        if document.pages().len() == 1 {
            return Ok(Pdf { bytes: export(&document)?, size });
        }
    }
    Err(LetterError::TooLong)
}

fn set(sheet: &Sheet) -> Result<PagedDocument, LetterError> {
    let document = typst::compile::<PagedDocument>(sheet).output;
    // What was worked out for this letter is not kept for the next one.
    typst::comemo::evict(0);
    document.map_err(|faults| LetterError::Typesetting(in_words(&faults)))
}

fn export(document: &PagedDocument) -> Result<Vec<u8>, LetterError> {
    // Tagged, so that it can be read aloud.
    let standards =
        PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| LetterError::Typesetting(error.to_string()))?;
    let options = PdfOptions { creator: Smart::Custom(Some("Charley".into())), standards, ..PdfOptions::default() };
    typst_pdf::pdf(document, &options).map_err(|faults| LetterError::Typesetting(in_words(&faults)))
}

fn in_words(faults: &[typst::diag::SourceDiagnostic]) -> String {
    faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; ")
}
