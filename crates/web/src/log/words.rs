//! Nights, counts and rates in words.

use charley_nights::diary::{Changed, Count, Episode, Muscle, Relief, Side};
use charley_nights::rate::{Rate, Summary};
use jiff::civil::Date;

use crate::day::Day;

/// "Tuesday 24 November 2026".
pub fn long(date: Date) -> String {
    day(date).long()
}

/// "24 November 2026".
pub fn short(date: Date) -> String {
    day(date).short()
}

/// "24 Nov": for tables and charts.
pub fn brief(date: Date) -> String {
    format!("{} {}", date.day(), month(date))
}

/// "Nov".
pub fn month(date: Date) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    usize::try_from(date.month() - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default()
}

fn day(date: Date) -> Day {
    Day { year: date.year().into(), month: date.month().unsigned_abs().into(), day: date.day().unsigned_abs().into() }
}

/// "Monday 23 to Tuesday 24 November 2026": the two days of a night.
pub fn night(date: Date) -> String {
    let Ok(next) = date.tomorrow() else { return long(date) };
    let weekday = |date: Date| long(date).split(' ').next().unwrap_or_default().to_owned();
    let first = match (date.year() == next.year(), date.month() == next.month()) {
        (true, true) => format!("{} {}", weekday(date), date.day()),
        (true, false) => {
            let text = long(date);
            text.rsplit_once(' ').map_or(text.clone(), |(text, _)| text.to_owned())
        }
        (false, _) => long(date),
    };
    format!("{first} to {}", long(next))
}

/// "no cramp", "1 cramp", "2 cramps or more".
pub fn count(count: Option<Count>) -> String {
    match count {
        None => "not recorded".to_owned(),
        Some(Count::Exactly(0)) => "no cramp".to_owned(),
        Some(Count::Exactly(1)) => "1 cramp".to_owned(),
        Some(Count::Exactly(n)) => format!("{n} cramps"),
        Some(Count::AtLeast(1)) => "1 cramp or more".to_owned(),
        Some(Count::AtLeast(n)) => format!("{n} cramps or more"),
    }
}

/// "0", "1", "2+", and a dash for not recorded.
pub fn sign(count: Option<Count>) -> String {
    match count {
        None => "–".to_owned(),
        Some(Count::Exactly(n)) => n.to_string(),
        Some(Count::AtLeast(n)) => format!("{n}+"),
    }
}

/// A number with at most one decimal.
pub fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// "about 6 (likely 3 to 9)"; "at least 6 (likely 3 or more)" for a lower bound. Whole numbers, the range rounded
/// outwards: nobody has a tenth of a night.
pub fn rate(rate: Rate) -> String {
    let low = rate.low.floor();
    let middle = match rate.per_14.round() {
        0.0 if rate.per_14 > 0.0 => "less than 1".to_owned(),
        whole if rate.high.is_some() => format!("about {whole}"),
        whole => format!("at least {whole}"),
    };
    match rate.high {
        Some(high) => format!("{middle} (likely {low} to {})", high.ceil()),
        None => format!("{middle} (likely {low} or more)"),
    }
}

/// "1 night", "12 nights".
pub fn nights(n: u32) -> String {
    if n == 1 { "1 night".to_owned() } else { format!("{n} nights") }
}

/// What a stretch of nights says, in two or three sentences.
pub fn summary(sum: &Summary) -> Vec<String> {
    let with = sum.recorded - sum.free;
    let mut lines = vec![
        format!("{} recorded. {} of them free of cramps.", nights(sum.recorded), sum.free),
        format!("A cramp on {with} of them. In 14 nights that is {}.", rate(sum.nights_rate)),
    ];
    let cramps = if sum.open { format!("at least {}", sum.cramps) } else { sum.cramps.to_string() };
    lines.push(format!("Cramps in all: {cramps}. In 14 nights that is {}.", rate(sum.cramps_rate)));
    if sum.open {
        lines.push("Some nights say “or more”, so the true number of cramps may be higher.".to_owned());
    }
    lines
}

