//! The level of care: what to do, by when, in words, shape and place.

use charley_wire::{Assessment, Disposition};

use crate::answers::{Answers, danger};
use crate::check::Check;
use crate::engine::Engine;
use crate::state::AppState;
use crate::view::{Cited, cited};

/// A reason for the urgency.
pub struct Flag {
    /// Title.
    pub title: String,
    /// Why.
    pub reason: String,
    /// What to do.
    pub action: String,
    /// What to say; may be empty.
    pub say: String,
    /// "Do not take the next dose before ..."; may be empty.
    pub hold: String,
    /// Sources.
    pub cited: Vec<Cited>,
    /// Written from memory.
    pub unconfirmed: bool,
}

/// The care box.
pub struct Level {
    /// Class and icon: call, today, book, self, unsure.
    pub kind: &'static str,
    /// "Book a visit".
    pub word: String,
    /// What to do, by when.
    pub action: String,
    /// What to watch for.
    pub safety_net: String,
    /// The date to come back.
    pub come_back: String,
    /// Why, the most urgent first.
    pub flags: Vec<Flag>,
    /// Signs about which the person is not sure.
    pub unsure: Vec<String>,
}

/// The words of a level, with the number to call.
pub fn word(disposition: Disposition, number: &str) -> String {
    match disposition {
        Disposition::Emergency => format!("Call {number} now"),
        other => charley_words::level_of_care(other).to_owned(),
    }
}

/// Class and icon of a level.
pub fn kind(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Emergency => "call",
        Disposition::SameDay => "today",
        Disposition::Soon2Weeks | Disposition::Routine => "book",
        Disposition::SelfCare => "self",
    }
}

/// The care box of a person's result.
///
/// While the danger check leaves a sign open, `routine` and `self_care` are never shown: a person who stays unsure is
/// sent to speak to someone today when another sign of that rule is true, and to look again otherwise.
pub fn for_person(state: &AppState, check: &Check, assessment: &Assessment) -> Level {
    let answers = check.answers();
    let number = check.region(state).map_or("your emergency number", |region| region.emergency_number.as_str());
    let unsure = danger::still_unsure(answers, state.knowledge());
    let disposition = assessment.disposition;
    let mut level = Level {
        kind: kind(disposition),
        word: check.say(state, &word(disposition, number)),
        action: check.say(state, &assessment.advice.action),
        safety_net: check.say(state, &assessment.advice.safety_net),
        come_back: state.today().plus(assessment.advice.come_back_days).long(),
        flags: flags(state, check, assessment),
        unsure: unsure.iter().map(|item| check.say(state, &item.label)).collect(),
    };
    if disposition >= Disposition::SameDay || !assessment.provisional {
        return level;
    }
    if half_true(&state.engine, answers, assessment) {
        level.kind = "today";
        level.word = "Speak to someone today".to_owned();
        level.action = check.say(
            state,
            "You were not sure about a danger sign, and another answer goes with it. Call your GP or clinic today. \
             If you can’t reach them, call {advice_line}.",
        );
        level.come_back = state.today().plus(1).long();
    } else if disposition <= Disposition::Routine {
        level.kind = "unsure";
        level.word = "We can’t tell yet how soon".to_owned();
        level.action = check.say(
            state,
            "You were not sure about a danger sign. Look again, best with someone beside you. If you still can’t \
             tell, ask your GP, your clinic or {advice_line}.",
        );
        level.come_back = state.today().plus(1).long();
    }
    level
}

/// True when a sign about which the person is not sure belongs to an urgent rule of which another sign is true.
pub fn half_true(engine: &Engine, answers: &Answers, assessment: &Assessment) -> bool {
    let half = engine.half_true_rules(&answers.case(), assessment);
    let unsure = danger::still_unsure(answers, engine.knowledge());
    let open: Vec<&str> = unsure.iter().flat_map(|item| danger::fact_names(item)).collect();
    let touches = |rule: &charley_wire::NotRuledOut| {
        half.contains(&rule.id) && rule.ask.iter().any(|fact| open.contains(&fact.as_str()))
    };
    assessment.not_ruled_out.iter().any(touches)
}

fn flags(state: &AppState, check: &Check, assessment: &Assessment) -> Vec<Flag> {
    assessment
        .red_flags
        .iter()
        .map(|flag| Flag {
            title: check.say(state, &flag.title),
            reason: check.say(state, &flag.reason),
            action: check.say(state, &flag.action),
            say: check.quote(state, flag.say.as_deref().unwrap_or_default()),
            hold: check.say(state, flag.urgent_hold.as_deref().unwrap_or_default()),
            cited: cited(state.knowledge(), &flag.source),
            unconfirmed: flag.unconfirmed,
        })
        .collect()
}
