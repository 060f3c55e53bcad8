//! The danger check: ticks, "none of these", "not sure", and what they say about facts.

use charley_knowledge::{DangerItem, DangerList, Knowledge};

use super::{Answers, From};
use crate::engine::Engine;

/// The list whose ticks stop at once.
pub const CALL_NOW: &str = "call_now";

/// How one sign was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It is there.
    Yes,
    /// It is not there.
    No,
    /// The person cannot say.
    NotSure,
}

/// A list by id.
pub fn list<'k>(knowledge: &'k Knowledge, id: &str) -> Option<&'k DangerList> {
    knowledge.danger_lists.iter().find(|list| list.id == id)
}

/// The facts a sign sets: name and value.
fn sets(item: &DangerItem) -> impl Iterator<Item = (&str, &str)> {
    item.sets.iter().filter_map(|set| set.split_once('=')).map(|(name, value)| (name.trim(), value.trim()))
}

/// Names of the facts a sign sets.
pub fn fact_names(item: &DangerItem) -> impl Iterator<Item = &str> {
    sets(item).map(|(name, _)| name)
}

/// The signs to show: those that a question already answered are not asked twice, and those that do not fit not at all.
pub fn shown<'k>(answers: &Answers, engine: &Engine, list: &'k DangerList) -> Vec<&'k DangerItem> {
    let case = answers.case();
    let known = |name: &str| answers.get(name).is_some_and(|told| told.from != From::Danger);
    let fits = |name: &str| engine.knowledge().fact(name).is_none_or(|(_, fact)| engine.fits(&case, fact));
    list.items.iter().filter(|item| !fact_names(item).all(known) && fact_names(item).any(fits)).collect()
}

/// Records one sign.
pub fn record(answers: &mut Answers, item: &DangerItem, sign: Sign) {
    answers.ticked.remove(&item.id);
    answers.unsure.remove(&item.id);
    answers.hidden.remove(&item.id);
    for (name, value) in sets(item) {
        let absent = format!("{name}_absent");
        answers.facts.retain(|told| !(told.from == From::Danger && (told.name == name || told.name == absent)));
        match (sign, value) {
            (Sign::Yes, "yes" | "no") => answers.put(name, value, None, From::Danger),
            // What a question was told about the same fact stays: "none of these" is the weaker statement.
            (Sign::No, "yes" | "no") if answers.get(name).is_some() => {}
            (Sign::No, "yes") => answers.put(name, "no", None, From::Danger),
            (Sign::No, "no") => answers.put(name, "yes", None, From::Danger),
            (Sign::Yes, code) => answers.add(name, code, None, From::Danger),
            (Sign::No, code) => answers.add(&absent, code, None, From::Danger),
            (Sign::NotSure, _) => {}
        }
    }
    match sign {
        Sign::Yes => drop(answers.ticked.insert(item.id.clone())),
        Sign::NotSure => drop(answers.unsure.insert(item.id.clone())),
        Sign::No => {}
    }
    answers.revision += 1;
}

/// Records a whole list: ticked signs are there, the others are not, or not sure. A sign that does not fit is not there.
pub fn record_list(answers: &mut Answers, engine: &Engine, list: &DangerList, ticked: &[&str], not_sure: bool) {
    let shown: Vec<String> = shown(answers, engine, list).iter().map(|item| item.id.clone()).collect();
    let known_before: Vec<String> =
        answers.facts.iter().filter(|told| told.from != From::Danger).map(|told| told.name.clone()).collect();
    for item in &list.items {
        let sign = match () {
            () if ticked.contains(&item.id.as_str()) => Sign::Yes,
            () if !shown.contains(&item.id) && fact_names(item).all(|n| known_before.iter().any(|k| k == n)) => {
                continue;
            }
            () if not_sure && shown.contains(&item.id) => Sign::NotSure,
            () => Sign::No,
        };
        record(answers, item, sign);
        if !shown.contains(&item.id) {
            answers.hidden.insert(item.id.clone());
        }
    }
    answers.done.remove(&which_page(&list.id));
    answers.done.remove(&follow_page(&list.id));
    answers.finish(&list_page(&list.id));
}

