//! Medicines: as written, read as, began; what is known of each; and a note to the prescriber.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use charley_clinic::medicines::{self, Began, Medicines, Pair, Review, ReviewLine, SALTS};
use charley_knowledge::Knowledge;
use charley_records::clinic::documents::DocumentKind;

use super::content::Content;
use super::load::Loaded;
use super::open::{Head, Record};
use super::save::{self, Saved};
use crate::answers::lines::{Began as Told, Lines};
use crate::check::Choice;
use crate::clinic::door::Frame;
use crate::error::WebError;
use crate::log::words;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;
use crate::view::{Cited, cited};

struct Row {
    at: usize,
    written: String,
    read_as: String,
    choices: Vec<Choice>,
    began: Vec<Choice>,
    evidence: Vec<(String, String, Vec<Cited>, bool)>,
    salts: Vec<(&'static str, String)>,
    questions: Vec<String>,
    late: bool,
}

struct Together {
    text: String,
    action: &'static str,
    cited: Vec<Cited>,
    unconfirmed: bool,
}

#[derive(Template)]
#[template(path = "clinic/record/medicines.html")]
struct MedicinesPage {
    page: Page,
    frame: Frame,
    head: Head,
    base: u32,
    problems: Vec<(String, String)>,
    text: String,
    complete: bool,
    from_person: bool,
    rows: Vec<Row>,
    pairs: Vec<Together>,
    note: String,
}

/// The list: the clinic's, or the person's own until there is one.
fn list(state: &AppState, loaded: &Loaded) -> Medicines {
    if let Some(newest) = &loaded.medicines {
        return newest.content.clone();
    }
    loaded.shared.as_ref().map(|shared| of_answers(state.knowledge(), &shared.answers.medicines)).unwrap_or_default()
}

/// The list as somebody told it in a check.
pub fn of_answers(knowledge: &Knowledge, told: &Lines) -> Medicines {
    let mut list = Medicines::default();
    list.read(knowledge, &told.text());
    for line in &mut list.lines {
        let own = told.lines.iter().find(|own| own.written == line.written);
        line.code = own.and_then(|own| own.code.clone()).or(line.code.take());
        line.began = own.and_then(|own| own.began).map(|began| match began {
            Told::ShortlyBefore => Began::ShortlyBefore,
            Told::LongBefore => Began::LongBefore,
            Told::After => Began::After,
        });
    }
    list.complete = told.complete;
    list
}

/// The review of the list with everything else that is known.
pub(super) fn reviewed(state: &AppState, record: &Record, loaded: &Loaded) -> Review {
    let list = list(state, loaded);
    let mut facts = loaded.gathered(state, record).facts;
    if loaded.medicines.is_none() {
        facts.retain(|fact| !fact.name.contains("medicine"));
        facts.extend(list.facts());
    }
    medicines::review(state.knowledge(), &list, &facts)
}

fn row(state: &AppState, at: usize, line: &ReviewLine) -> Row {
    let mut choices: Vec<Choice> =
        line.choices.iter().map(|(code, words)| Choice::new(code, words, line.code.as_ref() == Some(code))).collect();
    if let Some(code) = &line.code {
        choices = vec![Choice::new(code, &line.read_as, true)];
    }
    Row {
        at,
        written: line.written.clone(),
        read_as: line.read_as.clone(),
        choices,
        began: Began::ALL
            .iter()
            .map(|began| Choice::new(began.code(), began.words(), line.began == Some(*began)))
            .collect(),
        evidence: line
            .evidence
            .iter()
            .map(|entry| {
                let words = format!("{}: {}. {}", entry.class, entry.strength_words(), entry.size);
                let grade = entry.strength.map_or_else(|| "–".to_owned(), |strength| strength.to_string());
                (grade, words, cited(state.knowledge(), &entry.source), entry.unconfirmed)
            })
            .collect(),
        salts: SALTS
            .iter()
            .zip(&line.salts)
            .filter(|(_, way)| !way.is_empty())
            .map(|((_, name), way)| (*name, way.clone()))
            .collect(),
        questions: line.questions.clone(),
        late: !line.in_time,
    }
}

fn view(state: &AppState, record: &Record, loaded: &Loaded, problems: Vec<(String, String)>) -> MedicinesPage {
    let (list, review) = (list(state, loaded), reviewed(state, record, loaded));
    let together = |pair: &Pair| Together {
        text: pair.text.clone(),
        action: pair.action_words(),
        cited: cited(state.knowledge(), &pair.source),
        unconfirmed: pair.unconfirmed,
    };
    MedicinesPage {
        page: record.page.clone(),
        frame: record.frame(),
        head: record.head("medicines"),
        base: loaded.version(DocumentKind::Medicines),
        problems,
        text: list.text(),
        complete: list.complete,
        from_person: loaded.medicines.is_none() && !list.lines.is_empty(),
        rows: review.lines.iter().enumerate().map(|(at, line)| row(state, at, line)).collect(),
        pairs: review.pairs.iter().map(together).collect(),
        note: note_text(record, &review),
    }
}

fn note_text(record: &Record, review: &Review) -> String {
    let born = record.born().map(|born| format!(", born {}", words::short(born))).unwrap_or_default();
    let about = format!("{}{born}", record.person.name);
    medicines::note(review, &about, &record.here.clinic.name, &words::short(record.today))
}

/// The page.
pub async fn show(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    write(&view(&state, &record, &loaded, Vec::new()))
}

/// Takes the list, and for each line what it is and when it began.
pub async fn set(State(state): State<AppState>, record: Record, fields: Fields) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let base = save::base(&fields)?;
    let mut list = list(&state, &loaded);
    list.read(state.knowledge(), fields.get("medicines"));
    list.complete = fields.get("complete") == "yes";
    for (at, line) in list.lines.iter_mut().enumerate() {
        // Lines of the table carry what they stood for: an edited list may have moved them.
        if fields.get(&format!("w{at}")) != line.written {
            continue;
        }
        let (choices, _) = medicines::choices(state.knowledge(), &line.written);
        let chosen = fields.get(&format!("m{at}"));
        line.code = choices.into_iter().find(|code| code == chosen);
        line.as_written = line.code.is_none();
        line.began = Began::of_code(fields.get(&format!("b{at}")));
    }
    let content = Content::Medicines(list);
    match save::save(&state, &record, loaded, base, content, &fields).await? {
        Saved::Done(_) => Ok(Redirect::to(&record.path("medicines#review")).into_response()),
        Saved::Conflict(page) => Ok(page),
        Saved::Refused(faults) => {
            let loaded = Loaded::read(&state, &record).await?;
            let problems = faults.into_iter().map(|fault| (fault.field, fault.problem)).collect();
            show_again(&view(&state, &record, &loaded, problems))
        }
    }
}

#[derive(Template)]
#[template(path = "clinic/record/note.html")]
struct NotePage {
    page: Page,
    frame: Frame,
    head: Head,
    note: String,
}

/// The note to the prescriber, to print.
pub async fn note(State(state): State<AppState>, record: Record) -> Result<Response, WebError> {
    let loaded = Loaded::read(&state, &record).await?;
    let note = note_text(&record, &reviewed(&state, &record, &loaded));
    write(&NotePage { frame: record.frame(), head: record.head("medicines"), note, page: record.page })
}
