//! The plan in its lanes.

use charley_knowledge::Knowledge;
use charley_wire::{Plan, PlanItem, TestAdvice};

use super::{Cited, cited, grade_words};

/// One item.
pub struct Item {
    /// Name.
    pub name: String,
    /// How to do it.
    pub how: String,
    /// Dose, effect and time, each with its label; empty ones are left out.
    pub facts: Vec<(&'static str, String)>,
    /// Grade letter.
    pub grade: String,
    /// What the grade means.
    pub grade_words: &'static str,
    /// Why it is here.
    pub because: Vec<String>,
    /// Sources.
    pub cited: Vec<Cited>,
    /// Not found again in a source.
    pub unconfirmed: bool,
}

/// One lane.
pub struct LaneView {
    /// Id for links.
    pub id: &'static str,
    /// Heading.
    pub title: String,
    /// One line below it; may be empty.
    pub intro: String,
    /// True for lanes of things not to do: shown closed.
    pub closed: bool,
    /// Items, best first.
    pub items: Vec<Item>,
}

/// An item in words; `say` fills in the person's country and wording.
pub fn item(knowledge: &Knowledge, item: &PlanItem, say: &impl Fn(&str) -> String) -> Item {
    let facts =
        [("How much", &item.dose), ("What it does", &item.effect), ("How long until it helps", &item.time_to_effect)];
    Item {
        name: say(&item.name),
        how: say(&item.how),
        facts: facts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| (label, say(text))).collect(),
        grade: item.grade.clone(),
        grade_words: grade_words(&item.grade),
        because: item.because.iter().map(|text| say(text)).collect(),
        cited: cited(knowledge, &item.source),
        unconfirmed: item.unconfirmed,
    }
}

/// All lanes that hold something.
pub fn lanes(knowledge: &Knowledge, plan: &Plan, say: &impl Fn(&str) -> String) -> Vec<LaneView> {
    let lane = |id, title, intro, closed, items: &[PlanItem]| LaneView {
        id,
        title: say(title),
        intro: say(intro),
        closed,
        items: items.iter().map(|entry| item(knowledge, entry, say)).collect(),
    };
    let mut lanes = vec![
        lane("tonight", "Tonight", "", false, &plan.tonight),
        lane("week", "This week", "", false, &plan.this_week),
        lane(
            "prescriber",
            "Ask the person who prescribes",
            "Keep taking your medicines until you have talked.",
            false,
            &plan.ask_prescriber,
        ),
        lane("clinic", "What clinics offer", "With the evidence as it is.", true, &plan.clinic_options),
        lane("not-for-you", "Not for you, because", "", true, &plan.not_for_you),
        lane("not-worth", "Not worth it, because", "", true, &plan.not_worth_it),
    ];
    lanes.retain(|lane| !lane.items.is_empty());
    lanes
}

/// A test in words.
pub struct Test {
    /// Name.
    pub name: String,
    /// Why, or why not.
    pub why: String,
    /// Sources.
    pub cited: Vec<Cited>,
}

/// Tests in words; `say` fills in the person's wording.
pub fn tests(knowledge: &Knowledge, tests: &[TestAdvice], say: &impl Fn(&str) -> String) -> Vec<Test> {
    let test =
        |test: &TestAdvice| Test { name: say(&test.name), why: say(&test.why), cited: cited(knowledge, &test.source) };
    tests.iter().map(test).collect()
}
