//! What cannot have been measured, and what contradicts itself.

use charley_knowledge::Knowledge;
use jiff::civil::Date;

use super::{Pathophysiology, SCORE_ITEMS, Vascular};
use crate::{Fault, Leg};

/// Pressures that are possible, mmHg: cuffs go no higher, and 0 is a pulse that is not found.
const PRESSURE: std::ops::RangeInclusive<f64> = 0.0..=320.0;
/// Backflow that is possible, ms.
const REFLUX: std::ops::RangeInclusive<f64> = 0.0..=60_000.0;
/// Width that is possible, mm.
const WIDTH: std::ops::RangeInclusive<f64> = 0.1..=40.0;
/// Longest note.
const MOST_NOTE_CHARS: usize = 2_000;

impl Vascular {
    /// Checks the tests before they are kept.
    ///
    /// # Errors
    /// Everything that is wrong. Fields are named as in the form: `left.toe`, `arms.right`, `wells`.
    pub fn check(&self, knowledge: &Knowledge, today: Date) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        match self.date {
            None if !self.is_empty() => faults.push(Fault::new("date", "Enter the day of the tests.")),
            Some(date) if date > today => {
                faults.push(Fault::new("date", "This date is in the future. Use the day of the tests."));
            }
            _ => {}
        }
        let arms = [("arms.left", self.arms[0]), ("arms.right", self.arms[1])];
        for (field, pressure) in arms {
            // An arm without a pressure would divide by nothing.
            if pressure.is_some_and(|pressure| !(20.0..=320.0).contains(&pressure)) {
                faults.push(Fault::new(field, "An arm pressure lies between 20 and 320 mmHg. Check the number."));
            }
        }
        for leg in Leg::BOTH {
            self.check_leg(leg, &mut faults);
        }
        let items = knowledge.measure("wells").map(|measure| measure.items.as_slice()).unwrap_or_default();
        if let Some(wells) = &self.wells
            && wells.items.iter().any(|id| !items.iter().any(|item| item.id == *id))
        {
            faults.push(Fault::new("wells", "One of these items is not known. Choose them from the list."));
        }
        if self.note.chars().count() > MOST_NOTE_CHARS {
            faults.push(Fault::new("note", format!("Use at most {MOST_NOTE_CHARS} characters for the note.")));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn check_leg(&self, leg: Leg, faults: &mut Vec<Fault>) {
        let tests = self.leg(leg);
        let mut add = |field: &str, problem: &str| faults.push(Fault::new(format!("{}.{field}", leg.word()), problem));
        let pressures = [("dp", tests.dorsalis_pedis), ("pt", tests.posterior_tibial), ("toe", tests.toe)];
        for (field, pressure) in pressures {
            if pressure.is_some_and(|pressure| !PRESSURE.contains(&pressure)) {
                add(field, "A pressure lies between 0 and 320 mmHg. Check the number.");
            }
        }
        if (tests.ankle().is_some() || tests.toe.is_some()) && self.arm().is_none() {
            add("dp", "An index needs the pressure of an arm as well. Enter at least one.");
        }
        if tests.index_after_exercise.is_some_and(|index| !(0.0..=3.0).contains(&index)) {
            add("exercise", "An index lies between 0 and 3. Check the number.");
        }
        if tests.reflux.iter().any(|reflux| !REFLUX.contains(&reflux.ms)) {
            add("reflux", "Backflow lies between 0 and 60,000 milliseconds. Check the number and its unit.");
        }
        if tests.reflux.iter().any(|reflux| reflux.width_mm.is_some_and(|width| !WIDTH.contains(&width))) {
            add("reflux", "A vein is between 0.1 and 40 mm wide. Check the number.");
        }
        let scored = tests.rvcss.iter().flatten().count();
        if tests.rvcss.iter().flatten().any(|item| *item > 3) {
            add("rvcss", "Each item of the score is 0 to 3.");
        } else if scored != 0 && scored != SCORE_ITEMS {
            add("rvcss", "Score all ten items, or none. What is not there is 0.");
        }
        if let Some(ceap) = &tests.ceap {
            for fault in ceap.faults() {
                add("ceap", &fault);
            }
            let long = tests.reflux.iter().any(|reflux| reflux.ms > 1_000.0);
            if ceap.pathophysiology == Some(Pathophysiology::NoneFound) && long {
                add("ceap", "“Pn” does not fit the backflow that you entered. Change one of them.");
            }
        }
    }
}
