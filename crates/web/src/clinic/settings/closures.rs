//! Leave, holidays and repairs: times in which somebody, something or the whole clinic is not there.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::booking::MOST_DAYS_AHEAD;
use charley_records::clinic::resources::{Closure, MOST_DAYS_AT_ONCE, Timetable};
use charley_records::{ClosureId, ResourceId};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::hours::clock;
use super::{fresh, id};
use crate::account::problems::Problems;
use crate::check::Problem;
use crate::clinic::door::{Frame, Here};
use crate::clinic::words;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

struct Row {
    id: String,
    whom: String,
    when: String,
    reason: String,
}

struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

/// A closure as it was typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    resource: String,
    from_day: String,
    from_time: String,
    to_day: String,
    to_time: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "clinic/settings/closures.html")]
struct Closures {
    page: Page,
    frame: Frame,
    problems: Problems,
    rows: Vec<Row>,
    typed: Typed,
    whole: &'static str,
    choices: Vec<Choice>,
}

/// Stands for the whole clinic in the form: nobody closes it by leaving a field empty.
const WHOLE: &str = "whole";

fn closures_page(here: &Here, page: Page, table: &Timetable, typed: Typed, problems: Problems) -> Closures {
    let name = |id: ResourceId| {
        let known = table.resources.iter().find(|one| one.id == id);
        known.map_or_else(String::new, |one| one.name.clone())
    };
    let row = |closure: &Closure| Row {
        id: closure.id.to_string(),
        whom: closure.resource.map_or_else(|| "The whole clinic".to_owned(), name),
        when: words::span(closure.from, closure.to, &here.zone),
        reason: closure.reason.clone(),
    };
    let choices = table.resources.iter().filter(|one| !one.retired).map(|one| {
        let id = one.id.to_string();
        Choice { chosen: typed.resource == id, id, name: one.name.clone() }
    });
    Closures {
        page,
        frame: here.frame("settings"),
        problems,
        rows: table.closures.iter().map(row).collect(),
        choices: choices.collect(),
        whole: WHOLE,
        typed,
    }
}

/// The timetable with every closure that is to come, as far ahead as anything is booked.
async fn ahead(state: &AppState, here: &Here) -> Result<Timetable, WebError> {
    let store = state.store()?;
    let (mut from, mut whole) = (state.timestamp(), Timetable::default());
    for _ in 0..=MOST_DAYS_AHEAD / MOST_DAYS_AT_ONCE {
        let to = from.saturating_add(SignedDuration::from_hours(24 * MOST_DAYS_AT_ONCE)).unwrap_or(Timestamp::MAX);
        let mut part = store.timetable(here.clinic.id, from, to).await?;
        part.closures.extend(whole.closures);
        (from, whole) = (to, part);
    }
    whole.closures.sort_by_key(|closure| (closure.from, closure.to, closure.id));
    whole.closures.dedup();
    Ok(whole)
}

/// The page.
pub async fn show(State(state): State<AppState>, here: Here, page: Page) -> Result<Response, WebError> {
    let table = ahead(&state, &here).await?;
    write(&closures_page(&here, page, &table, Typed::default(), Problems::default()))
}

/// Adds one. Visits that lie in it stay: the day's list shows them.
pub async fn put(State(state): State<AppState>, here: Here, page: Page, fields: Fields) -> Result<Response, WebError> {
    let short = |name: &str| fields.get(name).chars().take(60).collect::<String>();
    let typed = Typed {
        resource: short("resource"),
        from_day: short("from"),
        from_time: short("from_time"),
        to_day: short("to"),
        to_time: short("to_time"),
        reason: fields.get("reason").to_owned(),
    };
    let table = ahead(&state, &here).await?;
    let problems = match read(&typed, &table, &here.zone)? {
        Ok(closure) => match state.store()?.put_closure(&here.desk, &closure, state.timestamp()).await {
            Ok(()) => return Ok(Redirect::to("/clinic/closures").into_response()),
            Err(error) => Problems::of_store(error, "from")?,
        },
        Err(problems) => problems,
    };
    show_again(&closures_page(&here, page, &table, typed, problems))
}

