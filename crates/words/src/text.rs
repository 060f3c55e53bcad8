//! An assessment as readable text, for the terminal and for copying into a record.

use std::fmt::Write as _;

use charley_wire::{Assessment, Cause, Disposition, PlanItem, Reason};

use crate::paint::Paint;
use crate::{cause_word, grade, level_of_care, presence, present, share};

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A person: four words, no numbers.
    Person,
    /// A clinician: numbers with their ranges.
    Clinician,
}

/// The assessment in sentences.
pub fn write_assessment(assessment: &Assessment, audience: Audience, paint: &dyn Paint) -> String {
    let mut page = Page { out: String::new(), paint, audience };
    page.care(assessment);
    page.causes(assessment);
    page.plan(assessment);
    page.tests(assessment);
    page.open(assessment);
    page.foot(assessment);
    page.out
}

/// A short note for a clinical record, without paint.
pub fn clinician_note(assessment: &Assessment) -> String {
    let mut note = String::new();
    let line = |note: &mut String, text: String| {
        note.push_str(&text);
        note.push('\n');
    };
    let provisional = if assessment.provisional { " (danger check not complete)" } else { "" };
    line(&mut note, format!("Urgency: {}{provisional}", level_of_care(assessment.disposition)));
    for flag in &assessment.red_flags {
        line(&mut note, format!("- {}", flag.title));
    }
    for cause in assessment.causes.iter().take(3) {
        line(&mut note, format!("{}: {}", cause.clinical_name, presence(cause)));
        line(&mut note, format!("  for: {}", listed(&cause.for_)));
        line(&mut note, format!("  against: {}", listed(&cause.against)));
    }
    let names = |items: &[charley_wire::Examine]| items.iter().map(|e| e.name.clone()).collect::<Vec<_>>().join("; ");
    line(&mut note, format!("Examine: {}", names(&assessment.examine)));
    let tests: Vec<_> = assessment.tests.worth.iter().map(|t| t.name.clone()).collect();
    line(&mut note, format!("Tests worth having: {}", tests.join("; ")));
    line(&mut note, format!("Safety net: {}", assessment.advice.safety_net));
    line(&mut note, format!("Review within {} days.", assessment.advice.come_back_days));
    line(
        &mut note,
        format!(
            "Knowledge {} of {}; not a diagnosis.",
            short(&assessment.knowledge.version),
            assessment.knowledge.date
        ),
    );
    note
}

fn listed(reasons: &[Reason]) -> String {
    if reasons.is_empty() {
        return "nothing told".to_owned();
    }
    reasons.iter().take(4).map(|reason| reason.text.clone()).collect::<Vec<_>>().join("; ")
}

fn short(version: &str) -> &str {
    version.get(..12).unwrap_or(version)
}

