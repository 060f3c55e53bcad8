//! `charley assess`: one case, or one case a line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use charley_reason::Reasoner;
use charley_wire::{Options, assess as assess_case, read_case, result_schema};
use charley_words::{Audience, fill, write_assessment};

use crate::input::{Refused, read, refuse};
use crate::paint;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A case file ({"id"?, "facts":[{"name","value","unit"?}, ...]}), or - for standard input.
    #[arg(required_unless_present = "schema")]
    file: Option<PathBuf>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
    /// Read one case per line and print one result per line, in order, on all cores.
    #[arg(long)]
    jsonl: bool,
    /// Leave out the ranges (faster).
    #[arg(long)]
    no_ranges: bool,
    /// Leave out reasons, next questions, tests and examinations (fastest).
    #[arg(long)]
    brief: bool,
    /// Words for a clinician, with numbers.
    #[arg(long)]
    clinician: bool,
    /// Country whose numbers to call are written into the advice (uk, us, eu, ...); without it they are named in words.
    #[arg(long, value_name = "ID")]
    region: Option<String>,
    /// Print the JSON Schema of the result.
    #[arg(long)]
    schema: bool,
}

/// Runs the command.
pub fn assess(reasoner: &dyn Fn() -> anyhow::Result<Reasoner>, args: &Args) -> anyhow::Result<ExitCode> {
    if args.schema {
        println!("{}", serde_json::to_string_pretty(&result_schema())?);
        return Ok(ExitCode::SUCCESS);
    }
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    let options = Options {
        ranges: !args.no_ranges && !args.brief,
        reasons: !args.brief,
        questions: !args.brief,
        person: !args.clinician && !args.json && !args.jsonl,
    };
    let reasoner = reasoner()?;
    let numbers = numbers(&reasoner, args.region.as_deref())?;
    if args.jsonl {
        return many(&reasoner, file, &options, numbers);
    }
    let text = read(file)?;
    let case = read_case(&text).map_err(|error| Refused(format!("{}: {error}", file.display())))?;
    let assessment = assess_case(&reasoner, &case, &options).map_err(|errors| refuse(&errors))?;
    if args.json {
        println!("{}", fill(&serde_json::to_string_pretty(&assessment)?, numbers));
    } else {
        let audience = if args.clinician { Audience::Clinician } else { Audience::Person };
        print!("{}", fill(&write_assessment(&assessment, audience, paint::for_stdout().as_ref()), numbers));
    }
    Ok(ExitCode::SUCCESS)
}

/// Emergency number and advice line of a region.
fn numbers<'r>(reasoner: &'r Reasoner, id: Option<&str>) -> anyhow::Result<Option<(&'r str, &'r str)>> {
    let Some(id) = id else { return Ok(None) };
    let regions = &reasoner.knowledge.regions;
    match regions.iter().find(|region| region.id == id) {
        Some(region) => Ok(Some((&region.emergency_number, &region.advice_line))),
        None => {
            let known: Vec<&str> = regions.iter().map(|region| region.id.as_str()).collect();
            Err(Refused(format!("no region `{id}`: one of {}", known.join(", "))).into())
        }
    }
}

/// Lines that are read ahead for each core.
const AHEAD: usize = 64;

/// A line that is not blank, with its number from 1.
type Line = (usize, Vec<u8>);

/// The answer to one line: the text, or why it is refused.
type Answer = Result<String, String>;

/// One result a line, in the order of the cases. A line that is refused gives `{"line", "error"}` and exit code 2.
fn many(
    reasoner: &Reasoner,
    file: &Path,
    options: &Options,
    numbers: Option<(&str, &str)>,
) -> anyhow::Result<ExitCode> {
    let source: Box<dyn std::io::Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).with_context(|| format!("cannot open {}", file.display()))?)
    };
    let mut lines = BufReader::new(source).split(b'\n').enumerate();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut answers: Vec<Answer> = Vec::new();
    let mut refused = false;
    loop {
        let batch = read_ahead(&mut lines, AHEAD * cores)?;
        let next = AtomicUsize::new(0);
        let (written, worked) = std::thread::scope(|scope| {
            let work = || work(&batch, &next, |line| one_line(reasoner, line, options, numbers));
            let workers: Vec<_> = (0..cores.min(batch.len())).map(|_| scope.spawn(work)).collect();
            // What was answered before is written meanwhile.
            let written = answers.iter().try_for_each(|answer| {
                let (Ok(text) | Err(text)) = answer;
                writeln!(out, "{text}")
            });
            let worked: Vec<_> = workers.into_iter().map(|worker| worker.join()).collect();
            (written, worked)
        });
        written?;
        let (Some((first, _)), Some((last, _))) = (batch.first(), batch.last()) else { break };
        let mut answered = Vec::with_capacity(batch.len());
        for part in worked {
            let Ok(part) = part else {
                out.flush()?;
                anyhow::bail!("a fault in Charley stopped lines {first} to {last}; nothing of them was written");
            };
            answered.extend(part);
        }
        answered.sort_unstable_by_key(|(at, _)| *at);
        answers = answered.into_iter().map(|(_, answer)| answer).collect();
        refused |= answers.iter().any(Result::is_err);
    }
    out.flush()?;
    if refused {
        eprintln!("charley: some lines were refused; they carry an \"error\" member");
    }
    Ok(if refused { ExitCode::from(crate::REFUSED) } else { ExitCode::SUCCESS })
}

/// The next lines that are not blank, at most so many; none at the end.
fn read_ahead(
    lines: &mut impl Iterator<Item = (usize, std::io::Result<Vec<u8>>)>,
    count: usize,
) -> anyhow::Result<Vec<Line>> {
    let mut batch = Vec::new();
    for (at, line) in lines {
        let line = line.with_context(|| format!("cannot read line {}", at + 1))?;
        if !line.iter().all(u8::is_ascii_whitespace) {
            batch.push((at + 1, line));
            if batch.len() == count {
                break;
            }
        }
    }
    Ok(batch)
}

/// Answers one line after the other, each taken by whoever is free.
fn work(batch: &[Line], next: &AtomicUsize, answer: impl Fn(&Line) -> Answer) -> Vec<(usize, Answer)> {
    let answered = std::iter::from_fn(|| {
        let at = next.fetch_add(1, Ordering::Relaxed);
        batch.get(at).map(|line| (at, answer(line)))
    });
    answered.collect()
}

fn one_line(reasoner: &Reasoner, line: &Line, options: &Options, numbers: Option<(&str, &str)>) -> Answer {
    let (at, line) = line;
    let refused = |error: String| serde_json::json!({ "line": at, "error": error }).to_string();
    let text = std::str::from_utf8(line).map_err(|error| refused(format!("not UTF-8 text: {error}")))?;
    let case = read_case(text).map_err(|error| refused(error.to_string()))?;
    let assessment = assess_case(reasoner, &case, options).map_err(|errors| refused(refuse(&errors).0))?;
    serde_json::to_string(&assessment).map(|text| fill(&text, numbers)).map_err(|error| refused(error.to_string()))
}
