//! Content that is shown but not reasoned with: claims, foods, hazards, measures, interactions.

use super::{Checker, place, unconfirmed};
use crate::draft::{self, File, Part};
use crate::model::*;

impl Checker {
    pub(super) fn content(&mut self, files: &[File]) {
        self.tests_and_interventions(files);
        for file in files {
            match &file.part {
                Part::Drugs(drugs) => self.interactions(file, drugs),
                Part::Claims(claims) => self.claims(file, claims),
                Part::Foods(foods) => self.foods(file, foods),
                Part::Trials(trials) => self.remedies(file, trials),
                Part::Hazards(hazards) => self.hazards(file, hazards),
                Part::Vascular(vascular) => self.measures(file, vascular),
                _ => {}
            }
        }
    }

    fn interactions(&mut self, file: &File, drugs: &draft::Drugs) {
        for interaction in &drugs.interaction {
            let place = place(file, &interaction.id);
            self.cite(&place, &interaction.src);
            let when = self.expr(file, &interaction.when);
            self.knowledge.interactions.push(Interaction {
                id: interaction.id.get_ref().clone(),
                when,
                text: interaction.text.clone(),
                action: interaction.action.clone(),
                src: interaction.src.clone(),
                unconfirmed: unconfirmed(&interaction.seen),
            });
        }
        for prompt in &drugs.prompt {
            match self.knowledge.codes.by_word.get(prompt.class.get_ref()) {
                Some(code) => self.knowledge.prompts.push((*code, prompt.ask.clone())),
                None => {
                    let place = place(file, &prompt.class);
                    self.fault(&place, format!("unknown class `{}`", prompt.class.get_ref()));
                }
            }
        }
    }

    fn claims(&mut self, file: &File, claims: &draft::Claims) {
        for claim in &claims.claim {
            let place = place(file, &claim.id);
            self.cite(&place, &claim.src);
            self.knowledge.claims.push(Claim {
                id: claim.id.get_ref().clone(),
                claim: claim.claim.clone(),
                verdict: claim.verdict.clone(),
                grade: claim.grade.get_ref().clone(),
                evidence: claim.evidence.clone(),
                consequence: claim.consequence.clone(),
                src: claim.src.clone(),
                unconfirmed: unconfirmed(&claim.seen),
                reviewed_by: claim.reviewed_by.clone(),
            });
        }
    }

    fn foods(&mut self, file: &File, foods: &draft::Foods) {
        for food in &foods.food {
            let place = place(file, &food.id);
            self.cite(&place, &food.src);
            self.knowledge.foods.push(Food {
                id: food.id.get_ref().clone(),
                name: food.name.clone(),
                portion: food.portion.clone(),
                magnesium_mg: food.mg,
                potassium_mg: food.k,
                calcium_mg: food.ca,
                src: food.src.clone(),
                unconfirmed: unconfirmed(&food.seen),
                note: food.note.clone(),
            });
        }
        for intake in &foods.intake {
            let place = place(file, &intake.id);
            self.cite(&place, &intake.src);
            self.knowledge.intakes.push(Intake {
                who: intake.who.clone(),
                magnesium_mg: intake.mg,
                potassium_mg: intake.k,
                calcium_mg: intake.ca,
                drinks_l: intake.drinks_l,
                water_l: intake.water_l,
            });
        }
        for note in &foods.note {
            let place = place(file, &note.id);
            self.cite(&place, &note.src);
            let built = FoodNote {
                text: note.text.clone(),
                when: self.maybe_expr(file, note.when.as_ref()),
                unless: self.maybe_expr(file, note.unless.as_ref()),
                hides: note.hides.clone(),
            };
            self.knowledge.food_notes.push(built);
        }
    }

