//! Values that are worked out from others, with the formula and what went into it.

use charley_knowledge::Knowledge;
use charley_reason::Facts;
use charley_wire::FactIn;

use super::table::{Label, label};
use super::{Panel, number};
use crate::text::{plain, with_unit};

/// A value that was worked out.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// Id of the analyte.
    pub analyte: String,
    /// Its name.
    pub name: String,
    /// The value with its unit.
    pub value: String,
    /// Where it lies.
    pub label: Label,
    /// The formula in words.
    pub formula: &'static str,
    /// What went in: name and value.
    pub inputs: Vec<(String, String)>,
    /// Sources.
    pub source: Vec<String>,
}

/// A formula: the fact it gives, the facts it takes, its words and its source.
struct Formula {
    gives: &'static str,
    takes: &'static [&'static str],
    words: &'static str,
    source: &'static str,
}

/// The formulas of [`charley_measures`] that the reasoner applies.
const FORMULAS: [Formula; 4] = [
    Formula {
        gives: "lab_egfr",
        takes: &["lab_creatinine", "age", "sex"],
        words: "CKD-EPI 2021: 142 × min(creatinine/κ, 1)^α × max(creatinine/κ, 1)^−1.2 × 0.9938^age, × 1.012 for women; \
                creatinine in mg/dL, κ 0.7 and α −0.241 for women, 0.9 and −0.302 for men",
        source: "inker-2021",
    },
    Formula {
        gives: "lab_calcium_adjusted",
        takes: &["lab_calcium", "lab_albumin"],
        words: "total calcium + 0.02 × (40 − albumin in g/L)",
        source: "tayside-ca",
    },
    Formula {
        gives: "lab_osmolarity_calculated",
        takes: &["lab_sodium", "lab_potassium", "lab_glucose", "lab_urea"],
        words: "1.86 × (sodium + potassium) + 1.15 × glucose + urea + 14, all in mmol/L",
        source: "espen-2019",
    },
    Formula {
        gives: "lab_tsat",
        takes: &["lab_iron", "lab_tibc"],
        words: "100 × iron / iron-binding capacity",
        source: "aasm-2025",
    },
];

/// What a panel gives beyond what it prints. `background` tells age and sex.
pub fn derived(knowledge: &Knowledge, panel: &Panel, background: &[FactIn]) -> Vec<Derived> {
    let Some(facts) = panel.read(knowledge, background) else { return Vec::new() };
    FORMULAS.iter().filter_map(|formula| one(knowledge, panel, &facts, formula)).collect()
}

fn one(knowledge: &Knowledge, panel: &Panel, facts: &Facts<'_>, formula: &Formula) -> Option<Derived> {
    let (fact, _) = knowledge.fact(formula.gives)?;
    let known = facts.get(fact);
    let value = known.number.filter(|_| known.derived)?;
    let analyte = knowledge.analytes.iter().find(|analyte| analyte.fact == fact)?;
    let inputs = formula.takes.iter().filter_map(|name| input(knowledge, panel, facts, name));
    Some(Derived {
        analyte: analyte.id.clone(),
        name: analyte.name.clone(),
        value: with_unit(&plain((value * 100.0).round() / 100.0), &analyte.unit),
        label: label(facts, fact),
        formula: formula.words,
        inputs: inputs.collect(),
        source: vec![formula.source.to_owned()],
    })
}

fn input(knowledge: &Knowledge, panel: &Panel, facts: &Facts<'_>, name: &str) -> Option<(String, String)> {
    let (ix, fact) = knowledge.fact(name)?;
    let printed = panel.results.iter().find(|reading| reading.of(knowledge).is_some_and(|known| known.fact == ix));
    if let Some(reading) = printed {
        let value = number(&reading.value).map(plain)?;
        return Some((fact.meaning.clone(), with_unit(&value, &reading.unit)));
    }
    let known = facts.get(ix);
    let value = match (known.number, known.codes.first()) {
        (Some(number), _) => with_unit(&plain(number), &fact.unit),
        (None, Some(code)) => knowledge.codes.name(*code),
        (None, None) => return None,
    };
    Some((fact.meaning.clone(), value))
}
