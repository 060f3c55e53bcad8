//! Tables of nights, good and bad.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use charley_nights::diary::Count;
use charley_nights::diary::table::{DayOrder, Reading, Table, read};
use jiff::civil::date;
use proptest::prelude::*;

fn reading() -> Reading {
    Reading { order: None, mornings: false, last: date(2026, 11, 23) }
}

fn table(text: &str) -> Table {
    read(text, &reading())
}

/// Nights as `2026-11-20=1`, or the problems.
fn show(table: &Table) -> String {
    if !table.problems.is_empty() {
        let lines = table.problems.iter().map(|problem| match problem.line {
            Some(line) => format!("{line}: {}", problem.fault),
            None => problem.fault.to_string(),
        });
        return lines.collect::<Vec<_>>().join("\n");
    }
    let rows = table.rows.iter().map(|row| match row.count {
        Count::Exactly(n) => format!("{}={n}", row.night),
        Count::AtLeast(n) => format!("{}={n}+", row.night),
    });
    rows.collect::<Vec<_>>().join(" ")
}

fn check(text: &str, expected: &str) {
    assert_eq!(show(&table(text)), expected, "{text}");
}

#[test]
fn a_plain_table() {
    check("night,cramps\n2026-11-20,1\n2026-11-21,0\n2026-11-22,2+\n", "2026-11-20=1 2026-11-21=0 2026-11-22=2+");
}

#[test]
fn mark_of_byte_order_semicolons_and_windows_lines() {
    check("\u{feff}Date;Leg cramps\r\n2026-11-20;3\r\n\r\n2026-11-21;0\r\n", "2026-11-20=3 2026-11-21=0");
    check("2026-11-20\t1\n2026-11-21\t0\n", "2026-11-20=1 2026-11-21=0");
}

#[test]
fn columns_are_found_and_named() {
    let found = table("id,when,slept well,had a cramp,note\n1,2026-11-20,7.5,yes,sore\n2,2026-11-21,6.5,no,\n");
    assert_eq!(show(&found), "2026-11-20=1+ 2026-11-21=0");
    assert_eq!((found.columns.night.as_str(), found.columns.count.as_str()), ("when", "had a cramp"));
    assert_eq!(found.columns.unused, ["id", "slept well", "note"]);
    assert_eq!(table("2026-11-20,1\n").columns.night, "column 1");
}

#[test]
fn of_many_or_long_columns_the_first_and_the_beginnings_are_named() {
    let many = vec!["x".repeat(400); 400].join(",");
    let said = show(&table(&format!("{many}\n{many}\n")));
    assert!(said.starts_with("We found no column of dates") && said.ends_with("…, …") && said.len() < 800, "{said}");
    let found = table(&format!("night,cramps,{many}\n2026-11-20,1\n"));
    assert!(found.columns.unused.len() == 400 && found.columns.not_used().len() < 800);
}

#[test]
fn wrong_columns_say_what_was_seen() {
    check("name,weight\nAnn,70\n", "We found no column of dates. Name one “night”. We saw: name, weight");
    check(
        "night,mood\n2026-11-20,good\n",
        "We found no column that says how many cramps. Name one “cramps”. We saw: night, mood",
    );
    check("night,a,b\n2026-11-20,1,2\n", "More than one column may hold the cramps: a, b. Name the right one “cramps”");
    check("", "The file is empty. Choose another file");
    check(" \n;\n", "The file is empty. Choose another file");
}

#[test]
fn every_bad_line_is_named() {
    check(
        "night,cramps\n2026-11-24,1\n2026-02-30,1\n2026-11-20,many\n2026-11-19,100\n,1\n2026-11-18 03:00,1\n1890-01-01,0\n",
        "2: 2026-11-24 is in the future. Use the date of a night that has begun\n\
         3: “2026-02-30” is not a date we can read. Write it like 2026-11-24, without a time\n\
         4: “many” is not a number of cramps. Write 0, 1, 2, 2+, yes or no\n\
         5: 100 cramps in one night is too many. The most is 99\n\
         6: The date is missing\n\
         7: “2026-11-18 03:00” is not a date we can read. Write it like 2026-11-24, without a time\n\
         8: 1890-01-01 is too long ago. Check the year",
    );
}

#[test]
fn a_night_that_comes_twice() {
    check(
        "night,cramps\n2026-11-20,1\n2026-11-20,2\n",
        "3: 2026-11-20 is in the file twice with other numbers, first in line 2. Keep one of them",
    );
    let same = table("night,cramps\n2026-11-20,1\n2026-11-20,1\n");
    assert_eq!((show(&same).as_str(), same.repeats), ("2026-11-20=1", 1));
}

#[test]
fn an_empty_count_is_not_recorded() {
    let found = table("night,cramps\n2026-11-20,\n2026-11-21,?\n2026-11-22,0\n");
    assert_eq!((show(&found).as_str(), found.unknown), ("2026-11-22=0", 2));
}

#[test]
fn day_and_month() {
    check("night,cramps\n20/11/2026,1\n03/04/2026,0\n", "2026-04-03=0 2026-11-20=1");
    check("night,cramps\n11/20/2026,1\n03/04/2026,0\n", "2026-03-04=0 2026-11-20=1");
    check("night,cramps\n03.04.26,0\n", "2026-04-03=0");
    check("night,cramps\n05/05/2026,0\n", "2026-05-05=0");
    check("night,cramps\n03/04/2026,0\n", "2: “03/04/2026” can be read two ways. Say which number is the day");
    check(
        "night,cramps\n20/11/2026,1\n11/20/2026,1\n",
        "3: Some dates put the day first and some the month, such as “20/11/2026” and “11/20/2026”. Write all dates \
         like 2026-11-24",
    );
    let said = Reading { order: Some(DayOrder::MonthFirst), ..reading() };
    assert_eq!(show(&read("night,cramps\n03/04/2026,0\n", &said)), "2026-03-04=0");
}

#[test]
fn dates_of_mornings_are_nights_of_the_day_before() {
    let mornings = Reading { mornings: true, ..reading() };
    assert_eq!(show(&read("date,cramps\n2026-11-24,1\n", &mornings)), "2026-11-23=1");
}

#[test]
fn ten_thousand_rows_are_read_and_one_more_is_not() {
    let rows = |n: i64| {
        let first = date(1996, 1, 1);
        (0..n).map(|day| format!("{},1\n", first + jiff::ToSpan::days(day))).collect::<String>()
    };
    assert_eq!(table(&format!("night,cramps\n{}", rows(10_000))).rows.len(), 10_000);
    check(&format!("night,cramps\n{}", rows(10_001)), "The file has more than 10000 rows. Split it into smaller files");
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "(?s)[0-9/.,;\"+ a-z\\-\n\r]{0,200}") {
        let table = table(&text);
        prop_assert!(table.rows.is_empty() || table.rows.iter().all(|row| row.night <= reading().last));
    }
}
