//! Files about what can be told: sources, facts, medicines, laboratory values.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Text;

draft!(/// `sources/*.toml`
Sources { #[serde(default)] source: Vec<Source>, });
draft!(/// One source.
Source {
    key: Text,
    #[serde(default)] authors: String,
    title: String,
    #[serde(default)] journal: String,
    #[serde(default)] year: Option<i64>,
    #[serde(default)] id: String,
    #[serde(default)] id_unconfirmed: bool,
    tier: String,
    #[serde(default)] note: String,
});

draft!(/// `facts/{asked,accepted}/*.toml`
Facts { #[serde(default)] fact: Vec<Fact>, });
draft!(/// One fact.
Fact {
    name: Text,
    r#type: String,
    meaning: String,
    #[serde(default)] unit: String,
    #[serde(default)] min: Option<f64>,
    #[serde(default)] max: Option<f64>,
    #[serde(default)] units: BTreeMap<String, f64>,
    #[serde(default)] repeat: bool,
    #[serde(default)] values: Vec<String>,
    #[serde(default)] analyte: bool,
    #[serde(default)] ask: Option<Ask>,
});
draft!(/// How a fact is asked.
Ask {
    to: Vec<String>,
    question: String,
    why: String,
    #[serde(default)] help: String,
    #[serde(default)] options: Vec<Opt>,
    #[serde(default = "one")] burden: f64,
    #[serde(default)] when: Option<Text>,
});
draft!(/// One answer of a coded question.
Opt { value: String, label: String, });

fn one() -> f64 {
    1.0
}

draft!(/// `facts/codes/*.toml`
Codes { #[serde(default)] code: Vec<Code>, });
draft!(/// One code.
Code {
    fact: OneOrMany,
    id: Text,
    #[serde(default)] name: String,
    #[serde(default)] is_a: Vec<String>,
    #[serde(default)] synonyms: Vec<String>,
    #[serde(default)] icd10cm: String,
    #[serde(default)] note: String,
});

/// A word or a list of words.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    /// As a slice of words.
    pub fn words(&self) -> Vec<&str> {
        match self {
            Self::One(word) => vec![word],
            Self::Many(words) => words.iter().map(String::as_str).collect(),
        }
    }
}

draft!(/// `drugs/*.toml`
Drugs {
    #[serde(default)] class: Vec<DrugClass>,
    #[serde(default)] medicine: Vec<Medicine>,
    #[serde(default)] interaction: Vec<Interaction>,
    #[serde(default)] prompt: Vec<Prompt>,
});
draft!(/// A class of medicines.
DrugClass {
    id: Text,
    name: String,
    #[serde(default)] is_a: Vec<String>,
    #[serde(default)] strength: Option<i64>,
    #[serde(default)] size: String,
    #[serde(default)] effects: BTreeMap<String, String>,
    #[serde(default)] ask: String,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
    #[serde(default)] note: String,
});
draft!(/// One medicine.
Medicine {
    id: Text,
    #[serde(default)] class: Vec<String>,
    #[serde(default)] rxcui: String,
    #[serde(default)] names: Vec<String>,
    #[serde(default)] brands: Vec<String>,
    #[serde(default)] misspellings: Vec<String>,
    #[serde(default)] contains: Vec<String>,
    #[serde(default)] note: String,
});
draft!(/// Two medicines, or a medicine and a condition, that need care.
Interaction {
    id: Text,
    when: Text,
    text: String,
    action: String,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
});
draft!(/// What to ask the prescriber about a class.
Prompt { class: Text, ask: String, #[serde(default)] seen: String, });

draft!(/// `labs/*.toml`
Labs { #[serde(default)] analyte: Vec<Analyte>, #[serde(default)] difference: Vec<Difference>, });
draft!(/// One analyte.
Analyte {
    id: Text,
    fact: String,
    name: String,
    unit: String,
    #[serde(default)] units: BTreeMap<String, f64>,
    #[serde(default)] low: Option<f64>,
    #[serde(default)] high: Option<f64>,
    #[serde(default)] low_female: Option<f64>,
    #[serde(default)] low_male: Option<f64>,
    #[serde(default)] high_female: Option<f64>,
    #[serde(default)] high_male: Option<f64>,
    #[serde(default)] very_low: Option<f64>,
    #[serde(default)] very_high: Option<f64>,
    #[serde(default)] very_high_female: Option<f64>,
    #[serde(default)] units_affine: BTreeMap<String, [f64; 2]>,
    min: f64,
    max: f64,
    #[serde(default)] synonyms: Vec<String>,
    #[serde(default)] loinc: Vec<String>,
    #[serde(default)] order: i64,
    #[serde(default)] meaning_low: String,
    #[serde(default)] meaning_high: String,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
    #[serde(default)] note: String,
    #[serde(default)] critical: Vec<Critical>,
});
draft!(/// A critical value.
Critical {
    op: Text,
    value: NumberOrWord,
    disposition: String,
    #[serde(default)] when: Option<Text>,
    reason: String,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
});
/// A limit, or a band given without a number.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum NumberOrWord {
    /// A limit in the canonical unit.
    Number(f64),
    /// A band.
    Word(String),
}

draft!(/// Where two sheets differ.
Difference {
    analyte: String,
    sheet_a: String,
    sheet_b: String,
    stands: String,
    #[serde(default)] note: String,
});
