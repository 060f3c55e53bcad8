//! Codes and medicines: their words, and what is a kind of what.

use super::facts::normal_word;
use super::{Checker, place, unconfirmed};
use crate::diagnostic::Place;
use crate::draft::{self, File, Part};
use crate::model::*;

impl Checker {
    pub(super) fn codes(&mut self, files: &[File]) {
        let mut parents: Vec<(CodeId, String, Place)> = Vec::new();
        for file in files {
            match &file.part {
                Part::Codes(codes) => {
                    for code in &codes.code {
                        let place = place(file, &code.id);
                        let id = self.declare(&place, code.id.get_ref(), &code.name);
                        if code.fact.words().contains(&"condition") {
                            self.knowledge.codes.conditions.push(id);
                        }
                        self.synonyms(&place, id, code.synonyms.iter());
                        parents.extend(code.is_a.iter().map(|parent| (id, parent.clone(), place.clone())));
                    }
                }
                Part::Drugs(drugs) => self.drugs(file, drugs, &mut parents),
                _ => {}
            }
        }
        self.ancestors(&parents);
    }

    fn drugs(&mut self, file: &File, drugs: &draft::Drugs, parents: &mut Vec<(CodeId, String, Place)>) {
        for class in &drugs.class {
            let place = place(file, &class.id);
            let code = self.declare(&place, class.id.get_ref(), &class.name);
            self.cite(&place, &class.src);
            parents.extend(class.is_a.iter().map(|parent| (code, parent.clone(), place.clone())));
            self.knowledge.classes.push(DrugClass {
                code,
                name: class.name.clone(),
                strength: class.strength,
                size: class.size.clone(),
                effects: class.effects.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
                ask: class.ask.clone(),
                src: class.src.clone(),
                unconfirmed: unconfirmed(&class.seen),
            });
        }
        for medicine in &drugs.medicine {
            let place = place(file, &medicine.id);
            // A class of one medicine may share its id: then the class is the medicine.
            let code = match self.knowledge.codes.by_word.get(medicine.id.get_ref()) {
                Some(code) if self.knowledge.classes.iter().any(|class| class.code == *code) => *code,
                _ => self.declare(&place, medicine.id.get_ref(), ""),
            };
            self.synonyms(&place, code, medicine.names.iter().chain(&medicine.brands));
            let kinds = medicine.class.iter().chain(&medicine.contains);
            parents.extend(
                kinds
                    .filter(|parent| *parent != medicine.id.get_ref())
                    .map(|parent| (code, parent.clone(), place.clone())),
            );
            self.knowledge.medicines.push(Medicine {
                code,
                rxcui: medicine.rxcui.clone(),
                brands: medicine.brands.clone(),
                misspellings: medicine.misspellings.clone(),
            });
        }
    }

    fn declare(&mut self, place: &Place, id: &str, name: &str) -> CodeId {
        let known = self.knowledge.codes.ids.len();
        let code = self.intern(id);
        if code.at() < known && !self.knowledge.codes.names[code.at()].is_empty() {
            self.fault(place, format!("code `{id}` stands twice (or is a synonym of another)"));
        }
        if !name.is_empty() {
            name.clone_into(&mut self.knowledge.codes.names[code.at()]);
        }
        code
    }

    fn synonyms<'a>(&mut self, place: &Place, code: CodeId, words: impl Iterator<Item = &'a String>) {
        for word in words {
            let word = normal_word(word);
            let found = *self.knowledge.codes.by_word.entry(word.clone()).or_insert(code);
            // A word for a whole class stays with the class.
            let is_class = self.knowledge.classes.iter().any(|class| class.code == found);
            if found != code && !is_class {
                let other = self.knowledge.codes.id(found).to_owned();
                self.fault(place, format!("`{word}` already means `{other}`"));
            }
        }
    }

    fn ancestors(&mut self, parents: &[(CodeId, String, Place)]) {
        let mut direct = vec![Vec::new(); self.knowledge.codes.ids.len()];
        for (code, parent, place) in parents {
            match self.knowledge.codes.by_word.get(&normal_word(parent)) {
                Some(parent) => direct[code.at()].push(*parent),
                None => self.fault(place, format!("`is_a` or class `{parent}` is not declared")),
            }
        }
        for code in 0..direct.len() {
            let mut all = vec![CodeId(code as u32)];
            let mut next = 0;
            while next < all.len() {
                for parent in &direct[all[next].at()] {
                    if !all.contains(parent) {
                        all.push(*parent);
                    }
                }
                next += 1;
            }
            self.knowledge.codes.ancestors[code] = all;
        }
    }
}
