//! The hand-over on one page.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;

use charley_clinic::handover::{Answer, Block, Entered, Handover, Letter, Nights, Run, Told, Tried, build};
use charley_clinic::medicines::{Medicines, Review, review};
use charley_wire::{Assessment, Case, FactIn, Options};
use common::{facts, knowledge, reasoner};

fn assess(facts: &[FactIn]) -> Assessment {
    charley_wire::assess(reasoner(), &Case { id: None, facts: facts.to_vec() }, &Options::default()).unwrap()
}

fn told<'t>(assessment: &'t Assessment, facts: &'t [FactIn], review: &'t Review) -> Told<'t> {
    Told {
        person: "A. Person, born 1 January 1960".to_owned(),
        assessment,
        facts,
        complaint: "It grabs my calf at three in the morning.",
        wish: "Sleep.",
        nights: Nights { sentences: vec!["12 nights recorded.".to_owned()] },
        review,
        illnesses: Vec::new(),
        done: Vec::new(),
        tried: Vec::new(),
        date: "24 November 2026".to_owned(),
        entered: Entered::Person,
    }
}

/// Answers to the danger check: all "no" but these.
fn danger_no(but: &[&str]) -> Vec<FactIn> {
    let sets = knowledge().danger_lists.iter().flat_map(|list| &list.items).flat_map(|item| &item.sets);
    let facts = sets.filter(|set| !but.iter().any(|name| set.starts_with(name))).map(|set| {
        let (name, value) = set.split_once(" = ").unwrap();
        match value {
            "yes" => format!("{name} = no"),
            code => format!("{name}_absent = {code}"),
        }
    });
    facts.map(|line| common::fact(&line)).collect()
}

#[test]
fn asked_denied_and_not_asked_are_three_things() {
    let mut all = danger_no(&["leg_newly_swollen", "sudden_chest_sign"]);
    all.extend(facts(&[
        "leg_newly_swollen = yes",
        "leg_cramps = yes",
        "age = 60 yr",
        "hard_knot = yes",
        "urge_to_move_legs = no",
    ]));
    let assessment = assess(&all);
    let page = build(knowledge(), &told(&assessment, &all, &Review::default()));
    let items: usize = knowledge().danger_lists.iter().map(|list| list.items.len()).sum();
    assert_eq!(page.not_asked, 1, "the chest was not asked");
    assert_eq!(page.denied.items.len() + page.denied.more, items - 2, "one is there, one was not asked");
    assert!(!page.flags.is_empty());
    let answer = |group: &str, item: &str| {
        let group = page.sorting.iter().find(|sorting| sorting.group == group).unwrap();
        group.items.iter().find(|(label, _)| label == item).unwrap().1
    };
    assert_eq!(answer("Cramp", "hard knot"), Answer::Yes);
    assert_eq!(answer("Restless legs", "urge to move"), Answer::No);
    assert_eq!(answer("Cramp", "eased by stretch"), Answer::NotAsked);
    assert_eq!(page.sorting.iter().map(|sorting| sorting.items.len()).sum::<usize>(), 14, "every name is a fact");
}

#[test]
fn it_says_who_entered_it_with_version_and_date() {
    let all = facts(&["leg_cramps = yes", "age = 60 yr"]);
    let assessment = assess(&all);
    let page = build(knowledge(), &told(&assessment, &all, &Review::default()));
    assert!(page.entered.words().contains("not verified") && Entered::Clinic.words().contains("not verified"));
    assert!(knowledge().version.starts_with(&page.version) && page.version.len() == 12);
    assert_eq!(page.date, "24 November 2026");
    for cause in &page.causes.items {
        assert!(cause.present.contains('('), "no share without its range: {}", cause.present);
    }
    let text = serde_json::to_string(&page).unwrap();
    assert_eq!(serde_json::from_str::<Handover>(&text).unwrap(), page);
}

