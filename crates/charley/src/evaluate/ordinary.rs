//! Ordinary nights: people of a population survey (NHANES 2005-2006) who report leg cramps, and a matrix of everyday
//! situations. Few of them may be sent to hospital, and most have no single cause.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use charley_reason::assess::{Options, Reasoner};
use charley_reason::checks::parse_fact;
use charley_reason::{Given, Urgency, Value};
use serde::Serialize;

use super::score::Share;

/// What one group of people got.
#[derive(Debug, Serialize)]
pub struct Group {
    name: String,
    emergency_or_same_day: Share,
    routine_or_self_care: Share,
    /// Of people without a listed medicine or condition.
    no_single_cause_leads: Share,
    /// The commonest reasons for more than routine.
    raised_by: Vec<(String, usize)>,
    refused: usize,
}

/// The whole table.
#[derive(Debug, Serialize)]
pub struct Table {
    groups: Vec<Group>,
    /// Every cell of the matrix that is answered emergency or same day.
    urgent_cells: Vec<String>,
}

impl Table {
    /// The limits of the proof: at most 2 % urgent, at least 95 % routine or self-care, and no single cause leads in
    /// at least 60 % of people without a listed medicine or condition.
    pub fn passes(&self) -> bool {
        self.groups.iter().all(|group| {
            group.emergency_or_same_day.share <= 0.02
                && group.routine_or_self_care.share >= 0.95
                && (group.no_single_cause_leads.of == 0 || group.no_single_cause_leads.share >= 0.60)
        })
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for group in &self.groups {
            writeln!(f, "{} (refused {})", group.name, group.refused)?;
            writeln!(f, "  emergency or same day       {}   limit 2 %", group.emergency_or_same_day)?;
            writeln!(f, "  routine or self-care        {}   at least 95 %", group.routine_or_self_care)?;
            writeln!(
                f,
                "  no single cause leads       {}   at least 60 % (people without a listed medicine or condition)",
                group.no_single_cause_leads
            )?;
            for (rule, count) in &group.raised_by {
                writeln!(f, "    raised by {rule}: {count}")?;
            }
        }
        for cell in &self.urgent_cells {
            writeln!(f, "  urgent cell: {cell}")?;
        }
        writeln!(f, "{}", if self.passes() { "within the limits" } else { "OUTSIDE THE LIMITS" })
    }
}

/// Runs the survey people and the matrix.
///
/// # Errors
/// When a table of the survey cannot be read.
pub fn ordinary(reasoner: &Reasoner, folder: &Path, most: Option<usize>) -> anyhow::Result<Table> {
    let mut people = survey_people(folder)?;
    if let Some(most) = most {
        // Every n-th person: a fixed sample without randomness.
        let step = people.len().div_ceil(most).max(1);
        people = people.into_iter().step_by(step).collect();
    }
    let survey =
        group(reasoner, "people of NHANES 2005-2006 who report leg cramps".to_owned(), &people, &mut Vec::new());
    let mut urgent_cells = Vec::new();
    let matrix = group(reasoner, "matrix of everyday situations".to_owned(), &matrix(), &mut urgent_cells);
    Ok(Table { groups: vec![survey, matrix], urgent_cells })
}

/// One person: a name for the table, facts, and whether a listed medicine or condition is there.
struct Person {
    name: String,
    facts: Vec<Given>,
    listed: bool,
}

fn group(reasoner: &Reasoner, name: String, people: &[Person], urgent: &mut Vec<String>) -> Group {
    let options = Options { ranges: false, reasons: false, questions: false, person: false };
    let (mut hospital, mut mild, mut plain, mut leads, mut refused) = (0, 0, 0, 0, 0);
    let mut raised: HashMap<String, usize> = HashMap::new();
    for person in people {
        let Ok(answer) = reasoner.assess(&person.facts, options) else {
            refused += 1;
            continue;
        };
        let urgency = answer.triage.urgency;
        if urgency >= Urgency::SameDay {
            hospital += 1;
            let rules: Vec<_> = answer.triage.flags.iter().map(|flag| flag.id.as_str()).collect();
            urgent.push(format!("{}: {}", person.name, rules.join(" ")));
        }
        mild += usize::from(urgency <= Urgency::Routine);
        if urgency > Urgency::Routine
            && let Some(flag) = answer.triage.flags.first()
        {
            *raised.entry(flag.id.clone()).or_default() += 1;
        }
        if !person.listed {
            plain += 1;
            let first = answer.causes.first().map(|cause| cause.belief.condition);
            leads += usize::from(first.is_some() && first == charley_reason::infer::ordinary(&reasoner.knowledge));
        }
    }
    let n = people.len() - refused;
    let mut raised_by: Vec<_> = raised.into_iter().collect();
    raised_by.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    raised_by.truncate(8);
    Group {
        name,
        emergency_or_same_day: Share::new(hospital, n),
        routine_or_self_care: Share::new(mild, n),
        no_single_cause_leads: Share::new(leads, plain),
        raised_by,
        refused,
    }
}

