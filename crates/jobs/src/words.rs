//! What a message says: never what it is about.

use charley_records::clinic::visits::VisitMessage;
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

/// The title of a message about a visit.
pub fn visit_title(says: VisitMessage) -> &'static str {
    match says {
        VisitMessage::Booked => "Your visit is booked",
        VisitMessage::Moved => "Your visit has a new time",
        VisitMessage::Cancelled => "Your visit is cancelled",
        VisitMessage::Reminder => "Reminder of your visit",
        VisitMessage::Offer => "A time has become free",
    }
}

/// What stands before the link of a message about a visit.
pub fn visit_link(says: VisitMessage) -> &'static str {
    match says {
        VisitMessage::Booked | VisitMessage::Moved | VisitMessage::Reminder => "Look at it, move it or cancel it:",
        VisitMessage::Cancelled => "Look at it:",
        VisitMessage::Offer => "Whoever books first has it. Book it here, or call the clinic:",
    }
}
