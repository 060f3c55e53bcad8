//! Speed: against the clock, and against pyAgrum on the largest cut that it can answer.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use charley_knowledge::{FindIx, Knowledge};
use charley_reason::eval::Observed;
use charley_reason::network::build::Evidence;
use charley_reason::network::{Order, Problem};
use charley_reason::{Given, Reasoner, Value};
use serde::{Deserialize, Serialize};

use super::agrum;
use super::report::Report;
use super::store::Store;
use crate::bench::{NEGATIVES, Row, Times, milliseconds, people, row, table};
use crate::net::cut::{self, Cut};
use crate::net::rng::Rng;
use crate::net::worst;
use crate::shell::{bounded, bounded_to, cargo, show, tail};

/// Evidence sets of the comparison with pyAgrum.
const SETS: usize = 100;
/// Longest that pyAgrum may take for one evidence set, and the most memory.
const PATIENCE: Duration = Duration::from_secs(60);
const MEMORY_GB: u64 = 8;
/// Cases of the throughput run, and how many a second are asked for on two cores.
const CASES: usize = 4_000;
const LEAST_RATE: f64 = 1_000.0;

/// The proof.
///
/// # Errors
/// When a part cannot run.
pub fn prove(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let reasoner = Reasoner::new(charley_knowledge::embedded()?);
    let mut rows = Vec::new();
    for (positives, count) in [(8, 100), (16, 50), (30, 20)] {
        let found: Row = store.part(&format!("{positives} positive"), || Ok(row(&reasoner, positives, count)))?;
        rows.push(found);
    }
    let mut limit = |what: &str, limit_ms: f64, found: f64| {
        report.limit(what, &format!("{limit_ms} ms"), format!("{found:.3} ms"), found <= limit_ms);
    };
    limit("posterior without ranges at 8 positive, 15 negative: median", 0.3, rows[0].network.median_ms);
    limit("full assessment at 8 positive: median", 50.0, rows[0].full.median_ms);
    limit("full assessment at 16 positive: median", 300.0, rows[1].full.median_ms);
    limit("full assessment at 30 positive: median", 3_000.0, rows[2].full.median_ms);
    report.section(
        "Against the clock",
        format!(
            "{}\nMade-up people told as facts (`xtask/src/net/people.rs`), one thread. *Posterior alone*: observed findings \
             to the exact probability of every condition, with the order of elimination found anew. *Without ranges*: facts \
             in, assessment out, without ranges, reasons and questions. *Full*: with all of them.",
            table(&rows)
        ),
    );
    throughput(&reasoner, store, report)?;
    library(&reasoner.knowledge, store, report)
}

/// `charley assess --jsonl` on all cores.
fn throughput(reasoner: &Reasoner, store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    show(cargo().args(["build", "--quiet", "--release", "--locked", "--package", "charley"]))?;
    let program = crate::root::target().join("release/charley");
    let mut lines = String::new();
    let some: Vec<Vec<Given>> = [2, 4, 6, 8].iter().flat_map(|positives| people(reasoner, *positives, 100)).collect();
    for at in 0..CASES {
        let facts: Vec<serde_json::Value> = some[at % some.len()].iter().map(fact).collect();
        lines += &serde_json::json!({ "id": at.to_string(), "facts": facts }).to_string();
        lines.push('\n');
    }
    let file = crate::root::proofs().join("throughput.jsonl");
    std::fs::write(&file, lines)?;
    let mut rate = |name: &str, more: &str| {
        store.part(name, || {
            let mut command = Command::new(&program);
            command.args(["assess", "--jsonl", more]).arg(&file);
            // To a file: reading along would take a core from the program.
            let answers = crate::root::proofs().join("throughput-answered.jsonl");
            let started = Instant::now();
            let ended = bounded_to(&mut command, Duration::from_secs(600), std::fs::File::create(&answers)?.into())?;
            let seconds = started.elapsed().as_secs_f64();
            ensure!(ended.success, "{}", tail(&ended.text, 5));
            let answered = std::fs::read_to_string(&answers)?.lines().filter(|line| line.starts_with('{')).count();
            ensure!(answered == CASES, "{answered} of {CASES} cases were answered");
            Ok(CASES as f64 / seconds)
        })
    };
    let kinds = [
        ("assess --jsonl --no-ranges", "--no-ranges", "reasons, questions, tests and plan; no ranges"),
        ("assess --jsonl --brief", "--brief", "triage, causes and plan; no ranges, reasons, questions and tests"),
    ];
    let mut text = "| option | with | cases a second |\n|---|---|---|\n".to_owned();
    for (name, option, what) in kinds {
        let found: f64 = rate(name, option)?;
        report.limit(
            &format!("charley assess --jsonl {option}, all cores"),
            &format!("{LEAST_RATE:.0} cases a second"),
            format!("{found:.0} a second"),
            found >= LEAST_RATE,
        );
        text += &format!("| `{option}` | {what} | {found:.0} |\n");
    }
    report.section(
        "Throughput",
        format!(
            "{text}\n{CASES} cases (a quarter each with 2, 4, 6 and 8 positive findings, {NEGATIVES} negative), start of the \
             program and reading of the knowledge included."
        ),
    );
    Ok(())
}

