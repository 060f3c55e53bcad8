//! From answers to a request: how soon, and what a clinic is told.

use charley_records::RequestId;
use charley_records::clinic::worklist::{NewRequest, Urgency};
use charley_wire::{Assessment, Disposition};

use crate::answers::{Answers, save};
use crate::engine::Engine;
use crate::view::level;
use crate::wording;

/// How soon, by the rules, for these answers. Never softer than what the person's own result says: while a danger sign is
/// open nobody is sent home to look after themselves, and a sign of which another half is true is looked at the same day.
pub fn judged(engine: &Engine, answers: &Answers, assessment: &Assessment) -> Urgency {
    let urgency = match assessment.disposition {
        Disposition::Emergency => Urgency::Emergency,
        Disposition::SameDay => Urgency::SameDay,
        Disposition::Soon2Weeks => Urgency::Soon,
        Disposition::Routine => Urgency::Routine,
        Disposition::SelfCare => Urgency::SelfCare,
    };
    if !assessment.provisional {
        return urgency;
    }
    let least = if level::half_true(engine, answers, assessment) { Urgency::SameDay } else { Urgency::Routine };
    urgency.min(least)
}

/// The request that these answers make. `raised`: more urgent than the rules say, if somebody wants it so; it never lowers.
pub fn request(
    engine: &Engine,
    id: RequestId,
    answers: &Answers,
    assessment: &Assessment,
    raised: Option<Urgency>,
    complaint: &str,
    wish: &str,
) -> NewRequest {
    let judged = judged(engine, answers, assessment);
    let region = engine.region(answers.region.as_deref());
    let mut red_flags: Vec<String> = Vec::new();
    // What can wait for an ordinary visit stands in the record, and would only bury what can't.
    for flag in assessment.red_flags.iter().filter(|flag| flag.disposition > Disposition::Routine) {
        let title = wording::fill(&flag.title, region);
        if !red_flags.contains(&title) {
            red_flags.push(title);
        }
    }
    red_flags.truncate(MOST_FLAGS);
    NewRequest {
        id,
        urgency: raised.map_or(judged, |raised| judged.min(raised)),
        provisional: assessment.provisional,
        red_flags,
        complaint: complaint.to_owned(),
        wish: wish.to_owned(),
        case: Some(save::save(answers)),
        knowledge: assessment.knowledge.version.clone(),
    }
}

/// What a request holds at most; the rules come most urgent first.
const MOST_FLAGS: usize = 40;
