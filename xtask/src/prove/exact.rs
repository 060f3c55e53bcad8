//! Exactness: the solver against enumeration, against pyAgrum, and against Quickscore on the whole network.

use anyhow::Context as _;
use charley_knowledge::Knowledge;
use charley_reason::Facts;
use charley_reason::eval::Eval;
use charley_reason::infer::Inference;
use charley_reason::network::draws::Values;
use charley_reason::network::{Order, enumerate};
use serde::{Deserialize, Serialize};

use super::agrum;
use super::report::Report;
use super::store::Store;
use crate::gate::Tally;
use crate::net::cut::{self, Cut, Shipped};
use crate::net::random::{Agreement, agreement};
use crate::net::rng::Rng;
use crate::net::{naive, people, quick, worst, worst_of};

/// Largest difference that counts as agreement.
const AGREE: f64 = 1e-9;
const CUTS: usize = 200;
const REFERENCE_CUTS: usize = 20;
const CUT_SEED: u64 = 0x6375_7473;
const WHOLE_SEED: u64 = 0x7768_6f6c;

/// Reference answers that are committed, so that the gate needs no Python.
#[derive(Debug, Serialize, Deserialize)]
struct Reference {
    library: String,
    knowledge: String,
    cuts: Vec<Answered>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Answered {
    cut: Cut,
    posterior: Vec<f64>,
}

/// Differences on evidence about the whole network.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Whole {
    sets: usize,
    worst: f64,
    least_evidence: f64,
    widest: usize,
}

/// The proof.
///
/// # Errors
/// When a part cannot run.
pub fn prove(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let knowledge = charley_knowledge::embedded()?;
    random_networks(store, report)?;
    cuts(&knowledge, store, report)?;
    whole(&knowledge, store, report)?;
    report.section(
        "How",
        "- **Random networks**: at most 10 conditions and 6 positive findings, with links, known conditions, weights next \
         to 0 and 1 and leaks of 0 (`xtask/src/net/random.rs`). What is present and what each condition accounts for are \
         compared with the sum over every combination. Networks whose evidence has probability 0 under both algorithms \
         are counted apart.\n\
         - **Cuts**: at most 12 conditions of the shipped network with 1 to 12 positive and some negative findings, \
         several-state findings and links among them; everything outside is known absent. The shipped builder and solver \
         answer one side. The other side gets plain numbers: pyAgrum with every table written out \
         (`proofs/pyagrum_cuts.py`), and our own sum over the joint table (`xtask/src/net/naive.rs`).\n\
         - **Whole network**: made-up people told as facts, 1 to 12 positive findings, all conditions. Quickscore is \
         inclusion and exclusion over the positive findings. In plain doubles its terms cancel at this size (see the \
         smallest probability of the evidence), so it runs here with 31 digits. It assumes independent conditions, so \
         each group of linked conditions is summed over all its states inside it: no link is left out.",
    );
    Ok(())
}

fn random_networks(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let mut all = Agreement::default();
    for chunk in 0..10u64 {
        all = all.and(store.part(&format!("random networks {chunk}"), || Ok(agreement(1_000 + chunk, 1_000)))?);
    }
    let found = format!("{:.1e}", all.enumeration);
    report.limit("random networks against enumeration: largest difference", "1e-9 on 10,000", found, all.holds());
    report.section(
        "Random networks",
        format!(
            "10,000 networks: {} compared with enumeration, {} with impossible evidence (both algorithms agree that it \
             is), {} disputed. {} without links were also compared with plain Quickscore: largest difference {:.1e}.",
            all.compared, all.impossible, all.disputed, all.quickscored, all.quickscore
        ),
    );
    Ok(())
}

fn cuts(knowledge: &Knowledge, store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let shipped = some_cuts(knowledge, CUT_SEED, CUTS);
    let plain: Vec<Cut> = shipped.iter().map(|s| s.cut.clone()).collect();
    let (library, posteriors): (String, Vec<Vec<f64>>) = store.part("pyAgrum on cuts", || {
        let answers = agrum::posteriors(&plain)?;
        Ok((answers.library, answers.posteriors))
    })?;
    let against = |other: &dyn Fn(usize) -> Vec<f64>| {
        shipped.iter().enumerate().map(|(at, s)| worst(&s.solve(), &other(at))).fold(0.0, f64::max)
    };
    let outside = against(&|at| posteriors[at].clone());
    let tables = against(&|at| naive::posterior(&plain[at]));
    let own = shipped.iter().map(differs_from_enumeration).fold(0.0, f64::max);
    report.tool(library.clone());
    report.limit("cuts against pyAgrum: largest difference", "1e-9 on 200", format!("{outside:.1e}"), outside <= AGREE);
    report.limit("cuts against their joint tables", "1e-9 on 200", format!("{tables:.1e}"), tables <= AGREE);
    report.limit("cuts against enumeration, shares included", "1e-9 on 200", format!("{own:.1e}"), own <= AGREE);
    report.section("Cuts", spread(&plain));
    let kept = plain.iter().zip(&posteriors).take(REFERENCE_CUTS);
    let reference = Reference {
        library,
        knowledge: knowledge.version[..12].to_owned(),
        cuts: kept.map(|(cut, posterior)| Answered { cut: cut.clone(), posterior: posterior.clone() }).collect(),
    };
    let path = crate::root::root().join("proofs/pyagrum_reference.json");
    std::fs::write(&path, serde_json::to_string(&reference)? + "\n").context("cannot write the reference answers")
}

