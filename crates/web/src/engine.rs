//! The bridge to the reasoning core: cases in, assessments out, off the async threads.

use std::sync::Arc;

use charley_knowledge::{CodeId, Fact, Knowledge, Region};
use charley_reason::eval::Eval;
use charley_reason::{FactError, Facts, Reasoner};
use charley_wire::{Assessment, Case, Options};

use crate::error::WebError;
use crate::state::AppState;

/// What a page needs of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Urgency and the next questions for a person: after every answer.
    Questions,
    /// Everything a person's result shows.
    Person,
    /// Everything, with questions and examinations for a clinician.
    Clinician,
}

/// The reasoner with its knowledge.
#[derive(Debug)]
pub struct Engine {
    reasoner: Arc<Reasoner>,
}

impl Engine {
    /// Pages over this reasoner.
    pub fn new(reasoner: Arc<Reasoner>) -> Self {
        Self { reasoner }
    }

    /// The knowledge.
    pub fn knowledge(&self) -> &Knowledge {
        &self.reasoner.knowledge
    }

    /// Facts in, assessment out.
    ///
    /// # Errors
    /// Every fact that is refused.
    pub fn assess(&self, case: &Case, depth: Depth) -> Result<Assessment, Vec<FactError>> {
        let full = depth != Depth::Questions;
        let options = Options { ranges: full, reasons: full, questions: true, person: depth != Depth::Clinician };
        charley_wire::assess(&self.reasoner, case, &options)
    }

    /// Open urgent rules of which some sign is explicitly true: rule ids.
    ///
    /// A person who stays unsure about a sign of such a rule is sent to speak to someone today.
    pub fn half_true_rules(&self, case: &Case, open: &Assessment) -> Vec<String> {
        let Ok(given) = charley_wire::given(case) else {
            return Vec::new();
        };
        let Ok(facts) = Facts::read(self.knowledge(), &given) else {
            return Vec::new();
        };
        let eval = Eval::new(&facts);
        let half = |id: &str| {
            let rule = self.knowledge().rules.iter().find(|rule| rule.id == id);
            rule.is_some_and(|rule| !eval.because(&rule.when).is_empty())
        };
        open.not_ruled_out.iter().filter(|rule| half(&rule.id)).map(|rule| rule.id.clone()).collect()
    }

    /// False when the answers so far say that a question does not fit (a pregnancy question for a man).
    pub fn fits(&self, case: &Case, fact: &Fact) -> bool {
        let Some(when) = fact.ask.as_ref().and_then(|ask| ask.when.as_ref()) else {
            return true;
        };
        let Ok(mut given) = charley_wire::given(case) else {
            return true;
        };
        // "Other, or I would rather not say" rules nothing out.
        given.retain(|fact| fact.name != "sex" || fact.value != charley_reason::Value::Text("other".to_owned()));
        let Ok(facts) = Facts::read(self.knowledge(), &given) else {
            return true;
        };
        Eval::new(&facts).tri(when) != Some(false)
    }

    /// Which notes of the food page hold for these answers, and which columns they hide.
    pub fn food_notes(&self, case: &Case) -> (Vec<&str>, Vec<&str>) {
        let given = charley_wire::given(case).unwrap_or_default();
        let facts = Facts::read(self.knowledge(), &given).ok();
        let eval = facts.as_ref().map(Eval::new);
        let holds = |expr: &charley_knowledge::Expr| eval.as_ref().is_some_and(|eval| eval.holds(expr));
        let mut texts = Vec::new();
        let mut hidden = Vec::new();
        for note in &self.knowledge().food_notes {
            let shown = note.when.as_ref().is_none_or(holds) && !note.unless.as_ref().is_some_and(holds);
            if shown {
                texts.push(note.text.as_str());
                hidden.extend(note.hides.iter().map(String::as_str));
            }
        }
        (texts, hidden)
    }

    /// A region by id.
    pub fn region(&self, id: Option<&str>) -> Option<&Region> {
        self.knowledge().regions.iter().find(|region| Some(region.id.as_str()) == id)
    }

    /// True for codes of diagnoses.
    pub fn is_illness(&self, code: CodeId) -> bool {
        self.knowledge().codes.conditions.contains(&code)
    }
}

impl AppState {
    /// Assesses on a worker thread; waits while too many others do.
    ///
    /// # Errors
    /// [`WebError::Refused`] with every fact that is refused.
    pub async fn assess(&self, case: Case, depth: Depth) -> Result<Assessment, WebError> {
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| WebError::Internal("no turns left"))?;
        let engine = self.engine.clone();
        let work = tokio::task::spawn_blocking(move || {
            let result = engine.assess(&case, depth);
            drop(turn);
            result
        });
        work.await.map_err(|_| WebError::Internal("the assessment stopped"))?.map_err(WebError::Refused)
    }
}
