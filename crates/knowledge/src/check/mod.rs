//! From draft to checked knowledge.

mod codes;
mod content;
mod facts;
pub use facts::normal_word;
mod network;
mod paths;
mod resolve;
mod rules;

use std::collections::{BTreeSet, HashMap};

use toml::Spanned;

use crate::diagnostic::{Diagnostic, Faults, Place};
use crate::draft::{File, Part};
use crate::load::line_of;
use crate::model::*;
use crate::param::{Param, Scale};

/// Work in progress: the knowledge so far, and what is wrong.
pub(super) struct Checker {
    knowledge: Knowledge,
    faults: Vec<Diagnostic>,
    groups: HashMap<String, u32>,
    used_sources: BTreeSet<String>,
    source_keys: HashMap<String, Place>,
    circular: bool,
}

pub(crate) fn check(files: &[File], version: String) -> Result<Knowledge, Faults> {
    let mut checker = Checker {
        knowledge: Knowledge { version, ..Knowledge::default() },
        faults: Vec::new(),
        groups: HashMap::new(),
        used_sources: BTreeSet::new(),
        source_keys: HashMap::new(),
        circular: false,
    };
    checker.sources(files);
    checker.codes(files);
    checker.facts(files);
    checker.analytes(files);
    checker.names(files);
    checker.conditions(files);
    checker.findings(files);
    checker.rules(files);
    checker.content(files);
    // Names that lean on themselves would never end here.
    if !checker.circular {
        checker.one_path_per_fact();
    }
    checker.unused_sources();
    if checker.faults.is_empty() {
        Ok(checker.knowledge)
    } else {
        checker.faults.sort();
        checker.faults.dedup();
        Err(Faults(checker.faults))
    }
}

impl Checker {
    fn fault(&mut self, place: &Place, message: impl Into<String>) {
        self.faults.push(Diagnostic { place: place.clone(), message: message.into() });
    }

    fn sources(&mut self, files: &[File]) {
        for file in files {
            match &file.part {
                Part::Version(version) => self.knowledge.date.clone_from(&version.date),
                Part::Sources(sources) => {
                    for source in &sources.source {
                        let place = place(file, &source.key);
                        let key = source.key.get_ref().clone();
                        if !matches!(source.tier.as_str(), "P" | "S" | "W" | "M") {
                            self.fault(&place, format!("source `{key}`: tier must be P, S, W or M"));
                        }
                        if self.source_keys.insert(key.clone(), place.clone()).is_some() {
                            self.fault(&place, format!("source `{key}` stands twice"));
                        }
                        self.knowledge.sources.push(Source {
                            key,
                            authors: source.authors.clone(),
                            title: source.title.clone(),
                            journal: source.journal.clone(),
                            year: source.year,
                            id: source.id.clone(),
                            tier: source.tier.clone(),
                            place,
                        });
                    }
                }
                _ => {}
            }
        }
        if self.knowledge.date.is_empty() {
            self.fault(&Place { file: "version.toml".into(), line: 0 }, "missing `date = \"YYYY-MM-DD\"`");
        }
    }

    /// Notes that sources are used, and refuses unknown keys.
    fn cite(&mut self, place: &Place, keys: &[String]) {
        for key in keys {
            if self.source_keys.contains_key(key) {
                self.used_sources.insert(key.clone());
            } else {
                self.fault(place, format!("unknown source `{key}`: add it to sources/ or correct the key"));
            }
        }
    }

    fn unused_sources(&mut self) {
        let unused: Vec<_> = self
            .source_keys
            .iter()
            .filter(|(key, _)| !self.used_sources.contains(*key))
            .map(|(key, place)| (key.clone(), place.clone()))
            .collect();
        for (key, place) in unused {
            self.fault(&place, format!("source `{key}` is never used: cite it or delete it"));
        }
    }

    /// Registers a parameter; `owner` names the redraw group of elicited numbers.
    fn param(&mut self, file: &File, param: &Spanned<Param>, scale: Scale, owner: &str) -> ParamIx {
        let place = Place { file: file.path.clone(), line: line_of(&file.text, param.span().start) };
        self.param_at(param.get_ref(), place, scale, owner)
    }

    fn param_at(&mut self, param: &Param, place: Place, scale: Scale, owner: &str) -> ParamIx {
        if let Some(fault) = param.fault(scale) {
            self.fault(&place, fault);
        }
        self.cite(&place, &param.src);
        let key = param.src.first().map_or_else(|| format!("elicited {owner}"), Clone::clone);
        let next = self.groups.len() as u32;
        let group = *self.groups.entry(key).or_insert(next);
        self.knowledge.groups = self.groups.len() as u32;
        let (centre, spread) = param.normal(scale);
        self.knowledge.best.push(param.m);
        self.knowledge.params.push(ParamEntry { param: param.clone(), scale, centre, spread, group, place });
        ParamIx(self.knowledge.params.len() as u32 - 1)
    }
}

fn place<T>(file: &File, spanned: &Spanned<T>) -> Place {
    Place { file: file.path.clone(), line: line_of(&file.text, spanned.span().start) }
}

/// True where the evidence was not seen: written from memory, or only part of it.
fn unconfirmed(seen: &str) -> bool {
    seen.contains("memory") || seen.contains("part")
}
