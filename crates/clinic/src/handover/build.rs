//! Builds the hand-over within its bounds.

use charley_knowledge::Knowledge;
use charley_reason::Facts;
use charley_wire::{Assessment, Case, Cause, FactIn, Reason};
use charley_words::{cause_word, level_of_care, presence};
use serde::{Deserialize, Serialize};

use super::{Answer, Bounded, CauseShort, Handover, Sorting, Tried};
use crate::medicines::Review;
use crate::text::cut;

/// Bounds of the page, found by printing its longest form on one A4 at 9 points.
mod most {
    pub const FLAGS: usize = 4;
    pub const DENIED: usize = 24;
    pub const MEDICINES: usize = 4;
    pub const BACKGROUND: usize = 10;
    pub const CAUSES: usize = 3;
    pub const REASONS: usize = 3;
    pub const TESTS: usize = 5;
    pub const DONE: usize = 8;
    pub const TRIED: usize = 3;
    pub const COMPLAINT_CHARS: usize = 320;
    pub const WISH_CHARS: usize = 160;
    pub const LINE_CHARS: usize = 120;
    pub const SHORT_CHARS: usize = 56;
}

/// Who entered what stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entered {
    /// The person alone.
    Person,
    /// Somebody who helps the person.
    Helper,
    /// A clinic, with what the person told.
    Clinic,
}

impl Entered {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Person => "Entered by the person, not verified.",
            Self::Helper => "Entered by somebody who helps the person, not verified.",
            Self::Clinic => "Entered by the person and by the clinic. What the person told is not verified.",
        }
    }
}

/// The nights, already in sentences.
#[derive(Debug, Clone, Default)]
pub struct Nights {
    /// Each with its range.
    pub sentences: Vec<String>,
}

/// Everything that goes in.
#[derive(Debug, Clone)]
pub struct Told<'t> {
    /// Who, as the sender writes it.
    pub person: String,
    /// The assessment.
    pub assessment: &'t Assessment,
    /// The facts behind it.
    pub facts: &'t [FactIn],
    /// The complaint in own words.
    pub complaint: &'t str,
    /// What the person wants.
    pub wish: &'t str,
    /// The nights.
    pub nights: Nights,
    /// The medicines, reviewed.
    pub review: &'t Review,
    /// Diagnoses, in words.
    pub illnesses: Vec<String>,
    /// Results of tests, in words, newest first.
    pub done: Vec<String>,
    /// What was tried.
    pub tried: Vec<Tried>,
    /// The day, in words.
    pub date: String,
    /// Who entered it.
    pub entered: Entered,
}

/// Facts that tell cramps from restless legs and from trouble of arteries and veins (the seven characters of Hallegraeff
/// 2017, the four criteria of restless legs, and what arteries and veins do). The labels are short for the page.
const SORTING: [(&str, &[(&str, &str)]); 3] = [
    (
        "Cramp",
        &[
            ("hard_knot", "hard knot"),
            ("relief_stretching", "eased by stretch"),
            ("sore_after_cramp", "sore after"),
            ("wakes_from_sleep", "wakes"),
            ("well_between_cramps", "well between"),
        ],
    ),
    (
        "Restless legs",
        &[
            ("urge_to_move_legs", "urge to move"),
            ("worse_at_rest", "comes at rest"),
            ("relief_walking", "eased by walking"),
            ("worse_evening", "worse in the evening"),
        ],
    ),
    (
        "Arteries, veins",
        &[
            ("walking_pain_stops_standing", "walking pain that rest ends"),
            ("rest_pain_foot_at_night", "foot pain in bed"),
            ("leg_swelling", "swelling"),
            ("visible_varicose_veins", "varicose veins"),
            ("leg_newly_swollen", "one leg newly swollen"),
        ],
    ),
];