fn fact(given: &Given) -> serde_json::Value {
    let value = match &given.value {
        Value::Bool(yes) => serde_json::json!(yes),
        Value::Number(number) => serde_json::json!(number),
        Value::Text(text) => serde_json::json!(text),
    };
    match &given.unit {
        Some(unit) => serde_json::json!({ "name": given.name, "value": value, "unit": unit }),
        None => serde_json::json!({ "name": given.name, "value": value }),
    }
}

/// What pyAgrum did on a cut of one size.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Tried {
    conditions: usize,
    widest_finding: usize,
    way: String,
    /// Seconds for the first evidence set; none when it ran out of time or memory.
    seconds: Option<f64>,
}

/// The comparison on the largest cut.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Compared {
    library: String,
    tried: Vec<Tried>,
    conditions: usize,
    way: String,
    theirs: Times,
    ours: Times,
    answered: usize,
    difference: f64,
}

/// Ways to tell pyAgrum about a noisy-OR.
const WAYS: [&str; 2] = ["tables", "chains"];

fn library(knowledge: &Knowledge, store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let compared: Compared = store.part("against pyAgrum", || compare(knowledge))?;
    report.tool(compared.library.clone());
    let ratio = compared.theirs.median_ms / compared.ours.median_ms;
    report.limit(
        &format!("times faster than pyAgrum on the largest cut it finishes ({} conditions)", compared.conditions),
        "50",
        format!("{ratio:.0}"),
        ratio >= 50.0,
    );
    let mut text =
        "| conditions | most parents of one finding | told as | first evidence set |\n|---|---|---|---|\n".to_owned();
    for tried in &compared.tried {
        let took = tried.seconds.map_or_else(
            || format!("more than {} s or {MEMORY_GB} GB", PATIENCE.as_secs()),
            |seconds| format!("{seconds:.2} s"),
        );
        text += &format!("| {} | {} | {} | {took} |\n", tried.conditions, tried.widest_finding, tried.way);
    }
    text += &format!(
        "\nOn the largest cut ({} conditions, told as {}): {SETS} evidence sets of 8 positive and 15 negative findings, in \
         one run. pyAgrum answered {} of them within {} s: median {:.1} ms, 95 % {:.1} ms. Ours on the same sets: median \
         {:.3} ms, 95 % {:.3} ms. Largest difference of a posterior: {:.1e}.\n\nEach size is tried in two ways and the way \
         that is faster for pyAgrum counts: every noisy-OR as one table over all its parents, or as a chain of tables over \
         two. Its time is entering the evidence, inference, and reading the posterior of every condition; building the \
         network is left out. Ours is from plain numbers to posteriors, absorbing negative findings and finding the order \
         of elimination included.",
        compared.conditions,
        compared.way,
        compared.answered,
        PATIENCE.as_secs(),
        compared.theirs.median_ms,
        compared.theirs.p95_ms,
        compared.ours.median_ms,
        compared.ours.p95_ms,
        compared.difference,
    );
    report.section("Against pyAgrum", text);
    Ok(())
}

