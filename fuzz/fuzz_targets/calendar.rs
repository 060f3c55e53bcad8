//! See `charley_properties::calendar`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::calendar(bytes));
