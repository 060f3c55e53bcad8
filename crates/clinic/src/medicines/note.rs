//! A note to the prescriber, in plain text.

use std::fmt::Write as _;

use super::{Review, SALTS};

/// Writes the note. `about` names the person as the clinic does, `from` the clinic, `day` the day. Writing into a string
/// cannot fail, so results of `write!` are not looked at.
pub fn note(review: &Review, about: &str, from: &str, day: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "REVIEW OF MEDICINES: NIGHT LEG CRAMPS");
    let _ = writeln!(out, "{day}. From: {from}. About: {about}.\n");
    let _ = writeln!(out, "Nothing was changed. All medicines go on as prescribed until you have decided.");
    let _ = writeln!(out, "Please tell us what you think of the points below.");
    let linked: Vec<_> = review.lines.iter().filter(|line| line.may_add()).collect();
    let _ = writeln!(out, "\nMEDICINES THAT ARE LINKED WITH CRAMPS");
    if linked.is_empty() {
        let _ = writeln!(out, "- None on this list.");
    }
    for line in linked {
        let _ = write!(out, "- {}", line.written);
        if !line.read_as.is_empty() && !line.written.to_lowercase().contains(&line.read_as.to_lowercase()) {
            let _ = write!(out, " (read as {})", line.read_as);
        }
        let began = line.began.map_or("start not known", super::Began::words);
        let _ = writeln!(out, "; {began}.");
        if let Some(entry) = line.evidence.first() {
            let _ = writeln!(out, "  {}: {}. {}", entry.class, entry.strength_words(), entry.size);
        }
        for question in &line.questions {
            let _ = writeln!(out, "  To discuss: {question}");
        }
    }
    salts(&mut out, review);
    if !review.pairs.is_empty() {
        let _ = writeln!(out, "\nTOGETHER");
        for pair in &review.pairs {
            let _ = writeln!(out, "- {} ({})", pair.text, pair.action_words());
        }
    }
    let others: Vec<&str> =
        review.lines.iter().filter(|line| !line.may_add()).map(|line| line.written.as_str()).collect();
    if !others.is_empty() {
        let _ = writeln!(out, "\nOTHERS ON THE LIST: {}.", others.join("; "));
    }
    out
}

fn salts(out: &mut String, review: &Review) {
    let moved: Vec<String> = SALTS
        .iter()
        .enumerate()
        .filter_map(|(at, (_, salt))| {
            let by = review.lines.iter().filter(|line| !line.salts[at].is_empty());
            let by: Vec<String> = by.map(|line| format!("{} ({})", line.written, line.salts[at])).collect();
            (!by.is_empty()).then(|| format!("- {salt}: {}", by.join(", ")))
        })
        .collect();
    if !moved.is_empty() {
        let _ = writeln!(out, "\nSALTS THEY MAY MOVE");
        for line in moved {
            let _ = writeln!(out, "{line}");
        }
    }
}
