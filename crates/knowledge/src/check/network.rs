//! Conditions and findings: the belief network.

use toml::Spanned;

use super::{Checker, place};
use crate::diagnostic::Place;
use crate::draft::{self, File, Part};
use crate::load::line_of;
use crate::model::*;
use crate::param::{Design, Param, Scale};

/// Cause groups of the result.
pub const GROUPS: [&str; 19] = [
    "idiopathic",
    "dehydration",
    "electrolyte",
    "venous",
    "arterial",
    "medication",
    "posture_overuse",
    "nerve_compression",
    "neuropathy",
    "endocrine_metabolic",
    "renal",
    "hepatic",
    "muscle",
    "movement_disorder",
    "thrombosis",
    "infection",
    "pregnancy",
    "neuro_degenerative",
    "other",
];

/// The entry complaint: contributors act on it through their published ratio.
pub const ENTRY: &str = "leg_cramp";

impl Checker {
    pub(super) fn conditions(&mut self, files: &[File]) {
        for file in files {
            let Part::Condition(condition) = &file.part else { continue };
            let place = place(file, &condition.id);
            let id = condition.id.get_ref().clone();
            if file.path != format!("conditions/{id}.toml") {
                self.fault(&place, format!("the file of `{id}` must be conditions/{id}.toml"));
            }
            let ix = CondIx(self.knowledge.conditions.len() as u32);
            self.knowledge.condition_by_id.insert(id, ix);
            let built = self.condition(file, condition, place);
            self.knowledge.conditions.push(built);
        }
        for file in files {
            let Part::Condition(condition) = &file.part else { continue };
            self.links(file, condition);
        }
        let ordinary = self.knowledge.conditions.iter().filter(|c| c.kind == ConditionKind::Ordinary).count();
        if ordinary != 1 {
            let place = Place { file: "conditions/".into(), line: 0 };
            self.fault(&place, format!("exactly one condition is `ordinary`, found {ordinary}"));
        }
    }

    fn condition(&mut self, file: &File, draft: &draft::Condition, place: Place) -> Condition {
        let id = draft.id.get_ref();
        if !GROUPS.contains(&draft.group.get_ref().as_str()) {
            self.fault(&place, format!("unknown group `{}`: one of {}", draft.group.get_ref(), GROUPS.join(", ")));
        }
        let kind = match draft.kind.get_ref().as_str() {
            "mimic" => ConditionKind::Mimic,
            "contributor" => ConditionKind::Contributor,
            "both" => ConditionKind::Both,
            "ordinary" => ConditionKind::Ordinary,
            other => {
                self.fault(&place, format!("unknown kind `{other}`: mimic, contributor, both or ordinary"));
                ConditionKind::Mimic
            }
        };
        let contributes_fits = match kind {
            ConditionKind::Contributor | ConditionKind::Both => draft.contributes.is_some(),
            ConditionKind::Mimic | ConditionKind::Ordinary => draft.contributes.is_none(),
        };
        if !contributes_fits {
            self.fault(&place, format!("`{id}`: [contributes] belongs to contributor and both, and only there"));
        }
        if draft.contributes.is_some() && draft.findings.contains_key(ENTRY) {
            self.fault(
                &place,
                format!("`{id}`: the [contributes] ratio makes the link to `{ENTRY}`; drop the finding"),
            );
        }
        if let Some(look) = &draft.look
            && !matches!(look.get_ref().as_str(), "routine" | "soon_2_weeks")
        {
            self.fault(&place, "a probability may raise urgency to routine or soon_2_weeks only");
        }
        if !(0.0..=3.0).contains(&draft.danger) {
            self.fault(&place, "danger lies between 0 and 3");
        }
        let known = self.maybe_expr(file, draft.present.known.as_ref());
        let prior = self.param(file, &draft.present.prior, Scale::Probability, id);
        let background = draft.background.iter().map(|b| self.background(file, b, id)).collect();
        let contributes = draft.contributes.as_ref().map(|c| self.contributes(file, c, id));
        Condition {
            id: id.clone(),
            name: draft.name.clone(),
            clinical_name: draft.clinical_name.clone(),
            group: draft.group.get_ref().clone(),
            kind,
            danger: draft.danger,
            look: draft.look.as_ref().map(|look| look.get_ref().clone()),
            about: draft.about.clone(),
            icd10cm: draft.icd10cm.clone(),
            reviewed_by: draft.reviewed_by.clone(),
            known,
            prior,
            background,
            links: Vec::new(),
            contributes,
            would_change: Vec::new(),
            place,
        }
    }

