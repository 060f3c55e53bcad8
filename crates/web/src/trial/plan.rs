//! How long and how sure: from the person's own nights; then the start.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_knowledge::Remedy;
use charley_nights::diary::Count;
use charley_nights::rate;
use charley_nights::trial::Rule;
use charley_nights::trial::design::RUN_IN_NIGHTS;
use charley_nights::trial::order::{Seed, commitment};
use charley_nights::trial::power::{Plan, says_it_helps, says_no_benefit};
use charley_records::trials::Trial;
use charley_records::{Right, TrialId};
use charley_words::trial::in_ten;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::asked::{Answers, known, worth_it};
use super::choose::{Gate, gate};
use super::kept::{Baseline, Choice, Protocol};
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
    worth: String,
    nothing: String,
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
    margin: f64,
    worth: String,
    capsules: bool,
    prepare: i64,
}

/// The person's nights so far: recorded nights, and cramps a night of them.
pub fn baseline(log: &Log) -> Option<Baseline> {
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

fn lengths(remedy: &Remedy, first: Date, baseline: Option<Baseline>, rule: &Rule) -> Vec<Length> {
    [6, 8, 12]
        .into_iter()
        .map(|pairs: usize| {
            let nights = 2 * pairs * remedy.period_nights as usize;
            let kept = f64::from(remedy.period_nights - remedy.washout_nights) / f64::from(remedy.period_nights);
            #[expect(clippy::cast_precision_loss, reason = "nights")]
            let counted = nights as f64 * kept * RECORDED;
            let plan = baseline.map(|before| Plan { rate: before.rate.max(0.02), nights: counted, prior_sd: 0.75 });
            let chance = |of: &dyn Fn(&Plan) -> f64| {
                plan.as_ref().map_or_else(|| "not known yet".to_owned(), |plan| in_ten(of(plan)))
            };
            let last = first.saturating_add(i64::try_from(nights).unwrap_or(0).days());
            Length {
                pairs,
                weeks: nights.div_ceil(7),
                last: words::short(last),
                half: chance(&|plan| says_it_helps(plan, rule, 0.5)),
                worth: chance(&|plan| says_it_helps(plan, rule, rule.margin)),
                nothing: chance(&|plan| says_no_benefit(plan, rule, 1.0)),
            }
        })
        .collect()
}

/// Nights that a helper has to prepare capsules.
const PREPARE_NIGHTS: i64 = 7;

/// The first night of the first period: after the run-in, and after the helper's preparation.
fn first_night(log: &Log, capsules: bool) -> Date {
    let prepare = if capsules { PREPARE_NIGHTS } else { 0 };
    log.tonight().saturating_add((1 + i64::from(run_in(log)).max(prepare)).days())
}

/// The remedy of an address, when this person may test it.
pub async fn allowed(state: &AppState, log: &Log, id: &str) -> Result<Remedy, WebError> {
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
pub async fn show(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(answers): Query<Answers>,
    log: Log,
) -> Result<Response, WebError> {
    let remedy = allowed(&state, &log, &id).await?;
    let (margin, capsules) = (answers.margin()?, answers.capsules(&remedy)?);
    let rule = Rule::default().with_margin(margin);
    let (baseline, wait) = (baseline(&log), run_in(&log));
    let first = first_night(&log, capsules);
    write(&PlanPage {
        mark: Mark::new(log.now)?,
        known: baseline.map(known),
        margin,
        worth: worth_it(baseline, margin),
        capsules,
        prepare: PREPARE_NIGHTS,
        rare: baseline.is_some_and(|baseline| baseline.rate < 0.15),
        wait,
        first_words: words::short(first),
        lengths: lengths(&remedy, first, baseline, &rule),
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
    let answers = Answers::new(fields.get("margin"), fields.get("capsules"));
    let capsules = answers.capsules(&remedy)?;
    let choice = Choice {
        first_night: first_night(&log, capsules),
        pairs: fields.get("pairs").parse().map_err(|_| WebError::BadForm)?,
        margin: answers.margin()?,
        capsules,
    };
    let before = baseline(&log).unwrap_or(Baseline { nights: 0, rate: 0.0 });
    let protocol = Protocol::new(&remedy, &choice, before);
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
    Ok(Redirect::to(if capsules { "/trial/helper" } else { "/trial" }).into_response())
}
