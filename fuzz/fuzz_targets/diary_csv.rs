//! See `charley_properties::diary_csv`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::diary_csv(bytes));