    fn background(&mut self, file: &File, draft: &draft::Background, owner: &str) -> Background {
        let design = draft.design.or(draft.ratio.get_ref().design).unwrap_or(Design::Elicited);
        Background {
            when: self.expr(file, &draft.when),
            name: draft.name.clone(),
            ratio: self.param(file, &draft.ratio, Scale::Ratio, owner),
            design,
        }
    }

    fn contributes(&mut self, file: &File, draft: &draft::Contributes, owner: &str) -> Contributes {
        if !matches!(draft.grade.as_str(), "A" | "B" | "C" | "D" | "X") {
            let place = Place { file: file.path.clone(), line: 0 };
            self.fault(&place, format!("grade `{}` is not A, B, C, D or X", draft.grade));
        }
        if draft.ratios.is_empty() {
            let place = Place { file: file.path.clone(), line: 0 };
            self.fault(&place, "[contributes] needs at least one ratio");
        }
        Contributes {
            grade: draft.grade.clone(),
            order_known: draft.order_known,
            not_when: self.maybe_expr(file, draft.not_when.as_ref()),
            ratios: draft
                .ratios
                .iter()
                .map(|ratio| {
                    let design = ratio.get_ref().design.unwrap_or(Design::Elicited);
                    (self.param(file, ratio, Scale::Ratio, owner), design)
                })
                .collect(),
            change: draft.change.iter().map(|b| self.background(file, b, owner)).collect(),
        }
    }

    fn links(&mut self, file: &File, draft: &draft::Condition) {
        let Some(from) = self.knowledge.condition_by_id.get(draft.id.get_ref()).copied() else { return };
        for link in &draft.link {
            let place = place(file, &link.to);
            let weight = self.param(file, &link.weight, Scale::Probability, draft.id.get_ref());
            match self.knowledge.condition_by_id.get(link.to.get_ref()).copied() {
                Some(to) if to != from => self.knowledge.conditions[from.at()].links.push((to, weight)),
                _ => self.fault(&place, format!("link to unknown condition `{}`", link.to.get_ref())),
            }
        }
    }

    pub(super) fn findings(&mut self, files: &[File]) {
        for file in files {
            let Part::Findings(findings) = &file.part else { continue };
            for finding in &findings.finding {
                self.finding(file, finding);
            }
        }
        for file in files {
            let Part::Condition(condition) = &file.part else { continue };
            self.parents(file, condition);
        }
        for ix in 0..self.knowledge.findings.len() {
            let finding = &self.knowledge.findings[ix];
            if finding.parents.is_empty() && self.knowledge.finding_id(FindIx(ix as u32)) != ENTRY {
                let named = self.knowledge.names[finding.name.at()].clone();
                self.fault(&named.place, format!("no condition explains finding `{}`: link it or delete it", named.id));
            }
        }
    }

