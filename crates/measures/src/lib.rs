//! Published formulas, each with its source. No siblings, no units but those in the names.

/// Sex as the formulas know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// Estimated glomerular filtration rate, mL/min per 1.73 m², CKD-EPI 2021 (Inker 2021).
///
/// Adults only: `None` below 18 years or for a creatinine that is not above 0.
pub fn egfr_ckd_epi_2021(creatinine_umol_l: f64, age_years: f64, sex: Sex) -> Option<f64> {
    if !(creatinine_umol_l > 0.0 && age_years >= 18.0) {
        return None;
    }
    let creatinine_mg_dl = creatinine_umol_l / 88.4;
    let (kappa, alpha, factor) = match sex {
        Sex::Female => (0.7, -0.241, 1.012),
        Sex::Male => (0.9, -0.302, 1.0),
    };
    let ratio = creatinine_mg_dl / kappa;
    Some(
        142.0
            * libm::pow(ratio.min(1.0), alpha)
            * libm::pow(ratio.max(1.0), -1.2)
            * libm::pow(0.9938, age_years)
            * factor,
    )
}

/// Total calcium corrected for albumin, mmol/L (UK form; unreliable in kidney disease).
pub fn calcium_adjusted_mmol_l(calcium_mmol_l: f64, albumin_g_l: f64) -> f64 {
    calcium_mmol_l + 0.02 * (40.0 - albumin_g_l)
}

/// Calculated serum osmolarity, mmol/L (ESPEN 2019): above 295 suggests low fluid intake in older people.
pub fn osmolarity_espen_mmol_l(sodium: f64, potassium: f64, glucose: f64, urea: f64) -> f64 {
    1.86 * (sodium + potassium) + 1.15 * glucose + urea + 14.0
}

/// Transferrin saturation, %, from iron and binding capacity in the same unit.
pub fn transferrin_saturation_percent(iron: f64, binding_capacity: f64) -> Option<f64> {
    (binding_capacity > 0.0).then(|| 100.0 * iron / binding_capacity)
}

/// Ankle-brachial index of one leg: the higher ankle pressure over the higher arm pressure (AHA 2024).
pub fn ankle_brachial_index(ankle_mm_hg: [f64; 2], arm_mm_hg: [f64; 2]) -> Option<f64> {
    let arm = arm_mm_hg[0].max(arm_mm_hg[1]);
    (arm > 0.0).then(|| ankle_mm_hg[0].max(ankle_mm_hg[1]) / arm)
}

/// Age-adjusted D-dimer limit, µg/L FEU: age × 10 from 50 years, 500 below.
pub fn d_dimer_limit_feu_ug_l(age_years: f64) -> f64 {
    if age_years >= 50.0 { age_years * 10.0 } else { 500.0 }
}

/// The items of the Wells score for deep vein thrombosis (Wells 2003), one point each; the two points off for
/// another diagnosis at least as likely are a clinician's judgement and never self-reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WellsItems {
    /// Active cancer.
    pub active_cancer: bool,
    /// Paralysis, paresis or recent plaster of the leg.
    pub paralysis_or_plaster: bool,
    /// In bed 3 days or more, or major surgery within 12 weeks.
    pub bed_or_surgery: bool,
    /// Tender along the deep veins.
    pub tender_deep_veins: bool,
    /// Whole leg swollen.
    pub whole_leg_swollen: bool,
    /// Calf 3 cm or more larger.
    pub calf_3_cm: bool,
    /// Pitting oedema of that leg only.
    pub pitting_oedema: bool,
    /// Collateral superficial veins.
    pub collateral_veins: bool,
    /// Earlier deep vein thrombosis.
    pub previous_dvt: bool,
    /// A clinician judges another diagnosis at least as likely.
    pub alternative_as_likely: bool,
}

/// Wells score: 2 or more is "likely" in the two-level form. Never an exclusion.
pub fn wells_score(items: WellsItems) -> i32 {
    let points = [
        items.active_cancer,
        items.paralysis_or_plaster,
        items.bed_or_surgery,
        items.tender_deep_veins,
        items.whole_leg_swollen,
        items.calf_3_cm,
        items.pitting_oedema,
        items.collateral_veins,
        items.previous_dvt,
    ];
    points.into_iter().map(i32::from).sum::<i32>() - 2 * i32::from(items.alternative_as_likely)
}

/// Revised Venous Clinical Severity Score of one leg: ten items of 0 to 3; `None` when one is above 3.
pub fn rvcss(items: [u8; 10]) -> Option<u8> {
    items.iter().all(|item| *item <= 3).then(|| items.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() <= within, "found {found}, expected {expected}");
    }

    #[test]
    fn egfr_of_the_published_examples() {
        let egfr = |mg_dl: f64, age, sex| egfr_ckd_epi_2021(mg_dl * 88.4, age, sex).unwrap();
        near(egfr(0.9, 55.0, Sex::Female), 75.50, 0.01);
        near(egfr(0.6, 30.0, Sex::Female), 123.76, 0.01);
        near(egfr(0.9, 40.0, Sex::Male), 110.73, 0.01);
        near(egfr(1.5, 70.0, Sex::Male), 49.77, 0.01);
        near(egfr(1.5, 70.0, Sex::Female), 37.26, 0.01);
        near(egfr(3.0, 60.0, Sex::Male), 23.06, 0.01);
    }

    #[test]
    fn egfr_is_for_adults_with_a_creatinine() {
        assert_eq!(egfr_ckd_epi_2021(80.0, 17.9, Sex::Female), None);
        assert_eq!(egfr_ckd_epi_2021(0.0, 40.0, Sex::Male), None);
        assert_eq!(egfr_ckd_epi_2021(f64::NAN, 40.0, Sex::Male), None);
    }

    #[test]
    fn calcium_and_osmolarity_of_the_published_examples() {
        near(calcium_adjusted_mmol_l(2.05, 30.0), 2.25, 1e-9);
        near(osmolarity_espen_mmol_l(140.0, 4.2, 5.5, 6.0), 294.54, 0.01);
        near(osmolarity_espen_mmol_l(146.0, 4.5, 6.0, 9.0), 309.83, 0.01);
    }

    #[test]
    fn ankle_brachial_index_takes_the_higher_pressures() {
        near(ankle_brachial_index([80.0, 90.0], [120.0, 150.0]).unwrap(), 0.6, 1e-9);
        assert_eq!(ankle_brachial_index([80.0, 90.0], [0.0, 0.0]), None);
    }

    #[test]
    fn wells_counts_items_and_takes_two_off_for_a_clinician() {
        let items = WellsItems { active_cancer: true, calf_3_cm: true, ..WellsItems::default() };
        assert_eq!(wells_score(items), 2);
        assert_eq!(wells_score(WellsItems { alternative_as_likely: true, ..items }), 0);
    }

    #[test]
    fn d_dimer_limit_rises_with_age_from_fifty() {
        near(d_dimer_limit_feu_ug_l(49.0), 500.0, 0.0);
        near(d_dimer_limit_feu_ug_l(72.0), 720.0, 0.0);
    }

    #[test]
    fn rvcss_is_a_sum_of_ten_items() {
        assert_eq!(rvcss([3; 10]), Some(30));
        assert_eq!(rvcss([4, 0, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    }
}
