//! What is asked for, and how often: as people and staff do on a busy day.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, bail, ensure};
use charley_records::ids;
use jiff::{Timestamp, ToSpan as _, Zoned};

use crate::net::rng::Rng;
use crate::server::SignIn;
use crate::server::browser::{Answer, Browser};
use crate::server::html::{self, Form, links};

/// Kinds with their weights, of a hundred.
const KINDS: [(Kind, usize); 18] = [
    (Kind::Home, 7),
    (Kind::Now, 10),
    (Kind::Log, 14),
    (Kind::Since, 3),
    (Kind::TellNight, 10),
    (Kind::Trial, 7),
    (Kind::CheckStart, 4),
    (Kind::CheckResult, 6),
    (Kind::Visits, 4),
    (Kind::Times, 3),
    (Kind::Worklist, 8),
    (Kind::Day, 8),
    (Kind::People, 4),
    (Kind::Request, 3),
    (Kind::Record, 3),
    (Kind::Evaluation, 2),
    (Kind::Book, 2),
    (Kind::Cancel, 2),
];
/// Nights that are told lie in so many days.
const NIGHTS: usize = 300;
/// Visits are booked on days this far ahead, where the demonstration has none.
const AHEAD: [i32; 2] = [60, 75];
/// Pages that a kept check may still ask.
const MOST_ASKED: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Home,
    Now,
    Log,
    Since,
    TellNight,
    Trial,
    CheckStart,
    CheckResult,
    Visits,
    Times,
    Worklist,
    Day,
    People,
    Request,
    Record,
    Evaluation,
    Book,
    Cancel,
}

/// Somebody who is signed in.
#[derive(Debug)]
struct Person {
    browser: Browser,
    /// The form of a night, as its page has it.
    night: Form,
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    kind: Kind,
    number: u32,
}

impl Asked {
    /// What it is, for the table.
    pub fn kind(&self) -> &'static str {
        match self.kind {
            Kind::Home => "`/`",
            Kind::Now => "`/now`",
            Kind::Log => "`/log`",
            Kind::Since => "`/log/since`",
            Kind::TellNight => "a night is told",
            Kind::Trial => "`/trial`",
            Kind::CheckStart => "a page of the check",
            Kind::CheckResult => "the result of a check",
            Kind::Visits => "`/visits`",
            Kind::Times => "free times",
            Kind::Worklist => "`/clinic`",
            Kind::Day => "`/clinic/day`",
            Kind::People => "`/clinic/people`",
            Kind::Request => "a request",
            Kind::Record => "a record",
            Kind::Evaluation => "an evaluation",
            Kind::Book => "a visit is booked",
            Kind::Cancel => "a visit is cancelled",
        }
    }
}

/// Everybody who asks, and what they ask for.
#[derive(Debug)]
pub struct Mix {
    people: Vec<Person>,
    clinician: Browser,
    front_desk: Browser,
    /// Address of the free times of a service.
    times: String,
    patients: Vec<String>,
    requests: Vec<String>,
    /// Visits that can be booked, and those that are.
    free: Mutex<VecDeque<Form>>,
    booked: Mutex<VecDeque<Form>>,
}

impl Mix {
    /// Signs everybody in and looks at the pages once.
    ///
    /// # Errors
    /// When a page is not as expected.
    pub async fn new(address: SocketAddr, sign_ins: &[SignIn]) -> anyhow::Result<Self> {
        let nobody = Browser::new(address);
        let (mut people, mut clinician, mut front_desk) = (Vec::new(), nobody.other(), nobody.other());
        for sign_in in sign_ins {
            match sign_in.login.as_str() {
                "demo-clinician" => clinician.sign_in(sign_in).await?,
                "demo-desk" => front_desk.sign_in(sign_in).await?,
                _ if sign_in.totp.is_none() => people.push(person(nobody.other(), sign_in).await?),
                _ => {}
            }
        }
        let here = people.first().context("no person signs in")?.browser.get("/book").await?;
        let clinic = here.location.strip_prefix("/book/").context("no clinic to book at")?.to_owned();
        let services = people[0].browser.get(&format!("/book/{clinic}")).await?;
        let times = links(&services.body, "/book/").into_iter().find(|(to, _)| to.contains("service="));
        let list = front_desk.get("/clinic/people").await?;
        let mut patients: Vec<String> = links(&list.body, "/clinic/people/")
            .into_iter()
            .filter_map(|(to, _)| to.split('/').nth(3).filter(|id| id.len() == 36).map(str::to_owned))
            .collect();
        patients.dedup();
        let worklist = clinician.get("/clinic").await?;
        let mut requests: Vec<String> = links(&worklist.body, "/clinic/requests/")
            .into_iter()
            .map(|(to, _)| to)
            .filter(|to| to.len() > 50)
            .collect();
        requests.dedup();
        let free = free(&front_desk, &patients).await?;
        ensure!(!requests.is_empty() && free.len() > 100, "{} requests, {} free times", requests.len(), free.len());
        Ok(Self {
            people,
            clinician,
            front_desk,
            times: times.context("no service to book")?.0,
            patients,
            requests,
            free: Mutex::new(free),
            booked: Mutex::new(VecDeque::new()),
        })
    }

