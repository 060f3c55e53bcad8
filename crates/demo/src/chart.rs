//! What the clinic writes of one person: history, blood results, medicines, vascular tests, treatments, follow-ups. Drawn, and
//! typed by the crate that the pages use.

use charley_clinic::Leg;
use charley_clinic::intake::Intake;
use charley_clinic::laboratory::{Panel, Reading};
use charley_clinic::medicines::{Began, Medicines};
use charley_clinic::outcome::{FollowUpResult, GlobalChange};
use charley_clinic::plan::Counted;
use charley_clinic::treatment::{Procedure, Treatment};
use charley_clinic::vascular::{Anatomy, Ceap, Class, Etiology, LegTests, Pathophysiology, Reflux, Vascular, Vein};
use charley_knowledge::Knowledge;
use charley_nights::trial::Count;
use jiff::civil::Date;

use crate::draw::Draw;
use crate::nights::Night;
use crate::people::{Character, Course, Outcome};
use crate::time::later;

/// Cramps and recorded nights of the nights before a day.
pub fn counted(nights: &[Night], until: Date, days: i32) -> Option<Counted> {
    let told: Vec<u32> = nights
        .iter()
        .filter(|night| night.date < until && night.date >= later(until, -days))
        .filter_map(|night| match night.count {
            Count::Missing => None,
            Count::Exactly(count) => Some(count),
            Count::TwoOrMore => Some(2),
        })
        .collect();
    let nights = u32::try_from(told.len()).ok().filter(|nights| *nights > 0)?;
    Some(Counted { cramps: told.iter().sum(), nights })
}

fn told<'c>(character: &'c Character, name: &str) -> Option<&'c str> {
    let fact = character.facts.iter().find(|(known, ..)| *known == name);
    fact.map(|(_, value, _)| value.as_str()).filter(|value| *value != "none")
}

/// History: the words of the request, and the diagnoses.
pub fn intake(character: &Character) -> Intake {
    let illnesses: Vec<String> = told(character, "condition").map(str::to_owned).into_iter().collect();
    let pairs = [
        ("complaint", character.complaint.to_owned()),
        ("wish", character.wish.to_owned()),
        ("illnesses", illnesses.join("\n")),
        ("illnesses_complete", "yes".to_owned()),
    ];
    let fields = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    Intake {
        complaint: character.complaint.to_owned(),
        wish: character.wish.to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value)).collect(),
        facts: Vec::new(),
        illnesses,
        illnesses_complete: true,
    }
}

/// The list of medicines, complete.
pub fn medicines(draw: &mut Draw, character: &Character, knowledge: &Knowledge) -> Medicines {
    let mut list: Vec<&str> = told(character, "medicine").into_iter().collect();
    for other in ["paracetamol", "omeprazole", "vitamin D"] {
        if draw.chance(0.25) {
            list.push(other);
        }
    }
    let mut medicines = Medicines { complete: true, ..Medicines::default() };
    medicines.read(knowledge, &list.join("\n"));
    for line in &mut medicines.lines {
        line.began = Some(draw.one_of(&[Began::LongBefore, Began::LongBefore, Began::ShortlyBefore, Began::After]));
    }
    medicines
}

/// A panel of a day. Water tablets take potassium; one person in twenty has a result that is shouted.
pub fn panel(draw: &mut Draw, character: &Character, date: Date, again: bool) -> Panel {
    let water = matches!(told(character, "medicine"), Some("indapamide" | "furosemide"));
    let low = character.number % 20 == 6 && !again;
    let mut around = |middle: f64, spread: f64| middle + spread * (draw.share() + draw.share() - 1.0);
    let potassium = match () {
        () if low => 2.4,
        () if water && !again => around(3.3, 0.15),
        () => around(4.2, 0.4),
    };
    let creatinine = around(if character.female { 70.0 } else { 85.0 }, 20.0);
    let sugar = if told(character, "condition") == Some("type 2 diabetes") { 58.0 } else { 37.0 };
    let results = [
        ("potassium", potassium, 1, "mmol/L"),
        ("sodium", around(139.0, 4.0), 0, "mmol/L"),
        ("creatinine", creatinine, 0, "umol/L"),
        ("calcium", around(2.35, 0.1), 2, "mmol/L"),
        ("albumin", around(42.0, 4.0), 0, "g/L"),
        ("magnesium", around(if water { 0.68 } else { 0.85 }, 0.08), 2, "mmol/L"),
        ("hba1c", around(sugar, 5.0), 0, "mmol/mol"),
        ("tsh", around(2.1, 1.4), 1, "mIU/L"),
        ("ferritin", around(95.0, 75.0), 0, "ug/L"),
        ("b12", around(380.0, 170.0), 0, "ng/L"),
        ("ck", around(120.0, 60.0), 0, "U/L"),
    ];
    let reading = |(analyte, value, decimals, unit): (&str, f64, usize, &str)| Reading {
        analyte: analyte.to_owned(),
        value: format!("{value:.decimals$}"),
        unit: unit.to_owned(),
        ..Reading::default()
    };
    Panel { date, laboratory: "Demonstration laboratory".to_owned(), results: results.map(reading).into() }
}

