//! Checks: what somebody told, and the request that follows from it, by the same code as the pages.

use charley_records::CheckId;
use charley_records::RequestId;
use charley_records::checks::Check;
use charley_records::clinic::worklist::NewRequest;
use charley_web::answers::danger::fact_names;
use charley_web::answers::{Answers, Who, save};
use charley_web::clinic::urgency;
use charley_web::engine::{Depth, Engine};
use jiff::Timestamp;

use crate::people::Character;
use crate::{DemoError, Result};

/// What somebody told in a check.
///
/// # Errors
/// When the knowledge does not read it.
pub fn answers(character: &Character, engine: &Engine) -> Result<Answers> {
    let knowledge = engine.knowledge();
    let mut facts: Vec<serde_json::Value> = Vec::new();
    for item in knowledge.danger_lists.iter().flat_map(|list| &list.items) {
        let there = character.signs.contains(&item.id.as_str());
        facts.extend(fact_names(item).map(|name| serde_json::json!({ "name": name, "value": there })));
    }
    for (name, value, unit) in &character.facts {
        let value = match (value.parse::<f64>(), value.as_str()) {
            (Ok(number), _) => serde_json::json!(number),
            (Err(_), "yes") => true.into(),
            (Err(_), "no") => false.into(),
            (Err(_), word) => word.into(),
        };
        let unit = (!unit.is_empty()).then_some(*unit);
        facts.push(serde_json::json!({ "name": name, "value": value, "unit": unit }));
    }
    let case = serde_json::json!({ "facts": facts }).to_string();
    let mut answers =
        save::load(knowledge, &case).map_err(|error| DemoError::Answers(format!("{}: {error}", character.name)))?;
    answers.region = Some("uk".to_owned());
    answers.who = Some(Who::Me);
    for page in ["where", "medicines", "illnesses"] {
        answers.finish(page);
    }
    Ok(answers)
}

/// The request that these answers make, and how urgent the check itself was, by its word on the wire.
///
/// # Errors
/// When the reasoner refuses an answer.
pub fn request(
    character: &Character,
    engine: &Engine,
    answers: &Answers,
    id: RequestId,
) -> Result<(NewRequest, &'static str)> {
    let assessment = engine.assess(&answers.case(), Depth::Questions).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        DemoError::Answers(format!("{}: {}", character.name, faults.join("; ")))
    })?;
    let new = urgency::request(engine, id, answers, &assessment, character.raised, character.complaint, character.wish);
    Ok((new, assessment.disposition.as_str()))
}

/// The check as the person keeps it.
pub fn kept(id: CheckId, answers: &Answers, request: &NewRequest, disposition: &str, at: Timestamp) -> Check {
    Check {
        id,
        at,
        knowledge: request.knowledge.clone(),
        disposition: disposition.to_owned(),
        answers: save::save(answers),
    }
}
