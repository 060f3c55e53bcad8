//! Facts computed from other facts: eGFR, corrected calcium, the lowest ankle-brachial index, age from a band.

use charley_measures::{
    Sex, calcium_adjusted_mmol_l, egfr_ckd_epi_2021, osmolarity_espen_mmol_l, transferrin_saturation_percent,
};

use crate::facts::Facts;

pub(crate) fn derive(facts: &mut Facts<'_>) {
    age(facts);
    pregnancy(facts);
    kidney(facts);
    blood(facts);
    vascular(facts);
}

fn age(facts: &mut Facts<'_>) {
    let Some(known) = facts.named("age_band") else { return };
    let words: Vec<String> = known.codes.iter().map(|code| facts.knowledge.codes.id(*code).to_owned()).collect();
    let written = facts.unrecognised.iter().filter(|u| u.name == "age_band").filter_map(|u| u.value.clone());
    let ages: Vec<f64> = words.into_iter().chain(written).filter_map(|word| age_of_band(&word)).collect();
    if let Some(age) = ages.first() {
        facts.set_number("age", *age, &[]);
        facts.unrecognised.retain(|u| u.name != "age_band");
    }
}

/// A typical age for a band such as `over_60`, `early_50s`, `70s`, `elderly` (our judgement; bands are wide).
fn age_of_band(word: &str) -> Option<f64> {
    let number: String = word.chars().filter(char::is_ascii_digit).collect();
    let number: Option<f64> = number.parse().ok();
    let start = if word.starts_with("over") {
        return number.map(|n| n + 6.0);
    } else if word.starts_with("under") {
        return number.map(|n| n * 0.7);
    } else {
        word.split('_').next().unwrap_or_default()
    };
    Some(match (start, number) {
        ("early", Some(decade)) => decade + 2.0,
        ("mid", Some(decade)) => decade + 5.0,
        ("late", Some(decade)) => decade + 8.0,
        (_, Some(decade)) => decade + 5.0,
        ("elderly" | "old" | "older", None) => 75.0,
        ("middle", None) => 50.0,
        ("adult", None) => 40.0,
        ("young", None) => 25.0,
        ("adolescent" | "teenager" | "teen", None) => 15.0,
        ("child" | "childhood", None) => 8.0,
        ("toddler", None) => 2.0,
        ("infant" | "baby" | "newborn", None) => 0.5,
        _ => return None,
    })
}

fn pregnancy(facts: &mut Facts<'_>) {
    let says = ["gestation_weeks", "trimester"].iter().any(|name| facts.number(name).is_some());
    if says {
        facts.set_yes("pregnant");
    }
}

fn kidney(facts: &mut Facts<'_>) {
    let sex = if facts.has_code("sex", "female") {
        Sex::Female
    } else if facts.has_code("sex", "male") {
        Sex::Male
    } else {
        return;
    };
    if let (Some(creatinine), Some(age)) = (facts.number("lab_creatinine"), facts.number("age"))
        && let Some(egfr) = egfr_ckd_epi_2021(creatinine, age, sex)
    {
        facts.set_number("lab_egfr", egfr, &["lab_creatinine"]);
    }
}

fn blood(facts: &mut Facts<'_>) {
    if let (Some(calcium), Some(albumin)) = (facts.number("lab_calcium"), facts.number("lab_albumin")) {
        let adjusted = calcium_adjusted_mmol_l(calcium, albumin);
        facts.set_number("lab_calcium_adjusted", adjusted, &["lab_calcium", "lab_albumin"]);
    }
    let all = ["lab_sodium", "lab_potassium", "lab_glucose", "lab_urea"].map(|name| facts.number(name));
    if let [Some(sodium), Some(potassium), Some(glucose), Some(urea)] = all {
        let osmolarity = osmolarity_espen_mmol_l(sodium, potassium, glucose, urea);
        let from = ["lab_sodium", "lab_potassium", "lab_glucose", "lab_urea"];
        facts.set_number("lab_osmolarity_calculated", osmolarity, &from);
    }
    if let (Some(iron), Some(capacity)) = (facts.number("lab_iron"), facts.number("lab_tibc"))
        && let Some(saturation) = transferrin_saturation_percent(iron, capacity)
    {
        facts.set_number("lab_tsat", saturation, &["lab_iron", "lab_tibc"]);
    }
}

fn vascular(facts: &mut Facts<'_>) {
    let lowest = ["test_abpi", "test_abpi_left", "test_abpi_right"]
        .iter()
        .filter_map(|name| facts.number(name))
        .reduce(f64::min);
    if let Some(lowest) = lowest {
        facts.set_number("test_abpi_worst", lowest, &[]);
    }
}

#[cfg(test)]
mod tests {
    use super::age_of_band;

    #[test]
    fn bands_of_age() {
        assert_eq!(age_of_band("over_60"), Some(66.0));
        assert_eq!(age_of_band("early_50s"), Some(52.0));
        assert_eq!(age_of_band("70s"), Some(75.0));
        assert_eq!(age_of_band("elderly"), Some(75.0));
        assert_eq!(age_of_band("blue"), None);
    }
}
