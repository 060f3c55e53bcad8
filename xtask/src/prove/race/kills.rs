//! Rivals at a server that is killed while they book.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use charley_records::ids;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::http::{Shot, is_told, shots};
use super::world::{Wish, World, at, empty_days};
use crate::server::Server;
use crate::server::browser::Answer;

/// The longest wait between the first form and the kill.
const MOST_MS: u64 = 400;
/// Whoever has no answer by then has none.
const PATIENCE: Duration = Duration::from_secs(120);

/// What was found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Killed {
    kills: usize,
    acknowledged: usize,
    told: usize,
    /// Forms that were sent again because a kill cut their answer off.
    again: usize,
    faults: Vec<String>,
}

impl Killed {
    /// Whether all of it holds.
    pub fn holds(&self) -> bool {
        self.faults.is_empty() && self.again > 0
    }

    /// In words.
    pub fn found(&self) -> String {
        let faults: Vec<&str> = self.faults.iter().map(String::as_str).take(3).collect();
        let Self { kills, acknowledged, told, again, .. } = self;
        format!(
            "{kills} kills, {acknowledged} visits acknowledged, {told} told that it is taken, {again} forms sent again {}",
            faults.join("; ")
        )
        .trim_end()
        .to_owned()
    }
}

/// Kills the server so many times.
///
/// # Errors
/// When a page is not as expected, or the server does not start again.
pub async fn run(
    world: &mut World,
    charley: &Path,
    kills: usize,
    rivals: usize,
    at_once: usize,
) -> anyhow::Result<Killed> {
    let mut found = Killed::default();
    let days = empty_days();
    for kill in 0..kills {
        let day = days[kill % days.len()];
        let wishes = wishes(day)?;
        let shots = Arc::new(shots(world, &wishes, rivals).await?);
        let answers = tokio::spawn(fire(Arc::clone(&shots), at_once));
        let random = u64::try_from(ids::random()?.as_u128() % u128::from(MOST_MS))?;
        tokio::time::sleep(Duration::from_millis(random)).await;
        let address = world.server.address();
        world.server.kill()?;
        world.server = Server::start(charley, &world.place, Some(address))?;
        let answers = answers.await??;
        found.kills += 1;
        found.again += answers.iter().map(|(_, tries)| tries - 1).sum::<usize>();
        judge(world, day, &wishes, &shots, &answers, &mut found).await?;
    }
    Ok(found)
}

/// Visits all over a day, of which many stand in each other's way.
fn wishes(day: Date) -> anyhow::Result<Vec<Wish>> {
    let (a, b) = ("Demo Clinician A", "Demo Clinician B");
    let mut wishes = Vec::new();
    for half_hour in 0..4 {
        let start = |later: i16| at(day, 9 * 60 + 90 * half_hour + later);
        wishes.extend([
            Wish { service: "First visit", with: vec![a, "Room 1"], start: start(0)? },
            Wish { service: "Review", with: vec![b, "Room 1"], start: start(20)? },
            Wish { service: "Review", with: vec![a, "Room 2"], start: start(30)? },
            Wish { service: "Vein scan", with: vec![a, "Scan room", "Ultrasound machine"], start: start(15)? },
        ]);
    }
    Ok(wishes)
}

/// Each form until it is answered; with how often it was sent.
async fn fire(shots: Arc<Vec<Shot>>, at_once: usize) -> anyhow::Result<Vec<(Answer, usize)>> {
    let turns = Arc::new(tokio::sync::Semaphore::new(at_once));
    let mut running = tokio::task::JoinSet::new();
    for (place, shot) in shots.iter().cloned().enumerate() {
        let turns = Arc::clone(&turns);
        running.spawn(async move {
            let _turn = turns.acquire().await?;
            let begun = Instant::now();
            for tries in 1.. {
                match shot.browser.post(&shot.form.action, &shot.form.fields).await {
                    Ok(answer) => return Ok((place, (answer, tries))),
                    Err(error) if begun.elapsed() > PATIENCE => return Err(error.context("no answer after a restart")),
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
            bail!("never sent")
        });
    }
    let mut answers = running.join_all().await.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    answers.sort_by_key(|(place, _)| *place);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

/// Compares what was acknowledged with what is listed, then clears the day.
async fn judge(
    world: &World,
    day: Date,
    wishes: &[Wish],
    shots: &[Shot],
    answers: &[(Answer, usize)],
    found: &mut Killed,
) -> anyhow::Result<()> {
    let mut acknowledged: BTreeMap<String, usize> = BTreeMap::new();
    for (shot, (answer, _)) in shots.iter().zip(answers) {
        if answer.status == 303 {
            acknowledged.insert(shot.form.get("id").to_owned(), shot.wish);
        } else if is_told(answer) {
            found.told += 1;
        } else {
            found.faults.push(format!("{day}: an answer {} that is neither", answer.status));
        }
    }
    found.acknowledged += acknowledged.len();
    let listed: BTreeSet<String> = world.day(day).await?.into_iter().collect();
    let known: BTreeSet<String> = acknowledged.keys().cloned().collect();
    let (lost, extra) = (known.difference(&listed).count(), listed.difference(&known).count());
    if lost + extra > 0 {
        found.faults.push(format!("{day}: {lost} acknowledged visits are lost, {extra} were not acknowledged"));
    }
    let mut used: BTreeSet<(&str, i64)> = BTreeSet::new();
    for wish in acknowledged.values() {
        let wish = wishes.get(*wish).context("a wish")?;
        let minutes = match wish.service {
            "First visit" => 45,
            "Review" => 25,
            _ => 40,
        };
        let first = wish.start.as_second() / 300;
        for (thing, slot) in
            wish.with.iter().flat_map(|thing| (first..first + minutes / 5).map(move |slot| (*thing, slot)))
        {
            if !used.insert((thing, slot)) {
                found.faults.push(format!("{day}: {thing} is used twice at one time"));
            }
        }
    }
    for visit in listed {
        world.cancel(&visit).await?;
    }
    Ok(())
}
