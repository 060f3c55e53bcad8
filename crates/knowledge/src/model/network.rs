//! The belief network: findings, conditions, and their numbers.

use super::{CondIx, FactIx, FindIx, NameIx, ParamIx};
use crate::diagnostic::Place;
use crate::expr::Expr;
use crate::param::Design;
use crate::param::Param;
use crate::param::Scale;

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
