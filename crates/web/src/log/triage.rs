//! What the diary itself says of urgency.
//!
//! Danger signs that stand in the diary become facts, and the same reasoner that answers the check answers here. Only
//! what is true is told, never what is absent: nothing in a diary can make a result softer.

use charley_nights::diary::{Count, Diary, Episode, Told, night_of};
use charley_nights::rate;
use charley_wire::{Assessment, Case, Disposition, FactIn};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::Value;

use super::{Log, words};
use crate::engine::Depth;
use crate::error::WebError;
use crate::state::AppState;
use crate::view::cited;
use crate::view::level::{self, Flag, Level};
use crate::wording::fill;

/// How far back a cramp speaks of now: four weeks, as the rule on frequent cramps looks back.
const LOOKED_BACK: i32 = 28;
/// Nights a week from which cramps are frequent (rule rf-freq-sleep).
const FREQUENT: usize = 3;
/// A cramp that lasts longer than so many minutes is a long one (rules rf-long-cramp-past and rf-long-cramp-now).
const LONG_MINUTES: f64 = 10.0;
/// A danger sign ticked within so many hours may still be there: call. Later: speak to someone today. Our own judgement,
/// on the safe side.
const FRESH_HOURS: i64 = 24;

/// The signs of a diary.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signs {
    /// The least number of nights a week with a cramp, when each of the last four weeks had three or more.
    pub nights_a_week: Option<usize>,
    /// Cramps of the last four weeks that lasted over ten minutes.
    pub long: usize,
    /// Start of the last cramp with a danger sign.
    pub danger: Option<jiff::Timestamp>,
    /// The last night for which one leg was said to be newly swollen.
    pub swollen: Option<Date>,
}

/// Reads the signs of the last four weeks.
pub fn signs(log: &Log) -> Signs {
    signs_until(&log.diary, log.tonight(), log.last_night())
}

/// The same of any diary: `tonight` is the night that runs now, `last` the last one that is over.
fn signs_until(diary: &Diary, tonight: Date, last: Date) -> Signs {
    let from = tonight.saturating_sub(LOOKED_BACK.days());
    let nights = || diary.nights.iter().filter(|night| night.date >= from);
    let recent = nights().flat_map(|night| &night.episodes);
    let swollen = nights().filter(|night| night.leg_swollen.as_ref().is_some_and(|told| told.value));
    let long = |told: &&Told<Episode>| told.value.minutes.is_some_and(|minutes| minutes > LONG_MINUTES);
    Signs {
        nights_a_week: nights_a_week(&diary.recorded().collect::<Vec<_>>(), last),
        long: recent.clone().filter(long).count(),
        danger: recent.filter(|told| told.value.danger).map(Told::start).max(),
        swollen: swollen.map(|night| night.date).max(),
    }
}

/// The least number of nights with a cramp in each of the four weeks that end with this night, from three on.
fn nights_a_week(recorded: &[(Date, Count)], last: Date) -> Option<usize> {
    let with = |week: i32| {
        let until = last.saturating_sub((week * 7).days());
        let nights = rate::between(recorded, until.saturating_sub(6.days()), until);
        nights.iter().filter(|(_, count)| count.any()).count()
    };
    (0..4).map(with).min().filter(|nights| *nights >= FREQUENT)
}

/// What the last four weeks of a diary say, as facts and as signs, for those who look at somebody else's.
pub fn of_diary(diary: &Diary, now: Timestamp, zone: &TimeZone) -> (Vec<FactIn>, Signs) {
    let last = zone.to_datetime(now).date().saturating_sub(1.day());
    let signs = signs_until(diary, night_of(now, zone), last);
    (facts(&signs), signs)
}

