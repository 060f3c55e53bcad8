//! The result of an assessment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Sig6;

/// How soon to be seen, from the least to the most urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Look after yourself, with a date to come back.
    SelfCare,
    /// Book a visit within weeks.
    Routine,
    /// Be seen within two weeks.
    #[serde(rename = "soon_2_weeks")]
    Soon2Weeks,
    /// Be seen today.
    SameDay,
    /// Call now.
    Emergency,
}

impl Disposition {
    /// All, from the least to the most urgent.
    pub const ALL: [Self; 5] = [Self::SelfCare, Self::Routine, Self::Soon2Weeks, Self::SameDay, Self::Emergency];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SelfCare => "self_care",
            Self::Routine => "routine",
            Self::Soon2Weeks => "soon_2_weeks",
            Self::SameDay => "same_day",
            Self::Emergency => "emergency",
        }
    }
}

impl std::str::FromStr for Disposition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|d| d.as_str() == text).ok_or_else(|| {
            format!("unknown disposition `{text}`: use emergency, same_day, soon_2_weeks, routine or self_care")
        })
    }
}

/// One assessment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    /// The id of the case.
    pub id: Option<String>,
    /// Which knowledge answered.
    pub knowledge: KnowledgeInfo,
    /// How soon to be seen.
    pub disposition: Disposition,
    /// True until the danger check is answered: `routine` and `self_care` may still rise.
    pub provisional: bool,
    /// What to do, by when, and when to come back.
    pub advice: Advice,
    /// Urgent rules that the facts neither meet nor rule out.
    pub not_ruled_out: Vec<NotRuledOut>,
    /// Rules that are true, the most urgent first.
    pub red_flags: Vec<RedFlag>,
    /// Possible causes, ranked.
    pub causes: Vec<Cause>,
    /// How often the leading cause stays the leading one when the inputs are redrawn (null without ranges).
    pub rank_stability: Option<Sig6>,
    /// For a clinician: what to examine, and why.
    pub examine: Vec<Examine>,
    /// Tests worth having and not worth having.
    pub tests: Tests,
    /// What to do.
    pub plan: Plan,
    /// The questions that would help most, best first.
    pub next_questions: Vec<NextQuestion>,
    /// Names and codes the knowledge does not know.
    pub unrecognised: Vec<Unrecognised>,
    /// Names it knows but did not use here.
    pub unused: Vec<String>,
    /// Codes that were read as a known one, because it stands inside them.
    pub read_as: Vec<ReadAs>,
    /// Set when a bound was met and the answer is not exact.
    pub approximate: Option<Approximate>,
}

/// Version and date of the knowledge.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct KnowledgeInfo {
    /// SHA-256 of its canonical content.
    pub version: String,
    /// Date of its last change (ISO).
    pub date: String,
    /// True until a clinician has signed.
    pub reviewed_by_clinician: bool,
}

/// What to do, by when.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Advice {
    /// Short heading in plain words.
    pub heading: String,
    /// What to do, by when.
    pub action: String,
    /// What to watch for: always there.
    pub safety_net: String,
    /// Come back within this many days if nothing has changed.
    pub come_back_days: u32,
}

/// A rule that is true.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RedFlag {
    /// Id of the rule.
    pub id: String,
    /// Its urgency.
    pub disposition: Disposition,
    /// Short title.
    pub title: String,
    /// Why, in plain words.
    pub reason: String,
    /// What to do.
    pub action: String,
    /// What to say on the phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub say: Option<String>,
    /// "Do not take the next dose before you have talked to a prescriber today": the only such form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgent_hold: Option<String>,
    /// The facts that made it true.
    pub because: Vec<String>,
    /// Sources.
    pub source: Vec<String>,
    /// True when the evidence was written from memory and is not confirmed.
    pub unconfirmed: bool,
}

/// An urgent rule that is still open.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NotRuledOut {
    /// Id of the rule.
    pub id: String,
    /// Its urgency.
    pub disposition: Disposition,
    /// Short title.
    pub title: String,
    /// Facts that would settle it.
    pub ask: Vec<String>,
}

/// A value with its range if our inputs are off (central 90 % of redraws; equal to the mean without ranges).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ranged {
    /// From the best parameters.
    pub mean: Sig6,
    /// Low end.
    pub low: Sig6,
    /// High end.
    pub high: Sig6,
}

