//! Checked knowledge: every name is resolved, every number has its evidence.

use std::collections::HashMap;

use crate::diagnostic::Place;
use crate::expr::{Band, Expr, Op};
use crate::param::{Design, Param, Scale};

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

/// A finding or definition: a named expression.
#[derive(Debug, Clone)]
pub struct Named {
    /// Id.
    pub id: String,
    /// Plain words.
    pub name: String,
    /// When it is there; for multi-state findings: when the state is known at all.
    pub yes: Expr,
    /// When it is explicitly not there; none: when `yes` is false.
    pub no: Option<Expr>,
    /// Place.
    pub place: Place,
}

/// Kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// Told by the person.
    Symptom,
    /// History.
    History,
    /// Found by a clinician.
    Sign,
    /// Laboratory.
    Lab,
    /// Vascular test.
    Vascular,
}

/// A network finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Its named expression (states: the expression is "any state is known").
    pub name: NameIx,
    /// Kind.
    pub kind: FindingKind,
    /// States of a multi-state finding, lowest first; empty for yes/no.
    pub states: Vec<String>,
    /// When each state is given (same order; the lowest may lack one).
    pub state_when: Vec<Option<Expr>>,
    /// Leak: one for yes/no; one per state above the lowest otherwise.
    pub leak: Vec<ParamIx>,
    /// Parents with their weights (same length as `leak`, none = impossible).
    pub parents: Vec<(CondIx, Vec<Option<ParamIx>>)>,
    /// Facts to ask to learn it.
    pub ask: Vec<FactIx>,
}

/// Kind of condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionKind {
    /// Another condition.
    Mimic,
    /// Adds to true cramps.
    Contributor,
    /// Both.
    Both,
    /// The ordinary cramp.
    Ordinary,
}

/// A condition or contributor.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Id.
    pub id: String,
    /// Plain name.
    pub name: String,
    /// Clinical name.
    pub clinical_name: String,
    /// Group.
    pub group: String,
    /// Kind.
    pub kind: ConditionKind,
    /// 0 to 3.
    pub danger: f64,
    /// Urgency that a likely present condition may raise to.
    pub look: Option<String>,
    /// Explainer.
    pub about: String,
    /// ICD-10-CM; may be empty.
    pub icd10cm: String,
    /// Who signed; empty until a clinician has.
    pub reviewed_by: String,
    /// Known by a fact.
    pub known: Option<Expr>,
    /// Prior.
    pub prior: ParamIx,
    /// Backgrounds.
    pub background: Vec<Background>,
    /// Conditions this may lead to.
    pub links: Vec<(CondIx, ParamIx)>,
    /// What it adds to cramps.
    pub contributes: Option<Contributes>,
    /// What would change our mind, with a finding the engine can try.
    pub would_change: Vec<(String, Option<FindIx>)>,
    /// Place.
    pub place: Place,
}

/// What moves odds or a ratio.
#[derive(Debug, Clone)]
pub struct Background {
    /// When.
    pub when: Expr,
    /// Plain words.
    pub name: String,
    /// Ratio.
    pub ratio: ParamIx,
    /// Design.
    pub design: Design,
}

/// What a contributor adds.
#[derive(Debug, Clone)]
pub struct Contributes {
    /// Evidence grade.
    pub grade: String,
    /// Order in time known by design.
    pub order_known: bool,
    /// Then it contributes nothing.
    pub not_when: Option<Expr>,
    /// Ratios with their designs.
    pub ratios: Vec<(ParamIx, Design)>,
    /// What the person's own history does to it.
    pub change: Vec<Background>,
}

/// A parameter with its place.
#[derive(Debug, Clone)]
pub struct ParamEntry {
    /// Value and evidence.
    pub param: Param,
    /// Scale.
    pub scale: Scale,
    /// Centre and standard deviation on the scale.
    pub centre: f64,
    /// Standard deviation on the scale.
    pub spread: f64,
    /// Parameters of one group redraw together.
    pub group: u32,
    /// Place.
    pub place: Place,
}

/// A red flag.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Id.
    pub id: String,
    /// Urgency word.
    pub disposition: String,
    /// Title.
    pub title: String,
    /// Danger signs.
    pub when: Expr,
    /// Lowers only when explicitly true.
    pub unless: Option<Expr>,
    /// Why.
    pub reason: String,
    /// What to do.
    pub action: String,
    /// What to say.
    pub say: String,
    /// The only form of "do not take".
    pub urgent_hold: String,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
    /// Below 18 only.
    pub children: bool,
    /// Who signed.
    pub reviewed_by: String,
    /// Examples.
    pub examples: Vec<Example>,
    /// Place.
    pub place: Place,
}

/// A titled example.
#[derive(Debug, Clone)]
pub struct Example {
    /// Title.
    pub title: String,
    /// Facts, written `name = value` or `name = 3 unit`.
    pub facts: Vec<String>,
    /// Whether the rule fires.
    pub fires: bool,
}

