//! See `charley_properties::backup`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::backup(bytes));
