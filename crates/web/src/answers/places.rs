//! The body chart: places on the legs and the facts they stand for.

use super::{Answers, From};

/// Where on a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Id, without the side.
    pub id: &'static str,
    /// Plain name.
    pub name: &'static str,
    /// Fact when cramps are reported.
    cramp: Option<&'static str>,
    /// Fact when other trouble is reported.
    pain: &'static str,
}

/// Front, from the top down.
pub const FRONT: [Spot; 5] = [
    Spot { id: "groin", name: "Groin or hip", cramp: None, pain: "groin_pain" },
    Spot { id: "thigh", name: "Front of thigh", cramp: Some("thigh_cramps"), pain: "thigh_pain" },
    Spot { id: "knee", name: "Knee", cramp: None, pain: "knee_pain" },
    Spot { id: "shin", name: "Shin", cramp: None, pain: "leg_pain" },
    Spot { id: "foot", name: "Foot or toes", cramp: Some("foot_cramps"), pain: "foot_pain" },
];

/// Back, from the top down.
pub const BACK: [Spot; 5] = [
    Spot { id: "buttock", name: "Buttock", cramp: None, pain: "buttock_pain" },
    Spot { id: "hamstring", name: "Back of thigh", cramp: Some("thigh_cramps"), pain: "thigh_pain" },
    Spot { id: "hollow", name: "Behind the knee", cramp: None, pain: "posterior_knee_pain" },
    Spot { id: "calf", name: "Calf", cramp: Some("calf_cramps"), pain: "calf_pain" },
    Spot { id: "heel", name: "Heel or sole", cramp: Some("foot_cramps"), pain: "heel_pain" },
];

/// Cramp facts the chart can deny: places that were not ticked.
const CRAMP_FACTS: [&str; 3] = ["calf_cramps", "foot_cramps", "thigh_cramps"];

/// Records the chart. Ids are `left-calf`, `right-knee`, ...; unknown ids are ignored.
pub fn record<'i>(answers: &mut Answers, ids: impl Iterator<Item = &'i str>) {
    answers.forget_from(From::Body);
    answers.places.clear();
    let cramps = answers.is_yes("leg_cramps");
    let (mut left, mut right) = (false, false);
    for id in ids {
        let Some((side, spot)) = id.split_once('-') else {
            continue;
        };
        let Some(spot) = FRONT.iter().chain(&BACK).find(|known| known.id == spot) else {
            continue;
        };
        match side {
            "left" => left = true,
            "right" => right = true,
            _ => continue,
        }
        answers.places.insert(id.to_owned());
        let fact = if cramps { spot.cramp.unwrap_or(spot.pain) } else { spot.pain };
        answers.put(fact, "yes", None, From::Body);
    }
    if answers.places.is_empty() {
        answers.not_known("laterality");
        answers.unknown.remove("laterality");
        return;
    }
    if cramps {
        for fact in CRAMP_FACTS {
            if answers.get(fact).is_none() {
                answers.put(fact, "no", None, From::Body);
            }
        }
    }
    // Both sides ticked may mean "together" or "now one, now the other": that stays a question.
    match (left, right) {
        (true, false) => answers.put("laterality", "left", None, From::Body),
        (false, true) => answers.put("laterality", "right", None, From::Body),
        _ => {}
    }
}

/// The ticked places in words: "left calf, both knees" stays simple as "left calf, left knee, right knee".
pub fn words(answers: &Answers) -> String {
    let name = |id: &str| {
        let (side, spot) = id.split_once('-')?;
        let spot = FRONT.iter().chain(&BACK).find(|known| known.id == spot)?;
        Some(format!("{side} {}", spot.name.to_lowercase()))
    };
    answers.places.iter().filter_map(|id| name(id)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(cramps: &str, ids: &[&str]) -> Answers {
        let mut answers = Answers::default();
        answers.put("leg_cramps", cramps, None, From::Question);
        record(&mut answers, ids.iter().copied());
        answers
    }

    #[test]
    fn one_calf_with_cramps_says_side_and_place_and_denies_the_other_places() {
        let answers = chart("yes", &["left-calf"]);
        assert!(answers.is_yes("calf_cramps"));
        assert_eq!(answers.get("foot_cramps").unwrap().value, "no");
        assert_eq!(answers.get("laterality").unwrap().value, "left");
        assert_eq!(words(&answers), "left calf");
    }

    #[test]
    fn without_cramps_a_place_is_a_pain() {
        let answers = chart("no", &["right-calf", "left-hollow"]);
        assert!(answers.is_yes("calf_pain") && answers.is_yes("posterior_knee_pain"));
        assert!(answers.get("laterality").is_none() && answers.get("foot_cramps").is_none());
    }

    #[test]
    fn an_empty_chart_and_invented_places_say_nothing() {
        assert_eq!(chart("yes", &["middle-calf", "left-wing", "x"]).facts.len(), 1);
        let mut answers = chart("yes", &["left-calf"]);
        record(&mut answers, std::iter::empty());
        assert_eq!(answers.facts.len(), 1);
    }
}
