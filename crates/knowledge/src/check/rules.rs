//! Red flags, the danger check, actions, regions, tests and interventions.

use super::{Checker, place, unconfirmed};
use crate::diagnostic::Place;
use crate::draft::{self, File, Part};
use crate::model::*;
use crate::param::Scale;

const DISPOSITIONS: [&str; 5] = ["emergency", "same_day", "soon_2_weeks", "routine", "self_care"];

/// Longest short form of a danger sign: two dozen of them stand on one sheet.
const MOST_SHORT_CHARS: usize = 56;

impl Checker {
    pub(super) fn disposition(&mut self, place: &Place, word: &str) {
        if !DISPOSITIONS.contains(&word) {
            self.fault(place, format!("unknown disposition `{word}`: one of {}", DISPOSITIONS.join(", ")));
        }
    }

    pub(super) fn rules(&mut self, files: &[File]) {
        for file in files {
            let Part::Triage(triage) = &file.part else { continue };
            for rule in &triage.rule {
                let built = self.rule(file, rule);
                if built.disposition == "self_care" {
                    self.knowledge.self_care.push(built);
                } else {
                    self.knowledge.rules.push(built);
                }
            }
            for list in &triage.list {
                self.danger_list(file, list);
            }
            for action in &triage.action {
                let place = place(file, &action.id);
                self.disposition(&place, action.id.get_ref());
                if action.come_back_days < 0 || action.safety_net.is_empty() {
                    self.fault(&place, "every action ends in safety-net advice with a day to come back");
                }
                self.knowledge.actions.push(Action {
                    id: action.id.get_ref().clone(),
                    heading: action.heading.clone(),
                    what: action.what.clone(),
                    safety_net: action.safety_net.clone(),
                    come_back_days: action.come_back_days.clamp(0, 3650) as u32,
                });
            }
            for region in &triage.region {
                self.knowledge.regions.push(Region {
                    id: region.id.get_ref().clone(),
                    name: region.name.clone(),
                    emergency_number: region.emergency_number.clone(),
                    advice_line: region.advice_line.clone(),
                    units: region.units.clone(),
                });
            }
        }
        for word in DISPOSITIONS {
            if self.knowledge.action(word).is_none() {
                let place = Place { file: "triage/actions.toml".into(), line: 0 };
                self.fault(&place, format!("no action for `{word}`"));
            }
        }
        self.unique_rules();
    }

    fn unique_rules(&mut self) {
        let mut seen = std::collections::HashSet::new();
        let twice: Vec<_> = self
            .knowledge
            .rules
            .iter()
            .chain(&self.knowledge.self_care)
            .filter(|rule| !seen.insert(rule.id.clone()))
            .map(|rule| (rule.place.clone(), rule.id.clone()))
            .collect();
        for (place, id) in twice {
            self.fault(&place, format!("rule `{id}` stands twice"));
        }
    }

    fn rule(&mut self, file: &File, draft: &draft::Rule) -> Rule {
        let place = place(file, &draft.id);
        let id = draft.id.get_ref();
        self.disposition(&place, draft.disposition.get_ref());
        self.cite(&place, &draft.src);
        let when = self.expr(file, &draft.when);
        let disposition = draft.disposition.get_ref().clone();
        if disposition != "self_care" && !when.is_monotone() {
            self.fault(&place, format!("rule `{id}`: `when` holds danger signs only; what lowers goes to `unless`"));
        }
        if draft.src.is_empty() && !unconfirmed(&draft.seen) {
            self.fault(&place, format!("rule `{id}` needs a source, or `seen = \"memory\"`"));
        }
        let fires = draft.example.iter().filter(|example| example.fires).count();
        if fires == 0 || fires == draft.example.len() {
            self.fault(&place, format!("rule `{id}` needs an example that fires and one that stays silent"));
        }
        Rule {
            id: id.clone(),
            disposition,
            title: draft.title.clone(),
            when,
            unless: self.maybe_expr(file, draft.unless.as_ref()),
            reason: draft.reason.clone(),
            action: draft.action.clone(),
            say: draft.say.clone(),
            urgent_hold: draft.urgent_hold.clone(),
            src: draft.src.clone(),
            unconfirmed: unconfirmed(&draft.seen),
            children: draft.children,
            reviewed_by: draft.reviewed_by.clone(),
            examples: draft
                .example
                .iter()
                .map(|e| Example { title: e.title.clone(), facts: e.facts.clone(), fires: e.fires })
                .collect(),
            place,
        }
    }

    fn danger_list(&mut self, file: &File, list: &draft::List) {
        let place = place(file, &list.id);
        if list.item.is_empty() || list.item.len() > 8 {
            self.fault(&place, format!("list `{}` needs 1 to 8 signs", list.id.get_ref()));
        }
        self.knowledge.danger_lists.push(DangerList {
            id: list.id.get_ref().clone(),
            title: list.title.clone(),
            help: list.help.clone(),
            items: list
                .item
                .iter()
                .map(|item| DangerItem {
                    id: item.id.get_ref().clone(),
                    label: item.label.clone(),
                    short: item.short.clone(),
                    help: item.help.clone(),
                    sets: item.sets.clone(),
                    follow_up: Some(item.follow_up.clone()).filter(|text| !text.is_empty()),
                })
                .collect(),
        });
        for item in &list.item {
            if item.short.is_empty() || item.short.chars().count() > MOST_SHORT_CHARS {
                let place = super::place(file, &item.id);
                self.fault(
                    &place,
                    format!("sign `{}` needs `short` of at most {MOST_SHORT_CHARS} characters", item.id.get_ref()),
                );
            }
            for set in &item.sets {
                let name = set.split('=').next().unwrap_or_default().trim();
                if !self.knowledge.fact_by_name.contains_key(name) {
                    let place = super::place(file, &item.id);
                    self.fault(&place, format!("sign `{}` sets unknown fact `{name}`", item.id.get_ref()));
                }
            }
        }
    }

