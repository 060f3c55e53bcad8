//! The clinic.

mod booking;
mod log;
mod resources;
mod sharing;
mod timetable;
mod visits;
mod worklist;