    /// The so-manieth request: the same in every run.
    pub fn draw(&self, number: u32) -> Asked {
        let mut place = rng(number).below(KINDS.iter().map(|(_, weight)| weight).sum());
        for (kind, weight) in KINDS {
            match place.checked_sub(weight) {
                Some(rest) => place = rest,
                None => return Asked { kind, number },
            }
        }
        Asked { kind: Kind::Home, number }
    }

    /// Asks, and sees to it that the answer is one.
    ///
    /// # Errors
    /// When the connection breaks, or it is no answer.
    pub async fn ask(&self, asked: Asked) -> anyhow::Result<()> {
        let mut rng = rng(asked.number);
        let mut one_of = |length: usize| rng.below(length);
        let person = &self.people[one_of(self.people.len())];
        let staff = if one_of(2) == 0 { &self.clinician } else { &self.front_desk };
        let patient = &self.patients[one_of(self.patients.len())];
        let own = |path: &'static str| (&person.browser, path.to_owned());
        let (browser, path) = match asked.kind {
            Kind::TellNight => return self.tell_night(person, one_of(NIGHTS)).await,
            Kind::Book => return self.book().await,
            Kind::Cancel => return self.cancel().await,
            Kind::Home => own("/"),
            Kind::Now => own("/now"),
            Kind::Log => own("/log"),
            Kind::Since => own("/log/since"),
            Kind::Trial => own("/trial"),
            Kind::CheckStart => own("/check/answers"),
            Kind::CheckResult => own("/check/result"),
            Kind::Visits => own("/visits"),
            Kind::Times => (&person.browser, self.times.clone()),
            Kind::Worklist => (staff, "/clinic".to_owned()),
            Kind::Day => {
                let day = Zoned::now().date().saturating_add((i32::try_from(one_of(40))? - 20).days());
                (staff, format!("/clinic/day?date={day}"))
            }
            Kind::People => (staff, "/clinic/people".to_owned()),
            Kind::Request => (&self.clinician, self.requests[one_of(self.requests.len())].clone()),
            Kind::Record => (&self.clinician, format!("/clinic/people/{patient}")),
            Kind::Evaluation => (&self.clinician, format!("/clinic/people/{patient}/evaluation")),
        };
        let answer = browser.load(&path, None).await?;
        ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.location);
        Ok(())
    }

    async fn tell_night(&self, person: &Person, back: usize) -> anyhow::Result<()> {
        let day = Zoned::now().date().saturating_sub((i32::try_from(back)? + 2).days());
        // To the millisecond, as pages make it; not in the future by the time it arrives.
        let at = Timestamp::from_millisecond(Timestamp::now().as_millisecond() - 5)?;
        let cramps = ["none", "1", "2"][back % 3];
        let form = person.night.clone().with("id", &ids::random()?.to_string()).with("at", &at.to_string());
        let form = form.with("cramps", cramps).with("sleep", "4");
        sent(person.browser.load(&format!("/log/night/{day}"), Some(&form.fields)).await?)
    }

    async fn book(&self) -> anyhow::Result<()> {
        let form = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let form = form.context("every free time is booked")?.with("id", &ids::random()?.to_string());
        sent(self.front_desk.load(&form.action, Some(&form.fields)).await?)?;
        self.booked.lock().unwrap_or_else(PoisonError::into_inner).push_back(form);
        Ok(())
    }

    /// Cancels the visit that was booked first; books one when there is none.
    async fn cancel(&self) -> anyhow::Result<()> {
        let form = self.booked.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(form) = form else { return self.book().await };
        let path = format!("/clinic/visits/{}/cancel", form.get("id"));
        let reason = [("reason".to_owned(), "A test of load.".to_owned())];
        sent(self.front_desk.load(&path, Some(&reason)).await?)?;
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push_back(form);
        Ok(())
    }
}

