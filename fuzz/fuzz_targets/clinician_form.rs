//! See `charley_properties::clinician_form`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::clinician_form(bytes));
