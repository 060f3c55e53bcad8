//! Each measure with its formula, its band, its source and what it changes; and what bars compression.

use charley_knowledge::{Knowledge, Measure, MeasureBand};
use charley_measures::{d_dimer_limit_ddu_ug_l, d_dimer_limit_feu_ug_l};

use super::{Depth, LegTests, Reflux, Vascular};
use crate::Leg;
use crate::text::{counted, plain, with_unit};

/// What every page says beside a Wells score.
pub const WELLS_WORDS: &str = "A score never rules out a clot for a person. It only decides between a scan and a blood test, \
                               still the same day. No score replaces an examination of a swollen, warm or painful leg.";

/// A measure of one leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Id of the measure in the knowledge.
    pub id: String,
    /// Its name; for backflow with the vein.
    pub name: String,
    /// The value with its unit.
    pub value: String,
    /// The formula in words.
    pub formula: String,
    /// What went in, as numbers: "90 / 150".
    pub inputs: String,
    /// The band: label, limits, meaning; empty when none holds.
    pub band: Option<(String, String, String)>,
    /// Id of the band.
    pub band_id: String,
    /// What it changes.
    pub changes: String,
    /// Caution; may be empty.
    pub note: String,
    /// Sources.
    pub source: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}

/// Whether a leg may wear compression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compression {
    /// Barred, because.
    Barred(Vec<String>),
    /// Reduced pressure only, with a clinician, because.
    Lighter(Vec<String>),
    /// No measured pressure speaks against it.
    NotBarred,
    /// No pressure was measured: pulses and history decide.
    NotMeasured,
}

/// A D-dimer that was reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DDimer {
    /// The number, µg/L (which is ng/mL) of its own unit.
    pub value: f64,
    /// In D-dimer units; otherwise in fibrinogen equivalents.
    pub ddu: bool,
}

/// All measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Left, then right.
    pub legs: [Vec<Measured>; 2],
    /// Compression, left then right.
    pub compression: [Compression; 2],
    /// The Wells score; none when it was not scored.
    pub wells: Option<Measured>,
    /// The D-dimer limit for this age, beside the result.
    pub d_dimer: Option<Measured>,
}

impl Judged {
    /// True when compression is barred on either leg: stockings come in pairs.
    pub fn compression_barred(&self) -> bool {
        self.compression.iter().any(|leg| matches!(leg, Compression::Barred(_)))
    }
}

/// Judges all tests. `age` in years and `d_dimer` come from elsewhere in the record.
pub fn judge(knowledge: &Knowledge, vascular: &Vascular, age: Option<f64>, d_dimer: Option<DDimer>) -> Judged {
    Judged {
        legs: Leg::BOTH.map(|leg| leg_measures(knowledge, vascular, leg)),
        compression: Leg::BOTH.map(|leg| compression(knowledge, vascular, leg)),
        wells: vascular.wells.as_ref().and_then(|wells| {
            let score = f64::from(wells.score());
            let mut measured = number(knowledge, "wells", score, counted(wells.items.len(), "item"))?;
            measured.note = [WELLS_WORDS, &measured.note].join(" ").trim_end().to_owned();
            Some(measured)
        }),
        d_dimer: d_dimer.and_then(|result| clot_limit(knowledge, result, age)),
    }
}

fn leg_measures(knowledge: &Knowledge, vascular: &Vascular, leg: Leg) -> Vec<Measured> {
    let tests = vascular.leg(leg);
    let arm = vascular.arm().map(plain).unwrap_or_default();
    let over = |pressure: Option<f64>| format!("{} / {arm}", pressure.map(plain).unwrap_or_default());
    let mut all = Vec::new();
    let mut add = |id: &str, value: Option<f64>, inputs: String| {
        all.extend(value.and_then(|value| number(knowledge, id, value, inputs)));
    };
    add("abi", vascular.ankle_index(leg), over(tests.ankle()));
    add("ankle_pressure", tests.ankle(), String::new());
    add("tbi", vascular.toe_index(leg), over(tests.toe));
    add("toe_pressure", tests.toe, String::new());
    let exercise = tests.index_after_exercise.map(plain).unwrap_or_default();
    let rest = vascular.ankle_index(leg).map(|index| format!("{index:.2}")).unwrap_or_default();
    add("exercise_abi", vascular.fall(leg), format!("({rest} − {exercise}) / {rest}"));
    for reflux in &tests.reflux {
        all.extend(flow(knowledge, reflux));
    }
    all.extend(ceap(knowledge, tests));
    if let Some(score) = tests.score() {
        let items: Vec<String> = tests.rvcss.iter().flatten().map(ToString::to_string).collect();
        all.extend(number(knowledge, "rvcss", f64::from(score), items.join(" + ")));
    }
    all
}

