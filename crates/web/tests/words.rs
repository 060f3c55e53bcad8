//! The words of the pages: short sentences, no hard words. Clinician pages are measured by nobody's reading age.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

use std::path::Path;

/// Most words of a sentence.
const MOST_WORDS: usize = 20;

/// Words that a page for people does without (the list of the house voice and close relatives).
const HARD: [&str; 16] = [
    "aetiology",
    "benign",
    "discontinue",
    "immediate medical attention",
    "insufficient data",
    "symptomatic",
    "prognosis",
    "contraindicat",
    "utilise",
    "prior to",
    "in order to",
    "commence",
    "administer",
    "invalid",
    "nocturnal",
    "posterior",
];

/// Text of a template: no tags, no code.
fn text(template: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['<', '{']) {
        out.push_str(&rest[..at]);
        let (end, gap) = match &rest[at..] {
            part if part.starts_with("{#") => ("#}", " . "),
            part if part.starts_with("{%") => ("%}", " . "),
            part if part.starts_with("{{") => ("}}", " x "),
            part if part.starts_with("<b>")
                || part.starts_with("</b>")
                || part.starts_with("<a")
                || part.starts_with("</a") =>
            {
                (">", " ")
            }
            part if part.starts_with('<') => (">", " . "),
            _ => ("{", " "),
        };
        out.push_str(gap);
        rest = rest[at..].find(end).map_or("", |found| &rest[at + found + end.len()..]);
    }
    out.push_str(rest);
    out
}

/// Folders of pages for people.
const FOLDERS: [&str; 10] = ["check", "pages", "now", "log", "account", "trial", "share", "staff", "care", "visits"];
/// Folders of pages for staff: short sentences too, and the field's own words.
const STAFF: [&str; 4] = ["clinic", "clinic/settings", "clinic/record", "clinic/visits"];

fn templates(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(folder);
    let mut all: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    all.sort();
    all
}

#[test]
fn sentences_are_short_and_words_are_plain() {
    let mut faults = Vec::new();
    for (folder, (path, template)) in FOLDERS
        .into_iter()
        .chain(STAFF)
        .flat_map(|folder| templates(folder).into_iter().map(move |file| (folder, file)))
    {
        let text = text(&template);
        let lower = text.to_lowercase();
        let hard = HARD.iter().filter(|word| !STAFF.contains(&folder) && lower.contains(*word));
        faults.extend(hard.map(|word| format!("{path}: {word}")));
        for sentence in text.split(['.', '?', '!', ':', ';']) {
            let words = sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
            if words > MOST_WORDS {
                faults.push(format!(
                    "{path}: {words} words: {}",
                    sentence.split_whitespace().collect::<Vec<_>>().join(" ")
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn nothing_says_that_all_is_well() {
    for (path, template) in FOLDERS.into_iter().chain(STAFF).flat_map(templates) {
        let text = text(&template).to_lowercase();
        for words in ["you are fine", "nothing is wrong", "nothing to worry", "you can stop taking", "rules out"] {
            assert!(!text.contains(words), "{path}: {words}");
        }
    }
}

#[test]
fn files_can_be_read_in_a_sitting() {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let lines = std::fs::read_to_string(&path).unwrap().lines().count();
                if lines > 450 {
                    found.push(format!("{}: {lines} lines", path.display()));
                }
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.is_empty(), "{found:#?}");
}