    /// Finding ids; unknown ones are faults.
    pub(super) fn finding_list(&mut self, place: &Place, ids: &[String]) -> Vec<FindIx> {
        let mut found = Vec::new();
        for id in ids {
            match self.knowledge.finding_by_id.get(id) {
                Some(ix) => found.push(*ix),
                None => self.fault(place, format!("unknown finding `{id}`")),
            }
        }
        found
    }

    pub(super) fn tests_and_interventions(&mut self, files: &[File]) {
        for file in files {
            match &file.part {
                Part::Tests(tests) => self.tests(file, tests),
                Part::Interventions(list) => {
                    for intervention in &list.intervention {
                        self.intervention(file, intervention);
                    }
                }
                _ => {}
            }
        }
    }

    fn tests(&mut self, file: &File, tests: &draft::Tests) {
        for test in &tests.test {
            let place = place(file, &test.id);
            self.cite(&place, &test.src);
            let findings = self.finding_list(&place, &test.findings);
            let built = Test {
                id: test.id.get_ref().clone(),
                name: test.name.clone(),
                kind: test.kind.clone(),
                worth_when: self.maybe_expr(file, test.worth_when.as_ref()),
                not_worth_when: self.maybe_expr(file, test.not_worth_when.as_ref()),
                why: test.why.clone(),
                why_not: test.why_not.clone(),
                src: test.src.clone(),
                unconfirmed: unconfirmed(&test.seen),
                burden: test.burden,
                findings,
            };
            self.knowledge.tests.push(built);
        }
        for examine in &tests.examine {
            let place = place(file, &examine.id);
            self.cite(&place, &examine.src);
            let findings = self.finding_list(&place, &examine.findings);
            self.knowledge.examine.push(Examine {
                id: examine.id.get_ref().clone(),
                name: examine.name.clone(),
                how: examine.how.clone(),
                findings,
                src: examine.src.clone(),
            });
        }
    }

    fn intervention(&mut self, file: &File, draft: &draft::Intervention) {
        let place = place(file, &draft.id);
        let id = draft.id.get_ref();
        self.cite(&place, &draft.src);
        let lane = match draft.lane.get_ref().as_str() {
            "tonight" => Lane::Tonight,
            "this_week" => Lane::ThisWeek,
            "ask_prescriber" => Lane::AskPrescriber,
            "clinic_option" => Lane::ClinicOption,
            "not_worth_it" => Lane::NotWorthIt,
            other => {
                self.fault(&place, format!("unknown lane `{other}`"));
                Lane::NotWorthIt
            }
        };
        let grade = match draft.grade.get_ref().as_str() {
            "A" => Grade::A,
            "B" => Grade::B,
            "C" => Grade::C,
            "D" => Grade::D,
            "X" => Grade::X,
            other => {
                self.fault(&place, format!("grade `{other}` is not A, B, C, D or X"));
                Grade::X
            }
        };
        if !(0.0..=1.0).contains(&draft.burden) {
            self.fault(&place, "burden lies between 0 and 1");
        }
        let mut treats = Vec::new();
        for condition in &draft.r#for {
            match self.knowledge.condition_by_id.get(condition) {
                Some(ix) => treats.push(*ix),
                None => self.fault(&place, format!("`{id}` is for unknown condition `{condition}`")),
            }
        }
        let effect = draft.effect.as_ref();
        let rr = effect.and_then(|e| e.rr.as_ref()).map(|rr| self.param(file, rr, Scale::Ratio, id));
        let not_for = self.gates(file, &draft.not_for);
        let ask_first = self.gates(file, &draft.ask_first);
        let when = self.maybe_expr(file, draft.when.as_ref());
        self.knowledge.interventions.push(Intervention {
            id: id.clone(),
            name: draft.name.clone(),
            lane,
            substance: draft.substance.clone(),
            grade,
            when,
            treats,
            effect: rr,
            effect_text: effect.map(|e| e.text.clone()).unwrap_or_default(),
            how: draft.how.clone(),
            dose: draft.dose.clone(),
            time_to_effect: draft.time_to_effect.clone(),
            burden: draft.burden,
            not_for,
            ask_first,
            because: draft.because.clone(),
            src: draft.src.clone(),
            unconfirmed: unconfirmed(&draft.seen),
            reviewed_by: draft.reviewed_by.clone(),
        });
    }

    fn gates(&mut self, file: &File, gates: &[draft::Gate]) -> Vec<Gate> {
        gates
            .iter()
            .map(|gate| {
                let place = place(file, &gate.when);
                self.cite(&place, &gate.src);
                Gate { when: self.expr(file, &gate.when), because: gate.because.clone(), src: gate.src.clone() }
            })
            .collect()
    }
}
