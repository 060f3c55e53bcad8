//! Choosing a service, a time, and saying yes to it: the same pages for a new visit and for one that is moved, signed in or
//! by the link of the visit.

use askama::Template;
use axum::response::Response;
use charley_records::clinic::booking::{Booking, NewTime};
use charley_records::clinic::resources::Timetable;
use charley_records::clinic::rules::end_of;
use charley_records::{OrganisationId, RecordsError, ServiceId};
use jiff::{SignedDuration, Timestamp};

use super::free::{self, Chosen, Day, Time, Window};
use super::show::{Place, clinicians};
use crate::account::problems::Problems;
use crate::account::visitor::Identity;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// A request of the person that the visit can answer.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its id.
    pub id: String,
    /// When it was sent, and how soon it is.
    pub label: String,
    /// It is chosen.
    pub chosen: bool,
}

/// What a time is chosen for.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where.
    pub clinic: OrganisationId,
    /// The same in words.
    pub place: Place,
    /// The visit that is moved; none for a new one.
    pub moved: Option<Booking>,
    /// Whose visit it is; none by a link, which says neither the name nor what the visit is for.
    pub identity: Option<Identity>,
    /// Where these pages are, and where the form goes.
    pub address: String,
    /// What every link and the form carry on: names and values.
    pub carried: Vec<(&'static str, String)>,
    /// Where one comes from.
    pub back: String,
    /// Requests that the visit can answer.
    pub letters: Vec<Letter>,
    /// A request of the person says: today.
    pub urgent: bool,
}

impl Target {
    /// An address of these pages.
    fn to(&self, more: &str) -> String {
        let carried = self.carried.iter().map(|(name, value)| format!("{name}={value}&")).collect::<String>();
        format!("{}?{carried}{more}", self.address)
    }

    /// The service, once it is chosen.
    fn service(&self, asked: &Fields) -> Option<ServiceId> {
        let moved = self.moved.as_ref().map(|moved| moved.service);
        moved.or_else(|| asked.get("service").parse().ok())
    }

    /// What a link to a time of this service says before the time.
    fn before(&self, service: ServiceId) -> String {
        if self.moved.is_some() { String::new() } else { format!("service={service}&") }
    }

    fn link(&self, service: ServiceId, time: Time) -> Link {
        Link { address: self.to(&format!("{}{}", self.before(service), time.query)), label: time.label }
    }
}

/// A link with its words.
struct Link {
    label: String,
    address: String,
}

struct Offered {
    name: String,
    minutes: u16,
    address: String,
}

#[derive(Template)]
#[template(path = "visits/services.html")]
struct Services {
    page: Page,
    target: Target,
    services: Vec<Offered>,
}

struct ShownDay {
    label: String,
    times: Vec<Link>,
}

#[derive(Template)]
#[template(path = "visits/times.html")]
struct Times {
    page: Page,
    target: Target,
    problems: Problems,
    /// Name of the service; empty by a link.
    service: String,
    /// Where the visit stands now; empty for a new one.
    now_at: String,
    days: Vec<ShownDay>,
    before: String,
    after: String,
    /// A later day with a free time, when these two weeks have none.
    next: Option<Link>,
    wish: Wish,
}

/// The form for the waiting list.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Made with the form.
    pub id: String,
    /// The service.
    pub service: String,
    /// First day, as it was typed.
    pub from: String,
    /// Last day, as it was typed.
    pub until: String,
}

