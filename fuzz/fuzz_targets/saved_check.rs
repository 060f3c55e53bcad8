//! See `charley_properties::saved_check`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::saved_check(bytes));
