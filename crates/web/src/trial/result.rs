//! The answer of an ended trial: words first.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_nights::trial::Count;
use charley_nights::trial::blinding::Guess;
use charley_records::secret::hex;
use charley_records::trials::Trial;
use charley_wire::trial::Report;
use charley_words::trial::{self as say, CANNOT_SAY, in_ten};

use super::Running;
use super::chart::{Strip, icons, strip};
use super::helper::{Filled, boxes};
use super::kept::Protocol;
use crate::error::WebError;
use crate::log::{Log, words};
use crate::page::{Page, show as write};
use crate::state::AppState;

/// What was found, in words and numbers.
struct Found {
    verdict: &'static str,
    weekly: String,
    avoided: String,
    fewer: u32,
    worth: u32,
    icons: Vec<(&'static str, i32, i32)>,
    ratio: [String; 3],
    sign_flip: Option<(String, usize)>,
    cautions: Vec<String>,
    more_nights: Option<String>,
    forecasts: Vec<(u32, String, String)>,
    second: Vec<String>,
    second_numbers: Option<String>,
    blinding: Vec<String>,
    carry_over: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "trial/result.html")]
struct ResultPage {
    page: Page,
    id: String,
    protocol: Protocol,
    first: String,
    ended: String,
    why: &'static str,
    harm: bool,
    found: Option<Found>,
    cannot_say: [&'static str; 3],
    decision: &'static str,
    strip: Strip,
    share: String,
    boxes: Vec<Filled>,
    lived: usize,
    recorded: usize,
    commitment: String,
    seed: String,
}

/// A trial of this person by its address.
async fn ended(state: &AppState, log: &Log, id: &str) -> Result<Trial, WebError> {
    let trials = state.store()?.trials(&log.signed.access).await?;
    trials.into_iter().find(|trial| trial.id.to_string() == id).ok_or(WebError::NotFound)
}

/// The page.
///
/// # Errors
/// [`WebError::NotFound`] when this person has no such trial.
pub async fn show(State(state): State<AppState>, Path(id): Path<String>, log: Log) -> Result<Response, WebError> {
    let trial = ended(&state, &log, &id).await?;
    let running = Running::read(trial, &log)?;
    let Some(end) = running.trial.ended.clone() else { return Ok(Redirect::to("/trial").into_response()) };
    let report: Option<Report> = end.result.as_ref().and_then(|text| serde_json::from_str(text).ok());
    let found = report.map(|report| found(&report, &running.protocol));
    write(&ResultPage {
        id,
        first: words::short(running.protocol.design.first_night),
        ended: words::short(log.zone.to_datetime(end.at).date()),
        why: match end.why.as_str() {
            "planned_end" => "All planned nights are over.",
            "clear_answer" => "The answer was clear before the planned end. The rule for that was fixed at the start.",
            "harm_rule" => "Your nights were worse with it. The rule for stopping then was fixed at the start.",
            "harm" => "You told us that something bad happened, so the trial stopped.",
            _ => "You stopped before the planned end.",
        },
        harm: end.why == "harm",
        decision: match end.decision.as_deref() {
            Some("keep") => "You keep it.",
            Some("drop") => "You dropped it.",
            Some("again") => "You test it again.",
            _ => "",
        },
        found,
        cannot_say: CANNOT_SAY,
        strip: strip(&running),
        share: say::fewer_by(running.protocol.design.rule.margin),
        boxes: boxes(&running),
        lived: running.lived(),
        recorded: running.recorded(),
        commitment: running.trial.commitment.clone(),
        seed: hex(&running.trial.seed),
        protocol: running.protocol,
        page: log.page,
    })
}

fn found(report: &Report, protocol: &Protocol) -> Found {
    let (fewer, worth) = say::out_of_hundred(report);
    let number = |value: f64| format!("{value:.2}");
    let ratio = &report.rate_ratio;
    let unsure = report.verdict == "not_sure_yet";
    let chance = |codes: &[&str], chances: &std::collections::BTreeMap<String, charley_wire::Sig6>| {
        in_ten(codes.iter().filter_map(|code| chances.get(*code)).map(|share| share.get()).sum())
    };
    Found {
        verdict: say::verdict_on(&report.verdict, protocol.slow),
        weekly: say::weekly(report, &protocol.label),
        avoided: say::avoided(report),
        fewer,
        worth: worth.min(fewer),
        icons: icons(fewer, worth),
        ratio: [number(ratio.median.get()), number(ratio.q025.get()), number(ratio.q975.get())],
        sign_flip: report.sign_flip_p.map(|p| (number(p.get()), report.sign_flip_pairs.unwrap_or_default())),
        cautions: say::cautions(report),
        second: say::second(report, &protocol.label),
        second_numbers: say::second_numbers(report),
        blinding: say::blinding(report),
        more_nights: unsure.then(|| match report.nights_needed {
            Some(nights) => format!("About {nights} more nights would likely give an answer."),
            None => {
                "Even a very long trial may not give an answer: the difference is small, or cramps are rare.".to_owned()
            }
        }),
        forecasts: report
            .forecasts
            .iter()
            .map(|forecast| {
                let helps = chance(&["helps", "small_benefit", "probably_helps"], &forecast.chances);
                (forecast.more_nights, helps, chance(&["not_sure_yet"], &forecast.chances))
            })
            .collect(),
        carry_over: report
            .checks
            .carry_over
            .iter()
            .map(|check| (format!("{}", check.half_life_nights.get()), number(check.p_rr_below_1.get())))
            .collect(),
    }
}

/// A guess as the command line reads it.
fn guess(said: &Option<Guess>) -> serde_json::Value {
    match said {
        None => serde_json::Value::Null,
        Some(Guess::Treatment) => 1.into(),
        Some(Guess::Control) => 0.into(),
        Some(Guess::Unknown) => "unknown".into(),
    }
}

/// The nights of a trial as `charley trial analyse` reads them; the order of nights to come stays sealed.
///
/// # Errors
/// [`WebError::NotFound`] when this person has no such trial.
pub async fn nights(State(state): State<AppState>, Path(id): Path<String>, log: Log) -> Result<Response, WebError> {
    let running = Running::read(ended(&state, &log, &id).await?, &log)?;
    if running.sealed() {
        return Err(WebError::NotFound);
    }
    let design = &running.protocol.design;
    let lived = running.lived();
    let arms: Vec<u8> = design.arms(&running.trial.seed).into_iter().take(lived).map(u8::from).collect();
    let counts: Vec<serde_json::Value> = running
        .counts
        .iter()
        .map(|count| match count {
            Count::Missing => serde_json::Value::Null,
            Count::Exactly(count) => (*count).into(),
            Count::TwoOrMore => "2+".into(),
        })
        .collect();
    let pairs: Vec<usize> = (0..lived).map(|night| night / (2 * design.period_nights)).collect();
    let mut body = serde_json::json!({
        "arm": arms, "y": counts, "pairs": pairs, "period_nights": design.period_nights,
        "washout_nights": design.washout_nights, "first_night": design.first_night.to_string(),
        "remedy": running.protocol.remedy, "margin": design.rule.margin,
    });
    if running.protocol.capsules.is_some() {
        body["guess"] = running.guesses.iter().map(guess).collect();
    }
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"trial-nights.json\""),
    ];
    Ok((headers, body.to_string()).into_response())
}
