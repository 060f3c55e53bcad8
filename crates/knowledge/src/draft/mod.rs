//! The knowledge files as written: nothing is checked beyond their shape.
#![expect(missing_docs, reason = "the fields are the keys that knowledge/README.md documents")]

use serde::Deserialize;
use toml::Spanned;

/// Text with its place in the file.
pub type Text = Spanned<String>;

macro_rules! draft {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }
    };
}

mod reasoned;
mod told;

pub use reasoned::*;
pub use told::*;

draft!(/// Version and date of the knowledge.
Version { date: String, });

/// One file of the knowledge, by folder.
#[derive(Debug, Clone)]
pub enum Part {
    /// `version.toml`
    Version(Version),
    /// `sources/`
    Sources(Sources),
    /// `facts/asked/` (true) or `facts/accepted/` (false)
    Facts(bool, Facts),
    /// `facts/codes/`
    Codes(Codes),
    /// `drugs/`
    Drugs(Drugs),
    /// `labs/`
    Labs(Labs),
    /// `findings/`
    Findings(Findings),
    /// `conditions/`
    Condition(Box<Condition>),
    /// `triage/`
    Triage(Triage),
    /// `tests/`
    Tests(Tests),
    /// `interventions/`
    Interventions(Interventions),
    /// `claims.toml`
    Claims(Claims),
    /// `foods.toml`
    Foods(Foods),
    /// `trials.toml`
    Trials(Trials),
    /// `hazards.toml`
    Hazards(Hazards),
    /// `vascular.toml`
    Vascular(Vascular),
}

/// A file with its parsed part and its text (for line numbers).
#[derive(Debug, Clone)]
pub struct File {
    /// Path below the knowledge folder, with `/`.
    pub path: String,
    /// Text.
    pub text: String,
    /// Parsed.
    pub part: Part,
}

/// Parses one file by its folder.
///
/// # Errors
/// The parser's message with the byte offset where it stumbled.
pub fn parse(path: &str, text: &str) -> Result<Part, (String, Option<usize>)> {
    fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, (String, Option<usize>)> {
        toml::from_str(text).map_err(|e| (e.message().to_owned(), e.span().map(|s| s.start)))
    }
    let part = match path.split('/').collect::<Vec<_>>()[..] {
        ["version.toml"] => Part::Version(read(text)?),
        ["sources", _] => Part::Sources(read(text)?),
        ["facts", "asked", _] => Part::Facts(true, read(text)?),
        ["facts", "accepted", _] => Part::Facts(false, read(text)?),
        ["facts", "codes", _] => Part::Codes(read(text)?),
        ["drugs", _] => Part::Drugs(read(text)?),
        ["labs", _] => Part::Labs(read(text)?),
        ["findings", _] => Part::Findings(read(text)?),
        ["conditions", _] => Part::Condition(Box::new(read(text)?)),
        ["triage", _] => Part::Triage(read(text)?),
        ["tests", _] => Part::Tests(read(text)?),
        ["interventions", _] => Part::Interventions(read(text)?),
        ["claims.toml"] => Part::Claims(read(text)?),
        ["foods.toml"] => Part::Foods(read(text)?),
        ["trials.toml"] => Part::Trials(read(text)?),
        ["hazards.toml"] => Part::Hazards(read(text)?),
        ["vascular.toml"] => Part::Vascular(read(text)?),
        _ => return Err(("no such place in the knowledge: see knowledge/README.md for the folders".to_owned(), None)),
    };
    Ok(part)
}
