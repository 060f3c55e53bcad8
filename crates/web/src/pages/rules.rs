//! Evidence: every danger sign, with its titled examples.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use charley_knowledge::{Knowledge, Rule};
use charley_wire::Disposition;

use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::view::{Cited, cited, level};
use crate::wording::fill;

struct Group<'k> {
    title: String,
    kind: &'static str,
    rules: Vec<&'k Rule>,
}

#[derive(Template)]
#[template(path = "pages/rules.html")]
struct Rules<'k> {
    page: Page,
    groups: Vec<Group<'k>>,
}

fn all(knowledge: &Knowledge) -> impl Iterator<Item = &Rule> {
    knowledge.rules.iter().chain(&knowledge.self_care)
}

/// All rules, the most urgent first.
pub async fn list(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let groups = Disposition::ALL.iter().rev().map(|disposition| Group {
        title: level::word(*disposition, "the emergency number"),
        kind: level::kind(*disposition),
        rules: all(state.knowledge()).filter(|rule| rule.disposition == disposition.as_str()).collect(),
    });
    write(&Rules { page, groups: groups.filter(|group| !group.rules.is_empty()).collect() })
}

#[derive(Template)]
#[template(path = "pages/rule.html")]
struct OneRule<'k> {
    page: Page,
    rule: &'k Rule,
    kind: &'static str,
    word: String,
    reason: String,
    action: String,
    cited: Vec<Cited>,
    examples: Vec<(&'k str, bool, Vec<String>)>,
}

/// "leg_swelling = yes" in words: the meaning of the fact, and its value.
fn words(knowledge: &Knowledge, fact: &str) -> String {
    let Some((name, value)) = fact.split_once('=') else {
        return fact.to_owned();
    };
    let (name, value) = (name.trim(), value.trim());
    let meaning = match knowledge.fact(name) {
        Some((_, fact)) => fact.meaning.clone(),
        None => name.replace('_', " "),
    };
    format!("{meaning}: {}", value.replace('_', " "))
}

/// One rule.
pub async fn one(State(state): State<AppState>, Path(id): Path<String>, page: Page) -> Result<Response, WebError> {
    let knowledge = state.knowledge();
    let rule = all(knowledge).find(|rule| rule.id == id).ok_or(WebError::NotFound)?;
    let disposition: Disposition = rule.disposition.parse().unwrap_or(Disposition::Routine);
    let examples = rule.examples.iter().map(|example| {
        let facts = example.facts.iter().map(|fact| words(knowledge, fact)).collect();
        (example.title.as_str(), example.fires, facts)
    });
    write(&OneRule {
        page,
        kind: level::kind(disposition),
        word: level::word(disposition, "the emergency number"),
        reason: fill(&rule.reason, None),
        action: fill(&rule.action, None),
        cited: cited(knowledge, &rule.src),
        examples: examples.collect(),
        rule,
    })
}
