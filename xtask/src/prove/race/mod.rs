//! Rivals for one time of the clinic, and for times that need one room, one clinician or one machine: exactly one has it.
//!
//! [`stories`] has the stories of the engines told with a thousand rivals. [`http`] books over HTTP at a server as people
//! run it, and [`kills`] kills that server while it does.

mod http;
mod kills;
mod stories;
mod world;

use charley_cluster::Disk;

use super::report::Report;
use super::store::Store;
use crate::server::{Engine, program};

/// Rivals of one race, of which so many ask at once over HTTP.
const RIVALS: usize = 1_000;
const AT_ONCE: usize = 200;
/// Kills of each engine, and rivals of each.
const KILLS: usize = 40;
const RIVALS_OF_A_KILL: usize = 200;

/// The proof. `CHARLEY_RIVALS` and `CHARLEY_KILLS` make it shorter, to try it out.
///
/// # Errors
/// When it cannot be run.
pub fn prove(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let rivals = super::setting("CHARLEY_RIVALS", RIVALS)?;
    let kills = super::setting("CHARLEY_KILLS", KILLS)?;
    let mut rows = Vec::new();
    for engine in Engine::BOTH {
        let name = engine.name();
        let run: stories::Run =
            store.part(&format!("{name}: stories, {rivals} rivals"), || stories::run(engine, rivals))?;
        let limit = format!("{rivals} rivals: exactly one has it; retries are one visit; no time twice");
        report.limit(&format!("{name}, engine"), &limit, run.found, run.holds);
    }
    let charley = program()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for engine in Engine::BOTH {
        let name = engine.name();
        let races: http::Races = store.part(&format!("{name}: HTTP, {rivals} rivals"), || {
            runtime.block_on(async {
                let world = world::World::new(&charley, engine, Disk::Synced).await?;
                http::run(&world, rivals, AT_ONCE).await
            })
        })?;
        let limit = "exactly one has it, every other is told why and shown other times; a retry is the same visit";
        report.limit(&format!("{name}, HTTP"), limit, races.found(), races.hold());
        rows.push((name, races));
        let killed: kills::Killed = store.part(&format!("{name}: {kills} kills, {rivals} rivals"), || {
            runtime.block_on(async {
                let mut world = world::World::new(&charley, engine, Disk::Synced).await?;
                kills::run(&mut world, &charley, kills, RIVALS_OF_A_KILL.min(rivals), AT_ONCE).await
            })
        })?;
        let limit = "every acknowledged visit is there, no other, and no thing is used twice at one time";
        report.limit(&format!("{name}, HTTP, killed {kills} times"), limit, killed.found(), killed.holds());
    }
    report.section("Races over HTTP", http::table(&rows));
    report.section("How", HOW.replace("{AT_ONCE}", &AT_ONCE.to_string()));
    Ok(())
}

const HOW: &str = "*Engine*: the stories of `crates/records-stories/src/rivals.rs`, every rival a task on the store. *HTTP*: the \
    program as it is shipped, with demonstration data; staff and people who are signed in open the page that asks whether it \
    shall be booked, and send its form, {AT_ONCE} at once. Each race is run twice: after the first the winner sends the same \
    form again (the same visit), everybody else is counted as told that the time is taken and shown other times, the list of \
    the day is read, and the visit is cancelled; in the second the time must be free again for exactly one. *Killed*: rivals \
    for times all over a day send their forms while the server is killed (SIGKILL) at a random moment and started again; \
    whose connection broke sends the same form until there is an answer. Then the list of the day is compared with what was \
    acknowledged. It does not cut the power.";