struct Page<'p> {
    out: String,
    paint: &'p dyn Paint,
    audience: Audience,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        let painted = self.paint.heading(text);
        let _ = write!(self.out, "\n{painted}\n");
    }

    /// A paragraph whose first line carries a mark and whose other lines stand under its text.
    fn wrapped(&mut self, mark: &str, text: &str) {
        let indent = " ".repeat(mark.len());
        for (at, line) in wrap(text, 96 - mark.len()).into_iter().enumerate() {
            self.line(&format!("{}{line}", if at == 0 { mark } else { &indent }));
        }
    }

    fn care(&mut self, a: &Assessment) {
        let level = format!("{}: {}", level_of_care(a.disposition).to_uppercase(), a.advice.heading);
        let level = self.paint.level(a.disposition, &level);
        self.line(&level);
        self.wrapped("", &a.advice.action);
        if a.provisional && a.disposition < Disposition::Emergency {
            self.wrapped("", "This may still rise: the danger check is not complete. Run `charley ask` to answer it.");
        }
        for flag in &a.red_flags {
            let unconfirmed = if flag.unconfirmed { " (evidence not confirmed)" } else { "" };
            self.wrapped("  ! ", &format!("{}. {}{unconfirmed}", flag.title, flag.reason));
            if let Some(hold) = &flag.urgent_hold {
                self.wrapped("    ", hold);
            }
            if let Some(say) = &flag.say {
                self.wrapped("    ", &format!("Say: \"{say}\""));
            }
        }
    }

    fn causes(&mut self, a: &Assessment) {
        self.heading("What may be behind it");
        if a.causes.is_empty() {
            self.line("  We can't tell yet. More answers would help.");
        }
        for cause in a.causes.iter().take(if self.audience == Audience::Person { 6 } else { 12 }) {
            self.cause(cause);
        }
        if let Some(stability) = a.rank_stability {
            let text =
                format!("The first cause stays first in {:.0} of 100 redraws of our inputs.", 100.0 * stability.get());
            let text = self.paint.muted(&text);
            self.line(&format!("  {text}"));
        }
    }

    fn cause(&mut self, cause: &Cause) {
        let name = match self.audience {
            Audience::Person => cause.name.clone(),
            Audience::Clinician => format!("{} [{}]", cause.clinical_name, cause.group),
        };
        self.line(&format!("  {name}: {}", cause_word(cause.word)));
        if self.audience == Audience::Clinician {
            let text = format!("      {}", present(cause));
            self.line(&text);
            if let Some(contribution) = &cause.contribution {
                let text = format!("      may add to the cramps {}", share(contribution));
                self.line(&text);
            }
        }
        for (sign, reasons) in [('+', &cause.for_), ('-', &cause.against)] {
            for reason in reasons.iter().take(4) {
                let size = match self.audience {
                    Audience::Person => reason.strength.clone(),
                    Audience::Clinician => format!("{:+.1} dB, {}", reason.decibans.get(), reason.basis),
                };
                self.line(&format!("      {sign} {} ({size})", reason.text));
            }
        }
    }

    fn plan(&mut self, a: &Assessment) {
        let lanes = [
            ("Tonight", &a.plan.tonight),
            ("This week", &a.plan.this_week),
            (
                "Ask the person who prescribes for you (keep taking your medicines until you have talked)",
                &a.plan.ask_prescriber,
            ),
            ("What clinics offer, and what is known of it", &a.plan.clinic_options),
            ("Not for you, because", &a.plan.not_for_you),
            ("Not worth it, because", &a.plan.not_worth_it),
        ];
        for (title, items) in lanes {
            if !items.is_empty() {
                self.heading(title);
                for item in items.iter().take(5) {
                    self.item(item);
                }
            }
        }
    }

    fn item(&mut self, item: &PlanItem) {
        let mut text = format!("{} ({})", item.name, grade(&item.grade));
        if !item.effect.is_empty() {
            let _ = write!(text, ": {}", item.effect);
        }
        self.wrapped("  - ", &text);
        for because in &item.because {
            self.wrapped("    ", because);
        }
    }

    fn tests(&mut self, a: &Assessment) {
        for (title, tests) in [("Tests worth having", &a.tests.worth), ("Tests not worth having", &a.tests.not_worth)] {
            if !tests.is_empty() {
                self.heading(title);
                for test in tests.iter().take(6) {
                    self.wrapped("  - ", &format!("{}: {}", test.name, test.why));
                }
            }
        }
        if self.audience == Audience::Clinician && !a.examine.is_empty() {
            self.heading("Examine");
            for examine in &a.examine {
                self.wrapped("  - ", &format!("{}: {}", examine.name, examine.how));
            }
        }
    }

    fn open(&mut self, a: &Assessment) {
        if !a.next_questions.is_empty() {
            self.heading("What would help most to know");
            for question in a.next_questions.iter().take(5) {
                self.wrapped("  - ", &question.question);
            }
        }
        for unknown in &a.unrecognised {
            let value = unknown.value.as_deref().map(|v| format!(" = {v}")).unwrap_or_default();
            let mut text = format!("Not understood: {}{value}.", unknown.name);
            if !unknown.did_you_mean.is_empty() {
                let _ = write!(text, " Did you mean {}?", unknown.did_you_mean.join(", "));
            }
            self.wrapped("  ? ", &text);
        }
        for read in &a.read_as {
            self.wrapped("  ~ ", &format!("{} {} was read as {}.", read.name, read.given, read.read_as));
        }
        if let Some(approximate) = &a.approximate {
            self.wrapped("  ~ ", &format!("Not exact ({}): {}", approximate.what, approximate.why));
        }
    }

    fn foot(&mut self, a: &Assessment) {
        self.heading("Come back");
        self.wrapped("  ", &a.advice.safety_net);
        self.line(&format!("  Come back within {} days if it is no better.", a.advice.come_back_days));
        let review =
            if a.knowledge.reviewed_by_clinician { "reviewed by a clinician" } else { "not reviewed by a clinician" };
        let text = format!(
            "Information, not a diagnosis. Knowledge {} of {}, {review}.",
            short(&a.knowledge.version),
            a.knowledge.date
        );
        let text = self.paint.muted(&text);
        self.line(&format!("\n{text}"));
    }
}

/// Breaks text at spaces; the first line is as wide as the others.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}
