//! Triage: rules over facts in three-valued logic. A probability never softens a rule.

use charley_knowledge::expr::Band;
use charley_knowledge::{Critical, Expr, FactIx, Knowledge, Limit, Rule};

use crate::eval::Eval;
use crate::facts::FRESH_DAYS;

/// How soon to be seen, from the least to the most urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Look after yourself.
    SelfCare,
    /// Book a visit.
    Routine,
    /// Within two weeks.
    Soon,
    /// Today.
    SameDay,
    /// Now.
    Emergency,
}

impl Urgency {
    /// From the word in the knowledge; checked knowledge holds no other.
    pub fn from_word(word: &str) -> Self {
        match word {
            "emergency" => Self::Emergency,
            "same_day" => Self::SameDay,
            "soon_2_weeks" => Self::Soon,
            "self_care" => Self::SelfCare,
            _ => Self::Routine,
        }
    }

    /// The word in the knowledge and on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::SelfCare => "self_care",
            Self::Routine => "routine",
            Self::Soon => "soon_2_weeks",
            Self::SameDay => "same_day",
            Self::Emergency => "emergency",
        }
    }
}

/// A rule or critical value that is true.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// Id.
    pub id: String,
    /// Urgency.
    pub urgency: Urgency,
    /// Title.
    pub title: String,
    /// Why.
    pub reason: String,
    /// What to do; empty: the general action of the urgency.
    pub action: String,
    /// What to say; may be empty.
    pub say: String,
    /// Urgent hold; may be empty.
    pub urgent_hold: String,
    /// Facts that made it true.
    pub because: Vec<FactIx>,
    /// Sources.
    pub src: Vec<String>,
    /// Written from memory.
    pub unconfirmed: bool,
}

/// An urgent rule that is still open.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Id.
    pub id: String,
    /// Urgency.
    pub urgency: Urgency,
    /// Title.
    pub title: String,
    /// Facts that would settle it.
    pub ask: Vec<FactIx>,
}

/// The triage of one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Triage {
    /// How soon, from rules that are true and the floor.
    pub urgency: Urgency,
    /// True rules, the most urgent first.
    pub flags: Vec<Flag>,
    /// Urgent rules still open.
    pub not_ruled_out: Vec<Open>,
    /// True until the danger check is answered.
    pub provisional: bool,
}

/// Below this age nothing is left to self-care, and the danger signs of children count.
const ADULT_YEARS: f64 = 18.0;

/// Judges the rules.
pub fn triage(eval: &Eval<'_, '_>) -> Triage {
    let knowledge = eval.facts.knowledge;
    let child = eval.facts.number("age").is_some_and(|age| age < ADULT_YEARS);
    let mut flags = Vec::new();
    let mut not_ruled_out = Vec::new();
    for (at, rule) in knowledge.rules.iter().enumerate() {
        if rule.children && !child {
            continue;
        }
        let urgency = Urgency::from_word(&rule.disposition);
        let (value, ask) = eval.signs(at);
        match lowered(eval, rule, value) {
            Some(true) => flags.push(flag(eval, rule)),
            None if urgency >= Urgency::SameDay => {
                not_ruled_out.push(Open { id: rule.id.clone(), urgency, title: rule.title.clone(), ask });
            }
            _ => {}
        }
    }
    critical_values(eval, &mut flags);
    flags.sort_by(|a, b| b.urgency.cmp(&a.urgency).then_with(|| a.id.cmp(&b.id)));
    let provisional = is_provisional(eval);
    let urgency = match flags.first() {
        Some(flag) => flag.urgency.max(Urgency::Routine),
        None if !child && self_care(eval) => Urgency::SelfCare,
        None => Urgency::Routine,
    };
    Triage { urgency, flags, not_ruled_out, provisional }
}

/// A rule fires when its danger signs are true and nothing that lowers is explicitly true.
pub fn rule_value(eval: &Eval<'_, '_>, rule: &Rule) -> Option<bool> {
    lowered(eval, rule, eval.tri(&rule.when))
}

/// The value of a rule from that of its danger signs.
fn lowered(eval: &Eval<'_, '_>, rule: &Rule, signs: Option<bool>) -> Option<bool> {
    match signs {
        Some(true) if rule.unless.as_ref().is_some_and(|unless| eval.holds(unless)) => Some(false),
        value => value,
    }
}