fn facts(texts: &[&str]) -> Vec<Given> {
    texts.iter().filter_map(|text| parse_fact(text)).collect()
}

/// Who × what happened, as the issue lists them.
fn matrix() -> Vec<Person> {
    let who: [(&str, &[&str], bool); 8] = [
        ("none", &[], false),
        ("statin", &["medicine = atorvastatin"], true),
        ("raloxifene", &["medicine = raloxifene", "sex = female"], true),
        ("COPD with long-acting inhaler", &["condition = copd", "medicine = salmeterol"], true),
        ("pregnant", &["pregnant = yes", "sex = female", "age = 30 yr", "gestation_weeks = 24 wk"], true),
        (
            "calcium-channel blocker with ankle swelling",
            &["medicine = amlodipine", "ankle_swelling = yes", "laterality = both"],
            true,
        ),
        ("varicose veins", &["visible_varicose_veins = yes"], true),
        ("diabetes", &["condition = type_2_diabetes"], true),
    ];
    let what: [(&str, &[&str]); 5] = [
        ("sore next day", &["sore_after_cramp = yes", "pain_fading = yes"]),
        ("a 12-minute cramp that went", &["episode_minutes = 12 min", "course = resolved"]),
        ("both ankles swollen in the evening", &["ankle_swelling = yes", "worse_evening = yes", "laterality = both"]),
        ("cold feet", &["cold_feet = yes"]),
        ("strong-coloured urine that cleared", &["urine_strong_coloured_cleared = yes"]),
    ];
    let base = ["calf_cramps = yes", "nocturnal_symptoms = yes", "relief_stretching = yes", "hard_knot = yes"];
    let mut cells = Vec::new();
    for (person, person_facts, listed) in who {
        for (event, event_facts) in what {
            let mut all: Vec<&str> = base.to_vec();
            all.extend(person_facts);
            all.extend(event_facts);
            if !all.iter().any(|fact| fact.starts_with("age ")) {
                all.push("age = 66 yr");
            }
            all.sort_unstable();
            all.dedup();
            cells.push(Person { name: format!("{person} × {event}"), facts: facts(&all), listed });
        }
    }
    cells
}

/// One table of the survey: rows by participant.
struct Survey {
    rows: HashMap<String, HashMap<String, String>>,
}

impl Survey {
    fn read(folder: &Path, table: &str) -> anyhow::Result<Self> {
        let mut survey = Self { rows: HashMap::new() };
        for row in records(folder, table)? {
            if let Some(id) = row.get("SEQN") {
                survey.rows.insert(id.clone(), row);
            }
        }
        Ok(survey)
    }

    fn number(&self, id: &str, column: &str) -> Option<f64> {
        self.rows.get(id)?.get(column)?.parse().ok()
    }

    fn is(&self, id: &str, column: &str, code: f64) -> bool {
        self.number(id, column) == Some(code)
    }
}

fn records(folder: &Path, table: &str) -> anyhow::Result<Vec<HashMap<String, String>>> {
    let path = folder.join(format!("{table}.csv.gz"));
    let file = std::fs::File::open(&path)
        .with_context(|| format!("cannot open {}: give the folder with the NHANES 2005-2006 tables", path.display()))?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .with_context(|| format!("cannot unpack {}", path.display()))?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.with_context(|| format!("cannot read a row of {}", path.display()))).collect()
}

/// Diagnoses: table column = 1 means this code.
const DIAGNOSES: [(&str, &str); 14] = [
    ("MCQ010", "asthma"),
    ("MCQ160A", "arthritis"),
    ("MCQ160B", "heart_failure"),
    ("MCQ160C", "coronary_artery_disease"),
    ("MCQ160D", "angina"),
    ("MCQ160E", "heart_attack"),
    ("MCQ160F", "stroke"),
    ("MCQ160G", "emphysema"),
    ("MCQ160K", "chronic_bronchitis"),
    ("MCQ160L", "liver_disease"),
    ("MCQ160M", "thyroid_disease"),
    ("MCQ220", "cancer"),
    ("MCQ160N", "gout"),
    ("MCQ053", "anaemia"),
];

/// Laboratory values: table, column, fact, unit.
const LABORATORY: [(&str, &str, &str, &str); 7] = [
    ("BIOPRO_D", "LBXSKSI", "lab_potassium", "mmol/L"),
    ("BIOPRO_D", "LBXSNASI", "lab_sodium", "mmol/L"),
    ("BIOPRO_D", "LBXSCA", "lab_calcium", "mg/dL"),
    ("BIOPRO_D", "LBXSCR", "lab_creatinine", "mg/dL"),
    ("BIOPRO_D", "LBXSAL", "lab_albumin", "g/dL"),
    ("GHB_D", "LBXGH", "lab_hba1c", "%"),
    ("CBC_D", "LBXHGB", "lab_haemoglobin", "g/dL"),
];

