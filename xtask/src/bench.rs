//! The speed table in short form: medians on made-up people, single-threaded.

use std::time::Instant;

use charley_reason::eval::Eval;
use charley_reason::infer::Inference;
use charley_reason::network::Order;
use charley_reason::network::draws::Values;
use charley_reason::{Facts, Given, Options, Reasoner};
use serde::{Deserialize, Serialize};

use crate::net::people;
use crate::net::rng::Rng;

/// Negative findings of the made-up people.
pub const NEGATIVES: usize = 15;

/// Median, 95th centile and longest of some times, in milliseconds.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Times {
    /// Median.
    pub median_ms: f64,
    /// 95th centile.
    pub p95_ms: f64,
    /// Longest.
    pub longest_ms: f64,
    /// How many.
    pub count: usize,
}

impl Times {
    /// From times in milliseconds.
    pub fn new(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times.get(((times.len().max(1) - 1) as f64 * share).round() as usize).copied();
        Self {
            median_ms: at(0.5).unwrap_or(f64::NAN),
            p95_ms: at(0.95).unwrap_or(f64::NAN),
            longest_ms: at(1.0).unwrap_or(f64::NAN),
            count: times.len(),
        }
    }
}

/// Times at one number of positive findings.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Row {
    /// Positive findings.
    pub positives: usize,
    /// Exact posterior of every condition, from observed findings.
    pub network: Times,
    /// Facts in, assessment out, without ranges, reasons and questions.
    pub plain: Times,
    /// The same with everything.
    pub full: Times,
    /// Median and largest width of the tables, in bits.
    pub width: (usize, usize),
    /// People whose answer was approximate in some part.
    pub approximate: usize,
}

/// Options without ranges, reasons and questions.
pub const PLAIN: Options = Options { ranges: false, reasons: false, questions: false, person: false };

/// Made-up people with so many positive findings.
pub fn people(reasoner: &Reasoner, positives: usize, count: usize) -> Vec<Vec<Given>> {
    let mut rng = Rng::new(0x7370_6565 + positives as u64);
    (0..count).map(|_| people::person(&reasoner.knowledge, &mut rng, positives, NEGATIVES)).collect()
}

/// Measures one row.
pub fn row(reasoner: &Reasoner, positives: usize, count: usize) -> Row {
    let people = people(reasoner, positives, count);
    let mut widths = Vec::new();
    let mut approximate = 0;
    let mut network = Vec::new();
    for given in &people {
        let Ok(facts) = Facts::read(&reasoner.knowledge, given) else { continue };
        let eval = Eval::new(&facts);
        let inference = Inference::new(&eval);
        let started = Instant::now();
        let problem = inference.builder().problem(&inference.evidence, Values::Best);
        let order = Order::compile(&problem);
        if order.width() <= charley_reason::infer::POINT_WIDTH {
            std::hint::black_box(order.solve(&problem));
        }
        network.push(milliseconds(started));
        widths.push(order.width());
    }
    let plain = people.iter().map(|given| timed(reasoner, given, PLAIN, &mut 0)).collect();
    let full = people.iter().map(|given| timed(reasoner, given, Options::default(), &mut approximate)).collect();
    widths.sort_unstable();
    Row {
        positives,
        network: Times::new(network),
        plain: Times::new(plain),
        full: Times::new(full),
        width: (widths.get(widths.len() / 2).copied().unwrap_or(0), widths.last().copied().unwrap_or(0)),
        approximate,
    }
}

fn timed(reasoner: &Reasoner, given: &[Given], options: Options, approximate: &mut usize) -> f64 {
    let started = Instant::now();
    let answer = std::hint::black_box(reasoner.assess(given, options));
    let took = milliseconds(started);
    *approximate += usize::from(answer.is_ok_and(|answer| answer.approximate.is_some()));
    took
}

/// Milliseconds since then.
pub fn milliseconds(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1_000.0
}

/// The rows as a Markdown table.
pub fn table(rows: &[Row]) -> String {
    let mut text = "| positive | negative | people | posterior alone | without ranges | full | full, 95 % | full, longest | table width, median and largest | approximate |\n|---|---|---|---|---|---|---|---|---|---|\n".to_owned();
    for row in rows {
        text += &format!(
            "| {} | {NEGATIVES} | {} | {:.3} ms | {:.3} ms | {:.1} ms | {:.1} ms | {:.1} ms | 2^{}, 2^{} | {} |\n",
            row.positives,
            row.network.count,
            row.network.median_ms,
            row.plain.median_ms,
            row.full.median_ms,
            row.full.p95_ms,
            row.full.longest_ms,
            row.width.0,
            row.width.1,
            row.approximate,
        );
    }
    text
}

/// Runs the bench and prints its table.
///
/// # Errors
/// When it cannot be built optimised, or the report cannot be written.
pub fn bench(write: bool) -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        let mut arguments = vec!["bench"];
        arguments.extend(write.then_some("--write"));
        return crate::shell::show(&mut crate::prove::release(&arguments));
    }
    let reasoner = Reasoner::new(charley_knowledge::embedded()?);
    let rows: Vec<Row> =
        [(1, 60), (4, 60), (8, 60), (16, 20), (30, 5)].iter().map(|(n, count)| row(&reasoner, *n, *count)).collect();
    let text = table(&rows);
    println!("{text}");
    if write { crate::prove::bench_report(&text) } else { Ok(()) }
}

/// The smoke run of the gate: it must run; the numbers are printed and decide nothing.
///
/// # Errors
/// When the knowledge has faults.
pub fn smoke(tally: &mut crate::gate::Tally) -> anyhow::Result<()> {
    let reasoner = Reasoner::new(charley_knowledge::embedded()?);
    let rows = [row(&reasoner, 4, 4), row(&reasoner, 8, 4)];
    println!("{}", table(&rows));
    let build = if cfg!(debug_assertions) { "a development build: `cargo xtask bench` measures" } else { "optimised" };
    tally.check(true, format!("the bench runs (numbers above decide nothing; {build})"));
    Ok(())
}