fn self_care(eval: &Eval<'_, '_>) -> bool {
    eval.facts.knowledge.self_care.iter().any(|rule| rule_value(eval, rule) == Some(true))
}

/// The danger check is answered once every sign of its lists is known, or an urgent sign is true.
fn is_provisional(eval: &Eval<'_, '_>) -> bool {
    let knowledge = eval.facts.knowledge;
    let signs = knowledge.danger_lists.iter().flat_map(|list| &list.items).flat_map(|item| &item.sets);
    signs
        .filter_map(|set| set.split('=').next())
        .filter_map(|name| knowledge.fact(name.trim()))
        .any(|(fact, _)| !eval.facts.get(fact).is_given() && eval.facts.get(fact).absent.is_empty())
}

fn flag(eval: &Eval<'_, '_>, rule: &Rule) -> Flag {
    Flag {
        id: rule.id.clone(),
        urgency: Urgency::from_word(&rule.disposition),
        title: rule.title.clone(),
        reason: rule.reason.clone(),
        action: rule.action.clone(),
        say: rule.say.clone(),
        urgent_hold: rule.urgent_hold.clone(),
        because: eval.because(&rule.when),
        src: rule.src.clone(),
        unconfirmed: rule.unconfirmed,
    }
}

/// One table of critical values feeds triage. A result older than a week asks for a repeat, it does not fire.
fn critical_values(eval: &Eval<'_, '_>, flags: &mut Vec<Flag>) {
    let knowledge = eval.facts.knowledge;
    for analyte in &knowledge.analytes {
        let known = eval.facts.get(analyte.fact);
        let old = known.days_ago.is_some_and(|days| days > FRESH_DAYS);
        let worst = analyte
            .critical
            .iter()
            .filter(|critical| match (critical.limit, known.number) {
                (Limit::Number(op, limit), Some(value)) => op.holds(value, limit),
                (Limit::Band(band), None) => eval.facts.band(analyte.fact, band) == Some(true),
                _ => false,
            })
            .filter(|critical| critical.when.as_ref().is_none_or(|when| eval.holds(when)))
            .max_by_key(|critical| Urgency::from_word(&critical.disposition));
        if let Some(critical) = worst {
            flags.push(lab_flag(eval, analyte, critical, known.number, old));
        }
    }
}

fn lab_flag(
    eval: &Eval<'_, '_>,
    analyte: &charley_knowledge::Analyte,
    critical: &Critical,
    value: Option<f64>,
    old: bool,
) -> Flag {
    let low = match critical.limit {
        Limit::Number(op, limit) => op.holds(f64::NEG_INFINITY, limit),
        Limit::Band(band) => matches!(band, Band::Low | Band::VeryLow),
    };
    let side = if low { "low" } else { "high" };
    let mut because = vec![analyte.fact];
    if let Some(when) = &critical.when {
        because.extend(eval.because(when));
    }
    let name = &analyte.name;
    let (urgency, action) = if old {
        (Urgency::Routine, "This result is more than a week old. Ask to repeat the test.".to_owned())
    } else {
        (Urgency::from_word(&critical.disposition), String::new())
    };
    Flag {
        id: format!("lab-{}-{side}", analyte.id),
        urgency,
        title: match value {
            Some(value) => format!("{name} is {side}: {} {}", trim_number(value), analyte.unit),
            None => format!("{name} is {side}"),
        },
        reason: critical.reason.clone(),
        action,
        say: String::new(),
        urgent_hold: String::new(),
        because,
        src: critical.src.clone(),
        unconfirmed: critical.unconfirmed,
    }
}

fn trim_number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// True when an expression reads this fact, directly or through a definition.
pub fn reads(knowledge: &Knowledge, expr: &Expr, fact: FactIx) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= match part {
            Expr::Yes(f) | Expr::Code(f, _) | Expr::Compare(f, ..) | Expr::Band(f, _) | Expr::KnownFact(f) => {
                *f == fact
            }
            Expr::Named(name) | Expr::KnownName(name) => {
                let named = &knowledge.names[name.at()];
                reads(knowledge, &named.yes, fact) || named.no.as_ref().is_some_and(|no| reads(knowledge, no, fact))
            }
            _ => false,
        };
    });
    found
}
