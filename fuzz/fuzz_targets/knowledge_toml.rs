//! Any bytes as a knowledge file: a draft or faults with their place, never a crash. The first byte chooses the folder,
//! and with it the format that the file must have.

#![no_main]

use charley_knowledge::Draft;
use libfuzzer_sys::fuzz_target;

const PLACES: [&str; 14] = [
    "version.toml",
    "claims.toml",
    "foods.toml",
    "hazards.toml",
    "vascular.toml",
    "conditions/x.toml",
    "drugs/x.toml",
    "facts/asked/x.toml",
    "facts/codes/x.toml",
    "findings/x.toml",
    "interventions/x.toml",
    "labs/x.toml",
    "sources/x.toml",
    "triage/x.toml",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let place = PLACES[usize::from(*first) % PLACES.len()];
    match Draft::from_texts(vec![(place.to_owned(), text.to_owned())]) {
        // Alone it lacks the rest of the knowledge, so most drafts have faults; checking them must end all the same.
        Ok(draft) => drop(draft.check()),
        Err(faults) => assert!(faults.0.iter().all(|fault| fault.place.file == place && !fault.message.is_empty())),
    }
});
