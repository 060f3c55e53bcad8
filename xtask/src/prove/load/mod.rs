//! Load: so many requests a second, mixed as people and staff make them, whether or not the answers keep up.

mod measure;
mod mix;

use std::path::Path;
use std::time::Duration;

use charley_cluster::Disk;
use serde::{Deserialize, Serialize};

use super::report::Report;
use super::store::Store;
use crate::gate::Tally;
use crate::server::{Engine, Place, Server, demonstrate, program};

use measure::{Measured, Times};
use mix::Mix;

/// Requests a second.
const RATE: u32 = 200;
/// Seconds of the proof on each engine.
const SECONDS: usize = 300;
/// The slowest hundredth may take so long.
const P99_MS: f64 = 50.0;
/// Memory at the end against that after the first fifth.
const MEMORY: f64 = 1.15;
/// People of the demonstration, and how many of them ask by themselves.
const PEOPLE: u32 = 60;
const SIGN_INS: u32 = 30;

/// One engine under load.
#[derive(Debug, Serialize, Deserialize)]
struct Run {
    seconds: u64,
    rate: u32,
    asked: usize,
    errors: Vec<String>,
    error_count: usize,
    all: Times,
    kinds: Vec<(String, Times)>,
    /// MiB after a fifth of the time, at the end, and the most.
    memory: [f64; 3],
    /// How late the generator itself was, at worst, in milliseconds.
    late_ms: f64,
}

/// The proof. `CHARLEY_LOAD_SECONDS` makes it shorter, to try it out.
///
/// # Errors
/// When it cannot be run.
pub fn prove(store: &mut Store, report: &mut Report) -> anyhow::Result<()> {
    let seconds = super::setting("CHARLEY_LOAD_SECONDS", SECONDS)?;
    let charley = program()?;
    let mut sections = Vec::new();
    for engine in Engine::BOTH {
        let name = engine.name();
        let seconds = Duration::from_secs(u64::try_from(seconds)?);
        let run: Run = store.part(&format!("{name}, {} s", seconds.as_secs()), || {
            load(&charley, engine, Disk::Synced, RATE, seconds)
        })?;
        let what = format!("{name}, {} requests in {} s", run.asked, run.seconds);
        report.limit(&format!("{what}: errors"), "0", errors(&run), run.error_count == 0);
        let p99 = run.all.p99_ms;
        report.limit(&format!("{what}: 99 %"), &format!("{P99_MS} ms"), format!("{p99:.1} ms"), p99 < P99_MS);
        let [start, end, most] = run.memory;
        let memory = format!("{start:.0} MiB, then {end:.0} MiB (most: {most:.0})");
        report.limit(&format!("{what}: memory"), &format!("at most {MEMORY} times"), memory, end <= start * MEMORY);
        sections.push((name, measure::table(&run.all, &run.kinds, run.late_ms)));
    }
    for (name, table) in sections {
        report.section(name, table);
    }
    report.section("How", HOW);
    Ok(())
}

const HOW: &str = "The program as it is shipped, with demonstration data, on the same machine as what asks. Requests leave at \
    fixed times, whether or not earlier ones are answered, and each is timed from the moment at which it was to leave: a \
    server that stands still for a second is charged for everybody who came in that second. Pages are asked for as a browser \
    asks, compressed, signed in, each to its last byte. Nights are told and visits are booked and cancelled for good, and \
    every look at a record is written to the audit log and brought to disk before the page goes out (PostgreSQL: `fsync` on). \
    Memory is that of the server without the database (RSS).";

/// A short run of the gate: its times decide nothing, its errors do.
///
/// # Errors
/// When it cannot be run.
pub fn gate(tally: &mut Tally, charley: &Path) -> anyhow::Result<()> {
    for engine in Engine::BOTH {
        let run = load(charley, engine, Disk::Unsynced, 40, Duration::from_secs(30))?;
        let (name, times) = (engine.name(), &run.all);
        let words = format!("{name}: {} requests, half within {:.0} ms: {}", run.asked, times.p50_ms, errors(&run));
        tally.check(run.error_count == 0, words);
    }
    Ok(())
}

fn errors(run: &Run) -> String {
    match run.error_count {
        0 => "no error".to_owned(),
        count => format!("{count} errors: {}", run.errors.join("; ")),
    }
}

fn load(charley: &Path, engine: Engine, disk: Disk, rate: u32, lasts: Duration) -> anyhow::Result<Run> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let place = Place::new(engine, disk)?;
        let sign_ins = demonstrate(charley, &place, PEOPLE, SIGN_INS)?;
        let server = Server::start(charley, &place, None)?;
        let mix = Mix::new(server.address(), &sign_ins).await?;
        let Measured { times, errors, error_count, memory, late_ms } = measure::run(&server, mix, rate, lasts).await?;
        let all = Times::of(times.values().flat_map(|times| times.iter().copied()).collect());
        let kinds = times.into_iter().map(|(kind, times)| (kind.to_owned(), Times::of(times))).collect();
        let seconds = lasts.as_secs();
        Ok(Run { seconds, rate, asked: all.count, errors, error_count, all, kinds, memory, late_ms })
    })
}
