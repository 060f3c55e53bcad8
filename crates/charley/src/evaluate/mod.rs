//! `charley evaluate`: published cases with gold answers.

mod interview;
pub mod ordinary;
pub mod score;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use charley_knowledge::Knowledge;
use charley_reason::assess::{Options, Reasoner};
use charley_reason::{Given, Urgency};
use charley_wire::{Case, given};
use serde::{Deserialize, Serialize};

use score::{Share, mean_interval, median};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Published cases with gold answers, one a line.
    #[arg(required_unless_present = "ordinary")]
    cases: Option<PathBuf>,
    /// Start from the complaint alone and let the case answer the questions, else "don't know".
    #[arg(long)]
    interview: bool,
    /// Leave out examination and laboratory facts.
    #[arg(long)]
    lay: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// People of the NHANES 2005-2006 tables in this folder who report cramps, and everyday situations.
    #[arg(long, value_name = "DIR")]
    ordinary: Option<PathBuf>,
    /// At most this many survey people (a fixed sample).
    #[arg(long, value_name = "N", requires = "ordinary")]
    sample: Option<usize>,
}

/// Runs the command.
pub fn command(reasoner: &Reasoner, args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(folder) = &args.ordinary {
        let table = ordinary::ordinary(reasoner, folder, args.sample)?;
        if args.json {
            println!("{}", serde_json::to_string_pretty(&table)?);
        } else {
            print!("{table}");
        }
        return Ok(if table.passes() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let path = args.cases.as_deref().unwrap_or(Path::new("-"));
    let report = evaluate(reasoner, &read_cases(path)?, Mode { interview: args.interview, lay: args.lay });
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(ExitCode::SUCCESS)
}

/// A case with gold answers.
#[derive(Debug, Deserialize)]
pub struct GoldCase {
    /// The case.
    #[serde(flatten)]
    pub case: Case,
    gold_cause_group: String,
    #[serde(default)]
    alt_cause_groups: Vec<String>,
    gold_triage: String,
    #[serde(default)]
    acceptable_triage: Vec<String>,
}

/// How to run the cases.
#[derive(Debug, Clone, Copy)]
pub struct Mode {
    /// Start from the complaint and let the case answer.
    pub interview: bool,
    /// Leave out examination and laboratory facts.
    pub lay: bool,
}

/// What one case got.
#[derive(Debug, Serialize)]
struct Outcome {
    id: String,
    gold_group: String,
    groups: Vec<String>,
    leading: Vec<String>,
    gold_triage: String,
    triage: String,
    flags: Vec<String>,
    questions: Option<usize>,
    unrecognised: Vec<String>,
    #[serde(skip)]
    top: [bool; 4],
    #[serde(skip)]
    acceptable: bool,
}

/// All scores.
#[derive(Debug, Serialize)]
pub struct Report {
    cases: usize,
    refused: Vec<String>,
    top1_group: Share,
    top3_group: Share,
    top1_group_or_alternative: Share,
    top3_group_or_alternative: Share,
    triage_exact: Share,
    triage_acceptable: Share,
    dangerous_misses: Share,
    emergencies_answered_same_day: Share,
    over_triage: Share,
    soon_answered_more_urgently: Share,
    mean_signed_class_distance: (f64, f64, f64),
    unrecognised_names: BTreeSet<String>,
    median_questions: Option<f64>,
    most_questions: Option<usize>,
    misses: Vec<Outcome>,
}

/// Reads one case per line.
///
/// # Errors
/// Says which line cannot be read.
pub fn read_cases(path: &Path) -> anyhow::Result<Vec<GoldCase>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read {}: give a file with one case per line", path.display()))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| serde_json::from_str(line).with_context(|| format!("{}: line {}", path.display(), at + 1)))
        .collect()
}

/// Runs all cases.
pub fn evaluate(reasoner: &Reasoner, cases: &[GoldCase], mode: Mode) -> Report {
    let mut outcomes = Vec::new();
    let mut refused = Vec::new();
    let mut names = BTreeSet::new();
    for gold in cases {
        let id = gold.case.id.clone().unwrap_or_default();
        match run(reasoner, gold, mode) {
            Ok(outcome) => {
                names.extend(outcome.unrecognised.iter().filter(|name| !name.contains('=')).cloned());
                outcomes.push(outcome);
            }
            Err(message) => refused.push(format!("{id}: {message}")),
        }
    }
    report(cases, outcomes, refused, names)
}

fn run(reasoner: &Reasoner, gold: &GoldCase, mode: Mode) -> Result<Outcome, String> {
    let join =
        |errors: Vec<charley_reason::FactError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let mut facts = given(&gold.case).map_err(join)?;
    if mode.lay {
        facts.retain(|fact| !is_clinical(&reasoner.knowledge, &fact.name));
    }
    let mut questions = None;
    if mode.interview {
        let (asked, known) = interview::interview(reasoner, &facts, mode.lay).map_err(join)?;
        questions = Some(asked);
        facts = known;
    }
    let options = Options { ranges: false, reasons: false, questions: false, person: false };
    let answer = reasoner.assess(&facts, options).map_err(join)?;
    let knowledge = &reasoner.knowledge;
    let mut groups: Vec<String> = Vec::new();
    for cause in &answer.causes {
        let group = &knowledge.conditions[cause.belief.condition.at()].group;
        if !groups.contains(group) {
            groups.push(group.clone());
        }
    }
    let right = |group: &String| *group == gold.gold_cause_group;
    let lenient = |group: &String| right(group) || gold.alt_cause_groups.contains(group);
    let first = |n: usize, is: &dyn Fn(&String) -> bool| groups.iter().take(n).any(is);
    let triage = answer.triage.urgency.word().to_owned();
    Ok(Outcome {
        id: gold.case.id.clone().unwrap_or_default(),
        gold_group: gold.gold_cause_group.clone(),
        leading: answer
            .causes
            .iter()
            .take(4)
            .map(|c| format!("{} {:.2}", knowledge.conditions[c.belief.condition.at()].id, c.belief.accounts))
            .collect(),
        top: [first(1, &right), first(3, &right), first(1, &lenient), first(3, &lenient)],
        groups: groups.into_iter().take(4).collect(),
        acceptable: triage == gold.gold_triage || gold.acceptable_triage.contains(&triage),
        gold_triage: gold.gold_triage.clone(),
        triage,
        flags: answer.triage.flags.iter().map(|flag| flag.id.clone()).collect(),
        questions,
        unrecognised: answer
            .facts
            .unrecognised
            .iter()
            .map(|u| match &u.value {
                Some(value) => format!("{}={value}", u.name),
                None => u.name.clone(),
            })
            .collect(),
    })
}

/// Examination, laboratory and test facts, which a person at home does not have.
pub fn is_clinical(knowledge: &Knowledge, name: &str) -> bool {
    let by_name = ["exam_", "lab_", "test_", "vital_"].iter().any(|prefix| name.starts_with(prefix));
    by_name || knowledge.fact(name).and_then(|(_, fact)| fact.ask.as_ref()).is_some_and(|ask| !ask.person)
}

fn class(word: &str) -> f64 {
    f64::from(match Urgency::from_word(word) {
        Urgency::SelfCare => 0u8,
        Urgency::Routine => 1,
        Urgency::Soon => 2,
        Urgency::SameDay => 3,
        Urgency::Emergency => 4,
    })
}

fn report(cases: &[GoldCase], outcomes: Vec<Outcome>, refused: Vec<String>, names: BTreeSet<String>) -> Report {
    let n = outcomes.len();
    let count = |is: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|o| is(o)).count();
    let share_among = |among: &dyn Fn(&Outcome) -> bool, is: &dyn Fn(&Outcome) -> bool| {
        Share::new(count(&|o| among(o) && is(o)), count(among))
    };
    let top = |at: usize| Share::new(count(&|o| o.top[at]), n);
    let urgent = |o: &Outcome| class(&o.gold_triage) >= 3.0;
    let mild = |o: &Outcome| class(&o.gold_triage) <= 1.0;
    let distances: Vec<f64> = outcomes.iter().map(|o| class(&o.triage) - class(&o.gold_triage)).collect();
    let mut questions: Vec<f64> = outcomes.iter().filter_map(|o| o.questions).map(|q| q as f64).collect();
    Report {
        cases: cases.len(),
        top1_group: top(0),
        top3_group: top(1),
        top1_group_or_alternative: top(2),
        top3_group_or_alternative: top(3),
        triage_exact: Share::new(count(&|o| o.triage == o.gold_triage), n),
        triage_acceptable: Share::new(count(&|o| o.acceptable), n),
        dangerous_misses: share_among(&urgent, &|o| class(&o.triage) < 3.0),
        emergencies_answered_same_day: share_among(&|o| o.gold_triage == "emergency", &|o| o.triage == "same_day"),
        over_triage: share_among(&mild, &|o| class(&o.triage) >= 3.0),
        soon_answered_more_urgently: share_among(&|o| o.gold_triage == "soon_2_weeks", &|o| class(&o.triage) > 2.0),
        mean_signed_class_distance: mean_interval(&distances),
        unrecognised_names: names,
        most_questions: outcomes.iter().filter_map(|o| o.questions).max(),
        median_questions: (!questions.is_empty()).then(|| median(&mut questions)),
        misses: outcomes.into_iter().filter(|o| !o.top[0] || !o.acceptable || o.triage != o.gold_triage).collect(),
        refused,
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "Cases: {} (refused: {}). Shares with exact 95 % intervals.", self.cases, self.refused.len())?;
        for refused in &self.refused {
            writeln!(f, "  refused {refused}")?;
        }
        let rows = [
            ("cause group first", &self.top1_group),
            ("cause group in the first three", &self.top3_group),
            ("first, or an accepted alternative", &self.top1_group_or_alternative),
            ("first three, or an alternative", &self.top3_group_or_alternative),
            ("triage exact", &self.triage_exact),
            ("triage acceptable", &self.triage_acceptable),
            ("DANGEROUS MISSES (of emergency, same day)", &self.dangerous_misses),
            ("emergencies answered same day", &self.emergencies_answered_same_day),
            ("over-triage (of routine, self-care)", &self.over_triage),
            ("soon answered more urgently", &self.soon_answered_more_urgently),
        ];
        for (name, share) in rows {
            writeln!(f, "{name:<44}{share}")?;
        }
        let (mean, low, high) = self.mean_signed_class_distance;
        writeln!(f, "{:<44}{mean:+.2} ({low:+.2} to {high:+.2})", "mean signed class distance")?;
        if let (Some(median), Some(most)) = (self.median_questions, self.most_questions) {
            writeln!(f, "{:<44}median {median}, most {most}", "questions after the danger check")?;
        }
        writeln!(f, "{:<44}{:?}", "unrecognised names", self.unrecognised_names)?;
        writeln!(f, "\nNot all right:")?;
        for o in &self.misses {
            let mark = |right: bool| if right { ' ' } else { '*' };
            writeln!(
                f,
                "{:<8}{}group {} -> {}   {}triage {} -> {}   [{}]  {}",
                o.id,
                mark(o.top[0]),
                o.gold_group,
                o.groups.join(", "),
                mark(o.acceptable),
                o.gold_triage,
                o.triage,
                o.leading.join("; "),
                o.flags.join(" ")
            )?;
        }
        Ok(())
    }
}

/// Facts of one case by name, for the interview.
pub(crate) fn facts_named<'g>(facts: &'g [Given], name: &str) -> Vec<&'g Given> {
    facts.iter().filter(|fact| fact.name == name).collect()
}