#[derive(Template)]
#[template(path = "visits/confirm.html")]
struct Confirm {
    page: Page,
    target: Target,
    problems: Problems,
    when: String,
    service: String,
    with: String,
    hidden: Vec<(&'static str, String)>,
    nearest: Vec<Link>,
    all_times: String,
}

/// The page that comes next: services, times, or the question whether it shall be so.
///
/// # Errors
/// When the store fails.
pub async fn show(state: &AppState, page: Page, target: Target, asked: &Fields) -> Result<Response, WebError> {
    let now = state.timestamp();
    let window = Window::of(asked.get("date"), &target.place.zone, now);
    let mut table = state.store()?.timetable(target.clinic, window.from, window.to).await?;
    let Some(id) = target.service(asked) else { return services(page, target, &table) };
    if let Some(chosen) = Chosen::read(asked.get("start"), asked.get("with")) {
        let fresh = super::book::fresh()?.to_string();
        return write(&confirm(page, target, &table, id, &chosen, &fresh, Problems::default(), Vec::new()));
    }
    if let Some(moved) = &target.moved {
        free::give_back(&mut table, moved);
    }
    let wish = Wish { id: super::book::fresh()?.to_string(), service: id.to_string(), ..Wish::default() };
    write(&times(state, page, target, &table, id, window, wish, Problems::default()).await?)
}

/// The times again, with what is wrong with a wish.
///
/// # Errors
/// When the store fails.
pub async fn wish_again(
    state: &AppState,
    page: Page,
    target: Target,
    id: ServiceId,
    wish: Wish,
    problems: Problems,
) -> Result<Response, WebError> {
    let window = Window::of("", &target.place.zone, state.timestamp());
    let table = state.store()?.timetable(target.clinic, window.from, window.to).await?;
    show_again(&times(state, page, target, &table, id, window, wish, problems).await?)
}

/// The question again, with what the store said and other times. Errors that no other time would mend are passed on.
///
/// # Errors
/// When the store fails.
pub async fn again(
    state: &AppState,
    page: Page,
    target: Target,
    chosen: &Chosen,
    form: &Fields,
    error: RecordsError,
) -> Result<Response, WebError> {
    let problems = match error {
        RecordsError::Conflict(words) => Problems::one("when", words),
        RecordsError::Invalid(fields) => {
            let words = fields.first().map_or("Choose the time again.", |field| field.problem.as_str());
            Problems::one("when", words)
        }
        other => return Err(other.into()),
    };
    let now = state.timestamp();
    let id = target.service(form).ok_or(WebError::BadForm)?;
    let table = state.store()?.timetable(target.clinic, now, now).await?;
    let notice = free::service(&table, id).map_or(0, |service| service.notice_hours);
    let earliest = now + SignedDuration::from_hours(notice.into());
    let moved = target.moved.as_ref();
    let nearest = free::nearest(state, target.clinic, id, chosen.start, earliest, moved).await?;
    show_again(&confirm(page, target, &table, id, chosen, form.get("id"), problems, nearest))
}

fn services(page: Page, target: Target, table: &Timetable) -> Result<Response, WebError> {
    let online = table.services.iter().filter(|service| service.online);
    let services = online.map(|service| Offered {
        name: service.name.clone(),
        minutes: service.minutes,
        address: target.to(&format!("service={}", service.id)),
    });
    write(&Services { page, services: services.collect(), target })
}

#[expect(clippy::too_many_arguments, reason = "one page has so many parts")]
async fn times(
    state: &AppState,
    page: Page,
    target: Target,
    table: &Timetable,
    id: ServiceId,
    window: Window,
    wish: Wish,
    problems: Problems,
) -> Result<Times, WebError> {
    let service = free::service(table, id).filter(|service| service.online).ok_or(WebError::NotFound)?;
    let (zone, now) = (&target.place.zone, state.timestamp());
    let earliest = now + SignedDuration::from_hours(service.notice_hours.into());
    let window = Window { from: window.from.max(earliest), ..window };
    let found = free::days(table, service, zone, &window)?;
    let day = |first| target.to(&format!("{}date={first}", target.before(id)));
    let next = match found.is_empty() {
        true => free::next_day(state, target.clinic, id, window.to.max(earliest), zone).await?,
        false => None,
    };
    let next = next.map(|first| Link { label: first.strftime("%A %-d %B %Y").to_string(), address: day(first) });
    let shown = |found: Day| ShownDay {
        times: found.times.into_iter().map(|time| target.link(id, time)).collect(),
        label: found.label,
    };
    Ok(Times {
        page,
        problems,
        service: if target.identity.is_some() { service.name.clone() } else { String::new() },
        now_at: target.moved.as_ref().map(|moved| target.place.moment(moved.start)).unwrap_or_default(),
        days: found.into_iter().map(shown).collect(),
        before: window.before.map(day).unwrap_or_default(),
        after: window.after.map(day).unwrap_or_default(),
        next,
        wish,
        target,
    })
}

#[expect(clippy::too_many_arguments, reason = "one page has so many parts")]
fn confirm(
    page: Page,
    target: Target,
    table: &Timetable,
    id: ServiceId,
    chosen: &Chosen,
    fresh: &str,
    problems: Problems,
    nearest: Vec<Time>,
) -> Confirm {
    let service = free::service(table, id);
    let end = service.map_or(chosen.start, |service| end_of(service, chosen.start));
    let mut hidden = vec![("start", chosen.start.to_string()), ("with", chosen.with_text())];
    match &target.moved {
        Some(moved) => hidden.push(("revision", moved.revision.to_string())),
        None => hidden.extend([("id", fresh.to_owned()), ("service", id.to_string())]),
    }
    let signed = target.identity.is_some();
    let day = chosen.start.to_zoned(target.place.zone.clone()).date();
    Confirm {
        page,
        problems,
        when: target.place.span(chosen.start, end),
        service: service.filter(|_| signed).map(|service| service.name.clone()).unwrap_or_default(),
        with: if signed { clinicians(table, &chosen.with) } else { String::new() },
        nearest: nearest.into_iter().map(|time| target.link(id, time)).collect(),
        all_times: target.to(&format!("{}date={day}", target.before(id))),
        hidden,
        target,
    }
}

/// What a form says of the time that was chosen.
///
/// # Errors
/// [`WebError::BadForm`].
pub fn chosen(form: &Fields) -> Result<Chosen, WebError> {
    Chosen::read(form.get("start"), form.get("with")).ok_or(WebError::BadForm)
}

/// The new time of a visit, from a form.
///
/// # Errors
/// [`WebError::BadForm`].
pub fn new_time(form: &Fields) -> Result<(Chosen, NewTime), WebError> {
    let chosen = chosen(form)?;
    let to = NewTime {
        revision: form.get("revision").parse().map_err(|_| WebError::BadForm)?,
        start: chosen.start,
        resources: chosen.with.clone(),
        override_reason: String::new(),
    };
    Ok((chosen, to))
}

/// A moment that a form carries.
///
/// # Errors
/// [`WebError::BadForm`].
pub fn moment(text: &str) -> Result<Timestamp, WebError> {
    text.parse().map_err(|_| WebError::BadForm)
}
