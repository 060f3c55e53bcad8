//! Each line with what is known of it.

use charley_knowledge::{DrugClass, Knowledge};
use charley_reason::Facts;
use charley_reason::eval::Eval;
use charley_wire::{Case, FactIn};

use super::{Began, Line, Medicines, choices};

/// The salts that a medicine may move: key in the knowledge, name.
pub const SALTS: [(&str, &str); 4] = [("k", "potassium"), ("mg", "magnesium"), ("ca", "calcium"), ("na", "sodium")];

/// What is known of a class of medicines and cramps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Class, in plain words.
    pub class: String,
    /// How strong: 1 population or trial, 2 a label or review, 3 single reports, 0 studied and not supported; none when not
    /// rated.
    pub strength: Option<i64>,
    /// The published size, with its interval, in words; may be empty.
    pub size: String,
    /// Sources.
    pub source: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}

impl Evidence {
    /// The strength in words.
    pub fn strength_words(&self) -> &'static str {
        match self.strength {
            Some(1) => "population or trial evidence",
            Some(2) => "a label or a review names leg cramps",
            Some(3) => "single reports or mechanism only",
            Some(_) => "studied and not supported",
            None => "no evidence about cramps on file",
        }
    }
}

/// One line, reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewLine {
    /// As written.
    pub written: String,
    /// What it is read as, in plain words; empty when not known.
    pub read_as: String,
    /// What it may mean, when the lexicon does not know it: code and plain words. Never applied by themselves.
    pub choices: Vec<(String, String)>,
    /// The code it is read as.
    pub code: Option<String>,
    /// When it began.
    pub began: Option<Began>,
    /// Cramp evidence, strongest first; empty when none of its classes is rated.
    pub evidence: Vec<Evidence>,
    /// For each of [`SALTS`]: what it does to it, such as "down"; empty for nothing known.
    pub salts: [String; 4],
    /// Questions for the prescriber.
    pub questions: Vec<String>,
    /// True when it can have begun the cramps by the order in time: not when it began after them.
    pub in_time: bool,
}

impl ReviewLine {
    /// True when something links it to cramps, and the order in time does not speak against it.
    pub fn may_add(&self) -> bool {
        self.in_time && self.evidence.iter().any(|entry| entry.strength.is_some_and(|strength| strength > 0))
    }
}

/// Two things that need care together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Plain words.
    pub text: String,
    /// `block`, `refer` or `space`.
    pub action: String,
    /// Sources.
    pub source: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}

impl Pair {
    /// What the action means.
    pub fn action_words(&self) -> &'static str {
        match self.action.as_str() {
            "block" => "not without a clinician’s word",
            "space" => "hours apart",
            _ => "ask first",
        }
    }
}

/// The review.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// Lines in their order.
    pub lines: Vec<ReviewLine>,
    /// Pairs that need care.
    pub pairs: Vec<Pair>,
}

/// Reviews a list. `facts` is everything else that is known: some pairs are of a medicine and an illness or a result.
pub fn review(knowledge: &Knowledge, medicines: &Medicines, facts: &[FactIn]) -> Review {
    let lines = medicines.lines.iter().map(|line| one(knowledge, line)).collect();
    let given = charley_wire::given(&Case { id: None, facts: facts.to_vec() }).unwrap_or_default();
    let pairs = Facts::read(knowledge, &given).map(|facts| {
        let eval = Eval::new(&facts);
        let holding = knowledge.interactions.iter().filter(|pair| eval.holds(&pair.when));
        holding
            .map(|pair| Pair {
                text: pair.text.clone(),
                action: pair.action.clone(),
                source: pair.src.clone(),
                unconfirmed: pair.unconfirmed,
            })
            .collect()
    });
    Review { lines, pairs: pairs.unwrap_or_default() }
}

fn one(knowledge: &Knowledge, line: &Line) -> ReviewLine {
    let code = line.code.as_deref().and_then(|code| knowledge.codes.by_word.get(code)).copied();
    let mut classes: Vec<&DrugClass> = match code {
        Some(code) => knowledge.classes.iter().filter(|class| knowledge.codes.is_a(code, class.code)).collect(),
        None => Vec::new(),
    };
    // The narrowest class first: what is known of thiazides says more than what is known of all water tablets.
    classes.sort_by_key(|class| std::cmp::Reverse(knowledge.codes.ancestors[class.code.at()].len()));
    let mut evidence: Vec<Evidence> = classes
        .iter()
        .filter(|class| class.strength.is_some())
        .map(|class| Evidence {
            class: class.name.clone(),
            strength: class.strength,
            size: class.size.clone(),
            source: class.src.clone(),
            unconfirmed: class.unconfirmed,
        })
        .collect();
    // "Studied and not supported" is the weakest of all, though its number is the smallest.
    evidence.sort_by_key(|entry| entry.strength.map_or(i64::MAX, |strength| if strength == 0 { 9 } else { strength }));
    let plain = |code: &String| {
        knowledge.codes.by_word.get(code).map_or_else(|| code.replace('_', " "), |code| knowledge.codes.name(*code))
    };
    let open = if code.is_none() { choices(knowledge, &line.written).0 } else { Vec::new() };
    ReviewLine {
        written: line.written.clone(),
        read_as: code.map(|code| knowledge.codes.name(code)).unwrap_or_default(),
        choices: open.into_iter().map(|code| (code.clone(), plain(&code))).collect(),
        code: line.code.clone(),
        began: line.began,
        salts: SALTS.map(|(salt, _)| effect(&classes, salt)),
        questions: questions(knowledge, &classes),
        in_time: line.began != Some(Began::After),
        evidence,
    }
}

/// The effects of all classes on a salt; two that differ are both told.
fn effect(classes: &[&DrugClass], salt: &str) -> String {
    let mut ways: Vec<&str> = Vec::new();
    for (_, way) in classes.iter().flat_map(|class| &class.effects).filter(|(key, _)| key == salt) {
        if !ways.contains(&way.as_str()) {
            ways.push(way);
        }
    }
    ways.join(" or ")
}

fn questions(knowledge: &Knowledge, classes: &[&DrugClass]) -> Vec<String> {
    let prompts: Vec<&String> = classes
        .iter()
        .flat_map(|class| knowledge.prompts.iter().filter(|(code, _)| *code == class.code))
        .map(|(_, ask)| ask)
        .collect();
    // The prompt is the question itself and says more; without one the narrowest class has its general one.
    let general = classes.iter().map(|class| &class.ask).filter(|ask| !ask.is_empty()).take(1);
    let mut all: Vec<String> = Vec::new();
    for question in if prompts.is_empty() { general.collect() } else { prompts } {
        if !all.contains(question) && all.len() < 2 {
            all.push(question.clone());
        }
    }
    all
}