/// The facts that these signs are.
fn facts(signs: &Signs) -> Vec<FactIn> {
    let yes = |name: &str| fact(name, Value::from("yes"), None);
    let mut facts = Vec::new();
    if let Some(nights) = signs.nights_a_week {
        facts.push(fact("cramp_nights_per_week", Value::from(nights), Some("/wk")));
        facts.push(fact("cramp_weeks", Value::from(4), Some("wk")));
    }
    if signs.long > 0 {
        facts.push(yes("past_long_cramp_gone"));
    }
    if signs.long > 1 {
        facts.push(yes("previous_same_episode"));
    }
    if !facts.is_empty() {
        facts.push(yes("leg_cramps"));
        facts.push(yes("nocturnal_symptoms"));
    }
    if signs.swollen.is_some() {
        facts.push(yes("leg_newly_swollen"));
    }
    facts
}

fn fact(name: &str, value: Value, unit: Option<&str>) -> FactIn {
    FactIn { name: name.to_owned(), value, unit: unit.map(str::to_owned), days_ago: None }
}

/// The level of care that the diary asks for; none when it says nothing of urgency.
///
/// # Errors
/// When the core refuses a fact, which is a fault of ours.
pub async fn raised(state: &AppState, log: &Log) -> Result<Option<Level>, WebError> {
    let signs = signs(log);
    let facts = facts(&signs);
    let reasoned = match facts.is_empty() {
        true => None,
        false => {
            let assessment = state.assess_kept(Case { id: None, facts }, Depth::Questions).await?;
            (!assessment.red_flags.is_empty()).then(|| {
                let mut level = from_rules(state, log, &assessment);
                level.flags.splice(0..0, signs.swollen.map(noted_swollen));
                level
            })
        }
    };
    let ticked = signs.danger.map(|start| from_tick(state, log, start));
    // The tick asks for today at least, and no rule on a diary for more than today: the tick goes first.
    Ok(match (ticked, reasoned) {
        (Some(mut level), Some(more)) => {
            level.flags.extend(more.flags);
            Some(level)
        }
        (ticked, reasoned) => ticked.or(reasoned),
    })
}

fn region<'s>(state: &'s AppState, log: &Log) -> Option<&'s charley_knowledge::Region> {
    state.engine.region(Some(&log.signed.person.region))
}

const DANGER_FIRST: &str = "Look at the danger signs, then book a visit";

fn from_rules(state: &AppState, log: &Log, assessment: &Assessment) -> Level {
    let region = region(state, log);
    let number = region.map_or("your emergency number", |region| region.emergency_number.as_str());
    let say = |text: &str| fill(text, region);
    // Nothing below "book a visit" is ever said here: that takes the whole check.
    let disposition = assessment.disposition.max(Disposition::Routine);
    // While the danger check is open nobody is told to wait for a visit: the signs come first.
    let open = assessment.provisional && disposition <= Disposition::Routine;
    Level {
        kind: level::kind(disposition),
        word: if open { DANGER_FIRST.to_owned() } else { level::word(disposition, number) },
        action: say(&assessment.advice.action),
        safety_net: say(&assessment.advice.safety_net),
        come_back: state.today().plus(assessment.advice.come_back_days).long(),
        flags: assessment
            .red_flags
            .iter()
            .map(|flag| Flag {
                title: say(&flag.title),
                reason: say(&flag.reason),
                action: say(&flag.action),
                say: say(flag.say.as_deref().unwrap_or_default()),
                hold: say(flag.urgent_hold.as_deref().unwrap_or_default()),
                cited: cited(state.knowledge(), &flag.source),
                unconfirmed: flag.unconfirmed,
            })
            .collect(),
        unsure: Vec::new(),
    }
}

/// Which night the swollen leg is from, and how it is taken out again.
fn noted_swollen(night: Date) -> Flag {
    Flag {
        title: "You noted one leg as newly swollen".to_owned(),
        reason: format!(
            "It was for the night from {}. Has a doctor or nurse looked at it since? Then take the tick away there.",
            words::night(night)
        ),
        action: String::new(),
        say: String::new(),
        hold: String::new(),
        cited: Vec::new(),
        unconfirmed: false,
    }
}