/// A tick-list of the danger check.
#[derive(Debug, Clone)]
pub struct DangerList {
    /// call_now, today or past.
    pub id: String,
    /// Title.
    pub title: String,
    /// Help; may be empty.
    pub help: String,
    /// Signs.
    pub items: Vec<DangerItem>,
}

/// One sign.
#[derive(Debug, Clone)]
pub struct DangerItem {
    /// Id.
    pub id: String,
    /// Plain words.
    pub label: String,
    /// The same in a few words, for clinicians.
    pub short: String,
    /// Help; may be empty.
    pub help: String,
    /// Facts it sets, written `name = value`.
    pub sets: Vec<String>,
    /// Asked when the answer is "not sure".
    pub follow_up: Option<String>,
}

/// What to do for a disposition.
#[derive(Debug, Clone)]
pub struct Action {
    /// Disposition word.
    pub id: String,
    /// Heading.
    pub heading: String,
    /// What to do.
    pub what: String,
    /// Safety net.
    pub safety_net: String,
    /// Come back within.
    pub come_back_days: u32,
}

/// A region.
#[derive(Debug, Clone)]
pub struct Region {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Number to call.
    pub emergency_number: String,
    /// Advice line; may be empty.
    pub advice_line: String,
    /// Preferred laboratory units.
    pub units: String,
}

/// A test.
#[derive(Debug, Clone)]
pub struct Test {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// Worth having when.
    pub worth_when: Option<Expr>,
    /// Not worth having when.
    pub not_worth_when: Option<Expr>,
    /// Why.
    pub why: String,
    /// Why not.
    pub why_not: String,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
    /// 0 to 1.
    pub burden: f64,
    /// Findings it would answer.
    pub findings: Vec<FindIx>,
}

/// What to examine.
#[derive(Debug, Clone)]
pub struct Examine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// How.
    pub how: String,
    /// Findings it would answer.
    pub findings: Vec<FindIx>,
    /// Sources.
    pub src: Vec<String>,
}

/// An intervention.
#[derive(Debug, Clone)]
pub struct Intervention {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Lane.
    pub lane: Lane,
    /// Tag for gates; may be empty.
    pub substance: String,
    /// Grade.
    pub grade: Grade,
    /// For whom.
    pub when: Option<Expr>,
    /// Conditions it treats.
    pub treats: Vec<CondIx>,
    /// Rate ratio.
    pub effect: Option<ParamIx>,
    /// Effect in words.
    pub effect_text: String,
    /// How.
    pub how: String,
    /// Dose.
    pub dose: String,
    /// Time to effect.
    pub time_to_effect: String,
    /// 0 to 1.
    pub burden: f64,
    /// Contraindications.
    pub not_for: Vec<Gate>,
    /// Ask first.
    pub ask_first: Vec<Gate>,
    /// Why it is not worth it, for that lane.
    pub because: String,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
    /// Who signed.
    pub reviewed_by: String,
}

/// Where an intervention stands when no gate moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Tonight.
    Tonight,
    /// This week.
    ThisWeek,
    /// Ask your prescriber.
    AskPrescriber,
    /// Clinic option.
    ClinicOption,
    /// Not worth it.
    NotWorthIt,
}

/// Evidence grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Good randomised or meta-analytic evidence.
    A,
    /// Moderate.
    B,
    /// Weak.
    C,
    /// Opinion or custom.
    D,
    /// Contradicted or harmful.
    X,
}

impl Grade {
    /// The letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::X => "X",
        }
    }

    /// Weight of the evidence in the order of the plan (our judgement, public).
    pub fn weight(self) -> f64 {
        match self {
            Self::A => 1.0,
            Self::B => 0.8,
            Self::C => 0.45,
            Self::D => 0.25,
            Self::X => 0.0,
        }
    }
}

/// A safety gate.
#[derive(Debug, Clone)]
pub struct Gate {
    /// When.
    pub when: Expr,
    /// Plain words.
    pub because: String,
    /// Sources.
    pub src: Vec<String>,
}

/// A source.
#[derive(Debug, Clone)]
pub struct Source {
    /// Key.
    pub key: String,
    /// Authors.
    pub authors: String,
    /// Title.
    pub title: String,
    /// Journal.
    pub journal: String,
    /// Year.
    pub year: Option<i64>,
    /// DOI or PMID.
    pub id: String,
    /// P, S, W or M.
    pub tier: String,
    /// Place.
    pub place: Place,
}

/// A claim of the article.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Id.
    pub id: String,
    /// The article's view.
    pub claim: String,
    /// Verdict in plain words.
    pub verdict: String,
    /// Grade; may carry a remark such as "C (night)".
    pub grade: String,
    /// The evidence.
    pub evidence: String,
    /// What Charley does.
    pub consequence: String,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
    /// Who signed.
    pub reviewed_by: String,
}