/// True when each sign of a list is answered: ticked, denied, or not sure.
pub fn is_answered(answers: &Answers, list: &DangerList) -> bool {
    let told = |name: &str| {
        let absent = format!("{name}_absent");
        answers.facts.iter().any(|told| told.name == name || told.name == absent)
    };
    answers.is_done(&list_page(&list.id))
        && list.items.iter().all(|item| answers.unsure.contains(&item.id) || fact_names(item).all(told))
}

/// Forgets the "no" of signs that were hidden and fit by now, after age or sex were changed: they are asked.
pub fn refresh(answers: &mut Answers, engine: &Engine) {
    if answers.hidden.is_empty() {
        return;
    }
    let case = answers.case();
    let knowledge = engine.knowledge();
    let fits = |name: &str| knowledge.fact(name).is_none_or(|(_, fact)| engine.fits(&case, fact));
    let items = knowledge.danger_lists.iter().flat_map(|list| &list.items);
    let back: Vec<&DangerItem> =
        items.filter(|item| answers.hidden.contains(&item.id) && fact_names(item).any(fits)).collect();
    for item in back {
        record(answers, item, Sign::NotSure);
        answers.unsure.remove(&item.id);
        answers.hidden.remove(&item.id);
    }
}

/// The name of a list's page among the pages that are done.
pub fn list_page(list: &str) -> String {
    format!("danger:{list}")
}

/// The name of a list's follow-up page.
pub fn follow_page(list: &str) -> String {
    format!("follow:{list}")
}

/// The name of the page that asks which signs are meant by "not sure".
pub fn which_page(list: &str) -> String {
    format!("which:{list}")
}

/// True when the person is not sure about a sign of this list.
pub fn any_unsure(answers: &Answers, list: &DangerList) -> bool {
    list.items.iter().any(|item| answers.unsure.contains(&item.id))
}

/// What a list still lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// The ticks.
    Ticks,
    /// Which signs the person is not sure about.
    Which,
    /// The follow-up.
    Follow,
}

/// The first list that is not answered, with what it lacks.
pub fn unanswered<'k>(answers: &Answers, knowledge: &'k Knowledge) -> Option<(&'k DangerList, Lack)> {
    knowledge.danger_lists.iter().find_map(|list| {
        let lack = match () {
            () if !is_answered(answers, list) => Lack::Ticks,
            () if !any_unsure(answers, list) => return None,
            () if !answers.is_done(&which_page(&list.id)) => Lack::Which,
            () if !answers.is_done(&follow_page(&list.id)) => Lack::Follow,
            () => return None,
        };
        Some((list, lack))
    })
}

/// Signs about which the person is still not sure, with their labels.
pub fn still_unsure<'k>(answers: &Answers, knowledge: &'k Knowledge) -> Vec<&'k DangerItem> {
    let items = knowledge.danger_lists.iter().flat_map(|list| &list.items);
    items.filter(|item| answers.unsure.contains(&item.id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item() -> DangerItem {
        DangerItem {
            id: "cold_leg".to_owned(),
            label: "One leg cold".to_owned(),
            short: "one leg cold".to_owned(),
            help: String::new(),
            sets: vec!["one_leg_cold_pale = yes".to_owned(), "condition = diabetes".to_owned()],
            follow_up: None,
        }
    }

    fn names(answers: &Answers) -> Vec<String> {
        answers.facts.iter().map(|told| format!("{} = {}", told.name, told.value.as_str().unwrap())).collect()
    }

    #[test]
    fn a_tick_sets_and_none_of_these_denies() {
        let mut answers = Answers::default();
        record(&mut answers, &item(), Sign::Yes);
        assert_eq!(names(&answers), ["one_leg_cold_pale = yes", "condition = diabetes"]);
        record(&mut answers, &item(), Sign::No);
        assert_eq!(names(&answers), ["one_leg_cold_pale = no", "condition_absent = diabetes"]);
        assert!(answers.ticked.is_empty());
    }

    #[test]
    fn not_sure_leaves_the_fact_unknown() {
        let mut answers = Answers::default();
        record(&mut answers, &item(), Sign::No);
        record(&mut answers, &item(), Sign::NotSure);
        assert!(answers.facts.is_empty());
        assert!(answers.unsure.contains("cold_leg"));
    }
}
