//! Facts, analytes, and the names of findings and definitions.

use super::{Checker, place, unconfirmed};
use crate::diagnostic::Place;
use crate::draft::{self, File, Part};
use crate::expr::Op;
use crate::model::*;

impl Checker {
    pub(super) fn facts(&mut self, files: &[File]) {
        let analytes = analyte_units(files);
        let mut when = Vec::new();
        for file in files {
            let Part::Facts(asked, facts) = &file.part else { continue };
            for fact in &facts.fact {
                let place = place(file, &fact.name);
                let name = fact.name.get_ref().clone();
                let ix = FactIx(self.knowledge.facts.len() as u32);
                if self.knowledge.fact_by_name.insert(name.clone(), ix).is_some() {
                    self.fault(&place, format!("fact `{name}` stands twice"));
                }
                if *asked != fact.ask.is_some() {
                    self.fault(&place, format!("fact `{name}`: [fact.ask] belongs to facts/asked/ only"));
                }
                let built = self.fact(&place, fact, &analytes);
                self.knowledge.facts.push(built);
                if let Some(text) = fact.ask.as_ref().and_then(|ask| ask.when.as_ref()) {
                    when.push((file, ix, text));
                }
            }
        }
        // Conditions on other facts can be resolved once all facts and names exist.
        for file in files {
            if let Part::Findings(findings) = &file.part {
                self.name_ids(file, findings);
            }
        }
        for (file, ix, text) in when {
            let expr = self.expr(file, text);
            if let Some(ask) = &mut self.knowledge.facts[ix.at()].ask {
                ask.when = Some(expr);
            }
        }
    }

