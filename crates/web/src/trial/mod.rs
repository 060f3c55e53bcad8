//! Trials: does a remedy help this person's nights? Chosen from an allow-list, planned on their own rate, in an order that
//! is sealed before the first night, and answered by a rule that is fixed before it.

pub mod asked;
pub mod back;
pub mod chart;
pub mod choose;
pub mod helper;
pub mod home;
pub mod kept;
pub mod looks;
pub mod plan;
pub mod result;
pub mod steps;

use axum::Router;
use axum::routing::{get, post};
use charley_nights::diary::Count as Recorded;
use charley_nights::trial::Count;
use charley_nights::trial::blinding::Guess;
use charley_records::trials::Trial;
use jiff::ToSpan as _;
use jiff::civil::Date;

use self::kept::Protocol;
use crate::error::WebError;
use crate::log::Log;
use crate::state::AppState;

/// Routes below `/trial`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/trial", get(home::show))
        .route("/trial/new", get(choose::show))
        .route("/trial/new/{remedy}", get(plan::show).post(plan::start))
        .route("/trial/new/{remedy}/worth", get(asked::worth))
        .route("/trial/new/{remedy}/capsules", get(asked::capsules))
        .route("/trial/helper", get(helper::ask).post(helper::open))
        .route("/trial/guess", post(steps::guess))
        .route("/trial/done", post(steps::done))
        .route("/trial/end", post(steps::end))
        .route("/trial/stop", get(steps::ask_stop).post(steps::stop))
        .route("/trial/harm", get(steps::ask_harm).post(steps::harm))
        .route("/trial/{id}", get(result::show))
        .route("/trial/{id}/decide", post(steps::decide))
        .route("/trial/{id}/nights.json", get(result::nights))
}

/// A person's trial with its protocol and the nights recorded for it.
pub struct Running {
    /// As kept.
    pub trial: Trial,
    /// Its protocol.
    pub protocol: Protocol,
    /// One count a night, from the first night of the first period to the last recorded or planned one.
    pub counts: Vec<Count>,
    /// What the person thinks each of these nights was.
    pub guesses: Vec<Option<Guess>>,
}

impl Running {
    /// Reads a kept trial.
    ///
    /// # Errors
    /// When the kept protocol cannot be read.
    pub fn read(trial: Trial, log: &Log) -> Result<Self, WebError> {
        let protocol = Protocol::read(&trial.protocol)?;
        let nights = i32::try_from(protocol.design.nights()).unwrap_or(i32::MAX);
        // An ended trial keeps the nights that it ended with.
        let last = match &trial.ended {
            Some(ended) => log.zone.to_datetime(ended.at).date().saturating_sub(1.day()),
            None => log.last_night(),
        };
        let first = protocol.design.first_night;
        let lived = (last - first).get_days().saturating_add(1).clamp(0, nights);
        let counts = (0..lived).map(|night| count(log, first.saturating_add(night.days()))).collect();
        let guesses = (0..lived).map(|night| guess(log, first.saturating_add(night.days()))).collect();
        Ok(Self { trial, protocol, counts, guesses })
    }

    /// True while the person must not learn which nights are which.
    pub fn sealed(&self) -> bool {
        self.protocol.capsules.is_some() && self.trial.ended.is_none()
    }

    /// Nights of the periods that lie behind.
    pub fn lived(&self) -> usize {
        self.counts.len()
    }

    /// Nights that were recorded.
    pub fn recorded(&self) -> usize {
        self.counts.iter().filter(|count| **count != Count::Missing).count()
    }

    /// Pairs that are complete.
    pub fn complete_pairs(&self) -> usize {
        self.protocol.design.complete_pairs(self.lived())
    }

    /// The date of a night of the trial.
    pub fn date(&self, night: usize) -> Date {
        self.protocol.design.first_night.saturating_add(i64::try_from(night).unwrap_or(0).days())
    }
}

/// A night of the diary as the analysis reads it. The model knows "two or more" and no "one or more": that counts as one,
/// which is the least it can be. Leaving such nights out would leave out nights with cramps only.
fn count(log: &Log, date: Date) -> Count {
    match log.diary.count(date) {
        None => Count::Missing,
        Some(Recorded::Exactly(count)) => Count::Exactly(count),
        Some(Recorded::AtLeast(0 | 1)) => Count::Exactly(1),
        Some(Recorded::AtLeast(_)) => Count::TwoOrMore,
    }
}

/// What the person thinks a night was; none when they were not asked.
fn guess(log: &Log, date: Date) -> Option<Guess> {
    let said = log.diary.night(date)?.guess.as_ref()?;
    Some(match said.value {
        Some(true) => Guess::Treatment,
        Some(false) => Guess::Control,
        None => Guess::Unknown,
    })
}

/// The trial that is under way.
///
/// # Errors
/// When the store fails.
pub async fn under_way(state: &AppState, log: &Log) -> Result<Option<Running>, WebError> {
    let trials = state.store()?.trials(&log.signed.access).await?;
    trials.into_iter().find(|trial| trial.ended.is_none()).map(|trial| Running::read(trial, log)).transpose()
}
