//! From an assessment to what pages show: words, bars and lists, with nothing left to decide in a template.

pub mod cause;
pub mod chart;
pub mod expr;
pub mod level;
pub mod plan;

use charley_knowledge::{Knowledge, Source};

/// A source as a short link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// Key, for the address.
    pub key: String,
    /// "Garrison 2012".
    pub label: String,
}

/// Short links to sources; unknown keys are left out (checked knowledge has none).
pub fn cited(knowledge: &Knowledge, keys: &[String]) -> Vec<Cited> {
    keys.iter()
        .filter_map(|key| knowledge.sources.iter().find(|source| source.key == *key))
        .map(|source| Cited { key: source.key.clone(), label: short_label(source) })
        .collect()
}

/// "Garrison 2012": the first author, or the body that published it, and the year.
pub fn short_label(source: &Source) -> String {
    let who = if source.authors.is_empty() { &source.title } else { &source.authors };
    let first = who.split([',', ';']).next().unwrap_or_default().trim();
    let initials = |word: &str| word.len() <= 3 && word.chars().all(|c| c.is_uppercase());
    let words: Vec<&str> = first.split_whitespace().collect();
    let kept = match words.split_last() {
        Some((last, before)) if !before.is_empty() && initials(last) => before.join(" "),
        _ => words.iter().take(5).copied().collect::<Vec<_>>().join(" "),
    };
    // A bracket that the cut left open goes.
    let kept = match kept.split_once('(') {
        Some((before, rest)) if !rest.contains(')') => before.trim_end().to_owned(),
        _ => kept,
    };
    match source.year {
        Some(year) if kept.ends_with(&year.to_string()) => kept,
        Some(year) => format!("{kept} {year}"),
        // "NICE" alone says nothing: its many papers are told apart by their titles.
        None if words.len() <= 2 && !source.authors.is_empty() => {
            let title: Vec<&str> = source.title.split_whitespace().take(3).collect();
            format!("{kept}, {}", title.join(" ").trim_end_matches([':', ',', '.']))
        }
        None => kept,
    }
}

/// What a grade means; a grade may carry a remark, such as "C (night)".
pub fn grade_words(grade: &str) -> &'static str {
    charley_words::grade(grade.get(..1).unwrap_or_default())
}

/// Where a number comes from, in plain words.
pub fn basis_words(basis: &str) -> &'static str {
    match basis {
        "measured" => "from a study",
        "derived" => "worked out from a study",
        _ => "our judgement",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(authors: &str, title: &str, year: Option<i64>) -> String {
        short_label(&Source {
            key: String::new(),
            authors: authors.to_owned(),
            title: title.to_owned(),
            journal: String::new(),
            year,
            id: String::new(),
            tier: String::new(),
            place: charley_knowledge::Place { file: String::new(), line: 0 },
        })
    }

    #[test]
    fn sources_have_short_names() {
        assert_eq!(label("Hallegraeff J, de Greef M", "x", Some(2012)), "Hallegraeff 2012");
        assert_eq!(label("National Sleep Foundation", "x", None), "National Sleep Foundation");
        assert_eq!(label("NICE", "Venous clots: diagnosis and care", None), "NICE, Venous clots: diagnosis");
        assert_eq!(label("", "Leg cramps in older people, a review", Some(2020)), "Leg cramps in older people 2020");
    }
}
