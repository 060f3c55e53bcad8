//! The plan in plain words, for the person.

use jiff::ToSpan as _;
use serde::{Deserialize, Serialize};

use super::{Allowed, Choice, Chosen, Lane, Plan, WEEKS};
use crate::text::day;

/// A part of the copy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Heading.
    pub title: String,
    /// Lines. The first word group of an item stands in `name`.
    pub items: Vec<Item>,
}

/// A line of the copy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What; empty for a plain sentence.
    pub name: String,
    /// Sentences.
    pub text: String,
}

/// The copy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// Sections that hold something.
    pub sections: Vec<Section>,
    /// Which knowledge it was made with.
    pub knowledge: String,
}

/// Writes the copy. `say` fills in the person's country. `safety_net` is what to watch for, from the assessment.
pub fn copy(
    plan: &Plan,
    choices: &[Choice<'_>],
    safety_net: &str,
    knowledge: &str,
    say: &impl Fn(&str) -> String,
) -> Copy {
    let chosen: Vec<(&Choice<'_>, &Chosen)> = plan
        .chosen
        .iter()
        .filter_map(|chosen| Some((choices.iter().find(|choice| choice.item.id == chosen.id)?, chosen)))
        .collect();
    let of = |lanes: &[Lane]| -> Vec<Item> {
        chosen
            .iter()
            .filter(|(choice, _)| lanes.contains(&choice.lane))
            .map(|(choice, chosen)| item(choice, chosen, say))
            .collect()
    };
    let plain = |text: String| Item { name: String::new(), text };
    let goals = plan.goals.iter().map(|goal| goal.trim()).filter(|goal| !goal.is_empty());
    let mut ask = of(&[Lane::AskPrescriber]);
    if !ask.is_empty() {
        ask.insert(0, plain("Keep taking your medicines as prescribed until you have talked.".to_owned()));
    }
    let mut clinic = of(&[Lane::ClinicOption]);
    if !clinic.is_empty() {
        let words = "The letter says how good the evidence is for cramps. You can say no and still be seen here.";
        clinic.insert(0, plain(words.to_owned()));
    }
    let advice: Vec<Item> =
        plan.advice.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| plain(line.to_owned())).collect();
    let sections = [
        ("What you want to reach", goals.map(|goal| plain(goal.to_owned())).collect()),
        ("What to do", of(&[Lane::Tonight, Lane::ThisWeek])),
        ("What to ask the person who prescribes", ask),
        ("What we do at the clinic", clinic),
        ("More from your clinic", advice),
        ("When we ask you how it went", weeks(plan)),
        ("When to get help sooner", vec![plain(say(safety_net))]),
    ];
    let sections = sections.into_iter().map(|(title, items)| Section { title: title.to_owned(), items });
    Copy { sections: sections.filter(|section| !section.items.is_empty()).collect(), knowledge: knowledge.to_owned() }
}

fn item(choice: &Choice<'_>, chosen: &Chosen, say: &impl Fn(&str) -> String) -> Item {
    let entry = choice.item;
    let mut sentences: Vec<String> = Vec::new();
    if choice.lane.allows() == Allowed::Ask {
        sentences.extend(entry.because.iter().map(|text| say(text)));
    }
    sentences.push(say(&entry.how));
    if !entry.dose.is_empty() && choice.lane.allows() == Allowed::Choose {
        sentences.push(format!("How much: {}.", say(&entry.dose).trim_end_matches('.')));
    }
    if !entry.effect.is_empty() {
        sentences.push(say(&entry.effect));
    }
    if !entry.time_to_effect.is_empty() {
        sentences.push(format!("How long until it helps: {}.", say(&entry.time_to_effect).trim_end_matches('.')));
    }
    sentences.push(format!("Evidence: {} ({}).", entry.grade, charley_words::grade(&entry.grade)));
    let note = chosen.note.trim();
    if !note.is_empty() {
        sentences.push(format!("For you: {note}"));
    }
    Item {
        name: say(&entry.name),
        text: sentences.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "),
    }
}

fn weeks(plan: &Plan) -> Vec<Item> {
    let Some(began) = plan.began else { return Vec::new() };
    let mut items = vec![Item {
        name: String::new(),
        text: "Please log your nights. A night without a cramp counts too.".to_owned(),
    }];
    items.extend(WEEKS.iter().map(|weeks| Item {
        name: format!("After {weeks} weeks"),
        text: format!("about {}", day(began.saturating_add((i32::from(*weeks) * 7).days()))),
    }));
    items
}
