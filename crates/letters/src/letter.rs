//! What stands on the sheet. It comes as JSON, in the shape of `charley_clinic::handover::Letter`.

use serde::{Deserialize, Serialize};

use crate::LetterError;

/// Largest letter that is read, in bytes; the longest hand-over has some ten thousand.
pub const MOST_BYTES: usize = 64 * 1024;

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// What it is, such as "Night leg trouble: hand-over".
    pub title: String,
    /// Said across the top, such as that everybody is made up; empty for nothing.
    #[serde(default)]
    pub notice: String,
    /// Who it is about, when it was made, and who entered it.
    pub about: String,
    /// The box at the top; empty for none.
    #[serde(default)]
    pub urgency: Vec<Run>,
    /// What follows, in order.
    pub blocks: Vec<Block>,
    /// Last line: where it comes from, and what it is not.
    pub foot: String,
}

/// A piece of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Heading.
    pub heading: String,
    /// The line.
    pub text: Vec<Run>,
}

/// Words in one voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl Letter {
    /// Reads a letter from JSON.
    ///
    /// # Errors
    /// When it is too large, or not a letter.
    pub fn read(json: &[u8]) -> Result<Self, LetterError> {
        if json.len() > MOST_BYTES {
            return Err(LetterError::TooLarge(json.len()));
        }
        Ok(serde_json::from_slice(json)?)
    }

    /// The same with every text as it can be printed: what nobody sees on the page either is left out.
    #[must_use]
    pub fn tidy(&self) -> Self {
        let runs = |runs: &[Run]| -> Vec<Run> { runs.iter().map(Run::tidy).collect() };
        let block = |block: &Block| match block {
            Block::Line(line) => Block::Line(runs(line)),
            Block::List(items) => Block::List(items.iter().map(|item| runs(item)).collect()),
            Block::Rows(rows) => {
                Block::Rows(rows.iter().map(|row| Row { heading: tidy(&row.heading), text: runs(&row.text) }).collect())
            }
        };
        Self {
            title: tidy(&self.title),
            notice: tidy(&self.notice),
            about: tidy(&self.about),
            urgency: runs(&self.urgency),
            blocks: self.blocks.iter().map(block).collect(),
            foot: tidy(&self.foot),
        }
    }

    /// Every text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let own = [&self.title, &self.notice, &self.about, &self.foot].into_iter().map(String::as_str);
        own.chain(self.urgency.iter().filter_map(Run::text)).chain(self.blocks.iter().flat_map(Block::texts))
    }
}

impl Block {
    fn texts(&self) -> Vec<&str> {
        match self {
            Self::Line(line) => line.iter().filter_map(Run::text).collect(),
            Self::List(items) => items.iter().flatten().filter_map(Run::text).collect(),
            Self::Rows(rows) => {
                let headings = rows.iter().map(|row| row.heading.as_str());
                headings.chain(rows.iter().flat_map(|row| &row.text).filter_map(Run::text)).collect()
            }
        }
    }
}

impl Run {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Plain(text) | Self::Strong(text) | Self::More(text) => Some(text),
            Self::Write => None,
        }
    }

    fn tidy(&self) -> Self {
        match self {
            Self::Plain(text) => Self::Plain(tidy(text)),
            Self::Strong(text) => Self::Strong(tidy(text)),
            Self::More(text) => Self::More(tidy(text)),
            Self::Write => Self::Write,
        }
    }
}

/// Where a line may break although there is no space.
pub const BREAK: char = '\u{200b}';
/// Longer words may break after so many signs; else they would run off the paper.
const LONGEST_WORD: usize = 40;

/// A text with single spaces, without signs that steer other signs, and with places to break in words that have no end.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut word = 0;
    for sign in text.chars().filter(|sign| !is_hidden(*sign)) {
        if sign.is_whitespace() || sign.is_control() {
            word = 0;
            if !tidy.ends_with(' ') {
                tidy.push(' ');
            }
            continue;
        }
        if word == LONGEST_WORD {
            word = 0;
            tidy.push(BREAK);
        }
        word += 1;
        tidy.push(sign);
    }
    tidy
}

/// Signs without a shape: joiners, directions, variants, a soft hyphen.
fn is_hidden(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(sign, '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{BREAK, tidy};

    #[test]
    fn what_nobody_sees_is_left_out() {
        assert_eq!(tidy("a\u{202e} b\u{0}\u{0}c\n\n d\u{feff}"), "a b c d");
        assert_eq!(tidy(" calf: "), " calf: ");
    }

    #[test]
    fn a_word_without_end_may_break() {
        let word = "ab".repeat(60);
        assert_eq!(tidy(&word).matches(BREAK).count(), 2);
        assert_eq!(tidy(&word).replace(BREAK, ""), word);
        assert_eq!(tidy(&"word ".repeat(60)).matches(BREAK).count(), 0);
    }
}
