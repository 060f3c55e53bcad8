//! Causes: one of four words, a range bar, reasons for and against.

use charley_knowledge::Knowledge;
use charley_wire::{Assessment, Cause, CauseKind, Ranged, Reason};
use charley_words::{KNOWN, cause_word, ends, percent};

use super::chart::{self, Bar, Why};
use super::expr::{upper_first, words};
use super::{Cited, basis_words, cited};

/// One reason in words.
pub struct Because {
    /// Number in the chart.
    pub number: usize,
    /// Plain words.
    pub text: String,
    /// "clearly more likely".
    pub moves: String,
    /// Where the number comes from.
    pub basis: &'static str,
    /// Not found again in a source.
    pub unconfirmed: bool,
    /// Sources.
    pub cited: Vec<Cited>,
    /// Speaks for the cause.
    pub pro: bool,
    /// Decibans, for the clinician.
    pub decibans: String,
}

/// One cause.
pub struct Shown {
    /// Id.
    pub id: String,
    /// Plain name.
    pub name: String,
    /// Clinical name.
    pub clinical_name: String,
    /// One of four words.
    pub word: &'static str,
    /// Range bar.
    pub bar: Bar,
    /// What the bar says, in words.
    pub bar_says: &'static str,
    /// Explainer.
    pub about: String,
    /// Reasons for, strongest first.
    pub pro: Vec<Because>,
    /// Reasons against.
    pub contra: Vec<Because>,
    /// All reasons in the order of the chart.
    pub all: Vec<Because>,
    /// Chart of the reasons.
    pub why: Why,
    /// What would change this.
    pub would_change: Vec<String>,
    /// "42 % (28 to 62)".
    pub present: String,
    /// The same for what it may add, if it adds.
    pub adds: String,
}

fn because(knowledge: &Knowledge, cause: &Cause, number: usize, reason: &Reason) -> Because {
    let pro = reason.decibans.get() > 0.0;
    Because {
        number,
        text: upper_first(&text_of(knowledge, cause, reason)),
        moves: format!("{} {} likely", reason.strength, if pro { "more" } else { "less" }),
        basis: basis_words(&reason.basis),
        unconfirmed: reason.unconfirmed,
        cited: cited(knowledge, &reason.source),
        pro,
        decibans: format!("{:+.0}", reason.decibans.get()),
    }
}

/// "42 % (28 to 62)", where the page says what the range means.
pub fn short(range: Ranged) -> String {
    let mean = percent(range.mean.get());
    if range.low == range.high { mean } else { format!("{mean} ({})", ends(&range)) }
}

/// The words of a reason; a background without a name is spelled out.
fn text_of(knowledge: &Knowledge, cause: &Cause, reason: &Reason) -> String {
    if !reason.text.is_empty() {
        return reason.text.clone();
    }
    let row = || {
        let at: usize = reason.id.strip_prefix("background-")?.parse().ok()?;
        let condition = &knowledge.conditions[knowledge.condition_by_id.get(&cause.id)?.at()];
        Some(words(knowledge, &condition.background.get(at)?.when))
    };
    row().unwrap_or_else(|| reason.id.replace(['_', '-'], " "))
}

/// A cause with at most `most` reasons each way.
pub fn shown(knowledge: &Knowledge, cause: &Cause, most: usize) -> Shown {
    let adds = matches!(cause.kind, CauseKind::Contributor | CauseKind::Both) && cause.contribution.is_some();
    let drawn = if adds { cause.contribution.unwrap_or(cause.present) } else { cause.present };
    let pro: Vec<&Reason> = cause.for_.iter().take(most).collect();
    let contra: Vec<&Reason> = cause.against.iter().take(most).collect();
    let mut all: Vec<&Reason> = pro.iter().chain(&contra).copied().collect();
    all.sort_by(|a, b| b.decibans.get().abs().total_cmp(&a.decibans.get().abs()));
    let list = |reasons: &[&Reason]| -> Vec<Because> {
        reasons.iter().enumerate().map(|(at, reason)| because(knowledge, cause, at + 1, reason)).collect()
    };
    Shown {
        id: cause.id.clone(),
        name: cause.name.clone(),
        clinical_name: cause.clinical_name.clone(),
        word: cause_word(cause.word),
        bar: chart::bar(drawn),
        bar_says: if adds { "how much it may add" } else { "how likely it is there" },
        about: cause.about.clone(),
        why: chart::why(all.iter().copied()),
        pro: list(&pro),
        contra: list(&contra),
        all: list(&all),
        would_change: cause.would_change.clone(),
        present: if cause.told() { KNOWN.to_owned() } else { short(cause.present) },
        adds: cause.contribution.map(short).unwrap_or_default(),
    }
}

impl Shown {
    /// The same in the words for this reader.
    #[must_use]
    pub fn said(mut self, say: &impl Fn(&str) -> String) -> Self {
        self.name = say(&self.name);
        self.about = say(&self.about);
        for reason in self.pro.iter_mut().chain(&mut self.contra).chain(&mut self.all) {
            reason.text = say(&reason.text);
        }
        for line in &mut self.would_change {
            *line = say(line);
        }
        self
    }
}

/// All causes of an assessment.
pub fn all(knowledge: &Knowledge, assessment: &Assessment, most: usize) -> Vec<Shown> {
    assessment.causes.iter().map(|cause| shown(knowledge, cause, most)).collect()
}

/// The honest headline above the causes.
pub fn headline(assessment: &Assessment) -> &'static str {
    match assessment.causes.first().map(|cause| cause.kind) {
        Some(CauseKind::Ordinary) => {
            "Most people with cramps like these have no single cause. That is the likeliest answer here too."
        }
        Some(CauseKind::Contributor) => "Something may add to these cramps. It is worth a talk.",
        Some(CauseKind::Both | CauseKind::Mimic) => "This may be something else than an ordinary cramp.",
        None => "We can’t name a cause from these answers.",
    }
}
