//! See `charley_properties::outbox_json`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::outbox_json(bytes));
