//! The diary: what was told, and the nights that come of it.
//!
//! Entries are never changed in place. [`fold`] makes nights of them: the order in which they arrive does not matter, only
//! when each was said. A night runs from noon to noon by the clock of the place where the entry was made.

mod civil;
mod entry;
mod fold;
pub mod table;

pub use civil::{Span, moment_in, night_of, span};
pub use entry::{Change, Changed, Count, Entry, Episode, Exposure, Id, Muscle, Relief, Report, Side, What};
pub use fold::{Diary, Night, Told, fold};
