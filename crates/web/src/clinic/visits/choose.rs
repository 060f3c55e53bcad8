//! Choosing a service and a time, for a new visit or for one that is moved: free times, or any other with a reason.

use askama::Template;
use axum::response::Response;
use charley_records::clinic::booking::{Booking, BookingLine, NewTime};
use charley_records::clinic::patients::Patient;
use charley_records::clinic::resources::{Service, Timetable};
use charley_records::clinic::rules::end_of;
use charley_records::{RecordsError, ResourceId, ServiceId, ids};
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use super::clash::{self, Wanted};
use crate::account::problems::Problems;
use crate::check::Problem;
use crate::clinic::door::{Frame, Here};
use crate::clinic::settings::hours::clock;
use crate::clinic::words;
use crate::error::WebError;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;
use crate::visits::free::{self, Chosen, Day, Time, Window};

/// Visits that begin so long before or after can stand in the way of one.
const AROUND: SignedDuration = SignedDuration::from_hours(12);

/// What a time is chosen for.
#[derive(Debug, Clone)]
pub struct Target {
    /// Who comes.
    pub patient: Patient,
    /// The visit that is moved; none for a new one.
    pub moved: Option<Booking>,
    /// The request that the visit answers; may be empty.
    pub request: String,
}

impl Target {
    fn address(&self) -> String {
        match &self.moved {
            Some(moved) => format!("/clinic/visits/{}/move", moved.id),
            None => "/clinic/book".to_owned(),
        }
    }

    /// What links and the form of free times carry on.
    fn carried(&self, service: Option<ServiceId>) -> Vec<(&'static str, String)> {
        if self.moved.is_some() {
            return Vec::new();
        }
        let mut carried = vec![("person", self.patient.person.to_string())];
        if !self.request.is_empty() {
            carried.push(("request", self.request.clone()));
        }
        carried.extend(service.map(|service| ("service", service.to_string())));
        carried
    }

    fn to(&self, service: Option<ServiceId>, more: &str) -> String {
        let carried = self.carried(service);
        let carried = carried.iter().map(|(name, value)| format!("{name}={value}&")).collect::<String>();
        format!("{}?{carried}{more}", self.address())
    }

    fn link(&self, service: ServiceId, time: Time) -> Link {
        Link { address: self.to(Some(service), &time.query), label: time.label }
    }

    fn service(&self, asked: &Fields) -> Option<ServiceId> {
        self.moved.as_ref().map(|moved| moved.service).or_else(|| asked.get("service").parse().ok())
    }
}

struct Link {
    label: String,
    address: String,
}

struct Offered {
    label: String,
    minutes: u16,
    online: bool,
    address: String,
}

#[derive(Template)]
#[template(path = "clinic/visits/services.html")]
struct Services {
    page: Page,
    frame: Frame,
    name: String,
    person: String,
    services: Vec<Offered>,
}

struct ShownDay {
    label: String,
    times: Vec<Link>,
}

/// A thing that the service needs, to choose among.
struct NeedChoice {
    label: &'static str,
    options: Vec<(String, String, bool)>,
}

