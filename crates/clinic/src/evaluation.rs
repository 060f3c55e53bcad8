//! The evaluation: the person's own facts and what the clinic found, put together; and what changed since it was last saved.

use charley_knowledge::{FactKind, Knowledge};
use charley_reason::Reasoner;
use charley_wire::{Assessment, Case, Cause, FactIn, Options, Ranged};
use charley_words::{cause_word, level_of_care};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::intake::Intake;
use crate::laboratory::Laboratory;
use crate::medicines::Medicines;
use crate::vascular::Vascular;

/// Everything that is known of one person.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parts<'p> {
    /// The person's own check, as it was shared.
    pub shared: &'p [FactIn],
    /// What the person's nights say.
    pub diary: &'p [FactIn],
    /// History and examination.
    pub intake: Option<&'p Intake>,
    /// Laboratory.
    pub laboratory: Option<&'p Laboratory>,
    /// Medicines.
    pub medicines: Option<&'p Medicines>,
    /// Vascular tests.
    pub vascular: Option<&'p Vascular>,
    /// Date of birth.
    pub born: Option<Date>,
}

/// Where the person and the clinic say two things of one fact. The clinic's word is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What the fact means.
    pub meaning: String,
    /// The person's word.
    pub person: String,
    /// The clinic's word.
    pub clinic: String,
}

/// The facts of all parts.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// Facts: each that takes one value stands once.
    pub facts: Vec<FactIn>,
    /// Where a later word replaced the person's.
    pub differences: Vec<Difference>,
}

/// Facts of a list of medicines: a reviewed list replaces them all.
const MEDICINE_LIST: [&str; 7] = [
    "medicine",
    "medicine_absent",
    "new_medicine",
    "long_term_medicine",
    "medicine_after_cramps",
    "medicines_complete",
    "medicine_started_before_cramps",
];

/// Values that are worked out again when their inputs are new: what gives, what it takes.
const WORKED_OUT: [(&str, &[&str]); 4] = [
    ("lab_egfr", &["lab_creatinine"]),
    ("lab_calcium_adjusted", &["lab_calcium", "lab_albumin"]),
    ("lab_osmolarity_calculated", &["lab_sodium", "lab_potassium", "lab_glucose", "lab_urea"]),
    ("lab_tsat", &["lab_iron", "lab_tibc"]),
];

/// Age in whole years on a day.
pub fn age_years(born: Date, today: Date) -> i16 {
    let had = (today.month(), today.day()) >= (born.month(), born.day());
    (today.year() - born.year() - i16::from(!had)).max(0)
}

/// Puts all facts together, each part over the one before: the person's check, the nights, the intake, the medicines, the
/// laboratory, the vascular tests, and the date of birth over any age.
pub fn gather(knowledge: &Knowledge, parts: &Parts<'_>, today: Date) -> Gathered {
    let mut all = Gathered { facts: parts.shared.to_vec(), differences: Vec::new() };
    let told = all.facts.len();
    // The diary counts; where it speaks, it is the person's own better word and no difference.
    all.lay(knowledge, parts.diary.to_vec(), 0);
    if let Some(intake) = parts.intake {
        all.lay(knowledge, intake.facts(today), told);
    }
    if let Some(medicines) = parts.medicines {
        all.facts.retain(|fact| !MEDICINE_LIST.contains(&fact.name.as_str()));
        all.lay(knowledge, medicines.facts(), told);
    }
    if let Some(laboratory) = parts.laboratory {
        let results = laboratory.facts(knowledge, today);
        let has = |name: &str| results.iter().any(|fact| fact.name == name);
        for (gives, takes) in WORKED_OUT {
            if !has(gives) && takes.iter().any(|name| has(name)) {
                all.facts.retain(|fact| fact.name != gives);
            }
        }
        all.lay(knowledge, results, 0);
    }
    if let Some(vascular) = parts.vascular {
        let tests = vascular.facts(knowledge, today);
        if tests.iter().any(|fact| fact.name.starts_with("test_abpi_")) {
            all.facts.retain(|fact| fact.name != "test_abpi");
        }
        all.lay(knowledge, tests, 0);
    }
    if let Some(born) = parts.born {
        all.facts.retain(|fact| fact.name != "age" && fact.name != "age_band");
        let age = f64::from(age_years(born, today));
        let unit = Some("yr".to_owned());
        all.facts.push(FactIn { name: "age".to_owned(), value: age.into(), unit, days_ago: None });
    }
    all
}

