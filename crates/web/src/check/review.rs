//! "Did you mean": what was read into a written list, line by line, for the person to confirm.

use crate::answers::lines::{Line, Lines, plain_name};
use crate::page::Fields;
use crate::state::AppState;

use super::Choice;

/// One line of the page.
pub struct Row {
    /// Name of the field.
    pub field: String,
    /// As written.
    pub written: String,
    /// What it may mean; empty when nothing is known or nothing is open.
    pub choices: Vec<Choice>,
    /// What it was read as, when that needs no question.
    pub read_as: String,
}

/// The lines of a list.
pub fn rows(state: &AppState, lines: &Lines) -> Vec<Row> {
    let row = |(at, line): (usize, &Line)| {
        let ask = !line.exact && !line.choices.is_empty();
        let choices = if ask {
            let mut choices: Vec<Choice> = line
                .choices
                .iter()
                .map(|code| Choice::new(code, &plain_name(state.knowledge(), code), line.code.as_ref() == Some(code)))
                .collect();
            choices.push(Choice::new("as_written", "None of these. Keep it as I wrote it", line.as_written));
            choices
        } else {
            Vec::new()
        };
        Row {
            field: format!("line{at}"),
            written: line.written.clone(),
            choices,
            read_as: line
                .code
                .as_deref()
                .filter(|_| line.exact)
                .map(|code| plain_name(state.knowledge(), code))
                .unwrap_or_default(),
        }
    };
    lines.lines.iter().enumerate().map(row).collect()
}

/// Takes the choices; false when a line was left open.
pub fn take(lines: &mut Lines, fields: &Fields) -> bool {
    for (at, line) in lines.lines.iter_mut().enumerate().filter(|(_, line)| !line.exact) {
        let chosen = fields.get(&format!("line{at}"));
        line.as_written = chosen == "as_written";
        line.code = line.choices.iter().find(|code| *code == chosen).cloned();
    }
    !lines.is_open()
}

/// The answer below a written list: is it all? `none` says that there is nothing.
pub fn how_complete(lines: &Lines, done: bool, none: &str) -> Vec<Choice> {
    let empty = lines.lines.is_empty();
    let is = |wanted: bool| done && wanted;
    vec![
        Choice::new("complete", "That is everything", is(lines.complete && !empty)),
        Choice::new("partial", "There may be more", is(!lines.complete && !lines.unknown && !empty)),
        Choice::new("none", none, is(lines.complete && empty)),
        Choice::new("unknown", "I don’t know", is(lines.unknown)),
    ]
}

/// Checks the answer below a written list.
///
/// # Errors
/// What is wrong, in words for the person.
pub fn check_complete(chosen: &str, something: bool) -> Result<(), &'static str> {
    match (chosen, something) {
        ("complete" | "partial", true) | ("none", false) | ("unknown", _) => Ok(()),
        ("complete" | "partial", false) => Err("The list is empty. Write one on each line, or choose another answer"),
        ("none", true) => Err("There is something on your list. Clear it, or choose another answer"),
        _ => Err("Choose whether this is the whole list"),
    }
}