/// Reads a closure by the clinic's clock. Without times it is whole days, the last one included.
fn read(typed: &Typed, table: &Timetable, zone: &TimeZone) -> Result<Result<Closure, Problems>, WebError> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, words: &str| problems.push(Problem::new(field, words));
    let resource: Option<ResourceId> = typed.resource.parse().ok();
    let known = resource.is_some_and(|id| table.resources.iter().any(|one| one.id == id));
    if !known && typed.resource != WHOLE {
        wrong("resource", "Choose who or what is not there");
    }
    let time = |text: &str| if text.is_empty() { Some(None) } else { clock(text).map(Some) };
    let (from_time, to_time) = (time(&typed.from_time), time(&typed.to_time));
    for (field, time) in [("from_time", from_time), ("to_time", to_time)] {
        if time.is_none() {
            wrong(field, "Write the time as hours and minutes, or leave it empty");
        }
    }
    let from_day: Option<Date> = typed.from_day.parse().ok();
    let to_day: Option<Date> = if typed.to_day.is_empty() { from_day } else { typed.to_day.parse().ok() };
    for (field, missing) in [("from", from_day.is_none()), ("to", to_day.is_none() && !typed.to_day.is_empty())] {
        if missing {
            wrong(field, words::NO_DAY);
        }
    }
    let (Some(from_time), Some(to_time), Some(from_day), Some(to_day), true) =
        (from_time, to_time, from_day, to_day, problems.is_empty())
    else {
        return Ok(Err(problems.into_iter().collect()));
    };
    let from = moment(from_day, from_time.unwrap_or(Time::midnight()), zone);
    let to = match to_time {
        Some(time) => moment(to_day, time, zone),
        None => to_day.tomorrow().ok().and_then(|next| moment(next, Time::midnight(), zone)),
    };
    let (Some(from), Some(to)) = (from, to) else {
        return Ok(Err(Problems::one("from", "This day is too far away. Choose another")));
    };
    let id = ClosureId(fresh()?);
    Ok(Ok(Closure { id, resource, from, to, reason: typed.reason.clone() }))
}

/// A moment by a clock; where the clock is set forward past it, as much later.
fn moment(day: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    day.to_datetime(time).to_zoned(zone.clone()).ok().map(|at| at.timestamp())
}

/// Takes one away.
pub async fn end(State(state): State<AppState>, here: Here, Path(closure): Path<String>) -> Result<Response, WebError> {
    let closure: ClosureId = id(&closure)?;
    state.store()?.delete_closure(&here.desk, closure, state.timestamp()).await?;
    Ok(Redirect::to("/clinic/closures").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(from: &str, from_time: &str, to: &str, to_time: &str) -> Typed {
        let [from_day, from_time, to_day, to_time] = [from, from_time, to, to_time].map(str::to_owned);
        Typed { resource: WHOLE.to_owned(), from_day, from_time, to_day, to_time, reason: "Leave".to_owned() }
    }

    fn read(typed: &Typed) -> Result<(String, String), Problems> {
        let zone = TimeZone::get("Europe/London").unwrap();
        let closure = super::read(typed, &Timetable::default(), &zone).unwrap()?;
        Ok((closure.from.to_string(), closure.to.to_string()))
    }

    #[test]
    fn whole_days_end_at_midnight_by_the_clock() {
        let read = |typed| read(&typed).unwrap();
        let one = read(typed("2027-03-28", "", "", ""));
        assert_eq!(one, ("2027-03-28T00:00:00Z".to_owned(), "2027-03-28T23:00:00Z".to_owned()), "23 hours in spring");
        let week = read(typed("2027-07-05", "", "2027-07-09", ""));
        assert_eq!(week, ("2027-07-04T23:00:00Z".to_owned(), "2027-07-09T23:00:00Z".to_owned()));
        let part = read(typed("2027-07-05", "13:00", "", "15:30"));
        assert_eq!(part, ("2027-07-05T12:00:00Z".to_owned(), "2027-07-05T14:30:00Z".to_owned()));
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        for (field, wrong) in [
            ("resource", Typed { resource: String::new(), ..typed("2027-07-05", "", "", "") }),
            ("from", typed("", "", "", "")),
            ("to", typed("2027-07-05", "", "soon", "")),
            ("to_time", typed("2027-07-05", "", "", "late")),
        ] {
            assert!(!read(&wrong).unwrap_err().of(field).is_empty(), "{field}");
        }
    }
}
