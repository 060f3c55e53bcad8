//! Free times as pages show them: by day, on the clinic's clock. Both staff and people choose among them.

use charley_records::clinic::booking::{Booking, MOST_DAYS_AHEAD, slots_of};
use charley_records::clinic::hours::{FreeStart, free_starts};
use charley_records::clinic::resources::{MOST_DAYS_AT_ONCE, Service, Timetable};
use charley_records::{OrganisationId, ResourceId, ServiceId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::error::WebError;
use crate::state::AppState;

/// Days on one page.
const DAYS: i64 = 14;
/// Other times that are shown to somebody whose time was taken.
const NEAREST: usize = 6;
/// More things no service needs.
const MOST_CHOSEN: usize = 50;

/// A time that somebody chose, with what is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// When.
    pub start: Timestamp,
    /// One resource for each need of the service.
    pub with: Vec<ResourceId>,
}

impl Chosen {
    /// Reads a choice from an address or a form; none when it is none.
    pub fn read(start: &str, with: &str) -> Option<Self> {
        let with: Vec<ResourceId> =
            with.split(',').take(MOST_CHOSEN).map(|id| id.trim().parse().ok()).collect::<Option<_>>()?;
        Some(Self { start: start.parse().ok()?, with })
    }

    /// What is used, as [`Chosen::read`] takes it.
    pub fn with_text(&self) -> String {
        self.with.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }

    /// For an address.
    pub fn query(&self) -> String {
        format!("start={}&with={}", self.start, self.with_text())
    }
}

impl From<FreeStart> for Chosen {
    fn from(free: FreeStart) -> Self {
        Self { start: free.start, with: free.resources }
    }
}

/// A time to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    /// "09:15".
    pub label: String,
    /// What to add to the address.
    pub query: String,
}

/// A day with free times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// "Monday 30 November".
    pub label: String,
    /// In order; never empty.
    pub times: Vec<Time>,
}

/// Two weeks of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub first: Date,
    /// From; not before now.
    pub from: Timestamp,
    /// Until, without it.
    pub to: Timestamp,
    /// First day of the two weeks before, when they are not over.
    pub before: Option<Date>,
    /// First day of the two weeks after, when anything is booked so far ahead.
    pub after: Option<Date>,
}

impl Window {
    /// Two weeks from a day; from today when it is none, over, or too far ahead.
    pub fn of(asked: &str, zone: &TimeZone, now: Timestamp) -> Self {
        let today = now.to_zoned(zone.clone()).date();
        let last = today.saturating_add(MOST_DAYS_AHEAD.days());
        let asked = asked.parse().ok().filter(|day| (today..=last).contains(day));
        let first = asked.unwrap_or(today);
        let after = first.saturating_add(DAYS.days());
        Self {
            first,
            from: start_of(first, zone).max(now),
            to: start_of(after, zone),
            before: (first > today).then(|| first.saturating_sub(DAYS.days()).max(today)),
            after: (after <= last).then_some(after),
        }
    }
}

/// The first moment of a day by a clock.
pub fn start_of(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |at| at.timestamp())
}

/// Steps by which times are shown: a quarter of an hour, or less for what is shorter.
fn step(service: &Service) -> u16 {
    if service.minutes < 15 { 5 } else { 15 }
}

/// The service of a timetable, if it is offered.
pub fn service(table: &Timetable, id: ServiceId) -> Option<&Service> {
    table.services.iter().find(|service| service.id == id)
}

/// What a visit uses is free for the visit itself when it is moved.
pub fn give_back(table: &mut Timetable, moved: &Booking) {
    if let Some(service) = service(table, moved.service) {
        let own = slots_of(service, moved.start);
        table.taken.retain(|(resource, slot)| !(moved.resources.contains(resource) && own.contains(slot)));
    }
}

/// Free times, by day.
///
/// # Errors
/// When the clinic's zone is none.
pub fn days(table: &Timetable, service: &Service, zone: &TimeZone, window: &Window) -> Result<Vec<Day>, WebError> {
    let mut days: Vec<Day> = Vec::new();
    for free in free_starts(table, service, window.from, window.to, step(service))? {
        let at = free.start.to_zoned(zone.clone());
        let (label, day) = (at.strftime("%H:%M").to_string(), at.strftime("%A %-d %B").to_string());
        let query = Chosen::from(free).query();
        if days.last().is_none_or(|last| last.label != day) {
            days.push(Day { label: day, times: Vec::new() });
        }
        if let Some(last) = days.last_mut() {
            // The hour that comes twice when the clock is set back.
            let twice = last.times.iter().any(|time| time.label == label);
            let label = if twice { format!("{label} {}", at.strftime("%Z")) } else { label };
            last.times.push(Time { label, query });
        }
    }
    Ok(days)
}

