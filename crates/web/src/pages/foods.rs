//! Foods with magnesium, potassium and calcium, behind the same gates as the plan.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_knowledge::{Food, Intake};

use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;
use crate::view::{Cited, cited};

struct Row<'k> {
    food: &'k Food,
    magnesium: String,
    potassium: String,
    calcium: String,
    cited: Vec<Cited>,
}

#[derive(Template)]
#[template(path = "pages/foods.html")]
struct Foods<'k> {
    page: Page,
    rows: Vec<Row<'k>>,
    notes: Vec<String>,
    intakes: Vec<(&'k Intake, String, String, String)>,
    potassium: bool,
    personal: bool,
}

fn mg(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"))
}

/// The list. With answers under way, a gate hides potassium from those whom it can harm.
pub async fn show(State(state): State<AppState>, page: Page) -> Result<Response, WebError> {
    let knowledge = state.knowledge();
    let session = page.token.as_ref().and_then(|token| state.sessions.get(token, state.now()));
    let case = session.map(|session| session.answers.case()).unwrap_or_default();
    let personal = !case.facts.is_empty();
    let (notes, hides) = state.engine.food_notes(&case);
    let potassium = !hides.contains(&"k");
    let rows: Vec<Row<'_>> = knowledge
        .foods
        .iter()
        // Most foods with magnesium hold potassium too, also where the table has no figure: then we list none.
        .filter(|_| potassium)
        .map(|food| Row {
            food,
            magnesium: mg(food.magnesium_mg),
            potassium: mg(food.potassium_mg),
            calcium: mg(food.calcium_mg),
            cited: cited(knowledge, &food.src),
        })
        .collect();
    let intakes = knowledge.intakes.iter().map(|i| (i, mg(i.magnesium_mg), mg(i.potassium_mg), mg(i.calcium_mg)));
    write(&Foods {
        notes: notes.into_iter().map(str::to_owned).collect(),
        intakes: intakes.collect(),
        potassium,
        personal,
        rows,
        page,
    })
}
