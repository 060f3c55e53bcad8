//! What a person decided after a trial comes back into their plan.

use charley_records::trials::Trial;
use charley_wire::trial::Report;
use charley_wire::{Plan, PlanItem};

use super::kept::Protocol;
use crate::error::WebError;
use crate::signed::Signed;
use crate::state::AppState;

/// A remedy that was tested, and what came of it.
pub struct Decided {
    /// The plan item.
    remedy: String,
    /// Kept, or dropped.
    keep: bool,
    /// For the person.
    sentence: String,
}

/// The newest decision on each remedy of this person.
///
/// # Errors
/// When the store fails.
pub async fn decided(state: &AppState, signed: &Signed) -> Result<Vec<Decided>, WebError> {
    let mut all: Vec<Decided> = Vec::new();
    for trial in state.store()?.trials(&signed.access).await? {
        if let Some(decided) = read(&trial)
            && !all.iter().any(|known| known.remedy == decided.remedy)
        {
            all.push(decided);
        }
    }
    Ok(all)
}

fn read(trial: &Trial) -> Option<Decided> {
    let ended = trial.ended.as_ref()?;
    let keep = match ended.decision.as_deref()? {
        "keep" => true,
        "drop" => false,
        _ => return None,
    };
    let protocol = Protocol::read(&trial.protocol).ok()?;
    let said = ended.result.as_ref().and_then(|text| {
        let report: Report = serde_json::from_str(text).ok()?;
        Some(charley_words::trial::verdict_on(&report.verdict, protocol.slow).to_lowercase())
    });
    let answer = said.map_or_else(|| "the trial stopped early".to_owned(), |said| format!("the answer was: {said}"));
    let choice = if keep { "You keep it." } else { "You dropped it." };
    Some(Decided {
        remedy: protocol.remedy,
        keep,
        sentence: format!("You tested this on your own nights, and {answer}. {choice}"),
    })
}

/// Says it beside the item; what is kept comes first in its lane, what was dropped last. The lanes and their gates stay as
/// they are: a trial lifts no gate.
pub fn into_plan(decided: &[Decided], plan: &mut Plan) {
    for lane in [&mut plan.tonight, &mut plan.this_week] {
        for item in lane.iter_mut() {
            if let Some(known) = of(decided, item) {
                item.because.insert(0, known.sentence.clone());
            }
        }
        lane.sort_by_key(|item| match of(decided, item) {
            Some(known) if known.keep => 0,
            None => 1,
            Some(_) => 2,
        });
    }
}

fn of<'d>(decided: &'d [Decided], item: &PlanItem) -> Option<&'d Decided> {
    decided.iter().find(|known| known.remedy == item.id)
}