#[derive(Template)]
#[template(path = "clinic/visits/times.html")]
struct Times {
    page: Page,
    frame: Frame,
    problems: Problems,
    name: String,
    person: String,
    service: String,
    now_at: String,
    address: String,
    carried: Vec<(&'static str, String)>,
    days: Vec<ShownDay>,
    before: String,
    after: String,
    next: Option<Link>,
    date: String,
    time: String,
    needs: Vec<NeedChoice>,
}

#[derive(Template)]
#[template(path = "clinic/visits/confirm.html")]
struct Confirm {
    page: Page,
    frame: Frame,
    problems: Problems,
    name: String,
    phone: String,
    moved: bool,
    told: bool,
    when: String,
    service: String,
    with: String,
    clashes: Vec<String>,
    override_reason: String,
    note: String,
    address: String,
    hidden: Vec<(&'static str, String)>,
    nearest: Vec<Link>,
    all_times: String,
}

/// The page that comes next: services, times, or the visit as it would be.
///
/// # Errors
/// When the store fails.
pub async fn show(
    state: &AppState,
    here: &Here,
    page: Page,
    target: Target,
    asked: &Fields,
) -> Result<Response, WebError> {
    let window = Window::of(asked.get("date"), &here.zone, state.timestamp());
    let mut table = state.store()?.timetable(here.clinic.id, window.from, window.to).await?;
    let Some(id) = target.service(asked) else { return services(here, page, &target, &table) };
    let service = free::service(&table, id).cloned().ok_or(WebError::NotFound)?;
    let mut problems = Problems::default();
    let chosen = match asked.get("time") {
        "" => Chosen::read(asked.get("start"), asked.get("with")),
        _ => match another(&service, asked, here) {
            Ok(chosen) => Some(chosen),
            Err(wrong) => {
                problems = wrong;
                None
            }
        },
    };
    if let Some(chosen) = chosen {
        let id = ids::random().map_err(|_| WebError::Internal("no randomness"))?.to_string();
        let form = Fields::from(vec![("id".to_owned(), id)]);
        return write(&confirm(state, here, page, &target, &service, &chosen, &form, Problems::default()).await?);
    }
    if let Some(moved) = &target.moved {
        free::give_back(&mut table, moved);
    }
    let times = times(state, here, page, &target, &table, &service, &window, asked, problems).await?;
    if times.problems.is_empty() { write(&times) } else { show_again(&times) }
}

/// The visit again with what the store said, what stands in the way, and other times.
///
/// # Errors
/// Every error of the store that no other time would mend.
pub async fn again(
    state: &AppState,
    here: &Here,
    page: Page,
    target: &Target,
    chosen: &Chosen,
    form: &Fields,
    error: RecordsError,
) -> Result<Response, WebError> {
    let problems = match error {
        RecordsError::Conflict(words) => Problems::one("when", words),
        RecordsError::Invalid(fields) => fields
            .iter()
            .map(|field| match field.name {
                name @ ("override_reason" | "note") => Problem::new(name, &field.problem),
                _ => Problem::new("when", &field.problem),
            })
            .collect(),
        other => return Err(other.into()),
    };
    let id = target.service(form).ok_or(WebError::BadForm)?;
    let now = state.timestamp();
    let table = state.store()?.timetable(here.clinic.id, now, now).await?;
    let service = free::service(&table, id).cloned().ok_or(WebError::NotFound)?;
    show_again(&confirm(state, here, page, target, &service, chosen, form, problems).await?)
}

fn services(here: &Here, page: Page, target: &Target, table: &Timetable) -> Result<Response, WebError> {
    let services = table.services.iter().map(|service| Offered {
        label: service.name.clone(),
        minutes: service.minutes,
        online: service.online,
        address: target.to(Some(service.id), ""),
    });
    write(&Services {
        page,
        frame: here.frame("day"),
        name: target.patient.name.clone(),
        person: target.patient.person.to_string(),
        services: services.collect(),
    })
}

/// A time that was typed, with what was chosen for each need.
fn another(service: &Service, asked: &Fields, here: &Here) -> Result<Chosen, Problems> {
    let mut problems = Vec::new();
    let day: Option<Date> = asked.get("date").parse().ok();
    if day.is_none() {
        problems.push(Problem::new("date", words::NO_DAY));
    }
    let time = clock(asked.get("time"));
    if time.is_none() {
        problems.push(Problem::new("time", "Write the time as hours and minutes, such as 09:30"));
    }
    let with: Vec<ResourceId> = asked.all("need").filter_map(|id| id.parse().ok()).collect();
    if with.len() != service.needs.len() {
        problems.push(Problem::new("need-1", "Choose one of each that is needed"));
    }
    let local = day.zip(time).map(|(day, time)| DateTime::from_parts(day, time));
    match local.and_then(|local| local.to_zoned(here.zone.clone()).ok()) {
        Some(at) if problems.is_empty() => Ok(Chosen { start: at.timestamp(), with }),
        None if problems.is_empty() => Err(Problems::one("date", "This day is too far away. Choose another")),
        _ => Err(problems.into_iter().collect()),
    }
}

#[expect(clippy::too_many_arguments, reason = "one page has so many parts")]
async fn times(
    state: &AppState,
    here: &Here,
    page: Page,
    target: &Target,
    table: &Timetable,
    service: &Service,
    window: &Window,
    asked: &Fields,
    problems: Problems,
) -> Result<Times, WebError> {
    let id = service.id;
    let found = free::days(table, service, &here.zone, window)?;
    let day = |first| target.to(Some(id), &format!("date={first}"));
    let next = match found.is_empty() {
        true => free::next_day(state, here.clinic.id, id, window.to, &here.zone).await?,
        false => None,
    };
    let wanted: Vec<&str> = asked.all("need").collect();
    let needs = service.needs.iter().enumerate().map(|(place, need)| NeedChoice {
        label: match words::resource(need.kind) {
            "clinician" => "Clinician",
            "room" => "Room",
            _ => "Machine",
        },
        options: table
            .resources
            .iter()
            .filter(|one| !one.retired && need.any_of.contains(&one.id))
            .map(|one| {
                let value = one.id.to_string();
                let chosen = wanted.get(place) == Some(&value.as_str());
                (value, one.name.clone(), chosen)
            })
            .collect(),
    });
    Ok(Times {
        page,
        frame: here.frame("day"),
        problems,
        name: target.patient.name.clone(),
        person: target.patient.person.to_string(),
        service: service.name.clone(),
        now_at: target.moved.as_ref().map(|moved| words::moment(moved.start, &here.zone)).unwrap_or_default(),
        address: target.address(),
        carried: target.carried(Some(id)),
        before: window.before.map(day).unwrap_or_default(),
        after: window.after.map(day).unwrap_or_default(),
        next: next.map(|first| Link { label: first.strftime("%A %-d %B %Y").to_string(), address: day(first) }),
        days: found
            .into_iter()
            .map(|Day { label, times }| ShownDay {
                label,
                times: times.into_iter().map(|time| target.link(id, time)).collect(),
            })
            .collect(),
        date: if asked.get("time").is_empty() { window.first.to_string() } else { short(asked.get("date")) },
        time: short(asked.get("time")),
        needs: needs.collect(),
    })
}

fn short(typed: &str) -> String {
    typed.chars().take(20).collect()
}

/// The visits around a time, for what stands in its way.
async fn around(state: &AppState, here: &Here, start: Timestamp) -> Result<Vec<BookingLine>, WebError> {
    let from = start.saturating_sub(AROUND).unwrap_or(start);
    let to = start.saturating_add(AROUND).unwrap_or(start);
    Ok(state.store()?.bookings(&here.desk, from, to).await?)
}

#[expect(clippy::too_many_arguments, reason = "one page has so many parts")]
async fn confirm(
    state: &AppState,
    here: &Here,
    page: Page,
    target: &Target,
    service: &Service,
    chosen: &Chosen,
    form: &Fields,
    problems: Problems,
) -> Result<Confirm, WebError> {
    let end = end_of(service, chosen.start);
    let table = state.store()?.timetable(here.clinic.id, chosen.start, chosen.start).await?;
    let own = target.moved.as_ref().map(|moved| moved.id).or_else(|| form.get("id").parse().ok());
    let wanted = Wanted { own, service: service.id, start: chosen.start, end, with: &chosen.with };
    let clashes = clash::found(&table, &here.zone, &wanted, &around(state, here, chosen.start).await?);
    let (id, moved) = (service.id, target.moved.as_ref());
    let nearest = match clashes.is_empty() && problems.is_empty() {
        true => Vec::new(),
        false => free::nearest(state, here.clinic.id, id, chosen.start, state.timestamp(), moved).await?,
    };
    let mut hidden = target.carried(Some(id));
    hidden.extend([("start", chosen.start.to_string()), ("with", chosen.with_text())]);
    match moved {
        Some(moved) => hidden.push(("revision", moved.revision.to_string())),
        None => hidden.push(("id", form.get("id").to_owned())),
    }
    let clock = end.to_zoned(here.zone.clone()).strftime("%H:%M").to_string();
    let day = chosen.start.to_zoned(here.zone.clone()).date();
    let contact = &target.patient.contact;
    Ok(Confirm {
        page,
        frame: here.frame("day"),
        problems,
        name: target.patient.name.clone(),
        phone: contact.phone.clone(),
        moved: moved.is_some(),
        told: !contact.mail.is_empty() || !contact.topic.is_empty(),
        when: format!("{} to {clock}", words::moment(chosen.start, &here.zone)),
        service: service.name.clone(),
        with: clash::names(&table, &chosen.with),
        clashes,
        override_reason: form.get("override_reason").to_owned(),
        note: form.get("note").to_owned(),
        address: target.address(),
        hidden,
        nearest: nearest.into_iter().map(|time| target.link(id, time)).collect(),
        all_times: target.to(Some(id), &format!("date={day}")),
    })
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
        override_reason: form.get("override_reason").to_owned(),
    };
    Ok((chosen, to))
}
