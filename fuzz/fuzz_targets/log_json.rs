//! See `charley_properties::log_json`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::log_json(bytes));
