//! Everything that is known of the person, read once for a page.

use charley_clinic::evaluation::{Gathered, Parts, Snapshot, gather};
use charley_clinic::intake::Intake;
use charley_clinic::laboratory::Laboratory;
use charley_clinic::medicines::Medicines;
use charley_clinic::plan::Plan;
use charley_clinic::treatment::Treatments;
use charley_clinic::vascular::Vascular;
use charley_nights::diary::{Diary, fold};
use charley_records::clinic::documents::{Document, DocumentKind};
use charley_records::clinic::worklist::{Request, RequestLine, Which};
use charley_wire::{Assessment, Case, FactIn};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::content::Content;
use super::open::Record;
use crate::answers::{Answers, save as file_of};
use crate::engine::Depth;
use crate::error::WebError;
use crate::log::{convert, triage};
use crate::state::AppState;

/// The newest version of a document.
#[derive(Debug, Clone)]
pub struct Newest<T> {
    /// Its number.
    pub version: u32,
    /// When it was written.
    pub at: Timestamp,
    /// When it was signed.
    pub signed: Option<Timestamp>,
    /// What it holds.
    pub content: T,
}

/// What the person told by themselves.
pub struct Shared {
    /// When.
    pub at: Timestamp,
    /// "their own check" or "their request".
    pub from: &'static str,
    /// The answers.
    pub answers: Answers,
}

/// All of it.
pub struct Loaded {
    /// Intake.
    pub intake: Option<Newest<Intake>>,
    /// Laboratory.
    pub laboratory: Option<Newest<Laboratory>>,
    /// Medicines.
    pub medicines: Option<Newest<Medicines>>,
    /// Vascular tests.
    pub vascular: Option<Newest<Vascular>>,
    /// Treatments.
    pub treatments: Option<Newest<Treatments>>,
    /// Plan.
    pub plan: Option<Newest<Plan>>,
    /// Newest versions as they are kept.
    pub documents: Vec<Document>,
    /// Evaluations that were saved with the newest version of each document.
    pub evaluations: Vec<Snapshot>,
    /// The newest check that the person shared or sent.
    pub shared: Option<Shared>,
    /// Requests of this person to the clinic, open ones first.
    pub requests: Vec<RequestLine>,
    /// The newest request in full.
    pub request: Option<Request>,
    /// The nights.
    pub diary: Diary,
    /// What the nights say, as facts.
    pub diary_facts: Vec<FactIn>,
    /// And as signs: a danger sign that was ticked with a cramp is no fact of its own.
    pub signs: triage::Signs,
}

/// Closed requests are looked for in the last year.
const YEAR: SignedDuration = SignedDuration::from_hours(24 * 365);

impl Loaded {
    /// Reads it.
    ///
    /// # Errors
    /// When the store fails, or a document cannot be read.
    pub async fn read(state: &AppState, record: &Record) -> Result<Self, WebError> {
        let store = state.store()?;
        let access = record.care.access();
        let documents = store.documents(&record.care).await?;
        let entries = store.entries(access).await?;
        let told: Vec<_> = entries.iter().filter_map(convert::entry).collect();
        let diary = fold(&told);
        let (diary_facts, signs) = triage::of_diary(&diary, record.now, &record.zone());
        let requests = requests(state, record).await?;
        let request = match requests.iter().max_by_key(|line| line.created) {
            Some(line) => Some(store.request(&record.care, line.id).await?),
            None => None,
        };
        let shared = shared(state, record, request.as_ref()).await?;
        let mut loaded = Self {
            intake: None,
            laboratory: None,
            medicines: None,
            vascular: None,
            treatments: None,
            plan: None,
            evaluations: Vec::new(),
            diary_facts,
            signs,
            documents: Vec::new(),
            shared,
            requests,
            request,
            diary,
        };
        for document in &documents {
            if let Some((content, evaluation)) = Content::read(document.kind, &document.body)? {
                let signed = document.signed.map(|(_, at)| at);
                loaded.put(content, document.version, document.at, signed);
                loaded.evaluations.extend(evaluation);
            }
        }
        loaded.evaluations.sort_by_key(|evaluation| evaluation.at);
        loaded.documents = documents;
        Ok(loaded)
    }

