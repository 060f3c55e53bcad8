//! The review of medicines and the note to the prescriber.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;

use charley_clinic::medicines::{Began, Medicines, note, review};
use common::{facts, knowledge};

fn list(text: &str) -> Medicines {
    let mut medicines = Medicines::default();
    medicines.read(knowledge(), text);
    medicines
}

#[test]
fn a_line_is_read_when_a_name_stands_in_it_and_asked_when_it_is_only_near() {
    let medicines = list("Bendroflumethiazide 2.5 mg in the morning\nsalbutamoll\nunobtainium 5 mg; Salbutamol");
    assert_eq!(medicines.lines.len(), 4);
    assert_eq!(medicines.lines[0].code.as_deref(), Some("bendroflumethiazide"));
    assert_eq!(medicines.lines[1].code, None);
    let reviewed = review(knowledge(), &medicines, &[]);
    assert!(reviewed.lines[1].choices.iter().any(|(code, _)| code == "salbutamol"));
    assert!(reviewed.lines[2].choices.is_empty() && reviewed.lines[2].read_as.is_empty());
}

#[test]
fn what_was_said_of_a_line_stays_while_the_line_stays() {
    let mut medicines = list("furosemide 40 mg\nramipril");
    medicines.lines[0].began = Some(Began::ShortlyBefore);
    medicines.read(knowledge(), "ramipril\nfurosemide 40 mg\nmetformin");
    assert_eq!(medicines.lines[1].began, Some(Began::ShortlyBefore));
    let names: Vec<String> = medicines.facts().into_iter().map(|fact| fact.name).collect();
    assert_eq!(names, ["medicine", "new_medicine", "medicine"]);
}

#[test]
fn evidence_salts_and_questions_come_from_the_knowledge() {
    let reviewed = review(knowledge(), &list("bendroflumethiazide\nspironolactone"), &[]);
    let thiazide = &reviewed.lines[0];
    assert_eq!(thiazide.evidence[0].strength, Some(1));
    assert!(thiazide.evidence.iter().any(|entry| entry.size.contains("1.48")));
    assert_eq!(thiazide.salts, ["down", "down", "up", "down"]);
    assert!(!thiazide.questions.is_empty() && thiazide.evidence[0].source.contains(&"garrison-2012".to_owned()));
    assert_eq!(reviewed.lines[1].salts[0], "up");
    assert!(reviewed.lines.iter().all(|line| line.may_add()));
}

#[test]
fn a_medicine_that_came_after_the_cramps_cannot_have_begun_them() {
    let mut medicines = list("bendroflumethiazide");
    medicines.lines[0].began = Some(Began::After);
    assert!(!review(knowledge(), &medicines, &[]).lines[0].may_add());
}

#[test]
fn pairs_are_found_in_everything_that_is_known() {
    let medicines = list("trimethoprim\nramipril");
    let mut all = medicines.facts();
    let found = review(knowledge(), &medicines, &all).pairs;
    assert!(found.iter().any(|pair| pair.text.contains("raise potassium") && pair.action == "refer"), "{found:?}");
    let magnesium = list("magnesium citrate");
    assert!(review(knowledge(), &magnesium, &magnesium.facts()).pairs.iter().all(|pair| pair.action != "block"));
    all = magnesium.facts();
    all.extend(facts(&["lab_egfr = 20 mL/min"]));
    assert!(review(knowledge(), &magnesium, &all).pairs.iter().any(|pair| pair.action == "block"));
}

/// Nobody is ever told to stop, halve or leave out a prescribed medicine. "Never stop it suddenly" is the opposite.
#[test]
fn the_note_asks_and_never_tells_anybody_to_stop() {
    let all: String =
        knowledge().medicines.iter().map(|medicine| knowledge().codes.name(medicine.code) + "\n").collect();
    for chunk in all.lines().collect::<Vec<_>>().chunks(40) {
        let medicines = list(&chunk.join("\n"));
        let reviewed = review(knowledge(), &medicines, &medicines.facts());
        let text = note(&reviewed, "A. Person", "Hill clinic", "24 November 2026").to_lowercase();
        for sentence in text.split(['.', '\n']) {
            let told = [
                "stop taking",
                "stop the",
                "stop your",
                "stop it",
                "stop this",
                "halve",
                "leave out",
                "discontinue",
                "come off",
            ];
            // Quinine: the person asks for help; the prescriber decides.
            let never = ["never", "do not", "not stop", "nobody", "nothing was", "ask your prescriber how"];
            let bad = told.iter().any(|words| sentence.contains(words))
                && !never.iter().any(|words| sentence.contains(words));
            assert!(!bad, "{sentence}");
        }
        assert!(text.contains("go on as prescribed"));
    }
}

#[test]
fn the_note_holds_what_a_prescriber_needs() {
    let mut medicines = list("Bendroflumethiazide 2.5 mg\nparacetamol");
    medicines.lines[0].began = Some(Began::ShortlyBefore);
    let reviewed = review(knowledge(), &medicines, &medicines.facts());
    let text = note(&reviewed, "A. Person", "Hill clinic", "24 November 2026");
    for words in ["A. Person", "Hill clinic", "1.48", "To discuss:", "potassium: Bendroflumethiazide", "paracetamol"] {
        assert!(text.contains(words), "{words} is missing in\n{text}");
    }
}
