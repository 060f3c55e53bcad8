//! The treatment plan: goals, and what is chosen behind the reasoner's gates.
//!
//! A gate decides, not the page: what is barred for this person cannot be chosen, and what its prescriber must decide is a
//! question, whoever chooses it. Options that clinics sell carry their grade like everything else.

mod copy;

use charley_wire::{Plan as Gated, PlanItem};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use copy::{Copy, Section, copy};

use crate::Fault;

/// Most goals.
pub const MOST_GOALS: usize = 8;
/// Most items that are chosen: more is no plan.
pub const MOST_CHOSEN: usize = 12;
/// Longest goal or note.
pub const MOST_CHARS: usize = 300;
/// Longest free advice.
pub const MOST_ADVICE_CHARS: usize = 1_500;
/// Weeks at which the clinic asks how it went.
pub const WEEKS: [u16; 4] = [4, 12, 26, 52];

/// Which lane an item stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Lane {
    Tonight,
    ThisWeek,
    AskPrescriber,
    ClinicOption,
    NotForYou,
    NotWorthIt,
}

impl Lane {
    /// All, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::Tonight, Self::ThisWeek, Self::AskPrescriber, Self::ClinicOption, Self::NotForYou, Self::NotWorthIt];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Tonight => "Tonight",
            Self::ThisWeek => "This week",
            Self::AskPrescriber => "Questions for the prescriber",
            Self::ClinicOption => "Clinic options, with the evidence as it is",
            Self::NotForYou => "Barred for this person",
            Self::NotWorthIt => "Not worth it",
        }
    }

    /// What may be done with an item of this lane.
    pub fn allows(self) -> Allowed {
        match self {
            Self::Tonight | Self::ThisWeek | Self::ClinicOption => Allowed::Choose,
            Self::AskPrescriber => Allowed::Ask,
            Self::NotForYou | Self::NotWorthIt => Allowed::No,
        }
    }

    fn items(self, gated: &Gated) -> &[PlanItem] {
        match self {
            Self::Tonight => &gated.tonight,
            Self::ThisWeek => &gated.this_week,
            Self::AskPrescriber => &gated.ask_prescriber,
            Self::ClinicOption => &gated.clinic_options,
            Self::NotForYou => &gated.not_for_you,
            Self::NotWorthIt => &gated.not_worth_it,
        }
    }
}

/// What may be done with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// It may be chosen.
    Choose,
    /// It may be chosen as a question for the prescriber.
    Ask,
    /// It may not be chosen.
    No,
}

/// An item that could be chosen, or not.
#[derive(Debug, Clone)]
pub struct Choice<'p> {
    /// Its lane.
    pub lane: Lane,
    /// The item.
    pub item: &'p PlanItem,
}

/// All items of the gated plan, lane by lane, in the public order. `compression_barred`: the measured pressures of this
/// clinic bar stockings, whatever else is known.
pub fn choices(gated: &Gated, compression_barred: bool) -> Vec<Choice<'_>> {
    let mut all = Vec::new();
    for lane in Lane::ALL {
        for item in lane.items(gated) {
            let barred = compression_barred && item.id == COMPRESSION && lane.allows() != Allowed::No;
            all.push(Choice { lane: if barred { Lane::NotForYou } else { lane }, item });
        }
    }
    all.sort_by_key(|choice| choice.lane);
    all
}

/// The item that the arteries of a leg may bar.
const COMPRESSION: &str = "compression_stockings";

/// An item that was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Id of the intervention.
    pub id: String,
    /// What to add for this person; may be empty.
    #[serde(default)]
    pub note: String,
}

/// Nights before the plan, to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Cramps; the least it can be.
    pub cramps: u32,
    /// Recorded nights.
    pub nights: u32,
}

/// The plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// What the person wants to reach, in their words.
    pub goals: Vec<String>,
    /// What was chosen.
    pub chosen: Vec<Chosen>,
    /// Further advice in the clinician's words.
    pub advice: String,
    /// First day.
    pub began: Option<Date>,
    /// Nights before it.
    pub before: Option<Counted>,
    /// The copy for the person, as it was made when the plan was saved.
    pub copy: Option<Copy>,
}

impl Plan {
    /// Checks a plan against its gates.
    ///
    /// # Errors
    /// Everything that is wrong; `chosen` for an item that the gates do not let through.
    pub fn check(&self, choices: &[Choice<'_>]) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        if self.goals.iter().all(|goal| goal.trim().is_empty()) {
            faults.push(Fault::new("goals", "Write at least one goal, best in the person’s own words."));
        }
        if self.goals.len() > MOST_GOALS || self.goals.iter().any(|goal| goal.chars().count() > MOST_CHARS) {
            let problem = format!("At most {MOST_GOALS} goals of {MOST_CHARS} characters. Keep the ones that matter.");
            faults.push(Fault::new("goals", problem));
        }
        if self.advice.chars().count() > MOST_ADVICE_CHARS {
            faults.push(Fault::new("advice", format!("Use at most {MOST_ADVICE_CHARS} characters of advice.")));
        }
        if self.began.is_none() {
            faults.push(Fault::new("began", "Enter the first day of the plan."));
        }
        if self.chosen.len() > MOST_CHOSEN {
            let problem = format!("At most {MOST_CHOSEN} things at once. Leave the others for the next visit.");
            faults.push(Fault::new("chosen", problem));
        }
        for (at, chosen) in self.chosen.iter().enumerate() {
            if self.chosen[..at].iter().any(|other| other.id == chosen.id) {
                faults.push(Fault::new("chosen", "One thing is chosen twice. Choose it once."));
            }
            if chosen.note.chars().count() > MOST_CHARS {
                faults.push(Fault::new("chosen", format!("Use at most {MOST_CHARS} characters for a note.")));
            }
            match choices.iter().find(|choice| choice.item.id == chosen.id) {
                None => {
                    let problem = format!("“{}” is not in the plan of this person any more. Take it out.", chosen.id);
                    faults.push(Fault::new("chosen", problem));
                }
                Some(choice) if choice.lane.allows() == Allowed::No => {
                    let why = choice.item.because.join(" ");
                    let problem = format!("“{}” cannot be chosen for this person. {why}", choice.item.name);
                    faults.push(Fault::new("chosen", problem.trim_end()));
                }
                Some(_) => {}
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}