    /// Puts a document in its place.
    pub fn put(&mut self, content: Content, version: u32, at: Timestamp, signed: Option<Timestamp>) {
        macro_rules! newest {
            ($content:expr) => {
                Some(Newest { version, at, signed, content: $content })
            };
        }
        match content {
            Content::Intake(content) => self.intake = newest!(content),
            Content::Laboratory(content) => self.laboratory = newest!(content),
            Content::Medicines(content) => self.medicines = newest!(content),
            Content::Vascular(content) => self.vascular = newest!(*content),
            Content::Treatments(content) => self.treatments = newest!(content),
            Content::Plan(content) => self.plan = newest!(content),
        }
    }

    /// The version of a kind; 0 when there is none.
    pub fn version(&self, kind: DocumentKind) -> u32 {
        self.documents.iter().find(|document| document.kind == kind).map_or(0, |document| document.version)
    }

    /// Puts all facts together.
    pub fn gathered(&self, state: &AppState, record: &Record) -> Gathered {
        let shared = self.shared.as_ref().map(|shared| shared.answers.case().facts).unwrap_or_default();
        let parts = Parts {
            shared: &shared,
            diary: &self.diary_facts,
            intake: self.intake.as_ref().map(|newest| &newest.content),
            laboratory: self.laboratory.as_ref().map(|newest| &newest.content),
            medicines: self.medicines.as_ref().map(|newest| &newest.content),
            vascular: self.vascular.as_ref().map(|newest| &newest.content),
            born: record.born(),
        };
        gather(state.knowledge(), &parts, record.today)
    }

    /// The newest evaluation that was saved.
    pub fn last_evaluation(&self) -> Option<&Snapshot> {
        self.evaluations.last()
    }

    /// The complaint in the person's own words: the clinic's note of it, or the request.
    pub fn complaint(&self) -> String {
        let noted = self.intake.as_ref().map(|newest| newest.content.complaint.trim()).filter(|text| !text.is_empty());
        let sent = self.request.as_ref().map(|request| request.sent.complaint.trim());
        noted.or(sent).unwrap_or_default().to_owned()
    }

    /// What the person wants.
    pub fn wish(&self) -> String {
        let noted = self.intake.as_ref().map(|newest| newest.content.wish.trim()).filter(|text| !text.is_empty());
        let sent = self.request.as_ref().map(|request| request.sent.wish.trim());
        noted.or(sent).unwrap_or_default().to_owned()
    }

    /// The last night that is over, where the person lives.
    pub fn last_night(&self, record: &Record) -> Date {
        record.zone().to_datetime(record.now).date().saturating_sub(1.day())
    }
}

/// Assesses what was gathered, with ranges and reasons.
///
/// # Errors
/// [`WebError::Refused`] with every fact that the core refuses.
pub async fn assess(state: &AppState, gathered: &Gathered) -> Result<Assessment, WebError> {
    state.assess(Case { id: None, facts: gathered.facts.clone() }, Depth::Clinician).await
}

/// The person's requests: open ones first, then those that were closed in the last year.
async fn requests(state: &AppState, record: &Record) -> Result<Vec<RequestLine>, WebError> {
    let store = state.store()?;
    let since = record.now.checked_sub(YEAR).unwrap_or(Timestamp::MIN);
    let mut all = Vec::new();
    for which in [Which::Open, Which::ClosedSince(since)] {
        let lines = store.requests(&record.here.desk, which).await?;
        all.extend(lines.into_iter().filter(|line| line.person == record.person.id));
    }
    Ok(all)
}

/// The newest of the person's saved checks and of the check that came with the newest request.
async fn shared(state: &AppState, record: &Record, request: Option<&Request>) -> Result<Option<Shared>, WebError> {
    let checks = state.store()?.checks(record.care.access()).await?;
    let saved = checks.first().map(|check| (check.at, "their own check", check.answers.as_str()));
    let sent = request.and_then(|request| Some((request.line.created, "their request", request.sent.case.as_deref()?)));
    let newest = [saved, sent].into_iter().flatten().max_by_key(|(at, ..)| *at);
    // Answers of an older Charley that cannot be read any more are left out; the clinician asks again.
    Ok(newest.and_then(|(at, from, text)| {
        let answers = file_of::load(state.knowledge(), text).ok()?;
        Some(Shared { at, from, answers })
    }))
}