/// The four words a person sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CauseWord {
    /// Likely part.
    LikelyPart,
    /// Possible.
    Possible,
    /// Less likely.
    LessLikely,
    /// Not ruled out.
    NotRuledOut,
}

/// Whether a cause imitates a cramp, adds to cramps, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// Another condition.
    Mimic,
    /// Adds to true cramps.
    Contributor,
    /// May do either.
    Both,
    /// The ordinary cramp with no single cause.
    Ordinary,
}

/// One possible cause.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// Id of the condition.
    pub id: String,
    /// Plain name.
    pub name: String,
    /// Clinical name.
    pub clinical_name: String,
    /// Cause group.
    pub group: String,
    /// Kind.
    pub kind: CauseKind,
    /// The word a person sees.
    pub word: CauseWord,
    /// Probability that it is present.
    pub present: Ranged,
    /// Share of the cramps it may account for (null when no cramp is reported or it is not a contributor).
    pub contribution: Option<Ranged>,
    /// Probability that it is present and accounts for at least one reported finding: what causes are ranked by.
    pub accounts: Sig6,
    /// Reasons for, strongest first.
    #[serde(rename = "for")]
    pub for_: Vec<Reason>,
    /// Reasons against, strongest first.
    pub against: Vec<Reason>,
    /// What would change this.
    pub would_change: Vec<String>,
    /// Explainer in plain words.
    pub about: String,
}

impl Cause {
    /// True when the person told of it: then it is known, and its share says nothing.
    pub fn told(&self) -> bool {
        self.for_.iter().any(|reason| reason.id == charley_reason::causes::KNOWN)
    }
}

/// One reason.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Id of the finding or background.
    pub id: String,
    /// Plain words.
    pub text: String,
    /// How far it moved the odds, in decibans (10 log10).
    pub decibans: Sig6,
    /// In words: a little, clearly, strongly.
    pub strength: String,
    /// measured, derived or elicited.
    pub basis: String,
    /// Sources.
    pub source: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}

/// One thing to examine.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Examine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// How, in one line.
    pub how: String,
    /// Expected gain in decision-relevant certainty.
    pub value: Sig6,
}

/// Tests worth having and not.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Tests {
    /// Worth having.
    pub worth: Vec<TestAdvice>,
    /// Not worth having.
    pub not_worth: Vec<TestAdvice>,
}

/// One test.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TestAdvice {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Why.
    pub why: String,
    /// Sources.
    pub source: Vec<String>,
}

/// The plan.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Tonight.
    pub tonight: Vec<PlanItem>,
    /// This week.
    pub this_week: Vec<PlanItem>,
    /// Ask your prescriber: never "stop".
    pub ask_prescriber: Vec<PlanItem>,
    /// What clinics offer, with the evidence as it is.
    pub clinic_options: Vec<PlanItem>,
    /// Not for you, because.
    pub not_for_you: Vec<PlanItem>,
    /// Not worth it, because.
    pub not_worth_it: Vec<PlanItem>,
}

/// One plan item.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PlanItem {
    /// Id of the intervention.
    pub id: String,
    /// Name.
    pub name: String,
    /// How to do it.
    pub how: String,
    /// Dose, if any.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub dose: String,
    /// Effect in words, with its interval.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub effect: String,
    /// Time to effect.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub time_to_effect: String,
    /// Evidence grade A, B, C, D or X.
    pub grade: String,
    /// Why it is here (gate or fit).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub because: Vec<String>,
    /// Order: expected effect × evidence × fit − burden.
    pub score: Sig6,
    /// Sources.
    pub source: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}

/// A question that would help.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NextQuestion {
    /// Fact it asks for.
    pub fact: String,
    /// The question.
    pub question: String,
    /// Why we ask.
    pub why: String,
    /// Expected gain in decision-relevant certainty per burden.
    pub value: Sig6,
    /// True when a person can answer it at home.
    pub person: bool,
}

/// A name or code the knowledge does not know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unrecognised {
    /// Name of the fact.
    pub name: String,
    /// The value, when the name is known but the code is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Close known names; never applied by themselves.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub did_you_mean: Vec<String>,
}

/// A code that was read as a known one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReadAs {
    /// Name of the fact.
    pub name: String,
    /// What was given.
    pub given: String,
    /// What it was read as.
    pub read_as: String,
}

/// Why an answer is not exact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Approximate {
    /// What is approximate.
    pub what: String,
    /// Why.
    pub why: String,
}
