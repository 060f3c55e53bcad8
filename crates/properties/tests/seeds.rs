//! Every property on the seeds of its fuzz target, and on mutations of them with a fixed seed: what the gate runs of the
//! fuzzing with the stable toolchain.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use charley_properties::TARGETS;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// Longest mutated input, in bytes.
const LONGEST: usize = 1 << 14;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(name)
}

/// The files of a folder with their bytes, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The words of a dictionary in libFuzzer's form: one quoted word a line, with `\\`, `\"` and `\xNN`.
fn words(target: &str) -> Vec<Vec<u8>> {
    let Ok(text) = std::fs::read_to_string(folder("dictionaries").join(format!("{target}.dict"))) else {
        return Vec::new();
    };
    text.lines().map(|line| word(line).unwrap_or_else(|| panic!("{target}.dict: {line}"))).collect()
}

fn word(line: &str) -> Option<Vec<u8>> {
    let mut rest = line.strip_prefix('"')?.strip_suffix('"')?.as_bytes();
    let mut word = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            word.push(*first);
            continue;
        }
        let (escaped, after) = rest.split_first()?;
        rest = after;
        match escaped {
            b'\\' | b'"' => word.push(*escaped),
            b'x' => {
                let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                word.push(u8::from_str_radix(digits, 16).ok()?);
                rest = &rest[2..];
            }
            _ => return None,
        }
    }
    Some(word)
}

/// What a mutation draws from.
struct Mutator {
    rng: ChaCha8Rng,
    seeds: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
}

impl Mutator {
    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.rng.next_u32()).unwrap() % most.max(1)
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let from = self.below(length + 1);
        let until = (from + 1 + self.below(24)).min(length);
        from.min(until)..until
    }

    /// One to five changes of a seed.
    fn next(&mut self) -> Vec<u8> {
        let at = self.below(self.seeds.len());
        let mut input = self.seeds[at].clone();
        for _ in 0..=self.below(5) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        const NUMBERS: [&str; 8] = ["0", "-1", "9", "1e308", "0.1", "65536", "4294967296", "9223372036854775808"];
        let at = self.below(input.len() + 1);
        let range = self.range(input.len());
        let new: Vec<u8> = match self.below(8) {
            0 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << (self.rng.next_u32() % 8);
                }
                return;
            }
            1 => return drop(input.drain(range)),
            2 => return input.truncate(at),
            3 => input[range.clone()].repeat(1 + self.below(40)),
            4 => NUMBERS[self.below(NUMBERS.len())].into(),
            5 | 6 if !self.words.is_empty() => {
                let word = self.below(self.words.len());
                self.words[word].clone()
            }
            7 => {
                let other = self.below(self.seeds.len());
                let part = self.range(self.seeds[other].len());
                self.seeds[other][part].to_vec()
            }
            _ => ['\0', '\u{e9}', '\u{2028}', '\u{1f4a9}'][self.below(4)].to_string().into(),
        };
        // In the place of a part, or between two.
        if self.below(2) == 0 {
            input.splice(range, new);
        } else {
            input.splice(at..at, new);
        }
    }
}

/// Runs a property; the input stands in the message when it does not hold.
fn run(target: &str, input: &[u8]) {
    let (_, property) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    let held = std::panic::catch_unwind(|| property(input));
    assert!(held.is_ok(), "{target} does not hold for {:?}", String::from_utf8_lossy(input));
}

fn check(target: &str, mutations: usize) {
    let seeds = files(&folder("seeds").join(target));
    assert!(seeds.len() >= 3, "{target} has few seeds");
    for (_, seed) in &seeds {
        run(target, seed);
    }
    let mut mutator = Mutator {
        rng: ChaCha8Rng::seed_from_u64(1),
        seeds: seeds.into_iter().map(|(_, seed)| seed).collect(),
        words: words(target),
    };
    for _ in 0..mutations {
        let input = mutator.next();
        run(target, &input);
    }
}

macro_rules! targets {
    ($($name:ident $mutations:literal)*) => {
        $(
            #[test]
            fn $name() {
                check(stringify!($name), $mutations);
            }
        )*

        #[test]
        fn every_target_is_run_here_and_fuzzed() {
            let run: BTreeSet<&str> = [$(stringify!($name)),*].into();
            let known: BTreeSet<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
            assert_eq!(run, known);
            let names = |kind: &str| -> BTreeSet<String> { files(&folder(kind)).into_iter().map(|(name, _)| name).collect() };
            let fuzzed: BTreeSet<String> = known.iter().map(|name| format!("{name}.rs")).collect();
            assert_eq!(names("fuzz_targets"), fuzzed);
            let manifest = std::fs::read_to_string(folder("Cargo.toml")).unwrap();
            assert!(known.iter().all(|name| manifest.contains(&format!("name = \"{name}\""))));
        }
    };
}

targets! {
    backup 20_000
    calendar 2_000
    case_json 1_000
    clinician_form 500
    diary_csv 20_000
    expression 20_000
    knowledge_toml 20_000
    log_json 20_000
    medicine_list 50
    outbox_json 20_000
    pages 200
    saved_check 1_000
    trial_analysis 50
    trial_csv 20_000
    trial_json 20_000
}

#[test]
fn dictionaries_are_read_as_libfuzzer_reads_them() {
    assert_eq!(word(r#""a\\\"\x0a""#), Some(b"a\\\"\n".to_vec()));
    assert_eq!(word(r#""a\n""#), None);
    for (name, _) in files(&folder("dictionaries")) {
        let target = name.strip_suffix(".dict").expect("a dictionary");
        assert!(TARGETS.iter().any(|(known, _)| *known == target), "{name} is of no target");
        assert!(words(target).iter().all(|word| !word.is_empty()));
    }
}