fn rng(number: u32) -> Rng {
    // Numbers that follow each other make seeds that do not look alike.
    Rng::new((u64::from(number) + 1) << 32 | 0x10ad)
}

fn sent(answer: Answer) -> anyhow::Result<()> {
    ensure!(answer.status == 303, "{} instead of 303", answer.status);
    Ok(())
}

/// Signs somebody in, opens the newest check that they keep, and looks at a night.
async fn person(mut browser: Browser, sign_in: &SignIn) -> anyhow::Result<Person> {
    browser.sign_in(sign_in).await?;
    let checks = browser.visit("/checks").await?;
    let open = html::forms(&checks.body).into_iter().find(|form| form.action.ends_with("/open"));
    let opened = browser.send(&open.with_context(|| format!("{} keeps no check", sign_in.login))?).await?;
    ensure!(opened.status == 303, "the check of {} does not open: {}", sign_in.login, opened.status);
    to_its_end(&mut browser).await?;
    let day = Zoned::now().date().saturating_sub(2.days());
    let page = browser.visit(&format!("/log/night/{day}")).await?;
    let forms = html::forms(&page.body);
    let night =
        forms.into_iter().rfind(|form| form.fields.iter().any(|(name, _)| name == "at") && form.action.is_empty());
    let night = night.with_context(|| format!("{}: no form for a night", sign_in.login))?;
    Ok(Person { browser, night })
}

/// Sends what a check still asks, such as since when a medicine is taken, as it stands: not known.
async fn to_its_end(browser: &mut Browser) -> anyhow::Result<()> {
    for _ in 0..MOST_ASKED {
        let answers = browser.visit("/check/answers").await?;
        if answers.status == 200 {
            return Ok(());
        }
        let asked = browser.visit(&answers.location).await?;
        let form = html::forms(&asked.body).into_iter().find(|form| form.action.is_empty());
        let form = form.with_context(|| format!("{} asks nothing: {}", answers.location, asked.status))?;
        browser.send(&Form { action: answers.location, ..form }).await?;
    }
    bail!("a check does not come to its end")
}

/// Telephone calls that can be booked, none in the way of another, each with its form.
async fn free(front_desk: &Browser, patients: &[String]) -> anyhow::Result<VecDeque<Form>> {
    let patient = patients.first().context("nobody on the list of people")?;
    let services = front_desk.get(&format!("/clinic/book?person={patient}")).await?;
    let call = links(&services.body, "/clinic/book?").into_iter().find(|(_, name)| name.contains("Telephone call"));
    let (call, _) = call.context("no telephone calls")?;
    let mut free: VecDeque<Form> = VecDeque::new();
    let mut last: Option<Timestamp> = None;
    let mut shape: Option<Form> = None;
    for ahead in AHEAD {
        let day = Zoned::now().date().saturating_add(ahead.days());
        let page = front_desk.get(&format!("{call}date={day}")).await?;
        for (to, _) in links(&page.body, "/clinic/book?").into_iter().filter(|(to, _)| to.contains("start=")) {
            let query = to.split_once('?').map_or("", |(_, query)| query);
            let part = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)).unwrap_or_default();
            let start: Timestamp = part("start=").parse()?;
            if last.is_some_and(|last| start < last + 15.minutes()) {
                continue;
            }
            last = Some(start);
            let form = match &shape {
                Some(form) => form.clone(),
                None => {
                    let page = front_desk.get(&to).await?;
                    let form = html::form(&page.body, "/clinic/book").context("no form to book")?;
                    shape.insert(form).clone()
                }
            };
            let person = &patients[free.len() % patients.len()];
            free.push_back(form.with("start", &start.to_string()).with("with", part("with=")).with("person", person));
        }
    }
    Ok(free)
}
