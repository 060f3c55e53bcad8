//! Evidence: what the article says, beside what the studies say.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_knowledge::Claim;

use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::view::{Cited, cited, grade_words};

struct Row<'k> {
    claim: &'k Claim,
    grade_words: &'static str,
    cited: Vec<Cited>,
}

#[derive(Template)]
#[template(path = "pages/claims.html")]
struct Claims<'k> {
    page: Page,
    grades: Vec<(&'static str, &'static str)>,
    rows: Vec<Row<'k>>,
}

/// All claims.
pub async fn show(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let knowledge = state.knowledge();
    let rows = knowledge.claims.iter().map(|claim| Row {
        claim,
        grade_words: grade_words(&claim.grade),
        cited: cited(knowledge, &claim.src),
    });
    write(&Claims {
        grades: ["A", "B", "C", "D", "X"].map(|letter| (letter, grade_words(letter))).to_vec(),
        page,
        rows: rows.collect(),
    })
}
