//! What can be told: facts, medicines, laboratory values.

use std::collections::HashMap;

use super::{CodeId, FactIx};
use crate::expr::Band;
use crate::expr::Expr;
use crate::expr::Op;

/// Kind of value a fact takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// Yes or no.
    YesNo,
    /// A number with a unit.
    Number,
    /// A code.
    Code,
    /// A number or a code or band.
    NumberOrCode,
    /// A duration: number with unit, or a word (days, weeks, ...).
    Duration,
}

/// A fact.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Name, as in cases.
    pub name: String,
    /// Kind.
    pub kind: FactKind,
    /// One line.
    pub meaning: String,
    /// Canonical unit; empty when it has none.
    pub unit: String,
    /// Lowest value that is possible.
    pub min: f64,
    /// Highest value that is possible.
    pub max: f64,
    /// Other units: canonical = factor × value + offset.
    pub units: Vec<(String, f64, f64)>,
    /// May be given more than once.
    pub repeat: bool,
    /// Closed list of codes; empty when open.
    pub values: Vec<String>,
    /// Laboratory analyte behind it.
    pub analyte: Option<usize>,
    /// How it is asked.
    pub ask: Option<Ask>,
}

/// How a fact is asked.
#[derive(Debug, Clone)]
pub struct Ask {
    /// True when a person can answer it at home.
    pub person: bool,
    /// The question.
    pub question: String,
    /// Why we ask.
    pub why: String,
    /// Help; may be empty.
    pub help: String,
    /// Answers of a coded question.
    pub options: Vec<Opt>,
    /// 1 easy, 3 needs measuring.
    pub burden: f64,
    /// Asked only when this is not false.
    pub when: Option<Expr>,
}

/// One answer of a coded question.
#[derive(Debug, Clone)]
pub struct Opt {
    /// Code.
    pub value: String,
    /// Label.
    pub label: String,
}

/// All codes, with their ancestors.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    /// Ids.
    pub ids: Vec<String>,
    /// Plain names; empty when none is given.
    pub names: Vec<String>,
    /// Of each code: itself and all it is a kind of.
    pub ancestors: Vec<Vec<CodeId>>,
    /// By id, synonym or medicine name.
    pub by_word: HashMap<String, CodeId>,
    /// Diagnoses that stand in the lexicon.
    pub conditions: Vec<CodeId>,
}

impl Codes {
    /// The id of a code.
    pub fn id(&self, code: CodeId) -> &str {
        &self.ids[code.at()]
    }

    /// The plain name of a code: its given name, or its id with spaces.
    pub fn name(&self, code: CodeId) -> String {
        let name = &self.names[code.at()];
        if name.is_empty() { self.ids[code.at()].replace('_', " ") } else { name.clone() }
    }

    /// True when `code` is `kind` or a kind of it.
    pub fn is_a(&self, code: CodeId, kind: CodeId) -> bool {
        self.ancestors[code.at()].contains(&kind)
    }
}

/// A class of medicines.
#[derive(Debug, Clone)]
pub struct DrugClass {
    /// Code.
    pub code: CodeId,
    /// Plain name.
    pub name: String,
    /// 0 to 3 as in the sheet; none when not rated.
    pub strength: Option<i64>,
    /// Published size in words.
    pub size: String,
    /// Direction for k, mg, ca, na.
    pub effects: Vec<(String, String)>,
    /// Question for the prescriber.
    pub ask: String,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}

/// A medicine.
#[derive(Debug, Clone)]
pub struct Medicine {
    /// Code.
    pub code: CodeId,
    /// RxNorm ingredient code; may be empty.
    pub rxcui: String,
    /// Brand names.
    pub brands: Vec<String>,
    /// Misspellings that suggest it.
    pub misspellings: Vec<String>,
}

/// Two things that need care together.
#[derive(Debug, Clone)]
pub struct Interaction {
    /// Id.
    pub id: String,
    /// When.
    pub when: Expr,
    /// Plain words.
    pub text: String,
    /// block, refer or space.
    pub action: String,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}

/// A laboratory analyte.
#[derive(Debug, Clone)]
pub struct Analyte {
    /// Id.
    pub id: String,
    /// Fact.
    pub fact: FactIx,
    /// Name.
    pub name: String,
    /// Other names that reports print.
    pub synonyms: Vec<String>,
    /// Canonical unit.
    pub unit: String,
    /// Usual interval low, female and male.
    pub low: [Option<f64>; 2],
    /// Usual interval high, female and male.
    pub high: [Option<f64>; 2],
    /// Very low.
    pub very_low: Option<f64>,
    /// Very high from here on, female and male.
    pub very_high: [Option<f64>; 2],
    /// LOINC codes.
    pub loinc: Vec<String>,
    /// Meaning when low.
    pub meaning_low: String,
    /// Meaning when high.
    pub meaning_high: String,
    /// Panel order.
    pub order: i64,
    /// Critical values.
    pub critical: Vec<Critical>,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}

/// What makes a value critical.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// A number in the canonical unit.
    Number(Op, f64),
    /// A band that was given without a number.
    Band(Band),
}

/// A critical value of an analyte.
#[derive(Debug, Clone)]
pub struct Critical {
    /// What is critical.
    pub limit: Limit,
    /// Urgency word.
    pub disposition: String,
    /// Further condition.
    pub when: Option<Expr>,
    /// Reason in plain words.
    pub reason: String,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}
