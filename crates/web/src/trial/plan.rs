//! How long and how sure: from the person's own nights; then the start.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_knowledge::Remedy;
use charley_nights::diary::Count;
use charley_nights::rate;
use charley_nights::trial::Rule;
use charley_nights::trial::design::RUN_IN_NIGHTS;
use charley_nights::trial::order::{Seed, commitment};
use charley_nights::trial::power::{Plan, says_it_helps};
use charley_records::trials::Trial;
use charley_records::{Right, TrialId};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::choose::{Gate, gate};
use super::kept::{Baseline, Protocol};
use crate::error::WebError;
use crate::log::forms::Mark;
use crate::log::{Log, words};
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;

/// Nights that the baseline looks back.
const LOOK_BACK: i32 = 56;
/// Nights of which the start must know, recorded in the last weeks.
const RECENT: i32 = 21;
/// Share of nights that people record.
const RECORDED: f64 = 0.85;

/// One length of trial.
struct Length {
    pairs: usize,
    weeks: usize,
    last: String,
    half: String,
    fifth: String,
}

#[derive(Template)]
#[template(path = "trial/plan.html")]
struct PlanPage {
    page: Page,
    mark: Mark,
    remedy: Remedy,
    known: Option<String>,
    wait: u32,
    first_words: String,
    lengths: Vec<Length>,
    rare: bool,
    ask_first: bool,
}

/// The person's nights so far: recorded nights, and cramps a night of them.
fn baseline(log: &Log) -> Option<Baseline> {
    let recorded = log.recorded();
    let last = log.last_night();
    let nights = rate::between(&recorded, last.saturating_sub((LOOK_BACK - 1).days()), last);
    let cramps: u64 = nights.iter().map(|(_, count)| u64::from(Count::least(*count))).sum();
    let nights = u32::try_from(nights.len()).ok().filter(|nights| *nights >= rate::FEWEST)?;
    #[expect(clippy::cast_precision_loss, reason = "cramps of eight weeks")]
    Some(Baseline { nights, rate: cramps as f64 / f64::from(nights) })
}

/// Nights still to record before the first period: the bad spell that made somebody start must not count.
fn run_in(log: &Log) -> u32 {
    let recorded = log.recorded();
    let last = log.last_night();
    let recent = rate::between(&recorded, last.saturating_sub((RECENT - 1).days()), last).len();
    u32::try_from(RUN_IN_NIGHTS.saturating_sub(recent)).unwrap_or(0)
}

/// A share in words that people weigh alike.
pub fn in_ten(share: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 10")]
    let tens = (10.0 * share).round() as u32;
    match tens {
        0 => "fewer than 1 in 10".to_owned(),
        10 => "more than 9 in 10".to_owned(),
        tens => format!("about {tens} in 10"),
    }
}

fn lengths(remedy: &Remedy, first: Date, baseline: Option<Baseline>) -> Vec<Length> {
    [6, 8, 12]
        .into_iter()
        .map(|pairs: usize| {
            let nights = 2 * pairs * remedy.period_nights as usize;
            let kept = f64::from(remedy.period_nights - remedy.washout_nights) / f64::from(remedy.period_nights);
            let chance = |ratio: f64| {
                let Some(baseline) = baseline else { return "not known yet".to_owned() };
                #[expect(clippy::cast_precision_loss, reason = "nights")]
                let nights = nights as f64 * kept * RECORDED;
                let plan = Plan { rate: baseline.rate.max(0.02), nights, prior_sd: 0.75 };
                in_ten(says_it_helps(&plan, &Rule::default(), ratio))
            };
            let last = first.saturating_add(i64::try_from(nights).unwrap_or(0).days());
            Length { pairs, weeks: nights.div_ceil(7), last: words::short(last), half: chance(0.5), fifth: chance(0.8) }
        })
        .collect()
}

/// The remedy of an address, when this person may test it.
async fn allowed(state: &AppState, log: &Log, id: &str) -> Result<Remedy, WebError> {
    let remedy = state.knowledge().remedies.iter().find(|remedy| remedy.intervention == id);
    match (remedy, gate(state, log).await?) {
        (Some(remedy), Gate::Open { may, .. }) if may.iter().any(|known| known == id) => Ok(remedy.clone()),
        _ => Err(WebError::NotFound),
    }
}

/// The page.
///
/// # Errors
/// [`WebError::NotFound`] for a remedy that this person may not test.
pub async fn show(State(state): State<AppState>, Path(id): Path<String>, log: Log) -> Result<Response, WebError> {
    let remedy = allowed(&state, &log, &id).await?;
    let (baseline, wait) = (baseline(&log), run_in(&log));
    let first = log.tonight().saturating_add((1 + i64::from(wait)).days());
    write(&PlanPage {
        mark: Mark::new(log.now)?,
        known: baseline.map(|baseline| {
            format!(
                "In {} recorded nights you had {} cramps a week.",
                baseline.nights,
                charley_words::trial::about(7.0 * baseline.rate)
            )
        }),
        rare: baseline.is_some_and(|baseline| baseline.rate < 0.15),
        wait,
        first_words: words::short(first),
        lengths: lengths(&remedy, first, baseline),
        ask_first: remedy.slow,
        page: log.page,
        remedy,
    })
}

/// Draws the order, seals it, and starts.
///
/// # Errors
/// When the form is broken, the remedy is not allowed, or a trial is under way.
pub async fn start(
    State(state): State<AppState>,
    Path(id): Path<String>,
    log: Log,
    fields: Fields,
) -> Result<Response, WebError> {
    log.signed.access.need(Right::Write)?;
    let mark = Mark::read(&fields, log.now)?;
    let remedy = allowed(&state, &log, &id).await?;
    let pairs: usize = fields.get("pairs").parse().map_err(|_| WebError::BadForm)?;
    let first = log.tonight().saturating_add((1 + i64::from(run_in(&log))).days());
    let before = baseline(&log).unwrap_or(Baseline { nights: 0, rate: 0.0 });
    let protocol = Protocol::new(&remedy, first, pairs, before);
    protocol.design.check().map_err(|_| WebError::BadForm)?;
    let mut seed: Seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| WebError::Internal("no randomness"))?;
    let trial = Trial {
        id: TrialId(mark.id.0),
        created: log.now,
        protocol: protocol.write(),
        commitment: commitment(&seed),
        seed,
        ended: None,
    };
    let store = state.store()?;
    // The same form twice starts one trial.
    let known = store.trials(&log.signed.access).await?.iter().any(|known| known.id == trial.id);
    if !known {
        store.start_trial(&log.signed.access, &trial).await?;
    }
    Ok(Redirect::to("/trial").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_never_all_or_nothing() {
        assert_eq!(in_ten(0.01), "fewer than 1 in 10");
        assert_eq!(in_ten(0.43), "about 4 in 10");
        assert_eq!(in_ten(0.99), "more than 9 in 10");
    }
}
