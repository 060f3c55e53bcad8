//! A letter is one page, says what it was given, and runs nothing of it.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use charley_letters::{Letter, LetterError, SIZES, Section, Table, Urgency, pdf, read};

fn section(heading: &str, lines: usize) -> Section {
    let items = (0..lines).map(|n| format!("Line {n}: calf cramps at night, three times a week, since March.")).collect();
    Section { heading: heading.to_owned(), text: Vec::new(), items, table: None }
}

fn letter(lines: usize) -> Letter {
    let table = Table {
        columns: vec!["Leg".to_owned(), "Index".to_owned()],
        rows: vec![vec!["left".to_owned(), "1.08".to_owned()], vec!["right".to_owned(), "0.82".to_owned()]],
    };
    Letter {
        title: "Hand-over: leg cramps".to_owned(),
        about: "Made-up person, born 1954".to_owned(),
        date: "28 November 2026".to_owned(),
        demonstration: true,
        urgency: Some(Urgency { word: "Within two weeks".to_owned(), level: 3, lines: vec!["No red flag.".to_owned()] }),
        sections: vec![
            section("Pattern", lines / 2),
            Section { table: Some(table), ..section("Legs", lines.div_ceil(2)) },
        ],
        foot: vec!["Entered by the person, not verified.".to_owned()],
    }
}

fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type /Page\n").count() + text.matches("/Type/Page/").count() + text.matches("/Type /Page/").count()
}

#[test]
fn a_letter_is_one_page() {
    let sheet = pdf(&letter(20)).unwrap();
    assert!(sheet.bytes.starts_with(b"%PDF-"));
    assert_eq!(sheet.size, SIZES[0]);
    assert!(pages(&sheet.bytes) <= 1, "{}", pages(&sheet.bytes));
}

#[test]
fn a_longer_letter_is_set_smaller_and_one_that_fits_in_no_size_is_refused() {
    let mut smallest = SIZES[0];
    for lines in (20..400).step_by(10) {
        match pdf(&letter(lines)) {
            Ok(sheet) => {
                assert!(sheet.size <= smallest, "{lines} lines are larger than fewer lines");
                smallest = sheet.size;
            }
            Err(error) => {
                assert!(matches!(error, LetterError::TooLong), "{error}");
                assert!(smallest < SIZES[0], "smaller sizes were tried");
                return;
            }
        }
    }
    panic!("400 lines fit one page");
}

#[test]
fn text_is_shown_and_not_run() {
    let mut odd = letter(4);
    odd.title = "#panic(\"run\") $x$ *b* _i_ \\ <a> @b `c` = d".to_owned();
    odd.sections[0].items = vec!["#read(\"/letter.json\")".to_owned(), "\u{202e}right to left\u{0}".to_owned()];
    assert!(pdf(&odd).is_ok());
}

#[test]
fn the_same_letter_gives_the_same_file() {
    assert_eq!(pdf(&letter(10)).unwrap().bytes, pdf(&letter(10)).unwrap().bytes);
}

#[test]
fn what_is_no_letter_is_refused_in_words() {
    for (json, word) in [
        ("", "not a letter"),
        ("{}", "missing field"),
        ("[1]", "not a letter"),
        (r#"{"title":"a","about":"b","date":"c","sections":[],"foot":[],"more":1}"#, "unknown field"),
    ] {
        let said = read(json).unwrap_err().to_string();
        assert!(said.contains(word), "{json}: {said}");
    }
    let mut uneven = letter(2);
    uneven.sections[1].table.as_mut().unwrap().rows[0].pop();
    assert!(pdf(&uneven).unwrap_err().to_string().contains("Legs"));
    let mut level = letter(2);
    level.urgency.as_mut().unwrap().level = 0;
    assert!(pdf(&level).unwrap_err().to_string().contains("urgency.level"));
    assert!(matches!(read(&" ".repeat(300_000)), Err(LetterError::TooLarge(300_000))));
}
