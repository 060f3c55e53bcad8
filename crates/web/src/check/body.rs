//! The body chart: point at where it hurts. Each part of the drawing is the label of a real checkbox.

use askama::Template;
use axum::extract::{Query as Ask, State};
use axum::response::Response;

use super::{Check, Frame, Problem, Query, is_change};
use crate::answers::Answers;
use crate::answers::places::{self, Spot};
use crate::error::WebError;
use crate::flow::Step;
use crate::page::{Fields, Page, show as write, show_again};
use crate::state::AppState;

/// One part of the chart: a stretch of one leg.
struct Tile {
    id: String,
    name: String,
    full_name: String,
    checked: bool,
    /// Filled shape of this stretch.
    shape: &'static str,
    /// Its two edges.
    edges: &'static str,
    mirrored: bool,
    height: u32,
}

/// Front or back.
struct View {
    title: &'static str,
    left: Vec<Tile>,
    right: Vec<Tile>,
}

#[derive(Template)]
#[template(path = "check/body.html")]
struct Chart {
    page: Page,
    frame: Frame,
    title: String,
    views: [View; 2],
    unknown: bool,
    none: bool,
}

/// Stretches of a leg from the hip down: height, filled shape, edges. Drawn 60 wide, outer edge on the left.
const SHAPES: [(u32, &str, &str); 5] = [
    (64, "M6 0C4 22 6 44 9 64H49C51 44 53 22 54 6L50 0Z", "M6 0C4 22 6 44 9 64M54 6C53 24 51 44 49 64"),
    (84, "M9 0C11 28 16 56 18 84H44C46 56 48 28 49 0Z", "M9 0C11 28 16 56 18 84M49 0C48 28 46 56 44 84"),
    (44, "M18 0C16 14 16 30 18 44H43C45 30 46 14 44 0Z", "M18 0C16 14 16 30 18 44M44 0C46 14 45 30 43 44"),
    (92, "M18 0C10 24 16 62 24 92H38C43 62 48 26 43 0Z", "M18 0C10 24 16 62 24 92M43 0C48 26 43 62 38 92"),
    (
        56,
        "M24 0C24 14 20 26 12 38C8 46 14 52 26 52H38C44 48 40 22 38 0Z",
        "M24 0C24 14 20 26 12 38C8 46 14 52 26 52H38C44 48 40 22 38 0",
    ),
];

fn tiles(answers: &Answers, spots: &[Spot; 5], side: &str) -> Vec<Tile> {
    spots
        .iter()
        .zip(SHAPES)
        .map(|(spot, (height, shape, edges))| {
            let id = format!("{side}-{}", spot.id);
            let full_name = format!("{}, {side} leg", spot.name);
            Tile {
                checked: answers.places.contains(&id),
                id,
                name: spot.name.to_owned(),
                full_name,
                shape,
                edges,
                mirrored: side == "right",
                height,
            }
        })
        .collect()
}

fn chart(state: &AppState, check: Check, change: bool) -> Chart {
    let answers = check.answers();
    let view = |title, spots: &[Spot; 5]| View {
        title,
        left: tiles(answers, spots, "left"),
        right: tiles(answers, spots, "right"),
    };
    let done = answers.is_done("where") && answers.places.is_empty();
    Chart {
        title: check.say(state, "Where do you feel it?"),
        frame: Frame::new(state, answers, &Step::Body, change),
        views: [view("Front", &places::FRONT), view("Back", &places::BACK)],
        unknown: done && answers.unknown.contains("laterality"),
        none: done && !answers.unknown.contains("laterality"),
        page: check.page,
    }
}

/// Shows the chart.
pub async fn show(State(state): State<AppState>, Ask(query): Ask<Query>, check: Check) -> Result<Response, WebError> {
    write(&chart(&state, check, query.is_change()))
}

/// Takes the places.
pub async fn set(State(state): State<AppState>, check: Check, fields: Fields) -> Result<Response, WebError> {
    let change = is_change(&fields);
    let other = fields.get("other");
    if fields.get("place").is_empty() && other.is_empty() {
        let mut again = chart(&state, check, change);
        again.frame.problem = Some(Problem::new("left-groin", "Tick where it is, or “Somewhere else”"));
        return show_again(&again);
    }
    let unknown = other == "unknown";
    check
        .answer(&state, change, |answers| {
            places::record(answers, fields.all("place"));
            if unknown && answers.places.is_empty() {
                answers.unknown.insert("laterality".to_owned());
            }
            answers.finish("where");
        })
        .await
}