/// Builds the page.
pub fn build(knowledge: &Knowledge, told: &Told<'_>) -> Handover {
    let given = charley_wire::given(&Case { id: None, facts: told.facts.to_vec() }).unwrap_or_default();
    let facts = Facts::read(knowledge, &given).ok();
    let assessment = told.assessment;
    let (denied, not_asked) = danger_check(knowledge, facts.as_ref());
    let line = |text: &str| cut(text, most::LINE_CHARS);
    let medicines: Vec<&crate::medicines::ReviewLine> = told.review.lines.iter().collect();
    let linked = medicines.iter().filter(|entry| entry.may_add()).map(|entry| linked(entry));
    let others = medicines.iter().filter(|entry| !entry.may_add()).map(|entry| entry.written.clone());
    let background = told.illnesses.iter().cloned().chain(others).map(|text| cut(&text, most::SHORT_CHARS));
    let done = told.done.iter().map(|text| cut(text, most::SHORT_CHARS));
    let tried = told
        .tried
        .iter()
        .map(|tried| Tried { what: cut(&tried.what, most::SHORT_CHARS), happened: line(&tried.happened) });
    Handover {
        person: cut(&told.person, most::LINE_CHARS),
        urgency: level_of_care(assessment.disposition).to_owned(),
        provisional: assessment.provisional,
        flags: Bounded::first(assessment.red_flags.iter().map(|flag| line(&flag.title)), most::FLAGS),
        denied: Bounded::first(denied.iter().map(|text| cut(text, most::SHORT_CHARS)), most::DENIED),
        not_asked,
        complaint: cut(told.complaint, most::COMPLAINT_CHARS),
        pattern: told.nights.sentences.iter().take(4).map(|text| line(text)).collect(),
        sorting: SORTING.iter().map(|(group, items)| sorting(knowledge, facts.as_ref(), group, items)).collect(),
        medicines: Bounded::first(linked, most::MEDICINES),
        background: Bounded::first(background, most::BACKGROUND),
        causes: Bounded::first(assessment.causes.iter().map(short), most::CAUSES),
        worth: Bounded::first(
            assessment.tests.worth.iter().map(|test| cut(&test.name, most::SHORT_CHARS)),
            most::TESTS,
        ),
        done: Bounded::first(done, most::DONE),
        tried: Bounded::first(tried, most::TRIED),
        wish: cut(told.wish, most::WISH_CHARS),
        version: assessment.knowledge.version.chars().take(12).collect(),
        reviewed: assessment.knowledge.reviewed_by_clinician,
        date: told.date.clone(),
        entered: told.entered,
    }
}

/// Signs of the danger check that are explicitly not there, and how many are not known at all.
fn danger_check(knowledge: &Knowledge, facts: Option<&Facts<'_>>) -> (Vec<String>, usize) {
    let (mut denied, mut not_asked) = (Vec::new(), 0);
    for item in knowledge.danger_lists.iter().flat_map(|list| &list.items) {
        let answers: Vec<Answer> = item.sets.iter().map(|set| set_answer(knowledge, facts, set)).collect();
        if answers.contains(&Answer::Yes) {
            continue;
        }
        if answers.iter().all(|answer| *answer == Answer::No) && !answers.is_empty() {
            denied.push(item.short.clone());
        } else {
            not_asked += 1;
        }
    }
    (denied, not_asked)
}

/// The answer to `name = value`.
fn set_answer(knowledge: &Knowledge, facts: Option<&Facts<'_>>, set: &str) -> Answer {
    let (name, value) = set.split_once('=').map_or((set, ""), |(name, value)| (name.trim(), value.trim()));
    let Some(known) = facts.and_then(|facts| facts.named(name)) else { return Answer::NotAsked };
    if let Some(code) = knowledge.codes.by_word.get(value).filter(|_| value != "yes" && value != "no") {
        return match () {
            () if known.codes.contains(code) => Answer::Yes,
            () if known.absent.contains(code) => Answer::No,
            () => Answer::NotAsked,
        };
    }
    match known.yes {
        Some(true) => Answer::Yes,
        Some(false) => Answer::No,
        None => Answer::NotAsked,
    }
}

fn sorting(knowledge: &Knowledge, facts: Option<&Facts<'_>>, group: &str, items: &[(&str, &str)]) -> Sorting {
    let known = items.iter().filter(|(name, _)| knowledge.fact(name).is_some());
    let items = known.map(|(name, label)| ((*label).to_owned(), set_answer(knowledge, facts, name)));
    Sorting { group: group.to_owned(), items: items.collect() }
}

/// "bendroflumethiazide (began within a year before): thiazide water tablets, population or trial evidence".
fn linked(entry: &crate::medicines::ReviewLine) -> String {
    let began = match entry.began {
        Some(crate::medicines::Began::ShortlyBefore) => " (began shortly before)",
        Some(crate::medicines::Began::LongBefore) => " (long before)",
        Some(crate::medicines::Began::After) => " (after)",
        None => "",
    };
    let evidence = entry.evidence.first();
    let evidence = evidence.map(|entry| format!(": {}", entry.strength_words())).unwrap_or_default();
    let written = cut(&entry.written, most::SHORT_CHARS);
    cut(&format!("{written}{began}{evidence}"), most::LINE_CHARS)
}

fn short(cause: &Cause) -> CauseShort {
    let reasons = |reasons: &[Reason]| {
        let words = reasons.iter().map(|reason| format!("{} ({})", cut(&reason.text, most::SHORT_CHARS), reason.basis));
        Bounded::first(words, most::REASONS)
    };
    CauseShort {
        name: cut(&cause.clinical_name, most::SHORT_CHARS),
        word: cause_word(cause.word).to_owned(),
        present: presence(cause),
        pro: reasons(&cause.for_),
        contra: reasons(&cause.against),
    }
}
