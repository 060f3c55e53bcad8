//! Cases, the knowledge, and checks that were saved.

use std::sync::LazyLock;

use charley_knowledge::Draft;
use charley_knowledge::expr::parse;
use charley_web::answers::Answers;
use charley_web::answers::save::{load, save};
use charley_web::engine::Engine;
use charley_web::flow;
use charley_wire::{Case, Options, assess, read_case};

use crate::{knowledge, reasoner, said};

/// A case is assessed, or each fact that cannot be used is named; the bytes are the same twice.
pub fn case_json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match read_case(text) {
        Ok(case) => assessed(&case),
        Err(error) => said(&error),
    }
}

/// A case that was read gives an answer or words.
pub(crate) fn assessed(case: &Case) {
    // Without ranges: the same code paths on the facts, many more inputs a second.
    let options = Options { ranges: false, reasons: false, questions: false, person: false };
    match assess(&reasoner(), case, &options) {
        Ok(answer) => {
            let again = assess(&reasoner(), case, &options).expect("accepted before");
            assert_eq!(format!("{answer:?}"), format!("{again:?}"));
        }
        Err(refused) => {
            assert!(!refused.is_empty(), "refused, and no fact is named");
            refused.iter().for_each(|error| said(error));
        }
    }
}

/// An expression of the knowledge is parsed or refused with words.
pub fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match parse(text) {
        Ok(expression) => assert_eq!(parse(text).as_ref(), Ok(&expression)),
        Err(message) => said(&message),
    }
}

/// A knowledge file: the first line is its place, the rest its text. It becomes a draft, or its faults have their place.
pub fn knowledge_toml(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (place, text) = text.split_once('\n').unwrap_or((text, ""));
    match Draft::from_texts(vec![(place.to_owned(), text.to_owned())]) {
        // Alone it lacks the rest of the knowledge, so most drafts have faults; checking them must end all the same.
        Ok(draft) => drop(draft.check()),
        Err(faults) => assert!(faults.0.iter().all(|fault| fault.place.file == place && !fault.message.is_empty())),
    }
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(reasoner()));

/// A saved check is resumed or refused with words. What is resumed is the same after saving it again, makes a case, and
/// has a next page and one before it.
pub fn saved_check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let answers = match load(knowledge(), text) {
        Ok(answers) => answers,
        Err(error) => return said(&error),
    };
    let again: Answers = load(knowledge(), &save(&answers)).expect("what was saved is read");
    assert_eq!(again, answers);
    assessed(&answers.case());
    if let Some(step) = flow::next_fixed(&answers, &ENGINE) {
        assert!(step.path().starts_with("/check/"));
        assert!(flow::previous(&answers, &ENGINE, &step).starts_with("/check"));
    }
}
