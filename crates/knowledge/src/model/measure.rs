//! Measures with their bands, such as the ankle-brachial index.

/// A vascular measure.
#[derive(Debug, Clone)]
pub struct Measure {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Formula.
    pub formula: String,
    /// What it changes.
    pub changes: String,
    /// Unit; 1 for a pure number.
    pub unit: String,
    /// Bands.
    pub bands: Vec<MeasureBand>,
    /// Items of a score.
    pub items: Vec<MeasureItem>,
    /// Caution.
    pub note: String,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
}

/// A band of a measure.
#[derive(Debug, Clone)]
pub struct MeasureBand {
    /// Id.
    pub id: String,
    /// The code that it is the band of; empty for numbers.
    pub code: String,
    /// Limits in the unit of the measure; none: open.
    pub range: BandRange,
    /// Label.
    pub label: String,
    /// Limits in words.
    pub limits: String,
    /// Meaning.
    pub meaning: String,
}

/// Where a band begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BandRange {
    /// This or more.
    pub at_least: Option<f64>,
    /// More than this.
    pub above: Option<f64>,
    /// This or less.
    pub at_most: Option<f64>,
    /// Less than this.
    pub below: Option<f64>,
}

impl BandRange {
    /// True when it has a limit and the value lies in it.
    pub fn holds(&self, value: f64) -> bool {
        *self != Self::default()
            && self.at_least.is_none_or(|limit| value >= limit)
            && self.above.is_none_or(|limit| value > limit)
            && self.at_most.is_none_or(|limit| value <= limit)
            && self.below.is_none_or(|limit| value < limit)
    }
}

/// An item of a score.
#[derive(Debug, Clone)]
pub struct MeasureItem {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Points it can score.
    pub points: Option<f64>,
    /// Meaning of each number of points.
    pub scale: Vec<String>,
}

impl Measure {
    /// The band in which a number lies.
    pub fn band(&self, value: f64) -> Option<&MeasureBand> {
        self.bands.iter().find(|band| band.range.holds(value))
    }

    /// The band of a code.
    pub fn band_of_code(&self, code: &str) -> Option<&MeasureBand> {
        self.bands.iter().find(|band| !band.code.is_empty() && band.code == code)
    }
}
