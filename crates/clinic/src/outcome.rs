//! What became of people: one follow-up, and all of them with denominators and intervals.

use charley_nights::diary::Count;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Fault;
use crate::plan::Counted;

/// The change as the person judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum GlobalChange {
    MuchBetter,
    Better,
    ALittleBetter,
    Same,
    ALittleWorse,
    Worse,
    MuchWorse,
}

impl GlobalChange {
    /// All, best first.
    pub const ALL: [Self; 7] = [
        Self::MuchBetter,
        Self::Better,
        Self::ALittleBetter,
        Self::Same,
        Self::ALittleWorse,
        Self::Worse,
        Self::MuchWorse,
    ];

    /// The word in forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::MuchBetter => "much_better",
            Self::Better => "better",
            Self::ALittleBetter => "a_little_better",
            Self::Same => "same",
            Self::ALittleWorse => "a_little_worse",
            Self::Worse => "worse",
            Self::MuchWorse => "much_worse",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::MuchBetter => "much better",
            Self::Better => "better",
            Self::ALittleBetter => "a little better",
            Self::Same => "about the same",
            Self::ALittleWorse => "a little worse",
            Self::Worse => "worse",
            Self::MuchWorse => "much worse",
        }
    }
}

/// The answers of one follow-up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FollowUpResult {
    /// Cramps and recorded nights of the last 14; none when nobody counted.
    pub now: Option<Counted>,
    /// The same before the plan.
    pub before: Option<Counted>,
    /// How much cramps disturb sleep, 0 to 10.
    pub sleep: Option<u8>,
    /// The change as the person judges it.
    pub change: Option<GlobalChange>,
    /// Bad things that happened, in words; empty: none, when `asked_harm`.
    pub harm: String,
    /// They were asked about bad things.
    pub asked_harm: bool,
    /// Severity score of the left and the right leg, when veins were treated.
    pub rvcss: [Option<u8>; 2],
    /// Remark.
    pub note: String,
}

/// Longest text.
const MOST_CHARS: usize = 1_000;
/// Most cramps of 14 nights that are believed.
const MOST_CRAMPS: u32 = 14 * 99;

impl FollowUpResult {
    /// Checks the answers.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn check(&self) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        if let Some(now) = self.now {
            if now.nights > 14 || now.nights == 0 {
                faults
                    .push(Fault::new("nights", "Recorded nights of the last 14: enter 1 to 14, or leave both empty."));
            }
            if now.cramps > MOST_CRAMPS {
                faults.push(Fault::new("cramps", "That is too many cramps for 14 nights. Check the number."));
            }
        }
        if self.sleep.is_some_and(|sleep| sleep > 10) {
            faults.push(Fault::new("sleep", "Sleep disturbance is 0 to 10."));
        }
        if self.rvcss.iter().flatten().any(|score| *score > 30) {
            faults.push(Fault::new("rvcss", "The severity score is 0 to 30."));
        }
        if self.now.is_none() && self.change.is_none() {
            faults.push(Fault::new(
                "change",
                "Enter the cramps of the last nights, or the person’s own word on the change.",
            ));
        }
        if !self.asked_harm && self.harm.trim().is_empty() {
            faults.push(Fault::new("harm", "Ask whether anything bad happened, and tick it when you have."));
        }
        if [&self.harm, &self.note].into_iter().any(|text| text.chars().count() > MOST_CHARS) {
            faults.push(Fault::new("note", format!("Use at most {MOST_CHARS} characters.")));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// What became of the person, and by which of the two rules.
    pub fn verdict(&self) -> Option<(Verdict, Rule)> {
        if let (Some(before), Some(now)) = (self.before, self.now)
            && before.nights >= FEWEST_NIGHTS
            && now.nights >= FEWEST_NIGHTS
        {
            return Some((by_counts(before, now), Rule::Counts));
        }
        let verdict = match self.change? {
            GlobalChange::MuchBetter | GlobalChange::Better => Verdict::Improved,
            GlobalChange::ALittleBetter | GlobalChange::Same | GlobalChange::ALittleWorse => Verdict::NotImproved,
            GlobalChange::Worse | GlobalChange::MuchWorse => Verdict::Worse,
        };
        Some((verdict, Rule::OwnWord))
    }
}