    fn fact(&mut self, place: &Place, fact: &draft::Fact, analytes: &[AnalyteUnits]) -> Fact {
        let name = fact.name.get_ref().clone();
        let kind = match fact.r#type.as_str() {
            "yes_no" => FactKind::YesNo,
            "number" => FactKind::Number,
            "code" => FactKind::Code,
            "number_or_code" => FactKind::NumberOrCode,
            "duration" => FactKind::Duration,
            other => {
                self.fault(place, format!("fact `{name}`: unknown type `{other}`"));
                FactKind::YesNo
            }
        };
        // A pure number is written with the unit 1.
        let mut unit = if fact.unit == "1" { String::new() } else { fact.unit.clone() };
        let mut units: Vec<_> = fact.units.iter().map(|(u, f)| (u.clone(), *f, 0.0)).collect();
        let (mut min, mut max) = (fact.min.unwrap_or(f64::NEG_INFINITY), fact.max.unwrap_or(f64::INFINITY));
        if let Some(analyte) = analytes.iter().find(|a| a.fact == name) {
            unit = if analyte.unit == "1" { String::new() } else { analyte.unit.clone() };
            units.clone_from(&analyte.units);
            (min, max) = (analyte.min, analyte.max);
        }
        if matches!(kind, FactKind::Number | FactKind::NumberOrCode | FactKind::Duration)
            && !(min.is_finite() && max.is_finite() && min < max)
        {
            self.fault(place, format!("fact `{name}`: a number needs `min` and `max`"));
        }
        for (other, factor, _) in &units {
            if !(factor.is_finite() && *factor > 0.0) {
                self.fault(place, format!("fact `{name}`: the factor of unit `{other}` must be above 0"));
            }
        }
        for code in &fact.values {
            self.intern(code);
        }
        let ask = fact.ask.as_ref().map(|ask| self.ask(place, fact, ask));
        Fact {
            name,
            kind,
            meaning: fact.meaning.clone(),
            unit,
            min,
            max,
            units,
            repeat: fact.repeat,
            values: fact.values.clone(),
            analyte: None,
            ask,
        }
    }

    fn ask(&mut self, place: &Place, fact: &draft::Fact, ask: &draft::Ask) -> Ask {
        let name = fact.name.get_ref();
        if ask.question.is_empty() || ask.why.is_empty() {
            self.fault(place, format!("fact `{name}`: a question needs its words and its why"));
        }
        for option in &ask.options {
            if !fact.values.is_empty() && !fact.values.contains(&option.value) {
                self.fault(place, format!("fact `{name}`: option `{}` is not one of its values", option.value));
            }
            self.intern(&option.value);
        }
        Ask {
            person: ask.to.iter().any(|who| who == "person"),
            question: ask.question.clone(),
            why: ask.why.clone(),
            help: ask.help.clone(),
            options: ask.options.iter().map(|o| Opt { value: o.value.clone(), label: o.label.clone() }).collect(),
            burden: ask.burden,
            when: None,
        }
    }

    fn name_ids(&mut self, file: &File, findings: &draft::Findings) {
        let ids = findings.finding.iter().map(|f| (&f.id, &f.name));
        for (id, name) in ids.chain(findings.definition.iter().map(|d| (&d.id, &d.name))) {
            let place = place(file, id);
            let ix = NameIx(self.knowledge.names.len() as u32);
            let id = id.get_ref().clone();
            if self.knowledge.name_by_id.insert(id.clone(), ix).is_some() {
                self.fault(&place, format!("finding or definition `{id}` stands twice"));
            }
            self.knowledge.names.push(Named {
                id,
                name: name.clone(),
                yes: crate::expr::Expr::Or(Vec::new()),
                no: None,
                place,
            });
        }
    }

    pub(super) fn analytes(&mut self, files: &[File]) {
        for file in files {
            let Part::Labs(labs) = &file.part else { continue };
            for difference in &labs.difference {
                self.knowledge.lab_differences.push(format!(
                    "{}: {} against {}; {} stands. {}",
                    difference.analyte, difference.sheet_a, difference.sheet_b, difference.stands, difference.note
                ));
            }
            for analyte in &labs.analyte {
                let place = place(file, &analyte.id);
                self.cite(&place, &analyte.src);
                let Some(fact) = self.knowledge.fact_by_name.get(&analyte.fact).copied() else {
                    self.fault(&place, format!("analyte `{}`: no fact `{}`", analyte.id.get_ref(), analyte.fact));
                    continue;
                };
                let critical = analyte.critical.iter().filter_map(|c| self.critical(file, c)).collect();
                self.knowledge.facts[fact.at()].analyte = Some(self.knowledge.analytes.len());
                self.analyte_words(&place, analyte);
                self.knowledge.analytes.push(Analyte {
                    id: analyte.id.get_ref().clone(),
                    fact,
                    name: analyte.name.clone(),
                    synonyms: analyte.synonyms.clone(),
                    unit: analyte.unit.clone(),
                    low: [analyte.low_female.or(analyte.low), analyte.low_male.or(analyte.low)],
                    high: [analyte.high_female.or(analyte.high), analyte.high_male.or(analyte.high)],
                    very_low: analyte.very_low,
                    very_high: [analyte.very_high_female.or(analyte.very_high), analyte.very_high],
                    loinc: analyte.loinc.clone(),
                    meaning_low: analyte.meaning_low.clone(),
                    meaning_high: analyte.meaning_high.clone(),
                    order: analyte.order,
                    critical,
                    src: analyte.src.clone(),
                    unconfirmed: unconfirmed(&analyte.seen),
                });
            }
        }
    }

    /// Notes what reports may call an analyte; a word that two analytes claim would be read as the wrong one.
    fn analyte_words(&mut self, place: &Place, analyte: &draft::Analyte) {
        let at = self.knowledge.analytes.len();
        let own = [analyte.id.get_ref(), &analyte.fact, &analyte.name];
        for word in own.into_iter().chain(&analyte.synonyms).chain(&analyte.loinc) {
            match self.knowledge.analyte_by_word.insert(normal_word(word), at) {
                Some(other) if other != at => {
                    let id = &self.knowledge.analytes[other].id;
                    self.fault(place, format!("`{word}` is also a name of `{id}`: keep it with one of them"));
                }
                _ => {}
            }
        }
    }

    fn critical(&mut self, file: &File, critical: &draft::Critical) -> Option<Critical> {
        let place = place(file, &critical.op);
        self.cite(&place, &critical.src);
        self.disposition(&place, &critical.disposition);
        let limit = match (critical.op.get_ref().as_str(), &critical.value) {
            ("<", draft::NumberOrWord::Number(value)) => Limit::Number(Op::Less, *value),
            ("<=", draft::NumberOrWord::Number(value)) => Limit::Number(Op::LessEq, *value),
            (">", draft::NumberOrWord::Number(value)) => Limit::Number(Op::Greater, *value),
            (">=", draft::NumberOrWord::Number(value)) => Limit::Number(Op::GreaterEq, *value),
            ("is", draft::NumberOrWord::Word(word)) => match crate::expr::band_from(word) {
                Ok(band) => Limit::Band(band),
                Err(message) => {
                    self.fault(&place, message);
                    return None;
                }
            },
            (other, _) => {
                self.fault(
                    &place,
                    format!("`{other}` with this value: use <, <=, >, >= with a number or `is` with a band"),
                );
                return None;
            }
        };
        let when = self.maybe_expr(file, critical.when.as_ref());
        if when.as_ref().is_some_and(|when| !when.lowers_only_when_known()) {
            self.fault(
                &place,
                "`not` in the `when` of a critical value may only bar what is explicitly known: `not (known X and X)`",
            );
        }
        Some(Critical {
            limit,
            disposition: critical.disposition.clone(),
            when,
            reason: critical.reason.clone(),
            src: critical.src.clone(),
            unconfirmed: unconfirmed(&critical.seen),
        })
    }

    pub(super) fn names(&mut self, files: &[File]) {
        for file in files {
            let Part::Findings(findings) = &file.part else { continue };
            for finding in &findings.finding {
                let Some(ix) = self.knowledge.name_by_id.get(finding.id.get_ref()).copied() else { continue };
                let yes = match (&finding.yes, finding.states.is_empty()) {
                    (Some(yes), true) => self.expr(file, yes),
                    (None, false) => {
                        let states = finding.state_when.values().map(|when| self.expr(file, when)).collect();
                        crate::expr::Expr::Or(states)
                    }
                    _ => {
                        let place = place(file, &finding.id);
                        self.fault(&place, "a finding needs either `yes` or `states` with `state_when`");
                        continue;
                    }
                };
                let no = self.maybe_expr(file, finding.no.as_ref());
                let named = &mut self.knowledge.names[ix.at()];
                (named.yes, named.no) = (yes, no);
            }
            for definition in &findings.definition {
                let Some(ix) = self.knowledge.name_by_id.get(definition.id.get_ref()).copied() else { continue };
                let yes = self.expr(file, &definition.yes);
                let no = self.maybe_expr(file, definition.no.as_ref());
                let named = &mut self.knowledge.names[ix.at()];
                (named.yes, named.no) = (yes, no);
            }
        }
        self.no_circles();
    }

    /// A definition must not lean on itself.
    fn no_circles(&mut self) {
        fn visit(knowledge: &Knowledge, ix: NameIx, state: &mut [u8], circle: &mut Vec<NameIx>) {
            match state[ix.at()] {
                0 => state[ix.at()] = 1,
                1 => return circle.push(ix),
                _ => return,
            }
            let named = &knowledge.names[ix.at()];
            let mut below = Vec::new();
            for expr in std::iter::once(&named.yes).chain(&named.no) {
                expr.walk(&mut |part| match part {
                    crate::expr::Expr::Named(other) | crate::expr::Expr::KnownName(other) => below.push(*other),
                    _ => {}
                });
            }
            for other in below {
                visit(knowledge, other, state, circle);
            }
            state[ix.at()] = 2;
        }
        let mut state = vec![0; self.knowledge.names.len()];
        let mut circle = Vec::new();
        for ix in 0..self.knowledge.names.len() {
            visit(&self.knowledge, NameIx(ix as u32), &mut state, &mut circle);
        }
        self.circular = !circle.is_empty();
        for ix in circle {
            let named = self.knowledge.names[ix.at()].clone();
            self.fault(&named.place, format!("`{}` leans on itself", named.id));
        }
    }
}

/// What an analyte says of its fact.
struct AnalyteUnits {
    fact: String,
    unit: String,
    units: Vec<(String, f64, f64)>,
    min: f64,
    max: f64,
}

/// The unit, other units and limits of each analyte's fact.
fn analyte_units(files: &[File]) -> Vec<AnalyteUnits> {
    let labs = files.iter().filter_map(|file| match &file.part {
        Part::Labs(labs) => Some(&labs.analyte),
        _ => None,
    });
    labs.flatten()
        .map(|a| {
            let linear = a.units.iter().map(|(u, f)| (u.clone(), *f, 0.0));
            let affine = a.units_affine.iter().map(|(u, [f, offset])| (u.clone(), *f, *offset));
            AnalyteUnits {
                fact: a.fact.clone(),
                unit: a.unit.clone(),
                units: linear.chain(affine).collect(),
                min: a.min,
                max: a.max,
            }
        })
        .collect()
}

/// A word as codes are written: lower case, underscores.
pub fn normal_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.trim().chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with('_') {
            out.push('_');
        }
    }
    out.trim_matches('_').to_owned()
}
