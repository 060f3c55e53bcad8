//! The shipped knowledge, and what the checker refuses.

use std::collections::HashSet;
use std::sync::LazyLock;

use charley_knowledge::medicines::Resolved;
use charley_knowledge::{Draft, Knowledge, Lane, embedded};

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| embedded().expect("the shipped knowledge is sound"));

#[test]
fn it_is_as_large_as_promised() {
    let k = &*KNOWLEDGE;
    assert!(k.conditions.len() >= 50, "{}", k.conditions.len());
    assert!(k.findings.len() >= 150);
    assert!(k.rules.len() >= 60 && !k.self_care.is_empty());
    assert!(k.interventions.len() >= 40 && k.claims.len() >= 25);
    assert_eq!(k.danger_lists.len(), 3);
    let groups: HashSet<&str> = k.conditions.iter().map(|c| c.group.as_str()).collect();
    assert_eq!(groups.len(), 19, "{groups:?}");
}

#[test]
fn unconfirmed_and_withdrawn_figures_are_held_back() {
    let k = &*KNOWLEDGE;
    // The first figures of the 2024 vitamin K2 trial were retracted and replaced: none of them may appear.
    for item in &k.interventions {
        for figure in ["0.96", "3.63", "2.67"] {
            assert!(!(item.substance == "vitamin_k" && item.effect_text.contains(figure)), "{}", item.id);
        }
    }
    assert!(k.params.iter().any(|entry| entry.param.unconfirmed), "figures from memory are marked");
    assert!(k.rules.iter().any(|rule| rule.unconfirmed));
}

#[test]
fn nothing_claims_a_clinicians_review() {
    assert!(!KNOWLEDGE.is_reviewed());
}

#[test]
fn every_measured_number_has_a_source() {
    for entry in &KNOWLEDGE.params {
        let elicited = entry.param.kind == charley_knowledge::param::Basis::Elicited;
        assert!(elicited || !entry.param.src.is_empty(), "{}", entry.place);
    }
}

#[test]
fn quinine_is_listed_only_to_be_refused() {
    for item in KNOWLEDGE.interventions.iter().filter(|item| item.substance == "quinine") {
        assert_eq!(item.lane, Lane::NotWorthIt);
    }
}

#[test]
fn near_names_are_asked_never_applied() {
    let resolve = |word: &str| KNOWLEDGE.resolve_code(word, |code| KNOWLEDGE.is_medicine(code));
    let id = |resolved: Resolved| match resolved {
        Resolved::Known(code) | Resolved::Inside(code) => KNOWLEDGE.codes.id(code).to_owned(),
        Resolved::Unknown(names) => format!("unknown, close: {}", names.join(", ")),
    };
    assert_eq!(id(resolve("Albuterol")), "salbutamol");
    assert_eq!(id(resolve("atorvastatin 40 mg at night")), "atorvastatin");
    assert!(id(resolve("atorvastatn")).starts_with("unknown, close: atorvastatin"));
    assert_eq!(id(resolve("qqqqqqqq")), "unknown, close: ");
}

/// Kinds: a statin is what a rule about statins sees.
#[test]
fn medicines_belong_to_their_classes() {
    let is = |medicine: &str, class: &str| {
        let code = |word: &str| KNOWLEDGE.codes.by_word[word];
        KNOWLEDGE.codes.is_a(code(medicine), code(class))
    };
    assert!(is("simvastatin", "statin"));
    assert!(is("hydrochlorothiazide", "thiazide") && is("hydrochlorothiazide", "diuretic"));
    assert!(is("salmeterol", "laba"));
    assert!(is("spironolactone", "potassium_sparing") && !is("paracetamol", "statin"));
}

/// Changes one text of the shipped files and says what the checker says.
fn faults_after(path: &str, from: &str, to: &str) -> String {
    let draft = Draft::embedded().expect("parses");
    let texts = draft
        .files
        .into_iter()
        .map(|file| {
            let text = if file.path == path {
                assert!(file.text.contains(from), "{path} holds {from}");
                file.text.replacen(from, to, 1)
            } else {
                file.text
            };
            (file.path, text)
        })
        .collect();
    let faults = match Draft::from_texts(texts) {
        Ok(draft) => match draft.check() {
            Ok(_) => return "no fault".to_owned(),
            Err(faults) => faults,
        },
        Err(faults) => faults,
    };
    faults.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn faults_point_at_the_line() {
    let path = "conditions/restless_legs.toml";
    let check = |from: &str, to: &str, expected: &str| {
        let faults = faults_after(path, from, to);
        assert!(faults.contains(expected) && faults.contains(path), "expected {expected}\n{faults}");
    };
    check("urge_to_move", "urge_to_mov", "unknown finding `urge_to_mov`");
    check("group = \"movement_disorder\"", "group = \"moving\"", "unknown group `moving`");
    check("kind = \"mimic\"", "kind = \"mimicry\"", "unknown kind `mimicry`");
    check("[present]", "[present]\nodd = 1", "unknown field `odd`");
    check("[present]", "[present", "conditions/restless_legs.toml:");
}

#[test]
fn an_unused_source_is_a_fault() {
    let faults = faults_after(
        "sources/other.toml",
        "[[source]]",
        "[[source]]\nkey = \"nobody-1900\"\ntitle = \"Unused\"\ntier = \"M\"\n\n[[source]]",
    );
    assert!(faults.contains("source `nobody-1900` is never used"), "{faults}");
}

#[test]
fn a_number_without_range_kind_or_source_is_a_fault() {
    let path = "conditions/restless_legs.toml";
    let text = Draft::embedded().unwrap().files.into_iter().find(|f| f.path == path).unwrap().text;
    let line = text.lines().find(|line| line.starts_with("prior")).expect("a prior").to_owned();
    let check = |to: &str, expected: &str| {
        let faults = faults_after(path, &line, to);
        assert!(faults.contains(expected), "expected {expected}\n{faults}");
    };
    check("prior = { m = 0.5, lo = 0.6, hi = 0.7, kind = \"elicited\" }", "lo < m < hi");
    check("prior = { m = 0.5, kind = \"elicited\" }", "missing field `lo`");
    check("prior = { m = 0.5, lo = 0.4, hi = 1.2, kind = \"elicited\" }", "inside (0, 1)");
    check("prior = { m = 0.5, lo = 0.4, hi = 0.6, kind = \"measured\" }", "needs `src");
    check("prior = { m = 0.5, lo = 0.4, hi = 0.6, kind = \"guessed\" }", "unknown variant");
    check(
        "prior = { m = 0.5, lo = 0.4, hi = 0.6, kind = \"measured\", src = [\"nobody\"] }",
        "unknown source `nobody`",
    );
}
