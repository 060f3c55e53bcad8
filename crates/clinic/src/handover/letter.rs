//! The hand-over in words, in order: the page, the print and the PDF are made of this, so that they say the same.

use serde::Serialize;

use super::{Bounded, CauseShort, Handover, Sorting};

/// What stands on the sheet. As JSON it is what `crates/letters` reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// What it is.
    pub title: String,
    /// Said across the top, such as that everybody is made up; empty for nothing.
    pub notice: String,
    /// Who it is about, when it was made, and who entered it.
    pub about: String,
    /// The box at the top.
    pub urgency: Vec<Run>,
    /// What follows, in order.
    pub blocks: Vec<Block>,
    /// Last line: where it comes from, and what it is not.
    pub foot: String,
}

/// A piece of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Line(Vec<Run>),
    /// A list.
    List(Vec<Vec<Run>>),
    /// Lines, each with a heading before it.
    Rows(Vec<Row>),
}

/// A line with its heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Heading.
    pub heading: String,
    /// The line.
    pub text: Vec<Run>,
}

/// Words in one voice. Spaces between runs are part of their text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// As they are.
    Plain(String),
    /// Bold.
    Strong(String),
    /// How many were left out; a space comes before it.
    More(String),
    /// Room to write by hand.
    Write,
}

/// What a sheet of a made-up clinic says across the top.
pub const MADE_UP: &str = "Demonstration. Everybody and everything here is made up.";

impl Handover {
    /// The sheet in words.
    pub fn letter(&self) -> Letter {
        let sorting = self.sorting.iter().map(row).collect();
        let mut denied = listed("Danger signs asked and denied:", &self.denied, "none");
        if self.not_asked > 0 {
            denied.extend([plain(" "), strong("Not asked:"), plain(format!(" {}.", self.not_asked))]);
        }
        let mut causes = vec![strong("Likely causes")];
        causes.extend(more(&self.causes));
        Letter {
            title: "Night leg trouble: hand-over".to_owned(),
            notice: String::new(),
            about: format!("{}. {}. {}", self.person, self.date, self.entered.words()),
            urgency: self.soon(),
            blocks: vec![
                Block::Line(denied),
                Block::Line(told("In their own words:", &quoted(&self.complaint))),
                Block::Line(vec![strong("Nights:"), plain(format!(" {}", self.pattern.join(" ")))]),
                Block::Rows(sorting),
                Block::Line(listed("Medicines that can do it:", &self.medicines, "none on the list")),
                Block::Line(listed("Other medicines and illnesses:", &self.background, "none told")),
                Block::Line(causes),
                Block::List(self.causes.items.iter().map(cause).collect()),
                Block::Line(listed("Tests worth having:", &self.worth, "none")),
                Block::Line(listed("Tests done:", &self.done, "none told")),
                Block::Line(self.tried_so_far()),
                Block::Line(told("What the person wants:", &self.wish)),
            ],
            foot: format!(
                "Charley, knowledge {}{}. Information for a talk, not a diagnosis.",
                self.version,
                if self.reviewed { "" } else { ", not reviewed by a clinician" }
            ),
        }
    }

    fn soon(&self) -> Vec<Run> {
        let provisional = if self.provisional { " (provisional)" } else { "" };
        let mut runs = vec![strong(format!("How soon, by the rules: {}{provisional}.", self.urgency))];
        runs.extend(self.flags.items.iter().map(|flag| plain(format!(" {flag}."))));
        runs.extend(more(&self.flags));
        runs
    }

    fn tried_so_far(&self) -> Vec<Run> {
        let lines: Vec<String> =
            self.tried.items.iter().map(|tried| format!("{}: {}", tried.what, tried.happened)).collect();
        let mut runs = told("Tried, and what happened:", &lines.join("; "));
        runs.extend(more(&self.tried));
        runs
    }
}

fn plain(text: impl Into<String>) -> Run {
    Run::Plain(text.into())
}

fn strong(text: impl Into<String>) -> Run {
    Run::Strong(text.into())
}

/// "and 3 more", where something was left out.
fn more<T>(list: &Bounded<T>) -> Option<Run> {
    (list.more > 0).then(|| Run::More(list.rest()))
}

/// A heading with its items, or with what is said when there is none.
fn listed(heading: &str, list: &Bounded<String>, none: &str) -> Vec<Run> {
    let said = if list.items.is_empty() { none.to_owned() } else { list.items.join("; ") };
    let runs = [strong(heading), plain(format!(" {said}."))];
    runs.into_iter().chain(more(list)).collect()
}

/// A heading with what was told, or room to write it.
fn told(heading: &str, text: &str) -> Vec<Run> {
    let runs = match text {
        "" => [plain(" "), Run::Write],
        text => [plain(" "), plain(text)],
    };
    [strong(heading)].into_iter().chain(runs).collect()
}

fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("“{text}”") }
}

fn row(sorting: &Sorting) -> Row {
    let mut text = Vec::new();
    for (item, answer) in &sorting.items {
        let start = if text.is_empty() { "" } else { "; " };
        text.extend([plain(format!("{start}{item} ")), strong(answer.words())]);
    }
    Row { heading: sorting.group.clone(), text }
}

fn cause(cause: &CauseShort) -> Vec<Run> {
    let mut runs = vec![strong(cause.name.as_str()), plain(format!(": {}, {}.", cause.word, cause.present))];
    for (heading, reasons) in [("For", &cause.pro), ("Against", &cause.contra)] {
        if !reasons.items.is_empty() {
            runs.push(plain(format!(" {heading}: {}.", reasons.items.join("; "))));
            runs.extend(more(reasons));
        }
    }
    runs
}
