//! The people, drawn from the seed. None is real: names are numbers, telephone numbers are those that the regulator keeps
//! free for stories (Ofcom: 01632 960000 to 960999).

use charley_records::clinic::patients::Contact;
use charley_records::clinic::worklist::Urgency;
use jiff::civil::Date;

use crate::draw::Draw;
use crate::time::later;

/// Days of the story before today.
pub const DAYS: i32 = 365;

/// What becomes of somebody's request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Seen, planned, followed up.
    Seen(Outcome),
    /// Advice by telephone.
    Advised,
    /// Sent on to another service.
    SentOn,
    /// Taken back.
    Withdrawn,
    /// Called three times, never reached.
    NotReached,
    /// Sent twice; the second is closed as such.
    Twice,
    /// Still open; so many minutes old.
    Waiting(i64),
}

/// How somebody who was seen fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Fewer cramps.
    Better,
    /// As before.
    Same,
    /// More.
    Worse,
    /// Better at first, then never reached again.
    Lost,
    /// As before, and wants no more questions after the first.
    Declined,
}

/// A trial of somebody's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialCourse {
    /// Under way.
    UnderWay,
    /// Came to its planned end; the remedy works.
    Works,
    /// Came to its planned end; it does not.
    NoEffect,
    /// Given up early.
    GivenUp,
}

/// How the nights of somebody go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Habit {
    /// Cramps a night before any help, over the year.
    pub nightly: f64,
    /// Share of cramps in the left leg.
    pub left: f64,
    /// Share of nights that are not told.
    pub untold: f64,
    /// How much more in July than on average, and less in January.
    pub summer: f64,
}

/// One person.
#[derive(Debug, Clone)]
pub struct Character {
    /// From 1.
    pub number: u32,
    /// "Demo Person 07".
    pub name: String,
    /// Woman or man, as the check asks.
    pub female: bool,
    /// Date of birth.
    pub born: Date,
    /// Day on which they turn to the clinic.
    pub arrival: Date,
    /// Keeps a record and nights of their own; otherwise the clinic registered them.
    pub own_record: bool,
    /// What becomes of it.
    pub course: Course,
    /// Varicose veins: a scan, and for some a treatment.
    pub veins: bool,
    /// Nights.
    pub habit: Habit,
    /// Trial of their own.
    pub trial: Option<TrialCourse>,
    /// Signs of the danger check that they tick, by the ids of the knowledge.
    pub signs: &'static [&'static str],
    /// Other facts: name, value and unit as in a case file.
    pub facts: Vec<(&'static str, String, &'static str)>,
    /// The complaint in their words.
    pub complaint: &'static str,
    /// What they want.
    pub wish: &'static str,
    /// As soon as staff judged it on the telephone, when that is sooner than the rules say.
    pub raised: Option<Urgency>,
}

impl Character {
    /// How to reach them: by telephone only, so that no letter ever leaves a demonstration.
    pub fn contact(&self) -> Contact {
        let (thousand, last) = (self.number / 1_000, self.number % 1_000);
        let extension = if thousand == 0 { String::new() } else { format!(" - {thousand}") };
        Contact { phone: format!("01632 960{last:03}{extension}"), ..Contact::default() }
    }

    /// Factor on the cramps of a day by what the clinic did: it takes a month to show.
    pub fn helped(&self, day: Date) -> f64 {
        let days = crate::time::days_between(self.arrival, day) - 21;
        let full = match self.course {
            Course::Seen(Outcome::Better | Outcome::Lost) => 0.4,
            Course::Seen(Outcome::Worse) => 1.4,
            Course::Advised | Course::Twice => 0.8,
            _ => 1.0,
        };
        let grown = (f64::from(days) / 28.0).clamp(0.0, 1.0);
        1.0 + (full - 1.0) * grown
    }
}

