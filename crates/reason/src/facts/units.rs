//! Units of numbers, and words that stand for them.

use charley_knowledge::{Fact, FactKind};

pub(super) fn takes(fact: &Fact) -> String {
    match fact.kind {
        FactKind::YesNo => "yes or no".to_owned(),
        FactKind::Number => format!("a number in {}", units_of(fact)),
        FactKind::Code if fact.values.is_empty() => "a word".to_owned(),
        FactKind::Code => fact.values.join(", "),
        FactKind::NumberOrCode => format!("a number in {} or a word such as low, normal, high", units_of(fact)),
        FactKind::Duration => format!("a number in {} or a word such as days, weeks, months", units_of(fact)),
    }
}

fn units_of(fact: &Fact) -> String {
    if fact.unit.is_empty() {
        return "no unit".to_owned();
    }
    let others = fact.units.iter().map(|(unit, ..)| unit.as_str());
    std::iter::once(fact.unit.as_str()).chain(others).collect::<Vec<_>>().join(", ")
}

/// Factor and offset from a written unit to the canonical one.
pub(super) fn unit_factor(fact: &Fact, unit: Option<&str>) -> Result<(f64, f64), String> {
    let written = unit.unwrap_or_default().trim();
    if written.is_empty() {
        let ambiguous = fact.analyte.is_some() && fact.units.iter().any(|(_, f, _)| (f - 1.0).abs() > 1e-9);
        return if ambiguous { Err(format!("give the unit: {}", units_of(fact))) } else { Ok((1.0, 0.0)) };
    }
    let plain = |text: &str| text.replace(['µ', 'μ'], "u").to_lowercase();
    if plain(written) == plain(&fact.unit) {
        return Ok((1.0, 0.0));
    }
    if let Some((_, factor, offset)) = fact.units.iter().find(|(name, ..)| plain(name) == plain(written)) {
        return Ok((*factor, *offset));
    }
    if fact.unit.is_empty() && matches!(written, "1" | "no unit" | "ratio") {
        return Ok((1.0, 0.0));
    }
    Err(format!("unknown unit `{written}`: use {}", units_of(fact)))
}

pub(super) fn round_digits(value: f64) -> f64 {
    format!("{value:.12e}").parse().unwrap_or(value)
}

/// Days meant by a vague word: the middle of what people call so (our judgement).
pub(super) fn duration_word_days(word: &str) -> Option<f64> {
    Some(match word {
        "minutes" => 0.01,
        "hours" => 0.25,
        "days" => 3.0,
        "weeks" => 21.0,
        "months" => 120.0,
        "years" => 1000.0,
        "since_birth" | "lifelong" | "childhood" => 7000.0,
        _ => return None,
    })
}
