//! Reminders: what is due, calendar files, and an outbox that is emptied by e-mail and ntfy.
//!
//! The words are neutral: a lock screen, a mail server and a calendar say "Evening check" and nothing about legs. Times are
//! those of the person's zone; where a clock change skips one, the reminder comes right after.

pub mod calendar;
pub mod due;
pub mod mail;
pub mod ntfy;
pub mod run;
pub mod words;
