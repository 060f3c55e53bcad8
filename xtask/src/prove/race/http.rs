//! Races over HTTP.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use charley_records::ids;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::world::{Rival, Wish, World, at, empty_days};
use crate::server::browser::{Answer, Browser};
use crate::server::html::Form;

/// The beginning of every race, in minutes of the day.
const TEN: i16 = 10 * 60;
const TAKEN: &str = "This time is taken. Choose another.";

/// One race, of which two were run: the second after the first visit was cancelled.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Race {
    /// For what.
    pub name: String,
    /// Rivals in each turn.
    pub rivals: usize,
    /// Who had it, in each turn.
    pub winners: Vec<usize>,
    /// Who was told that it is taken, and shown other times, in each turn.
    pub told: Vec<usize>,
    /// How long each turn took, in milliseconds.
    pub took_ms: Vec<u64>,
    /// What went wrong besides.
    pub faults: Vec<String>,
}

/// All races of an engine.
#[derive(Debug, Serialize, Deserialize)]
pub struct Races(Vec<Race>);

impl Races {
    /// Whether all of it holds.
    pub fn hold(&self) -> bool {
        self.0.iter().all(|race| {
            race.faults.is_empty()
                && race.winners.iter().all(|winners| *winners == 1)
                && race.told.iter().all(|told| *told == race.rivals - 1)
        })
    }

    /// In words.
    pub fn found(&self) -> String {
        let rivals: usize = self.0.iter().map(|race| race.rivals * race.winners.len()).sum();
        let faults: Vec<&str> = self.0.iter().flat_map(|race| &race.faults).map(String::as_str).take(3).collect();
        let races: usize = self.0.iter().map(|race| race.winners.len()).sum();
        let winners: usize = self.0.iter().flat_map(|race| &race.winners).sum();
        format!("{rivals} rivals in {races} races, {winners} winners {}", faults.join("; ")).trim_end().to_owned()
    }
}

/// A form that is sent, and by whom.
#[derive(Debug, Clone)]
pub struct Shot {
    /// The browser.
    pub browser: Browser,
    /// The form, with an id of its own.
    pub form: Form,
    /// Which wish it is of.
    pub wish: usize,
}

