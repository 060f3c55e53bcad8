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

/// Toe-brachial index of one leg: toe pressure over the higher arm pressure (AHA 2016).
pub fn toe_brachial_index(toe_mm_hg: f64, arm_mm_hg: [f64; 2]) -> Option<f64> {
    let arm = arm_mm_hg[0].max(arm_mm_hg[1]);
    (arm > 0.0).then(|| toe_mm_hg / arm)
}

/// By how much the ankle index falls after exercise, in per cent of the one at rest (AHA 2024): 20 or more supports
/// arterial disease. Negative when it rises.
pub fn ankle_index_fall_percent(at_rest: f64, after_exercise: f64) -> Option<f64> {
    (at_rest > 0.0).then(|| 100.0 * (at_rest - after_exercise) / at_rest)
}

/// Age-adjusted D-dimer limit, µg/L FEU: age × 10 from 50 years, 500 below.
pub fn d_dimer_limit_feu_ug_l(age_years: f64) -> f64 {
    if age_years >= 50.0 { age_years * 10.0 } else { 500.0 }
}

/// The same limit for a result in D-dimer units, µg/L DDU: half of it. The two units differ by a factor of about two.
pub fn d_dimer_limit_ddu_ug_l(age_years: f64) -> f64 {
    d_dimer_limit_feu_ug_l(age_years) / 2.0
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