    /// Interventions are read by now: a remedy names one, and keeps the rule on washout and period.
    fn remedies(&mut self, file: &File, trials: &draft::Trials) {
        for remedy in &trials.remedy {
            let place = place(file, &remedy.intervention);
            let id = remedy.intervention.get_ref();
            self.cite(&place, &remedy.src);
            if !self.knowledge.interventions.iter().any(|known| known.id == *id) {
                self.fault(&place, format!("`{id}` is no intervention: a remedy is tested behind the gates of one"));
            }
            if remedy.kind != "elicited" && remedy.src.is_empty() {
                self.fault(
                    &place,
                    format!("kind of `{id}` is `{}` but it names no source: use `elicited`", remedy.kind),
                );
            }
            let [low, high] = remedy.washout_range;
            if !(low..=high).contains(&remedy.washout_nights) {
                self.fault(&place, format!("washout_nights of `{id}` must lie in its washout_range, {low} to {high}"));
            }
            let needed = if remedy.washout_nights == 0 { 1 } else { 2 * remedy.washout_nights + 7 };
            if !(needed..=28).contains(&remedy.period_nights) {
                self.fault(&place, format!("period_nights of `{id}` must be {needed} to 28"));
            }
            if remedy.capsules.as_ref().is_some_and(|capsules| {
                capsules.active.trim().is_empty() || capsules.active.trim() == capsules.dummy.trim()
            }) {
                self.fault(&place, format!("capsules of `{id}` need an `active` and another `dummy`"));
            }
            self.knowledge.remedies.push(Remedy {
                intervention: id.clone(),
                label: remedy.label.clone(),
                on: remedy.on.clone(),
                off: remedy.off.clone(),
                exposure: remedy.exposure.clone(),
                washout_nights: remedy.washout_nights,
                period_nights: remedy.period_nights,
                slow: remedy.slow,
                capsules: remedy.capsules.as_ref().map(|capsules| Capsules {
                    active: capsules.active.clone(),
                    dummy: capsules.dummy.clone(),
                    how: capsules.how.clone(),
                }),
                reviewed_by: remedy.reviewed_by.clone(),
            });
        }
    }

    fn hazards(&mut self, file: &File, hazards: &draft::Hazards) {
        for hazard in &hazards.hazard {
            let place = place(file, &hazard.id);
            if hazard.tests.is_empty() {
                self.fault(&place, format!("hazard `{}` is held by no test", hazard.id.get_ref()));
            }
            self.knowledge.hazards.push(Hazard {
                id: hazard.id.get_ref().clone(),
                title: hazard.title.clone(),
                cause: hazard.cause.clone(),
                severity: hazard.severity,
                likelihood: hazard.likelihood,
                level: hazard.level,
                mitigation: hazard.mitigation.clone(),
                tests: hazard.tests.clone(),
            });
        }
    }

    fn measures(&mut self, file: &File, vascular: &draft::Vascular) {
        for measure in &vascular.measure {
            let place = place(file, &measure.id);
            self.cite(&place, &measure.src);
            let bands = measure
                .band
                .iter()
                .map(|band| MeasureBand {
                    id: band.id.clone(),
                    code: band.code.clone(),
                    range: BandRange {
                        at_least: band.at_least,
                        above: band.above,
                        at_most: band.at_most,
                        below: band.below,
                    },
                    label: band.label.clone(),
                    limits: limits(band),
                    meaning: band.meaning.clone(),
                })
                .collect();
            let items = measure
                .item
                .iter()
                .map(|item| MeasureItem {
                    id: item.id.clone(),
                    name: item.name.clone(),
                    points: item.points,
                    scale: item.scale.clone(),
                })
                .collect();
            for fact in &measure.facts {
                if !self.knowledge.fact_by_name.contains_key(fact) {
                    self.fault(&place, format!("unknown fact `{fact}`"));
                }
            }
            self.knowledge.measures.push(Measure {
                id: measure.id.get_ref().clone(),
                name: measure.name.clone(),
                formula: measure.formula.clone(),
                changes: measure.changes.clone(),
                unit: measure.unit.clone(),
                bands,
                items,
                note: measure.note.clone(),
                src: measure.src.clone(),
                unconfirmed: unconfirmed(&measure.seen),
            });
        }
    }
}

/// The limits of a band in words.
fn limits(band: &draft::MeasureBand) -> String {
    let parts = [
        band.at_least.map(|limit| format!("{limit} or more")),
        band.above.map(|limit| format!("over {limit}")),
        band.at_most.map(|limit| format!("{limit} or less")),
        band.below.map(|limit| format!("under {limit}")),
    ];
    parts.into_iter().flatten().chain((!band.code.is_empty()).then(|| band.code.clone())).collect::<Vec<_>>().join(", ")
}
