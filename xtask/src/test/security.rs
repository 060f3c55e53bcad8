//! The tables of `docs/security.md` are held true: every item once, and every test that the document names ran and passed.

use std::collections::BTreeMap;

use anyhow::Context as _;

use crate::gate::Tally;
use crate::test::rust::Ran;

/// OWASP ASVS 5.0.0: each section with the levels of its items, in their order. Items of level 3 are left out of the tables.
const SECTIONS: &str = "V1.1 22 V1.2 1111122223 V1.3 112222222223 V1.4 222 V1.5 123 V2.1 122 V2.2 112 V2.3 12223 V2.4 23 \
    V3.1 3 V3.2 113 V3.3 12223 V3.4 11222233 V3.5 11122333 V3.6 3 V3.7 22333 V4.1 12233 V4.2 23333 V4.3 22 V4.4 1222 \
    V5.1 2 V5.2 112333 V5.3 113 V5.4 222 V6.1 122 V6.2 111111112222 V6.3 11223333 V6.4 112233 V6.5 22222333 V6.6 2223 \
    V6.7 33 V6.8 2222 V7.1 222 V7.2 1111 V7.3 22 V7.4 11222 V7.5 223 V7.6 22 V8.1 1233 V8.2 1123 V8.3 133 V8.4 23 \
    V9.1 111 V9.2 1222 V10.1 22 V10.2 223 V10.3 22223 V10.4 1111122222233333 V10.5 22222 V10.6 22 V10.7 222 V11.1 2233 \
    V11.2 22233 V11.3 11233 V11.4 1222 V11.5 23 V11.6 23 V11.7 33 V12.1 12233 V12.2 11 V12.3 22223 V13.1 2333 \
    V13.2 222223 V13.3 2233 V13.4 1222233 V14.1 22 V14.2 12223333 V14.3 122 V15.1 12233 V15.2 12233 V15.3 1222222 \
    V15.4 3333 V16.1 2 V16.2 22222 V16.3 2222 V16.4 222 V16.5 2223 V17.1 23 V17.2 22223333 V17.3 22";

/// What may be said of an item.
const STATES: [&str; 4] = ["test", "by construction", "open", "not applicable"];

/// Checks the document against the tests that ran.
///
/// # Errors
/// When it cannot be read.
pub fn held(tally: &mut Tally, ran: &Ran) -> anyhow::Result<()> {
    if !ran.complete {
        println!("   SKIPPED: the Rust tests were not run");
        return Ok(());
    }
    let text = document()?;
    let faults = faults(&text, &|name| ran.names.contains(name), &exists);
    tally.passed(rows(&text).count().saturating_sub(faults.len()));
    for fault in faults {
        println!("   FAILED {fault}");
        tally.failed(fault);
    }
    let count = |state: &str| rows(&text).filter(|cells| cells.get(3).is_some_and(|said| *said == state)).count();
    println!("   items: {}", STATES.map(|state| format!("{} {state}", count(state))).join(", "));
    Ok(())
}

fn document() -> anyhow::Result<String> {
    let path = crate::root::root().join("docs/security.md");
    std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

fn exists(path: &str) -> bool {
    crate::root::root().join(path).exists()
}

/// Items of levels 1 and 2, with their level.
fn items() -> BTreeMap<String, String> {
    let words: Vec<&str> = SECTIONS.split_whitespace().collect();
    let levels = words.chunks(2).flat_map(|pair| {
        let levels = pair[1].chars().enumerate();
        levels.map(move |(at, level)| (format!("{}.{}", pair[0], at + 1), level.to_string()))
    });
    levels.filter(|(_, level)| level != "3").collect()
}

/// The cells of each line of the tables.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = text.lines().filter(|line| line.starts_with("| V"));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// `crate::test`, as hazards name tests; a type of ours begins with a capital.
fn is_test(name: &str) -> bool {
    name.contains("::") && name.starts_with(|sign: char| sign.is_ascii_lowercase())
}

/// Everything that is wrong with the document.
fn faults(text: &str, passed: &dyn Fn(&str) -> bool, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let (mut faults, mut missing) = (Vec::new(), items());
    for cells in rows(text) {
        let [item, level, _, state, held] = cells[..] else {
            faults.push(format!("a line of {} cells: {}", cells.len(), cells.join(" | ")));
            continue;
        };
        match missing.remove(item) {
            Some(expected) if expected == level => {}
            Some(expected) => faults.push(format!("{item} is of level {expected}, not {level}")),
            None => faults.push(format!("{item} stands twice, or is no item of level 1 or 2")),
        }
        let holds = match state {
            "test" => quoted(held).any(is_test),
            "by construction" => quoted(held).any(exists),
            _ => STATES.contains(&state) && !held.is_empty(),
        };
        if !holds {
            faults.push(format!("{item} is said to be \"{state}\", and nothing that is named bears it out"));
        }
    }
    faults.extend(missing.keys().map(|item| format!("{item} is missing")));
    // Also what the sections below the tables name.
    let unheld = quoted(text).filter(|name| is_test(name) && !passed(name));
    faults.extend(unheld.map(|name| format!("{name} is missing or did not pass")));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_has_253_items_of_levels_1_and_2() {
        let items = items();
        assert_eq!((items.len(), items.values().filter(|level| *level == "1").count()), (253, 70));
        assert_eq!(items.get("V6.2.9").map(String::as_str), Some("2"));
        assert_eq!(items.get("V6.3.8"), None);
    }

    #[test]
    fn the_document_is_whole() {
        let faults = faults(&document().unwrap(), &|_| true, &exists);
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn each_fault_is_named() {
        let said = |line: &str| faults(line, &|name| name == "web::good", &|path| path == "there.rs");
        let all = items().len();
        let whole = "| V1.1.1 | 2 | x | test | `web::good` |\n| V1.1.2 | 2 | x | by construction | `there.rs`: so |";
        assert_eq!(said(whole).len(), all - 2, "the others are missing");
        for (line, fault) in [
            ("| V1.1.1 | 1 | x | open | much |", "V1.1.1 is of level 2, not 1"),
            ("| V1.2.10 | 3 | x | open | much |", "V1.2.10 stands twice, or is no item of level 1 or 2"),
            ("| V1.1.1 | 2 | x | done | much |", "V1.1.1 is said to be \"done\""),
            ("| V1.1.1 | 2 | x | open | |", "V1.1.1 is said to be \"open\""),
            ("| V1.1.1 | 2 | x | test | `Type::name` |", "V1.1.1 is said to be \"test\""),
            ("| V1.1.1 | 2 | x | by construction | `gone.rs`: so |", "V1.1.1 is said to be \"by construction\""),
            ("| V1.1.1 | 2 | test | `web::good` |", "a line of 4 cells"),
            ("Below, by `web::bad`.", "web::bad is missing or did not pass"),
        ] {
            assert!(said(line).iter().any(|said| said.starts_with(fault)), "{line}: {fault}");
        }
        let twice = format!("{whole}\n| V1.1.1 | 2 | x | open | much |");
        assert!(said(&twice).iter().any(|said| said.starts_with("V1.1.1 stands twice")));
    }
}
