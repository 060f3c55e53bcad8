//! A letter is one page, says what it was given, and runs nothing of it.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use charley_letters::{Block, Letter, LetterError, Row, Run, SIZES, pdf};

fn plain(text: &str) -> Run {
    Run::Plain(text.to_owned())
}

fn letter(lines: usize) -> Letter {
    let item = |n: usize| vec![plain(&format!("Line {n}: calf cramps at night, three times a week, since March."))];
    let heading = |text: &str| Run::Strong(text.to_owned());
    let row = |leg: &str, index: &str| Row { heading: leg.to_owned(), text: vec![plain("index "), heading(index)] };
    Letter {
        title: "Night leg trouble: hand-over".to_owned(),
        notice: "Demonstration. Everybody and everything here is made up.".to_owned(),
        about: "Made-up person, born 1954. 28 November 2026. Entered by the person, not verified.".to_owned(),
        urgency: vec![
            heading("How soon: within two weeks."),
            plain(" A red flag."),
            Run::More("and 2 more".to_owned()),
        ],
        blocks: vec![
            Block::Rows(vec![row("Left", "1.08"), row("Right", "0.82")]),
            Block::Line(vec![heading("What the person wants:"), plain(" "), Run::Write]),
            Block::List((0..lines).map(item).collect()),
        ],
        foot: "Information for a talk, not a diagnosis.".to_owned(),
    }
}

/// Pages that the file says it has.
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type/Page").count() - text.matches("/Type/Pages").count()
}

#[test]
fn a_letter_is_one_page_in_the_largest_size() {
    let sheet = pdf(&letter(20)).unwrap();
    assert!(sheet.bytes.starts_with(b"%PDF-"));
    assert_eq!(sheet.size, SIZES[0]);
    assert_eq!(pages(&sheet.bytes), 1);
}

#[test]
fn a_longer_letter_is_set_smaller_and_one_that_fits_in_no_size_is_refused() {
    let mut smallest = SIZES[0];
    for lines in (20..200).step_by(4) {
        match pdf(&letter(lines)) {
            Ok(sheet) => {
                assert!(sheet.size <= smallest, "{lines} lines are larger than fewer lines");
                assert_eq!(pages(&sheet.bytes), 1);
                smallest = sheet.size;
            }
            Err(error) => {
                assert!(matches!(error, LetterError::TooLong), "{error}");
                assert_eq!(smallest, SIZES[SIZES.len() - 1], "every size was tried");
                return;
            }
        }
    }
    panic!("200 lines fit one page");
}

#[test]
fn text_is_shown_and_not_run() {
    let mut odd = letter(4);
    odd.title = "#panic(\"run\") $x$ *b* _i_ \\ <a> @b `c` = d".to_owned();
    odd.blocks.push(Block::List(vec![vec![plain("#read(\"/letter.json\")")], vec![plain("\u{202e}to the left\u{0}")]]));
    odd.blocks.push(Block::Line(vec![plain(&"nospace".repeat(40))]));
    odd.blocks.push(Block::Line(vec![Run::Strong(String::new()), plain("  "), plain("- a\n\n= b")]));
    assert!(pdf(&odd).is_ok());
}

#[test]
fn words_of_many_languages_are_set_and_a_sign_without_a_shape_is_refused_by_its_number() {
    let mut far = letter(4);
    far.about = "Zoë Łuczak, Ναυσικά, Анна, 1.5 × 10⁹/L, ≥ 3 µg/L, “quoted” – ½ …".to_owned();
    assert!(pdf(&far).is_ok());
    far.blocks.push(Block::Line(vec![plain("it hurts \u{1f62b} 张")]));
    let said = pdf(&far).unwrap_err();
    assert!(matches!(said, LetterError::Signs(_)) && said.to_string().contains("U+5F20, U+1F62B"), "{said}");
}

#[test]
fn the_same_letter_gives_the_same_file() {
    assert_eq!(pdf(&letter(10)).unwrap().bytes, pdf(&letter(10)).unwrap().bytes);
}

#[test]
fn a_letter_comes_back_from_its_json() {
    let json = serde_json::to_vec(&letter(3)).unwrap();
    assert_eq!(Letter::read(&json).unwrap(), letter(3));
}

#[test]
fn what_is_no_letter_is_refused_without_its_words() {
    for json in ["", "{}", "[1]", r#"{"title":"a secret","about":"b","blocks":[],"foot":"","more":1}"#] {
        let said = Letter::read(json.as_bytes()).unwrap_err().to_string();
        assert!(said.contains("not a letter") && !said.contains("secret"), "{json}: {said}");
    }
    assert!(matches!(Letter::read(&[b' '; 300_000]), Err(LetterError::TooLarge(300_000))));
}
