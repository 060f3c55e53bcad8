//! Danger rules, and what to do about them.

use crate::diagnostic::Place;
use crate::expr::Expr;

/// A red flag.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Id.
    pub id: String,
    /// Urgency word.
    pub disposition: String,
    /// Title.
    pub title: String,
    /// Danger signs.
    pub when: Expr,
    /// Lowers only when explicitly true.
    pub unless: Option<Expr>,
    /// Why.
    pub reason: String,
    /// What to do.
    pub action: String,
    /// What to say.
    pub say: String,
    /// The only form of "do not take".
    pub urgent_hold: String,
    /// Sources.
    pub src: Vec<String>,
    /// True when written from memory.
    pub unconfirmed: bool,
    /// Below 18 only.
    pub children: bool,
    /// Who signed.
    pub reviewed_by: String,
    /// Examples.
    pub examples: Vec<Example>,
    /// Place.
    pub place: Place,
}

/// A titled example.
#[derive(Debug, Clone)]
pub struct Example {
    /// Title.
    pub title: String,
    /// Facts, written `name = value` or `name = 3 unit`.
    pub facts: Vec<String>,
    /// Whether the rule fires.
    pub fires: bool,
}

/// A tick-list of the danger check.
#[derive(Debug, Clone)]
pub struct DangerList {
    /// call_now, today or past.
    pub id: String,
    /// Title.
    pub title: String,
    /// Help; may be empty.
    pub help: String,
    /// Signs.
    pub items: Vec<DangerItem>,
}

/// One sign.
#[derive(Debug, Clone)]
pub struct DangerItem {
    /// Id.
    pub id: String,
    /// Plain words.
    pub label: String,
    /// The same in a few words, for clinicians.
    pub short: String,
    /// Help; may be empty.
    pub help: String,
    /// Facts it sets, written `name = value`.
    pub sets: Vec<String>,
    /// Asked when the answer is "not sure".
    pub follow_up: Option<String>,
}

/// What to do for a disposition.
#[derive(Debug, Clone)]
pub struct Action {
    /// Disposition word.
    pub id: String,
    /// Heading.
    pub heading: String,
    /// What to do.
    pub what: String,
    /// Safety net.
    pub safety_net: String,
    /// Come back within.
    pub come_back_days: u32,
}

/// A region.
#[derive(Debug, Clone)]
pub struct Region {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Number to call.
    pub emergency_number: String,
    /// Advice line; may be empty.
    pub advice_line: String,
    /// Preferred laboratory units.
    pub units: String,
}
