//! One night: how many cramps, how sleep was, what was done, and the cramps that were logged.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use charley_nights::diary::{Count, Entry, Id, Night, Report, What, night_of};
use charley_records::EntryId;
use charley_records::diary::{Body, NightReport};
use jiff::civil::Date;

use super::banner::{Banner, Done, banner};
use super::forms::{Mark, Said, done};
use super::{Log, convert, home, triage, words};
use crate::check::Choice;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write};
use crate::state::AppState;
use crate::view::level::Level;

/// What can be ticked for a night: ids as the bedtime page uses them, and further remedies.
const DONE: [(&str, &str); 8] = [
    ("stretch", "Stretched before bed"),
    ("elevation", "Legs up in the evening"),
    ("bedding", "Loose sheets"),
    ("walk", "Evening walk or bike"),
    ("fluids", "Drank enough in the day"),
    ("magnesium", "Took magnesium"),
    ("compression", "Wore stockings in the day"),
    ("alcohol", "Drank alcohol"),
];

/// Most cramps that a page lists.
const MOST_LISTED: usize = 20;

/// One logged cramp.
pub struct Line {
    /// Its entry.
    pub id: EntryId,
    /// "02:15".
    pub clock: String,
    /// What is known of it.
    pub text: String,
    /// Mark of its undo form.
    pub mark: Mark,
    /// It lasted over ten minutes.
    pub long: bool,
}

#[derive(Template)]
#[template(path = "log/night.html")]
struct NightPage {
    page: Page,
    writes: bool,
    banner: Option<Banner>,
    level: Option<Level>,
    mark: Mark,
    date: Date,
    title: String,
    before: Option<Date>,
    after: Option<Date>,
    recorded: String,
    contradiction: bool,
    disputed: Vec<String>,
    counts: Vec<Choice>,
    sleep: Vec<Choice>,
    sleep_unknown: bool,
    by_partner: bool,
    leg_swollen: bool,
    done: Vec<Choice>,
    lines: Vec<Line>,
    more: usize,
    others: Vec<String>,
}

/// The page.
pub async fn show(
    State(state): State<AppState>,
    Path(date): Path<String>,
    Query(query): Query<Done>,
    log: Log,
) -> Result<Response, WebError> {
    let date = log.night_at(&date)?;
    let unknown = Night::unknown(date);
    let night = log.diary.night(date).unwrap_or(&unknown);
    let report = night.report().map(|told| &told.value);
    let sleep = report.and_then(|report| report.sleep);
    let mut lines = Vec::new();
    for told in night.episodes.iter().take(MOST_LISTED) {
        lines.push(Line {
            id: convert::entry_id(told.id),
            clock: clock(&log, told.start(), &told.zone),
            text: words::episode(&told.value),
            mark: Mark::new(log.now)?,
            long: told.value.minutes.is_some_and(|minutes| minutes > 10.0),
        });
    }
    let here = format!("/log/night/{date}");
    write(&NightPage {
        banner: banner(&log, &query, &here)?,
        level: match night.episodes.is_empty() && night.leg_swollen.is_none() {
            true => None,
            false => triage::raised(&state, &log).await?,
        },
        mark: Mark::new(log.now)?,
        date,
        title: words::night(date),
        before: date.yesterday().ok(),
        after: date.tomorrow().ok().filter(|next| *next <= log.tonight()),
        recorded: words::count(night.count),
        contradiction: night.contradiction,
        disputed: disputed(&log, date),
        counts: counts(report),
        sleep: (0..=10_u8).map(|n| Choice::new(&n.to_string(), &n.to_string(), sleep == Some(n))).collect(),
        sleep_unknown: report.is_some() && sleep.is_none(),
        by_partner: report.is_some_and(|report| report.by_partner),
        leg_swollen: night.leg_swollen.as_ref().is_some_and(|told| told.value),
        done: DONE
            .iter()
            .map(|(id, label)| {
                let ticked = night.exposures.iter().any(|told| told.value.what == *id && told.value.done);
                Choice::new(id, label, ticked)
            })
            .collect(),
        more: night.episodes.len().saturating_sub(MOST_LISTED),
        lines,
        others: others(night),
        writes: log.writes(),
        page: log.page,
    })
}

/// "02:15"; with the zone when it is another than the person's.
fn clock(log: &Log, at: jiff::Timestamp, zone: &jiff::tz::TimeZone) -> String {
    let local = zone.to_datetime(at);
    let time = format!("{:02}:{:02}", local.hour(), local.minute());
    match zone.iana_name() {
        Some(name) if *zone != log.zone => format!("{time} ({})", name.replace('_', " ")),
        _ => time,
    }
}

