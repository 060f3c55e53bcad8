//! Triage: rules are monotone, every rule fires and stays silent, nothing lowers what is urgent.

use std::sync::LazyLock;

use charley_knowledge::{Expr, FactIx, FactKind, Knowledge};
use charley_reason::assess::{Options, Reasoner};
use charley_reason::checks::{parse_fact, rule_examples};
use charley_reason::eval::Eval;
use charley_reason::triage::{Urgency, rule_value, triage};
use charley_reason::{Facts, Given, Value};
use proptest::prelude::*;

static REASONER: LazyLock<Reasoner> =
    LazyLock::new(|| Reasoner::new(charley_knowledge::embedded().expect("the shipped knowledge is sound")));

const BRIEF: Options = Options { ranges: false, reasons: false, questions: false, person: false };

fn knowledge() -> &'static Knowledge {
    &REASONER.knowledge
}

fn facts(texts: &[&str]) -> Vec<Given> {
    texts.iter().map(|text| parse_fact(text).expect("a fact")).collect()
}

fn check(texts: &[&str], expected: &str) {
    let answer = REASONER.assess(&facts(texts), BRIEF).expect("facts are accepted");
    let flags: Vec<_> = answer.triage.flags.iter().map(|flag| flag.id.as_str()).collect();
    assert_eq!(answer.triage.urgency.word(), expected, "{texts:?}\nflags: {flags:?}");
}

#[test]
fn every_rule_fires_and_stays_silent() {
    assert!(knowledge().rules.len() >= 60);
    let problems = rule_examples(knowledge());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    for rule in knowledge().rules.iter().chain(&knowledge().self_care) {
        assert!(rule.examples.iter().any(|e| e.fires) && rule.examples.iter().any(|e| !e.fires), "{}", rule.id);
    }
}

/// Yes/no facts that an expression reads, directly or through definitions.
fn yes_facts(expr: &Expr, out: &mut Vec<FactIx>) {
    expr.walk(&mut |part| match part {
        Expr::Yes(fact) if !out.contains(fact) => out.push(*fact),
        Expr::Named(name) => yes_facts(&knowledge().names[name.at()].yes, out),
        _ => {}
    });
}

fn given(fact: FactIx, yes: bool) -> Given {
    Given { name: knowledge().facts[fact.at()].name.clone(), value: Value::Bool(yes), unit: None, days_ago: None }
}

/// Making a danger sign true, from unknown or from no, never makes a rule or the whole triage less urgent.
#[test]
fn triage_is_monotone() {
    for rule in &knowledge().rules {
        assert!(rule.when.is_monotone(), "{}: `when` holds danger signs only", rule.id);
        let mut signs = Vec::new();
        yes_facts(&rule.when, &mut signs);
        signs.truncate(10);
        for example in &rule.examples {
            let base: Vec<Given> = example.facts.iter().filter_map(|text| parse_fact(text)).collect();
            let Ok(before) = Facts::read(knowledge(), &base) else { continue };
            let (value, urgency) = (rule_value(&Eval::new(&before), rule), triage(&Eval::fresh(&before)).urgency);
            for sign in &signs {
                if unless_reads(rule.unless.as_ref(), *sign) {
                    continue;
                }
                let name = &knowledge().facts[sign.at()].name;
                let mut more: Vec<Given> = base.iter().filter(|fact| fact.name != *name).cloned().collect();
                more.push(given(*sign, true));
                let Ok(after) = Facts::read(knowledge(), &more) else { continue };
                let raised = rule_value(&Eval::new(&after), rule);
                assert!(value != Some(true) || raised == Some(true), "{} with {name}", rule.id);
                let raised = triage(&Eval::fresh(&after)).urgency;
                let lowered_to_self_care = urgency == Urgency::Routine && raised == Urgency::SelfCare;
                assert!(
                    raised >= urgency || lowered_to_self_care || lowers_elsewhere(*sign),
                    "{}: {name} lowers {urgency:?} to {raised:?}",
                    example.title
                );
            }
        }
    }
}

fn unless_reads(unless: Option<&Expr>, fact: FactIx) -> bool {
    unless.is_some_and(|unless| charley_reason::triage::reads(knowledge(), unless, fact))
}

/// A sign that another rule explicitly lists as lowering (a known injury, both sides): the declared exceptions.
fn lowers_elsewhere(fact: FactIx) -> bool {
    knowledge().rules.iter().any(|rule| unless_reads(rule.unless.as_ref(), fact))
}

/// What lowers counts only when it is explicitly true: hiding facts of an `unless` never lowers.
#[test]
fn an_unknown_excuse_never_lowers() {
    for rule in knowledge().rules.iter().filter(|rule| rule.unless.is_some()) {
        for example in rule.examples.iter().filter(|example| example.fires) {
            let base: Vec<Given> = example.facts.iter().filter_map(|text| parse_fact(text)).collect();
            let facts = Facts::read(knowledge(), &base).expect("examples are accepted");
            let eval = Eval::new(&facts);
            assert!(rule.unless.as_ref().is_some_and(|unless| eval.tri(unless) != Some(true)), "{}", rule.id);
        }
    }
}

