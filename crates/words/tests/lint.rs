//! What the words must and must not say.

use std::sync::LazyLock;

use charley_reason::Reasoner;
use charley_wire::{Assessment, Options, assess, read_case};
use charley_words::{Audience, Plain, clinician_note, write_assessment};

static REASONER: LazyLock<Reasoner> =
    LazyLock::new(|| Reasoner::new(charley_knowledge::embedded().expect("the shipped knowledge is sound")));

fn answer(facts: &str) -> Assessment {
    let case = read_case(&format!(r#"{{"facts":[{facts}]}}"#)).expect("a case");
    assess(&REASONER, &case, &Options { person: true, ..Options::default() }).expect("facts are accepted")
}

const PLAIN_CRAMP: &str = r#"{"name":"calf_cramps","value":"yes"},{"name":"nocturnal_symptoms","value":"yes"},{"name":"age","value":64,"unit":"yr"}"#;
const CLOT: &str =
    r#"{"name":"leg_swelling","value":"yes"},{"name":"laterality","value":"left"},{"name":"calf_pain","value":"yes"}"#;
const CHILD: &str = r#"{"name":"leg_pain","value":"yes"},{"name":"age","value":6,"unit":"yr"}"#;

/// Every sentence a person may read, with where it stands.
fn sentences() -> Vec<(String, String)> {
    let k = &REASONER.knowledge;
    let mut all = Vec::new();
    let mut add = |place: String, text: &str| all.push((place, text.to_owned()));
    for (fact, ask) in k.asked_facts() {
        add(format!("question {}", fact.name), &ask.question);
        add(format!("why {}", fact.name), &ask.why);
    }
    for c in &k.conditions {
        add(format!("about {}", c.id), &c.about);
    }
    for rule in &k.rules {
        add(format!("reason {}", rule.id), &rule.reason);
        add(format!("action {}", rule.id), &rule.action);
    }
    for item in &k.interventions {
        add(format!("how {}", item.id), &item.how);
    }
    for action in &k.actions {
        add(format!("action {}", action.id), &action.what);
        add(format!("net {}", action.id), &action.safety_net);
    }
    for list in &k.danger_lists {
        for item in &list.items {
            add(format!("sign {}", item.id), &item.label);
        }
    }
    all
}

#[test]
fn nothing_says_you_are_fine() {
    let bad = [
        "you are fine",
        "you're fine",
        "nothing to worry",
        "nothing is wrong",
        "no need to worry",
        "it is harmless",
        "rules out a clot",
        "excludes a clot",
    ];
    for (place, text) in sentences() {
        let lower = text.to_lowercase();
        assert!(!bad.iter().any(|phrase| lower.contains(phrase)), "{place}: {text}");
    }
    for facts in [PLAIN_CRAMP, CLOT, CHILD] {
        let text = write_assessment(&answer(facts), Audience::Person, &Plain).to_lowercase();
        assert!(!bad.iter().any(|phrase| text.contains(phrase)), "{text}");
    }
}

#[test]
fn nothing_says_stop_a_prescribed_medicine() {
    for (place, text) in sentences() {
        let lower = text.to_lowercase();
        for phrase in
            ["stop taking your", "stop your tablets", "stop your medicine", "stop the statin", "stop your water tablet"]
        {
            let allowed = lower.contains(&format!("do not {phrase}"))
                || lower.contains(&format!("never {phrase}"))
                || lower.contains(&format!("don't {phrase}"));
            assert!(!lower.contains(phrase) || allowed, "{place}: {text}");
        }
    }
}

#[test]
fn every_result_ends_with_safety_net_and_date() {
    for facts in [PLAIN_CRAMP, CLOT, CHILD, r#"{"name":"age","value":50,"unit":"yr"}"#] {
        let answer = answer(facts);
        assert!(!answer.advice.safety_net.is_empty());
        let text = write_assessment(&answer, Audience::Person, &Plain);
        assert!(text.contains("Come back within"), "{text}");
        assert!(clinician_note(&answer).contains("Safety net:"));
    }
}

#[test]
fn every_number_has_its_range() {
    let text = write_assessment(&answer(PLAIN_CRAMP), Audience::Clinician, &Plain);
    let causes = text.split("\nTonight").next().unwrap_or_default();
    assert!(causes.contains("if our inputs are off"), "{causes}");
    for line in causes.lines().filter(|line| line.contains(" % ")) {
        assert!(line.contains("if our inputs are off") || line.contains("no range"), "{line}");
    }
    let person = write_assessment(&answer(PLAIN_CRAMP), Audience::Person, &Plain);
    let causes = person.split("Tonight").next().unwrap_or_default();
    assert!(!causes.contains('%'), "a person sees words: {causes}");
}

#[test]
fn result_shows_version_age_and_review_state() {
    let answer = answer(PLAIN_CRAMP);
    let text = write_assessment(&answer, Audience::Person, &Plain);
    assert!(text.contains(&answer.knowledge.version[..12]) && text.contains(&answer.knowledge.date));
    assert!(text.contains("not reviewed by a clinician"));
}

#[test]
fn sentences_are_short_and_plain() {
    let mut long = Vec::new();
    for (place, text) in sentences() {
        for sentence in text.split(['.', '?', '!', ':', ';', '\n']) {
            let words = sentence.split_whitespace().count();
            if words > 26 {
                long.push(format!("{place}: {words} words: {sentence}"));
            }
        }
        let lower = text.to_lowercase();
        for jargon in
            ["aetiology", "discontinue", "benign", "suggestive of", "idiopathic", "prophylax", "utilis", "ambulat"]
        {
            assert!(!lower.contains(jargon), "{place}: {jargon}");
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
    let all: Vec<usize> = sentences()
        .iter()
        .flat_map(|(_, text)| text.split(['.', '?', '!']).map(|s| s.split_whitespace().count()).collect::<Vec<_>>())
        .filter(|n| *n > 0)
        .collect();
    let over = all.iter().filter(|n| **n > 20).count();
    assert!(over * 50 <= all.len(), "{over} of {} sentences are longer than 20 words", all.len());
}

#[test]
fn the_urgent_result_says_what_to_do_before_why() {
    let text = write_assessment(&answer(CLOT), Audience::Person, &Plain);
    assert!(text.starts_with("GET HELP TODAY"), "{text}");
}
