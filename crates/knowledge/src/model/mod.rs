//! Checked knowledge: every name is resolved, every number has its evidence.

mod care;
mod measure;
mod network;
mod told;
mod triage;

use std::collections::HashMap;

pub use care::{
    Capsules, Claim, Examine, Food, FoodNote, Gate, Grade, Hazard, Intake, Intervention, Lane, Remedy, Source, Test,
};
pub use measure::{BandRange, Measure, MeasureBand, MeasureItem};
pub use network::{Background, Condition, ConditionKind, Contributes, Finding, FindingKind, Named, ParamEntry};
pub use told::{Analyte, Ask, Codes, Critical, DrugClass, Fact, FactKind, Interaction, Limit, Medicine, Opt};
pub use triage::{Action, DangerItem, DangerList, Example, Region, Rule};

macro_rules! index {
    ($($(#[$meta:meta])* $name:ident,)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index.
            pub fn at(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// Index of a fact.
    FactIx,
    /// Index of a finding or definition in [`Knowledge::names`].
    NameIx,
    /// Index of a code.
    CodeId,
    /// Index of a condition.
    CondIx,
    /// Index of a network finding.
    FindIx,
    /// Index of a parameter.
    ParamIx,
}

/// All knowledge, checked.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    /// SHA-256 of the canonical content, in hexadecimal.
    pub version: String,
    /// Date of the last change.
    pub date: String,
    /// Sources.
    pub sources: Vec<Source>,
    /// Facts.
    pub facts: Vec<Fact>,
    /// Facts by name.
    pub fact_by_name: HashMap<String, FactIx>,
    /// Codes.
    pub codes: Codes,
    /// Medicine classes.
    pub classes: Vec<DrugClass>,
    /// Medicines.
    pub medicines: Vec<Medicine>,
    /// Interactions.
    pub interactions: Vec<Interaction>,
    /// What to ask about a class when something safer is wanted.
    pub prompts: Vec<(CodeId, String)>,
    /// Analytes.
    pub analytes: Vec<Analyte>,
    /// Analytes by id, name, other name and LOINC code.
    pub analyte_by_word: HashMap<String, usize>,
    /// Where two sheets differ on a laboratory limit.
    pub lab_differences: Vec<String>,
    /// Findings and definitions as expressions.
    pub names: Vec<Named>,
    /// By id.
    pub name_by_id: HashMap<String, NameIx>,
    /// Network findings.
    pub findings: Vec<Finding>,
    /// By id.
    pub finding_by_id: HashMap<String, FindIx>,
    /// Conditions.
    pub conditions: Vec<Condition>,
    /// By id.
    pub condition_by_id: HashMap<String, CondIx>,
    /// Parameters.
    pub params: Vec<ParamEntry>,
    /// Of each parameter: its best value once more, side by side, as it is read thousands of times for one person.
    pub best: Vec<f64>,
    /// Number of redraw groups.
    pub groups: u32,
    /// Rules.
    pub rules: Vec<Rule>,
    /// The positive rule of self-care.
    pub self_care: Vec<Rule>,
    /// The danger check.
    pub danger_lists: Vec<DangerList>,
    /// Actions by disposition.
    pub actions: Vec<Action>,
    /// Regions.
    pub regions: Vec<Region>,
    /// Tests.
    pub tests: Vec<Test>,
    /// What to examine.
    pub examine: Vec<Examine>,
    /// Interventions.
    pub interventions: Vec<Intervention>,
    /// Claims.
    pub claims: Vec<Claim>,
    /// Foods.
    pub foods: Vec<Food>,
    /// Reference intakes.
    pub intakes: Vec<Intake>,
    /// Gates on the food page.
    pub food_notes: Vec<FoodNote>,
    /// What may be tested on oneself.
    pub remedies: Vec<Remedy>,
    /// Hazards.
    pub hazards: Vec<Hazard>,
    /// Vascular measures.
    pub measures: Vec<Measure>,
}

impl Knowledge {
    /// A fact by name.
    pub fn fact(&self, name: &str) -> Option<(FactIx, &Fact)> {
        let ix = *self.fact_by_name.get(name)?;
        Some((ix, &self.facts[ix.at()]))
    }

    /// The asked facts, in the order of the files.
    pub fn asked_facts(&self) -> impl Iterator<Item = (&Fact, &Ask)> {
        self.facts.iter().filter_map(|fact| Some((fact, fact.ask.as_ref()?)))
    }

    /// The id of a network finding.
    pub fn finding_id(&self, finding: FindIx) -> &str {
        &self.names[self.findings[finding.at()].name.at()].id
    }

    /// The plain name of a network finding.
    pub fn finding_name(&self, finding: FindIx) -> &str {
        &self.names[self.findings[finding.at()].name.at()].name
    }

    /// A parameter.
    pub fn param(&self, param: ParamIx) -> &ParamEntry {
        &self.params[param.at()]
    }

    /// The analyte that a report calls so: its name, another name, or its LOINC code.
    pub fn find_analyte(&self, written: &str) -> Option<usize> {
        self.analyte_by_word.get(&crate::medicines::normal_word(written)).copied()
    }

    /// A vascular measure by id.
    pub fn measure(&self, id: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.id == id)
    }

    /// An action by disposition word.
    pub fn action(&self, disposition: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == disposition)
    }

    /// True once every condition, rule and intervention carries a clinician's name.
    pub fn is_reviewed(&self) -> bool {
        !self.rules.is_empty()
            && self.conditions.iter().all(|c| !c.reviewed_by.is_empty())
            && self.rules.iter().all(|r| !r.reviewed_by.is_empty())
            && self.interventions.iter().all(|i| !i.reviewed_by.is_empty())
    }
}