/// The day of the first free time, from a moment on; none within a hundred days.
///
/// # Errors
/// When the store fails.
pub async fn next_day(
    state: &AppState,
    clinic: OrganisationId,
    id: ServiceId,
    from: Timestamp,
    zone: &TimeZone,
) -> Result<Option<Date>, WebError> {
    let to = from + SignedDuration::from_hours(24 * MOST_DAYS_AT_ONCE);
    let table = state.store()?.timetable(clinic, from, to).await?;
    let Some(service) = service(&table, id) else { return Ok(None) };
    let first = free_starts(&table, service, from, to, step(service))?.into_iter().next();
    Ok(first.map(|free| free.start.to_zoned(zone.clone()).date()))
}

/// Free times around one that cannot be had, nearest ones only, in order. `earliest`: none before it.
///
/// # Errors
/// When the store fails.
pub async fn nearest(
    state: &AppState,
    clinic: OrganisationId,
    id: ServiceId,
    wanted: Timestamp,
    earliest: Timestamp,
    moved: Option<&Booking>,
) -> Result<Vec<Time>, WebError> {
    let around = |days: i64| SignedDuration::from_hours(24 * days);
    let from = wanted.saturating_sub(around(DAYS)).unwrap_or(earliest).max(earliest);
    let furthest = earliest + around(MOST_DAYS_AHEAD);
    let to = wanted.min(furthest).max(earliest) + around(2 * DAYS);
    let mut table = state.store()?.timetable(clinic, from.min(furthest), to).await?;
    if let Some(moved) = moved {
        give_back(&mut table, moved);
    }
    let Some(service) = service(&table, id) else { return Ok(Vec::new()) };
    let zone = charley_records::clinic::hours::zone(&table.zone)?;
    let mut free = free_starts(&table, service, from, to, step(service))?;
    free.sort_by_key(|free| free.start.duration_since(wanted).abs());
    free.truncate(NEAREST);
    free.sort_by_key(|free| free.start);
    let time = |free: FreeStart| {
        let label = free.start.to_zoned(zone.clone()).strftime("%a %-d %B, %H:%M").to_string();
        Time { label, query: Chosen::from(free).query() }
    };
    Ok(free.into_iter().map(time).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(asked: &str, now: &str) -> Window {
        Window::of(asked, &TimeZone::get("Europe/London").unwrap(), now.parse().unwrap())
    }

    #[test]
    fn two_weeks_begin_now_or_with_a_day_and_lead_on() {
        let now = "2026-11-24T09:00:00Z";
        let today = window("", now);
        assert_eq!((today.from.to_string().as_str(), today.before), (now, None));
        assert_eq!(today.to.to_string(), "2026-12-08T00:00:00Z");
        assert_eq!(today.after, Some("2026-12-08".parse().unwrap()));
        let later = window("2026-12-01", now);
        assert_eq!(later.from.to_string(), "2026-12-01T00:00:00Z");
        assert_eq!(later.before, Some("2026-11-24".parse().unwrap()), "not before today");
        for odd in ["2026-11-23", "2031-01-01", "soon", "9999-12-31"] {
            assert_eq!(window(odd, now).first, today.first, "{odd}");
        }
        assert_eq!(window("2028-11-20", now).after, None, "nothing is booked so far ahead");
        let spring = window("2027-03-22", now);
        assert_eq!(spring.to.duration_since(spring.from).as_hours(), 14 * 24 - 1, "the clock is set forward");
    }

    #[test]
    fn a_choice_is_read_as_it_was_written() {
        let id = |number| ResourceId(uuid::Uuid::from_u128(number));
        let chosen = Chosen { start: "2026-11-30T09:15:00Z".parse().unwrap(), with: vec![id(2), id(1)] };
        assert_eq!(Chosen::read("2026-11-30T09:15:00Z", &chosen.with_text()), Some(chosen.clone()));
        assert!(chosen.query().starts_with("start=2026-11-30T09:15:00Z&with=00000000-"));
        for (start, with) in [("", "x"), ("2026-11-30T09:15:00Z", ""), ("soon", &chosen.with_text())] {
            assert_eq!(Chosen::read(start, with), None, "{start} {with}");
        }
    }
}