/// Courses in turn: of every twenty, five wait and fifteen are done with, every ending among them.
const COURSES: [(Course, bool); 20] = [
    (Course::Seen(Outcome::Better), true),
    (Course::Seen(Outcome::Better), false),
    (Course::Seen(Outcome::Same), true),
    (Course::Advised, false),
    (Course::Seen(Outcome::Better), true),
    (Course::Seen(Outcome::Lost), true),
    (Course::Waiting(7 * 60), true),
    (Course::SentOn, false),
    (Course::Seen(Outcome::Declined), false),
    (Course::Waiting(6 * 24 * 60), true),
    (Course::NotReached, false),
    (Course::Seen(Outcome::Worse), true),
    (Course::Seen(Outcome::Better), true),
    (Course::Waiting(9), false),
    (Course::Withdrawn, true),
    (Course::Seen(Outcome::Same), false),
    (Course::Waiting(5 * 24 * 60), false),
    (Course::Twice, true),
    (Course::Seen(Outcome::Better), true),
    (Course::Waiting(2 * 24 * 60), true),
];

const COMPLAINTS: [&str; 10] = [
    "My left calf knots up at three in the morning and I have to stand until it lets go.",
    "Cramps in both calves, most nights since the spring.",
    "My foot pulls down and the toes spread. It wakes my wife too.",
    "Cramps after long days on my feet, and my legs feel heavy by evening.",
    "It began after the new water tablet, I think.",
    "I am afraid to fall asleep because of the cramps.",
    "Two or three bad ones a week. The calf is sore the next day.",
    "Thigh and calf, either side, worse in hot weather.",
    "I wake up and the muscle is like a stone.",
    "Cramps and tired, itchy legs with visible veins.",
];

const WISHES: [&str; 6] = [
    "To sleep through the night.",
    "To know whether my veins have to do with it.",
    "Something that does not need another tablet.",
    "To know that it is nothing bad.",
    "To hear what I can do myself.",
    "An appointment before my holiday, if there is one.",
];

/// Everybody, in the order of their numbers. `today`: the day at the clinic.
pub fn people(count: u32, seed: u64, today: Date) -> Vec<Character> {
    (1..=count).map(|number| person(number, seed, today)).collect()
}

fn person(number: u32, seed: u64, today: Date) -> Character {
    let mut draw = Draw::new(seed, u64::from(number));
    let turn = usize::try_from(number - 1).unwrap_or(0);
    let (course, own_record) = COURSES[turn % COURSES.len()];
    let arrival = match (course, number) {
        // The person whose sign-in is told has most to show.
        (_, 1) => later(today, -290),
        (Course::Waiting(minutes), _) => later(today, -i32::try_from(minutes / (24 * 60)).unwrap_or(0)),
        (Course::Twice, _) => later(today, -draw.between(20, DAYS - 20)),
        (Course::Seen(_), _) => later(today, -draw.between(12, DAYS - 12)),
        _ => later(today, -draw.between(30, DAYS - 12)),
    };
    let age = draw.between(34, 84);
    let born = later(today, -(age * 365 + draw.between(20, 340)));
    let female = draw.chance(0.58);
    let veins = number == 1 || draw.chance(0.45);
    let nightly = 0.15 + 1.1 * draw.share();
    let habit = Habit {
        nightly: if number == 1 { 0.9 } else { nightly },
        left: if number == 1 { 0.7 } else { 0.25 + 0.5 * draw.share() },
        untold: 0.04 + 0.14 * draw.share(),
        summer: 0.35 * draw.share(),
    };
    let trial = match (number % 20, own_record) {
        (1, true) => Some(TrialCourse::UnderWay),
        (5, true) => Some(TrialCourse::Works),
        (3, true) => Some(TrialCourse::NoEffect),
        (13, true) => Some(TrialCourse::GivenUp),
        _ => None,
    };
    let (signs, raised) = signs(course, turn);
    let facts = facts(&mut draw, age, female, veins, &habit, course);
    Character {
        number,
        name: format!("Demo Person {number:02}"),
        female,
        born,
        arrival,
        own_record,
        course,
        veins,
        habit,
        trial,
        signs,
        facts,
        complaint: draw.one_of(&COMPLAINTS),
        wish: draw.one_of(&WISHES),
        raised,
    }
}