/// The answers to "how many", the present one chosen.
fn counts(report: Option<&Report>) -> Vec<Choice> {
    let said = report.map(|report| report.cramps);
    let choice = |value: &str, label: &str, count: Option<Count>| Choice::new(value, label, said == Some(count));
    let mut counts = vec![choice("none", "No cramp", Some(Count::Exactly(0)))];
    let many = match said {
        Some(Some(Count::Exactly(n))) => n.max(4),
        _ => 4,
    };
    for n in (1..=4).chain((many > 4).then_some(many)) {
        counts.push(choice(&n.to_string(), &n.to_string(), Some(Count::Exactly(n))));
    }
    // Only a file says it; whoever changes something else keeps it.
    if said == Some(Some(Count::AtLeast(1))) {
        counts.push(choice("some", "1 or more, not counted", Some(Count::AtLeast(1))));
    }
    counts.push(choice("more", "2 or more, not counted", Some(Count::AtLeast(2))));
    counts.push(choice("unknown", "I don’t know", None));
    counts
}

/// Other things told of a night.
fn others(night: &Night) -> Vec<String> {
    let known = |what: &str| DONE.iter().any(|(id, _)| *id == what);
    let exposures = night.exposures.iter().filter(|told| told.value.done && !known(&told.value.what));
    let adverse = night.adverse.iter().map(|told| told.value.clone());
    exposures.map(|told| told.value.what.replace('_', " ")).chain(adverse).take(MOST_LISTED).collect()
}

/// Entries of a night whose id was taken: what they say, each once.
fn disputed(log: &Log, date: Date) -> Vec<String> {
    let of = |entry: &Entry| match &entry.what {
        What::Report(report) if report.night == date => Some(words::count(report.cramps)),
        What::Episode(episode) if night_of(episode.start.unwrap_or(entry.at), &entry.zone) == date => {
            let local = entry.zone.to_datetime(episode.start.unwrap_or(entry.at));
            Some(format!("a cramp at {:02}:{:02}", local.hour(), local.minute()))
        }
        _ => None,
    };
    log.diary.disputed.iter().filter_map(of).take(MOST_LISTED).collect()
}

/// Takes the form of a night: a report, a swollen leg, and what was done. What was never ticked stays unknown.
///
/// # Errors
/// When the form is broken or the store refuses.
pub async fn save(
    State(state): State<AppState>,
    Path(date): Path<String>,
    log: Log,
    fields: Fields,
) -> Result<Response, WebError> {
    let date = log.night_at(&date)?;
    let mark = Mark::read(&fields, log.now)?;
    let unknown = Night::unknown(date);
    let night = log.diary.night(date).unwrap_or(&unknown);
    let known = night.report();
    let mut said = Vec::new();
    if !fields.get("cramps").is_empty() {
        let cramps = home::count(fields.get("cramps"))?;
        let sleep = match fields.get("sleep") {
            "" | "unknown" => None,
            number => Some(number.parse().ok().filter(|n| *n <= 10_u8).ok_or(WebError::BadForm)?),
        };
        let pain = known.and_then(|told| told.value.pain);
        let report = Report { night: date, cramps, sleep, pain, by_partner: fields.get("by_partner") == "1" };
        let body = Body::Night(NightReport {
            night: date.to_string(),
            cramps: convert::cramps(cramps),
            sleep,
            pain,
            by_partner: report.by_partner,
        });
        said.push(Said {
            body,
            of: known.map(|told| convert::entry_id(told.id)),
            known: known.is_some_and(|told| told.value == report),
        });
    }
    let before = night.leg_swollen.as_ref().map(|told| (told.id, told.value));
    said.extend(ticked(before, fields.get("leg_swollen") == "1", |swollen| Body::LegSwollen {
        night: date.to_string(),
        swollen,
    }));
    for (id, _) in DONE {
        let before = night.exposures.iter().find(|told| told.value.what == id).map(|told| (told.id, told.value.done));
        said.extend(ticked(before, fields.has("did", id), |done| Body::Exposure {
            night: date.to_string(),
            what: id.to_owned(),
            done,
        }));
    }
    let kept = log.say(&state, mark, said).await?;
    Ok(done(&format!("/log/night/{date}"), kept))
}

/// What a tick says: nothing when it was never ticked, for then it is not known.
fn ticked(before: Option<(Id, bool)>, now: bool, body: impl FnOnce(bool) -> Body) -> Option<Said> {
    match before {
        None if !now => None,
        None => Some(Said::new(body(true))),
        Some((id, then)) => Some(Said { body: body(now), of: Some(convert::entry_id(id)), known: then == now }),
    }
}
