//! Vascular tests of each leg: pressures, backflow, CEAP, rVCSS, and the Wells items for a clinician.
//!
//! Numbers are kept as measured. Indices, bands and what each changes come from [`judge`].

mod ceap;
mod check;
mod judge;

use charley_knowledge::Knowledge;
use charley_measures::{
    WellsItems, ankle_brachial_index, ankle_index_fall_percent, rvcss, toe_brachial_index, wells_score,
};
use charley_wire::FactIn;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use ceap::{Anatomy, Ceap, Class, Etiology, Pathophysiology};
pub use judge::{Compression, DDimer, Judged, Measured, WELLS_WORDS, judge};

use crate::Leg;
use crate::intake::plain_fact;
use crate::text::days_between;

/// Items of the severity score.
pub const SCORE_ITEMS: usize = 10;

/// A vein that is looked at with duplex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Vein {
    GreatSaphenousThigh,
    GreatSaphenousCalf,
    SmallSaphenous,
    AnteriorAccessory,
    CommonFemoral,
    Femoral,
    DeepFemoral,
    Popliteal,
    Tibial,
    Perforator,
}

/// Which limit a vein has, and which fact it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// A saphenous vein.
    Superficial,
    /// The common femoral, femoral and popliteal veins.
    Deep,
    /// Others with the limit of surface veins: tibial, deep femoral. They make no fact.
    Other,
    /// A linking vein; it has a limit of its own.
    Perforator,
}

impl Vein {
    /// All, in the order of the form.
    pub const ALL: [Self; 10] = [
        Self::GreatSaphenousThigh,
        Self::GreatSaphenousCalf,
        Self::SmallSaphenous,
        Self::AnteriorAccessory,
        Self::CommonFemoral,
        Self::Femoral,
        Self::DeepFemoral,
        Self::Popliteal,
        Self::Tibial,
        Self::Perforator,
    ];

    /// The word in forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::GreatSaphenousThigh => "gsv_thigh",
            Self::GreatSaphenousCalf => "gsv_calf",
            Self::SmallSaphenous => "ssv",
            Self::AnteriorAccessory => "aasv",
            Self::CommonFemoral => "cfv",
            Self::Femoral => "fv",
            Self::DeepFemoral => "dfv",
            Self::Popliteal => "popv",
            Self::Tibial => "tibv",
            Self::Perforator => "perforator",
        }
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::GreatSaphenousThigh => "Great saphenous, thigh",
            Self::GreatSaphenousCalf => "Great saphenous, calf",
            Self::SmallSaphenous => "Small saphenous",
            Self::AnteriorAccessory => "Anterior accessory saphenous",
            Self::CommonFemoral => "Common femoral",
            Self::Femoral => "Femoral",
            Self::DeepFemoral => "Deep femoral",
            Self::Popliteal => "Popliteal",
            Self::Tibial => "Tibial",
            Self::Perforator => "Perforator",
        }
    }

    /// Its depth.
    pub fn depth(self) -> Depth {
        match self {
            Self::GreatSaphenousThigh | Self::GreatSaphenousCalf | Self::SmallSaphenous | Self::AnteriorAccessory => {
                Depth::Superficial
            }
            Self::CommonFemoral | Self::Femoral | Self::Popliteal => Depth::Deep,
            Self::DeepFemoral | Self::Tibial => Depth::Other,
            Self::Perforator => Depth::Perforator,
        }
    }
}

/// Backflow in one vein.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reflux {
    /// Which vein.
    pub vein: Vein,
    /// How long, in milliseconds.
    pub ms: f64,
    /// Width in millimetres, when it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_mm: Option<f64>,
}

/// The tests of one leg. What was not measured is none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LegTests {
    /// Systolic pressure of the dorsalis pedis artery, mmHg.
    pub dorsalis_pedis: Option<f64>,
    /// Systolic pressure of the posterior tibial artery, mmHg.
    pub posterior_tibial: Option<f64>,
    /// Systolic pressure of the big toe, mmHg.
    pub toe: Option<f64>,
    /// Ankle index after exercise.
    pub index_after_exercise: Option<f64>,
    /// Backflow.
    pub reflux: Vec<Reflux>,
    /// Duplex shows a clot in a deep vein.
    pub clot: Option<bool>,
    /// CEAP 2020.
    pub ceap: Option<Ceap>,
    /// The items of rVCSS, 0 to 3 each, in the order of the knowledge.
    pub rvcss: [Option<u8>; SCORE_ITEMS],
}

impl LegTests {
    /// The higher of both foot arteries.
    pub fn ankle(&self) -> Option<f64> {
        [self.dorsalis_pedis, self.posterior_tibial].into_iter().flatten().reduce(f64::max)
    }

    /// The severity score; none until every item is scored.
    pub fn score(&self) -> Option<u8> {
        let items: Vec<u8> = self.rvcss.iter().copied().collect::<Option<_>>()?;
        rvcss(items.try_into().ok()?)
    }

