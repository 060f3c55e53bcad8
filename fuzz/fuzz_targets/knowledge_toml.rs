//! See `charley_properties::knowledge_toml`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| charley_properties::knowledge_toml(bytes));