/// A portion of food.
#[derive(Debug, Clone)]
pub struct Food {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Portion.
    pub portion: String,
    /// Magnesium, mg.
    pub magnesium_mg: Option<f64>,
    /// Potassium, mg.
    pub potassium_mg: Option<f64>,
    /// Calcium, mg.
    pub calcium_mg: Option<f64>,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
    /// Note.
    pub note: String,
}

/// A reference intake a day.
#[derive(Debug, Clone)]
pub struct Intake {
    /// Who.
    pub who: String,
    /// Magnesium, mg.
    pub magnesium_mg: Option<f64>,
    /// Potassium, mg.
    pub potassium_mg: Option<f64>,
    /// Calcium, mg.
    pub calcium_mg: Option<f64>,
    /// Drinks, litres.
    pub drinks_l: Option<f64>,
    /// Water with food, litres.
    pub water_l: Option<f64>,
}

/// A caution on the food page.
#[derive(Debug, Clone)]
pub struct FoodNote {
    /// Plain words.
    pub text: String,
    /// Shown when this holds; always when none.
    pub when: Option<Expr>,
    /// Hidden when this holds.
    pub unless: Option<Expr>,
    /// Columns it hides: mg, k, ca.
    pub hides: Vec<String>,
}

/// Something that a person may test on themselves. Its plan item's gates decide whether this person may.
#[derive(Debug, Clone)]
pub struct Remedy {
    /// Id of the plan item.
    pub intervention: String,
    /// "stretching before bed"
    pub label: String,
    /// What to do on treatment nights.
    pub on: String,
    /// What to do on the other nights.
    pub off: String,
    /// Its name in the diary.
    pub exposure: String,
    /// First nights of a period that are left out.
    pub washout_nights: u32,
    /// Shortest period.
    pub period_nights: u32,
    /// May need longer than a period.
    pub slow: bool,
    /// How it can be tested without the person knowing which nights are which.
    pub capsules: Option<Capsules>,
    /// Who signed.
    pub reviewed_by: String,
}

/// What a helper puts into capsules that look the same.
#[derive(Debug, Clone)]
pub struct Capsules {
    /// For treatment nights: "magnesium"
    pub active: String,
    /// For the other nights: "dummy"
    pub dummy: String,
    /// What a box of each kind holds, for the helper.
    pub how: String,
}

/// A hazard.
#[derive(Debug, Clone)]
pub struct Hazard {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Cause.
    pub cause: String,
    /// 1 to 5.
    pub severity: i64,
    /// 1 to 5.
    pub likelihood: i64,
    /// 1 to 5.
    pub level: i64,
    /// Mitigation.
    pub mitigation: String,
    /// Tests that hold it.
    pub tests: Vec<String>,
}

/// A vascular measure.
#[derive(Debug, Clone)]
pub struct Measure {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Formula.
    pub formula: String,
    /// What it changes.
    pub changes: String,
    /// Unit; 1 for a pure number.
    pub unit: String,
    /// Bands.
    pub bands: Vec<MeasureBand>,
    /// Items of a score.
    pub items: Vec<MeasureItem>,
    /// Caution.
    pub note: String,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}

/// A band of a measure.
#[derive(Debug, Clone)]
pub struct MeasureBand {
    /// Id.
    pub id: String,
    /// The code that it is the band of; empty for numbers.
    pub code: String,
    /// Limits in the unit of the measure; none: open.
    pub range: BandRange,
    /// Label.
    pub label: String,
    /// Limits in words.
    pub limits: String,
    /// Meaning.
    pub meaning: String,
}

/// Where a band begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BandRange {
    /// This or more.
    pub at_least: Option<f64>,
    /// More than this.
    pub above: Option<f64>,
    /// This or less.
    pub at_most: Option<f64>,
    /// Less than this.
    pub below: Option<f64>,
}

impl BandRange {
    /// True when it has a limit and the value lies in it.
    pub fn holds(&self, value: f64) -> bool {
        *self != Self::default()
            && self.at_least.is_none_or(|limit| value >= limit)
            && self.above.is_none_or(|limit| value > limit)
            && self.at_most.is_none_or(|limit| value <= limit)
            && self.below.is_none_or(|limit| value < limit)
    }
}

/// An item of a score.
#[derive(Debug, Clone)]
pub struct MeasureItem {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Points it can score.
    pub points: Option<f64>,
    /// Meaning of each number of points.
    pub scale: Vec<String>,
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

impl Measure {
    /// The band in which a number lies.
    pub fn band(&self, value: f64) -> Option<&MeasureBand> {
        self.bands.iter().find(|band| band.range.holds(value))
    }

    /// The band of a code.
    pub fn band_of_code(&self, code: &str) -> Option<&MeasureBand> {
        self.bands.iter().find(|band| !band.code.is_empty() && band.code == code)
    }
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
