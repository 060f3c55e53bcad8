//! Ordinary nights: people of a survey who report cramps, and a matrix of everyday situations.

use anyhow::{Context as _, bail};

use super::report::Report;
use crate::root::reference_data;
use crate::shell::{bounded, cargo, show, tail};

/// The proof: `charley evaluate --ordinary` on all people, its table copied.
///
/// # Errors
/// When the survey tables are not there.
pub fn prove(report: &mut Report) -> anyhow::Result<()> {
    let folder = reference_data().map(|data| data.join("data/nhanes-2005-2006")).filter(|folder| folder.is_dir());
    let Some(folder) = folder else {
        bail!("set CHARLEY_REFERENCE_DATA to a folder that holds data/nhanes-2005-2006 (public tables of the survey)");
    };
    show(cargo().args(["build", "--quiet", "--release", "--locked", "--package", "charley"]))?;
    let mut command = std::process::Command::new(crate::root::target().join("release/charley"));
    command.args(["evaluate", "--json", "--ordinary"]).arg(&folder);
    let ended = bounded(&mut command, std::time::Duration::from_secs(3_600))?;
    let table: serde_json::Value = serde_json::from_str(&ended.text).with_context(|| tail(&ended.text, 10))?;
    let groups = table["groups"].as_array().context("the table has no groups")?;
    for group in groups {
        let name = group["name"].as_str().unwrap_or_default();
        let share = |field: &str| group[field]["share"].as_f64();
        let words = |field: &str| {
            let value = |what: &str| group[field][what].as_f64().unwrap_or(f64::NAN);
            let percent = |what: &str| 100.0 * value(what);
            format!(
                "{} of {}: {:.1} % ({:.1} to {:.1})",
                value("count"),
                value("of"),
                percent("share"),
                percent("low"),
                percent("high")
            )
        };
        let mut limit = |what: &str, limit: &str, field: &str, holds: bool| {
            report.limit(&format!("{name}: {what}"), limit, words(field), holds);
        };
        let urgent = share("emergency_or_same_day").is_some_and(|share| share <= 0.02);
        limit("emergency or same day", "at most 2 %", "emergency_or_same_day", urgent);
        let calm = share("routine_or_self_care").is_some_and(|share| share >= 0.95);
        limit("routine or self-care", "at least 95 %", "routine_or_self_care", calm);
        let honest = share("no_single_cause_leads").is_some_and(|share| share >= 0.60);
        limit(
            "no single cause leads (no listed medicine or condition)",
            "at least 60 %",
            "no_single_cause_leads",
            honest,
        );
    }
    let mut command = std::process::Command::new(crate::root::target().join("release/charley"));
    command.args(["evaluate", "--ordinary"]).arg(&folder);
    let words = bounded(&mut command, std::time::Duration::from_secs(3_600))?.text;
    report.section("The table as printed", format!("```text\n{}\n```", words.trim_end()));
    report.section(
        "How",
        "`charley evaluate --ordinary DIR` reads the public tables of NHANES 2005-2006 (National Center for Health \
         Statistics) and turns people who report leg cramps into facts. The matrix crosses a situation of everyday life \
         with a worry of everyday life; all are told as an adult who answered no to the danger check. Intervals are exact \
         95 % intervals of the share.",
    );
    Ok(())
}
