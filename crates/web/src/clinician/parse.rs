//! Reads the clinician's form into facts.

use charley_knowledge::{Fact, FactKind, Knowledge};
use charley_reason::close_names;
use charley_wire::FactIn;
use serde_json::Value;

use crate::answers::danger;
use crate::page::Fields;

/// Fields of the form that are no facts.
pub const NOT_FACTS: [&str; 8] =
    ["region", "medicines", "medicines_complete", "illnesses", "illnesses_complete", "more", "all_clear", "change"];
/// Suffix of a field that holds the unit of another.
pub const UNIT: &str = ".u";

/// Most lines of free facts.
const MOST_MORE: usize = 100;

/// Reads all facts of the form.
///
/// # Errors
/// What is wrong, field by field.
pub fn facts(knowledge: &Knowledge, fields: &Fields) -> Result<Vec<FactIn>, Vec<(String, String)>> {
    let mut facts = Vec::new();
    let mut problems = Vec::new();
    for (name, value) in fields.iter() {
        let value = value.trim();
        if value.is_empty() || NOT_FACTS.contains(&name) || name.ends_with(UNIT) {
            continue;
        }
        let Some((_, fact)) = knowledge.fact(name) else {
            continue;
        };
        match one(fact, value, fields.get(&format!("{name}{UNIT}"))) {
            Ok(read) => facts.push(read),
            Err(problem) => problems.push((name.to_owned(), problem)),
        }
    }
    for line in fields.get("more").lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_MORE) {
        match free(knowledge, line) {
            Ok(read) => facts.push(read),
            Err(problem) => problems.push(("more".to_owned(), problem)),
        }
    }
    let days_ago = days(fields.get("test_days_ago"));
    for read in &mut facts {
        if knowledge.fact(&read.name).is_some_and(|(_, fact)| fact.analyte.is_some()) {
            read.days_ago = days_ago;
        }
    }
    if fields.get("all_clear") == "yes" {
        all_clear(knowledge, &mut facts);
    }
    if problems.is_empty() { Ok(facts) } else { Err(problems) }
}

fn days(text: &str) -> Option<f64> {
    text.replace(',', ".").parse().ok().filter(|days: &f64| days.is_finite() && *days >= 0.0)
}

fn one(fact: &Fact, value: &str, unit: &str) -> Result<FactIn, String> {
    let number = value.replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
    let numeric = matches!(fact.kind, FactKind::Number | FactKind::NumberOrCode | FactKind::Duration);
    let (value, unit) = match number {
        Some(number) if numeric => (Value::from(number), (!unit.is_empty()).then(|| unit.to_owned())),
        _ if fact.kind == FactKind::Number => return Err(format!("“{value}” is not a number")),
        _ => (Value::from(value), None),
    };
    Ok(FactIn { name: fact.name.clone(), value, unit, days_ago: None })
}

/// One line `name = value unit`.
fn free(knowledge: &Knowledge, line: &str) -> Result<FactIn, String> {
    let (name, value) =
        line.split_once('=').ok_or_else(|| format!("“{line}”: write name = value, for example foot_drop = yes"))?;
    let (name, value) = (name.trim(), value.trim());
    let (number, unit) = value.split_once(' ').unwrap_or((value, ""));
    let number: Option<f64> = number.replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite());
    let name_known = knowledge.fact(name).is_some() || name.ends_with("_absent");
    if !name_known {
        let close = close_names(knowledge, name);
        let hint = match close.is_empty() {
            true => "Check the spelling, or leave it out".to_owned(),
            false => format!("Did you mean {}?", close.join(" or ")),
        };
        return Err(format!("“{name}” is not a fact that Charley knows. {hint}"));
    }
    let (value, unit) = match number {
        Some(number) => (Value::from(number), (!unit.trim().is_empty()).then(|| unit.trim().to_owned())),
        None => (Value::from(value), None),
    };
    Ok(FactIn { name: name.to_owned(), value, unit, days_ago: None })
}

/// "Danger signs asked, none other": every sign of the lists that the form does not hold is explicitly not there.
fn all_clear(knowledge: &Knowledge, facts: &mut Vec<FactIn>) {
    let signs: Vec<&str> =
        knowledge.danger_lists.iter().flat_map(|list| &list.items).flat_map(danger::fact_names).collect();
    for name in signs {
        let yes_no = knowledge.fact(name).is_some_and(|(_, fact)| fact.kind == FactKind::YesNo);
        if yes_no && !facts.iter().any(|fact| fact.name == name) {
            facts.push(FactIn { name: name.to_owned(), value: "no".into(), unit: None, days_ago: None });
        }
    }
}
