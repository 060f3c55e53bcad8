//! Files about what follows: network, rules, tests, plan, claims, food, trials, hazards, measures.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::Text;
use crate::param::{Design, Param};

draft!(/// `findings/*.toml`
Findings { #[serde(default)] finding: Vec<Finding>, #[serde(default)] definition: Vec<Definition>, });
draft!(/// One finding.
Finding {
    id: Text,
    name: String,
    kind: String,
    #[serde(default)] yes: Option<Text>,
    #[serde(default)] no: Option<Text>,
    #[serde(default)] states: Vec<String>,
    #[serde(default)] state_when: BTreeMap<String, Text>,
    leak: Spanned<toml::Value>,
    #[serde(default)] ask: Vec<String>,
    #[serde(default)] note: String,
});
draft!(/// A named expression.
Definition {
    id: Text,
    name: String,
    yes: Text,
    #[serde(default)] no: Option<Text>,
    #[serde(default)] note: String,
});

draft!(/// `conditions/ID.toml`
Condition {
    id: Text,
    name: String,
    clinical_name: String,
    group: Text,
    kind: Text,
    danger: f64,
    #[serde(default)] look: Option<Text>,
    about: String,
    #[serde(default)] icd10cm: String,
    reviewed_by: String,
    #[serde(default)] note: String,
    present: Present,
    #[serde(default)] background: Vec<Background>,
    #[serde(default)] link: Vec<Link>,
    #[serde(default)] findings: BTreeMap<String, Spanned<toml::Value>>,
    #[serde(default)] contributes: Option<Contributes>,
    #[serde(default)] would_change: Vec<WouldChange>,
});
draft!(/// How present it is.
Present { #[serde(default)] known: Option<Text>, prior: Spanned<Param>, });
draft!(/// What moves the prior odds.
Background { when: Text, ratio: Spanned<Param>, #[serde(default)] design: Option<Design>, #[serde(default)] name: String, });
draft!(/// Condition to condition.
Link { to: Text, weight: Spanned<Param>, });
draft!(/// What it adds to true cramps.
Contributes {
    grade: String,
    #[serde(default)] order_known: bool,
    #[serde(default)] not_when: Option<Text>,
    ratios: Vec<Spanned<Param>>,
    #[serde(default)] change: Vec<Background>,
});
draft!(/// What would change our mind.
WouldChange { text: String, #[serde(default)] r#if: Option<Text>, });

draft!(/// `triage/*.toml`
Triage {
    #[serde(default)] rule: Vec<Rule>,
    #[serde(default)] list: Vec<List>,
    #[serde(default)] action: Vec<Action>,
    #[serde(default)] region: Vec<Region>,
});
draft!(/// A red flag.
Rule {
    id: Text,
    disposition: Text,
    title: String,
    when: Text,
    #[serde(default)] unless: Option<Text>,
    reason: String,
    action: String,
    #[serde(default)] say: String,
    #[serde(default)] urgent_hold: String,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
    #[serde(default)] children: bool,
    #[serde(default)] note: String,
    reviewed_by: String,
    #[serde(default)] example: Vec<Example>,
});
draft!(/// A titled example of a rule.
Example { title: String, facts: Vec<String>, fires: bool, });
draft!(/// A tick-list of the danger check.
List { id: Text, title: String, #[serde(default)] help: String, #[serde(default)] item: Vec<Item>, });
draft!(/// One sign.
Item {
    id: Text,
    label: String,
    short: String,
    sets: Vec<String>,
    #[serde(default)] follow_up: String,
    #[serde(default)] help: String,
});
draft!(/// What to do for a disposition.
Action {
    id: Text,
    heading: String,
    what: String,
    #[serde(default)] by_days: Option<i64>,
    safety_net: String,
    come_back_days: i64,
});
draft!(/// A region: numbers to call and units.
Region {
    id: Text,
    name: String,
    emergency_number: String,
    #[serde(default)] advice_line: String,
    #[serde(default)] units: String,
    #[serde(default)] note: String,
});

draft!(/// `tests/*.toml`
Tests { #[serde(default)] test: Vec<Test>, #[serde(default)] examine: Vec<Examine>, });
draft!(/// One test.
Test {
    id: Text,
    name: String,
    kind: String,
    #[serde(default)] worth_when: Option<Text>,
    #[serde(default)] not_worth_when: Option<Text>,
    #[serde(default)] why: String,
    #[serde(default)] why_not: String,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
    #[serde(default)] burden: f64,
    #[serde(default)] cost: String,
    #[serde(default)] findings: Vec<String>,
    #[serde(default)] reviewed_by: String,
    #[serde(default)] note: String,
});
draft!(/// One thing to examine.
Examine {
    id: Text,
    name: String,
    how: String,
    findings: Vec<String>,
    #[serde(default)] reviewed_by: String,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
    #[serde(default)] note: String,
});

draft!(/// `interventions/*.toml`
Interventions { #[serde(default)] intervention: Vec<Intervention>, });
draft!(/// One intervention.
Intervention {
    id: Text,
    name: String,
    lane: Text,
    #[serde(default)] substance: String,
    grade: Text,
    #[serde(default)] when: Option<Text>,
    #[serde(default)] r#for: Vec<String>,
    #[serde(default)] effect: Option<Effect>,
    how: String,
    #[serde(default)] dose: String,
    #[serde(default)] time_to_effect: String,
    #[serde(default)] burden: f64,
    #[serde(default)] not_for: Vec<Gate>,
    #[serde(default)] ask_first: Vec<Gate>,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
    reviewed_by: String,
    #[serde(default)] note: String,
    #[serde(default)] because: String,
});
draft!(/// Effect of an intervention.
Effect { #[serde(default)] rr: Option<Spanned<Param>>, #[serde(default)] text: String, });
draft!(/// A safety gate.
Gate { when: Text, because: String, #[serde(default)] src: Vec<String>, #[serde(default)] seen: String, });

draft!(/// `claims.toml`
Claims { #[serde(default)] claim: Vec<Claim>, });
draft!(/// One claim of the article, with the evidence.
Claim {
    id: Text,
    claim: String,
    verdict: String,
    grade: Text,
    evidence: String,
    #[serde(default)] consequence: String,
    #[serde(default)] rows: Vec<String>,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
    reviewed_by: String,
    #[serde(default)] note: String,
});

draft!(/// `foods.toml`
Foods {
    #[serde(default)] food: Vec<Food>,
    #[serde(default)] intake: Vec<Intake>,
    #[serde(default)] note: Vec<FoodNote>,
});
draft!(/// One portion of food.
Food {
    id: Text,
    name: String,
    portion: String,
    #[serde(default)] mg: Option<f64>,
    #[serde(default)] k: Option<f64>,
    #[serde(default)] ca: Option<f64>,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
    #[serde(default)] note: String,
});
draft!(/// A reference intake.
Intake {
    id: Text,
    #[serde(default)] who: String,
    #[serde(default)] mg: Option<f64>,
    #[serde(default)] k: Option<f64>,
    #[serde(default)] ca: Option<f64>,
    #[serde(default)] sex: String,
    #[serde(default)] state: String,
    #[serde(default)] age_from: Option<f64>,
    #[serde(default)] age_to: Option<f64>,
    #[serde(default)] drinks_l: Option<f64>,
    #[serde(default)] water_l: Option<f64>,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
    #[serde(default)] note: String,
});
draft!(/// A gate in words on the food page.
FoodNote { id: Text, text: String, #[serde(default)] when: Option<Text>, #[serde(default)] unless: Option<Text>, #[serde(default)] hides: Vec<String>, #[serde(default)] src: Vec<String>, #[serde(default)] seen: String, });

draft!(/// `trials.toml`
Trials { #[serde(default)] remedy: Vec<Remedy>, });
draft!(/// Something that a person may test on themselves.
Remedy {
    intervention: Text,
    label: String,
    on: String,
    off: String,
    exposure: String,
    washout_nights: u32,
    washout_range: [u32; 2],
    kind: String,
    period_nights: u32,
    slow: bool,
    #[serde(default)] capsules: Option<Capsules>,
    #[serde(default)] src: Vec<String>,
    reviewed_by: String,
});
draft!(/// What a helper puts into capsules that look the same.
Capsules { active: String, dummy: String, how: String, });

draft!(/// `hazards.toml`
Hazards { #[serde(default)] hazard: Vec<Hazard>, });
draft!(/// One hazard.
Hazard {
    id: Text,
    title: String,
    cause: String,
    severity: i64,
    likelihood: i64,
    level: i64,
    mitigation: String,
    tests: Vec<String>,
    #[serde(default)] note: String,
});

draft!(/// `vascular.toml`
Vascular { #[serde(default)] measure: Vec<Measure>, });
draft!(/// A vascular test or score.
Measure {
    id: Text,
    name: String,
    formula: String,
    #[serde(default)] unit: String,
    #[serde(default)] changes: String,
    #[serde(default)] facts: Vec<String>,
    #[serde(default)] src: Vec<String>,
    #[serde(default)] seen: String,
    #[serde(default)] note: String,
    #[serde(default)] band: Vec<MeasureBand>,
    #[serde(default)] item: Vec<MeasureItem>,
});
draft!(/// A band of a measure; the limits are in its unit.
MeasureBand {
    id: String,
    label: String,
    #[serde(default)] code: String,
    #[serde(default)] below: Option<f64>,
    #[serde(default)] at_most: Option<f64>,
    #[serde(default)] above: Option<f64>,
    #[serde(default)] at_least: Option<f64>,
    meaning: String,
});
draft!(/// An item of a score.
MeasureItem {
    id: String,
    name: String,
    #[serde(default)] points: Option<f64>,
    #[serde(default)] scale: Vec<String>,
    #[serde(default)] note: String,
});