/// The signs of those who wait, one of each urgency in turn, and of one who is sent on.
fn signs(course: Course, turn: usize) -> (&'static [&'static str], Option<Urgency>) {
    let round = turn / COURSES.len();
    match (course, round % 2) {
        (Course::Waiting(9), 0) => (&["cold_leg"], None),
        (Course::Waiting(9), _) => (&["long_cramp"], Some(Urgency::SameDay)),
        (Course::Waiting(420), 0) => (&["swollen", "flight"], None),
        (Course::Waiting(420), _) => (&["foot"], None),
        (Course::Waiting(7_200), _) => (&[], Some(Urgency::Soon)),
        (Course::SentOn, _) => (&["foot_drop"], None),
        _ => (&[], None),
    }
}

fn facts(
    draw: &mut Draw,
    age: i32,
    female: bool,
    veins: bool,
    habit: &Habit,
    course: Course,
) -> Vec<(&'static str, String, &'static str)> {
    let plain = |text: &str| text.to_owned();
    let mild = course == Course::Waiting(2 * 24 * 60);
    let nights = if mild { 0.5 } else { (habit.nightly * 6.0).clamp(0.5, 7.0) };
    let mut facts = vec![
        ("age", age.to_string(), "yr"),
        ("sex", plain(if female { "female" } else { "male" }), ""),
        ("leg_cramps", plain("yes"), ""),
        ("calf_cramps", plain("yes"), ""),
        ("nocturnal_symptoms", plain("yes"), ""),
        ("hard_knot", plain("yes"), ""),
        ("relief_stretching", plain("yes"), ""),
        ("cramp_nights_per_week", format!("{nights:.1}"), "/wk"),
        ("cramp_weeks", draw.between(8, 200).to_string(), "wk"),
        ("day_harmed", plain(if mild || draw.chance(0.5) { "no" } else { "yes" }), ""),
    ];
    if mild {
        for name in ["leg_swelling", "pain_between_cramps"] {
            facts.push((name, plain("no"), ""));
        }
        facts.push(("well_between_cramps", plain("yes"), ""));
    } else {
        if veins {
            facts.push(("visible_varicose_veins", plain("yes"), ""));
            facts.push(("heavy_legs", plain("yes"), ""));
        }
        let medicine = draw.one_of(&["none", "amlodipine", "indapamide", "atorvastatin", "salbutamol", "furosemide"]);
        facts.push(("medicine", plain(medicine), ""));
        let illness = draw.one_of(&["none", "type 2 diabetes", "high blood pressure", "none", "osteoarthritis"]);
        facts.push(("condition", plain(illness), ""));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2026-11-24".parse().unwrap()
    }

    #[test]
    fn the_same_seed_makes_the_same_people_and_more_people_change_nobody() {
        let few = people(40, 1, today());
        let many = people(60, 1, today());
        for (a, b) in few.iter().zip(&many) {
            assert_eq!(format!("{a:?}"), format!("{b:?}"));
        }
        assert_ne!(format!("{:?}", few[3]), format!("{:?}", people(40, 2, today())[3]));
    }

    #[test]
    fn every_name_says_that_it_is_made_up_and_every_number_is_kept_free() {
        for one in people(1_100, 1, today()) {
            assert!(one.name.starts_with("Demo Person "), "{}", one.name);
            assert!(one.contact().phone.starts_with("01632 960"), "{:?}", one.contact());
            assert!(charley_records::clinic::patients::check_contact(&one.contact()).is_ok());
            assert!(one.arrival <= today() && one.arrival >= later(today(), -DAYS));
        }
    }
}
