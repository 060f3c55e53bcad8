//! The letters (`crates/letters`, outside the workspace): their own tests, and the hand-over of everybody in a demonstration
//! as a PDF. The program refuses what does not fit one A4, so that each file that comes is one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use charley_cluster::Disk;

use super::rust::{binary, outcomes};
use crate::gate::Tally;
use crate::root;
use crate::server::browser::Browser;
use crate::server::html::links;
use crate::server::{Engine, Place, Server, SignIn, demonstrate};
use crate::shell::{bounded, cargo, tail};

/// The first build compiles a typesetter.
const LONGEST: Duration = Duration::from_secs(1_800);
/// People of the demonstration; those who ended sharing are not on the clinic's list.
const PEOPLE: u32 = 60;
/// So many at least must have been tried.
const LEAST: usize = 40;

/// Builds and tests the letters, and makes the hand-over of everybody.
///
/// # Errors
/// When something does not build or start.
pub fn letters(tally: &mut Tally) -> anyhow::Result<()> {
    let press = tests(tally)?;
    let charley = binary()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(handovers(tally, &charley, &press))
}

/// Runs the crate's tests, which build its program too.
fn tests(tally: &mut Tally) -> anyhow::Result<PathBuf> {
    let target = root::target().join("letters");
    let mut command = cargo();
    command.args(["test", "--locked", "--color", "never", "--manifest-path", "crates/letters/Cargo.toml"]);
    let ended = bounded(command.env("CARGO_TARGET_DIR", &target), LONGEST)?;
    let passed = outcomes(&ended.text).filter(|(_, outcome)| *outcome == "ok").count();
    tally.passed(passed);
    println!("   charley-letters: {passed} passed, {:.0} s", ended.took.as_secs_f64());
    if !ended.success || passed == 0 {
        println!("{}", tail(&ended.text, 60));
        tally.failed("the tests of crates/letters");
    }
    let program = target.join("debug/charley-letters");
    program.is_file().then_some(program).context("cargo built no `charley-letters`")
}

async fn handovers(tally: &mut Tally, charley: &Path, press: &Path) -> anyhow::Result<()> {
    let place = Place::new(Engine::Sqlite, Disk::Unsynced)?;
    let sign_ins = demonstrate(charley, &place, PEOPLE, 1)?;
    let server = Server::start_with(charley, &place, None, &["--letters".as_ref(), press.as_os_str()])?;
    let browser = Browser::new(server.address());
    let clinician = signed_in(&browser, &sign_ins, "demo-clinician").await?;
    let list = clinician.get("/clinic/people").await?;
    let mut people: Vec<String> = links(&list.body, "/clinic/people/")
        .iter()
        .filter_map(|(address, _)| address.split('/').nth(3).filter(|id| id.len() == 36).map(str::to_owned))
        .collect();
    people.sort();
    people.dedup();
    let mut wrong = Vec::new();
    for id in &people {
        let path = format!("/clinic/people/{id}/handover.pdf");
        wrong.extend(fault(&clinician, &path).await?);
    }
    let count = people.len();
    wrong.iter().for_each(|line| println!("   {line}"));
    tally.check(wrong.is_empty(), format!("the hand-over of each of {count} people is one A4 as PDF"));
    tally.check(count >= LEAST, format!("{count} people were tried, at least {LEAST}"));
    let person = signed_in(&browser, &sign_ins, "demo-person").await?;
    let own = fault(&person, "/handover.pdf").await?;
    tally.check(own.is_none(), format!("a person's own hand-over is one A4 as PDF {}", own.unwrap_or_default()));
    Ok(())
}

async fn signed_in(browser: &Browser, sign_ins: &[SignIn], login: &str) -> anyhow::Result<Browser> {
    let who = sign_ins.iter().find(|who| who.login == login).with_context(|| format!("no {login}"))?;
    let mut browser = browser.other();
    browser.sign_in(who).await?;
    Ok(browser)
}

/// What is wrong with the PDF at an address; none when there is one.
async fn fault(browser: &Browser, path: &str) -> anyhow::Result<Option<String>> {
    let answer = browser.get(path).await?;
    let good = answer.status == 200 && answer.body.starts_with("%PDF-");
    Ok((!good).then(|| format!("{path}: {} {}", answer.status, answer.location)))
}
