//! A safeguard is not done until a test holds it: every test that a hazard names must have run and passed.

use crate::gate::Tally;
use crate::test::rust::Ran;

/// Checks the log of hazards against the tests that ran.
///
/// # Errors
/// When the knowledge has faults.
pub fn held(tally: &mut Tally, ran: &Ran) -> anyhow::Result<()> {
    if !ran.complete {
        println!("   SKIPPED: the Rust tests were not run");
        return Ok(());
    }
    let knowledge = charley_knowledge::embedded()?;
    let mut held = 0;
    for hazard in &knowledge.hazards {
        let missing: Vec<&str> =
            hazard.tests.iter().map(String::as_str).filter(|name| !ran.names.contains(*name)).collect();
        if missing.is_empty() && !hazard.tests.is_empty() {
            held += 1;
        } else {
            let what = format!("{} \"{}\": missing or not passed: {}", hazard.id, hazard.title, missing.join(", "));
            println!("   FAILED {what}");
            tally.failed(what);
        }
    }
    println!("   {held} of {} hazards are held by tests that passed", knowledge.hazards.len());
    tally.passed(held);
    Ok(())
}
