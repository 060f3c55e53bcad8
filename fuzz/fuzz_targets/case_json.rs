//! Any bytes as a case: a result or a clear refusal, never a crash. What is accepted is assessed and written out, and
//! the bytes must be the same twice.

#![no_main]

use std::sync::OnceLock;

use charley_reason::Reasoner;
use charley_wire::{Options, assess, read_case};
use libfuzzer_sys::fuzz_target;

static REASONER: OnceLock<Reasoner> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let case = match read_case(text) {
        Ok(case) => case,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let reasoner =
        REASONER.get_or_init(|| Reasoner::new(charley_knowledge::embedded().expect("the shipped knowledge is sound")));
    // Without ranges: the same code paths on the facts, many more inputs a second.
    let options = Options { ranges: false, reasons: false, questions: false, person: false };
    match assess(reasoner, &case, &options) {
        Ok(answer) => {
            let again = assess(reasoner, &case, &options).expect("accepted before");
            assert_eq!(format!("{answer:?}"), format!("{again:?}"));
        }
        Err(refused) => assert!(refused.iter().all(|error| !error.to_string().is_empty())),
    }
});