/// A tick in a cramp said: cold, swollen, numb, weak, or chest pain. Which of them is not known, so none becomes a fact;
/// the answer holds for all of them.
fn from_tick(state: &AppState, log: &Log, start: jiff::Timestamp) -> Level {
    let region = region(state, log);
    let number = region.map_or("your emergency number", |region| region.emergency_number.as_str());
    let fresh = log.now.duration_since(start) <= SignedDuration::from_hours(FRESH_HOURS);
    let disposition = if fresh { Disposition::Emergency } else { Disposition::SameDay };
    let action = match fresh {
        true => {
            "Is the leg still cold, swollen, numb or weak, or does your chest hurt? Call {emergency_number} now. Has \
             it all gone? Speak to your GP or clinic today. If you can’t reach them, call {advice_line}."
        }
        false => {
            "Has a doctor or nurse looked at it? If not, call your GP or clinic today. If you can’t reach them, call \
             {advice_line}."
        }
    };
    let night = words::night(night_of(start, &log.zone));
    Level {
        kind: level::kind(disposition),
        word: level::word(disposition, number),
        action: fill(action, region),
        safety_net: fill(
            "Call {emergency_number} if you get breathless, have chest pain, or a leg turns cold, pale, numb or weak.",
            region,
        ),
        come_back: state.today().plus(1).long(),
        flags: vec![Flag {
            title: "You ticked a danger sign with a cramp".to_owned(),
            reason: format!("It was in the night from {night}. A cramp alone does not do that."),
            action: String::new(),
            say: String::new(),
            hold: String::new(),
            cited: Vec::new(),
            unconfirmed: false,
        }],
        unsure: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn nights(counts: &[u32]) -> Vec<(Date, Count)> {
        let first = date(2026, 11, 1);
        counts.iter().enumerate().map(|(day, n)| (first + (day as i64).days(), Count::Exactly(*n))).collect()
    }

    #[test]
    fn many_nights_need_each_of_four_weeks() {
        let last = date(2026, 11, 28);
        let often = nights(&[1, 0, 1, 0, 1, 0, 1].repeat(4));
        assert_eq!(nights_a_week(&often, last), Some(4));
        let mut once = often.clone();
        once.drain(0..6);
        assert_eq!(nights_a_week(&once, last), None);
        assert_eq!(nights_a_week(&[], last), None);
    }

    #[test]
    fn no_sign_is_no_fact() {
        assert!(facts(&Signs::default()).is_empty());
        let names = |signs: &Signs| facts(signs).into_iter().map(|fact| fact.name).collect::<Vec<_>>();
        let one = names(&Signs { long: 1, ..Signs::default() });
        let two = names(&Signs { long: 2, ..Signs::default() });
        assert!(one.iter().all(|name| two.contains(name)), "more signs, more facts");
    }

    /// More signs never lower the urgency that the rules give.
    #[test]
    fn more_signs_are_never_less_urgent() {
        let reasoner = charley_reason::Reasoner::new(charley_knowledge::embedded().unwrap());
        let state = AppState::new(std::sync::Arc::new(reasoner), || (2026, 11, 24));
        let night = Some(date(2026, 11, 20));
        let all = [None, Some(3), Some(5), Some(7)].into_iter().flat_map(|nights_a_week| {
            (0..8).map(move |at| Signs {
                nights_a_week,
                long: at / 2,
                danger: None,
                swollen: night.filter(|_| at % 2 == 1),
            })
        });
        let told: Vec<(Signs, Disposition)> = all
            .map(|signs| {
                let case = Case { id: None, facts: facts(&signs) };
                let disposition = state.engine.assess(&case, Depth::Questions).unwrap().disposition;
                (signs, disposition)
            })
            .collect();
        // The tick in a cramp goes before the rules; that holds while no rule on a diary asks for more than today.
        assert!(told.iter().all(|(_, disposition)| *disposition <= Disposition::SameDay));
        assert!(told.iter().all(|(signs, found)| signs.swollen.is_none() || *found == Disposition::SameDay));
        for (less, lower) in &told {
            for (more, higher) in &told {
                if less.nights_a_week <= more.nights_a_week && less.long <= more.long && less.swollen <= more.swollen {
                    assert!(lower <= higher, "{less:?} {lower:?}, {more:?} {higher:?}");
                }
            }
        }
    }
}