/// Pressures, backflow, CEAP and severity; `worse`: the leg with the veins.
pub fn vascular(draw: &mut Draw, worse: Leg, date: Date) -> Vascular {
    let arm = f64::from(draw.between(118, 146));
    let mut vascular = Vascular { date: Some(date), arms: [Some(arm), Some(arm - 3.0)], ..Vascular::default() };
    for leg in Leg::BOTH {
        let ill = leg == worse;
        let ankle = arm * (1.0 + 0.12 * draw.share());
        let ms = f64::from(if ill { draw.between(900, 3_400) } else { draw.between(80, 420) });
        let width = if ill { 5.0 + 3.5 * draw.share() } else { 3.0 + draw.share() };
        let vein = |vein, ms, width_mm| Reflux { vein, ms, width_mm };
        let mut rvcss = [Some(0); charley_clinic::vascular::SCORE_ITEMS];
        if ill {
            // Pain, varicose veins, swelling, and now and then the skin.
            rvcss[0] = Some(u8::try_from(draw.between(1, 2)).unwrap_or(1));
            rvcss[1] = Some(u8::try_from(draw.between(1, 3)).unwrap_or(2));
            rvcss[2] = Some(u8::try_from(draw.between(0, 2)).unwrap_or(1));
            rvcss[3] = Some(u8::try_from(draw.between(0, 1)).unwrap_or(0));
        }
        let ceap = Ceap {
            class: if ill { draw.one_of(&[Class::C2, Class::C2, Class::C3, Class::C4a]) } else { Class::C1 },
            symptoms: Some(ill),
            etiology: Some(Etiology::Primary),
            anatomy: vec![if ill { Anatomy::GreatAbove } else { Anatomy::Telangiectasia }],
            pathophysiology: ill.then_some(Pathophysiology::Reflux),
        };
        *vascular.leg_mut(leg) = LegTests {
            dorsalis_pedis: Some((ankle - 4.0).round()),
            posterior_tibial: Some(ankle.round()),
            reflux: vec![
                vein(Vein::GreatSaphenousThigh, ms, Some((width * 10.0).round() / 10.0)),
                vein(Vein::SmallSaphenous, 180.0, None),
                vein(Vein::Popliteal, 240.0, None),
            ],
            clot: Some(false),
            ceap: Some(ceap),
            rvcss,
            ..LegTests::default()
        };
    }
    vascular
}

/// A treatment of a day.
pub fn treatment(draw: &mut Draw, leg: Leg, date: Date) -> Treatment {
    let procedure = draw.one_of(&[Procedure::Radiofrequency, Procedure::Radiofrequency, Procedure::Foam]);
    Treatment { leg, procedure, date, note: "Great saphenous vein, thigh.".to_owned() }
}

/// The leg with more cramps, and with the veins.
pub fn worse_leg(character: &Character) -> Leg {
    if character.habit.left >= 0.5 { Leg::Left } else { Leg::Right }
}

/// What somebody answers when the clinic asks how it went.
pub fn answers(
    draw: &mut Draw,
    character: &Character,
    before: Option<Counted>,
    now: Option<Counted>,
) -> FollowUpResult {
    use GlobalChange::{ALittleBetter, ALittleWorse, Better, MuchBetter, Same, Worse};
    let outcome = match character.course {
        Course::Seen(outcome) => outcome,
        _ => Outcome::Same,
    };
    let (changes, sleep) = match outcome {
        Outcome::Better | Outcome::Lost => ([MuchBetter, Better, Better, ALittleBetter], (0, 3)),
        Outcome::Same | Outcome::Declined => ([Same, Same, ALittleBetter, ALittleWorse], (3, 7)),
        Outcome::Worse => ([Worse, Worse, ALittleWorse, Same], (5, 9)),
    };
    let harm = if draw.chance(0.12) { "Sore calves after the stretching in the first week." } else { "" };
    FollowUpResult {
        now,
        before,
        sleep: u8::try_from(draw.between(sleep.0, sleep.1)).ok(),
        change: Some(draw.one_of(&changes)),
        harm: harm.to_owned(),
        asked_harm: true,
        rvcss: [None, None],
        note: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::people;

    #[test]
    fn everything_is_as_the_pages_would_take_it() {
        let knowledge = charley_knowledge::embedded().unwrap();
        let today: Date = "2026-11-24".parse().unwrap();
        for character in people(60, 1, today) {
            let mut draw = Draw::new(1, u64::from(character.number));
            assert_eq!(panel(&mut draw, &character, today, false).check(&knowledge, today), Ok(()));
            assert_eq!(vascular(&mut draw, worse_leg(&character), today).check(&knowledge, today), Ok(()));
            let counted = Some(Counted { cramps: 3, nights: 12 });
            assert_eq!(answers(&mut draw, &character, counted, counted).check(), Ok(()));
            let medicines = medicines(&mut draw, &character, &knowledge);
            assert!(medicines.lines.iter().all(|line| line.code.is_some()), "{medicines:?}");
            let treatment = treatment(&mut draw, Leg::Left, today);
            let all = charley_clinic::treatment::Treatments { done: vec![treatment] };
            assert_eq!(all.check(today), Ok(()));
        }
    }
}