    fn finding(&mut self, file: &File, draft: &draft::Finding) {
        let place = place(file, &draft.id);
        let id = draft.id.get_ref();
        let Some(name) = self.knowledge.name_by_id.get(id).copied() else { return };
        let kind = match draft.kind.as_str() {
            "symptom" => FindingKind::Symptom,
            "history" => FindingKind::History,
            "sign" => FindingKind::Sign,
            "lab" => FindingKind::Lab,
            "vascular" => FindingKind::Vascular,
            other => {
                self.fault(&place, format!("unknown kind `{other}`: symptom, history, sign, lab or vascular"));
                FindingKind::Symptom
            }
        };
        let leak = self.weights(file, id, &draft.leak, &draft.states, "leak");
        let leak: Vec<ParamIx> = leak.into_iter().flatten().collect();
        if leak.len() != draft.states.len().saturating_sub(1).max(1) {
            self.fault(&place, format!("finding `{id}`: a leak for every state above the lowest"));
            return;
        }
        let mut state_when = Vec::new();
        for state in &draft.states {
            state_when.push(self.maybe_expr(file, draft.state_when.get(state)));
        }
        for state in draft.state_when.keys() {
            if !draft.states.contains(state) {
                self.fault(&place, format!("finding `{id}`: `{state}` is not one of its states"));
            }
        }
        let mut ask = Vec::new();
        for fact in &draft.ask {
            match self.knowledge.fact_by_name.get(fact) {
                Some(ix) => ask.push(*ix),
                None => self.fault(&place, format!("finding `{id}` asks unknown fact `{fact}`")),
            }
        }
        self.knowledge.finding_by_id.insert(id.clone(), FindIx(self.knowledge.findings.len() as u32));
        self.knowledge.findings.push(Finding {
            name,
            kind,
            states: draft.states.clone(),
            state_when,
            leak,
            parents: Vec::new(),
            ask,
        });
    }

    fn parents(&mut self, file: &File, condition: &draft::Condition) {
        let id = condition.id.get_ref();
        let Some(cond) = self.knowledge.condition_by_id.get(id).copied() else { return };
        for (finding, value) in &condition.findings {
            let place = Place { file: file.path.clone(), line: line_of(&file.text, value.span().start) };
            let Some(find) = self.knowledge.finding_by_id.get(finding).copied() else {
                self.fault(&place, format!("`{id}` names unknown finding `{finding}`"));
                continue;
            };
            let states = self.knowledge.findings[find.at()].states.clone();
            let weights = self.weights(file, id, value, &states, finding);
            self.knowledge.findings[find.at()].parents.push((cond, weights));
        }
        let mut would_change = Vec::new();
        for change in &condition.would_change {
            let finding = change.r#if.as_ref().and_then(|text| {
                let found = self.knowledge.finding_by_id.get(text.get_ref()).copied();
                if found.is_none() {
                    let place = place(file, text);
                    self.fault(&place, format!("`would_change` names unknown finding `{}`", text.get_ref()));
                }
                found
            });
            would_change.push((change.text.clone(), finding));
        }
        self.knowledge.conditions[cond.at()].would_change = would_change;
    }

    /// Weights of a finding: one parameter, or one per state above the lowest.
    fn weights(
        &mut self,
        file: &File,
        owner: &str,
        value: &Spanned<toml::Value>,
        states: &[String],
        what: &str,
    ) -> Vec<Option<ParamIx>> {
        let place = Place { file: file.path.clone(), line: line_of(&file.text, value.span().start) };
        let one = |checker: &mut Self, value: &toml::Value| match value.clone().try_into::<Param>() {
            Ok(param) => Some(checker.param_at(&param, place.clone(), Scale::Probability, owner)),
            Err(error) => {
                checker.fault(&place, format!("`{owner}`, {what}: {}", error.message()));
                None
            }
        };
        if states.is_empty() {
            return vec![one(self, value.get_ref())];
        }
        let Some(table) = value.get_ref().as_table() else {
            self.fault(&place, format!("`{owner}`, {what}: a weight per state is needed"));
            return Vec::new();
        };
        for state in table.keys() {
            if !states[1..].contains(state) {
                self.fault(
                    &place,
                    format!(
                        "`{owner}`, {what}: `{state}` is not a state above the lowest ({})",
                        states[1..].join(", ")
                    ),
                );
            }
        }
        let weights: Vec<_> =
            states[1..].iter().map(|state| table.get(state).and_then(|value| one(self, value))).collect();
        let total: f64 = weights.iter().flatten().map(|ix| self.knowledge.params[ix.at()].param.m).sum();
        if total >= 1.0 {
            self.fault(&place, format!("`{owner}`, {what}: the states add up to {total}; leave room for the lowest"));
        }
        weights
    }
}