    /// The longest backflow among veins of this depth.
    pub fn longest(&self, depth: Depth) -> Option<f64> {
        self.reflux.iter().filter(|reflux| reflux.vein.depth() == depth).map(|reflux| reflux.ms).reduce(f64::max)
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The Wells items that a clinician found, and in which leg.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wells {
    /// The leg that was scored: with both, the worse one.
    pub leg: Option<Leg>,
    /// Ids of the items that are there, as the knowledge names them.
    pub items: Vec<String>,
}

impl Wells {
    /// The score.
    pub fn score(&self) -> i32 {
        let has = |id: &str| self.items.iter().any(|item| item == id);
        wells_score(WellsItems {
            active_cancer: has("cancer"),
            paralysis_or_plaster: has("paralysis"),
            bed_or_surgery: has("bed_surgery"),
            tender_deep_veins: has("tender"),
            whole_leg_swollen: has("whole_leg"),
            calf_3_cm: has("calf_3cm"),
            pitting_oedema: has("pitting"),
            collateral_veins: has("collateral"),
            previous_dvt: has("previous"),
            alternative_as_likely: has("alternative"),
        })
    }
}

/// All vascular tests of one day.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vascular {
    /// Day of the tests.
    pub date: Option<Date>,
    /// Systolic pressure of the left and the right arm, mmHg.
    pub arms: [Option<f64>; 2],
    /// Left leg.
    pub left: LegTests,
    /// Right leg.
    pub right: LegTests,
    /// Wells items; none: not scored.
    pub wells: Option<Wells>,
    /// Remark.
    pub note: String,
}

impl Vascular {
    /// The tests of one leg.
    pub fn leg(&self, leg: Leg) -> &LegTests {
        match leg {
            Leg::Left => &self.left,
            Leg::Right => &self.right,
        }
    }

    /// The same, to change them.
    pub fn leg_mut(&mut self, leg: Leg) -> &mut LegTests {
        match leg {
            Leg::Left => &mut self.left,
            Leg::Right => &mut self.right,
        }
    }

    /// The higher arm pressure.
    pub fn arm(&self) -> Option<f64> {
        self.arms.into_iter().flatten().reduce(f64::max)
    }

    /// True when nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.left.is_empty() && self.right.is_empty() && self.wells.is_none() && self.arm().is_none()
    }

    /// Ankle-brachial index of a leg, to two decimals, as it is read.
    pub fn ankle_index(&self, leg: Leg) -> Option<f64> {
        let (ankle, arm) = (self.leg(leg).ankle()?, self.arm()?);
        ankle_brachial_index([ankle, ankle], [arm, arm]).map(hundredth)
    }

    /// Toe-brachial index of a leg, to two decimals.
    pub fn toe_index(&self, leg: Leg) -> Option<f64> {
        let (toe, arm) = (self.leg(leg).toe?, self.arm()?);
        toe_brachial_index(toe, [arm, arm]).map(hundredth)
    }

    /// By how much the ankle index falls after exercise, in per cent.
    pub fn fall(&self, leg: Leg) -> Option<f64> {
        ankle_index_fall_percent(self.ankle_index(leg)?, self.leg(leg).index_after_exercise?).map(hundredth)
    }

    /// As facts of this day.
    pub fn facts(&self, knowledge: &Knowledge, today: Date) -> Vec<FactIn> {
        let mut facts = Vec::new();
        let days_ago = self.date.map(|date| f64::from(days_between(date, today)));
        let mut add = |name: String, value: Option<f64>, unit: &str| {
            if let (Some(value), Some(_)) = (value, knowledge.fact(&name)) {
                let unit = (!unit.is_empty()).then(|| unit.to_owned());
                facts.push(FactIn { name, value: value.into(), unit, days_ago });
            }
        };
        add("test_arm_pressure".to_owned(), self.arm(), "mmHg");
        for leg in Leg::BOTH {
            let (tests, side) = (self.leg(leg), leg.word());
            add(format!("test_abpi_{side}"), self.ankle_index(leg), "");
            add(format!("test_tbi_{side}"), self.toe_index(leg), "");
            add(format!("test_ankle_pressure_{side}"), tests.ankle(), "mmHg");
            add(format!("test_toe_pressure_{side}"), tests.toe, "mmHg");
            add(format!("test_reflux_superficial_{side}"), tests.longest(Depth::Superficial), "ms");
            add(format!("test_reflux_deep_{side}"), tests.longest(Depth::Deep), "ms");
            add(format!("rvcss_{side}"), tests.score().map(f64::from), "");
        }
        let fall = Leg::BOTH.into_iter().filter_map(|leg| self.fall(leg)).reduce(f64::max);
        add("test_abpi_fall_exercise".to_owned(), fall, "%");
        add("test_wells_score".to_owned(), self.wells.as_ref().map(|wells| f64::from(wells.score())), "");
        let clots = [self.left.clot, self.right.clot];
        if clots.contains(&Some(true)) {
            facts.push(plain_fact("test_duplex_dvt", "positive"));
        } else if clots == [Some(false); 2] {
            // One leg without a clot says nothing of the other.
            facts.push(plain_fact("test_duplex_dvt", "negative"));
        }
        for leg in Leg::BOTH {
            if let Some(ceap) = &self.leg(leg).ceap {
                facts.push(plain_fact(&format!("ceap_{}", leg.word()), ceap.class.code()));
            }
        }
        facts
    }
}

fn hundredth(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