fn some_cuts(knowledge: &Knowledge, seed: u64, count: usize) -> Vec<Shipped> {
    let mut rng = Rng::new(seed);
    (0..count).map(|_| cut::random(knowledge, &mut rng)).collect()
}

fn differs_from_enumeration(shipped: &Shipped) -> f64 {
    let small = shipped.small();
    worst_of(&Order::compile(&small).solve(&small), &enumerate(&small))
}

fn spread(cuts: &[Cut]) -> String {
    let with = |is: &dyn Fn(&Cut) -> bool| cuts.iter().filter(|cut| is(cut)).count();
    let mut table = "| positive findings | cuts |\n|---|---|\n".to_owned();
    for positives in 1..=12 {
        table += &format!("| {positives} | {} |\n", with(&|cut| cut.positives() == positives));
    }
    format!(
        "{table}\nOf {} cuts, {} have links inside, {} a finding with several states, {} a known condition; {} have 10 to 12 conditions.",
        cuts.len(),
        with(&|cut| !cut.links.is_empty()),
        with(&|cut| cut.findings.iter().any(|f| f.leak.len() > 1)),
        with(&|cut| cut.conditions.iter().any(|c| c.prior == 1.0)),
        with(&|cut| cut.conditions.len() >= 10),
    )
}

fn whole(knowledge: &Knowledge, store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let mut table = "| positive findings | evidence sets | largest difference | smallest probability of the evidence | widest table |\n|---|---|---|---|---|\n".to_owned();
    let mut largest: f64 = 0.0;
    for positives in 1..=12 {
        let found = store
            .part(&format!("whole network, {positives} positive"), || Ok(whole_network(knowledge, positives, 20)))?;
        largest = largest.max(found.worst);
        table += &format!(
            "| {positives} | {} | {:.1e} | {:.1e} | 2^{} |\n",
            found.sets, found.worst, found.least_evidence, found.widest
        );
    }
    let found = format!("{largest:.1e}");
    report.limit(
        "whole network against Quickscore: largest difference",
        "1e-9 to 12 positive",
        found,
        largest <= AGREE,
    );
    report.section("Whole network", table);
    Ok(())
}

fn whole_network(knowledge: &Knowledge, positives: usize, sets: usize) -> Whole {
    let mut rng = Rng::new(WHOLE_SEED + positives as u64);
    let mut found = Whole { least_evidence: 1.0, ..Whole::default() };
    for _ in 0..sets {
        let negatives = rng.whole(0, 20);
        let given = people::person(knowledge, &mut rng, positives, negatives);
        let Ok(facts) = Facts::read(knowledge, &given) else { continue };
        let eval = Eval::new(&facts);
        let inference = Inference::new(&eval);
        let problem = inference.builder().problem(&inference.evidence, Values::Best);
        let order = Order::compile(&problem);
        let (slow, evidence) = quick::quickscore(&problem);
        found.sets += 1;
        found.widest = found.widest.max(order.width());
        found.worst = found.worst.max(worst(&order.solve(&problem).present, &slow));
        found.least_evidence = found.least_evidence.min(evidence);
    }
    found
}

/// The short form in the gate.
///
/// # Errors
/// When the committed reference answers cannot be read.
pub fn gate(tally: &mut Tally) -> anyhow::Result<()> {
    let found = agreement(20, 300);
    tally.check(found.holds(), format!("300 random networks agree with enumeration ({:.1e})", found.enumeration));
    let path = crate::root::root().join("proofs/pyagrum_reference.json");
    let text = std::fs::read_to_string(path).context("run `cargo xtask prove exact` to make the reference answers")?;
    let reference: Reference = serde_json::from_str(&text)?;
    let differences = reference.cuts.iter().map(|answered| {
        let problem = answered.cut.problem();
        worst(&Order::compile(&problem).solve(&problem).present, &answered.posterior)
    });
    let largest = differences.fold(0.0, f64::max);
    tally.check(
        largest <= AGREE && reference.cuts.len() == REFERENCE_CUTS,
        format!("{} committed answers of {} agree ({largest:.1e})", reference.cuts.len(), reference.library),
    );
    let knowledge = charley_knowledge::embedded()?;
    let shipped = some_cuts(&knowledge, 5, 20);
    let tables = shipped.iter().map(|s| worst(&s.solve(), &naive::posterior(&s.cut))).fold(0.0, f64::max);
    let own = shipped.iter().map(differs_from_enumeration).fold(0.0, f64::max);
    tally.check(tables <= AGREE, format!("20 cuts of the shipped network agree with their tables ({tables:.1e})"));
    tally.check(own <= AGREE, format!("and with enumeration, shares included ({own:.1e})"));
    let whole = (1..=6).map(|positives| whole_network(&knowledge, positives, 2).worst).fold(0.0, f64::max);
    tally.check(whole <= AGREE, format!("the whole network agrees with Quickscore to 6 positive ({whole:.1e})"));
    Ok(())
}