fn flow(knowledge: &Knowledge, reflux: &Reflux) -> Vec<Measured> {
    let id = match reflux.vein.depth() {
        Depth::Superficial | Depth::Other => "reflux_superficial",
        Depth::Deep => "reflux_deep",
        Depth::Perforator => "perforator",
    };
    let mut all: Vec<Measured> = number(knowledge, id, reflux.ms, String::new()).into_iter().collect();
    if let Some(width) = reflux.width_mm.filter(|_| reflux.vein.depth() == Depth::Perforator) {
        all.extend(number(knowledge, "perforator_width", width, String::new()));
    }
    for measured in &mut all {
        measured.name = format!("{}: {}", measured.name, reflux.vein.name().to_lowercase());
    }
    all
}

fn ceap(knowledge: &Knowledge, tests: &LegTests) -> Option<Measured> {
    let ceap = tests.ceap.as_ref()?;
    let measure = knowledge.measure("ceap")?;
    let mut class = measured(measure, ceap.written(), String::new(), measure.band_of_code(ceap.class.code()));
    // A class has no limits; its code stands in the label.
    if let Some((_, limits, _)) = &mut class.band {
        limits.clear();
    }
    Some(class)
}

fn number(knowledge: &Knowledge, id: &str, value: f64, inputs: String) -> Option<Measured> {
    let measure = knowledge.measure(id)?;
    Some(measured(measure, shown(measure, value), inputs, measure.band(value)))
}

/// The number as reports print it: an index has two decimals.
fn shown(measure: &Measure, value: f64) -> String {
    match measure.id.as_str() {
        "abi" | "tbi" | "compression_limits" => format!("{value:.2}"),
        _ => with_unit(&plain(value), &measure.unit),
    }
}

fn measured(measure: &Measure, value: String, inputs: String, band: Option<&MeasureBand>) -> Measured {
    Measured {
        id: measure.id.clone(),
        name: measure.name.clone(),
        value,
        formula: measure.formula.clone(),
        inputs,
        band: band.map(|band| (band.label.clone(), band.limits.clone(), band.meaning.clone())),
        band_id: band.map(|band| band.id.clone()).unwrap_or_default(),
        changes: measure.changes.clone(),
        note: measure.note.clone(),
        source: measure.src.clone(),
        unconfirmed: measure.unconfirmed,
    }
}

/// The limit for this age beside the result. Without an age the limit of 500 holds, which is the safer one.
fn clot_limit(knowledge: &Knowledge, result: DDimer, age: Option<f64>) -> Option<Measured> {
    let measure = knowledge.measure("d_dimer_age")?;
    let years = age.unwrap_or_default();
    let (limit, unit) = match result.ddu {
        true => (d_dimer_limit_ddu_ug_l(years), "ng/mL DDU"),
        false => (d_dimer_limit_feu_ug_l(years), "ng/mL FEU"),
    };
    let below = result.value < limit;
    let limits = format!("under {} {unit}", plain(limit));
    let mut shown =
        measured(measure, format!("{} {unit}", plain(result.value)), format!("limit {}", plain(limit)), None);
    let words = match below {
        true => (
            "under the line",
            "With an unlikely score and no bar, the clinic may spare the scan. The person is told \
                                    what to watch for.",
        ),
        false => ("at or above the line", "Scan."),
    };
    shown.band = Some((words.0.to_owned(), limits, words.1.to_owned()));
    shown.band_id = if below { "below_line" } else { "raised" }.to_owned();
    if let Some(plain) = knowledge.measure("d_dimer") {
        shown.note.clone_from(&plain.note);
    }
    Some(shown)
}

/// What the pressures of a leg say of compression, by the bands of the knowledge.
fn compression(knowledge: &Knowledge, vascular: &Vascular, leg: Leg) -> Compression {
    let tests = vascular.leg(leg);
    let band = |id: &str, value: Option<f64>| {
        let measure = knowledge.measure(id)?;
        let band = measure.band(value?)?;
        Some((band.id.as_str(), format!("{} {}: {}", measure.name, shown(measure, value?), band.meaning)))
    };
    let index = vascular.ankle_index(leg);
    let found = [
        ("compression_limits", band("compression_limits", index)),
        ("ankle_pressure", band("ankle_pressure", tests.ankle())),
        ("toe_pressure", band("toe_pressure", tests.toe)),
        ("abi", band("abi", index)),
    ];
    let with = |ids: &[(&str, &str)]| -> Vec<String> {
        found
            .iter()
            .filter_map(|(measure, band)| {
                let (id, words) = band.as_ref()?;
                ids.contains(&(*measure, *id)).then(|| words.clone())
            })
            .collect()
    };
    let barred = with(&[
        ("compression_limits", "barred"),
        ("ankle_pressure", "limb_at_risk"),
        ("ankle_pressure", "no_compression"),
        ("toe_pressure", "limb_at_risk"),
    ]);
    let lighter = with(&[("compression_limits", "lighter"), ("abi", "stiff")]);
    match () {
        () if !barred.is_empty() => Compression::Barred(barred),
        () if !lighter.is_empty() => Compression::Lighter(lighter),
        () if index.is_none() && tests.toe.is_none() => Compression::NotMeasured,
        () => Compression::NotBarred,
    }
}
