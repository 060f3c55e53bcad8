//! What a reminder says: never what it is about.

use charley_records::reminders::Kind;

/// The title, in a calendar, a subject line or a push message.
pub fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Evening => "Evening check",
        Kind::Morning => "Morning check",
    }
}

/// Which page it leads to.
pub fn path(kind: Kind) -> &'static str {
    match kind {
        Kind::Evening => "/bedtime",
        Kind::Morning => "/morning",
    }
}
