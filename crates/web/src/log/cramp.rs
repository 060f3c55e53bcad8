//! One cramp of a night: when, how long, where, how bad, what stopped it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use charley_nights::diary::{moment_in, night_of};
use charley_records::EntryId;
use charley_records::diary::{Body, Episode, Muscle, Relief, Side};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;

use super::forms::{Mark, Said, done};
use super::{Log, convert, words};
use crate::check::{Choice, Frame, Problem};
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

const SIDES: [(&str, &str); 3] = [("left", "Left"), ("right", "Right"), ("both", "Both")];
const MUSCLES: [(&str, &str); 5] =
    [("calf", "Calf"), ("foot", "Foot or toes"), ("shin", "Shin"), ("thigh", "Thigh"), ("other", "Another place")];
const RELIEFS: [(&str, &str); 7] = [
    ("stretch", "Stretching"),
    ("rubbing", "Rubbing"),
    ("walking", "Standing or walking"),
    ("heat", "Warmth"),
    ("cold", "Cold"),
    ("by_itself", "It went by itself"),
    ("other", "Something else"),
];

/// The query of the page.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Asked {
    /// The cramp to change; a new one without.
    #[serde(default)]
    edit: String,
}

#[derive(Template)]
#[template(path = "log/cramp.html")]
struct CrampPage {
    page: Page,
    frame: Frame,
    mark: Mark,
    title: String,
    edit: String,
    time: String,
    minutes: String,
    sides: Vec<Choice>,
    muscles: Vec<Choice>,
    pains: Vec<Choice>,
    reliefs: Vec<Choice>,
    danger: bool,
    zone: String,
}

/// A cramp of the diary that is to be changed.
struct Known {
    id: EntryId,
    zone: TimeZone,
    start: jiff::Timestamp,
    episode: Episode,
}

fn known(log: &Log, date: Date, edit: &str) -> Result<Option<Known>, WebError> {
    if edit.is_empty() {
        return Ok(None);
    }
    let id: EntryId = edit.parse().map_err(|_| WebError::NotFound)?;
    let night = log.diary.night(date).ok_or(WebError::NotFound)?;
    let told = night.episodes.iter().find(|told| told.id == convert::id(id)).ok_or(WebError::NotFound)?;
    Ok(Some(Known { id, zone: told.zone.clone(), start: told.start(), episode: convert::kept_episode(&told.value) }))
}

fn choices(all: &[(&str, &str)], chosen: impl Fn(&str) -> bool) -> Vec<Choice> {
    all.iter().map(|(value, label)| Choice::new(value, label, chosen(value))).collect()
}

