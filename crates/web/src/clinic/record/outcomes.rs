//! Outcomes: who improved, who did not, who was lost. No names.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use charley_clinic::outcome::{AtWeek, FollowUpResult, Outcomes, Seen, Share, Stand, summarise};
use charley_records::clinic::follow_up::{FollowUpState, Outcome};

use super::chart::{self, Point};
use crate::clinic::door::{Frame, Here};
use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;

/// A bar of the funnel.
struct Bar {
    label: &'static str,
    width: f64,
    words: String,
}

struct WeekView {
    week: u16,
    due: u32,
    bars: Vec<Bar>,
    rows: Vec<(&'static str, String)>,
}

struct Quarter {
    label: String,
    words: String,
    point: Point,
}

#[derive(Template)]
#[template(path = "clinic/record/outcomes.html")]
struct OutcomesPage {
    page: Page,
    frame: Frame,
    people: u32,
    weeks: Vec<WeekView>,
    quarters: Vec<Quarter>,
}

fn seen(outcome: &Outcome) -> Seen {
    let stand = match outcome.state {
        FollowUpState::Due => Stand::Due,
        FollowUpState::Lost => Stand::Lost,
        FollowUpState::Declined => Stand::Declined,
        // Answers that cannot be read any more still count as seen.
        FollowUpState::Done => {
            let result: Option<FollowUpResult> =
                outcome.result.as_ref().and_then(|text| serde_json::from_str(text).ok());
            Stand::Done(Box::new(result.unwrap_or_default()))
        }
    };
    Seen { number: outcome.number, week: outcome.week, due: outcome.due, stand }
}

fn week(one: &AtWeek) -> WeekView {
    let of_due = |label, count: u32| {
        let share = Share::new(count, one.due);
        Bar { label, width: chart::bar(&share), words: format!("{count} of {}", one.due) }
    };
    let sleep = match one.sleep {
        Some((middle, of)) => format!("{middle} of 10 in the middle, told by {of}"),
        None => "nobody told it".to_owned(),
    };
    WeekView {
        week: one.week,
        due: one.due,
        bars: vec![
            of_due("Due", one.due),
            of_due("Answered", one.seen.count),
            of_due("Improved", one.improved.count),
            of_due("Not improved", one.not_improved.count),
            of_due("Worse", one.worse.count),
            of_due("Lost", one.lost.count),
            of_due("Declined", one.declined.count),
            of_due("Still waiting", one.waiting),
        ],
        rows: vec![
            ("Answered, of all due", one.seen.words()),
            ("Improved, of those who answered", one.improved.words()),
            ("Improved, of all due (lost counts as not improved)", one.improved_of_all.words()),
            ("Not improved, of those who answered", one.not_improved.words()),
            ("Worse, of those who answered", one.worse.words()),
            ("Lost, of all due", one.lost.words()),
            ("Declined, of all due", one.declined.words()),
            ("Still waiting", one.waiting.to_string()),
            ("Something bad happened, of those asked", one.harm.words()),
            ("Sleep disturbance", sleep),
            ("Judged by the person’s own word, not by counts", one.own_word.to_string()),
        ],
    }
}

/// The page.
pub async fn show(State(state): State<AppState>, here: Here, page: Page) -> Result<Response, WebError> {
    let today = here.today(state.timestamp());
    let all: Vec<Seen> = state.store()?.outcomes(&here.desk, today).await?.iter().map(seen).collect();
    let Outcomes { people, weeks, quarters } = summarise(&all);
    let shares: Vec<Share> = quarters.iter().map(|(_, share)| *share).collect();
    let quarters = quarters
        .into_iter()
        .zip(chart::series(&shares))
        .map(|((label, share), point)| Quarter { label, words: share.words(), point })
        .collect();
    write(&OutcomesPage {
        people,
        weeks: weeks.iter().map(week).collect(),
        quarters,
        frame: here.frame("outcomes"),
        page,
    })
}
