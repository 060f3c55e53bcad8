//! What tonight is, and how far the trial has come; or the way to a new one.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_nights::trial::Verdict;
use charley_nights::trial::blinding::Guess;
use charley_nights::trial::design::{FIRST_LOOK, Tonight};
use charley_records::trials::Trial;
use jiff::ToSpan as _;

use super::asked::worth_it;
use super::chart::{Strip, strip};
use super::kept::Protocol;
use super::{Running, guess, helper, looks, under_way};
use crate::error::WebError;
use crate::log::forms::Mark;
use crate::log::{Log, words};
use crate::page::{Page, show as write};
use crate::state::AppState;

/// An ended trial in the list.
pub struct Past {
    id: String,
    label: String,
    at: String,
    said: &'static str,
}

#[derive(Template)]
#[template(path = "trial/none.html")]
struct Nothing {
    page: Page,
    name: String,
    past: Vec<Past>,
}

#[derive(Template)]
#[template(path = "trial/tonight.html")]
struct TonightPage {
    page: Page,
    name: String,
    mark: Mark,
    protocol: Protocol,
    night: String,
    headline: String,
    todo: String,
    treated: Option<bool>,
    /// The box of tonight, where a helper prepared capsules.
    box_number: Option<usize>,
    /// The helper has not seen the sheet yet.
    unopened: bool,
    guess: Option<Guess>,
    worth: String,
    ticked: Option<bool>,
    washout: bool,
    lived: usize,
    nights: usize,
    recorded: usize,
    pair: usize,
    last_night: String,
    next_look: String,
    over: bool,
    answer_ready: bool,
    makes_worse: bool,
    looked: bool,
    strip: Strip,
    commitment: String,
    past: Vec<Past>,
}

/// The page.
///
/// # Errors
/// When the store fails.
pub async fn show(State(state): State<AppState>, log: Log) -> Result<Response, WebError> {
    let trials = state.store()?.trials(&log.signed.access).await?;
    let past = trials.iter().filter_map(|trial| listed(trial, &log)).collect();
    let Some(running) = under_way(&state, &log).await? else {
        return write(&Nothing { name: log.name().to_owned(), page: log.page, past });
    };
    let found = looks::look(&state, &running).await?;
    let over = running.lived() >= running.protocol.design.nights();
    let decided = found.is_some_and(|verdict| verdict != Verdict::NotSureYet);
    let tonight = running.protocol.design.tonight(&running.trial.seed, log.tonight());
    let Said { headline, todo, treated, box_number, washout } = words_of(&running.protocol, tonight);
    let before = Some(running.protocol.baseline).filter(|before| before.nights > 0);
    let ticked = log.diary.night(log.tonight()).and_then(|night| {
        let done = night.exposures.iter().filter(|told| told.value.what == running.protocol.exposure);
        done.into_iter().next_back().map(|told| told.value.done)
    });
    write(&TonightPage {
        name: log.name().to_owned(),
        mark: Mark::new(log.now)?,
        night: words::night(log.tonight()),
        headline,
        todo,
        treated,
        box_number,
        unopened: running.sealed() && helper::opened(&log.entries, &running.trial).is_none(),
        guess: guess(&log, log.tonight()),
        worth: worth_it(before, running.protocol.design.rule.margin),
        ticked,
        washout,
        lived: running.lived(),
        nights: running.protocol.design.nights(),
        recorded: running.recorded(),
        pair: (running.lived() / (2 * running.protocol.design.period_nights) + 1).min(running.protocol.design.pairs),
        last_night: words::short(running.date(running.protocol.design.nights() - 1)),
        next_look: words::short(next_look(&running)),
        over,
        answer_ready: over || decided,
        makes_worse: found == Some(Verdict::MakesWorse),
        looked: found.is_some(),
        strip: strip(&running),
        commitment: running.trial.commitment.clone(),
        protocol: running.protocol,
        page: log.page,
        past,
    })
}

/// The morning after the next pair end that allows a look.
fn next_look(running: &Running) -> jiff::civil::Date {
    let design = &running.protocol.design;
    let pairs = (running.complete_pairs() + 1).clamp(FIRST_LOOK, design.pairs);
    running.date(2 * pairs * design.period_nights - 1).saturating_add(1.day())
}

/// What tonight is.
struct Said {
    headline: String,
    todo: String,
    /// The arm; none outside the periods, and where the person must not learn it.
    treated: Option<bool>,
    /// The box, where a helper prepared capsules.
    box_number: Option<usize>,
    /// The night is left out of the answer.
    washout: bool,
}

fn words_of(protocol: &Protocol, tonight: Tonight) -> Said {
    let outside = |headline: String, todo: &str| Said {
        headline,
        todo: todo.to_owned(),
        treated: None,
        box_number: None,
        washout: false,
    };
    match tonight {
        Tonight::RunIn { nights_left } => outside(
            match nights_left {
                1 => "The first turn starts tomorrow".to_owned(),
                nights => format!("The first turn starts in {nights} nights"),
            },
            "Change nothing yet. Record your nights as they are.",
        ),
        Tonight::Over => outside("The trial is over".to_owned(), "Fill in missing nights, then see the answer."),
        // Not a word here may hang on the arm.
        Tonight::Period { turn, washout, .. } if protocol.capsules.is_some() => Said {
            headline: format!("Tonight: box {}", turn + 1),
            todo: format!("Take tonight’s capsules from box {}, with food. Do not look inside them.", turn + 1),
            treated: None,
            box_number: Some(turn + 1),
            washout,
        },
        Tonight::Period { treated, washout, .. } => {
            let (no, todo) = if treated { ("", &protocol.on) } else { ("no ", &protocol.off) };
            Said {
                headline: format!("Tonight: {no}{}", protocol.label),
                todo: todo.clone(),
                treated: Some(treated),
                box_number: None,
                washout,
            }
        }
    }
}

fn listed(trial: &Trial, log: &Log) -> Option<Past> {
    let ended = trial.ended.as_ref()?;
    let protocol = Protocol::read(&trial.protocol).ok()?;
    let verdict = ended.result.as_ref().and_then(|text| {
        let report: charley_wire::trial::Report = serde_json::from_str(text).ok()?;
        Some(charley_words::trial::verdict_on(&report.verdict, protocol.slow))
    });
    Some(Past {
        id: trial.id.to_string(),
        label: protocol.label,
        at: words::short(log.zone.to_datetime(ended.at).date()),
        said: verdict.unwrap_or("Stopped before it could say anything"),
    })
}