/// The words of a letter in one line; room to write is told as "____".
fn words(letter: &Letter) -> String {
    fn say(runs: &[Run]) -> String {
        let word = |run: &Run| match run {
            Run::Plain(text) | Run::Strong(text) => text.clone(),
            Run::More(text) => format!(" {text}"),
            Run::Write => "____".to_owned(),
        };
        runs.iter().map(word).collect()
    }
    let block = |block: &Block| match block {
        Block::Line(line) => say(line),
        Block::List(items) => items.iter().map(|item| say(item)).collect::<Vec<_>>().join("\n"),
        Block::Rows(rows) => {
            rows.iter().map(|row| format!("{} | {}", row.heading, say(&row.text))).collect::<Vec<_>>().join("\n")
        }
    };
    let blocks = letter.blocks.iter().map(block);
    let lines = [letter.title.clone(), letter.about.clone(), say(&letter.urgency)].into_iter().chain(blocks);
    lines.chain([letter.foot.clone()]).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_letter_says_all_of_it_with_room_for_what_was_not_told() {
    let all = facts(&["leg_cramps = yes", "age = 60 yr", "hard_knot = yes", "urge_to_move_legs = no"]);
    let assessment = assess(&all);
    let review = Review::default();
    let mut given = told(&assessment, &all, &review);
    given.wish = "";
    let page = build(knowledge(), &given);
    let said = words(&page.letter());
    for line in [
        "Night leg trouble: hand-over\nA. Person, born 1 January 1960. 24 November 2026. Entered by the person, not verified.",
        "How soon, by the rules: Book a visit (provisional).",
        "Danger signs asked and denied: none. Not asked: ",
        "In their own words: “It grabs my calf at three in the morning.”\nNights: 12 nights recorded.\n",
        "Cramp | hard knot yes; eased by stretch not asked; ",
        "Restless legs | urge to move no; ",
        "Medicines that can do it: none on the list.\nOther medicines and illnesses: none told.\n",
        "\nLikely causes",
        "\nTried, and what happened: ____\nWhat the person wants: ____\nCharley, knowledge ",
        ", not reviewed by a clinician. Information for a talk, not a diagnosis.",
    ] {
        assert!(said.contains(line), "{line}\n---\n{said}");
    }
    assert!(!said.contains("  ") && !said.contains(".."), "{said}");
}

/// The longest page that anybody can make stays within what one A4 holds, and says what it left out.
#[test]
fn the_longest_page_is_bounded_and_counts_what_it_leaves_out() {
    let mut medicines = Medicines::default();
    let names: Vec<String> = knowledge().medicines.iter().take(40).map(|m| knowledge().codes.name(m.code)).collect();
    medicines.read(knowledge(), &names.join("\n"));
    let mut all = danger_no(&[]);
    all.extend(facts(&[
        "leg_cramps = yes",
        "age = 75 yr",
        "sex = female",
        "urge_to_move_legs = yes",
        "lab_potassium = 2.4 mmol/L",
    ]));
    all.extend(medicines.facts());
    let assessment = assess(&all);
    let reviewed = review(knowledge(), &medicines, &all);
    let long = "a very long story of nights and legs ".repeat(80);
    let mut full = told(&assessment, &all, &reviewed);
    full.complaint = &long;
    full.wish = &long;
    full.nights.sentences = vec![long.clone(); 9];
    full.illnesses = vec![long.clone(); 40];
    full.done = vec![long.clone(); 60];
    full.tried = vec![Tried { what: long.clone(), happened: long.clone() }; 20];
    let page = build(knowledge(), &full);
    assert_eq!(page.done.rest(), "and 52 more");
    assert_eq!(page.tried.rest(), "and 17 more");
    assert!(page.medicines.more > 0 && page.background.more > 0);
    assert!(page.complaint.ends_with('…') && page.complaint.chars().count() <= 320);
    assert_eq!(page.pattern.len(), 4);
    let letters: usize = serde_json::to_string(&page).unwrap().len();
    assert!(letters < 9_000, "{letters} characters with the names of the fields");
    let said = words(&page.letter());
    for rest in [page.causes.rest(), page.medicines.rest(), page.done.rest(), page.tried.rest()] {
        assert!(!rest.is_empty() && said.contains(&rest), "{rest}: {said}");
    }
    let short = told(&assessment, &all, &reviewed);
    assert_eq!(build(knowledge(), &short).tried.rest(), "");
}
