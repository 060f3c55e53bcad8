//! A visit as a message and as a calendar entry: time and place, never what it is for.

use charley_records::clinic::booking::{Booking, BookingState};
use charley_records::clinic::visits::{LeasedVisit, VisitMessage};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Lines, escape, local, mark, time_zone, utc};
use crate::run::Outgoing;
use crate::words;

/// A visit in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    id: String,
    revision: u32,
    start: Timestamp,
    end: Timestamp,
    cancelled: bool,
    clinic: String,
    zone: String,
    link: String,
    now: Timestamp,
}

/// Who sends an entry, and to whom: e-mail addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parties<'p> {
    /// Sends.
    pub organizer: &'p str,
    /// Gets it.
    pub attendee: &'p str,
}

impl Entry {
    /// The entry of a visit as it stands. `link`: where it can be looked at.
    pub fn of(booking: &Booking, clinic: &str, zone: &str, link: &str, now: Timestamp) -> Self {
        Self {
            // The same for every message and file about this visit, so that a calendar knows it again.
            id: mark(&format!("visit {}", booking.id)),
            revision: booking.revision,
            start: booking.start,
            end: booking.end,
            cancelled: booking.state == BookingState::Cancelled,
            clinic: clinic.to_owned(),
            zone: zone.to_owned(),
            link: link.to_owned(),
            now,
        }
    }

    /// What the receiver is to do with it (RFC 5546). `sent`: by somebody to somebody.
    pub fn method(&self, sent: bool) -> &'static str {
        match (self.cancelled, sent) {
            (true, _) => "CANCEL",
            (false, true) => "REQUEST",
            (false, false) => "PUBLISH",
        }
    }

    /// The calendar file.
    pub fn write(&self, parties: Option<Parties<'_>>) -> String {
        let mut out = Lines::default();
        out.line("BEGIN:VCALENDAR");
        out.line("VERSION:2.0");
        out.line("PRODID:-//Charley//Visits//EN");
        out.line("CALSCALE:GREGORIAN");
        out.line(&format!("METHOD:{}", self.method(parties.is_some())));
        let zone = self.told_in();
        if let Some(zone) = &zone {
            let day = self.start.to_zoned(zone.clone()).date();
            time_zone(&mut out, &self.zone, zone, day, self.end + SignedDuration::from_hours(24));
        }
        out.line("BEGIN:VEVENT");
        out.line(&format!("UID:{}@charley", self.id));
        out.line(&format!("SEQUENCE:{}", self.revision));
        out.line(&format!("DTSTAMP:{}", utc(self.now)));
        for (name, at) in [("DTSTART", self.start), ("DTEND", self.end)] {
            match &zone {
                Some(zone) => out.line(&format!("{name};TZID={}:{}", self.zone, local(zone.to_datetime(at)))),
                None => out.line(&format!("{name}:{}", utc(at))),
            }
        }
        let title = escape(&format!("Visit at {}", self.clinic));
        out.line(&format!("SUMMARY:{title}"));
        out.line(&format!("LOCATION:{}", escape(&self.clinic)));
        out.line(&format!("DESCRIPTION:{}", escape(&self.link)));
        out.line(&format!("URL:{}", self.link));
        out.line(if self.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
        out.line("CLASS:PRIVATE");
        if let Some(Parties { organizer, attendee }) = parties {
            out.line(&format!("ORGANIZER:mailto:{organizer}"));
            out.line(&format!("ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{attendee}"));
        }
        if !self.cancelled {
            out.line("BEGIN:VALARM");
            out.line("ACTION:DISPLAY");
            out.line(&format!("DESCRIPTION:{title}"));
            out.line("TRIGGER:-PT2H");
            out.line("END:VALARM");
        }
        out.line("END:VEVENT");
        out.line("END:VCALENDAR");
        out.text()
    }

    /// The clinic's zone, when its clock alone tells both times. It does not in the hour that comes twice, whose first turn
    /// is meant by a local time (RFC 5545), nor when the zone is not known any more: UTC is told then.
    fn told_in(&self) -> Option<TimeZone> {
        let zone = TimeZone::get(&self.zone).ok()?;
        let told = |at: Timestamp| {
            let back = zone.to_ambiguous_zoned(zone.to_datetime(at)).compatible();
            back.is_ok_and(|back| back.timestamp() == at)
        };
        (told(self.start) && told(self.end)).then_some(zone)
    }
}

/// A message about a visit, as it goes out.
pub fn outgoing(leased: &LeasedVisit, address: &str, now: Timestamp) -> Outgoing {
    let (booking, says) = (&leased.booking, leased.says);
    let zone = TimeZone::get(&leased.zone);
    let at = match &zone {
        Ok(zone) => booking.start.to_zoned(zone.clone()).strftime("%A %-d %B %Y, %H:%M").to_string(),
        Err(_) => booking.start.strftime("%A %-d %B %Y, %H:%M UTC").to_string(),
    };
    let link = match says {
        VisitMessage::Offer => {
            let day = booking.start.to_zoned(zone.unwrap_or(TimeZone::UTC)).date();
            format!("{address}/book/{}?service={}&date={day}", booking.clinic, booking.service)
        }
        _ => format!("{address}/visit/{}", leased.link.expose()),
    };
    let visit = match says {
        VisitMessage::Booked | VisitMessage::Moved | VisitMessage::Cancelled => {
            Some(Entry::of(booking, &leased.clinic_name, &leased.zone, &link, now))
        }
        VisitMessage::Reminder | VisitMessage::Offer => None,
    };
    let title = words::visit_title(says);
    Outgoing {
        id: leased.id.clone(),
        to: leased.to.clone(),
        title: title.to_owned(),
        text: format!("{title}: {at}, {}.\n\n{}", leased.clinic_name, words::visit_link(says)),
        link,
        visit,
    }
}

#[cfg(test)]
#[path = "visit_tests.rs"]
pub(crate) mod tests;
