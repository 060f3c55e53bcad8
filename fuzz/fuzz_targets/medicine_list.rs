//! See `charley_properties::medicine_list`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::medicine_list(bytes));