/// Finds the largest cut by doubling and halving, then compares on it.
fn compare(knowledge: &Knowledge) -> anyhow::Result<Compared> {
    let python = agrum::python()?;
    let order = order(knowledge);
    let mut tried = Vec::new();
    let mut attempt = |conditions: usize| -> anyhow::Result<Option<&'static str>> {
        let sets = sets(knowledge, &order[..conditions], 1);
        let mut best: Option<(&str, f64)> = None;
        for way in WAYS {
            let seconds = ask(&python, &sets, way)?.times_ms[0].map(|ms| ms / 1_000.0);
            println!("   {conditions} conditions as {way}: {seconds:?} s");
            let widest = sets[0].findings.iter().map(|finding| finding.parents.len()).max().unwrap_or(0);
            tried.push(Tried { conditions, widest_finding: widest, way: way.to_owned(), seconds });
            if let Some(seconds) = seconds
                && best.is_none_or(|(_, known)| seconds < known)
            {
                best = Some((way, seconds));
            }
        }
        Ok(best.map(|(way, _)| way))
    };
    let (mut low, mut high) = (4, order.len() + 1);
    let mut way = attempt(low)?.context("pyAgrum does not answer 4 conditions")?;
    while high - low > 1 {
        let middle = if high > order.len() { (2 * low).min(order.len()) } else { low.midpoint(high) };
        match attempt(middle)? {
            Some(faster) => (low, way) = (middle, faster),
            None => high = middle,
        }
        if low == order.len() {
            break;
        }
    }
    let sets = sets(knowledge, &order[..low], SETS);
    let answers = ask(&python, &sets, way)?;
    let (mut theirs, mut ours, mut difference) = (Vec::new(), Vec::new(), 0.0f64);
    for (at, cut) in sets.iter().enumerate() {
        let started = Instant::now();
        let problem: Problem = cut.problem();
        let posterior = Order::compile(&problem).solve(&problem);
        ours.push(milliseconds(started));
        if let (Some(ms), Some(present)) = (answers.times_ms[at], &answers.posteriors[at]) {
            theirs.push(ms);
            difference = difference.max(worst(present, &posterior.present));
        } else {
            theirs.push(PATIENCE.as_secs_f64() * 1_000.0);
        }
    }
    Ok(Compared {
        library: answers.library,
        tried,
        conditions: low,
        way: way.to_owned(),
        answered: answers.posteriors.iter().flatten().count(),
        theirs: Times::new(theirs),
        ours: Times::new(ours),
        difference,
    })
}

/// Conditions in a fixed random order.
fn order(knowledge: &Knowledge) -> Vec<usize> {
    let mut order: Vec<usize> = (0..knowledge.conditions.len()).collect();
    Rng::new(0x6167_7275).shuffle(&mut order);
    order
}

/// Evidence sets on one cut: 8 positive and 15 negative findings, as far as the cut has them.
fn sets(knowledge: &Knowledge, members: &[usize], count: usize) -> Vec<Cut> {
    let mut rng = Rng::new(0x7365_7473);
    let mut members = members.to_vec();
    members.sort_unstable();
    let person = cut::only(knowledge, &members);
    (0..count)
        .map(|_| {
            let evidence = evidence(knowledge, &mut rng, cut::pool(knowledge, &members));
            cut::shipped(knowledge, &person, members.clone(), &evidence).cut
        })
        .collect()
}

fn evidence(knowledge: &Knowledge, rng: &mut Rng, mut pool: Vec<FindIx>) -> Evidence {
    rng.shuffle(&mut pool);
    let mut evidence: Evidence = pool
        .into_iter()
        .take(23)
        .enumerate()
        .map(|(at, finding)| {
            let two = knowledge.findings[finding.at()].states.is_empty();
            let seen = match (at < 8, two) {
                (true, true) => Observed::Yes,
                (true, false) => Observed::State(1),
                (false, true) => Observed::No,
                (false, false) => Observed::State(0),
            };
            (finding, seen)
        })
        .collect();
    evidence.sort_by_key(|(finding, _)| *finding);
    evidence
}

/// What pyAgrum answered, and how long each evidence set took.
#[derive(Debug, Deserialize)]
struct Timed {
    library: String,
    times_ms: Vec<Option<f64>>,
    posteriors: Vec<Option<Vec<f64>>>,
}

fn ask(python: &std::path::Path, cuts: &[Cut], way: &str) -> anyhow::Result<Timed> {
    let folder = crate::root::proofs();
    let (asked, answered) = (folder.join("timed.json"), folder.join("timed-answered.json"));
    std::fs::write(&asked, serde_json::to_string(cuts)?)?;
    let _ = std::fs::remove_file(&answered);
    let script = crate::root::root().join("proofs/pyagrum_speed.py");
    let mut command = Command::new(python);
    command.arg(script).arg(&asked).arg(&answered).args([way, &PATIENCE.as_secs().to_string(), &MEMORY_GB.to_string()]);
    let limit = PATIENCE * 2 + PATIENCE * u32::try_from(cuts.len())?;
    let ended = bounded(&mut command, limit)?;
    let text = std::fs::read_to_string(&answered).with_context(|| tail(&ended.text, 10))?;
    Ok(serde_json::from_str(&text)?)
}