/// The wire name of a value, as the forms use it.
fn name(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn value<T: DeserializeOwned>(name: &str) -> Result<Option<T>, WebError> {
    if matches!(name, "" | "unknown") {
        return Ok(None);
    }
    serde_json::from_value(name.into()).map(Some).map_err(|_| WebError::BadForm)
}

/// The page.
pub async fn show(Path(date): Path<String>, Query(asked): Query<Asked>, log: Log) -> Result<Response, WebError> {
    log.writer()?;
    let date = log.night_at(&date)?;
    let known = known(&log, date, &asked.edit)?;
    let episode = known.as_ref().map(|known| known.episode.clone()).unwrap_or_default();
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    if let Some(known) = &known {
        let local = known.zone.to_datetime(known.start);
        put("time", format!("{:02}:{:02}", local.hour(), local.minute()));
    }
    put("minutes", episode.minutes.map(words::number).unwrap_or_default());
    put("side", episode.side.as_ref().map(name).unwrap_or_default());
    put("muscle", episode.muscle.as_ref().map(name).unwrap_or_default());
    put("pain", episode.pain.map(|pain| pain.to_string()).unwrap_or_default());
    for relief in &episode.relief {
        put("relief", name(relief));
    }
    if episode.danger {
        put("danger", "1".to_owned());
    }
    write(&page(log, date, known.as_ref(), &fields.into(), None)?)
}

fn page(
    log: Log,
    date: Date,
    known: Option<&Known>,
    fields: &Fields,
    problem: Option<Problem>,
) -> Result<CrampPage, WebError> {
    let zone = known.map_or(&log.zone, |known| &known.zone);
    let away = zone.iana_name().filter(|_| *zone != log.zone).unwrap_or_default().replace('_', " ");
    Ok(CrampPage {
        frame: Frame { back: format!("/log/night/{date}"), problem, ..Frame::default() },
        mark: Mark::new(log.now)?,
        title: words::night(date),
        edit: known.map(|known| known.id.to_string()).unwrap_or_default(),
        time: fields.get("time").to_owned(),
        minutes: fields.get("minutes").to_owned(),
        sides: choices(&SIDES, |side| fields.get("side") == side),
        muscles: choices(&MUSCLES, |muscle| fields.get("muscle") == muscle),
        pains: (0..=10).map(|n| n.to_string()).map(|n| Choice::new(&n, &n, fields.get("pain") == n)).collect(),
        reliefs: choices(&RELIEFS, |relief| fields.has("relief", relief)),
        danger: fields.get("danger") == "1",
        zone: away,
        page: log.page,
    })
}

/// Takes the form.
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
    let known = known(&log, date, fields.get("edit"))?;
    let zone = known.as_ref().map_or(&log.zone, |known| &known.zone).clone();
    let (start, minutes) = match (start(&log, date, &zone, known.as_ref(), &fields), minutes(&fields)) {
        (Ok(start), Ok(minutes)) => (start, minutes),
        (Err(problem), _) | (_, Err(problem)) => {
            return show_again(&page(log, date, known.as_ref(), &fields, Some(problem))?);
        }
    };
    let mut relief: Vec<Relief> = Vec::new();
    for name in fields.all("relief") {
        relief.extend(value::<Relief>(name)?.filter(|one| !relief.contains(one)));
    }
    let pain = match fields.get("pain") {
        "" | "unknown" => None,
        number => Some(number.parse().ok().filter(|n| *n <= 10_u8).ok_or(WebError::BadForm)?),
    };
    let episode = Episode {
        start: Some(start),
        minutes,
        side: value::<Side>(fields.get("side"))?,
        muscle: value::<Muscle>(fields.get("muscle"))?,
        pain,
        relief,
        danger: fields.get("danger") == "1",
    };
    let said = Said {
        known: known.as_ref().is_some_and(|known| known.episode == episode),
        of: known.map(|known| known.id),
        body: Body::Episode(episode),
    };
    let kept = log.say(&state, mark, vec![said]).await?;
    Ok(done(&format!("/log/night/{date}"), kept))
}

/// The start within this night. A cramp that was changed in other fields keeps its second.
fn start(
    log: &Log,
    date: Date,
    zone: &TimeZone,
    known: Option<&Known>,
    fields: &Fields,
) -> Result<jiff::Timestamp, Problem> {
    let text = fields.get("time");
    if text.is_empty() {
        return Err(Problem::new("time", "Say about when it began. A guess is fine"));
    }
    let parts =
        text.split_once([':', '.']).map(|(hour, minute)| (hour.parse(), minute.get(..2).unwrap_or(minute).parse()));
    let time = match parts {
        Some((Ok(hour), Ok(minute))) => Time::new(hour, minute, 0, 0).ok(),
        _ => None,
    };
    let wrong = || Problem::new("time", "Write the time like 02:15");
    let time = time.ok_or_else(wrong)?;
    if let Some(known) = known {
        let local = zone.to_datetime(known.start);
        if night_of(known.start, zone) == date && (local.hour(), local.minute()) == (time.hour(), time.minute()) {
            return Ok(known.start);
        }
    }
    let start = moment_in(date, time, zone).ok_or_else(wrong)?;
    if start > log.now {
        return Err(Problem::new("time", "That time has not come yet. Check the time and the night"));
    }
    Ok(start)
}

fn minutes(fields: &Fields) -> Result<Option<f64>, Problem> {
    let text = fields.get("minutes").replace(',', ".");
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(minutes) if minutes > 0.0 && minutes <= 1_440.0 => Ok(Some(minutes)),
        _ => Err(Problem::new(
            "minutes",
            "Write the minutes as a number from 1 to 1440. Leave it empty if you don’t know",
        )),
    }
}
