//! The clinic.

mod documents;
mod follow_up;
mod log;
mod patients;
mod second_factor;
mod staff;