/// One form of each rival, in turn over rivals and wishes, each with an id of its own as if its page had just been opened.
///
/// # Errors
/// When a page has no form.
pub async fn shots(world: &World, wishes: &[Wish], count: usize) -> anyhow::Result<Vec<Shot>> {
    let mut pages: Vec<(Rival<'_>, usize, Form)> = Vec::new();
    for (wish, wanted) in wishes.iter().enumerate() {
        for rival in world.rivals() {
            // A person cannot book a treatment without staff.
            if rival.patient.is_none() && wanted.service == "Vein treatment" {
                continue;
            }
            pages.push((rival, wish, world.form(&rival, wanted).await?));
        }
    }
    // Wishes and rivals change from one shot to the next.
    let stride = pages.len() / 2 + 1;
    (0..count)
        .map(|number| {
            let (rival, wish, form) = pages.get(number * stride % pages.len()).context("nobody books")?;
            let form = form.clone().with("id", &ids::random()?.to_string());
            Ok(Shot { browser: rival.browser.clone(), form, wish: *wish })
        })
        .collect()
}

/// All of them, so many at once; each answer with its place.
///
/// # Errors
/// When a connection breaks.
async fn fire(shots: &[Shot], at_once: usize) -> anyhow::Result<Vec<(usize, Answer)>> {
    let turns = std::sync::Arc::new(tokio::sync::Semaphore::new(at_once));
    let mut running = tokio::task::JoinSet::new();
    for (place, shot) in shots.iter().cloned().enumerate() {
        let turns = turns.clone();
        running.spawn(async move {
            let _turn = turns.acquire().await?;
            anyhow::Ok((place, shot.browser.post(&shot.form.action, &shot.form.fields).await?))
        });
    }
    running.join_all().await.into_iter().collect()
}

/// Whether somebody is told that the time is taken, and shown others.
pub fn is_told(answer: &Answer) -> bool {
    answer.status == 422 && answer.body.contains(TAKEN) && answer.body.contains("class=\"times\"")
}

/// Runs every race.
///
/// # Errors
/// When a page is not as expected.
pub async fn run(world: &World, rivals: usize, at_once: usize) -> anyhow::Result<Races> {
    let mut races = Vec::new();
    for (day, (name, wishes)) in empty_days().into_iter().zip(kinds()) {
        let wishes: Vec<Wish> = wishes
            .into_iter()
            .map(|(service, later, with)| Ok(Wish { service, with, start: at(day, TEN + later)? }))
            .collect::<anyhow::Result<_>>()?;
        let race = race(world, name, day, &wishes, (rivals, at_once)).await?;
        println!("   {name}: {} rivals, winners {:?}, {:?} ms", race.rivals, race.winners, race.took_ms);
        races.push(race);
    }
    ensure!(races.len() == 4, "too few empty days");
    Ok(Races(races))
}

type Kind = (&'static str, i16, Vec<&'static str>);

/// What is raced for: any two of the visits of a race need the same thing at the same time.
fn kinds() -> [(&'static str, Vec<Kind>); 4] {
    let (a, b, sonographer) = ("Demo Clinician A", "Demo Clinician B", "Demo Sonographer");
    let (one, two, machine) = ("Room 1", "Room 2", "Ultrasound machine");
    [
        ("one time", vec![("First visit", 0, vec![a, one])]),
        (
            "one clinician",
            vec![
                ("First visit", 0, vec![a, one]),
                ("Review", 20, vec![a, two]),
                ("Telephone call", 30, vec![a]),
                ("First visit", 15, vec![a, two]),
            ],
        ),
        (
            "one room",
            vec![("First visit", 0, vec![a, one]), ("First visit", 20, vec![b, one]), ("Review", 30, vec![b, one])],
        ),
        (
            "one machine",
            vec![
                ("Vein scan", 0, vec![sonographer, "Scan room", machine]),
                ("Vein treatment", 15, vec![a, "Treatment room", machine]),
                ("Vein scan", 30, vec![sonographer, "Scan room", machine]),
            ],
        ),
    ]
}

async fn race(
    world: &World,
    name: &str,
    day: Date,
    wishes: &[Wish],
    (rivals, at_once): (usize, usize),
) -> anyhow::Result<Race> {
    let (mut winners, mut told, mut took_ms, mut faults) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut fault = |what: String| faults.push(format!("{name}: {what}"));
    for _turn in 0..2 {
        let shots = shots(world, wishes, rivals).await?;
        let begun = Instant::now();
        let answers = fire(&shots, at_once).await?;
        took_ms.push(u64::try_from(begun.elapsed().as_millis())?);
        let won: Vec<&(usize, Answer)> = answers.iter().filter(|(_, answer)| answer.status == 303).collect();
        winners.push(won.len());
        told.push(answers.iter().filter(|(_, answer)| is_told(answer)).count());
        for (_, other) in answers.iter().filter(|(_, answer)| answer.status != 303 && !is_told(answer)).take(3) {
            fault(format!("an answer {} that is neither", other.status));
        }
        let ids: Vec<String> = won.iter().map(|(place, _)| shots[*place].form.get("id").to_owned()).collect();
        let listed = world.day(day).await?;
        if listed != ids {
            fault(format!("the day lists {listed:?}, acknowledged was {ids:?}"));
        }
        for (place, answer) in won {
            let shot = &shots[*place];
            let again = shot.browser.post(&shot.form.action, &shot.form.fields).await?;
            if (again.status, &again.location) != (303, &answer.location) {
                fault(format!("a retry is answered {} {}", again.status, again.location));
            }
            world.cancel(shot.form.get("id")).await?;
        }
        if !world.day(day).await?.is_empty() {
            fault("a cancelled visit is still listed".to_owned());
        }
    }
    Ok(Race { name: name.to_owned(), rivals, winners, told, took_ms, faults })
}

/// The table of all races.
pub fn table(rows: &[(&str, Races)]) -> String {
    let mut text =
        "| engine | rivals for | rivals | winners | told, with other times | took |\n|---|---|---|---|---|---|\n"
            .to_owned();
    let list = |numbers: &[usize]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    for (engine, races) in rows {
        for race in &races.0 {
            let took: Vec<String> = race.took_ms.iter().map(|ms| format!("{ms} ms")).collect();
            let _ = writeln!(
                text,
                "| {engine} | {} | {} | {} | {} | {} |",
                race.name,
                race.rivals,
                list(&race.winners),
                list(&race.told),
                took.join(", ")
            );
        }
    }
    text
}
