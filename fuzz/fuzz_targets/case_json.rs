//! See `charley_properties::case_json`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::case_json(bytes));
