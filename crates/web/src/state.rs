//! What all handlers share.

use std::sync::Arc;
use std::time::Instant;

use charley_knowledge::Knowledge;
use charley_reason::Reasoner;
use charley_records::SharedStore;
use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::assessments::Assessments;
use crate::day::Day;
use crate::engine::Engine;
use crate::error::WebError;
use crate::letters::Press;
use crate::session::Sessions;
use crate::site::Site;
use crate::trial::looks::Looks;

/// Reads today's date: year, month, day. The outermost binary gives it, so that tests can give another.
pub type Clock = fn() -> (i32, u32, u32);

/// What all handlers share. Cheap to copy.
#[derive(Clone)]
pub struct AppState {
    /// The reasoner with its knowledge.
    pub engine: Arc<Engine>,
    /// Answers under way.
    pub sessions: Arc<Sessions>,
    /// Bounds how many assessments run side by side.
    pub turns: Arc<Semaphore>,
    clock: Clock,
    public_https: bool,
    store: Option<SharedStore>,
    /// Looks at trials that were worked out.
    pub looks: Arc<Looks>,
    /// Assessments of what is kept in accounts.
    pub assessments: Arc<Assessments>,
    timestamp: fn() -> Timestamp,
    site: Arc<Site>,
    letters: Option<Press>,
}

impl AppState {
    /// Pages over this reasoner and its knowledge.
    pub fn new(reasoner: Arc<Reasoner>, clock: Clock) -> Self {
        let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            engine: Arc::new(Engine::new(reasoner)),
            sessions: Arc::new(Sessions::default()),
            turns: Arc::new(Semaphore::new(workers)),
            clock,
            public_https: false,
            store: None,
            looks: Arc::new(Looks::default()),
            assessments: Arc::default(),
            timestamp: Timestamp::now,
            site: Arc::default(),
            letters: None,
        }
    }

    /// Pages that also keep people's records.
    #[must_use]
    pub fn with_store(mut self, store: SharedStore) -> Self {
        self.store = Some(store);
        self
    }

    /// Another clock for records, for tests.
    #[must_use]
    pub fn with_timestamp(mut self, timestamp: fn() -> Timestamp) -> Self {
        self.timestamp = timestamp;
        self
    }

    /// Says where these pages are reached from.
    #[must_use]
    pub fn with_site(mut self, site: Site) -> Self {
        self.site = Arc::new(site);
        self
    }

    /// Where these pages are reached from.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Pages that also give letters as PDF.
    #[must_use]
    pub fn with_letters(mut self, press: Press) -> Self {
        self.letters = Some(press);
        self
    }

    /// What makes letters into PDF; none: people print the page.
    pub fn letters(&self) -> Option<&Press> {
        self.letters.as_ref()
    }

    /// True when these pages keep people's records.
    pub fn keeps_records(&self) -> bool {
        self.store.is_some()
    }

    /// The store of records.
    ///
    /// # Errors
    /// [`WebError::NotFound`] when these pages keep no records.
    pub fn store(&self) -> Result<&SharedStore, WebError> {
        self.store.as_ref().ok_or(WebError::NotFound)
    }

    /// This moment, for records.
    pub fn timestamp(&self) -> Timestamp {
        (self.timestamp)()
    }

    /// Says that visitors come over https, so that cookies are marked `Secure`.
    #[must_use]
    pub fn with_public_https(mut self, yes: bool) -> Self {
        self.public_https = yes;
        self
    }

    /// True when cookies must be marked `Secure`.
    pub fn secure(&self) -> bool {
        self.public_https
    }

    /// The knowledge.
    pub fn knowledge(&self) -> &Knowledge {
        self.engine.knowledge()
    }

    /// Today.
    pub fn today(&self) -> Day {
        let (year, month, day) = (self.clock)();
        Day { year, month, day }
    }

    /// Drops what is over its time: checks of visitors, and assessments. Whoever runs the pages calls it now and then.
    pub fn sweep(&self) {
        self.sessions.sweep(self.now());
        self.assessments.sweep(self.now());
    }

    /// Now, for the age of sessions.
    pub fn now(&self) -> Instant {
        Instant::now()
    }
}