impl Gathered {
    /// Lays facts over what is there. `compare`: note a difference with what the person said (0: note none).
    fn lay(&mut self, knowledge: &Knowledge, over: Vec<FactIn>, compare: usize) {
        for fact in &over {
            let repeats = knowledge.fact(&fact.name).is_some_and(|(_, known)| known.repeat);
            let mut replaced: Vec<FactIn> = Vec::new();
            self.facts.retain(|known| {
                let goes = if repeats { opposite(knowledge, known, fact) } else { known.name == fact.name };
                if goes {
                    replaced.push(known.clone());
                }
                !goes
            });
            if compare > 0 {
                self.differences.extend(replaced.iter().filter_map(|old| difference(knowledge, old, fact)));
            }
        }
        let repeated = |fact: &FactIn| {
            self.facts.iter().any(|known| known.name == fact.name && same_word(knowledge, &known.value, &fact.value))
        };
        let new: Vec<FactIn> = over.into_iter().filter(|fact| !repeated(fact)).collect();
        self.facts.extend(new);
    }
}

/// "X is there" against "X is not there".
fn opposite(knowledge: &Knowledge, known: &FactIn, new: &FactIn) -> bool {
    let base = |name: &str| name.strip_suffix("_absent").map(str::to_owned);
    let against = match (base(&known.name), base(&new.name)) {
        (Some(base), None) => base == new.name,
        (None, Some(base)) => base == known.name,
        _ => false,
    };
    against && same_word(knowledge, &known.value, &new.value)
}

/// True when two words are read as the same code.
fn same_word(knowledge: &Knowledge, a: &Value, b: &Value) -> bool {
    if a == b {
        return true;
    }
    let code = |value: &Value| knowledge.find_code(value.as_str()?, |_| true).map(|(code, _)| code);
    matches!((code(a), code(b)), (Some(a), Some(b)) if a == b)
}

fn difference(knowledge: &Knowledge, old: &FactIn, new: &FactIn) -> Option<Difference> {
    let (_, fact) = knowledge.fact(&new.name)?;
    let yes_no = |value: &Value| value.as_bool().map(|yes| if yes { "yes" } else { "no" }.to_owned());
    let say = |told: &FactIn| {
        let word = yes_no(&told.value).or_else(|| told.value.as_str().map(|word| word.replace('_', " ")));
        let unit = told.unit.as_deref().unwrap_or_default();
        word.unwrap_or_else(|| format!("{} {unit}", told.value).trim().to_owned())
    };
    let (person, clinic) = (say(old), say(new));
    let same = old.name == new.name && person.eq_ignore_ascii_case(&clinic);
    // A number in another unit is no other number: only words and yes or no are compared.
    let compared = matches!(fact.kind, FactKind::YesNo | FactKind::Code) || old.unit == new.unit;
    (!same && compared).then(|| Difference {
        meaning: fact.meaning.clone(),
        person: if old.name == new.name { person } else { format!("{}: {person}", negated(&old.name)) },
        clinic: if old.name == new.name { clinic } else { format!("{}: {clinic}", negated(&new.name)) },
    })
}

fn negated(name: &str) -> &'static str {
    if name.ends_with("_absent") { "not there" } else { "there" }
}

/// Assesses what was gathered.
///
/// # Errors
/// Every fact that the core refuses, with what to do.
pub fn assess(reasoner: &Reasoner, gathered: &Gathered) -> Result<Assessment, Vec<charley_reason::FactError>> {
    let case = Case { id: None, facts: gathered.facts.clone() };
    charley_wire::assess(reasoner, &case, &Options::default())
}

/// A cause as it stood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CauseLine {
    /// Id of the condition.
    pub id: String,
    /// Clinical name.
    pub name: String,
    /// One of four words.
    pub word: String,
    /// Probability that it is present: middle, low, high.
    pub present: [f64; 3],
    /// The person told of it; snapshots of an older version do not say.
    #[serde(default)]
    pub told: bool,
    /// What it may add to cramps; none for what adds nothing.
    pub adds: Option<[f64; 3]>,
    /// What causes are ranked by.
    pub accounts: f64,
}

/// An evaluation as it stood when it was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When.
    pub at: Timestamp,
    /// Which knowledge answered.
    pub knowledge: String,
    /// How soon to be seen: the word on the wire.
    pub disposition: String,
    /// The danger check was not finished.
    pub provisional: bool,
    /// Titles of rules that were true.
    pub flags: Vec<String>,
    /// Causes in their order.
    pub causes: Vec<CauseLine>,
}

/// Causes that a snapshot keeps.
const KEPT_CAUSES: usize = 12;

