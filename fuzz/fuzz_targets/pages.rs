//! See `charley_properties::pages`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::pages(bytes));