/// "started magnesium".
pub fn change(how: Changed, what: &str) -> String {
    let how = match how {
        Changed::Started => "Started",
        Changed::Stopped => "Stopped",
        Changed::Altered => "Changed",
    };
    format!("{how}: {what}")
}

/// What is known of a cramp beside its start: "5 minutes, left calf, pain 7 of 10, stretching stopped it".
pub fn episode(episode: &Episode) -> String {
    let mut parts = Vec::new();
    if let Some(minutes) = episode.minutes {
        let few = number(minutes);
        parts.push(if few == "1" { "1 minute".to_owned() } else { format!("{few} minutes") });
    }
    let side = episode.side.map(side);
    let muscle = episode.muscle.map(muscle);
    match (side, muscle) {
        (Some("both"), Some(muscle)) => parts.push(format!("both legs, {muscle}")),
        (Some(side), Some(muscle)) => parts.push(format!("{side} {muscle}")),
        (Some("both"), None) => parts.push("both legs".to_owned()),
        (Some(side), None) => parts.push(format!("{side} leg")),
        (None, Some(muscle)) => parts.push(muscle.to_owned()),
        (None, None) => {}
    }
    if let Some(pain) = episode.pain {
        parts.push(format!("pain {pain} of 10"));
    }
    if !episode.relief.is_empty() {
        let by: Vec<&str> = episode.relief.iter().copied().map(relief).collect();
        parts.push(format!("stopped by: {}", by.join(", ")));
    }
    if episode.danger {
        parts.push("a danger sign was ticked".to_owned());
    }
    parts.join("; ")
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Left => "left",
        Side::Right => "right",
        Side::Both => "both",
    }
}

fn muscle(muscle: Muscle) -> &'static str {
    match muscle {
        Muscle::Calf => "calf",
        Muscle::Foot => "foot",
        Muscle::Shin => "shin",
        Muscle::Thigh => "thigh",
        Muscle::Other => "another place",
    }
}

fn relief(relief: Relief) -> &'static str {
    match relief {
        Relief::Stretch => "stretching",
        Relief::Rubbing => "rubbing",
        Relief::Walking => "walking",
        Relief::Heat => "warmth",
        Relief::Cold => "cold",
        Relief::ByItself => "it went by itself",
        Relief::Other => "something else",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn nights_name_both_days() {
        assert_eq!(night(date(2026, 11, 23)), "Monday 23 to Tuesday 24 November 2026");
        assert_eq!(night(date(2026, 11, 30)), "Monday 30 November to Tuesday 1 December 2026");
        assert_eq!(night(date(2026, 12, 31)), "Thursday 31 December 2026 to Friday 1 January 2027");
    }

    #[test]
    fn rates_never_stand_without_their_range() {
        let closed = Rate { per_14: 6.04, low: 2.96, high: Some(9.21) };
        assert_eq!(rate(closed), "about 6 (likely 2 to 10)");
        assert_eq!(rate(Rate { high: None, ..closed }), "at least 6 (likely 2 or more)");
        assert_eq!(rate(Rate { per_14: 0.3, low: 0.1, high: Some(1.5) }), "less than 1 (likely 0 to 2)");
        assert_eq!(rate(Rate { per_14: 0.0, low: 0.0, high: Some(1.7) }), "about 0 (likely 0 to 2)");
    }

    #[test]
    fn cramps_in_words() {
        let told = Episode {
            minutes: Some(5.0),
            side: Some(Side::Left),
            muscle: Some(Muscle::Calf),
            pain: Some(7),
            relief: vec![Relief::Stretch],
            ..Episode::default()
        };
        assert_eq!(episode(&told), "5 minutes; left calf; pain 7 of 10; stopped by: stretching");
        assert_eq!(episode(&Episode::default()), "");
    }
}
