//! The clinic that rivals book at, as its pages show it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use charley_cluster::Disk;
use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan as _, Zoned};

use crate::server::browser::Browser;
use crate::server::html::{self, Form, links, options};
use crate::server::{Engine, Place, Server, demonstrate};

/// People of the demonstration, and how many of them book by themselves.
const PEOPLE: u32 = 40;
const SIGN_INS: u32 = 15;
/// Days ahead, in which the demonstration has nothing.
const FROM: i32 = 60;
const UNTIL: i32 = 95;
const ZONE: &str = "Europe/London";

/// A visit that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Name of the service.
    pub service: &'static str,
    /// Names of what is used, in the order of the needs.
    pub with: Vec<&'static str>,
    /// When.
    pub start: Timestamp,
}

/// The server with everybody who books.
pub struct World {
    /// Where records are kept.
    pub place: Place,
    /// The server.
    pub server: Server,
    /// Staff.
    pub staff: Browser,
    people: Vec<Browser>,
    clinic: String,
    patients: Vec<String>,
    services: BTreeMap<String, String>,
    things: BTreeMap<String, String>,
}

impl World {
    /// A new clinic with a server.
    ///
    /// # Errors
    /// When a page is not as expected.
    pub async fn new(charley: &Path, engine: Engine, disk: Disk) -> anyhow::Result<Self> {
        let place = Place::new(engine, disk)?;
        let sign_ins = demonstrate(charley, &place, PEOPLE, SIGN_INS)?;
        let server = Server::start(charley, &place, None)?;
        let mut staff = Browser::new(server.address());
        let mut people = Vec::new();
        for sign_in in &sign_ins {
            if sign_in.login == "demo-desk" {
                staff.sign_in(sign_in).await?;
            } else if sign_in.totp.is_none() {
                let mut person = staff.other();
                person.sign_in(sign_in).await?;
                // Who shares with no clinic any more books nowhere.
                if person.get("/book").await?.location.starts_with("/book/") {
                    people.push(person);
                }
            }
        }
        let here = people.first().context("no person signs in")?.get("/book").await?;
        let clinic = here.location.strip_prefix("/book/").context("no clinic to book at")?.to_owned();
        let list = staff.get("/clinic/people").await?;
        let patients: Vec<String> = links(&list.body, "/clinic/people/")
            .into_iter()
            .filter_map(|(address, _)| person_of(&address).map(str::to_owned))
            .collect();
        let patient = patients.first().context("nobody on the list of people")?;
        let offered = staff.get(&format!("/clinic/book?person={patient}")).await?;
        let (mut services, mut things) = (BTreeMap::new(), BTreeMap::new());
        for (address, name) in links(&offered.body, "/clinic/book?") {
            let Some((_, service)) = address.split_once("service=") else { continue };
            let times = staff.get(&address).await?;
            services.insert(name, service.trim_end_matches('&').to_owned());
            things.extend(options(&times.body).into_iter().map(|(id, name)| (name, id)));
        }
        let world = Self { place, server, staff, people, clinic, patients, services, things };
        for name in ["First visit", "Review", "Vein scan", "Vein treatment", "Telephone call"] {
            ensure!(world.services.contains_key(name), "no service {name}: {:?}", world.services);
        }
        Ok(world)
    }

    /// Everybody who books: people in their own browsers, and staff for people of the list.
    pub fn rivals(&self) -> Vec<Rival<'_>> {
        let own = self.people.iter().map(|browser| Rival { browser, patient: None });
        let staff = self.patients.iter().take(10).map(|patient| Rival { browser: &self.staff, patient: Some(patient) });
        own.chain(staff).collect()
    }

    /// The page on which somebody says yes to a visit.
    fn address(&self, rival: &Rival<'_>, wish: &Wish) -> anyhow::Result<String> {
        let service = self.services.get(wish.service).with_context(|| format!("no service {}", wish.service))?;
        let with: Vec<&str> = wish
            .with
            .iter()
            .map(|name| self.things.get(*name).map(String::as_str).with_context(|| format!("no {name}")))
            .collect::<anyhow::Result<_>>()?;
        let asked = format!("service={service}&start={}&with={}", wish.start, with.join(","));
        Ok(match rival.patient {
            Some(patient) => format!("/clinic/book?person={patient}&{asked}"),
            None => format!("/book/{}?{asked}", self.clinic),
        })
    }

    /// The form with which somebody says yes, as the page has it.
    ///
    /// # Errors
    /// When the page has none.
    pub async fn form(&self, rival: &Rival<'_>, wish: &Wish) -> anyhow::Result<Form> {
        let address = self.address(rival, wish)?;
        let page = rival.browser.get(&address).await?;
        let path = address.split('?').next().unwrap_or_default();
        html::form(&page.body, path).with_context(|| format!("{address}: {} without a form", page.status))
    }

    /// Visits of a day that are not cancelled.
    ///
    /// # Errors
    /// When the page is not as expected.
    pub async fn day(&self, day: Date) -> anyhow::Result<Vec<String>> {
        let page = self.staff.get(&format!("/clinic/day?date={day}")).await?;
        ensure!(page.status == 200, "the list of {day}: {}", page.status);
        let standing = page.body.split("<details><summary>Cancelled").next().unwrap_or_default();
        let mut visits: Vec<String> = links(standing, "/clinic/visits/")
            .into_iter()
            .map(|(address, _)| address.trim_start_matches("/clinic/visits/").to_owned())
            .collect();
        visits.sort();
        visits.dedup();
        Ok(visits)
    }

    /// Cancels a visit, as staff.
    ///
    /// # Errors
    /// When it cannot be cancelled.
    pub async fn cancel(&self, visit: &str) -> anyhow::Result<()> {
        let fields = [("reason".to_owned(), String::new())];
        let answer = self.staff.post(&format!("/clinic/visits/{visit}/cancel"), &fields).await?;
        ensure!(answer.status == 303, "{visit} cannot be cancelled: {}", answer.status);
        Ok(())
    }
}

fn person_of(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("/clinic/people/")?;
    let id = rest.split('/').next()?;
    (id.len() == 36).then_some(id)
}

/// Somebody who books; `patient`: staff, for this person.
#[derive(Debug, Clone, Copy)]
pub struct Rival<'w> {
    /// Their browser.
    pub browser: &'w Browser,
    /// For whom.
    pub patient: Option<&'w String>,
}

/// Days on which everybody works, far enough ahead to be empty.
pub fn empty_days() -> Vec<Date> {
    let today = Zoned::now().date();
    let days = (FROM..UNTIL).map(|ahead| today.saturating_add(ahead.days()));
    days.filter(|day| matches!(day.weekday(), Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday)).collect()
}

/// A time of a day, in minutes, by the clinic's clock.
///
/// # Errors
/// When the calendar does not have it.
pub fn at(day: Date, minutes: i16) -> anyhow::Result<Timestamp> {
    let time = day.at(i8::try_from(minutes / 60)?, i8::try_from(minutes % 60)?, 0, 0);
    Ok(time.in_tz(ZONE)?.timestamp())
}