/// Fewer recorded nights give no count to compare.
const FEWEST_NIGHTS: u32 = 7;

/// A quarter fewer cramps a night is the line of the Cochrane reviews of cramps (Garrison 2020); the same the other way is
/// worse. In whole numbers: 6 of 14 against 8 of 14 lies on the line and must not depend on rounding.
fn by_counts(before: Counted, now: Counted) -> Verdict {
    let crossed = |cramps: u32, nights: u32| u64::from(cramps) * u64::from(nights);
    let (before, now) = (crossed(before.cramps, now.nights), crossed(now.cramps, before.nights));
    match () {
        () if before > 0 && 4 * now <= 3 * before => Verdict::Improved,
        () if 4 * now > 5 * before => Verdict::Worse,
        () => Verdict::NotImproved,
    }
}

/// Which rule decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A quarter fewer, or more, cramps a night than before.
    Counts,
    /// The person's own word, where nights were not counted.
    OwnWord,
}

impl Rule {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Counts => "by cramps a night: a quarter fewer is improved, a quarter more is worse",
            Self::OwnWord => "by the person’s own word: better or much better is improved",
        }
    }
}

/// What became of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Verdict {
    Improved,
    NotImproved,
    Worse,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Improved => "improved",
            Self::NotImproved => "not improved",
            Self::Worse => "worse",
        }
    }
}

/// Where a follow-up stands, as the summary needs it.
#[derive(Debug, Clone, PartialEq)]
pub enum Stand {
    /// Not done yet, though it is due.
    Due,
    /// Done, with answers.
    Done(Box<FollowUpResult>),
    /// The person could not be reached.
    Lost,
    /// The person did not want it.
    Declined,
}

/// A follow-up without a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The same number: the same person.
    pub number: u32,
    /// Weeks after the beginning.
    pub week: u16,
    /// When it was due.
    pub due: Date,
    /// Where it stands.
    pub stand: Stand,
}

/// A count of a whole, with the 95 % interval of Wilson (J Am Stat Assoc 1927;22:209-212).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// How many.
    pub count: u32,
    /// Of how many.
    pub of: u32,
    /// Low end of the share, 0 to 1.
    pub low: f64,
    /// High end.
    pub high: f64,
}

impl Share {
    /// So many of so many; nothing of nothing may be anything.
    pub fn new(count: u32, of: u32) -> Self {
        const Z: f64 = 1.959_963_984_540_054;
        if of == 0 {
            return Self { count: 0, of: 0, low: 0.0, high: 1.0 };
        }
        let (n, k) = (f64::from(of), f64::from(count.min(of)));
        let (p, z2) = (k / n, Z * Z);
        let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z / (1.0 + z2 / n) * libm::sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));
        let low = if count == 0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if count >= of { 1.0 } else { (middle + half).min(1.0) };
        Self { count: count.min(of), of, low, high }
    }

    /// "12 of 40: 30 % (18 to 45)"; without a whole only the count.
    pub fn words(&self) -> String {
        if self.of == 0 {
            return "0 of 0".to_owned();
        }
        let percent = |share: f64| format!("{:.0}", 100.0 * share);
        let middle = f64::from(self.count) / f64::from(self.of);
        format!(
            "{} of {}: {} % ({} to {})",
            self.count,
            self.of,
            percent(middle),
            percent(self.low),
            percent(self.high)
        )
    }
}

/// What became of everybody at one week.
#[derive(Debug, Clone, PartialEq)]
pub struct AtWeek {
    /// Weeks after the beginning.
    pub week: u16,
    /// Everybody whose follow-up was due.
    pub due: u32,
    /// Answers are there.
    pub seen: Share,
    /// Improved, of those with answers.
    pub improved: Share,
    /// Improved, of everybody who was due: who is lost counts as not improved.
    pub improved_of_all: Share,
    /// Not improved, of those with answers.
    pub not_improved: Share,
    /// Worse, of those with answers.
    pub worse: Share,
    /// Lost, of everybody who was due.
    pub lost: Share,
    /// Declined, of everybody who was due.
    pub declined: Share,
    /// Still waiting to be done.
    pub waiting: u32,
    /// Something bad was told, of those who were asked.
    pub harm: Share,
    /// Middle of sleep disturbance, 0 to 10, and how many told it.
    pub sleep: Option<(f64, u32)>,
    /// How many were judged by the person's own word.
    pub own_word: u32,
}

