//! Weekly hours of a clinician, a room or a machine.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_records::clinic::resources::{Opening, Timetable, check_opening};
use charley_records::{OpeningId, RecordsError, ResourceId};
use jiff::civil::{Date, Time};

use super::{fresh, id, resources, timetable};
use crate::account::problems::Problems;
use crate::check::Problem;
use crate::clinic::door::Here;
use crate::clinic::words::NO_DAY;
use crate::error::WebError;
use crate::log::words::short;
use crate::page::{Fields, Page};
use crate::state::AppState;

/// Days of the week by number.
pub const DAYS: [(i8, &str); 7] =
    [(1, "Monday"), (2, "Tuesday"), (3, "Wednesday"), (4, "Thursday"), (5, "Friday"), (6, "Saturday"), (7, "Sunday")];

/// A line of hours.
pub struct HoursRow {
    /// Id.
    pub id: String,
    /// Day and times in words.
    pub words: String,
    /// From and until when they hold, in words.
    pub holds: String,
}

/// Hours as they were typed.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Days that were ticked.
    pub days: Vec<i8>,
    /// From.
    pub from: String,
    /// Until.
    pub to: String,
    /// First day.
    pub since: String,
    /// Last day; may be empty.
    pub until: String,
}

impl Wanted {
    /// True when a day is ticked.
    pub fn on(&self, day: &i8) -> bool {
        self.days.contains(day)
    }
}

/// The hours of a resource, by day and time.
pub fn rows(table: &Timetable, resource: ResourceId) -> Vec<HoursRow> {
    let mut own: Vec<&Opening> = table.openings.iter().filter(|opening| opening.resource == resource).collect();
    own.sort_by_key(|opening| (opening.weekday, opening.from, opening.since));
    own.into_iter()
        .map(|opening| HoursRow {
            id: opening.id.to_string(),
            words: format!(
                "{} {} to {}",
                DAYS.iter().find(|(number, _)| *number == opening.weekday).map_or("", |(_, day)| day),
                opening.from.strftime("%H:%M"),
                opening.to.strftime("%H:%M"),
            ),
            holds: match opening.until {
                Some(until) => format!("from {} to {}", short(opening.since), short(until)),
                None => format!("from {} on", short(opening.since)),
            },
        })
        .collect()
}

/// Adds hours on the days that were ticked.
pub async fn add(
    State(state): State<AppState>,
    here: Here,
    Path(resource): Path<String>,
    page: Page,
    fields: Fields,
) -> Result<Response, WebError> {
    let resource: ResourceId = id(&resource)?;
    let short = |name: &str| fields.get(name).chars().take(20).collect::<String>();
    let wanted = Wanted {
        days: fields.all("day").filter_map(|day| day.parse().ok()).collect(),
        from: short("from"),
        to: short("to"),
        since: short("since"),
        until: short("until"),
    };
    let known = timetable(&state, &here).await?.resources.iter().any(|known| known.id == resource);
    if !known {
        return Err(WebError::NotFound);
    }
    let openings = match read(resource, &wanted)? {
        Ok(openings) => openings,
        Err(problems) => return resources::with_hours(&state, &here, page, resource, wanted, problems).await,
    };
    let (store, now) = (state.store()?, state.timestamp());
    for opening in &openings {
        if let Err(error) = store.put_opening(&here.desk, opening, now).await {
            let problems = Problems::of_store(error, "from")?;
            return resources::with_hours(&state, &here, page, resource, wanted, problems).await;
        }
    }
    Ok(Redirect::to(&format!("/clinic/settings/resources/{resource}#hours")).into_response())
}

/// One opening for each day, all of them sound: none is kept when one is not.
fn read(resource: ResourceId, wanted: &Wanted) -> Result<Result<Vec<Opening>, Problems>, WebError> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, words: &str| problems.push(Problem::new(field, words));
    if wanted.days.is_empty() {
        wrong("day", "Choose at least one day");
    }
    let (from, to) = (clock(&wanted.from), clock(&wanted.to));
    for (field, time) in [("from", from), ("to", to)] {
        if time.is_none() {
            wrong(field, "Write the time as hours and minutes, such as 09:00");
        }
    }
    let since: Option<Date> = wanted.since.parse().ok();
    if since.is_none() {
        wrong("since", NO_DAY);
    }
    let until: Option<Option<Date>> =
        if wanted.until.is_empty() { Some(None) } else { wanted.until.parse().ok().map(Some) };
    if until.is_none() {
        wrong("until", "Choose a day, or leave it empty");
    }
    let (Some(from), Some(to), Some(since), Some(until), true) = (from, to, since, until, problems.is_empty()) else {
        return Ok(Err(problems.into_iter().collect()));
    };
    let mut openings = Vec::new();
    for day in &wanted.days {
        let opening = Opening { id: OpeningId(fresh()?), resource, weekday: *day, from, to, since, until };
        match check_opening(&opening) {
            Ok(()) => openings.push(opening),
            Err(error @ RecordsError::Invalid(_)) => return Ok(Err(Problems::of_store(error, "from")?)),
            Err(other) => return Err(other.into()),
        }
    }
    Ok(Ok(openings))
}

/// A time of day in hours and minutes; browsers send seconds too when they show them.
pub(crate) fn clock(text: &str) -> Option<Time> {
    let text = text.replace('.', ":");
    let read = Time::strptime("%H:%M", &text).or_else(|_| Time::strptime("%H:%M:%S", &text)).ok()?;
    Time::new(read.hour(), read.minute(), 0, 0).ok()
}

/// Takes hours away. Visits that are booked in them stay.
pub async fn end(
    State(state): State<AppState>,
    here: Here,
    Path((resource, opening)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let (resource, opening): (ResourceId, OpeningId) = (id(&resource)?, id(&opening)?);
    state.store()?.delete_opening(&here.desk, opening, state.timestamp()).await?;
    Ok(Redirect::to(&format!("/clinic/settings/resources/{resource}#hours")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Wanted {
        Wanted {
            days: vec![1, 3],
            from: "09:00".to_owned(),
            to: "12.30".to_owned(),
            since: "2026-11-24".to_owned(),
            until: String::new(),
        }
    }

    fn read(wanted: &Wanted) -> Result<Vec<Opening>, Problems> {
        super::read(ResourceId(uuid::Uuid::from_u128(1)), wanted).unwrap()
    }

    #[test]
    fn one_opening_for_each_day() {
        let openings = read(&wanted()).unwrap();
        assert_eq!(openings.iter().map(|opening| opening.weekday).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(openings[0].to, Time::constant(12, 30, 0, 0));
        assert_ne!(openings[0].id, openings[1].id);
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        for (field, wrong) in [
            ("day", Wanted { days: Vec::new(), ..wanted() }),
            ("from", Wanted { from: "nine".to_owned(), ..wanted() }),
            ("to", Wanted { to: "08:00".to_owned(), ..wanted() }),
            ("since", Wanted { since: String::new(), ..wanted() }),
            ("until", Wanted { until: "2026-11-23".to_owned(), ..wanted() }),
            ("weekday", Wanted { days: vec![9], ..wanted() }),
        ] {
            assert!(!read(&wrong).unwrap_err().of(field).is_empty(), "{field}");
        }
    }
}
