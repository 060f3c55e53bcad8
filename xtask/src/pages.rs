//! The median time of the server for each page, measured by an example of charley-web.

use anyhow::Context as _;
use serde::Deserialize;

use crate::prove::report::Report;

/// What a page may take, median, when what it shows is worked out already.
const LIMIT_MS: f64 = 5.0;

/// What was measured of one page.
#[derive(Debug, Deserialize)]
struct Row {
    page: String,
    /// Something to say of it; empty for a page as it is opened again and again.
    note: String,
    bytes: usize,
    count: usize,
    median_ms: f64,
    p95_ms: f64,
}

/// Measures every page, prints the table, and writes docs/proofs/pages.md.
///
/// # Errors
/// When it cannot be measured or written, or a page takes longer than it may.
pub fn bench() -> anyhow::Result<()> {
    let mut report = Report::new("pages");
    let mut command = crate::shell::cargo();
    command.args(["run", "--quiet", "--release", "--locked", "--package", "charley-web", "--example", "time_pages"]);
    let text = crate::shell::text(&mut command)?;
    let rows: Vec<Row> = text
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("not a row: {line}")))
        .collect::<anyhow::Result<_>>()?;
    let slowest = rows
        .iter()
        .filter(|row| row.note.is_empty())
        .max_by(|one, other| one.median_ms.total_cmp(&other.median_ms))
        .context("no page was measured")?;
    report.limit(
        "slowest page that shows what is known: median",
        &format!("{LIMIT_MS} ms"),
        format!("{:.2} ms ({})", slowest.median_ms, short(&slowest.page)),
        slowest.median_ms <= LIMIT_MS,
    );
    let table = table(&rows);
    println!("{table}");
    report.section("Pages", table);
    report.section("How", HOW);
    report.write()
}

const HOW: &str = "Each page is asked for as a browser asks, compressed, from the router in one process (no network), with a \
                   database in a file: every look at a record is written to the audit log and brought to disk before the \
                   page goes out. The person is made up: six months of nights, a kept check, a trial. *For the first time*: \
                   after an answer that changes everything, so that causes, ranges and plan are worked out anew; opened \
                   again, the page shows what is kept. The file of everything holds the list of who looked, which this \
                   very measuring makes longer by some thousand looks.";

/// Addresses with a key in them are told without it.
fn short(page: &str) -> String {
    let parts = page.split('/').map(|part| {
        let key = part.len() > 30 && part.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        if key { "…" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn table(rows: &[Row]) -> String {
    let mut text = "| page | | median | 95 % | bytes sent | times |\n|---|---|---|---|---|---|\n".to_owned();
    for row in rows {
        let bytes = if row.bytes == 0 { String::new() } else { row.bytes.to_string() };
        text += &format!(
            "| `{}` | {} | {:.2} ms | {:.2} ms | {bytes} | {} |\n",
            short(&row.page),
            row.note,
            row.median_ms,
            row.p95_ms,
            row.count
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn keys_stay_out_of_the_table() {
        assert_eq!(short("/trial/0b5c2f9e-0000-4000-8000-000000000001/nights.json"), "/trial/…/nights.json");
        assert_eq!(short(&format!("/pair/{}", "ab".repeat(32))), "/pair/…");
        assert_eq!(short("/evidence/conditions/ordinary_cramp"), "/evidence/conditions/ordinary_cramp");
    }
}