/// Everybody, week by week, and by the month in which it was due.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcomes {
    /// People with at least one follow-up that was due.
    pub people: u32,
    /// By week.
    pub weeks: Vec<AtWeek>,
    /// By quarter of a year: label, and improved of those with answers.
    pub quarters: Vec<(String, Share)>,
}

/// Sums follow-ups up.
pub fn summarise(seen: &[Seen]) -> Outcomes {
    let mut people: Vec<u32> = seen.iter().map(|one| one.number).collect();
    people.sort_unstable();
    people.dedup();
    let mut weeks: Vec<u16> = seen.iter().map(|one| one.week).collect();
    weeks.sort_unstable();
    weeks.dedup();
    let at = |week: u16| at_week(week, &seen.iter().filter(|one| one.week == week).collect::<Vec<_>>());
    Outcomes { people: count(people.len()), weeks: weeks.into_iter().map(at).collect(), quarters: quarters(seen) }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn at_week(week: u16, all: &[&Seen]) -> AtWeek {
    let results: Vec<&FollowUpResult> = all
        .iter()
        .filter_map(|one| match &one.stand {
            Stand::Done(result) => Some(result.as_ref()),
            _ => None,
        })
        .collect();
    let verdicts: Vec<(Verdict, Rule)> = results.iter().filter_map(|result| result.verdict()).collect();
    let of = |verdict: Verdict| count(verdicts.iter().filter(|(found, _)| *found == verdict).count());
    let (due, judged) = (count(all.len()), count(verdicts.len()));
    let stands = |stand: fn(&Stand) -> bool| count(all.iter().filter(|one| stand(&one.stand)).count());
    let asked: Vec<&&FollowUpResult> =
        results.iter().filter(|result| result.asked_harm || !result.harm.trim().is_empty()).collect();
    let harmed = asked.iter().filter(|result| !result.harm.trim().is_empty()).count();
    AtWeek {
        week,
        due,
        seen: Share::new(count(results.len()), due),
        improved: Share::new(of(Verdict::Improved), judged),
        improved_of_all: Share::new(of(Verdict::Improved), due),
        not_improved: Share::new(of(Verdict::NotImproved), judged),
        worse: Share::new(of(Verdict::Worse), judged),
        lost: Share::new(stands(|stand| matches!(stand, Stand::Lost)), due),
        declined: Share::new(stands(|stand| matches!(stand, Stand::Declined)), due),
        waiting: stands(|stand| matches!(stand, Stand::Due)),
        harm: Share::new(count(harmed), count(asked.len())),
        sleep: middle(results.iter().filter_map(|result| result.sleep).collect()),
        own_word: count(verdicts.iter().filter(|(_, rule)| *rule == Rule::OwnWord).count()),
    }
}

fn middle(mut told: Vec<u8>) -> Option<(f64, u32)> {
    told.sort_unstable();
    let half = told.len() / 2;
    let upper = f64::from(*told.get(half)?);
    let value = if told.len() % 2 == 1 { upper } else { f64::midpoint(f64::from(*told.get(half - 1)?), upper) };
    Some((value, count(told.len())))
}

fn quarters(seen: &[Seen]) -> Vec<(String, Share)> {
    let mut all: std::collections::BTreeMap<(i16, i8), (u32, u32)> = std::collections::BTreeMap::new();
    for one in seen {
        let Stand::Done(result) = &one.stand else { continue };
        let Some((verdict, _)) = result.verdict() else { continue };
        let quarter = all.entry((one.due.year(), (one.due.month() - 1) / 3 + 1)).or_default();
        quarter.0 += u32::from(verdict == Verdict::Improved);
        quarter.1 += 1;
    }
    all.into_iter().map(|((year, quarter), (k, n))| (format!("{year} Q{quarter}"), Share::new(k, n))).collect()
}

/// Cramps and recorded nights of a stretch of nights; none without a recorded night.
pub fn counted(nights: &[(Date, Count)]) -> Option<Counted> {
    let cramps: u32 = nights.iter().map(|(_, count)| count.least()).fold(0, u32::saturating_add);
    (!nights.is_empty()).then(|| Counted { cramps, nights: count(nights.len()) })
}
