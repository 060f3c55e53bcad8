//! See `charley_properties::trial_csv`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::trial_csv(bytes));
