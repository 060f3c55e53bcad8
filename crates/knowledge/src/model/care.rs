//! Tests, plan, claims, sources, food, trials and hazards.

use super::{CondIx, FindIx, ParamIx};
use crate::diagnostic::Place;
use crate::expr::Expr;

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