impl Snapshot {
    /// Of an assessment.
    pub fn of(assessment: &Assessment, at: Timestamp) -> Self {
        let numbers = |range: Ranged| [range.mean.get(), range.low.get(), range.high.get()];
        let line = |cause: &Cause| CauseLine {
            id: cause.id.clone(),
            name: cause.clinical_name.clone(),
            word: cause_word(cause.word).to_owned(),
            present: numbers(cause.present),
            told: cause.told(),
            adds: cause.contribution.map(numbers),
            accounts: cause.accounts.get(),
        };
        Self {
            at,
            knowledge: assessment.knowledge.version.clone(),
            disposition: assessment.disposition.as_str().to_owned(),
            provisional: assessment.provisional,
            flags: assessment.red_flags.iter().map(|flag| flag.title.clone()).collect(),
            causes: assessment.causes.iter().take(KEPT_CAUSES).map(line).collect(),
        }
    }
}

/// What became of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    /// It was not among the causes before.
    Came,
    /// It explains more of what is reported.
    Rose,
    /// It explains less.
    Fell,
    /// It is no longer among them.
    Went,
}

impl Move {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Came => "new",
            Self::Rose => "more likely than before",
            Self::Fell => "less likely than before",
            Self::Went => "no longer among them",
        }
    }
}

/// A cause that moved.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseMoved {
    /// Clinical name.
    pub name: String,
    /// Which way.
    pub moved: Move,
    /// Present before, in words; empty when it was not there.
    pub before: String,
    /// Present now.
    pub after: String,
}

/// What changed between two evaluations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Urgency before and now, in words, when it is another.
    pub urgency: Option<(String, String)>,
    /// Rules that became true.
    pub new_flags: Vec<String>,
    /// Rules that are no longer true.
    pub gone_flags: Vec<String>,
    /// Causes that moved, the largest move first.
    pub causes: Vec<CauseMoved>,
    /// Other knowledge answered: part of the change may come from there.
    pub other_knowledge: bool,
}

impl Changes {
    /// True when nothing moved.
    pub fn is_empty(&self) -> bool {
        self.urgency.is_none() && self.new_flags.is_empty() && self.gone_flags.is_empty() && self.causes.is_empty()
    }
}

/// A smaller move of the share that a cause explains is no news (our judgement).
const NEWS: f64 = 0.03;

/// Compares two evaluations.
pub fn changes(before: &Snapshot, after: &Snapshot) -> Changes {
    let level = |word: &str| word.parse().map_or_else(|_| word.to_owned(), |level| level_of_care(level).to_owned());
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|title| !those.contains(title)).cloned().collect()
    };
    let mut moved: Vec<(f64, CauseMoved)> = Vec::new();
    for cause in &after.causes {
        let old = before.causes.iter().find(|old| old.id == cause.id);
        let step = cause.accounts - old.map_or(0.0, |old| old.accounts);
        let other_word = old.is_some_and(|old| old.word != cause.word);
        let way = match old {
            None => Move::Came,
            Some(_) if step > 0.0 => Move::Rose,
            Some(_) => Move::Fell,
        };
        if step.abs() >= NEWS || other_word || (old.is_none() && cause.word == "not ruled out") {
            let (name, after) = (cause.name.clone(), shown(cause));
            let before = old.map(shown).unwrap_or_default();
            moved.push((step.abs(), CauseMoved { name, moved: way, before, after }));
        }
    }
    for old in before.causes.iter().filter(|old| !after.causes.iter().any(|cause| cause.id == old.id)) {
        if old.accounts >= NEWS {
            let entry =
                CauseMoved { name: old.name.clone(), moved: Move::Went, before: shown(old), after: String::new() };
            moved.push((old.accounts, entry));
        }
    }
    moved.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    Changes {
        urgency: (before.disposition != after.disposition)
            .then(|| (level(&before.disposition), level(&after.disposition))),
        new_flags: only(&after.flags, &before.flags),
        gone_flags: only(&before.flags, &after.flags),
        causes: moved.into_iter().map(|(_, cause)| cause).collect(),
        other_knowledge: before.knowledge != after.knowledge,
    }
}

/// "possible; present 20 % (8 to 40 if our inputs are off)".
fn shown(cause: &CauseLine) -> String {
    if cause.told {
        return format!("{}; {}", cause.word, charley_words::KNOWN);
    }
    let [mean, low, high] = cause.present;
    let range = Ranged { mean: mean.into(), low: low.into(), high: high.into() };
    format!("{}; present {}", cause.word, charley_words::share(&range))
}