/// Age of the survey's laboratory values against its questions, in days.
const SURVEY_LAB_DAYS: f64 = 21.0;

fn survey_people(folder: &Path) -> anyhow::Result<Vec<Person>> {
    let sleep = Survey::read(folder, "SLQ_D")?;
    let demography = Survey::read(folder, "DEMO_D")?;
    let medical = Survey::read(folder, "MCQ_D")?;
    let diabetes = Survey::read(folder, "DIQ_D")?;
    let pressure = Survey::read(folder, "BPQ_D")?;
    let kidney = Survey::read(folder, "KIQ_U_D")?;
    let smoking = Survey::read(folder, "SMQ_D")?;
    let body = Survey::read(folder, "BMX_D")?;
    let mut laboratory = HashMap::new();
    for (table, ..) in LABORATORY {
        if !laboratory.contains_key(table) {
            laboratory.insert(table, Survey::read(folder, table)?);
        }
    }
    let medicines = medicines(folder)?;
    let mut ids: Vec<&String> = sleep
        .rows
        .keys()
        .filter(|id| sleep.number(id, "SLQ160").is_some_and(|often| (1.0..=4.0).contains(&often)))
        .collect();
    ids.sort();
    let mut people = Vec::new();
    for id in ids {
        let mut person = Vec::new();
        let mut listed = false;
        let mut add = |name: &str, value: Value, unit: Option<&str>| {
            // The examination with its blood tests came some weeks after the interview that asked about cramps.
            let days_ago = name.starts_with("lab_").then_some(SURVEY_LAB_DAYS);
            person.push(Given { name: name.to_owned(), value, unit: unit.map(str::to_owned), days_ago });
        };
        let text = |word: &str| Value::Text(word.to_owned());
        add("leg_cramps", text("yes"), None);
        add("nocturnal_symptoms", text("yes"), None);
        if let Some(age) = demography.number(id, "RIDAGEYR") {
            add("age", Value::Number(age), Some("yr"));
        }
        let female = demography.is(id, "RIAGENDR", 2.0);
        add("sex", text(if female { "female" } else { "male" }), None);
        if demography.is(id, "RIDEXPRG", 1.0) {
            add("pregnant", text("yes"), None);
            listed = true;
        }
        for (column, code) in DIAGNOSES {
            if medical.is(id, column, 1.0) {
                add("condition", text(code), None);
                listed = true;
            }
        }
        let others = [
            (diabetes.is(id, "DIQ010", 1.0), "diabetes"),
            (pressure.is(id, "BPQ020", 1.0), "hypertension"),
            (pressure.is(id, "BPQ080", 1.0), "high_cholesterol"),
            (kidney.is(id, "KIQ022", 1.0), "chronic_kidney_disease"),
        ];
        for (has, code) in others {
            if has {
                add("condition", text(code), None);
                listed = true;
            }
        }
        if kidney.is(id, "KIQ025", 1.0) {
            add("on_haemodialysis", text("yes"), None);
            listed = true;
        }
        if smoking.is(id, "SMQ040", 1.0) {
            add("smoker", text("yes"), None);
        }
        if let Some(bmi) = body.number(id, "BMXBMI") {
            add("bmi", Value::Number(bmi), Some("kg/m2"));
        }
        for medicine in medicines.get(id).into_iter().flatten() {
            add("medicine", text(medicine), None);
            listed = true;
        }
        for (table, column, fact, unit) in LABORATORY {
            if let Some(value) = laboratory[table].number(id, column) {
                add(fact, Value::Number(value), Some(unit));
            }
        }
        people.push(Person { name: format!("SEQN {id}"), facts: person, listed });
    }
    Ok(people)
}

/// Generic names of the medicines each participant takes.
fn medicines(folder: &Path) -> anyhow::Result<HashMap<String, Vec<String>>> {
    let names: HashMap<String, String> = records(folder, "RXQ_DRUG")?
        .into_iter()
        .filter_map(|row| Some((row.get("RXDDRGID")?.clone(), row.get("RXDDRUG")?.clone())))
        .collect();
    let mut taken: HashMap<String, Vec<String>> = HashMap::new();
    for row in records(folder, "RXQ_RX_D")? {
        let (Some(id), Some(drug)) = (row.get("SEQN"), row.get("RXDDRGID").and_then(|drug| names.get(drug))) else {
            continue;
        };
        let list = taken.entry(id.clone()).or_default();
        list.extend(drug.split(';').map(|name| name.trim().to_lowercase()));
    }
    for list in taken.values_mut() {
        list.sort();
        list.dedup();
    }
    Ok(taken)
}
