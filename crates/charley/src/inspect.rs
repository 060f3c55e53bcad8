//! `charley knowledge`: check it, show one entry with its evidence.

use std::process::ExitCode;

use charley_knowledge::{Draft, FindIx, Knowledge, ParamIx};
use charley_reason::Reasoner;

use crate::input::Refused;

/// What to do with the knowledge.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Validates every file and prints the network's width; faults point at the line.
    Check,
    /// Prints one entry with its evidence.
    Show {
        /// Id of a condition, finding, rule, intervention, medicine, analyte, claim, test, fact or source.
        id: String,
    },
}

/// Runs the command.
pub fn inspect(
    draft: &dyn Fn() -> anyhow::Result<Draft>,
    reasoner: &dyn Fn() -> anyhow::Result<Reasoner>,
    command: &Command,
) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check => check(draft),
        Command::Show { id } => {
            let knowledge = reasoner()?.knowledge;
            let entries = show(&knowledge, id);
            if entries.is_empty() {
                let message = format!("nothing in the knowledge is called `{id}`{}", near(&knowledge, id));
                return Err(Refused(message).into());
            }
            println!("{}", entries.join("\n\n"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(draft: &dyn Fn() -> anyhow::Result<Draft>) -> anyhow::Result<ExitCode> {
    let faults = match draft() {
        Ok(draft) => match draft.check() {
            Ok(knowledge) => return report(knowledge),
            Err(faults) => faults.0,
        },
        Err(error) => match error.downcast::<charley_knowledge::Faults>() {
            Ok(faults) => faults.0,
            Err(error) => return Err(error),
        },
    };
    for fault in &faults {
        println!("{fault}");
    }
    println!("{} fault(s)", faults.len());
    Ok(ExitCode::from(crate::REFUSED))
}

fn report(knowledge: Knowledge) -> anyhow::Result<ExitCode> {
    let problems = charley_reason::checks::rule_examples(&knowledge);
    for problem in &problems {
        println!("{problem}");
    }
    let widths = charley_reason::checks::widths(&knowledge);
    let mut wide = false;
    for width in &widths {
        let verdict = if width.widest <= width.limit { "" } else { "  TOO WIDE" };
        wide |= width.widest > width.limit;
        println!(
            "network width at {:>2} positive findings: {:>2} (limit {}) over {} random sets{verdict}",
            width.positives, width.widest, width.limit, width.sets
        );
    }
    println!(
        "{} facts, {} findings, {} conditions, {} parameters, {} rules, {} interventions, {} medicines, {} sources",
        knowledge.facts.len(),
        knowledge.findings.len(),
        knowledge.conditions.len(),
        knowledge.params.len(),
        knowledge.rules.len(),
        knowledge.interventions.len(),
        knowledge.medicines.len(),
        knowledge.sources.len()
    );
    println!("version {} of {}", knowledge.version, knowledge.date);
    Ok(if problems.is_empty() && !wide { ExitCode::SUCCESS } else { ExitCode::from(crate::REFUSED) })
}

fn near(knowledge: &Knowledge, id: &str) -> String {
    let words = knowledge
        .conditions
        .iter()
        .map(|c| c.id.as_str())
        .chain(knowledge.names.iter().map(|n| n.id.as_str()))
        .chain(knowledge.rules.iter().map(|r| r.id.as_str()))
        .chain(knowledge.interventions.iter().map(|i| i.id.as_str()))
        .chain(knowledge.facts.iter().map(|f| f.name.as_str()));
    let close: Vec<&str> = words.filter(|word| word.contains(id) || id.contains(word)).take(5).collect();
    if close.is_empty() { String::new() } else { format!("; close: {}", close.join(", ")) }
}

fn show(knowledge: &Knowledge, id: &str) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(knowledge.condition_by_id.get(id).map(|ix| condition(knowledge, ix.at())));
    out.extend(knowledge.finding_by_id.get(id).map(|ix| finding(knowledge, *ix)));
    for rule in knowledge.rules.iter().chain(&knowledge.self_care).filter(|rule| rule.id == id) {
        let mut text = format!(
            "rule {} ({}): {}\n  why: {}\n  do: {}\n  sources: {}{}\n  reviewed by: {}",
            rule.id,
            rule.disposition,
            rule.title,
            rule.reason,
            rule.action,
            cited(knowledge, &rule.src),
            if rule.unconfirmed { "\n  UNCONFIRMED: written from memory" } else { "" },
            reviewed(&rule.reviewed_by)
        );
        for example in &rule.examples {
            let fires = if example.fires { "fires" } else { "stays silent" };
            text.push_str(&format!("\n  example, {fires}: {} [{}]", example.title, example.facts.join("; ")));
        }
        out.push(text);
    }
    for item in knowledge.interventions.iter().filter(|item| item.id == id) {
        out.push(format!(
            "intervention {} (grade {}): {}\n  how: {}\n  dose: {}\n  effect: {}\n  gates: {}\n  sources: {}\n  reviewed by: {}",
            item.id,
            item.grade.as_str(),
            item.name,
            item.how,
            item.dose,
            item.effect_text,
            item.not_for.iter().chain(&item.ask_first).map(|g| g.because.clone()).collect::<Vec<_>>().join(" | "),
            cited(knowledge, &item.src),
            reviewed(&item.reviewed_by)
        ));
    }
    if let Some((_, fact)) = knowledge.fact(id) {
        let ask = fact.ask.as_ref().map(|ask| format!("\n  asked: {}\n  why: {}", ask.question, ask.why));
        out.push(format!(
            "fact {}: {} [{:?} {}]{}",
            fact.name,
            fact.meaning,
            fact.kind,
            fact.unit,
            ask.unwrap_or_default()
        ));
    }
    for analyte in knowledge.analytes.iter().filter(|analyte| analyte.id == id) {
        out.push(format!(
            "analyte {}: {} in {}; usual {:?} to {:?}; critical values: {}\n  sources: {}",
            analyte.id,
            analyte.name,
            analyte.unit,
            analyte.low[0],
            analyte.high[0],
            analyte.critical.iter().map(|c| format!("{:?} {}", c.limit, c.disposition)).collect::<Vec<_>>().join(", "),
            cited(knowledge, &analyte.src)
        ));
    }
    if let Some(code) = knowledge.codes.by_word.get(id).copied().filter(|code| knowledge.is_medicine(*code)) {
        let kinds: Vec<_> =
            knowledge.codes.ancestors[code.at()].iter().skip(1).map(|c| knowledge.codes.name(*c)).collect();
        out.push(format!("medicine {}: {}", knowledge.codes.id(code), kinds.join(", ")));
        for class in knowledge.classes.iter().filter(|class| knowledge.codes.is_a(code, class.code)) {
            if !class.ask.is_empty() {
                out.push(format!(
                    "  {}: {} Ask: {}\n  sources: {}",
                    class.name,
                    class.size,
                    class.ask,
                    cited(knowledge, &class.src)
                ));
            }
        }
    }
    for claim in knowledge.claims.iter().filter(|claim| claim.id == id) {
        out.push(format!(
            "claim {} (grade {}): {}\n  verdict: {}\n  evidence: {}\n  sources: {}",
            claim.id,
            claim.grade,
            claim.claim,
            claim.verdict,
            claim.evidence,
            cited(knowledge, &claim.src)
        ));
    }
    for test in knowledge.tests.iter().filter(|test| test.id == id) {
        out.push(format!(
            "test {}: {}\n  why: {}\n  why not: {}\n  sources: {}",
            test.id,
            test.name,
            test.why,
            test.why_not,
            cited(knowledge, &test.src)
        ));
    }
    for source in knowledge.sources.iter().filter(|source| source.key == id) {
        out.push(format!(
            "source {}: {}. {} {} {} {} (tier {})",
            source.key,
            source.authors,
            source.title,
            source.journal,
            source.year.map(|y| y.to_string()).unwrap_or_default(),
            source.id,
            source.tier
        ));
    }
    out
}

fn reviewed(by: &str) -> &str {
    if by.is_empty() { "no clinician yet" } else { by }
}

fn cited(knowledge: &Knowledge, keys: &[String]) -> String {
    if keys.is_empty() {
        return "none".to_owned();
    }
    keys.iter()
        .map(|key| match knowledge.sources.iter().find(|source| source.key == *key) {
            Some(source) => {
                format!("{key} ({}{})", source.title, source.year.map(|y| format!(", {y}")).unwrap_or_default())
            }
            None => key.clone(),
        })
        .collect::<Vec<_>>()
        .join("; ")
}

fn param(knowledge: &Knowledge, ix: ParamIx) -> String {
    let entry = knowledge.param(ix);
    let p = &entry.param;
    let sources = if p.src.is_empty() { String::new() } else { format!(" [{}]", p.src.join(", ")) };
    let unconfirmed = if p.unconfirmed { " UNCONFIRMED" } else { "" };
    let note = if p.note.is_empty() { String::new() } else { format!("  -- {}", p.note) };
    format!("{} ({} to {}) {}{sources}{unconfirmed}  {}{note}", p.m, p.lo, p.hi, p.kind.as_str(), entry.place)
}

fn condition(knowledge: &Knowledge, at: usize) -> String {
    let c = &knowledge.conditions[at];
    let mut text = format!(
        "condition {} [{}] {}\n  {}\n  {}\n  danger {}; reviewed by: {}\n  prior: {}",
        c.id,
        c.group,
        c.clinical_name,
        c.name,
        c.about,
        c.danger,
        reviewed(&c.reviewed_by),
        param(knowledge, c.prior)
    );
    for row in &c.background {
        text.push_str(&format!("\n  background {}: {} ({:?})", row.name, param(knowledge, row.ratio), row.design));
    }
    if let Some(contributes) = &c.contributes {
        for (ratio, design) in &contributes.ratios {
            text.push_str(&format!(
                "\n  adds to cramps, grade {}: {} ({design:?})",
                contributes.grade,
                param(knowledge, *ratio)
            ));
        }
    }
    for (to, weight) in &c.links {
        text.push_str(&format!("\n  may lead to {}: {}", knowledge.conditions[to.at()].id, param(knowledge, *weight)));
    }
    for (ix, finding) in knowledge.findings.iter().enumerate() {
        for (parent, weights) in finding.parents.iter().filter(|(parent, _)| parent.at() == at) {
            debug_assert_eq!(parent.at(), at);
            for weight in weights.iter().flatten() {
                text.push_str(&format!(
                    "\n  finding {}: {}",
                    knowledge.finding_id(FindIx(ix as u32)),
                    param(knowledge, *weight)
                ));
            }
        }
    }
    text
}

fn finding(knowledge: &Knowledge, ix: FindIx) -> String {
    let finding = &knowledge.findings[ix.at()];
    let mut text = format!("finding {}: {} ({:?})", knowledge.finding_id(ix), knowledge.finding_name(ix), finding.kind);
    for leak in &finding.leak {
        text.push_str(&format!("\n  leak: {}", param(knowledge, *leak)));
    }
    for (condition, weights) in &finding.parents {
        for weight in weights.iter().flatten() {
            text.push_str(&format!("\n  {}: {}", knowledge.conditions[condition.at()].id, param(knowledge, *weight)));
        }
    }
    text
}
