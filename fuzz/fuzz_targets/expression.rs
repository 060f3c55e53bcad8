//! Any text as an expression: parsed or refused with a message, never a crash.

#![no_main]

use charley_knowledge::expr::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(message) = parse(text) {
        assert!(!message.is_empty());
    }
});