#[test]
fn unknown_danger_sign_stays_provisional() {
    let answer = REASONER.assess(&facts(&["calf_cramps = yes", "age = 60 yr"]), BRIEF).expect("accepted");
    assert!(answer.triage.provisional);
    assert!(!answer.triage.not_ruled_out.is_empty());
    let signs = knowledge().danger_lists.iter().flat_map(|list| &list.items).flat_map(|item| &item.sets);
    let mut all: Vec<Given> = facts(&["calf_cramps = yes", "age = 60 yr"]);
    for set in signs {
        let name = set.split('=').next().expect("a name").trim();
        if all.iter().all(|fact| fact.name != name)
            && knowledge().fact(name).is_some_and(|(_, fact)| fact.kind == FactKind::YesNo)
        {
            all.push(parse_fact(&format!("{name} = no")).expect("a fact"));
        }
    }
    assert!(!REASONER.assess(&all, BRIEF).expect("accepted").triage.provisional);
}

#[test]
fn every_call_now_sign_is_an_emergency_and_every_today_sign_is_same_day() {
    for list in &knowledge().danger_lists {
        let least = match list.id.as_str() {
            "call_now" => Urgency::Emergency,
            "today" => Urgency::SameDay,
            _ => continue,
        };
        for item in &list.items {
            let sets: Vec<Given> = item.sets.iter().filter_map(|set| parse_fact(set)).collect();
            let answer = REASONER.assess(&sets, BRIEF).expect("accepted");
            assert!(answer.triage.urgency >= least, "{}: {:?}", item.id, answer.triage.urgency);
        }
    }
}

#[test]
fn probabilities_never_lower_the_urgency() {
    let typical =
        ["calf_cramps = yes", "nocturnal_symptoms = yes", "hard_knot = yes", "relief_stretching = yes", "age = 70 yr"];
    for rule in &knowledge().rules {
        for example in rule.examples.iter().filter(|example| example.fires) {
            let alone: Vec<Given> = example.facts.iter().filter_map(|text| parse_fact(text)).collect();
            let before = REASONER.assess(&alone, BRIEF).expect("accepted").triage.urgency;
            let mut with = alone.clone();
            with.extend(facts(&typical).into_iter().filter(|fact| alone.iter().all(|known| known.name != fact.name)));
            let Ok(after) = REASONER.assess(&with, BRIEF) else { continue };
            let excused = rule.unless.as_ref().is_some_and(|unless| Eval::new(&after.facts).holds(unless));
            assert!(after.triage.urgency >= before || excused, "{}: {before:?} fell", rule.id);
        }
    }
}

#[test]
fn self_care_needs_its_own_rule() {
    let typical = [
        "calf_cramps = yes",
        "nocturnal_symptoms = yes",
        "hard_knot = yes",
        "relief_stretching = yes",
        "sudden_onset_cramp = yes",
    ];
    let mut known: Vec<&str> =
        typical.into_iter().filter(|text| knowledge().fact(text.split(' ').next().unwrap()).is_some()).collect();
    known.push("medicine = none");
    known.push("condition = none");
    check(&[&known[..], &["age = 64 yr"]].concat(), "self_care");
    check(&known, "routine");
    check(&[&known[..], &["age = 15 yr"]].concat(), "routine");
    check(&[&known[..], &["age = 64 yr", "cramp_nights_per_week = 4 /wk", "cramp_weeks = 6 wk"]].concat(), "routine");
    check(&["leg_pain = yes", "age = 64 yr"], "routine");
}

#[test]
fn under_18_gets_no_plan_and_at_least_routine() {
    let answer = REASONER.assess(&facts(&["calf_cramps = yes", "age = 9 yr"]), BRIEF).expect("accepted");
    assert!(answer.triage.urgency >= Urgency::Routine);
    assert!(answer.plan.is_empty());
}

#[test]
fn a_soft_calf_that_fades_does_not_go_to_hospital_and_a_swollen_one_does() {
    check(&["calf_cramps = yes", "sore_after_cramp = yes", "age = 60 yr"], "routine");
    check(
        &["leg_swelling = yes", "laterality = left", "calf_pain = yes", "symptom_duration = 1 d", "age = 60 yr"],
        "same_day",
    );
}

#[test]
fn an_old_result_asks_for_a_repeat_and_a_fresh_one_acts() {
    let potassium = |days: f64| {
        let mut fact = parse_fact("lab_potassium = 2.3 mmol/L").expect("a fact");
        fact.days_ago = Some(days);
        REASONER.assess(&[fact], BRIEF).expect("accepted").triage.urgency
    };
    assert_eq!(potassium(1.0), Urgency::Emergency);
    // What was low a month ago may still be: a look within two weeks, never hospital on an old number.
    assert!(potassium(40.0) <= Urgency::Soon);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Random sets of danger signs: one more never lowers, unless a rule declares it as lowering.
    #[test]
    fn one_more_sign_never_lowers(picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6), extra in any::<prop::sample::Index>()) {
        let mut signs = Vec::new();
        for rule in &knowledge().rules {
            yes_facts(&rule.when, &mut signs);
        }
        let base: Vec<FactIx> = picks.iter().map(|pick| *pick.get(&signs)).collect();
        let extra = *extra.get(&signs);
        let read = |facts: &[FactIx]| {
            let mut facts = facts.to_vec();
            facts.sort();
            facts.dedup();
            let given: Vec<Given> = facts.iter().map(|fact| given(*fact, true)).collect();
            triage(&Eval::fresh(&Facts::read(knowledge(), &given).expect("accepted"))).urgency
        };
        let before = read(&base);
        let after = read(&[&base[..], &[extra]].concat());
        prop_assert!(after >= before.min(Urgency::Emergency) || lowers_elsewhere(extra) || before == Urgency::Routine);
    }
}
