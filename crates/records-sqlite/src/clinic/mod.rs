//! The clinic.

mod booking;
mod documents;
mod follow_up;
pub(crate) mod log;
mod patients;
mod resources;
mod second_factor;
mod sharing;
mod staff;
mod timetable;
mod visits;
mod worklist;
