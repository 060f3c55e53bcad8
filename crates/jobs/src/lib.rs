//! Reminders and messages about visits: what is due, calendar files, and outboxes that are emptied by e-mail and ntfy.
//!
//! The words are neutral: a lock screen, a mail server and a calendar say "Evening check" or "Visit at Hill Street" and
//! nothing about legs. Times of reminders are those of the person's zone, and where a clock change skips one, the reminder
//! comes right after; times of visits are those of the clinic's zone.

pub mod calendar;
pub mod due;
pub mod mail;
pub mod ntfy;
pub mod run;
pub mod visit;
pub mod words;
