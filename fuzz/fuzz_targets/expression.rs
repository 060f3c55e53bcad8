//! See `charley_properties::expression`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::expression(bytes));
